//! Containing a person from the pages: what is asked before, what is told after, and that every number about logouts opens its
//! rows.

use fantoccini::key::Key;
use postern_tests::{Result, page::Page};

use crate::{accessible::violations_now, on_page};

const TYPED: &str = "[data-testid=typed]";
const CONFIRM: &str = "[data-testid=confirm]";

/// Opens the person at the top of the list, who is one at risk; returns the name.
async fn somebody_at_risk(page: &Page) -> Result<String> {
    page.goto("/users?status=ACTIVE").await?;
    page.see(".grid-row").await?;
    page.click(".grid-row [aria-colindex='1']").await?;
    page.see("aside.detail .device-actions button").await?;
    page.text("aside.detail h2").await
}

/// Opens the sheet for that person by the button on their page.
async fn sheet(page: &Page) -> Result<String> {
    let name = somebody_at_risk(page).await?;
    page.script(
        "const b = document.querySelector('aside.detail .device-actions button'); b.focus(); b.click()",
    )
    .await?;
    page.see(".sheet.contain form").await?;
    Ok(name)
}

/// What the sheet wants typed: the name, or what stands for it where no keyboard writes the name.
async fn wanted(page: &Page) -> Result<String> {
    page.text(".sheet form label.line b").await
}

#[tokio::test]
async fn the_sheet_begins_on_cancel_and_sends_nothing_without_the_name() -> Result<()> {
    on_page("contain-asks", 500, "full", async |page| {
        sheet(page).await?;
        let name = wanted(page).await?;
        page.holds("document.activeElement.innerText == 'Cancel'").await?;
        page.until(".sheet .cautions", |text| text.contains("This sets risk back to Low")).await?;
        page.see("[data-testid=radius]").await?;
        page.see(&format!("{CONFIRM}:disabled")).await?;
        page.fill(TYPED, "somebody else").await?;
        page.see(&format!("{CONFIRM}:disabled")).await?;
        page.fill(TYPED, &name).await?;
        page.see(&format!("{CONFIRM}:enabled")).await?;
        assert_eq!(violations_now(page).await?, Vec::<String>::new());
        // Nothing chosen is nothing to send, whatever was typed.
        page.script("document.querySelectorAll('.act > label input:checked').forEach(box => box.click())")
            .await?;
        page.until(".sheet .actions", |text| text.contains("Choose at least one act")).await?;
        page.see(&format!("{CONFIRM}:disabled")).await?;
        page.press(Key::Escape).await?;
        page.holds("!document.querySelector('.sheet')").await?;
        page.holds("document.activeElement.innerText == 'Contain…'").await?;
        page.goto("/activity?of=containments").await?;
        page.until(".notice h2", |text| text.contains("Nobody was contained")).await.map(drop)
    })
    .await
}

