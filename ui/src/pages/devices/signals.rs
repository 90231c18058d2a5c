//! The pane's signals: each fact with its source, the time it was observed, and how old that is.

use crate::{
    kit::text,
    parts::{
        failure_notice::FailureNotice,
        raw_event::RawEventButton,
        words::{Unknown, When},
    },
    query::use_query,
    state::as_of::AsOf,
};
use contract::signals::{Fact, GetDeviceSignals, SignalSource, SourceKind};
use domain::{DeviceId, Timestamp};
use leptos::prelude::*;

/// The org keeps what vendors tell for up to eight hours.
const KEPT: i64 = 8 * 3_600_000;

/// The panel.
#[component]
pub fn Signals(id: DeviceId) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let query = use_query(move || Some(GetDeviceSignals { as_of: as_of.get(), id: id.clone() }));
    move || match (query.value.get(), query.failure.get()) {
        (Some(signals), _) => {
            let now = signals.now;
            let only_record =
                signals.sources.iter().all(|s| s.kind == SourceKind::Record || s.facts.is_empty());
            view! {
                {only_record.then(|| view! { <p class="soft note">"No log event known here carried signals of this device. They come with sign-ins with Okta Verify."</p> })}
                {signals.sources.into_iter().map(|source| view! { <Source source now/> }).collect_view()}
            }
            .into_any()
        }
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any()
        }
    }
}

#[component]
fn Source(source: SignalSource, now: Timestamp) -> impl IntoView {
    let SignalSource { title, kind, facts, silent_at } = source;
    let vendor = kind == SourceKind::Vendor;
    let none = facts.is_empty() && silent_at.is_none();
    let old = vendor && facts.iter().filter_map(|f| f.observed).max().is_some_and(|at| now.since(at) > KEPT);
    let line = move |fact: Fact| {
        let value = match fact.value {
            Some(value) => {
                view! { <span class="value" title=value.clone()>{breakable(shown(&value))}</span> }.into_any()
            }
            None => view! { <Unknown/> }.into_any(),
        };
        let age = fact.observed.map(|at| view! { <When at=Some(at) now/> });
        view! {
            <tr>
                <th scope="row" title=fact.name.clone()>{text::words(&fact.name)}{fact.user.map(|user| view! { ", "<bdi>{user}</bdi> })}</th>
                <td>{value}</td><td class="age">{age}</td>
                <td class="more">{fact.event.map(|uuid| view! { <RawEventButton uuid/> })}</td>
            </tr>
        }
    };
    view! {
        <section class="signals" aria-label=title.clone() data-kind=format!("{kind:?}")>
            <h3><bdi>{title.clone()}</bdi></h3>
            {none.then(|| view! { <p><Unknown text="Not reported"/>": no log event of this device carried it."</p> })}
            {silent_at.map(|at| view! {
                <p>"Named without a value "<When at=Some(at) now/>". Its plug-in, its data file or the sensor’s caching may be missing."</p>
            })}
            {old.then(|| view! { <p class="dim note">"The org keeps such values up to 8 hours. These are older and may not hold any more."</p> })}
            {(!facts.is_empty()).then(|| view! {
                <table>
                    <colgroup><col class="name"/><col/><col class="age"/><col class="more"/></colgroup>
                    <thead class="sr"><tr><th>"Signal"</th><th>"Value"</th><th>"Observed"</th><th>"Event"</th></tr></thead>
                    <tbody>{facts.into_iter().map(line).collect_view()}</tbody>
                </table>
            })}
        </section>
    }
}

/// Long names of values may break after their underscores.
fn breakable(value: String) -> Vec<AnyView> {
    let parts = value.split_inclusive('_').map(|part| view! { {part.to_owned()}<wbr/> }.into_any());
    parts.collect()
}

/// Yes and no in words; everything else as it came.
fn shown(value: &str) -> String {
    match value {
        "true" => "Yes".into(),
        "false" => "No".into(),
        other => other.to_owned(),
    }
}
