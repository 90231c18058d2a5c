//! The query and what belongs right beside it: its platform, how long the linter took, and the layout.

use super::{details::PlatformPick, draft::Lab, schema_model::model_of};
use crate::{
    kit::{
        button::Button,
        sql_editor::{CompletionModel, Mark, Marks, SqlEditor, SqlEditorControls, Tone},
    },
    query::{Pushes, act, use_query},
};
use contract::lab::{FormatQuery, GetCatalogue};
use domain::{Finding, Severity};
use leptos::prelude::*;
use std::sync::Arc;

/// The panel.
#[component]
pub fn EditorPanel(controls: SqlEditorControls) -> impl IntoView {
    let lab = expect_context::<Lab>();
    let pushes = expect_context::<Pushes>();
    let text = text_of(lab);
    let facts = move || {
        let linted = lab.linted.value.read();
        let limit = lab.content.read().platform.time_limit();
        let limit = limit.map(|ms| format!(" · limit {} s", ms / 1000)).unwrap_or_default();
        let facts = |l: &contract::lab::Linted| {
            format!("osquery {} · looked over in {:.1} ms{limit}", l.osquery, l.micros as f64 / 1000.0)
        };
        linted.as_ref().map(facts)
    };
    let lay_out = Callback::new(move |()| {
        let query = lab.content.read_untracked().query.clone();
        act(pushes, FormatQuery { query: query.clone() }, move |reply| {
            // Whoever typed on meanwhile keeps what they typed.
            if let Ok(laid_out) = reply
                && text.get_untracked() == query
                && !untrack(|| lab.is_locked())
            {
                text.set(laid_out);
            }
        });
    });
    let fix = Callback::new(move |at: usize| {
        let finding =
            lab.linted.value.read_untracked().as_ref().and_then(|l| l.report.findings.get(at).cloned());
        if let Some(fix) = finding.and_then(|finding| finding.fix) {
            lab.mend(&fix);
        }
    });
    let platform = Memo::new(move |_| lab.content.read().platform);
    let catalogue = use_query(move || Some(GetCatalogue { platform: platform.get() }));
    let model = Memo::new(move |_| {
        let catalogue = catalogue.value.read();
        Arc::new(catalogue.as_ref().map_or_else(CompletionModel::default, model_of))
    });
    let read_only = Signal::derive(move || lab.is_locked());
    view! {
        <section class="editor" aria-label="Query">
            <div class="editor-bar">
                <PlatformPick/>
                <span class="grow soft facts-line">{facts}</span>
                <Button label="Lay out" disabled=read_only on_press=move |_| lay_out.run(())/>
            </div>
            <SqlEditor id="check-query" label="Query" value=text controls marks=Signal::derive(move || marks(lab)) model=Signal::derive(move || model.get())
                read_only placeholder="One statement that answers 1 or 0" on_fix=fix on_format=lay_out/>
        </section>
    }
}

/// The query as the editor wants it, at one with the check.
fn text_of(lab: Lab) -> RwSignal<String> {
    let text = RwSignal::new(lab.content.read_untracked().query.clone());
    // Only what was typed here is written: at first the check may not be there yet.
    Effect::new(move |before: Option<String>| {
        let now = text.get();
        if before.is_some_and(|before| before != now) && lab.content.read_untracked().query != now {
            lab.edit(|content| content.query.clone_from(&now));
        }
        now
    });
    let outside = Memo::new(move |_| lab.content.read().query.clone());
    Effect::new(move |_| {
        let query = outside.get();
        if *text.read_untracked() != query {
            text.set(query);
        }
    });
    text
}

/// The findings as marks on the text that they are of.
fn marks(lab: Lab) -> Marks {
    let linted = lab.linted.value.read();
    let mark = |finding: &Finding| Mark {
        start: finding.start as usize,
        end: finding.end as usize,
        tone: match finding.severity {
            Severity::Error => Tone::Error,
            Severity::Warning => Tone::Warning,
            Severity::Note => Tone::Note,
        },
        message: finding.message.clone(),
        fix: finding.fix.as_ref().map(|fix| fix.label.clone()),
    };
    linted.as_ref().map_or_else(Marks::default, |linted| Marks {
        of: linted.query.clone(),
        list: linted.report.findings.iter().map(mark).collect(),
    })
}
