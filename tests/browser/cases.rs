//! The Cases page: a case is begun, read, noted, exported and found again by its address; a bundle is opened in a frame of its
//! own, and one with a flipped bit is not. Every state is accessible.

use fantoccini::{Locator, key::Key};
use postern_tests::{
    Result,
    page::Page,
    scenes::{THEMES, themed},
};
use serde_json::Value;
use std::path::{Path, PathBuf};

use crate::{accessible::violations_now, on_page};

const TITLE: &str = ".case > header h2";

/// A case of two people, made by the core; its number.
async fn a_case(page: &Page) -> Result<i64> {
    let people =
        page.ask("ListUsers", "{ as_of: null, query: {}, offset: 0, limit: 2, rows_only: true }").await?;
    let ids: Vec<&Value> = people["rows"].as_array().into_iter().flatten().map(|row| &row["id"]).collect();
    let with = format!(
        "{{ case: null, title: 'A hijacked session', users: {}, filter: null, days: 30, note: 'It began with a call.' }}",
        serde_json::to_string(&ids)?
    );
    let case = page.ask("FreezeCase", &with).await?;
    case["id"].as_i64().ok_or_else(|| format!("no case: {case}").into())
}

#[tokio::test]
async fn a_case_is_begun_read_noted_and_closed_by_keys() -> Result<()> {
    on_page("cases-story", 300, "full", async |page| {
        page.goto("/cases").await?;
        page.until(".notice h2", |text| text == "No case yet").await?;
        page.script("document.querySelector('.notice .button').focus()").await?;
        page.press(Key::Enter).await?;
        page.see("[role=dialog] #freeze-title").await?;
        page.fill("#freeze-title", "A hijacked session").await?;
        let people = page.ask("ListUsers", "{ as_of: null, query: {}, offset: 0, limit: 1, rows_only: true }").await?;
        let (login, name) = (people["rows"][0]["login"].as_str().unwrap_or(""), people["rows"][0]["name"].as_str());
        page.fill("#freeze-people", login).await?;
        page.see(".offered button").await?;
        page.press(Key::Tab).await?;
        page.press(Key::Enter).await?;
        page.until("[role=dialog] .tag bdi", |text| Some(text) == name).await?;
        page.fill("#freeze-types", "user.session.*").await?;
        page.click("[role=dialog] .actions .button[data-variant=accent]").await?;
        page.until(TITLE, |text| text == "A hijacked session").await?;
        assert!(page.client().current_url().await?.query().unwrap_or("").contains("id=1"));

        // A count of rows is that many lines.
        let rows = page.text("tr:has([data-item='frozen-1/log.jsonl']) td:nth-child(2)").await?;
        page.script("document.querySelector('[data-item=\"frozen-1/log.jsonl\"]').focus()").await?;
        page.press(Key::Enter).await?;
        page.until("[data-testid=lines]", |text| text.ends_with(&format!(" of {rows}"))).await?;
        page.script("document.querySelector('.text-lines .fold').focus()").await?;
        page.press(Key::Enter).await?;
        page.until(".text-lines pre", |text| text.contains("\n  \"")).await?;
        let here = page.client().current_url().await?;
        page.press(Key::Escape).await?;
        page.see(TITLE).await?;
        page.client().goto(here.as_str()).await?;
        page.until(".case > header h2", |text| text == "frozen-1/log.jsonl").await?;
        page.press(Key::Escape).await?;

        page.fill(".add-note textarea", "The bank says no.").await?;
        page.press_with(&[Key::Control], Key::Enter).await?;
        page.until(".case-notes p", |text| text == "The bank says no.").await?;
        page.script("[...document.querySelectorAll('.case-bar button')].find(b => b.innerText == 'Close case').click()").await?;
        page.until(".case .badge", |text| text == "Closed").await?;
        page.press(Key::Escape).await?;
        page.until(".notice h2", |text| text == "No case matches").await?;
        page.click(".with-closed input").await?;
        page.until(".cases tbody .badge", |text| text == "Closed").await?;
        page.press('/').await?;
        page.type_text("bank").await?;
        page.until("[data-testid=counted]", |text| text == "1").await?;
        page.type_text(" zzz").await?;
        page.until("[data-testid=counted]", |text| text == "0 of 1").await.map(drop)
    })
    .await
}

