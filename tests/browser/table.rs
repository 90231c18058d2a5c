//! The table of devices: a window on any number of rows, that fits and can be worked with keys alone.

use fantoccini::key::Key;
use postern_tests::{Result, page::Page};

use crate::on_page;

const ROW: &str = ".grid-row";

#[tokio::test]
async fn the_document_holds_a_screenful_however_many_rows_there_are() -> Result<()> {
    let mut most = Vec::new();
    for devices in [500, 20_000] {
        on_page("rows", devices, "full", async |page| {
            page.goto("/devices").await?;
            page.ready().await?;
            page.see(ROW).await?;
            let mut seen = 0;
            for part in [0.0, 0.3, 0.7, 1.0] {
                page.script(&format!(
                    "const g = document.querySelector('.grid'); g.scrollTop = g.scrollHeight * {part}"
                ))
                .await?;
                page.until(&format!("{ROW} [aria-colindex='2']"), |text| !text.is_empty()).await?;
                seen = seen.max(page.count(ROW).await?);
            }
            most.push(seen);
            Ok(())
        })
        .await?;
    }
    assert!(most.iter().all(|rows| (5..=80).contains(rows)), "{most:?}");
    assert_eq!(most[0], most[1], "the number of rows in the document does not depend on the org");
    Ok(())
}

#[tokio::test]
async fn keys_alone_reach_and_open_a_device() -> Result<()> {
    on_page("keys", 500, "full", async |page| {
        page.goto("/devices").await?;
        page.see(ROW).await?;
        page.script("document.querySelector('.grid [tabindex=\"0\"]').focus()").await?;
        for key in [Key::Down, Key::Down, Key::Right, Key::Enter] {
            page.press(key).await?;
        }
        page.see("aside.detail h2").await?;
        page.until("[aria-rowindex='4'][aria-current='true'] [aria-colindex='2']", |text| !text.is_empty())
            .await?;
        page.press(Key::Escape).await?;
        page.gone("aside.detail").await
    })
    .await
}

#[tokio::test]
async fn nothing_is_cut_off_at_twice_the_size() -> Result<()> {
    on_page("zoom", 500, "full", async |page| {
        // Twice as large letters in the same window are half as large a window.
        page.size((640, 400)).await?;
        for path in ["/", "/devices"] {
            page.goto(path).await?;
            page.ready().await?;
            let wider = page.script("return document.documentElement.scrollWidth - innerWidth").await?;
            assert!(wider.as_i64().is_some_and(|px| px <= 0), "{path} is {wider} px wider than its window");
        }
        Ok(())
    })
    .await
}

/// A push may change what rows say, but must not take the page from under whoever types or reads.
#[tokio::test]
async fn a_sync_leaves_the_page_standing() -> Result<()> {
    on_page("sync", 500, "full", async |page| {
        page.goto("/devices").await?;
        page.see(ROW).await?;
        page.script("document.querySelector('.grid').dataset.kept = ''").await?;
        let was = page.text("[data-testid=counted]").await?;
        for _ in 0..2 {
            page.ask("StartSync", "{ full: false }").await?;
            until_synced(page).await?;
        }
        assert_eq!(page.count(".grid[data-kept]").await?, 1, "the table was made anew");
        assert_eq!(page.text("[data-testid=counted]").await?, was);
        Ok(())
    })
    .await
}

pub async fn until_synced(page: &Page) -> Result<()> {
    for _ in 0..1200 {
        if page.ask("GetSync", "{}").await?["phase"] == "Idle" {
            // The push that ends a sync is on its way to the page by now.
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    Err("the sync did not end".into())
}
