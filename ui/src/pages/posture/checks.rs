//! The checks of the org and the drafts, with what the linter says of each and where it is used.

use super::{Begin, PostureView};
use crate::{
    address::View,
    kit::{
        button::Button,
        file_button::FileButton,
        icon::Glyph,
        notice::{Banner, Notice},
        text,
    },
    parts::{failure_notice::FailureNotice, words::When},
    query::{Pushes, act, use_query},
    state::{
        as_of::{AsOf, Shown},
        toasts::Toasts,
    },
};
use contract::checks::{CheckKey, CheckRow, Checks, ExportChecks, ImportChecks, ListChecks};
use domain::{Severity, Timestamp};
use leptos::prelude::*;

/// The list.
#[component]
pub fn CheckList() -> impl IntoView {
    let (as_of, shown) = (expect_context::<AsOf>(), expect_context::<Shown>());
    let query = use_query(move || Some(ListChecks { as_of: as_of.get() }));
    let body = move || {
        let unread = shown.unread("Posture checks");
        match (query.value.get(), query.failure.get()) {
            (Some(checks), _) if checks.rows.is_empty() && checks.unread.is_empty() && unread.is_none() => none().into_any(),
            (Some(checks), _) => view! {
                {unread.map(|failure| view! {
                    <Banner glyph=Glyph::Warning><span class="grow">"The org’s checks could not be read in this snapshot: "{failure.to_string()}</span></Banner>
                })}
                <Table checks/>
            }.into_any(),
            (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
            (None, None) => view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any(),
        }
    };
    view! {
        <div class="part-bar">
            <span class="soft grow" role="status">{move || query.value.read().as_ref().map(|checks| counted(&checks.rows))}</span>
            <ImportChecksButton/>
            <ExportChecksButton checks=query.value/>
        </div>
        <div class="scroll" tabindex="0" role="region" aria-label="Checks" data-ready=move || query.value.read().is_some().then_some("")>{body}</div>
    }
}

/// How many there are of each kind.
fn counted(rows: &[CheckRow]) -> String {
    let count = |is: fn(&CheckRow) -> bool| rows.iter().filter(|row| is(row)).count() as u64;
    let custom = count(|row| !row.builtin && matches!(row.key, CheckKey::Org(_)));
    let drafts = count(|row| matches!(row.key, CheckKey::Draft(_)));
    let drafts =
        if drafts > 0 { format!(", {}", text::plural(drafts, "draft", "drafts")) } else { String::new() };
    format!(
        "{}, {} built in{drafts}",
        text::plural(custom, "custom check", "custom checks"),
        count(|row| row.builtin)
    )
}

/// Writes every custom check and draft as files.
#[component]
fn ExportChecksButton(checks: RwSignal<Option<Checks>>) -> impl IntoView {
    let (pushes, toasts, as_of) =
        (expect_context::<Pushes>(), expect_context::<Toasts>(), expect_context::<AsOf>());
    let export = move |_| {
        let keys = checks.read_untracked().as_ref().map(|checks| {
            checks.rows.iter().filter(|row| !row.builtin).map(|row| row.key.clone()).collect::<Vec<_>>()
        });
        let command = ExportChecks { as_of: as_of.get_untracked(), keys: keys.unwrap_or_default() };
        act(pushes, command, move |reply| match reply {
            Ok(done) => {
                let refused =
                    done.refused.iter().map(|(name, why)| format!(" {name}: {why}")).collect::<String>();
                let checks = text::plural(u64::from(done.checks), "check", "checks");
                toasts.say(format!("{checks} written to {}.{refused}", done.folder));
            }
            Err(failure) => toasts.say(failure.to_string()),
        });
    };
    view! { <Button label="Export as files" glyph=Glyph::Download on_press=export/> }
}

/// Makes drafts of check files.
#[component]
fn ImportChecksButton() -> impl IntoView {
    let (pushes, toasts) = (expect_context::<Pushes>(), expect_context::<Toasts>());
    let read = Callback::new(move |files: Vec<(String, String)>| {
        act(pushes, ImportChecks { files }, move |reply| match reply {
            Ok(done) => {
                let refused = done
                    .refused
                    .iter()
                    .map(|(name, why)| format!("{name}: {why}"))
                    .collect::<Vec<_>>()
                    .join(" ");
                toasts.say(format!(
                    "{} made. {refused}",
                    text::plural(done.drafts.len() as u64, "draft", "drafts")
                ));
            }
            Err(failure) => toasts.say(failure.to_string()),
        });
    });
    let refuse = Callback::new(move |why: String| toasts.say(why));
    view! { <FileButton label="Import files…" what="Check files" accept=".yaml,.yml,.sql" read refuse/> }
}

fn none() -> impl IntoView {
    view! { <Notice glyph=Glyph::Empty title="The org has no posture checks" text="Begin with a template of the library, or with a blank one. Nothing reaches the org before you publish it."/> }
}

#[component]
fn Table(checks: Checks) -> impl IntoView {
    let Checks { now, rows, unread, .. } = checks;
    view! {
        <table class="plain checks">
            <thead><tr>
                <th scope="col">"Name"</th><th scope="col">"Variable"</th><th scope="col">"Platform"</th><th scope="col">"Query"</th>
                <th scope="col">"Expectations"</th><th scope="col">"Used by"</th><th scope="col">"State"</th><th scope="col">"Last updated"</th>
            </tr></thead>
            <tbody>{rows.into_iter().map(|row| view! { <Row row now/> }).collect_view()}</tbody>
        </table>
        {(!unread.is_empty()).then(|| view! {
            <p class="note">"Not understood: "{unread.into_iter().map(|(name, why)| format!("{name} ({why})")).collect::<Vec<_>>().join(", ")}</p>
        })}
    }
}

#[component]
fn Row(row: CheckRow, now: Timestamp) -> impl IntoView {
    let begin = Begin::here();
    let as_of = expect_context::<AsOf>();
    let href = as_of.link(&PostureView::of(row.key.clone()).href());
    let key = row.key.clone();
    let platform = match &row.platform {
        Ok(platform) => platform.label().to_owned(),
        Err(other) => other.clone(),
    };
    let state = match (row.builtin, matches!(row.key, CheckKey::Org(_)), row.draft) {
        (true, ..) => ("plain", "Built in"),
        (_, true, true) => ("warn", "Published, draft differs"),
        (_, true, false) => ("plain", "Published"),
        (_, false, _) => ("accent", "Draft"),
    };
    view! {
        <tr on:click=move |_| begin.open(key.clone())>
            <td><a class="clip" href=href on:click=|e| e.stop_propagation()><bdi>{row.name}</bdi></a></td>
            <td><span class="mono clip">{row.variable_name}</span></td>
            <td>{platform}</td>
            <td><Findings valid=row.valid findings=row.findings/></td>
            <td>{match row.expectations {
                Some((met, all)) => view! { <span class="verdict" data-is=if met == all { "pass" } else { "fail" }>{format!("{met} of {all} met")}</span> }.into_any(),
                None => view! { <span class="dim">"None kept"</span> }.into_any(),
            }}</td>
            <td>{match row.policies {
                Some(0) => view! { <span class="dim">"No policy"</span> }.into_any(),
                Some(n) => text::plural(u64::from(n), "policy", "policies").into_any(),
                None => view! { <span class="unknown">"Policies not read"</span> }.into_any(),
            }}</td>
            <td><span class="badge" data-tone=state.0>{state.1}</span></td>
            <td><When at=row.last_updated now/></td>
        </tr>
    }
}

/// What the linter says, in a few words.
#[component]
pub fn Findings(valid: bool, findings: Vec<(Severity, u32)>) -> impl IntoView {
    let count = |severity| findings.iter().find(|(s, _)| *s == severity).map_or(0, |(_, n)| *n);
    let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
    let (is, words) = match (valid, errors, warnings) {
        (false, ..) => ("error", "Does not run".to_owned()),
        (true, 1.., _) => ("error", text::plural(u64::from(errors), "error", "errors")),
        (true, 0, 1..) => ("warning", text::plural(u64::from(warnings), "warning", "warnings")),
        (true, 0, 0) if notes > 0 => ("note", text::plural(u64::from(notes), "note", "notes")),
        _ => ("clean", "No findings".to_owned()),
    };
    view! { <span class="finding-sum" data-severity=is>{words}</span> }
}
