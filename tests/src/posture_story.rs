//! A check with a mistake, mended and published with the keyboard alone; told once for the window and for the browser.

use std::time::Duration;

use fantoccini::key::Key;
use serde_json::Value;

use crate::{Result, page::Page, stories::in_palette};

/// What the linter says of a query as a whole.
pub const SUMMARY: &str = ".findings .summary";
const CHECK: &str = "Firewall on (Windows)";
const LATER: Duration = Duration::from_millis(30);

/// Never a click: by the palette into the lab, by the fix to a query that runs, by the sheet to the org.
pub async fn a_mistake_mended(page: &Page) -> Result<()> {
    page.ready().await?;
    page.press_with(&[Key::Control], '5').await?;
    row_tells(page, CHECK, &["Does not run", "Published"], &["draft"]).await?;
    in_palette(page, CHECK).await?;
    page.see(".cm-content").await?;
    page.until(SUMMARY, |text| text.starts_with("A device would not run it.")).await?;
    page.until("[data-code=unknown-table]", |text| text.contains("windows_firewall_profiles")).await?;
    // What it would be with the fixes stands beside it at once, and fails open nowhere.
    page.until(".matrix thead th", |text| text == "With the fixes").await?;
    assert_eq!(open_cells(page, "With the fixes").await?, 0);
    mend(page).await?;
    page.until(SUMMARY, |text| !text.starts_with("A device would not")).await?;
    page.until(".page-head .badge", |text| text == "Draft of a published check").await?;
    page.until(".attack-words li[data-tone=good]", |text| text.starts_with("This draft flips")).await?;
    assert_eq!(open_cells(page, "This draft").await?, 0);
    assert!(page.count(".matrix tbody tr").await? >= 4);

    page.script("document.querySelector('#check-message').focus()").await?;
    page.press_with(&[Key::Control], 'a').await?;
    page.type_text("Turn <b>it</b> on").await?;
    page.until(".widget-card", |text| text.contains("Turn <b>it</b> on")).await?;
    page.until(".saved", |text| text == "Kept as a draft").await?;

    let publish = "[...document.querySelectorAll('.page-head button')].find(b => b.textContent.includes('Publish…')).focus()";
    page.script(publish).await?;
    page.press(Key::Enter).await?;
    // A policy in force asks for it: its name has to be typed. The focus begins on Cancel, so that no Enter sends anything.
    page.see(".sheet [data-autofocus]:focus").await?;
    // Round the dialog: past the list of apps, which opens on demand.
    for _ in 0..4 {
        page.press(Key::Tab).await?;
        if page.count("[data-testid=typed]:focus").await? > 0 {
            break;
        }
    }
    page.see("[data-testid=typed]:focus").await?;
    page.see("[data-testid=confirm]:disabled").await?;
    page.type_text("nwWinFirewall").await?;
    page.see("[data-testid=confirm]:enabled").await?;
    page.press(Key::Enter).await?;
    page.until(".toast", |text| text == format!("{CHECK} is published, and was read back.")).await?;
    page.until(".page-head .badge", |text| text == "Published").await?;
    // Nobody types now, so Esc goes back to the list.
    page.script("document.activeElement.blur()").await?;
    page.press(Key::Escape).await?;
    page.see("table.checks").await?;
    row_tells(page, CHECK, &["Published"], &["Does not run", "draft"]).await
}

/// Presses the first fix that is offered until none of an error is left.
async fn mend(page: &Page) -> Result<()> {
    for _ in 0..6 {
        let focus = "const b = document.querySelector('.finding[data-severity=error] .button'); if (b) b.focus(); return !!b";
        if page.script(focus).await? != Value::Bool(true) {
            return Ok(());
        }
        let before = page.text(SUMMARY).await? + &page.texts(".finding").await?.join("|");
        page.press(Key::Enter).await?;
        for _ in 0..300 {
            let now = page.texts(SUMMARY).await?.join("") + &page.texts(".finding").await?.join("|");
            let stale = page.count(".findings[data-stale]").await? > 0;
            if now != before && !stale {
                break;
            }
            tokio::time::sleep(LATER).await;
        }
    }
    Err(format!("fixes without end: {:?}", page.texts(".finding").await?).into())
}

/// How many cells of a column of the matrix pass where nothing is known.
pub async fn open_cells(page: &Page, column: &str) -> Result<u64> {
    let js = format!(
        "const heads = [...document.querySelectorAll('.matrix thead th')], at = heads.findIndex(h => h.textContent === '{column}'); \
         if (at < 0) return null; \
         return [...document.querySelectorAll('.matrix tbody tr')].filter(r => r.children[at].querySelector('[data-open]')).length"
    );
    page.script(&js).await?.as_u64().ok_or_else(|| format!("the matrix has no column {column}").into())
}

/// Waits until a check's row in the list tells all of this and nothing of that.
pub async fn row_tells(page: &Page, name: &str, all: &[&str], none: &[&str]) -> Result<()> {
    let wanted = |text: &str| {
        text.starts_with(name)
            && all.iter().all(|word| text.contains(word))
            && !none.iter().any(|word| text.contains(word))
    };
    page.until("table.checks tbody tr", wanted).await.map(drop)
}
