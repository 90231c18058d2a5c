//! The pane of one device: its tabs by keys, counts that are rows, and names that try to break it.

use fantoccini::key::Key;
use postern_tests::{Result, page::Page};
use serde_json::Value;

use crate::on_page;

/// Every row with the filters written as JSON.
async fn rows(page: &Page, filters: &str) -> Result<Vec<Value>> {
    let query = format!("{{ search: '', filters: {filters}, sort: [] }}");
    let with = format!("{{ as_of: null, query: {query}, offset: 0, limit: 500, rows_only: true }}");
    let reply = page.ask("ListDevices", &with).await?;
    Ok(reply["rows"].as_array().cloned().unwrap_or_default())
}

/// The id of a device with this managed status and platform that the log knows something about.
pub async fn some_device(page: &Page, managed: &str, platform: &str) -> Result<String> {
    let filters = format!(
        "[{{ facet: 'managed', values: ['{managed}'] }}, {{ facet: 'platform', values: ['{platform}'] }}]"
    );
    for row in rows(page, &filters).await? {
        let id = row["id"].as_str().unwrap_or_default().to_owned();
        let ask = format!("{{ as_of: null, id: '{id}', kinds: ['SignIn'], offset: 0, limit: 1 }}");
        if page.ask("GetTimeline", &ask).await?["matching"].as_u64() > Some(0) {
            return Ok(id);
        }
    }
    Err(format!("no {platform} device is {managed} and known to the log").into())
}

#[tokio::test]
async fn keys_alone_read_a_device() -> Result<()> {
    on_page("device", 1_000, "full", async |page| {
        page.goto("/devices").await?;
        page.ready().await?;
        let id = some_device(page, "NOT_MANAGED", "ANDROID").await?;
        page.goto(&format!("/devices?id={id}")).await?;
        page.see("#device-0[aria-selected=true]").await?;
        page.script("document.querySelector('#device-0').focus()").await?;
        page.press(Key::Right).await?;
        page.see(".signals").await?;
        page.press(Key::Right).await?;
        let cause = page.until("[data-testid=cause]", |text| !text.is_empty()).await?;
        assert!(cause.starts_with("Likely cause") || cause.starts_with("The evidence"), "{cause}");
        page.press(Key::Right).await?;
        // The list stands there before its answer.
        page.see(".kind").await?;
        counts_are_rows(page).await?;
        // Round to the first again; Home and End go to the ends.
        page.script("document.querySelector('#device-3').focus()").await?;
        page.press(Key::Right).await?;
        page.see("#device-0[aria-selected=true]").await?;
        page.press(Key::End).await?;
        page.see("#device-3[aria-selected=true]").await.map(drop)
    })
    .await
}

/// Each kind says how many entries it has; chosen alone, so many are there.
async fn counts_are_rows(page: &Page) -> Result<()> {
    let kinds = page.count(".kind").await?;
    assert!(kinds >= 2, "{kinds}");
    for at in 0..kinds {
        page.script(&format!("document.querySelectorAll('.kind')[{at}].click()")).await?;
        // Both at one moment: the log goes on, and a sync may add to them in between.
        let both = format!(
            "return document.querySelectorAll('.kind')[{at}].textContent.trim().split(/[^0-9]+/).pop() + ' ' + \
             document.querySelectorAll('.timeline .what').length"
        );
        let mut seen = String::new();
        let mut equal = false;
        for _ in 0..100 {
            seen = page.script(&both).await?.as_str().unwrap_or_default().to_owned();
            equal = seen.split_once(' ').is_some_and(|(count, rows)| !count.is_empty() && count == rows);
            if equal {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        }
        assert!(equal, "kind {at} says, and has: {seen}");
        page.script(&format!("document.querySelectorAll('.kind')[{at}].click()")).await?;
    }
    Ok(())
}

/// Right-to-left names, names without a blank, and names of ten thousand characters.
#[tokio::test]
async fn no_name_breaks_the_pane() -> Result<()> {
    on_page("device-names", 3_000, "full", async |page| {
        page.goto("/devices").await?;
        page.ready().await?;
        let mut all = rows(page, "[]").await?;
        let hostile = |row: &Value| {
            let name = row["name"].as_str().unwrap_or_default();
            name.chars().count() > 100 || name.chars().any(|c| ('\u{590}'..'\u{700}').contains(&c))
        };
        // One of any kind at least: its name is made a hostile one below.
        let any = all.first().cloned();
        all.retain(hostile);
        all.extend(any.filter(|_| all.is_empty()));
        for id in all.iter().filter_map(|row| row["id"].as_str()).take(3) {
            for tab in ["summary", "signals", "managed", "timeline"] {
                page.goto(&format!("/devices?id={id}&tab={tab}")).await?;
                page.see("aside.detail h2").await?;
                fits(page, id).await?;
            }
        }
        // The longest name that anyone could send is put where the page has it.
        page.script(
            "document.querySelector('aside.detail h2 bdi').textContent = '\u{202e}' + 'ש'.repeat(5000) + 'W'.repeat(5000)",
        )
        .await?;
        fits(page, "ten thousand characters").await
    })
    .await
}

async fn fits(page: &Page, what: &str) -> Result<()> {
    let js = "const pane = document.querySelector('aside.detail'), panel = document.querySelector('#device-panel'); \
        return [document.documentElement.scrollWidth - innerWidth, panel.scrollWidth - panel.clientWidth, \
                pane.querySelector('header').offsetHeight]";
    let sizes: Vec<i64> = serde_json::from_value(page.script(js).await?)?;
    assert!(sizes[0] <= 0 && sizes[1] <= 0, "{what}: too wide by {sizes:?}");
    assert!(sizes[2] < 180, "{what}: the head takes {} px", sizes[2]);
    Ok(())
}
