//! One page under a driver: what a person does, and what they see. Every step waits for what it needs, and an error says
//! what did not come.

use std::{path::Path, time::Duration};

use fantoccini::{
    Client, Locator,
    actions::{InputSource, KeyAction, KeyActions},
    elements::Element,
    key::Key,
};
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};

use crate::{Result, program::Program};

/// How long something may take to appear.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a whole story may take: a driver that never answers must not keep everything else from being tested.
const STORY: Duration = Duration::from_secs(600);

/// A page, and the driver behind it.
pub struct Page {
    client: Client,
    /// Declared after the client, so that the driver outlives the session.
    _driver: Program,
}

impl Page {
    pub(crate) fn new(client: Client, driver: Program) -> Self {
        Self { client, _driver: driver }
    }

    /// For what has no word here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Runs `steps`; a picture of the page is kept when they fail, and the session ends in any case.
    pub async fn run(self, name: &str, steps: impl AsyncFnOnce(&Self) -> Result<()>) -> Result<()> {
        let result =
            timeout(STORY, steps(&self)).await.unwrap_or_else(|_| Err("the page no longer answers".into()));
        if result.is_err() {
            let file = std::env::temp_dir().join(format!("postern-failed-{name}.png"));
            match timeout(PATIENCE, self.picture(&file)).await.unwrap_or_else(|late| Err(late.into())) {
                Ok(()) => println!("how the page looked: {}", file.display()),
                Err(error) => println!("no picture of the page: {error}"),
            }
        }
        // The result matters more than how the session ends.
        let _ = timeout(PATIENCE, self.client.clone().close()).await;
        result
    }

    /// Opens a path of the same origin.
    pub async fn goto(&self, path: &str) -> Result<()> {
        let here = self.client.current_url().await?;
        Ok(self.client.goto(here.join(path)?.as_str()).await?)
    }

    /// Sets the size of what the page can draw on.
    pub async fn size(&self, (width, height): (u32, u32)) -> Result<()> {
        self.client.set_window_size(width, height).await?;
        let inner = self.script("return [outerWidth - innerWidth, outerHeight - innerHeight]").await?;
        let border = |at: usize| inner.get(at).and_then(Value::as_u64).unwrap_or(0) as u32;
        Ok(self.client.set_window_size(width + border(0), height + border(1)).await?)
    }

    /// Waits until a page shows what it is for.
    pub async fn ready(&self) -> Result<()> {
        self.see("[data-ready]").await.map(drop)
    }

    /// Waits for an element.
    pub async fn see(&self, css: &str) -> Result<Element> {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        found.map_err(|error| format!("{css} did not appear: {error}").into())
    }

    /// Waits for an element and clicks it. A page that is drawing anew may take the element away between the two; then the
    /// one that took its place is clicked.
    pub async fn click(&self, css: &str) -> Result<()> {
        let start = Instant::now();
        loop {
            match self.see(css).await?.click().await {
                Ok(()) => return Ok(()),
                Err(error) if start.elapsed() > PATIENCE => return Err(format!("{css}: {error}").into()),
                Err(error) if error.is_stale_element_reference() || error.is_element_not_interactable() => {
                    sleep(Duration::from_millis(30)).await;
                }
                Err(error) => return Err(format!("{css}: {error}").into()),
            }
        }
    }

    /// The texts of all elements there are now.
    pub async fn texts(&self, css: &str) -> Result<Vec<String>> {
        let js = "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent.trim())";
        let texts = self.client.execute(js, vec![css.into()]).await?;
        Ok(serde_json::from_value(texts)?)
    }

    /// The text of the first of them.
    pub async fn text(&self, css: &str) -> Result<String> {
        self.texts(css).await?.into_iter().next().ok_or_else(|| format!("there is no {css}").into())
    }

    /// An attribute of an element, once that is there.
    pub async fn attribute(&self, css: &str, name: &str) -> Result<String> {
        self.see(css).await?;
        let js = "const e = document.querySelector(arguments[0]); return e && e.getAttribute(arguments[1])";
        let value = self.client.execute(js, vec![css.into(), name.into()]).await?;
        value.as_str().map(str::to_owned).ok_or_else(|| format!("{css} has no {name}").into())
    }

    /// How many elements there are now.
    pub async fn count(&self, css: &str) -> Result<usize> {
        Ok(self.texts(css).await?.len())
    }

