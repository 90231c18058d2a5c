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