/// Chooses a file, as a person does in the system's dialog.
async fn choose(page: &Page, file: &Path) -> Result<()> {
    let input = page.client().find(Locator::Css("input[type=file]")).await?;
    Ok(input.send_keys(&file.display().to_string()).await?)
}

#[tokio::test]
async fn an_exported_bundle_opens_in_its_frame_and_a_changed_one_does_not() -> Result<()> {
    on_page("cases-bundle", 300, "full", async |page| {
        page.goto("/cases").await?;
        page.ready().await?;
        let id = a_case(page).await?;
        page.goto(&format!("/cases?id={id}")).await?;
        page.see(TITLE).await?;
        page.click(".case-bar .button[data-variant=accent]").await?;
        page.fill("#export-recipients", "age1nonsense").await?;
        page.see(".recipients [data-tone=bad]").await?;
        page.see("[role=dialog] .button[data-variant=accent]:disabled").await?;
        page.fill("#export-recipients", "").await?;
        page.click("#export-pseudonyms").await?;
        page.click("[role=dialog] .button[data-variant=accent]").await?;
        let hash = page.until("[data-testid=bundle-hash]", |text| text.len() == 64).await?;
        let file = PathBuf::from(page.text("[role=dialog] .path").await?);
        page.press(Key::Escape).await?;

        choose(page, &file).await?;
        assert_eq!(page.attribute("[data-bundle]", "data-bundle").await?, hash);
        page.until(".bundle-band", |text| text.contains("not this org’s data") && text.contains("made up"))
            .await?;
        assert_eq!(page.count(".cases").await?, 0, "the org's own cases are out of sight");
        page.click("[data-item='frozen-1/policies.jsonl']").await?;
        page.see(".text-lines li").await?;
        page.press(Key::Escape).await?;
        page.see("[data-item='frozen-1/policies.jsonl']").await?;
        page.click(".bundle-band .button[data-variant=accent]").await?;
        page.see(".cases").await?;

        let mut bytes = std::fs::read(&file)?;
        let at = bytes.len() / 2;
        bytes[at] ^= 4;
        let changed = file.with_extension("changed.tar");
        std::fs::write(&changed, bytes)?;
        choose(page, &changed).await?;
        page.until("[role=dialog] .trouble", |text| text.contains("was not opened")).await?;
        assert_eq!(page.count(".bundle").await?, 0);
        std::fs::remove_file(&changed)?;
        Ok(std::fs::remove_file(&file)?)
    })
    .await
}

#[tokio::test]
async fn axe_finds_nothing_in_a_case() -> Result<()> {
    on_page("axe-cases", 300, "full", async |page| {
        page.goto("/cases").await?;
        page.ready().await?;
        let id = a_case(page).await?;
        let mut found = Vec::new();
        let mut look = async |what: &str, theme: &str| -> Result<()> {
            found.extend(violations_now(page).await?.into_iter().map(|v| format!("{what} {theme}: {v}")));
            Ok(())
        };
        for theme in THEMES {
            page.goto(&themed("/cases", theme)).await?;
            page.see(".cases tbody tr").await?;
            look("list", theme).await?;
            page.goto(&themed(&format!("/cases?id={id}"), theme)).await?;
            page.see(".evidence").await?;
            look("case", theme).await?;
            page.click(".case-bar .button[data-variant=accent]").await?;
            page.fill("#export-recipients", "age1nonsense").await?;
            look("export", theme).await?;
            page.press(Key::Escape).await?;
            page.goto(&themed(&format!("/cases?id={id}&item=frozen-1%2Fpolicies.jsonl"), theme)).await?;
            page.click(".text-lines .fold").await?;
            look("lines", theme).await?;
            page.goto(&themed("/cases", theme)).await?;
            page.see(".cases tbody tr").await?;
            page.click(".page-head .actions .button:last-child").await?;
            page.see("#freeze-title").await?;
            look("freeze", theme).await?;
            page.press(Key::Escape).await?;
            let done =
                page.ask("ExportCase", &format!("{{ id: {id}, pseudonyms: false, recipients: [] }}")).await?;
            let file = PathBuf::from(done["path"].as_str().unwrap_or_default());
            choose(page, &file).await?;
            page.see(".bundle .evidence").await?;
            look("bundle", theme).await?;
            std::fs::remove_file(&file)?;
        }
        if found.is_empty() {
            Ok(())
        } else {
            Err(format!("{} findings:\n{}", found.len(), found.join("\n")).into())
        }
    })
    .await
}

