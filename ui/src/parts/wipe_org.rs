//! Wiping an org: it says what goes, asks for the name, and tells what went.

use super::trouble::Trouble;
use crate::{
    kit::{
        button::Button,
        dialog::Dialog,
        field::Field,
        icon::{Glyph, Icon},
    },
    query::{Pushes, act},
};
use contract::{
    Failure,
    orgs::{OrgEntry, WipeOrg, Wiped},
};
use leptos::{ev::SubmitEvent, prelude::*};

/// The org to wipe, if somebody asked. It stands outside of the pages: wiping the open org takes them away.
#[derive(Clone, Copy)]
pub struct Wiping(RwSignal<Option<OrgEntry>>);

impl Wiping {
    /// None.
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Opens the dialog for this org.
    pub fn ask(&self, org: Option<OrgEntry>) {
        self.0.set(org);
    }
}

/// The dialog, open while there is an org to wipe.
#[component]
pub fn WipeDialog() -> impl IntoView {
    let Wiping(wiping) = expect_context::<Wiping>();
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(wiping.read().is_some()));
    Effect::new(move |_| {
        if !open.get() && wiping.read_untracked().is_some() {
            wiping.set(None);
        }
    });
    view! {
        <Dialog open label="Wipe an org" class="ask">
            {move || wiping.get().map(|org| view! { <Wipe name=org.name open/> })}
        </Dialog>
    }
}

#[component]
fn Wipe(name: String, open: RwSignal<bool>) -> impl IntoView {
    let pushes = expect_context::<Pushes>();
    let typed = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let wiped = RwSignal::new(None::<Wiped>);
    let name = StoredValue::new(name);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        let command = WipeOrg { name: name.get_value(), typed: typed.get_untracked() };
        act(pushes, command, move |reply| {
            busy.set(false);
            match reply {
                Ok(done) => wiped.set(Some(done)),
                Err(reason) => failure.set(Some(reason)),
            }
        });
    };
    let wrong = Signal::derive(move || typed.read().trim() != name.read_value().as_str());
    let list = |texts: Vec<String>| texts.into_iter().map(|text| view! { <li>{text}</li> }).collect_view();
    move || {
        match wiped.get() {
        Some(Wiped { removed, left }) => view! {
            <header><h2>{format!("{} is wiped", name.get_value())}</h2></header>
            <div class="body">
                <p><Icon glyph=Glyph::Check/>"Removed from this machine:"</p>
                <ul class="bullets">{list(removed)}</ul>
                {(!left.is_empty()).then(|| view! { <p>"Left for you to do:"</p><ul class="bullets">{list(left)}</ul> })}
            </div>
            <footer><span class="grow"></span><Button label="Close" on_press=move |_| open.set(false)/></footer>
        }
        .into_any(),
        None => view! {
            <form on:submit=submit>
                <header><h2>{format!("Wipe {} from this machine?", name.get_value())}</h2></header>
                <div class="body">
                    <p>"This removes the local copy with its whole history, its key, the credential and the entry in the list. Nothing in the org changes. It can’t be undone."</p>
                    <Field id="wipe-name" label="Type the org’s name" value=typed mono=true/>
                    {move || failure.get().map(|failure| view! { <Trouble failure/> })}
                </div>
                <footer>
                    <span class="grow"></span>
                    <Button label="Cancel" on_press=move |_| open.set(false)/>
                    <button type="submit" class="button" disabled=move || busy.get() || wrong.get()>
                        {move || if busy.get() { "Wiping…" } else { "Wipe" }}
                    </button>
                </footer>
            </form>
        }
        .into_any(),
    }
    }
}
