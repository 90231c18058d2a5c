//! A plot into a case: as a picture that stands alone, with the table it was drawn from. Nothing is asked of the org, so it works
//! offline and in the past.

use crate::{
    address::View,
    kit::{
        button::{Button, Variant},
        dialog::Dialog,
        field::{Choice, Field},
        icon::Glyph,
        plot::{Legend, picture},
        text,
    },
    pages::cases::CasesView,
    parts::{failure_notice::FailureNotice, trouble::Trouble},
    query::{Pushes, act, use_query},
    state::toasts::Toasts,
};
use contract::{
    Failure,
    cases::{AddCasePlot, Case, CaseId, ListCases},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// Pixels of the picture: the width of a page of paper at the usual density.
const WIDTH: u32 = 960;
/// Cases that can be chosen: the newest.
const OFFERED: u32 = 50;

/// A plot as it goes into a case.
#[derive(Clone)]
pub struct Kept {
    pub legend: Legend,
    /// Draws the plot for a size in pixels.
    pub paint: Arc<dyn Fn((u32, u32)) -> String + Send + Sync>,
    /// Pixels.
    pub height: u32,
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
}

impl Kept {
    fn command(&self, case: Option<CaseId>, case_title: String) -> AddCasePlot {
        let size = (WIDTH, self.height);
        let svg = untrack(|| picture(size, &self.legend, &(self.paint)(size)));
        AddCasePlot {
            case,
            case_title,
            title: self.legend.title.clone(),
            svg,
            columns: self.columns.iter().map(|&name| name.to_owned()).collect(),
            rows: self.rows.clone(),
        }
    }
}

/// The button beside a plot, with its dialog. `kept` is asked when something is added, not before.
#[component]
pub fn KeepPlot(
    kept: impl Fn() -> Kept + Send + Sync + 'static,
    /// Only a sign, where words have no room.
    #[prop(optional)]
    icon_only: bool,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let kept = StoredValue::new(kept);
    let button = if icon_only {
        view! { <Button label="Add the plot to a case" glyph=Glyph::Folder icon_only=true variant=Variant::Quiet on_press=move |_| open.set(true)/> }.into_any()
    } else {
        view! { <button type="button" class="facet-more" data-testid="keep-plot" on:click=move |_| open.set(true)>"Add to a case…"</button> }.into_any()
    };
    view! {
        {button}
        <Dialog open label="Add a plot to a case" class="keep-plot"><Inside open kept=Callback::new(move |()| kept.with_value(|kept| kept()))/></Dialog>
    }
}

#[component]
fn Inside(open: RwSignal<bool>, kept: Callback<(), Kept>) -> impl IntoView {
    let ask = ListCases { open: true, search: String::new(), offset: 0, limit: OFFERED };
    let query = use_query(move || Some(ask.clone()));
    let body = move || match (query.value.get(), query.failure.get()) {
        (Some(page), _) => view! { <Form open kept cases=page.cases/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i></div> }.into_any()
        }
    };
    view! {
        <header><h2>"Add a plot to a case"</h2>
            <Button label="Close" glyph=Glyph::Close icon_only=true variant=Variant::Quiet on_press=move |_| open.set(false)/>
        </header>
        <div class="body freeze">
            <p class="soft">"Keeps the picture as it is now, and the numbers behind it as CSV. Both are part of the case’s bundle and are never changed."</p>
            {body}
        </div>
    }
}

#[component]
fn Form(open: RwSignal<bool>, kept: Callback<(), Kept>, cases: Vec<Case>) -> impl IntoView {
    let (pushes, toasts) = (expect_context::<Pushes>(), expect_context::<Toasts>());
    let go = use_navigate();
    let chosen = RwSignal::new(cases.first().map(|case| case.id));
    let title = RwSignal::new(String::new());
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Failure>));
    let ready = Memo::new(move |_| chosen.get().is_some() || !title.read().trim().is_empty());
    let add = move || {
        let command = kept.run(()).command(chosen.get_untracked(), title.get_untracked());
        let go = go.clone();
        busy.set(true);
        act(pushes, command, move |reply| {
            busy.try_set(false);
            match reply {
                Ok(case) => {
                    open.try_set(false);
                    let href = CasesView::case(case.id).href();
                    let show = move || go(&href, NavigateOptions::default());
                    toasts.offer(format!("Added to the case “{}”.", case.title), "Open", show);
                }
                Err(refused) => drop(failure.try_set(Some(refused))),
            }
        });
    };
    let choice = move |case: Case| {
        let hint = format!(
            "Case {}, {}",
            case.id.0,
            text::plural(case.items, "piece of evidence", "pieces of evidence")
        );
        let here = Signal::derive(move || chosen.get() == Some(case.id));
        view! { <Choice name="keep-plot" label=case.title hint chosen=here choose=move || chosen.set(Some(case.id))/> }
    };
    let any = !cases.is_empty();
    // What is asked first has the focus, once it is there.
    Effect::new(move || {
        request_animation_frame(move || {
            let first =
                document().query_selector(".keep-plot :is(input:checked, #keep-title)").ok().flatten();
            if let Some(first) = first.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _unfocusable = first.focus();
            }
        });
    });
    let new = (!cases.is_empty()).then(|| {
        let here = Signal::derive(move || chosen.get().is_none());
        view! { <Choice name="keep-plot" label="A new case" chosen=here choose=move || chosen.set(None)/> }
    });
    view! {
        {any.then(|| view! { <fieldset class="picks"><legend>"Case"</legend>{cases.into_iter().map(choice).collect_view()}{new}</fieldset> })}
        {move || chosen.get().is_none().then(|| view! { <Field label="Title" id="keep-title" value=title placeholder="What the case is about"/> })}
        {move || failure.get().map(|failure| view! { <Trouble failure/> })}
        <div class="actions">
            <Button label="Cancel" on_press=move |_| open.set(false)/>
            <Button label="Add" variant=Variant::Accent on_press=move |_| add() disabled=Signal::derive(move || busy.get() || !ready.get())/>
        </div>
    }
}
