//! What the linter says, each finding with its reason and, where there is one, the fix that mends it.

use super::draft::Lab;
use crate::kit::{button::Button, quoted::quoted, sql_editor::SqlEditorControls, text};
use domain::{Finding, LintReport, Severity};
use leptos::prelude::*;

/// So many findings stand open; the rest opens on demand.
const OPEN: usize = 6;

/// The list.
#[component]
pub fn FindingList(controls: SqlEditorControls) -> impl IntoView {
    let lab = expect_context::<Lab>();
    let report = Memo::new(move |_| lab.linted.value.read().as_ref().map(|linted| linted.report.clone()));
    let all = RwSignal::new(false);
    view! {
        <section class="findings" aria-label="Findings" data-stale=move || (!lab.is_linted()).then_some("")>
            {move || match report.get() {
                None if lab.content.read().query.trim().is_empty() => view! { <p class="soft empty">"Write a query, or begin with a template of the library."</p> }.into_any(),
                None => ().into_any(),
                Some(report) => list(report, all, controls).into_any(),
            }}
            {move || lab.linted.failure.get().map(|failure| view! { <p class="trouble">{failure.to_string()}</p> })}
        </section>
    }
}

fn list(report: LintReport, all: RwSignal<bool>, controls: SqlEditorControls) -> impl IntoView {
    let count = report.findings.len();
    let summary = if count == 0 {
        "No findings: a device would run it, and its answer is one entry of 1 or 0.".to_owned()
    } else {
        let runs = if report.valid { "A device would run it." } else { "A device would not run it." };
        format!("{runs} {}.", text::plural(count as u64, "finding", "findings"))
    };
    let shown = move || if all.get() { count } else { OPEN.min(count) };
    let findings = StoredValue::new(report.findings);
    view! {
        <p class="soft summary" role="status" aria-live="polite">{summary}</p>
        <ul>{move || findings.with_value(|findings| findings.iter().take(shown()).cloned().map(|finding| view! { <One finding controls/> }).collect_view())}</ul>
        {move || (count > OPEN && !all.get()).then(|| view! { <Button label=format!("Show {} more", count - OPEN) on_press=move |_| all.set(true)/> })}
    }
}

#[component]
fn One(finding: Finding, controls: SqlEditorControls) -> impl IntoView {
    let lab = expect_context::<Lab>();
    let Finding { code, severity, start, end, message, explain, fix } = finding;
    let (key, word) = severity_words(severity);
    let shown = code.clone();
    view! {
        <li class="finding" data-severity=key data-code=code>
            <span class="shape" role="img" aria-label=word title=word></span>
            <div class="grow">
                <p><button type="button" class="link" title="Show it in the query" on:click=move |_| controls.reveal(start as usize, end as usize)><b>{quoted(&message)}</b></button>" "<code class="dim">{shown}</code></p>
                <p class="soft">{quoted(&explain)}</p>
            </div>
            {fix.map(|fix| {
                let label = fix.label.clone();
                view! { <Button label disabled=Signal::derive(move || lab.is_locked()) on_press=move |_| lab.mend(&fix)/> }
            })}
        </li>
    }
}

/// A severity's key and word.
pub fn severity_words(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Error => ("error", "Error"),
        Severity::Warning => ("warning", "Warning"),
        Severity::Note => ("note", "Note"),
    }
}
