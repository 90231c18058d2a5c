//! Changing devices from the pages: one by keys alone, many from the list, and what the Activity page says of them.

use fantoccini::key::Key;
use postern_tests::{Result, page::Page, stories};

use crate::{accessible::violations_now, on_page};

const FOOT: &str = "[data-testid=foot]";

#[tokio::test]
async fn a_lost_laptop_by_keys_alone() -> Result<()> {
    on_page("lost-laptop", 500, "full", async |page| stories::a_lost_laptop(page).await).await
}

#[tokio::test]
async fn what_is_chosen_is_changed_after_a_look_and_can_be_undone() -> Result<()> {
    on_page("bulk", 500, "full", async |page| {
        page.goto("/devices?lifecycle=ACTIVE&platform=ANDROID").await?;
        page.see(".grid-row").await?;
        page.script("document.querySelector('.grid [role=gridcell][tabindex=\"0\"]').focus()").await?;
        page.press_with(&[Key::Control], 'a').await?;
        let foot = page.until(FOOT, |text| text.contains("selected")).await?;
        let chosen = number_before(&foot, " selected").ok_or(foot)?;
        look_at(page, "suspend").await?;
        page.until(".sheet .reach", |text| text.starts_with(&format!("{chosen} devices"))).await?;
        assert_eq!(violations_now(page).await?, Vec::<String>::new());
        page.click("[data-testid=confirm]").await?;
        page.until(".activity .detail .badge", |text| text == "Done").await?;
        let verified = page.text(".activity .plain tbody .step-state").await?;
        assert_eq!(verified, format!("{chosen} verified"));
        assert_eq!(page.count(".change-steps li").await?, chosen.parse::<usize>()?.min(100));
        page.until(".activity .row button", |text| text.contains("Undo")).await?;
        page.click("[data-testid=journal-check]").await?;
        page.until(".chain", |text| text.starts_with("Whole")).await?;
        assert_eq!(violations_now(page).await?, Vec::<String>::new());
        // The list knows at once.
        page.goto("/devices?lifecycle=SUSPENDED&platform=ANDROID").await?;
        page.until("[data-testid=counted]", |text| {
            text.split(' ')
                .next()
                .and_then(|n| n.parse::<u32>().ok())
                .is_some_and(|n| Some(n) >= chosen.parse().ok())
        })
        .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_cannot_be_taken_back_has_to_be_typed() -> Result<()> {
    on_page("typed", 500, "full", async |page| {
        page.goto("/devices?lifecycle=ACTIVE").await?;
        page.see(".grid-row").await?;
        page.script("document.querySelector('.grid [role=gridcell][tabindex=\"0\"]').focus()").await?;
        page.press_with(&[Key::Control], 'a').await?;
        let foot = page.until(FOOT, |text| text.contains("selected")).await?;
        let chosen = number_before(&foot, " selected").ok_or(foot)?;
        look_at(page, "deactivate").await?;
        page.see("[data-testid=confirm]:disabled").await?;
        page.fill("[data-testid=typed]", "1").await?;
        page.see("[data-testid=confirm]:disabled").await?;
        page.fill("[data-testid=typed]", &chosen).await?;
        page.see("[data-testid=confirm]:enabled").await?;
        // Esc sends nothing.
        page.press(Key::Escape).await?;
        page.goto("/activity").await?;
        page.until(".notice h2", |text| text.contains("Nothing was changed")).await?;
        Ok(())
    })
    .await
}

async fn look_at(page: &Page, change: &str) -> Result<()> {
    page.click("[data-testid=bulk]").await?;
    page.click(&format!("[data-move={change}]")).await?;
    page.see(".sheet form").await.map(drop)
}

/// `12` of `34 of 500 · 12 selected`.
fn number_before(text: &str, word: &str) -> Option<String> {
    let (before, _) = text.split_once(word)?;
    before.rsplit(' ').next().map(|n| n.replace(',', ""))
}