    /// Waits until the text of an element is as `wanted`, and returns it.
    pub async fn until(&self, css: &str, wanted: impl Fn(&str) -> bool) -> Result<String> {
        let start = Instant::now();
        loop {
            let texts = self.texts(css).await?;
            if let Some(text) = texts.iter().find(|text| wanted(text)) {
                return Ok(text.clone());
            }
            if start.elapsed() > PATIENCE {
                return Err(format!("{css} never became what was waited for; last: {texts:?}").into());
            }
            sleep(Duration::from_millis(30)).await;
        }
    }

    /// Waits until an expression is true. While the page draws anew, what it asks about may be gone: that is not yet true.
    pub async fn holds(&self, js: &str) -> Result<()> {
        let tried =
            format!("try {{ return [!!({js}), ''] }} catch (error) {{ return [false, String(error)] }}");
        let start = Instant::now();
        loop {
            let held = self.script(&tried).await?;
            if held[0] == true {
                return Ok(());
            }
            if start.elapsed() > PATIENCE {
                return Err(format!("never came true: {js} {}", held[1].as_str().unwrap_or_default()).into());
            }
            sleep(Duration::from_millis(30)).await;
        }
    }

    /// Waits until there is no such element.
    pub async fn gone(&self, css: &str) -> Result<()> {
        self.holds(&format!("document.querySelector({css:?}) === null")).await
    }

    /// Puts text in the place of what a field holds, as a person would: a driver's own `clear` fires no input event.
    pub async fn fill(&self, css: &str, text: &str) -> Result<()> {
        let field = self.see(css).await?;
        // A person scrolls a field into sight that the buttons at the foot of a dialog cover; a driver takes it for seen.
        let js = "document.querySelector(arguments[0])?.scrollIntoView({ block: 'nearest' })";
        self.client.execute(js, vec![css.into()]).await?;
        field.click().await?;
        let select_all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
        field.send_keys(&select_all).await?;
        field.send_keys(&char::from(Key::Delete).to_string()).await?;
        if !text.is_empty() {
            field.send_keys(text).await?;
        }
        Ok(())
    }

    /// Presses a key wherever the focus is by then. (Sending keys to an element would move the focus there first.)
    pub async fn press(&self, key: impl Into<char>) -> Result<()> {
        let value = key.into();
        let keys =
            KeyActions::new("keyboard".into()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.client.perform_actions(keys).await?;
        Ok(self.client.release_actions().await?)
    }

    /// Presses a key while others (Shift, Control, Alt) are held.
    pub async fn press_with(&self, held: &[Key], key: impl Into<char>) -> Result<()> {
        let value = key.into();
        let down = |keys: KeyActions, key: &Key| keys.then(KeyAction::Down { value: char::from(*key) });
        let up = |keys: KeyActions, key: &Key| keys.then(KeyAction::Up { value: char::from(*key) });
        let keys = held.iter().fold(KeyActions::new("keyboard".into()), down);
        let keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.client.perform_actions(held.iter().rev().fold(keys, up)).await?;
        Ok(self.client.release_actions().await?)
    }

    /// Types text wherever the focus is.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        for key in text.chars() {
            self.press(key).await?;
        }
        Ok(())
    }

    /// Asks the core something from within the page in browser mode, past what the page itself would ask.
    pub async fn ask(&self, command: &str, with: &str) -> Result<Value> {
        let body = format!("JSON.stringify({{ command: {command:?}, with: {with} }})");
        let init =
            format!("{{ method: 'POST', headers: {{ 'content-type': 'application/json' }}, body: {body} }}");
        let js = format!(
            "const done = arguments[0]; fetch('/call', {init}).then(r => r.json()).then(done, e => done(String(e)))"
        );
        Ok(self.client.execute_async(&js, Vec::new()).await?)
    }

    /// Runs a script in the page.
    pub async fn script(&self, js: &str) -> Result<Value> {
        Ok(self.client.execute(js, Vec::new()).await?)
    }

    /// Writes what the page looks like.
    pub async fn picture(&self, file: &Path) -> Result<()> {
        // Two frames: everything that was ready is drawn. A window that nobody sees may draw none; then a second must do.
        let frames = "const done = arguments[0]; setTimeout(done, 1000); \
            document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(done)))";
        self.client.execute_async(frames, Vec::new()).await?;
        std::fs::write(file, self.client.screenshot().await?)?;
        Ok(())
    }
}
