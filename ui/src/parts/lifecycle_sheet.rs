//! The one sheet in which every change of devices is looked at before it is made: what it stops and what goes on, which
//! devices, which of them are refused and why, and what has to be typed. Whoever wants a change opens it; nothing else starts one.

mod body;

use crate::{
    kit::{
        dialog::{Dialog, UNSEEN},
        icon::Glyph,
        notice::Notice,
    },
    parts::failure_notice::FailureNotice,
    query::use_query,
};
use body::Body;
use contract::intents::{PlanMove, Targets};
use domain::LifecycleMove;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The change that is being looked at.
#[derive(Clone, Copy)]
pub struct Sheet {
    wanted: RwSignal<Option<PlanMove>>,
    open: RwSignal<bool>,
}

impl Sheet {
    /// Nothing is looked at yet.
    pub fn new() -> Self {
        Self { wanted: RwSignal::new(None), open: RwSignal::new(false) }
    }

    /// Looks at a change. Nothing is sent by this.
    pub fn look_at(&self, wish: LifecycleMove, targets: Targets) {
        self.wanted.set(Some(PlanMove { wish, targets }));
        self.open.set(true);
    }
}

/// The sheet, in the document only while it is open.
#[component]
pub fn LifecycleSheet() -> impl IntoView {
    let Sheet { wanted, open } = expect_context::<Sheet>();
    view! { <Dialog open label="Change of devices" class="sheet"><Inside wanted open/></Dialog> }
}

#[component]
fn Inside(wanted: RwSignal<Option<PlanMove>>, open: RwSignal<bool>) -> impl IntoView {
    // Asked once: a plan that changed under the eyes of whoever confirms it would not be the one they read.
    let asked = wanted.get_untracked();
    let query = use_query(move || asked.clone());
    let plan = RwSignal::new(None);
    Effect::new(move |_| {
        if let Some(fresh) = query.value.get()
            && plan.with_untracked(Option::is_none)
        {
            plan.set(Some(fresh));
            // The dialog opened before there was anything to focus. The harmless button takes it.
            let to_cancel = || {
                let inside = document().query_selector(".sheet :focus").ok().flatten();
                if inside.is_some() {
                    return;
                }
                let cancel = document().query_selector(".sheet [data-autofocus]").ok().flatten();
                if let Some(cancel) = cancel.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
                    let _unfocusable = cancel.focus();
                }
            };
            request_animation_frame(to_cancel);
            set_timeout(to_cancel, UNSEEN);
        }
    });
    move || {
        match (plan.get(), query.failure.get()) {
        (Some(plan), _) => view! { <Body plan open/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => {
            view! { <Notice glyph=Glyph::Activity title="Looking at the devices" text="Nothing is sent yet."/> }.into_any()
        }
    }
    }
}
