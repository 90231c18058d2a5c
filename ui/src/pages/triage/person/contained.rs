//! Containments of the person: what was asked for, and how far each is.

use crate::{
    kit::text,
    parts::words::When,
    query::use_query,
};
use contract::containment::{Containment, ListContainments};
use domain::{StepState, Timestamp, UserId};
use leptos::prelude::*;

/// The latest few; nothing at all where there were none.
#[component]
pub fn Contained(id: UserId) -> impl IntoView {
    let query = use_query(move || Some(ListContainments { user: Some(id.clone()), offset: 0, limit: 5 }));
    move || {
        let page = query.value.get().filter(|page| page.total > 0)?;
        let now = page.now;
        let lines = page.containments.into_iter().map(|containment| line(containment, now)).collect_view();
        Some(view! {
            <section aria-label="Containments">
                <h3>"Containments"<span class="dim">{text::count(page.total)}</span></h3>
                <ul class="people owned">{lines}</ul>
            </section>
        })
    }
}

fn line(containment: Containment, now: Timestamp) -> impl IntoView {
    let acts = containment.acts.iter().map(|act| act.label()).collect::<Vec<_>>().join(", ");
    let href = super::containment_href(containment.id);
    let verified = containment.counts.iter().find(|(state, _)| *state == StepState::Verified).map_or(0, |(_, n)| *n);
    let steps = text::plural(containment.steps, "step", "steps");
    view! {
        <li>
            <a class="clip" href=href>{acts}</a><span class="badge">{containment.state.label()}</span>
            <span class="soft">{format!("{} of {steps} verified", text::count(verified))}{(containment.people > 1).then(|| format!(" · {} people", text::count(containment.people)))}</span>
            <span class="dim"><When at=Some(containment.created) now/>" by "<bdi>{containment.actor}</bdi></span>
        </li>
    }
}
