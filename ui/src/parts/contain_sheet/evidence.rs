//! Where the evidence goes before anything is sent: a new case, or one that is open already.

use crate::{
    kit::icon::{Glyph, Icon},
    query::use_query,
};
use contract::cases::{CaseId, ListCases};
use leptos::prelude::*;

/// So many open cases can be chosen from; older ones are found on the Cases page.
const CASES: u32 = 50;

/// The choice.
#[component]
pub fn Evidence(case: RwSignal<Option<CaseId>>) -> impl IntoView {
    let query = use_query(|| Some(ListCases { open: true, search: String::new(), offset: 0, limit: CASES }));
    let options = move || {
        let cases = query.value.get().map(|page| page.cases).unwrap_or_default();
        cases
            .into_iter()
            .map(|one| view! { <option value=one.id.0.to_string() prop:selected=case.get_untracked() == Some(one.id)>{format!("{} · {}", one.id.0, one.title)}</option> })
            .collect_view()
    };
    let choose = move |event| case.set(event_target_value(&event).parse().ok().map(CaseId));
    view! {
        <section class="frozen-first" aria-label="Evidence">
            <Icon glyph=Glyph::Folder/>
            <div>
                <b>"Evidence is frozen first."</b>
                <span class="soft">" Their events, levels and reasons, sessions, devices and the policies in force are kept before the first request leaves. If that fails, nothing is sent."</span>
            </div>
            <label class="line"><span class="soft">"Into"</span>
                <select class="input" data-testid="case" on:change=choose>
                    <option value="">"A new case"</option>
                    {options}
                </select>
            </label>
        </section>
    }
}