#[tokio::test]
async fn a_reason_is_checked_while_it_is_typed() -> Result<()> {
    on_page("contain-reason", 500, "full", async |page| {
        sheet(page).await?;
        let name = wanted(page).await?;
        page.fill(TYPED, &name).await?;
        page.script("document.querySelector('#act-set_risk:not(:checked)')?.click()").await?;
        page.fill("[data-testid=reason]", "seen by the SOC?").await?;
        page.until("#reason-told", |text| text.contains("“?”")).await?;
        page.see(&format!("{CONFIRM}:disabled")).await?;
        page.fill("[data-testid=reason]", "Seen by the SOC, ticket INC-42.").await?;
        page.holds("document.querySelector('#reason-told .mistake').innerText == ''").await?;
        page.see(&format!("{CONFIRM}:enabled")).await?;
        page.until(".sheet .cautions", |text| text.contains("entity risk policy")).await?;
        page.script("document.querySelector('[data-testid=compare]').click()").await?;
        page.until(".sheet .triggers", |text| text.contains("global-token-revocation")).await?;
        assert_eq!(violations_now(page).await?, Vec::<String>::new());
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_person_is_contained_by_keys_and_what_remains_is_ticked_off() -> Result<()> {
    on_page("contain", 500, "full", async |page| {
        sheet(page).await?;
        let name = wanted(page).await?;
        // The field before the buttons is the name's.
        page.script("document.querySelector('[data-testid=typed]').focus()").await?;
        page.type_text(&name).await?;
        page.press(Key::Enter).await?;
        page.until("[data-testid=containment-state]", |text| text == "Done").await?;
        page.holds("document.activeElement.innerText.startsWith('Close')").await?;
        assert!(page.count("[data-testid=steps] li[data-state=verified]").await? > 0);
        page.see("[data-testid=case-link]").await?;
        page.see("[data-testid=by-hand] input").await?;
        assert_eq!(violations_now(page).await?, Vec::<String>::new());
        page.press(Key::Escape).await?;
        page.holds("!document.querySelector('.sheet')").await?;
        // The same stands in Activity, and a tick outlives the page.
        page.goto("/activity?of=containments").await?;
        page.click("[data-containment]").await?;
        page.click("[data-testid=by-hand] label").await?;
        page.see("[data-testid=by-hand] [data-done]").await?;
        page.script("location.reload()").await?;
        page.see("[data-testid=by-hand] [data-done]").await?;
        assert_eq!(violations_now(page).await?, Vec::<String>::new());
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_palette_opens_the_sheet_for_whom_it_finds() -> Result<()> {
    on_page("contain-palette", 500, "full", async |page| {
        let name = somebody_at_risk(page).await?;
        page.goto("/").await?;
        page.ready().await?;
        page.press_with(&[Key::Control], 'k').await?;
        page.see(".palette input").await?;
        page.type_text(&format!("contain {name}")).await?;
        let entry = format!("Contain {name}…");
        page.holds(&format!("[...document.querySelectorAll('.palette [role=option]')].some(o => o.innerText.includes({entry:?}))"))
            .await?;
        page.press(Key::Enter).await?;
        page.until(".sheet.contain h2", |text| text.starts_with("Contain ")).await?;
        page.holds("document.activeElement.innerText == 'Cancel'").await
    })
    .await
}

#[tokio::test]
async fn offline_everything_is_looked_at_and_nothing_is_sent() -> Result<()> {
    on_page("contain-offline", 500, "offline", async |page| {
        let name = sheet(page).await?;
        page.until(".sheet .callout[role=alert]", |text| !text.is_empty()).await?;
        if page.count(TYPED).await? > 0 {
            page.fill(TYPED, &name).await?;
        }
        page.see(&format!("{CONFIRM}:disabled")).await.map(drop)
    })
    .await
}

/// Each link of a part with the number that it shows.
async fn numbers(page: &Page, within: &str) -> Result<Vec<(String, u64)>> {
    let js = format!(
        "return [...document.querySelectorAll({within:?} + ' a')].map(a => [a.getAttribute('href'), Number(a.innerText.replaceAll(',', ''))])"
    );
    Ok(serde_json::from_value(page.script(&js).await?)?)
}

#[tokio::test]
async fn every_number_of_apps_opens_exactly_its_rows() -> Result<()> {
    on_page("logout-apps", 500, "full", async |page| {
        page.goto("/logout").await?;
        page.see("[data-testid=matrix] a").await?;
        assert_eq!(violations_now(page).await?, Vec::<String>::new());
        let mut all = numbers(page, "[data-testid=matrix]").await?;
        all.extend(numbers(page, "[data-testid=coverage]").await?);
        assert!(all.len() > 4, "{all:?}");
        for (href, n) in all {
            page.goto(&href).await?;
            page.see("[data-testid=apps] tbody tr").await?;
            page.until("[data-testid=counted]", |text| text.split(' ').next() == Some(&n.to_string()))
                .await?;
            assert_eq!(page.count("[data-testid=apps] tbody tr").await? as u64, n, "{href}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn every_number_of_logouts_opens_exactly_its_rows() -> Result<()> {
    on_page("logout-runs", 500, "full", async |page| {
        page.goto("/logout?part=runs").await?;
        page.see("[data-testid=runs] tbody tr").await?;
        assert_eq!(violations_now(page).await?, Vec::<String>::new());
        let chips = page.texts(".part-bar .toggle[data-state]").await?;
        for (at, chip) in chips.iter().enumerate() {
            let n: usize = chip.rsplit(' ').next().unwrap_or_default().replace(',', "").parse()?;
            page.goto("/logout?part=runs").await?;
            page.click(&format!(".part-bar .toggle:nth-child({})", at + 1)).await?;
            page.holds("location.search.includes('state=')").await?;
            page.holds(&format!(
                "document.querySelectorAll('[data-testid=runs] tbody tr').length == {}",
                n.min(100)
            ))
            .await?;
        }
        // A run opens by keys, and leads to its events.
        page.goto("/logout?part=runs").await?;
        page.see("[data-testid=runs] tbody tr").await?;
        page.press('j').await?;
        page.see("aside.detail [data-testid=run-events]").await?;
        page.holds("location.search.includes('id=')").await?;
        assert_eq!(violations_now(page).await?, Vec::<String>::new());
        page.press(Key::Escape).await?;
        page.holds("!document.querySelector('aside.detail')").await
    })
    .await
}
