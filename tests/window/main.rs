//! The built app, in its own window, as a person uses it. It knows the page by what a person sees, and starts nothing but
//! the one program.

use std::path::Path;

use fantoccini::key::Key;
use postern_tests::{Result, driver, page::Page, posture_story, stories, triage_story};

const DEVICES: u32 = 3_000;
const COUNTED: &str = "[data-testid=counted]";
const ROW: &str = ".grid-row";

#[tokio::test]
async fn a_stranger_finds_a_device_and_a_count_equals_its_rows() -> Result<()> {
    let data = tempfile::tempdir()?;
    driver::window(data.path(), DEVICES).await?.run("window", search_sort_filter).await
}

async fn search_sort_filter(page: &Page) -> Result<()> {
    page.ready().await?;
    page.click(".rail a[href='/devices']").await?;
    page.until(COUNTED, |text| text == "3,000").await?;

    let serial = page.until(&cells(page, "Serial").await?, |text| !text.is_empty() && text != "—").await?;
    page.fill("input[aria-label='Search devices']", &serial).await?;
    page.until(COUNTED, |text| text.ends_with(" of 3,000")).await?;
    page.click(ROW).await?;
    page.until("aside.detail", |text| text.contains(&serial)).await?;
    page.press(Key::Escape).await?;
    page.fill("input[aria-label='Search devices']", "").await?;
    page.until(COUNTED, |text| text == "3,000").await?;

    sort_by_name(page).await?;
    filter_by_each_platform(page).await
}

async fn sort_by_name(page: &Page) -> Result<()> {
    let (head, button) = ("[role=columnheader]:has([data-head=name])", "[data-head=name]");
    page.click(button).await?;
    let order = page.attribute(head, "aria-sort").await?;
    assert!(["ascending", "descending"].contains(&order.as_str()), "{order}");
    page.click(button).await?;
    assert_ne!(page.attribute(head, "aria-sort").await?, order, "a second click turns the order round");
    Ok(())
}

/// Every number equals its rows: the facet's count, the head line and the table agree.
async fn filter_by_each_platform(page: &Page) -> Result<()> {
    let values = page
        .script("return [...document.querySelectorAll('[data-facet=platform]')].map(b => b.dataset.value)")
        .await?;
    let values: Vec<String> = serde_json::from_value(values)?;
    assert!(values.len() > 2, "the demo org has several platforms: {values:?}");
    for value in values {
        let button = format!("[data-facet=platform][data-value='{value}']");
        let count = page.text(&format!("{button} .count")).await?;
        if count == "0" {
            continue;
        }
        page.click(&button).await?;
        page.until(COUNTED, |text| text == format!("{count} of 3,000")).await?;
        let rows: usize = page.attribute(".grid", "aria-rowcount").await?.parse()?;
        assert_eq!(rows - 1, count.replace(',', "").parse::<usize>()?, "{value}: the table's head is no row");
        page.click(&button).await?;
        page.until(COUNTED, |text| text == "3,000").await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_second_start_shows_the_rows_of_the_first() -> Result<()> {
    let data = tempfile::tempdir()?;
    let look = async |page: &Page| {
        page.ready().await?;
        page.click(".rail a[href='/devices']").await?;
        page.until(COUNTED, |text| text == "3,000").await?;
        page.see(ROW).await.map(drop)
    };
    driver::window(data.path(), DEVICES).await?.run("first-start", look).await?;
    assert!(log_of(data.path()).contains("the shell starts"));
    driver::window(data.path(), DEVICES).await?.run("second-start", look).await
}

#[tokio::test]
async fn a_lost_laptop_by_keys_alone() -> Result<()> {
    let data = tempfile::tempdir()?;
    driver::window(data.path(), 500).await?.run("lost-laptop", stories::a_lost_laptop).await
}

#[tokio::test]
async fn a_check_with_a_mistake_is_mended_and_published_by_keys_alone() -> Result<()> {
    let data = tempfile::tempdir()?;
    driver::window(data.path(), 500).await?.run("posture", posture_story::a_mistake_mended).await
}

#[tokio::test]
async fn a_hijacked_session_is_contained_by_keys_alone() -> Result<()> {
    let data = tempfile::tempdir()?;
    driver::window(data.path(), 500).await?.run("hijack", triage_story::a_hijacked_session).await
}

fn log_of(data: &Path) -> String {
    std::fs::read_to_string(data.join("logs/postern.log")).unwrap_or_default()
}

/// The cells of the column that has this label.
async fn cells(page: &Page, label: &str) -> Result<String> {
    page.see(ROW).await?;
    let heads = page.texts("[role=columnheader]").await?;
    let at = heads
        .iter()
        .position(|head| head.starts_with(label))
        .ok_or_else(|| format!("no {label} among {heads:?}"))?;
    Ok(format!("{ROW} [aria-colindex='{}']", at + 1))
}
