//! The Log page: rows before they are counted, every number opening exactly its rows, one event whole, and all of it by keys.

use fantoccini::key::Key;
use postern_tests::{Result, page::Page, scenes::THEMES};
use serde_json::Value;
use std::time::Duration;

use crate::{accessible::violations_now, on_page};

const ROW: &str = ".log .grid-row";
const COUNTED: &str = "[data-testid=counted]";

/// Opens the page and waits until its rows are counted; tells how many there are in all.
async fn open(page: &Page, path: &str) -> Result<String> {
    page.goto(path).await?;
    page.see(ROW).await?;
    page.until(COUNTED, counted).await
}

fn counted(text: &str) -> bool {
    !text.is_empty() && !text.starts_with("Counting")
}

/// The number that a text begins with.
fn number(text: &str) -> u64 {
    let digits = text.chars().take_while(|c| c.is_ascii_digit() || *c == ',').filter(|c| *c != ',');
    digits.collect::<String>().parse().unwrap_or(u64::MAX)
}

/// How many rows the core lists for the filter of a request, page by page, past what the page counts.
async fn listed(page: &Page, filter: &str) -> Result<u64> {
    let (mut rows, mut before) = (0, Value::Null);
    loop {
        let with = format!("{{ as_of: null, filter: {filter}, before: {before}, limit: 500 }}");
        let answer = page.ask("ListLog", &with).await?;
        let some = answer["rows"].as_array().map_or(&[][..], Vec::as_slice);
        rows += some.len() as u64;
        match (answer["more"].as_bool(), some.last()) {
            (Some(true), Some(last)) => before = last["place"].clone(),
            _ => return Ok(rows),
        }
    }
}

#[tokio::test]
async fn a_facets_number_is_that_of_its_rows() -> Result<()> {
    on_page("log-facet", 300, "full", async |page| {
        let all = open(page, "/log").await?;
        let value = ".facet-value[data-facet='event_type']";
        let key = page.attribute(value, "data-value").await?;
        let expected = number(&page.text(&format!("{value} .count")).await?);
        assert!(expected > 0 && expected < number(&all), "{expected} of {all}");
        page.click(value).await?;
        page.until(COUNTED, |text| counted(text) && number(text) == expected && text.ends_with(&all)).await?;
        page.holds(&format!("location.search == '?event_type={key}'")).await?;
        let filter = format!("{{ conditions: [{{ field: 'event_type', values: ['{key}'] }}] }}");
        assert_eq!(listed(page, &filter).await?, expected);
        // Switched off, the condition stays and narrows nothing.
        page.click(".filterbar .chip button").await?;
        page.see(".filterbar .chip[data-off]").await?;
        page.until(COUNTED, |text| text == all).await?;
        page.click(".filterbar .chip button:last-child").await?;
        page.holds("location.search == '' && !document.querySelector('.filterbar')").await
    })
    .await
}

#[tokio::test]
async fn a_day_of_the_histogram_opens_its_events() -> Result<()> {
    on_page("log-days", 300, "full", async |page| {
        let all = open(page, "/log").await?;
        page.see(".days-over").await?;
        page.click(".log-days button[aria-label='Table of the days']").await?;
        page.see(".day-table td").await?;
        let cells: Vec<u64> = page.texts(".day-table td").await?.iter().map(|cell| number(cell)).collect();
        assert!(cells.len() > 1, "{cells:?}");
        assert_eq!(cells.iter().sum::<u64>(), number(&all), "the days add up to all events");
        page.press(Key::Escape).await?;
        // The keyboard walks the days; what it says of one is what that one opens.
        page.script("document.querySelector('.days-over').focus()").await?;
        page.press(Key::Left).await?;
        let told = page.attribute(".days-over", "aria-valuetext").await?;
        let expected = number(told.rsplit(": ").next().unwrap_or_default());
        assert_eq!(expected, cells[1], "the table begins with the newest day: {told}");
        page.press(Key::Enter).await?;
        match expected {
            0 => page.until(".log .list h2", |text| text == "No event matches").await?,
            _ => page.until(COUNTED, |text| counted(text) && number(text) == expected).await?,
        };
        page.holds("location.search.includes('since=') && location.search.includes('until=')").await?;
        // The other days stay to go on to.
        assert_eq!(page.attribute(".days-over", "aria-valuemax").await?, (cells.len() - 1).to_string());
        page.click(".log-days button[aria-label='Show all days']").await?;
        page.until(COUNTED, |text| text == all).await.map(drop)
    })
    .await
}

