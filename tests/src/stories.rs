//! What a person lives through with the keyboard alone, told once for the window and for the browser.

use std::time::Duration;

use fantoccini::key::Key;

use crate::{Result, page::Page};

const LATEST: &str = ".latest[data-tone=good]";

/// A lost laptop: found by typing, suspended after a look at what that does, seen verified, and brought back. Never a click.
pub async fn a_lost_laptop(page: &Page) -> Result<()> {
    page.ready().await?;
    let name = first_active(page).await?;
    in_palette(page, &format!("suspend {name}")).await?;
    confirm(page, "Suspend").await?;
    in_palette(page, &name).await?;
    page.until(LATEST, |text| text.contains("Suspended")).await?;
    in_palette(page, &format!("unsuspend {name}")).await?;
    confirm(page, "Unsuspend").await?;
    page.until(LATEST, |text| text.contains("Unsuspended")).await?;
    Ok(())
}

/// The name of an active device that no other one shares, read off the list.
async fn first_active(page: &Page) -> Result<String> {
    page.press_with(&[Key::Control], '3').await?;
    page.see(".grid-row [aria-colindex='1']").await?;
    for _ in 0..200 {
        let rows = page
            .script(
                "return [...document.querySelectorAll('.grid-row')].filter(r => r.innerText.includes('Active')) \
                 .map(r => r.innerText.split('\\n').map(t => t.trim()).find(t => /^[A-Z]{2}-[A-Z0-9]+-\\d+$/.test(t))).filter(Boolean)",
            )
            .await?;
        let names: Vec<String> = serde_json::from_value(rows)?;
        if let Some(name) = names.into_iter().next() {
            return Ok(name);
        }
        // Rows may still be on their way.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err("no active device with a plain name came in sight".into())
}

/// Types into the palette, and takes its first line once that is about what was typed.
pub async fn in_palette(page: &Page, text: &str) -> Result<()> {
    page.press_with(&[Key::Control], 'k').await?;
    page.see(".palette input:focus").await?;
    page.type_text(text).await?;
    let wanted = text.split(' ').next_back().unwrap_or(text).to_owned();
    page.until(".palette [role=option]:first-child", |line| line.contains(&wanted)).await?;
    page.press(Key::Enter).await
}

/// The sheet begins on Cancel; one step further is what was asked for.
pub async fn confirm(page: &Page, verb: &str) -> Result<()> {
    page.until(".sheet [data-testid=confirm]", |text| text.starts_with(verb)).await?;
    let on_cancel = "return document.activeElement.textContent.trim()";
    for _ in 0..100 {
        if page.script(on_cancel).await? == "Cancel" {
            page.press(Key::Tab).await?;
            page.press(Key::Enter).await?;
            return page.gone(".sheet").await;
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    Err("the focus never was on Cancel".into())
}
