//! The posture lab in the page: a check with a mistake is found, mended by the offered fix, attacked and published; the editor
//! keeps its keys; every part is accessible.

use fantoccini::key::Key;
use postern_tests::{
    Result,
    posture_story::{SUMMARY, a_mistake_mended, open_cells, row_tells},
    scenes::{THEMES, themed},
    stories::in_palette,
};
use serde_json::Value;

use crate::{accessible::violations_now, on_page};

#[tokio::test]
async fn a_mistake_is_found_mended_attacked_and_published_by_keys_alone() -> Result<()> {
    on_page("posture-story", 300, "full", async |page| a_mistake_mended(page).await).await
}

/// That the macOS example fails open is loud, in the findings and in the matrix.
#[tokio::test]
async fn a_check_that_fails_open_is_loud() -> Result<()> {
    on_page("posture-open", 300, "full", async |page| {
        page.goto("/posture").await?;
        page.ready().await?;
        in_palette(page, "Firewall on (macOS)").await?;
        page.see("[data-code=fails-open]").await?;
        page.until(".attack-words li[data-tone=bad]", |text| text.contains("fails open")).await?;
        assert!(open_cells(page, "Published as it is").await? > 0);
        assert_eq!(open_cells(page, "With the fixes").await?, 0);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_editor_keeps_its_keys_and_lets_the_focus_go() -> Result<()> {
    on_page("posture-keys", 300, "full", async |page| {
        page.goto("/posture?part=library&platform=macos").await?;
        page.ready().await?;
        // A template becomes a draft with its states.
        let name = page.text(".template h2").await?;
        page.script("document.querySelector('.template button').focus()").await?;
        page.press(Key::Enter).await?;
        page.until(".page-head .badge", |text| text == "Draft").await?;
        page.until(".page-head h1", |text| text == name).await?;
        page.until(SUMMARY, |text| !text.starts_with("A device would not")).await?;
        page.script("document.querySelector('#lab-0').focus()").await?;
        page.press(Key::Right).await?;
        let met = page.until(".trials p[role=status]", |text| text.ends_with(" met")).await?;
        let (some, all) = met.trim_end_matches(" met").split_once(" of ").ok_or("a count")?;
        assert_eq!(some, all);
        assert_eq!(page.count(".trials [data-met=true]").await?.to_string(), all);
        assert_eq!(page.count(".trials [data-met=false]").await?, 0);

        // Letters are letters, and the page keeps its own shortcuts out of it.
        page.see(".cm-content").await?;
        page.script("document.querySelector('.cm-content').focus()").await?;
        page.press_with(&[Key::Control], 'a').await?;
        page.type_text("gd ?/jk").await?;
        page.until(".cm-content", |text| text.contains("gd ?/jk")).await?;
        assert_eq!(page.count("[aria-modal]").await?, 0);
        let place = page.client().current_url().await?;
        assert_eq!(place.path(), "/posture");
        page.until(SUMMARY, |text| text.starts_with("A device would not run it.")).await?;
        // Esc while somebody writes throws nobody out; Tab leaves the editor.
        page.press(Key::Escape).await?;
        page.see(".lab").await?;
        page.press(Key::Tab).await?;
        let inside = page.script("return !!document.activeElement.closest('.cm-editor')").await?;
        assert_eq!(inside, Value::Bool(false), "Tab stays inside");
        assert_eq!(page.script("return document.activeElement === document.body").await?, Value::Bool(false));
        page.press(Key::Escape).await?;
        page.see(".templates").await?;
        // What was typed is kept.
        page.click("#posture-0").await?;
        row_tells(page, &name, &["Draft", "Does not run"], &["Published"]).await
    })
    .await
}

/// A past snapshot shows the check as it was then, even where a draft of now differs, and lets nobody write on it; nor does one
/// that is Okta's own.
#[tokio::test]
async fn what_is_past_or_built_in_is_not_written_on() -> Result<()> {
    on_page("posture-past", 300, "full", async |page| {
        page.goto("/posture").await?;
        page.ready().await?;
        let list = page.ask("ListChecks", "{ as_of: null }").await?;
        let (ours, theirs) = (key_of(&list, "nwWinFirewall")?, key_of(&list, "oktaMacosFirewall")?);
        page.goto(&format!("/posture?check={ours}")).await?;
        page.fill("#check-description", "Of now").await?;
        page.until(".saved", |text| text == "Kept as a draft").await?;
        let value = "return document.querySelector('#check-description').value";
        let snapshot = list["snapshot"].as_u64().ok_or("a snapshot")?;
        for (place, badge) in [
            (format!("/posture?check={ours}&as_of={snapshot}"), "Published"),
            (format!("/posture?check={theirs}"), "Built in"),
        ] {
            page.goto(&place).await?;
            page.until(".page-head .badge", |text| text == badge).await?;
            page.see("#check-query[data-locked] .cm-content").await?;
            page.see("#check-description[readonly]").await?;
            page.until(SUMMARY, |text| !text.is_empty()).await?;
            let before = (page.script(value).await?, page.text(".cm-content").await?);
            assert_ne!(before.0, "Of now");
            page.script("document.querySelectorAll('.finding .button').forEach(b => b.click())").await?;
            page.script("document.querySelector('.cm-content').focus()").await?;
            page.type_text("x").await?;
            page.press_with(&[Key::Control, Key::Shift], 'f').await?;
            // Longer than a draft takes to be kept.
            tokio::time::sleep(std::time::Duration::from_millis(900)).await;
            assert_eq!((page.script(value).await?, page.text(".cm-content").await?), before, "{place}");
            page.see(".page-head .actions button:disabled").await?;
        }
        let list = page.ask("ListChecks", "{ as_of: null }").await?;
        let drafts = list["rows"].as_array().into_iter().flatten().filter(|row| row["draft"] == true);
        assert_eq!(drafts.count(), 1, "the one that was written");
        page.goto(&format!("/posture?check={ours}")).await?;
        page.until(".page-head .badge", |text| text == "Draft of a published check").await?;
        assert_eq!(page.script(value).await?, "Of now");
        Ok(())
    })
    .await
}

/// Each count of readiness opens exactly its devices.
#[tokio::test]
async fn who_could_run_a_check_is_a_count_that_opens_its_rows() -> Result<()> {
    on_page("posture-ready", 1_000, "full", async |page| {
        page.goto("/posture?part=readiness").await?;
        page.ready().await?;
        let links = page.count(".readiness .tally a").await?;
        assert!(links >= 10, "{links}");
        for at in 0..links {
            page.goto("/posture?part=readiness").await?;
            page.see(".readiness .tally a").await?;
            let count = page.texts(".readiness .tally a .num").await?.swap_remove(at);
            page.script(&format!("document.querySelectorAll('.readiness .tally a')[{at}].click()")).await?;
            page.until("[data-testid=counted]", |text| {
                text == count || text.starts_with(&format!("{count} of "))
            })
            .await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn axe_finds_nothing_in_any_part_of_posture() -> Result<()> {
    on_page("axe-posture", 300, "full", async |page| {
        let mut found = Vec::new();
        let mut look = async |what: &str, theme: &str| -> Result<()> {
            found.extend(violations_now(page).await?.into_iter().map(|v| format!("{what} {theme}: {v}")));
            Ok(())
        };
        page.goto("/posture").await?;
        page.ready().await?;
        let list = page.ask("ListChecks", "{ as_of: null }").await?;
        let broken = key_of(&list, "nwWinFirewall")?;
        let used = key_of(&list, "nwMacFirewall")?;
        for theme in THEMES {
            for part in ["checks", "library", "schema&platform=windows", "states", "readiness"] {
                page.goto(&themed(&format!("/posture?part={part}"), theme)).await?;
                page.ready().await?;
                look(part, theme).await?;
            }
            page.goto(&themed(&format!("/posture?check={broken}"), theme)).await?;
            page.see(".finding").await?;
            page.see(".cm-content").await?;
            page.see(".matrix").await?;
            look("lab", theme).await?;
            for (tab, there) in [(1, ".trials h2"), (2, ".here h2"), (3, ".version-list li")] {
                page.script(&format!("document.querySelector('#lab-{tab}').click()")).await?;
                page.see(there).await?;
                look(there, theme).await?;
            }
            page.goto(&themed(&format!("/posture?check={used}"), theme)).await?;
            page.fill("#check-description", &format!("In {theme}")).await?;
            page.until(".page-head .badge", |text| text == "Draft of a published check").await?;
            page.see(".matrix [data-open]").await?;
            look("open", theme).await?;
            page.script("[...document.querySelectorAll('.page-head button')].find(b => b.textContent.includes('Publish…')).click()").await?;
            page.see(".sheet [data-testid=typed]").await?;
            look("sheet", theme).await?;
        }
        if found.is_empty() { Ok(()) } else { Err(format!("{} findings:\n{}", found.len(), found.join("\n")).into()) }
    })
    .await
}

/// The key of the check with this variable name.
fn key_of(list: &Value, variable: &str) -> Result<String> {
    let rows = list["rows"].as_array().ok_or_else(|| format!("no list: {list}"))?;
    let row = rows.iter().find(|row| row["variable_name"] == variable);
    let key = row.and_then(|row| row["key"].as_str()).ok_or_else(|| format!("no {variable}"))?;
    Ok(key.to_owned())
}
