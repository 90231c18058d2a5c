//! The org menu: which org is open, the others, the demo org, and the way to one more.

use super::{connect::Connecting, words::environment};
use crate::{
    kit::{
        icon::{Glyph, Icon},
        popover::Popover,
    },
    query::{Pushes, act, use_query},
    routes::Route,
    state::{as_of::AsOf, toasts::Toasts},
};
use contract::{
    Failure,
    orgs::{ListOrgs, OpenOrg, OrgEntry},
    session::{Environment, OpenDemoOrg, OpenOrg as Open, Session},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// The open org's name; opened, the others.
#[component]
pub fn OrgMenu(org: Memo<Option<Open>>) -> impl IntoView {
    let open = RwSignal::new(false);
    let name = move || org.read().as_ref().map(|o| o.name.clone());
    let company = move || org.read().as_ref().and_then(|o| o.company.clone());
    view! {
        <Popover open label="Orgs" left=true class="org-menu" anchor=move || view! {
            <button type="button" class="org" title=company aria-haspopup="true" aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|o| *o = !*o)>
                <span class="clip">{name}</span><Icon glyph=Glyph::Down/>
            </button>
        }>
            <Entries open org/>
        </Popover>
    }
}

#[component]
fn Entries(open: RwSignal<bool>, org: Memo<Option<Open>>) -> impl IntoView {
    let pushes = expect_context::<Pushes>();
    let form = expect_context::<Connecting>();
    let orgs = use_query(|| Some(ListOrgs {}));
    let opened = use_opened(open);
    let navigate = use_navigate();
    let demo = move || org.read().as_ref().is_some_and(|o| o.environment == Environment::Demo);
    let one = move |entry: OrgEntry| {
        let name = entry.name.clone();
        let choose = move |_| act(pushes, OpenOrg { name: name.clone() }, opened);
        let lock = if entry.read_only { "read-only" } else { "unlocked" };
        view! {
            <button type="button" class="menu-item" role="menuitemradio" aria-checked=entry.open.to_string() on:click=choose>
                <span class="tick">{entry.open.then(|| view! { <Icon glyph=Glyph::Check/> })}</span>
                <span class="grow clip">{entry.name}</span>
                <span class="dim">{environment(entry.environment)}", "{lock}</span>
            </button>
        }
    };
    view! {
        <div role="menu" aria-label="Open an org">
            {move || orgs.value.get().unwrap_or_default().into_iter().map(one).collect_view()}
            <button type="button" class="menu-item" role="menuitemradio" aria-checked=move || demo().to_string() on:click=move |_| act(pushes, OpenDemoOrg {}, opened)>
                <span class="tick">{move || demo().then(|| view! { <Icon glyph=Glyph::Check/> })}</span>
                <span class="grow">"Demo org"</span><span class="dim">"simulated"</span>
            </button>
        </div>
        <div role="menu" aria-label="Orgs" class="menu-part">
            <button type="button" class="menu-item" role="menuitem" on:click=move |_| { open.set(false); form.connect(); }>
                <span class="tick"></span>"Connect an org…"
            </button>
            <button type="button" class="menu-item" role="menuitem" on:click=move |_| { open.set(false); navigate(Route::Settings.path(), NavigateOptions::default()); }>
                <span class="tick"></span>"Settings"
            </button>
        </div>
    }
}

/// What follows an opening: another org has other snapshots.
fn use_opened(open: RwSignal<bool>) -> impl Fn(Result<Session, Failure>) + Copy + 'static {
    let toasts = expect_context::<Toasts>();
    let as_of = expect_context::<AsOf>();
    move |reply| {
        open.set(false);
        match reply {
            Ok(_) => as_of.set(None),
            Err(failure) => toasts.say(failure.to_string()),
        }
    }
}
