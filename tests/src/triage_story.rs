//! A hijacked session worked to its end with the keyboard alone; told once for the window and for the browser.

use std::time::Duration;

use fantoccini::key::Key;

use crate::{Result, page::Page};

const TYPED: &str = "[data-testid=typed]";
const LATER: Duration = Duration::from_millis(50);

/// Never a click: found in the queue by its reason, contained with the evidence frozen first, judged, and gone from what waits.
pub async fn a_hijacked_session(page: &Page) -> Result<()> {
    page.ready().await?;
    page.press_with(&[Key::Control], '2').await?;
    page.see(".queue[data-ready]").await?;
    page.press('/').await?;
    page.type_text("hijacked").await?;
    page.until("[data-testid=counted]", |text| text.contains(" of ")).await?;
    page.press(Key::Escape).await?;
    page.press('j').await?;
    let name = page.until("aside.detail h2", |text| !text.is_empty()).await?;
    page.until("aside.detail", |text| text.contains("hijacked")).await?;

    page.press('C').await?;
    page.see(".sheet.contain [data-autofocus]:focus").await?;
    let wanted = page.text(".sheet.contain .line b").await?;
    focus_on(page, TYPED).await?;
    page.see("[data-testid=confirm]:disabled").await?;
    page.type_text(&wanted).await?;
    page.see("[data-testid=confirm]:enabled").await?;
    page.press(Key::Enter).await?;
    page.until("[data-testid=containment-state]", |text| text == "Done").await?;
    page.see("[data-testid=steps] li[data-state=verified]").await?;
    page.see("[data-testid=case-link]").await?;
    page.press(Key::Escape).await?;
    page.gone(".sheet").await?;

    // A verdict on all that waits; the person is no longer among those who do.
    page.press('1').await?;
    page.until(".toast", |text| text.contains("True positive") || text.contains("true positive")).await?;
    for _ in 0..200 {
        let names = page.texts(".queue .grid-row").await?;
        if !names.iter().any(|row| row.contains(&name)) {
            return Ok(());
        }
        tokio::time::sleep(LATER).await;
    }
    Err(format!("{name} still waits for a verdict").into())
}

/// Goes round the dialog until the focus is on an element.
async fn focus_on(page: &Page, css: &str) -> Result<()> {
    for _ in 0..60 {
        if page.count(&format!("{css}:focus")).await? > 0 {
            return Ok(());
        }
        page.press(Key::Tab).await?;
    }
    Err(format!("Tab never reached {css}").into())
}
