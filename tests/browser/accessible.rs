//! Accessibility, as axe-core sees it: every page, theme and state.

use fantoccini::Client;
use postern_tests::{
    Result,
    page::Page,
    scenes::{PAGES, STATES, THEMES, themed},
};
use serde_json::Value;

use crate::on_page;

/// axe-core runs as a promise; the driver waits for its list of violations.
const RUN: &str = "const done = arguments[arguments.length - 1]; \
    axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }) \
        .then(found => done(found.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary}`))), \
              error => done([String(error)]))";

#[tokio::test]
async fn axe_finds_nothing() -> Result<()> {
    let Some(axe) = std::env::var_os("POSTERN_AXE") else {
        // `cargo xtask test` reports axe-core as skipped, by name, when it could not be installed.
        println!("POSTERN_AXE does not name axe.min.js");
        return Ok(());
    };
    let axe = std::fs::read_to_string(axe)?;
    let mut found = Vec::new();
    for state in STATES {
        on_page("axe", 2_000, state, async |page| check(page, &axe, state, &mut found).await).await?;
    }
    if found.is_empty() {
        Ok(())
    } else {
        Err(format!("{} findings:\n{}", found.len(), found.join("\n")).into())
    }
}

/// What is not a page of its own: the tabs of a device, an event's dialog, the picker of times, and the past.
#[tokio::test]
async fn axe_finds_nothing_in_a_device_and_in_the_past() -> Result<()> {
    let Some(axe) = std::env::var_os("POSTERN_AXE") else {
        println!("POSTERN_AXE does not name axe.min.js");
        return Ok(());
    };
    let axe = std::fs::read_to_string(axe)?;
    on_page("axe-device", 1_000, "full", async |page| {
        let id = crate::device::some_device(page, "NOT_MANAGED", "IOS").await?;
        let mut found = Vec::new();
        for theme in THEMES {
            for (tab, there) in [
                ("summary", ".facts"),
                ("signals", ".signals"),
                ("managed", ".steps"),
                ("timeline", ".timeline"),
            ] {
                page.goto(&themed(&format!("/devices?id={id}&tab={tab}"), theme)).await?;
                page.see(there).await?;
                found.extend(told(tab, theme, violations(page.client(), &axe).await?));
            }
            page.click(".timeline .ways button").await?;
            page.see(".raw-event pre").await?;
            found.extend(told("event", theme, violations(page.client(), &axe).await?));
            page.goto(&themed(&format!("/devices?id={id}&as_of=1"), theme)).await?;
            page.see(".as-of-band").await?;
            page.click(".time-button").await?;
            page.see(".time-picker .days").await?;
            found.extend(told("past", theme, violations(page.client(), &axe).await?));
        }
        if found.is_empty() { Ok(()) } else { Err(found.join("\n").into()) }
    })
    .await
}

fn told(what: &str, theme: &str, found: Vec<String>) -> impl Iterator<Item = String> {
    let place = format!("{what} {theme}");
    found.into_iter().map(move |finding| format!("{place}: {finding}"))
}

/// What axe-core has against the page as it stands; nothing where it could not be installed.
pub async fn violations_now(page: &Page) -> Result<Vec<String>> {
    let Some(axe) = std::env::var_os("POSTERN_AXE") else {
        println!("POSTERN_AXE does not name axe.min.js");
        return Ok(Vec::new());
    };
    violations(page.client(), &std::fs::read_to_string(axe)?).await
}

async fn check(page: &Page, axe: &str, state: &str, found: &mut Vec<String>) -> Result<()> {
    for (name, path) in PAGES {
        for theme in THEMES {
            page.goto(&themed(path, theme)).await?;
            page.see("[data-ready], .notice").await?;
            found.extend(
                violations(page.client(), axe)
                    .await?
                    .into_iter()
                    .map(|v| format!("{name} {theme} {state}: {v}")),
            );
        }
    }
    if found.is_empty() {
        Ok(())
    } else {
        Err(format!("{} findings:\n{}", found.len(), found.join("\n")).into())
    }
}

pub async fn violations(client: &Client, axe: &str) -> Result<Vec<String>> {
    // The script comes through the driver, not through the page: its content security policy allows nothing foreign.
    client.execute(axe, Vec::new()).await?;
    let found: Value = client.execute_async(RUN, Vec::new()).await?;
    Ok(serde_json::from_value(found)?)
}
