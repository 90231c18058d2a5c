//! The Triage page: every number opens its rows, what is decided can be taken back, keys alone work the queue, and none of
//! them contains anybody by itself.

use fantoccini::key::Key;
use postern_tests::{Result, page::Page, scenes::THEMES};

use crate::{accessible::violations_now, on_page};

const ROW: &str = ".queue .grid-row";
const AMOUNT: &str = "[data-testid=amount]";
const NAME: &str = "aside.detail h2";

async fn open(page: &Page, path: &str) -> Result<()> {
    page.goto(path).await?;
    page.see(".queue[data-ready]").await?;
    page.see(ROW).await.map(drop)
}

#[tokio::test]
async fn every_count_is_of_the_rows_that_it_gives() -> Result<()> {
    on_page("triage-counts", 500, "full", async |page| {
        open(page, "/triage?state=all").await?;
        for group in ["data-state", "data-level", "data-assignee"] {
            let js = format!("return [...document.querySelectorAll('.triage-filters [{group}]')].map(e => e.getAttribute('{group}'))");
            let keys: Vec<String> = serde_json::from_value(page.script(&js).await?)?;
            assert!(!keys.is_empty(), "no chip of {group}");
            for key in keys {
                open(page, "/triage?state=all").await?;
                let chip = format!(".triage-filters [{group}={key:?}]");
                let number = page.text(&format!("{chip} .count")).await?;
                page.click(&chip).await?;
                page.see(&format!("{chip}[aria-pressed=true]")).await?;
                if number == "0" {
                    page.see(".queue .notice").await?;
                } else {
                    page.until(AMOUNT, |text| text.starts_with(&format!("{number} of "))).await?;
                }
            }
        }
        page.goto("/").await?;
        let waiting = page.until("a.figure[href='/triage'] .value", |text| text != "…").await?;
        page.click("a.figure[href='/triage']").await?;
        page.until(AMOUNT, |text| text.starts_with(&format!("{waiting} of "))).await.map(drop)
    })
    .await
}

#[tokio::test]
async fn keys_alone_work_the_queue_and_contain_nobody() -> Result<()> {
    on_page("triage-keys", 500, "full", async |page| {
        open(page, "/triage?state=all").await?;
        page.press('j').await?;
        let first = page.until(NAME, |text| !text.is_empty()).await?;
        page.press('j').await?;
        let second = page.until(NAME, |text| !text.is_empty() && text != first).await?;
        page.press('k').await?;
        page.until(NAME, |text| text == first).await?;
        page.press('o').await?;
        page.see(".queue[data-wide]").await?;
        // Esc goes back one layer at a time.
        page.press(Key::Escape).await?;
        page.holds("!document.querySelector('.queue[data-wide]') && document.querySelector('aside.detail')")
            .await?;
        page.press('C').await?;
        page.see(".sheet.contain [data-autofocus]:focus").await?;
        page.press(Key::Escape).await?;
        page.holds("!document.querySelector('.sheet')").await?;
        let done = page.ask("ListContainments", "{ user: null, offset: 0, limit: 1 }").await?;
        assert_eq!(done["total"], 0, "a key contained somebody");
        page.press(Key::Escape).await?;
        page.holds("!document.querySelector('aside.detail')").await?;
        // From within the list, too, the keys go on from the open person.
        page.click(".queue .grid-row [aria-colindex='3']").await?;
        page.until(NAME, |text| text == first).await?;
        page.press('j').await?;
        page.until(NAME, |text| text == second).await?;
        page.press('k').await?;
        page.until(NAME, |text| text == first).await?;
        page.press('/').await?;
        page.type_text(&second).await?;
        page.until(AMOUNT, |text| text.starts_with("1 of ")).await?;
        // A letter that is typed is no shortcut.
        page.holds("!document.querySelector('.popover')").await
    })
    .await
}

