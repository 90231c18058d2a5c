//! The Users page: found, filtered, opened and left by keys alone, with every link leading where it says.

use fantoccini::key::Key;
use postern_tests::{Result, page::Page};

use crate::{accessible::violations_now, on_page};

const ROW: &str = ".grid-row";
const COUNTED: &str = "[data-testid=counted]";

async fn open(page: &Page) -> Result<()> {
    page.goto("/users").await?;
    page.ready().await?;
    page.see(ROW).await.map(drop)
}

#[tokio::test]
async fn keys_alone_reach_and_open_a_person() -> Result<()> {
    on_page("users-keys", 500, "full", async |page| {
        open(page).await?;
        page.script("document.querySelector('.grid [tabindex=\"0\"]').focus()").await?;
        for key in [Key::Down, Key::Down] {
            page.press(key).await?;
        }
        page.press('k').await?;
        page.press(Key::Enter).await?;
        page.see("aside.detail h2").await?;
        let name = "document.querySelector('[aria-rowindex=\"3\"] [aria-colindex=\"1\"]').innerText";
        page.holds(&format!("document.querySelector('aside.detail h2').innerText == {name}")).await?;
        page.holds("location.search.includes('id=00u')").await?;
        // With the pane open, walking the list walks the pane.
        page.press('j').await?;
        let name = name.replace('3', "4");
        page.holds(&format!("document.querySelector('aside.detail h2').innerText == {name}")).await?;
        page.press(Key::Escape).await?;
        page.holds("!document.querySelector('aside.detail')").await
    })
    .await
}

#[tokio::test]
async fn what_is_typed_and_filtered_stands_in_the_address() -> Result<()> {
    on_page("users-filter", 500, "full", async |page| {
        open(page).await?;
        let all = page.text(COUNTED).await?;
        page.press('/').await?;
        page.holds("document.activeElement.getAttribute('aria-label') == 'Search users'").await?;
        page.fill("input[aria-label='Search users']", "ann").await?;
        page.until(COUNTED, |text| text.contains(" of ") && !text.starts_with("0 ")).await?;
        page.holds("location.search == '?q=ann'").await?;
        page.fill("input[aria-label='Search users']", "zzqqxx").await?;
        page.until(".list h2", |text| text == "Nobody matches").await?;
        page.fill("input[aria-label='Search users']", "").await?;
        page.until(COUNTED, |text| text == all).await?;
        page.press(Key::Escape).await?;
        // A number of a facet is the number of its rows.
        let value = ".facet-value[data-facet='devices'][data-value='1']";
        let number = page.text(&format!("{value} .count")).await?;
        page.click(value).await?;
        page.until(COUNTED, |text| text == format!("{number} of {all}")).await?;
        page.holds("location.search == '?devices=1'").await?;
        page.see(".filterbar .chip").await?;
        page.press('f').await?;
        page.see("[role=dialog][aria-label='Add a filter']").await?;
        page.press(Key::Escape).await?;
        page.press('c').await?;
        page.see("[role=dialog][aria-label='Columns']").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn a_person_leads_to_their_devices_and_back() -> Result<()> {
    on_page("users-links", 500, "full", async |page| {
        page.goto("/users?devices=2%2B&status=ACTIVE").await?;
        page.see(ROW).await?;
        page.click(&format!("{ROW} [aria-colindex='1']")).await?;
        page.see("aside.detail [aria-label='Groups'] .tag").await?;
        let name = page.text("aside.detail h2").await?;
        let devices = page.text("aside.detail [aria-label='Devices'] h3 .dim").await?;
        assert_eq!(page.count("aside.detail [aria-label='Devices'] li").await?.to_string(), devices);
        page.click("aside.detail [aria-label='Devices'] a.more-link").await?;
        page.until(COUNTED, |text| text.starts_with(&format!("{devices} of "))).await?;
        // The first column there selects.
        page.click(&format!("{ROW} [aria-colindex='2']")).await?;
        page.see("aside.detail [aria-label='Users'] a").await?;
        let js = format!(
            "[...document.querySelectorAll('aside.detail [aria-label=Users] a')].find(a => a.innerText == {name:?}).click()"
        );
        page.script(&js).await?;
        page.holds("location.pathname == '/users'").await?;
        page.until("aside.detail h2", |text| text == name).await.map(drop)
    })
    .await
}

#[tokio::test]
async fn the_palette_opens_a_person() -> Result<()> {
    on_page("users-palette", 500, "full", async |page| {
        open(page).await?;
        let login =
            page.ask("ListUsers", "{ as_of: null, query: {}, offset: 3, limit: 1, rows_only: true }").await?;
        let login = login["rows"][0]["login"].as_str().unwrap_or_default().to_owned();
        page.goto("/").await?;
        page.ready().await?;
        page.click("button.searchbox").await?;
        page.fill(".palette input", &login).await?;
        page.until(".palette [role=option]", |text| text.contains(&login)).await?;
        // Devices of the person stand first.
        let line = format!(
            "const all = [...document.querySelectorAll('.palette [role=option]')]; \
                return all.findIndex(o => o.innerText.includes({login:?}))"
        );
        for _ in 0..page.script(&line).await?.as_i64().unwrap_or(0) {
            page.press(Key::Down).await?;
        }
        page.press(Key::Enter).await?;
        page.holds("location.pathname == '/users' && location.search.startsWith('?id=00u')").await?;
        page.until("aside.detail [aria-label='Account'] dd", |text| text == login).await.map(drop)
    })
    .await
}

#[tokio::test]
async fn an_open_person_is_accessible_in_every_theme() -> Result<()> {
    on_page("users-axe", 500, "full", async |page| {
        for theme in postern_tests::scenes::THEMES {
            page.goto(&format!("/users?theme={theme}&status=ACTIVE")).await?;
            page.see(ROW).await?;
            page.click(&format!("{ROW} [aria-colindex='1']")).await?;
            page.see("aside.detail [aria-label='Groups'] .tag").await?;
            page.see("aside.detail [aria-label='Admin roles'] p").await?;
            let found = violations_now(page).await?;
            assert!(found.is_empty(), "{theme}: {}", found.join("\n"));
        }
        Ok(())
    })
    .await
}
