//! The sheet that contains people at risk: who, what it would reach, which acts, what has to be typed; then how it goes, step
//! by step. Buttons, menus and the palette only open it, and nothing else begins a containment.

mod acts;
mod by_hand;
mod choice;
mod evidence;
mod plan;
mod progress;
mod radius;
mod steps;

pub use progress::{Buttons, ContainmentProgress};

use crate::{
    kit::{
        dialog::{Dialog, UNSEEN},
        icon::Glyph,
        notice::Notice,
    },
    parts::failure_notice::FailureNotice,
    query::use_query,
};
use contract::containment::PlanContainment;
use domain::{ContainmentId, UserId};
use leptos::prelude::*;
use plan::PlanForm;
use progress::UnderWay;
use wasm_bindgen::JsCast;

/// Whom the sheet is open for, or which containment it follows.
#[derive(Clone, Copy)]
pub struct Containing {
    open: RwSignal<bool>,
    users: RwSignal<Vec<UserId>>,
    /// The one under way, once it has begun.
    id: RwSignal<Option<ContainmentId>>,
    /// Something is on its way out: neither Esc nor a click beside the sheet closes it.
    held: RwSignal<bool>,
}

impl Containing {
    /// Nobody.
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            users: RwSignal::new(Vec::new()),
            id: RwSignal::new(None),
            held: RwSignal::new(false),
        }
    }

    /// Opens the sheet for these people. Nothing is sent by this.
    pub fn open(self, users: Vec<UserId>) {
        if users.is_empty() {
            return;
        }
        self.held.set(false);
        self.id.set(None);
        self.users.set(users);
        self.open.set(true);
    }

    fn close(self) {
        self.held.set(false);
        self.open.set(false);
    }
}

/// The sheet, in the document only while it is open.
#[component]
pub fn ContainSheet() -> impl IntoView {
    let sheet = expect_context::<Containing>();
    view! { <Dialog open=sheet.open held=sheet.held label="Contain people at risk" class="sheet contain"><Inside sheet/></Dialog> }
}

#[component]
fn Inside(sheet: Containing) -> impl IntoView {
    move || match sheet.id.get() {
        Some(id) => view! { <UnderWay id sheet/> }.into_any(),
        None => view! { <Planned sheet/> }.into_any(),
    }
}

#[component]
fn Planned(sheet: Containing) -> impl IntoView {
    // Asked once: a plan that changed under the eyes of whoever confirms it would not be the one they read.
    let users = sheet.users.get_untracked();
    let query = use_query(move || Some(PlanContainment { users: users.clone(), ask: true }));
    let plan = RwSignal::new(None);
    Effect::new(move |_| {
        if let Some(fresh) = query.value.get()
            && plan.with_untracked(Option::is_none)
        {
            plan.set(Some(fresh));
            focus_the_harmless();
        }
    });
    move || match (plan.get(), query.failure.get()) {
        (Some(plan), _) => view! { <PlanForm plan sheet/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => view! {
            <Notice glyph=Glyph::Door title="Looking at what it would reach" text="Nothing is sent yet."/>
        }
        .into_any(),
    }
}

/// What opened first had nothing to focus, or what had the focus is gone. The harmless button takes it.
fn focus_the_harmless() {
    let to_it = || {
        if document().query_selector(".sheet.contain :focus").ok().flatten().is_some() {
            return;
        }
        let button = document().query_selector(".sheet.contain [data-autofocus]").ok().flatten();
        if let Some(button) = button.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _unfocusable = button.focus();
            // It stands at the foot whatever is scrolled; reading begins at the head.
            if let Ok(Some(body)) = document().query_selector(".sheet.contain .body") {
                body.set_scroll_top(0);
            }
        }
    };
    request_animation_frame(to_it);
    // A window that nobody sees draws no frame.
    set_timeout(to_it, UNSEEN);
}