#[tokio::test]
async fn what_is_decided_can_be_taken_back() -> Result<()> {
    on_page("triage-decide", 500, "full", async |page| {
        open(page, "/triage").await?;
        let before = page.text(AMOUNT).await?;
        page.press('j').await?;
        let name = page.until(NAME, |text| !text.is_empty()).await?;
        page.see(".detection").await?;
        page.press('3').await?;
        page.until(".toast", |text| text.contains("unsure")).await?;
        page.until(AMOUNT, |text| text != before).await?;
        page.see(".detection [data-verdict=unsure][aria-pressed=true]").await?;
        // The next person stands where the judged one did.
        page.press('j').await?;
        let next = page.until(NAME, |text| !text.is_empty() && text != name).await?;
        page.click(".toast button").await?;
        page.until(AMOUNT, |text| text == before).await?;

        page.press('a').await?;
        page.see("input[aria-label='Assign to']:focus").await?;
        page.type_text("Dana").await?;
        page.press(Key::Enter).await?;
        page.until(".toast", |text| text == format!("{next}: assigned to Dana.Undo")).await?;
        page.until("[data-assignee=Dana] .count", |text| text == "1").await?;
        page.press('z').await?;
        page.see("[role=dialog][aria-label=Snooze]").await?;
        page.click("[role=dialog][aria-label=Snooze] .menu-item").await?;
        page.until(AMOUNT, |text| text != before).await?;
        page.see("[data-state=snoozed]").await?;
        page.until("[data-state=snoozed] .count", |text| text == "1").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn a_weight_changes_the_order_at_once() -> Result<()> {
    on_page("triage-weights", 500, "full", async |page| {
        open(page, "/triage?state=all").await?;
        let scores = page.texts(".queue .score b").await?;
        page.press('w').await?;
        page.see(".weights input[type=range]:focus").await?;
        page.press(Key::Home).await?;
        let changed = format!("[...document.querySelectorAll('.queue .score b')].map(e => e.textContent).join() != {:?}", scores.join(","));
        page.holds(&changed).await?;
        let parts = "[...document.querySelectorAll('.weights .first li')].every(li => !li.title.includes('Level') || li.title.includes('Level 0'))";
        page.holds(parts).await?;
        page.script("[...document.querySelectorAll('.weights button')].find(b => b.innerText == 'Reset').click()").await?;
        page.holds(&changed.replace("!=", "==")).await
    })
    .await
}

#[tokio::test]
async fn the_time_axis_is_walked_and_its_table_holds_every_mark() -> Result<()> {
    on_page("triage-axis", 500, "full", async |page| {
        open(page, "/triage?state=all").await?;
        page.press('j').await?;
        page.see(".lanes .mark").await?;
        page.script("document.querySelector('.lanes-plot').focus()").await?;
        page.see(".lanes .cursor").await?;
        let first = page.until(".lanes-read", |text| text.contains(" · ")).await?;
        page.press(Key::Left).await?;
        page.press(Key::Down).await?;
        page.until(".lanes-read", |text| text.contains(" · ") && text != first).await?;
        page.press(Key::Enter).await?;
        page.see(".event-brief dl, .marks tbody tr").await?;
        page.press('+').await?;
        page.holds("document.querySelector('.lanes-span').textContent.length > 5").await?;
        page.press('0').await?;
        page.script("[...document.querySelectorAll('.legend button')].find(b => b.innerText == 'Show as a table').click()").await?;
        let sum = "[...document.querySelectorAll('.lanes-names .num')].reduce((n, e) => n + Number(e.textContent.replaceAll(',', '')), 0)";
        page.holds(&format!("document.querySelector('[data-testid=marks]').textContent.replaceAll(',', '').endsWith(' of ' + {sum})")).await?;
        page.click(".marks tbody button").await?;
        page.see(".event-brief a").await?;
        page.click(".event-brief a").await?;
        page.holds("location.pathname == '/log' && location.search.includes('id=')").await
    })
    .await
}

#[tokio::test]
async fn numbers_of_the_report_open_their_rows() -> Result<()> {
    on_page("triage-report", 500, "full", async |page| {
        page.goto("/triage?part=report&days=90").await?;
        page.see(".panel.precision tbody tr").await?;
        let buttons = page.count(".panel.precision tbody button").await?;
        assert!(buttons >= 2, "no number leads anywhere");
        for at in 0..buttons.min(12) {
            let js = format!("const b = document.querySelectorAll('.panel.precision tbody button')[{at}]; b.click(); return b.innerText");
            let number = page.script(&js).await?.as_str().unwrap_or_default().to_owned();
            page.until("[data-testid=behind]", |text| text.starts_with(&format!("{number} "))).await?;
            let rows = page.count(".behind tbody tr").await?.to_string();
            assert!(rows == number || number.len() > 2 || number.parse::<usize>()? > 50, "{rows} rows for {number}");
            page.press(Key::Escape).await?;
            page.holds("!document.querySelector('.dialog')").await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_past_is_read_and_not_judged() -> Result<()> {
    on_page("triage-past", 500, "full", async |page| {
        page.ready().await?;
        let newest = page
            .ask(
                "ListTriage",
                "{ as_of: null, state: 'all', levels: [], assignee: null, search: '', offset: 0, limit: 1 }",
            )
            .await?;
        page.goto(&format!("/triage?state=all&as_of={}", newest["snapshot"])).await?;
        page.see(".as-of-band").await?;
        page.see(ROW).await?;
        page.press('j').await?;
        page.see(".detection [data-verdict]:disabled").await?;
        page.press('1').await?;
        page.until(".toast", |text| text.contains("past snapshot")).await.map(drop)
    })
    .await
}

#[tokio::test]
async fn a_person_at_risk_is_accessible_in_every_theme() -> Result<()> {
    on_page("triage-axe", 500, "full", async |page| {
        for theme in THEMES {
            open(page, &format!("/triage?state=all&theme={theme}")).await?;
            page.press('j').await?;
            page.see(".detection").await?;
            page.see(".lanes .mark").await?;
            page.script("[...document.querySelectorAll('.legend button')].find(b => b.innerText == 'Show as a table').click()").await?;
            page.see(".marks tbody tr").await?;
            page.press('w').await?;
            page.see(".weights").await?;
            let found = violations_now(page).await?;
            assert!(found.is_empty(), "{theme}: {}", found.join("\n"));
        }
        Ok(())
    })
    .await
}