#[tokio::test]
async fn keys_alone_find_open_walk_and_leave() -> Result<()> {
    on_page("log-keys", 300, "full", async |page| {
        let all = open(page, "/log").await?;
        page.press('/').await?;
        page.holds("document.activeElement.getAttribute('aria-label') == 'Search the log'").await?;
        page.type_text("session").await?;
        page.until(COUNTED, |text| counted(text) && text.contains(" of ") && number(text) > 1).await?;
        page.holds("location.search == '?q=session'").await?;
        page.press(Key::Escape).await?;
        page.holds("document.activeElement.tagName == 'BODY'").await?;
        page.press('j').await?;
        page.see("aside.event[data-whole]").await?;
        let first = page.attribute("aside.event", "data-event").await?;
        page.press('j').await?;
        page.holds(&format!("document.querySelector('aside.event').dataset.event != '{first}'")).await?;
        page.press('k').await?;
        page.holds(&format!("document.querySelector('aside.event').dataset.event == '{first}'")).await?;
        page.press(Key::Escape).await?;
        page.holds("!document.querySelector('aside.event')").await?;
        // In the grid the arrows walk, and Shift F keeps the cell's value.
        page.script("document.querySelector('.log .grid [tabindex=\"0\"]').focus()").await?;
        page.press(Key::Down).await?;
        page.press(Key::Right).await?;
        page.press_with(&[Key::Shift], 'F').await?;
        page.holds("location.search.includes('event_type=')").await?;
        page.press('f').await?;
        page.see("[role=dialog][aria-label='Add a filter']").await?;
        page.press(Key::Escape).await?;
        page.press('s').await?;
        page.see("[role=dialog][aria-label='Save as a detection'] input").await?;
        page.press(Key::Escape).await?;
        page.holds("!document.querySelector('[role=dialog]')").await?;
        page.click(".filterbar > button").await?;
        page.until(COUNTED, |text| text == all).await.map(drop)
    })
    .await
}

#[tokio::test]
async fn an_event_tells_what_it_belongs_together_with() -> Result<()> {
    on_page("log-event", 300, "full", async |page| {
        open(page, "/log?event_type=user.session.start").await?;
        page.click(&format!("{ROW} [aria-colindex='2']")).await?;
        page.see("aside.event[data-whole] .joins").await?;
        let raw = page.text("aside.event header .mono").await?;
        assert_eq!(raw, "user.session.start");
        let join = "aside.event .joins a[data-join]";
        let (said, key) = (page.text(join).await?, page.attribute(join, "data-join").await?);
        let uuid = page.attribute("aside.event", "data-event").await?;
        page.click(join).await?;
        page.until(COUNTED, |text| counted(text) && number(text) == number(&said)).await?;
        page.holds(&format!(
            "location.search.startsWith('?{key}=') && location.search.endsWith('id={uuid}')"
        ))
        .await?;
        page.click("aside.event button[aria-label='Show the event’s JSON']").await?;
        page.until(".raw-event pre", |text| text.contains(&uuid)).await?;
        page.press(Key::Escape).await?;
        // Values of the pane narrow the list as well.
        page.click("aside.event .fact button[aria-label='Leave this event type out']").await?;
        page.see(".filterbar .chip").await?;
        page.holds("location.search.includes('not.event_type=user.session.start')").await
    })
    .await
}

