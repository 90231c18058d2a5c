//! Connecting an org by keys alone, in every theme accessible; and locking, wiping.

use crate::accessible::violations;
use demo_org::{OAuthClient, Options};
use fantoccini::key::Key;
use postern_tests::{
    Result, driver,
    page::Page,
    program::empty_browser_mode,
    scenes::{SIZES, THEMES},
};

/// What the read-only console asks for, less one scope, so that something is missing.
const SCOPES: [&str; 4] = ["okta.orgs.read", "okta.devices.read", "okta.users.read", "okta.logs.read"];

#[tokio::test]
async fn keys_alone_connect_unlock_and_wipe_an_org() -> Result<()> {
    let org = demo_org::start(Options { devices: 300, ..Options::default() }).await?;
    let data = tempfile::tempdir()?;
    let (_browser_mode, address) = empty_browser_mode(data.path())?;
    let page = driver::chromium(SIZES[0], &address).await?;
    page.run("connect", async |page| {
        page.see(".welcome").await?;
        walk_to(page, "Connect an org…").await?;
        page.press(Key::Enter).await?;
        page.see("#org-domain").await?;
        focused(page, "org-domain").await?;

        type_in(page, "acme.invalid").await?;
        page.press(Key::Enter).await?;
        page.see(".connecting .trouble").await?;
        page.press(Key::Escape).await?;
        page.gone(".connecting").await?;
        walk_to(page, "Connect an org…").await?;
        page.press(Key::Enter).await?;
        page.see("#org-domain").await?;
        let kept = page.script("return document.querySelector('#org-domain').value").await?;
        assert_eq!(kept, "acme.invalid", "Esc loses nothing");
        page.fill("#org-domain", org.url()).await?;
        page.press(Key::Enter).await?;
        page.see(".found").await?;
        page.press(Key::Enter).await?;

        page.see(".way").await?;
        walk_to(page, "Make a key").await?;
        page.press(Key::Enter).await?;
        let jwk = page.until("[data-testid=public-jwk]", |text| text.contains("kid")).await?;
        org.control().register_client(OAuthClient {
            client_id: "0oapostern".into(),
            jwks: serde_json::json!({ "keys": [serde_json::from_str::<serde_json::Value>(&jwk)?] }),
            scopes: SCOPES.map(str::to_owned).into(),
        });
        page.script("document.querySelector('#client-id').focus()").await?;
        type_in(page, "0oapostern").await?;
        page.press(Key::Enter).await?;
        page.until(".areas [data-state=missing]", |text| text.contains("okta.policies.read")).await?;
        assert!(page.count(".areas [data-state=granted]").await? >= 4);
        walk_to(page, "Connect read-only").await?;
        page.press(Key::Enter).await?;
        page.until(".done", |text| text.contains("read-only")).await?;
        walk_to(page, "Close").await?;
        page.press(Key::Enter).await?;
        page.ready().await?;
        page.until(".stripe[data-env=Production] ~ .lock, .top .lock", |text| text.contains("Read-only"))
            .await?;

        walk_to(page, "Read-only").await?;
        page.press(Key::Enter).await?;
        page.see(".dialog.ask").await?;
        focused_text(page, "Cancel").await?;
        page.press(Key::Tab).await?;
        page.press(Key::Enter).await?;
        page.until(".lock", |text| text.contains("Unlocked")).await?;
        walk_to(page, "Unlocked").await?;
        page.press(Key::Enter).await?;
        page.until(".lock", |text| text.contains("Read-only")).await?;

        page.goto("/settings").await?;
        page.see(".org-card").await?;
        walk_to(page, "Wipe from this machine…").await?;
        page.press(Key::Enter).await?;
        page.see("#wipe-name").await?;
        focused(page, "wipe-name").await?;
        type_in(page, org.url().trim_start_matches("http://")).await?;
        page.press(Key::Enter).await?;
        page.until(".dialog.ask h2", |text| text.contains("is wiped")).await?;
        walk_to(page, "Close").await?;
        page.press(Key::Enter).await?;
        page.see(".welcome").await?;
        assert_eq!(page.count(".known-org").await?, 0);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn axe_finds_nothing_in_the_dialog() -> Result<()> {
    let Some(axe) = std::env::var_os("POSTERN_AXE") else {
        println!("POSTERN_AXE does not name axe.min.js");
        return Ok(());
    };
    let axe = std::fs::read_to_string(axe)?;
    let org = demo_org::start(Options { devices: 50, ..Options::default() }).await?;
    let data = tempfile::tempdir()?;
    let (_browser_mode, address) = empty_browser_mode(data.path())?;
    let page = driver::chromium(SIZES[0], &address).await?;
    page.run("connect-axe", async |page| {
        let mut found = Vec::new();
        for theme in THEMES {
            page.goto(&format!("/?theme={theme}")).await?;
            page.see(".welcome").await?;
            let mut look = async |place: &str| -> Result<()> {
                let here = violations(page.client(), &axe).await?;
                found.extend(here.into_iter().map(|violation| format!("{place} {theme}: {violation}")));
                Ok(())
            };
            look("welcome").await?;
            page.click(".choice:nth-child(2)").await?;
            page.fill("#org-domain", "nowhere.invalid").await?;
            page.press(Key::Enter).await?;
            page.see(".connecting .trouble").await?;
            look("domain").await?;
            page.fill("#org-domain", org.url()).await?;
            page.press(Key::Enter).await?;
            page.see(".found").await?;
            page.press(Key::Enter).await?;
            page.see(".way").await?;
            page.click(".way-panel .button").await?;
            page.see("[data-testid=public-jwk]").await?;
            look("key").await?;
            page.click(".way:last-child input").await?;
            let file = data.path().join("token");
            std::fs::write(&file, org.token())?;
            page.fill("#token-path", &file.display().to_string()).await?;
            page.press(Key::Enter).await?;
            page.see(".areas li").await?;
            look("scopes").await?;
        }
        assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
        Ok(())
    })
    .await
}

/// Presses Tab until the focus is on the button with this text.
async fn walk_to(page: &Page, text: &str) -> Result<()> {
    for _ in 0..60 {
        let here = page
            .script("return document.activeElement.textContent.trim() || document.activeElement.ariaLabel")
            .await?;
        if here.as_str().is_some_and(|here| here.starts_with(text)) {
            return Ok(());
        }
        page.press(Key::Tab).await?;
    }
    Err(format!("no number of tabs leads to {text}").into())
}

async fn type_in(page: &Page, text: &str) -> Result<()> {
    for letter in text.chars() {
        page.press(letter).await?;
    }
    Ok(())
}

async fn focused(page: &Page, id: &str) -> Result<()> {
    page.holds(&format!("document.activeElement.id === {id:?}")).await
}

async fn focused_text(page: &Page, text: &str) -> Result<()> {
    page.holds(&format!("document.activeElement.textContent.trim() === {text:?}")).await
}
