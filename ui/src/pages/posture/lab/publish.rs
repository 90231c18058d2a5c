//! Sending what is written to the org, and what follows once that is verified.

use super::draft::{Lab, Saved};
use crate::{
    address::Address,
    kit::button::{Button, Variant},
    pages::posture::PostureView,
    parts::check_sheet::CheckSheet,
    query::{Pushes, act},
    state::{toasts::Toasts, writes::Writes},
};
use contract::{
    check_changes::{CheckAsk, CheckChange},
    checks::{AdoptDraft, CheckKey},
};
use domain::CheckWish;
use leptos::prelude::*;

/// *Publish…* and *Delete…*; the sheet asks before anything is sent.
#[component]
pub fn PublishButtons() -> impl IntoView {
    let lab = expect_context::<Lab>();
    let sheet = expect_context::<CheckSheet>();
    let writes = Writes::watch();
    let ends = Ends { pushes: expect_context(), toasts: expect_context(), address: expect_context(), lab };
    let why_not = Memo::new(move |_| {
        let content = lab.content.read();
        match writes.get() {
            _ if lab.is_builtin() => Some("Built-in checks are Okta’s own."),
            Writes::Queue => Some("The org can’t be reached. The draft is kept; publish it once it can."),
            other if other.refusal().is_some() => other.refusal(),
            _ if content.query.trim().is_empty() => Some("There is no query yet."),
            _ if content.name.trim().is_empty() => Some("It needs a name."),
            _ if content.variable_name.trim().is_empty() => Some("It needs a variable name."),
            _ if !lab.differs() => Some("The org has it like this."),
            _ => None,
        }
    });
    let look = move |ask: CheckAsk| {
        let query = lab.content.read_untracked().query.clone();
        let linted = lab.linted.value.get_untracked().filter(|linted| linted.query == query);
        let report = linted.map(|linted| linted.report);
        sheet.look_at(ask, report, Callback::new(move |change: CheckChange| ends.well(&change)));
    };
    let publish = move |_| {
        let content = lab.content.get_untracked();
        look(match lab.published.get_untracked() {
            Some(published) => {
                CheckAsk::Replace { id: published.id, content, base: lab.base().map(Box::new) }
            }
            None => CheckAsk::Create { content },
        });
    };
    let delete = move |_| {
        if let Some(published) = lab.published.get_untracked() {
            look(CheckAsk::Delete { id: published.id });
        }
    };
    let deletable = Memo::new(move |_| lab.published.read().is_some() && !lab.is_builtin());
    view! {
        {move || deletable.get().then(|| view! { <Button label="Delete…" disabled=Signal::derive(move || !matches!(writes.get(), Writes::Ready)) on_press=delete/> })}
        <span title=move || why_not.get()>
            <Button label="Publish…" variant=Variant::Accent disabled=Signal::derive(move || why_not.get().is_some()) on_press=publish/>
        </span>
    }
}

/// What follows when a change is verified.
#[derive(Clone, Copy)]
struct Ends {
    pushes: Pushes,
    toasts: Toasts,
    address: Address<PostureView>,
    lab: Lab,
}

impl Ends {
    fn well(self, change: &CheckChange) {
        let Self { pushes, toasts, address, lab } = self;
        let name = change.wish.name().to_owned();
        if !lab.is_there() {
            return toasts.say(format!("{} {name}: verified.", change.wish.label()));
        }
        match (&change.wish, &change.check) {
            (CheckWish::Delete { .. }, _) => {
                toasts.say(format!("{name} is deleted. It can be brought back from Activity."));
                address.change(|view| view.check = None);
            }
            (CheckWish::Create { .. }, Some(id)) => {
                toasts.say(format!("{name} is published, and was read back."));
                let opened = CheckKey::Org(id.clone());
                lab.rest();
                act(pushes, AdoptDraft { key: lab.key(), id: id.clone() }, move |_| {
                    address.adjust(|view| view.check = Some(opened));
                });
            }
            _ => {
                // What was kept as a draft is what the org has now.
                lab.saved.set(Saved::Clean);
                toasts.say(format!("{name} is published, and was read back."));
            }
        }
    }
}