#[tokio::test]
async fn a_detection_is_saved_counted_renamed_and_deleted() -> Result<()> {
    on_page("log-detection", 300, "full", async |page| {
        open(page, "/log?event_type=user.session.start&last=30d").await?;
        page.press('s').await?;
        page.fill("[aria-label='Name of the detection']", "Sign-ins").await?;
        page.press(Key::Enter).await?;
        let line = ".detection[data-detection='Sign-ins']";
        page.see(line).await?;
        for last in ["24h", "7d"] {
            let count = format!("{line} .count[data-last='{last}']");
            let expected = number(&page.text(&count).await?);
            page.click(&count).await?;
            page.holds("location.search.includes('since=')").await?;
            match expected {
                0 => page.until(".log .list h2", |text| text == "No event matches").await?,
                _ => page.until(COUNTED, |text| counted(text) && number(text) == expected).await?,
            };
        }
        page.click(&format!("{line} button[aria-label='Change Sign-ins']")).await?;
        page.fill("[aria-label='Name of the detection']", "Sessions").await?;
        page.press(Key::Enter).await?;
        page.see(".detection[data-detection='Sessions']").await?;
        page.click("button[aria-label='Delete Sessions']").await?;
        page.holds("!document.querySelector(\".detection[data-detection='Sessions']\")").await?;
        page.click(".toast button").await?;
        page.see(".detection[data-detection='Sessions']").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn scrolling_on_reads_more_and_keeps_the_document_small() -> Result<()> {
    on_page("log-scroll", 1_000, "full", async |page| {
        let all = number(&open(page, "/log").await?);
        let end = "const g = document.querySelector('.log .grid'); g.scrollTop = g.scrollHeight;";
        let read = "parseInt(document.querySelector('[data-testid=foot]').innerText.replace('All ', '').replaceAll(',', ''))";
        let wanted = all.min(3_000);
        for _ in 0..200 {
            page.script(end).await?;
            if page.script(&format!("return {read}")).await?.as_u64().unwrap_or(0) >= wanted {
                break;
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        page.holds(&format!("{read} >= {wanted}")).await?;
        assert!(page.count(ROW).await? < 80, "only rows in sight are in the document");
        // Back at the top the first rows are there again, read anew where they had been let go.
        page.script("document.querySelector('.log .grid').scrollTop = 0").await?;
        page.holds("document.querySelector('.log [aria-rowindex=\"2\"] time')").await
    })
    .await
}

#[tokio::test]
async fn nothing_that_fits_is_told_from_nothing_at_all() -> Result<()> {
    on_page("log-none", 300, "full", async |page| {
        page.goto("/log?q=zzqqxx").await?;
        page.until(".log .list h2", |text| text == "No event matches").await?;
        page.click(".log .list .notice button").await?;
        page.see(ROW).await?;
        page.goto("/log?until=2001-01-01T00:00:00.000Z").await?;
        page.until(".log .list h2", |text| text == "No event matches").await?;
        page.until(".log .list .notice button", |text| text == "Look at all time").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn an_open_event_is_accessible_in_every_theme() -> Result<()> {
    on_page("log-axe", 300, "full", async |page| {
        for theme in THEMES {
            open(page, &format!("/log?theme={theme}&event_type=user.session.start")).await?;
            page.see(".days-over").await?;
            page.click("#log-side-1").await?;
            page.see(".detection").await?;
            let mut found = violations_now(page).await?;
            page.click("[data-testid=span]").await?;
            page.see(".log-span form").await?;
            found.extend(violations_now(page).await?);
            page.press(Key::Escape).await?;
            page.click(&format!("{ROW} [aria-colindex='2']")).await?;
            page.see("aside.event[data-whole] .joins").await?;
            found.extend(violations_now(page).await?);
            assert!(found.is_empty(), "{theme}: {}", found.join("\n"));
        }
        Ok(())
    })
    .await
}