/// Opens the dialog of the plot by this selector's `nth` button, adds the plot, and waits until it is told.
async fn keep_plot(page: &Page, css: &str, nth: usize, case_title: Option<&str>) -> Result<()> {
    page.see(css).await?;
    page.script(&format!("document.querySelectorAll('{css}')[{nth}].click()")).await?;
    page.see("[role=dialog] :is(.picks, #keep-title)").await?;
    if let Some(title) = case_title {
        page.see("[role=dialog] .button[data-variant=accent]:disabled").await?;
        page.fill("#keep-title", title).await?;
    }
    page.click("[role=dialog] .actions .button[data-variant=accent]").await?;
    page.holds("!document.querySelector('[role=dialog]')").await
}

#[tokio::test]
async fn every_plot_goes_into_a_case_with_its_numbers() -> Result<()> {
    on_page("cases-plots", 500, "full", async |page| {
        page.goto("/triage?part=report&days=90").await?;
        page.see(".panel.precision tbody tr").await?;
        let plots = page.count("[data-testid=keep-plot]").await?;
        assert_eq!(plots, page.count(".report .plot").await?, "each plot has its way into a case");
        assert!(plots >= 3, "{plots} plots");
        for nth in 0..plots {
            keep_plot(page, "[data-testid=keep-plot]", nth, (nth == 0).then_some("What the plots say"))
                .await?;
        }
        page.goto("/logout").await?;
        keep_plot(page, "[data-testid=keep-plot]", 0, None).await?;
        page.goto("/log").await?;
        keep_plot(page, "[aria-label=\"Add the plot to a case\"]", 0, None).await?;
        page.until(".toast", |text| text.contains("What the plots say")).await?;

        page.goto("/cases?id=1").await?;
        page.until(TITLE, |text| text == "What the plots say").await?;
        assert_eq!(page.count("[data-item$='.svg']").await?, plots + 2);
        // A table's number of rows is that of its lines but for the first, which names the columns.
        for n in 1..=plots + 2 {
            let at = format!("tr:has([data-item='plots/{n}.csv']) td:nth-child(2)");
            let rows: usize = page.text(&at).await?.replace('\u{202f}', "").parse()?;
            let ask = format!("{{ id: 1, path: 'plots/{n}.csv', offset: 0, limit: 1 }}");
            assert_eq!(page.ask("GetCaseItem", &ask).await?["total"], rows + 1, "plots/{n}.csv");
        }
        page.script("document.querySelector('[data-item=\"plots/1.svg\"]').click()").await?;
        page.see(".picture img").await?;
        let drawn =
            "const i = document.querySelector('.picture img'); await i.decode(); return i.naturalWidth";
        assert_eq!(page.script(&format!("return (async () => {{ {drawn} }})()")).await?, 1000);
        assert_eq!(violations_now(page).await?, Vec::<String>::new());
        page.press(Key::Escape).await?;
        page.until(TITLE, |text| text == "What the plots say").await.map(drop)
    })
    .await
}
