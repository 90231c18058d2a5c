//! A plan to be confirmed: what was found, what is chosen, and the name that has to be typed. The core checks all of it again.

use super::{
    Containing,
    acts::Acts,
    choice::{Choice, chosen, mistake, requests, suggested},
    evidence::Evidence,
    focus_the_harmless,
    radius::Radius,
};
use crate::{
    kit::{
        button::Button,
        icon::{Glyph, Icon},
        text,
    },
    parts::typed_confirmation::Confirm,
    query::{Pushes, act},
    state::writes::Writes,
};
use contract::{
    Failure,
    cases::CaseId,
    containment::{ByHand, ContainmentPlan, ContainmentPlanId, StartContainment},
};
use domain::Confirmation;
use leptos::prelude::*;

/// Why nothing can be sent from here now. A containment is never queued: by the time the org is back it may be another's.
fn refusal(writes: Writes) -> Option<&'static str> {
    match writes {
        Writes::Queue => Some(
            "The org can’t be reached. A containment is not queued: come back to it once the org answers.",
        ),
        other => other.refusal(),
    }
}

/// What somebody fills in, and how sending it goes.
#[derive(Clone, Copy)]
struct Form {
    choices: RwSignal<Vec<Choice>>,
    typed: RwSignal<String>,
    note: RwSignal<String>,
    case: RwSignal<Option<CaseId>>,
    sent: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

impl Form {
    fn of(plan: &ContainmentPlan) -> Self {
        Self {
            choices: RwSignal::new(suggested(&plan.acts)),
            typed: RwSignal::new(String::new()),
            note: RwSignal::new(String::new()),
            case: RwSignal::new(None),
            sent: RwSignal::new(false),
            failure: RwSignal::new(None),
        }
    }

    /// Sends the confirmation; the sheet then follows what has begun.
    fn start(self, pushes: Pushes, plan: ContainmentPlanId, sheet: Containing) {
        let Self { choices, typed, note, case, sent, failure } = self;
        sent.set(true);
        sheet.held.set(true);
        failure.set(None);
        let filled =
            |text: RwSignal<String>| Some(text.get_untracked()).filter(|text| !text.trim().is_empty());
        let (acts, case) = (chosen(&choices.read_untracked()), case.get_untracked());
        let command = StartContainment { plan, acts, typed: filled(typed), note: filled(note), case };
        act(pushes, command, move |reply| match reply {
            Ok(begun) => {
                sheet.id.set(Some(begun.id));
                focus_the_harmless();
            }
            Err(refused) => {
                sent.set(false);
                sheet.held.set(false);
                failure.set(Some(refused));
            }
        });
    }
}

/// The form.
#[component]
pub fn PlanForm(plan: ContainmentPlan, sheet: Containing) -> impl IntoView {
    let pushes = expect_context::<Pushes>();
    let writes = Writes::watch();
    let form = Form::of(&plan);
    let Form { choices, typed, note, case, sent, failure } = form;
    let (id, people) = (plan.id, plan.people.len() as u64);
    let possible = plan.blocked.is_none() && people > 0;
    let wrong = Memo::new(move |_| mistake(&choices.read()));
    let only = plan.people.first().map(|one| (one.name.clone(), one.login.clone()));
    // What has to be typed follows from what is chosen; the core asks the same.
    let confirm = Memo::new(move |_| {
        let only =
            only.as_ref().filter(|_| people == 1).map(|(name, login)| (name.as_str(), login.as_deref()));
        Confirmation::of_containment(&chosen(&choices.read()), people, only)
    });
    let ready = Memo::new(move |_| {
        let open = possible && refusal(writes.get()).is_none() && !sent.get();
        open && wrong.read().is_none() && confirm.read().is_met(Some(&typed.read()))
    });
    let start = move || form.start(pushes, id, sheet);
    let blocked = plan.blocked.clone().map(|failure| failure.to_string());
    let lock = move || refusal(writes.get()).map(str::to_owned).or_else(|| blocked.clone());
    let offered = plan.acts.clone();
    let total = Memo::new(move |_| requests(&choices.read(), &offered));
    view! {
        <div class="head"><h2 class="clip">{title(&plan)}</h2></div>
        <form class="body" on:submit=move |e| { e.prevent_default(); if ready.get_untracked() { start(); } }>
            {move || lock().map(|why| view! { <p class="callout" data-tone="bad" role="alert"><Icon glyph=Glyph::Lock/><span>{why}</span></p> })}
            {(people == 0).then(|| view! { <p class="callout" data-tone="bad" role="alert"><Icon glyph=Glyph::Warning/><span>"Nobody of them can be contained."</span></p> })}
            <Radius plan=plan.clone()/>
            <Evidence case/>
            <Acts offered=plan.acts.clone() choices/>
            <Later by_hand=plan.by_hand.clone()/>
            <label class="line"><span class="soft">"Note for the journal and the case (optional)"</span>
                <input type="text" class="input" autocomplete="off" maxlength="2000" prop:value=move || note.get() on:input=move |e| note.set(event_target_value(&e))/>
            </label>
            {move || view! { <Confirm confirm=confirm.get() typed may=possible/> }}
            {move || failure.get().map(|failure| view! { <p class="callout" data-tone="bad" role="alert"><Icon glyph=Glyph::Warning/><span>{failure.to_string()}</span></p> })}
            <div class="actions">
                <span class="soft grow" role="status">{move || match (sent.get(), wrong.get()) {
                    (true, _) => "Freezing the evidence…".to_owned(),
                    (false, Some(wrong)) => wrong,
                    (false, None) => format!("{} after the evidence is frozen.", text::plural(total.get(), "request", "requests")),
                }}</span>
                <Button label="Cancel" autofocus=true disabled=sent on_press=move |_| sheet.close()/>
                <button type="submit" class="button" data-size="normal" data-variant="danger" data-testid="confirm"
                    disabled=move || !ready.get()>{verb(&plan)}</button>
            </div>
        </form>
    }
}

/// Whom it is about, for the heading and the button.
fn whom(plan: &ContainmentPlan) -> String {
    match &plan.people[..] {
        [one] => one.name.clone(),
        many => text::plural(many.len() as u64, "person", "people"),
    }
}

fn title(plan: &ContainmentPlan) -> String {
    format!("Contain {}?", whom(plan))
}

fn verb(plan: &ContainmentPlan) -> String {
    format!("Contain {}", whom(plan))
}

/// What no request does: said before, ticked off after.
#[component]
fn Later(by_hand: Vec<ByHand>) -> impl IntoView {
    let count = by_hand.len() as u64;
    let line = |one: ByHand| view! { <li><b>{one.title}</b>" "<span class="soft">{one.text}</span></li> };
    (count > 0).then(move || {
        view! {
            <details><summary>{format!("{} by hand afterwards", text::plural(count, "thing remains", "things remain"))}</summary>
                <ul class="by-hand">{by_hand.into_iter().map(line).collect_view()}</ul>
            </details>
        }
    })
}
