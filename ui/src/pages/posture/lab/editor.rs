//! The query and what belongs right beside it: its platform, how long the linter took, and the layout.

use super::{details::PlatformPick, draft::Lab};
use crate::{
    kit::button::Button,
    query::{Pushes, act},
};
use contract::lab::FormatQuery;
use leptos::prelude::*;

/// The panel.
#[component]
pub fn EditorPanel() -> impl IntoView {
    let lab = expect_context::<Lab>();
    let pushes = expect_context::<Pushes>();
    let facts = move || {
        let linted = lab.linted.value.read();
        let limit = lab.content.read().platform.time_limit();
        let limit = limit.map(|ms| format!(" · limit {} s", ms / 1000)).unwrap_or_default();
        linted.as_ref().map(|l| {
            format!("osquery {} · looked over in {:.1} ms{limit}", l.osquery, l.micros as f64 / 1000.0)
        })
    };
    let layout = move |_| {
        let query = lab.content.read_untracked().query.clone();
        act(pushes, FormatQuery { query: query.clone() }, move |reply| {
            if let Ok(laid_out) = reply {
                // Whoever typed on meanwhile keeps what they typed.
                lab.edit(|content| {
                    if content.query == query {
                        content.query = laid_out;
                    }
                });
            }
        });
    };
    view! {
        <section class="editor" aria-label="Query">
            <div class="editor-bar">
                <PlatformPick/>
                <span class="grow soft facts-line">{facts}</span>
                <Button label="Lay out" disabled=Signal::derive(move || lab.is_builtin()) on_press=layout/>
            </div>
            <textarea class="mono sql" rows="10" aria-label="Query" spellcheck="false" readonly=move || lab.is_builtin()
                prop:value=move || lab.content.read().query.clone() on:input=move |e| lab.edit(|c| c.query = event_target_value(&e))></textarea>
        </section>
    }
}
