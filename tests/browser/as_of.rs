//! The past on screen: entered and left by keys alone, told on every page, kept in the address.

use fantoccini::key::Key;
use postern_tests::{Result, page::Page};

use crate::on_page;

const BAND: &str = ".as-of-band";

async fn address(page: &Page) -> Result<String> {
    Ok(page.client().current_url().await?.to_string())
}

/// Waits until the address is as wanted.
async fn until_address(page: &Page, wanted: impl Fn(&str) -> bool) -> Result<()> {
    for _ in 0..600 {
        if wanted(&address(page).await?) {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    Err(format!("the address stayed {}", address(page).await?).into())
}

#[tokio::test]
async fn keys_alone_enter_the_past_and_leave_it() -> Result<()> {
    on_page("as-of", 500, "full", async |page| {
        page.goto("/devices").await?;
        page.see(".grid-row").await?;
        page.script("document.querySelector('.time-button').focus()").await?;
        page.press(Key::Enter).await?;
        page.see(".time-picker input[type=range]").await?;
        page.until(".slide b", |text| text.contains("newest")).await?;
        // The panel takes the focus with its first stop, the slider.
        page.script("document.querySelector('.time-picker input[type=range]').focus()").await?;
        page.press(Key::Left).await?;
        page.until(BAND, |text| text.contains("As of")).await?;
        until_address(page, |address| address.contains("as_of=")).await?;
        // The first snapshot was taken before the log was read.
        page.until(".foot", |text| text.contains(", 0 log events")).await?;
        page.until("[data-testid=counted]", |text| text == "500").await?;

        page.press(Key::Escape).await?;
        page.gone(".time-picker").await?;
        page.see(BAND).await?;
        page.press(Key::Escape).await?;
        page.gone(BAND).await?;
        until_address(page, |address| !address.contains("as_of")).await?;
        page.until(".foot", |text| !text.contains(", 0 log events")).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_link_opens_the_past_and_every_page_stays_in_it() -> Result<()> {
    on_page("as-of-link", 500, "full", async |page| {
        page.goto("/?as_of=1").await?;
        page.see(BAND).await?;
        page.ready().await?;
        page.click(".rail a[href='/devices']").await?;
        page.see(".grid-row").await?;
        until_address(page, |address| address.contains("/devices") && address.contains("as_of=1")).await?;
        page.click(".grid-row").await?;
        page.see("aside.detail h2").await?;
        until_address(page, |address| address.contains("id=") && address.contains("as_of=1")).await?;
        // Esc goes back one layer: first the pane, then the past.
        page.press(Key::Escape).await?;
        page.gone("aside.detail").await?;
        page.see(BAND).await?;
        page.press(Key::Escape).await?;
        page.gone(BAND).await?;

        page.goto("/devices?as_of=9999").await?;
        page.until(".notice h2", |text| text.contains("not kept any more")).await?;
        page.click(".notice button").await?;
        page.see(".grid-row").await?;
        until_address(page, |address| !address.contains("as_of")).await
    })
    .await
}
