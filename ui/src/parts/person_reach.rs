//! What a logout of one person would reach: tiles by reach with the apps under them, stacks that end together, and access that
//! may go on for a while. What was answered before stands at once, then what the org answers now.

use crate::{
    kit::{
        button::{Button, Variant},
        text,
    },
    parts::{
        failure_notice::{FailureNotice, heading},
        reach::{ReachMark, ReachTiles, summary, tally},
        residual::ResidualClock,
    },
    query::{Pushes, act, use_query},
    state::as_of::AsOf,
};
use contract::{
    Failure, FailureKind,
    logout::{GetPersonReach, LogoutApp, PersonReach},
};
use domain::{LogoutReach, Timestamp, UserId};
use leptos::prelude::*;

/// Apps shown before *Show all*.
const SHORT: usize = 12;

/// The part. It asks the org once, when it is shown; never for the past.
#[component]
pub fn PersonReachPart(
    id: UserId,
    /// Leaves out what may go on after a logout, where something else tells it.
    #[prop(optional)]
    apps_only: bool,
) -> impl IntoView {
    let (as_of, pushes) = (expect_context::<AsOf>(), expect_context::<Pushes>());
    let user = StoredValue::new(id);
    let kept =
        use_query(move || Some(GetPersonReach { as_of: as_of.get(), user: user.get_value(), ask: false }));
    let waiting = RwSignal::new(false);
    // A query asks again with every snapshot; the org is asked once, and when somebody says so.
    let ask = move || {
        waiting.set(true);
        act(pushes, GetPersonReach { as_of: None, user: user.get_value(), ask: true }, move |reply| {
            // The part may be gone by now: then there is nobody to tell.
            let _gone = waiting.try_set(false);
            match reply {
                Ok(reach) => drop(kept.value.try_set(Some(reach))),
                Err(failure) => drop(kept.failure.try_set(Some(failure))),
            }
        });
    };
    Effect::new(move |_| {
        if as_of.get().is_none() {
            ask();
        }
    });
    move || match (kept.value.get(), kept.failure.get()) {
        (Some(reach), _) => {
            let again = Callback::new(move |()| ask());
            view! { <Told reach waiting=waiting.get() again apps_only/> }.into_any()
        }
        (None, Some(failure)) => view! { <FailureNotice failure retry=ask/> }.into_any(),
        (None, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i></div> }.into_any()
        }
    }
}

#[component]
fn Told(reach: PersonReach, waiting: bool, again: Callback<()>, apps_only: bool) -> impl IntoView {
    let PersonReach { now, apps, stacks, residual, .. } = reach;
    let failure = apps.failure;
    let known = apps.known;
    let never = known.is_none() && failure.is_none();
    let age = known.as_ref().map(|(_, at)| *at);
    view! {
        <div class="person-reach" data-asked=(!waiting).then_some("")>
            {known.map(|(apps, _)| view! { <Apps apps/> })}
            {never.then(|| view! { <p class="unknown">{if waiting { "Asking the org which apps the person has…" } else { "Never asked for." }}</p> })}
            <Asked age now failure again/>
            {(!stacks.is_empty()).then(|| view! { <Stacks stacks/> })}
            {(!apps_only).then(|| view! {
                <h4>"Access that may go on"</h4>
                <ResidualClock residual now/>
            })}
        </div>
    }
}

/// When the org was asked, why there is nothing newer, and the way to ask again.
#[component]
fn Asked(
    age: Option<Timestamp>,
    now: Timestamp,
    failure: Option<Failure>,
    again: Callback<()>,
) -> impl IntoView {
    let words = failure.map(|failure| {
        let words = match failure.kind {
            FailureKind::Forbidden => "No permission to read a person’s apps (okta.apps.read).".to_owned(),
            kind => format!("{}.", heading(kind)),
        };
        view! { <b title=failure.to_string()>{words}</b>" " }
    });
    let told = age.map(|at| {
        view! { <span class="dim" title=text::exact(at.0)>{format!("Asked of the org at {}, {}.", text::clock(at.0), text::ago(at.0, now.0))}</span>" " }
    });
    view! { <p class="asked">{words}{told}<Button label="Ask again" variant=Variant::Quiet on_press=move |_| again.run(())/></p> }
}

/// Tiles, and under them exactly the apps that they count.
#[component]
fn Apps(apps: Vec<LogoutApp>) -> impl IntoView {
    let counts = tally(apps.iter().map(|app| app.reach));
    let line = summary(&counts);
    let chosen = RwSignal::new(None::<LogoutReach>);
    let all = RwSignal::new(false);
    let none = apps.is_empty();
    let apps = StoredValue::new(apps);
    let matching = move || {
        let chosen = chosen.get();
        apps.with_value(|apps| {
            apps.iter()
                .filter(|app| chosen.is_none_or(|reach| app.reach == reach))
                .cloned()
                .collect::<Vec<_>>()
        })
    };
    let rows = move || {
        let rows = matching();
        let more = rows.len().saturating_sub(SHORT);
        // A tile that was pressed opens all of its rows.
        let shown = if all.get() || chosen.get().is_some() { rows.len() } else { SHORT };
        let lines = rows.into_iter().take(shown).map(|app| view! { <AppLine app/> }).collect_view();
        view! {
            <ul class="reach-apps">{lines}</ul>
            {(more > 0 && chosen.get().is_none()).then(|| view! {
                <button type="button" class="facet-more" on:click=move |_| all.update(|a| *a = !*a)>
                    {if all.get() { "Show fewer".to_owned() } else { format!("Show {more} more") }}
                </button>
            })}
        }
    };
    view! {
        <p class="sr">{line}</p>
        <ReachTiles counts chosen/>
        {none.then(|| view! { <p class="unknown">"The org says that the person has no app."</p> })}
        {rows}
    }
}

#[component]
fn AppLine(app: LogoutApp) -> impl IntoView {
    let stack = (app.stack.as_deref() == Some("SHARED")).then_some("shared sign-in");
    view! {
        <li data-reach=app.reach.key()>
            <span class="clip"><bdi>{app.label}</bdi></span><span class="dim">{stack}</span><ReachMark reach=app.reach/>
        </li>
    }
}

#[component]
fn Stacks(stacks: Vec<(String, Vec<String>)>) -> impl IntoView {
    let line = |(stack, names): (String, Vec<String>)| {
        view! { <li><b>{stack}</b>" "<span class="soft"><bdi>{names.join(", ")}</bdi></span></li> }
    };
    view! {
        <h4>"End together"</h4>
        <p class="soft note">"These apps share a sign-in: a logout of one ends all of them."</p>
        <ul class="stacks">{stacks.into_iter().map(line).collect_view()}</ul>
    }
}
