//! The bar across the top: which org, how fresh its data is, the way to everything else, and whether writes are locked.

use super::{lock_button::LockButton, org_menu::OrgMenu, sync_panel::Freshness, time_picker::TimePicker};
use crate::{
    kit::icon::{Glyph, Icon},
    query::Query,
};
use contract::session::{Environment, Session};
use leptos::prelude::*;

/// The top bar.
#[component]
pub fn TopBar(session: Query<Session>, palette: RwSignal<bool>) -> impl IntoView {
    let org = Memo::new(move |_| session.value.get().and_then(|s| s.org));
    let environment = move || org.read().as_ref().map(|o| format!("{:?}", o.environment));
    let demo = move || org.read().as_ref().is_some_and(|o| o.environment == Environment::Demo);
    view! {
        <header class="top">
            <span class="stripe" data-env=environment></span>
            <OrgMenu org/>
            {move || demo().then(|| view! { <span class="badge" data-tone="accent" title="A simulated org on this machine: nothing here is real.">"DEMO"</span> })}
            <Freshness session/>
            <TimePicker session/>
            <span class="grow"></span>
            <button type="button" class="searchbox" aria-label="Search devices, people, checks, commands" on:click=move |_| palette.set(true)>
                <Icon glyph=Glyph::Search/>
                <span class="clip grow">"Search devices, people, checks, commands"</span>
                <span class="kbd">"Ctrl K"</span>
            </button>
            <LockButton org/>
        </header>
    }
}
