//! The list of devices worked with keys alone: choosing rows, copying them, typed filters, columns, views and the plain
//! table.

use fantoccini::key::Key;
use postern_tests::{Result, page::Page};

use crate::on_page;

const ROW: &str = ".grid-row";
const FOOT: &str = "[data-testid=foot]";
const CHOSEN: &str = ".grid-row[aria-selected='true']";

/// Opens the list with the focus on its first row, and lets the test read what is put on the clipboard: headless, a
/// browser gives no other program's clipboard to look at.
async fn at_the_list(page: &Page, path: &str) -> Result<()> {
    page.goto(path).await?;
    page.ready().await?;
    page.see(ROW).await?;
    page.script(
        "window.copied = null; \
         Object.defineProperty(navigator, 'clipboard', { value: { writeText: t => { window.copied = t; return Promise.resolve(); } } })",
    )
    .await?;
    page.script("document.querySelector('.grid [role=gridcell][tabindex=\"0\"]').focus()").await.map(drop)
}

/// Waits until a script answers with something that is true.
async fn until(page: &Page, what: &str, js: &str) -> Result<()> {
    page.holds(js).await.map_err(|error| format!("never happened: {what}: {error}").into())
}

#[tokio::test]
async fn rows_are_chosen_and_copied_with_keys() -> Result<()> {
    on_page("choose", 500, "full", async |page| {
        at_the_list(page, "/devices").await?;
        page.press(' ').await?;
        page.until(FOOT, |text| text.contains("1 selected")).await?;
        page.press_with(&[Key::Shift], Key::Down).await?;
        page.press_with(&[Key::Shift], Key::Down).await?;
        page.until(FOOT, |text| text.contains("3 selected")).await?;
        page.press_with(&[Key::Shift], Key::Up).await?;
        page.until(FOOT, |text| text.contains("2 selected")).await?;
        assert_eq!(page.count(CHOSEN).await?, 2);
        page.press_with(&[Key::Control], 'c').await?;
        until(
            page,
            "two rows and a head are copied",
            "window.copied && window.copied.trim().split('\\n').length === 3",
        )
        .await?;
        let first = page.script("return window.copied.split('\\t')[0]").await?;
        assert_eq!(first, "Name");
        // The choice stays when the list is sorted another way, and when it is filtered.
        page.click("[data-head=serial]").await?;
        page.until(FOOT, |text| text.contains("2 selected")).await?;
        page.click(".facet-value[data-value=IOS]").await?;
        page.until(FOOT, |text| text.contains("of 500") && text.contains("2 selected")).await?;
        page.script("document.querySelector('.grid [role=gridcell][tabindex=\"0\"]').focus()").await?;
        page.press_with(&[Key::Control], 'a').await?;
        let all = page.until(FOOT, |text| text.contains("selected") && !text.contains("2 selected")).await?;
        let (matching, chosen) =
            (all.split(' ').next(), all.split("· ").nth(1).and_then(|t| t.split(' ').next()));
        assert_eq!(matching, chosen, "{all}");
        page.press(' ').await?;
        until(page, "one row is let go", "document.querySelector('.grid-row:not([aria-selected=true])')")
            .await?;
        page.press(Key::Escape).await?;
        page.until(FOOT, |text| !text.contains("selected")).await?;
        assert_eq!(page.count(CHOSEN).await?, 0);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn escape_lets_go_of_the_choice_before_it_closes_the_pane() -> Result<()> {
    on_page("escape", 300, "full", async |page| {
        at_the_list(page, "/devices").await?;
        page.press(Key::Enter).await?;
        page.see("aside.detail").await?;
        page.script("document.querySelector('.grid [role=gridcell][tabindex=\"0\"]').focus()").await?;
        page.press(' ').await?;
        page.until(FOOT, |text| text.contains("1 selected")).await?;
        page.press(Key::Escape).await?;
        page.until(FOOT, |text| !text.contains("selected")).await?;
        assert_eq!(page.count("aside.detail").await?, 1);
        page.press(Key::Escape).await?;
        until(page, "the pane closes", "!document.querySelector('aside.detail')").await?;
        // Closed from within, it leaves the focus with the list.
        page.press(Key::Enter).await?;
        page.see("aside.detail").await?;
        page.script("document.querySelector('aside.detail .scroll').focus()").await?;
        page.press(Key::Escape).await?;
        until(page, "the list has the focus", "document.activeElement.getAttribute('role') === 'gridcell'")
            .await
    })
    .await
}

#[tokio::test]
async fn a_typed_filter_is_written_edited_and_switched_off() -> Result<()> {
    on_page("filter", 500, "full", async |page| {
        at_the_list(page, "/devices").await?;
        page.press('f').await?;
        page.see(".popover.filters input").await?;
        until(page, "the line has the focus", "document.activeElement.matches('.popover.filters input')")
            .await?;
        // A mistake is marked and changes nothing.
        page.type_text("os < 15.x").await?;
        page.until(".popover .mistake", |text| text.contains("15.x")).await?;
        page.until(".popover mark", |text| text == "15.x").await?;
        page.press(Key::Enter).await?;
        page.until("[data-testid=counted]", |text| text == "500").await?;
        // Enter put the cursor on what is wrong: writing on mends it.
        page.type_text("15.6").await?;
        page.press(Key::Enter).await?;
        page.until(".chip.typed", |text| text.contains("OS version < 15.6")).await?;
        let below = page.until("[data-testid=counted]", |text| text.contains(" of 500")).await?;
        // Unknown is its own answer.
        page.click(".chip .unknown-too").await?;
        page.until("[data-testid=counted]", |text| text.contains(" of 500") && text != below).await?;
        // F2 edits where it stands.
        page.script("document.querySelector('.chip.typed button').focus()").await?;
        page.press(Key::F2).await?;
        page.see(".filterbar .filter-input input").await?;
        page.fill(".filterbar .filter-input input", "serial is known").await?;
        page.press(Key::Enter).await?;
        page.until(".chip.typed", |text| text.contains("Serial is known")).await?;
        // Switched off it stays, and filters nothing.
        page.click(".chip.typed button").await?;
        page.until("[data-testid=counted]", |text| text == "500").await?;
        page.see(".chip.typed[data-off]").await?;
        let address = page.script("return decodeURIComponent(location.search)").await?;
        assert!(address.as_str().is_some_and(|a| a.contains("where=off")), "{address}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_mistake_in_an_address_is_shown_and_can_be_mended() -> Result<()> {
    on_page("mistake", 300, "full", async |page| {
        page.goto("/devices?where=os+%3C+15.x").await?;
        page.ready().await?;
        page.until(".unread mark", |text| text == "15.x").await?;
        page.until("[data-testid=counted]", |text| text == "300").await?;
        page.fill(".unread input", "os < 15").await?;
        page.press(Key::Enter).await?;
        page.until(".chip.typed", |text| text.contains("OS version < 15")).await.map(drop)
    })
    .await
}

#[tokio::test]
async fn a_cell_filters_by_its_value() -> Result<()> {
    on_page("cell", 500, "full", async |page| {
        at_the_list(page, "/devices").await?;
        // The first sync by itself may still put the rows in another order.
        page.ask("StartSync", "{ full: false }").await?;
        crate::table::until_synced(page).await?;
        page.press(Key::Right).await?;
        let platform = page.script("return document.activeElement.firstElementChild.textContent").await?;
        page.press_with(&[Key::Shift], 'F').await?;
        let wanted = format!("Platform is {}", platform.as_str().unwrap_or("?"));
        page.until(".chip", |text| text.contains(&wanted)).await?;
        let counted = page.text("[data-testid=counted]").await?;
        let on_facet = page.until(".facet-value[aria-pressed=true] .count", |text| !text.is_empty()).await?;
        assert!(counted.starts_with(&format!("{on_facet} of")), "{counted} and {on_facet}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn columns_are_chosen_moved_pinned_and_resized_with_keys() -> Result<()> {
    on_page("columns", 300, "full", async |page| {
        at_the_list(page, "/devices").await?;
        page.press('c').await?;
        page.see("[data-column=udid]").await?;
        page.script("document.querySelector('[data-column=udid]').focus()").await?;
        page.press(Key::Enter).await?;
        page.see("[data-head=udid]").await?;
        until(page, "the focus stays on its line", "document.activeElement.dataset.column === 'udid'")
            .await?;
        page.press_with(&[Key::Alt], Key::Up).await?;
        let order = "[...document.querySelectorAll('[data-head]')].map(h => h.dataset.head)";
        until(page, "it moved before the last", &format!("{order}.at(-2) === 'udid'")).await?;
        page.press('p').await?;
        until(page, "it stands beside the name", &format!("{order}[1] === 'udid'")).await?;
        page.press(Key::Escape).await?;
        page.script("document.querySelector('[data-head=udid]').focus()").await?;
        let width = "document.querySelector('[data-head=udid]').parentElement.getBoundingClientRect().width";
        let before = page.script(&format!("return {width}")).await?.as_f64().unwrap_or(0.0);
        page.press_with(&[Key::Shift], Key::Right).await?;
        until(page, "it is wider", &format!("{width} > {before}")).await?;
        // Remembered, for this org.
        page.goto("/devices").await?;
        page.see("[data-head=udid]").await?;
        until(page, "it still stands beside the name", &format!("{order}[1] === 'udid'")).await
    })
    .await
}

#[tokio::test]
async fn a_view_is_saved_opened_renamed_and_brought_back() -> Result<()> {
    on_page("views", 500, "full", async |page| {
        at_the_list(page, "/devices?where=users+%3E+1").await?;
        let counted = page.text("[data-testid=counted]").await?;
        page.press('s').await?;
        until(page, "the name is asked for", "document.activeElement.matches('.save-line input')").await?;
        page.type_text("Shared ones").await?;
        page.press(Key::Enter).await?;
        page.see("[data-view='Shared ones']").await?;
        page.press(Key::Escape).await?;
        at_the_list(page, "/devices").await?;
        page.click(".page-head button[aria-expanded]").await?;
        let number = page.until("[data-view='Shared ones'] .num", |text| !text.is_empty()).await?;
        assert!(counted.starts_with(&format!("{number} of")), "{counted} and {number}");
        // A lens opens as many rows as it says.
        let lens = page.until("[data-lens=duplicates] .num", |text| !text.is_empty()).await?;
        page.click("[data-lens=duplicates]").await?;
        page.until("[data-testid=counted]", |text| text.starts_with(&format!("{lens} of"))).await?;
        page.click(".page-head button[aria-expanded]").await?;
        page.click("[data-view='Shared ones']").await?;
        page.until("[data-testid=counted]", |text| text == counted).await?;
        page.click(".page-head button[aria-expanded]").await?;
        page.click("[aria-label='Delete Shared ones']").await?;
        until(page, "it is gone", "!document.querySelector('[data-view]')").await?;
        page.click(".toast button").await?;
        page.until(".toast", |text| text.contains("is back")).await?;
        page.click(".page-head button[aria-expanded]").await?;
        page.see("[data-view='Shared ones']").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn a_plain_table_shows_the_same_in_pages() -> Result<()> {
    on_page("plain", 250, "full", async |page| {
        at_the_list(page, "/devices").await?;
        let first = page.text(".grid-row [aria-colindex='2']").await?;
        page.click("[data-testid=plain]").await?;
        page.until(".plain tbody th", |text| text == first).await?;
        assert_eq!(page.count(".plain tbody tr").await?, 100);
        page.click(".plain tbody input").await?;
        page.until(FOOT, |text| text.contains("1 selected")).await?;
        page.click(".plain thead input").await?;
        page.until(FOOT, |text| !text.contains("selected")).await?;
        page.click(".plain thead input").await?;
        page.until(FOOT, |text| text.contains("100 selected")).await?;
        page.script("document.querySelectorAll('.list-pages button')[3].click()").await?;
        page.until(".list-pages span", |text| text == "Page 3 of 3").await?;
        until(
            page,
            "the last page has the rest",
            "document.querySelectorAll('.plain tbody tr').length === 50",
        )
        .await?;
        page.click(".plain tbody a").await?;
        page.see("aside.detail").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn an_export_names_its_file() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().to_str().ok_or("a temporary folder has a plain name")?.to_owned();
    on_page("export", 300, "full", async |page| {
        at_the_list(page, "/devices?platform=WINDOWS").await?;
        let counted = page.text("[data-testid=counted]").await?;
        page.press('e').await?;
        page.fill(".export .folder input", &path).await?;
        page.click(".export .row button").await?;
        let done = page.until(".export .path", |text| text.ends_with(".csv")).await?;
        let lines = std::fs::read_to_string(&done)?.lines().count();
        assert!(counted.starts_with(&format!("{} of", lines - 1)), "{counted} and {lines} lines");
        Ok(())
    })
    .await
}

/// One export after the other, begun past the dialog.
const EXPORT_ON_AND_ON: &str = "(async () => { while (!window.enough) await fetch('/call', { method: 'POST', \
    headers: { 'content-type': 'application/json' }, body: JSON.stringify({ command: 'ExportDevices', with: \
    { as_of: null, what: { Found: {} }, columns: [], format: 'Csv', folder: window.folder } }) }) })()";

#[tokio::test]
async fn an_export_under_way_is_shown_by_whoever_opens_the_dialog() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().to_str().ok_or("a temporary folder has a plain name")?.to_owned();
    on_page("export-joined", 3_000, "full", async |page| {
        at_the_list(page, "/devices").await?;
        page.script(&format!("window.folder = {path:?}; {EXPORT_ON_AND_ON}")).await?;
        let mut shown = false;
        // Now and then the dialog opens just between two of them.
        for _ in 0..30 {
            page.press('e').await?;
            page.see(".export").await?;
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            shown = page.count(".export [role=progressbar]").await? > 0;
            if shown {
                break;
            }
            page.press(Key::Escape).await?;
        }
        assert!(shown, "the dialog never showed the export under way");
        page.script("window.enough = true").await?;
        let done = page.until(".export .path", |text| text.ends_with(".csv")).await?;
        assert_eq!(std::fs::read_to_string(&done)?.lines().count(), 3_001);
        Ok(())
    })
    .await
}
