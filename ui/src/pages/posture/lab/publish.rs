//! The sheet in which a change of a check is looked at before it is sent: what differs, who is affected, what the linter still has
//! to say. Nothing else sends one.

use super::{aside::Usage, draft::Lab};
use crate::{
    address::Address,
    kit::{
        button::{Button, Variant},
        dialog::Dialog,
        icon::{Glyph, Icon},
        text,
    },
    pages::posture::PostureView,
    parts::failure_notice::FailureNotice,
    query::{Pushes, act, use_query},
    state::{toasts::Toasts, writes::Writes},
};
use contract::{
    Failure,
    check_changes::{
        CancelCheckChange, CheckAsk, CheckChange, CheckPlan, GetCheckChange, PlanCheckChange,
        ResumeCheckChange, StartCheckChange,
    },
    checks::{AdoptDraft, CheckKey},
};
use domain::{CheckChangeId, CheckWish, Confirmation, IntentState, Severity, StepState};
use leptos::prelude::*;

/// What is being looked at: a question, or a change under way.
#[derive(Clone, Copy)]
struct Sending {
    open: RwSignal<bool>,
    asked: RwSignal<Option<CheckAsk>>,
    change: RwSignal<Option<CheckChangeId>>,
}

impl Sending {
    fn look_at(self, ask: CheckAsk) {
        self.change.set(None);
        self.asked.set(Some(ask));
        self.open.set(true);
    }
}

/// *Publish…* and *Delete…*, with the sheet that they open.
#[component]
pub fn PublishButtons() -> impl IntoView {
    let lab = expect_context::<Lab>();
    let writes = Writes::watch();
    let sending =
        Sending { open: RwSignal::new(false), asked: RwSignal::new(None), change: RwSignal::new(None) };
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
    let publish = move |_| {
        let content = lab.content.get_untracked();
        sending.look_at(match lab.published.get_untracked() {
            Some(published) => {
                CheckAsk::Replace { id: published.id, content, base: Some(Box::new(published.content)) }
            }
            None => CheckAsk::Create { content },
        });
    };
    let delete = move |_| {
        if let Some(published) = lab.published.get_untracked() {
            sending.look_at(CheckAsk::Delete { id: published.id });
        }
    };
    let deletable = Memo::new(move |_| lab.published.read().is_some() && !lab.is_builtin());
    view! {
        {move || deletable.get().then(|| view! { <Button label="Delete…" disabled=Signal::derive(move || !matches!(writes.get(), Writes::Ready)) on_press=delete/> })}
        <span title=move || why_not.get()>
            <Button label="Publish…" variant=Variant::Accent disabled=Signal::derive(move || why_not.get().is_some()) on_press=publish/>
        </span>
        <Dialog open=sending.open label="Change of a posture check" class="sheet"><Sheet sending lab/></Dialog>
    }
}

#[component]
fn Sheet(sending: Sending, lab: Lab) -> impl IntoView {
    move || match (sending.change.get(), sending.asked.get()) {
        (Some(id), _) => view! { <UnderWay id sending lab/> }.into_any(),
        (None, Some(ask)) => view! { <Planned ask sending lab/> }.into_any(),
        (None, None) => ().into_any(),
    }
}

#[component]
fn Planned(ask: CheckAsk, sending: Sending, lab: Lab) -> impl IntoView {
    let query = use_query(move || Some(PlanCheckChange { ask: ask.clone() }));
    move || match (query.value.get(), query.failure.get()) {
        (Some(plan), _) => view! { <Plan plan sending lab/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => view! { <div class="head"><h2>"Looking at the org’s check"</h2></div> }.into_any(),
    }
}

#[component]
fn Plan(plan: CheckPlan, sending: Sending, lab: Lab) -> impl IntoView {
    let pushes = expect_context::<Pushes>();
    let (typed, note) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let sent = RwSignal::new(false);
    let failure = RwSignal::new(plan.blocked.clone());
    let may = plan.blocked.is_none();
    let wanted = plan.confirm.clone();
    let ready = Memo::new(move |_| may && !sent.get() && wanted.is_met(Some(&typed.read())));
    let id = plan.id;
    let filled =
        |signal: RwSignal<String>| Some(signal.get_untracked()).filter(|text| !text.trim().is_empty());
    let start = move || {
        sent.set(true);
        failure.set(None);
        let command = StartCheckChange { plan: id, typed: filled(typed), note: filled(note) };
        act(pushes, command, move |reply| match reply {
            Ok(change) => sending.change.set(Some(change.id)),
            Err(refusal) => {
                sent.set(false);
                failure.set(Some(refusal));
            }
        });
    };
    let deletes = matches!(plan.wish, CheckWish::Delete { .. });
    let verb = match &plan.wish {
        CheckWish::Create { .. } => "Publish",
        CheckWish::Replace { .. } => "Publish the change",
        CheckWish::Delete { .. } => "Delete",
    };
    let name = plan.wish.name().to_owned();
    view! {
        <div class="head"><h2 class="clip">{if deletes { format!("Delete {name}?") } else { format!("Publish {name}?") }}</h2></div>
        <form class="body" on:submit=move |e| { e.prevent_default(); if ready.get_untracked() { start(); } }>
            {(!deletes).then(|| view! { <Verdict lab/> })}
            {plan.warnings.iter().cloned().map(|words| view! { <p class="callout" data-tone="warn"><Icon glyph=Glyph::Warning/><span>{words}</span></p> }).collect_view()}
            <p class="reach">{reach_words(&plan)}<span class="soft">" The check is read again right before the request; if somebody changed it meanwhile, nothing is sent."</span></p>
            {plan.used_by.is_used().then(|| view! { <Usage used=plan.used_by.clone()/> })}
            <TypeIt confirm=plan.confirm.clone() typed may/>
            <label class="line"><span class="soft">"Note for the journal (optional)"</span>
                <input type="text" class="input" autocomplete="off" maxlength="2000" prop:value=move || note.get() on:input=move |e| note.set(event_target_value(&e))/>
            </label>
            {move || failure.get().map(|failure| view! { <p class="callout" data-tone="bad" role="alert"><Icon glyph=Glyph::Warning/><span>{failure.to_string()}</span></p> })}
            <div class="actions">
                <Button label="Cancel" autofocus=true on_press=move |_| sending.open.set(false)/>
                <button type="submit" class="button" data-size="normal" data-variant=if deletes { "danger" } else { "plain" }
                    data-testid="confirm" disabled=move || !ready.get()>{verb}</button>
            </div>
        </form>
    }
}

/// What the linter still has to say of what is about to be sent.
#[component]
fn Verdict(lab: Lab) -> impl IntoView {
    let linted = lab.linted.value.get_untracked().map(|linted| linted.report);
    let Some(report) = linted else { return ().into_any() };
    let (errors, warnings) = (report.count(Severity::Error) as u64, report.count(Severity::Warning) as u64);
    let (tone, words) = match (report.valid, errors, warnings) {
        (false, ..) => ("bad", "A device would not run this query: nobody could pass it.".to_owned()),
        (true, 1.., _) => (
            "bad",
            format!(
                "{} left: Okta may not be able to use the answer.",
                text::plural(errors, "error is", "errors are")
            ),
        ),
        (true, 0, 1..) => ("warn", format!("{} left.", text::plural(warnings, "warning is", "warnings are"))),
        (true, 0, 0) => return ().into_any(),
    };
    view! { <p class="callout" data-tone=tone><Icon glyph=Glyph::Warning/><span>{words}</span></p> }
        .into_any()
}

fn reach_words(plan: &CheckPlan) -> String {
    match (plan.used_by.is_in_force(), plan.reach.devices, plan.reach.people) {
        (false, ..) if plan.used_by.unread.is_empty() => "No sign-in rule in force asks for it.".to_owned(),
        (_, Some(devices), Some(people)) => format!(
            "At most {} and {} are affected: those that sign in where a rule in force asks for it.",
            text::plural(devices, "device", "devices"),
            text::plural(people, "person", "people")
        ),
        _ => "Whom it affects can’t be told from this snapshot.".to_owned(),
    }
}

#[component]
fn TypeIt(confirm: Confirmation, typed: RwSignal<String>, may: bool) -> impl IntoView {
    match confirm {
        Confirmation::Type(wanted) if may => view! {
            <label class="line"><span>"Type "<b class="selectable">{wanted}</b>" to confirm"</span>
                <input type="text" class="input" autocomplete="off" spellcheck="false" data-testid="typed"
                    prop:value=move || typed.get() on:input=move |e| typed.set(event_target_value(&e))/>
            </label>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

/// A change on its way: told until it is over, and what follows from it.
#[component]
fn UnderWay(id: CheckChangeId, sending: Sending, lab: Lab) -> impl IntoView {
    let query = use_query(move || Some(GetCheckChange { id }));
    let ends =
        Ends { pushes: expect_context(), toasts: expect_context(), address: expect_context(), sending, lab };
    let told = StoredValue::new(false);
    Effect::new(move |_| {
        let change = query.value.get();
        if let Some(change) = change.filter(|change| change.step == StepState::Verified)
            && !told.get_value()
        {
            told.set_value(true);
            ends.well(&change);
        }
    });
    move || match (query.value.get(), query.failure.get()) {
        (Some(change), _) => view! { <Progress change sending/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => ().into_any(),
    }
}

#[component]
fn Progress(change: CheckChange, sending: Sending) -> impl IntoView {
    let pushes = expect_context::<Pushes>();
    let id = change.id;
    let trouble: Option<Failure> = change.failure.clone().or(change.why.clone());
    let held = change.state == IntentState::Paused;
    view! {
        <div class="head"><h2 class="clip">{change.wish.label()}" "{change.wish.name().to_owned()}</h2></div>
        <div class="body">
            <p role="status"><b>{change.step.label()}</b>{if held { ". It is held." } else { "." }}</p>
            {trouble.map(|failure| view! { <p class="callout" data-tone="bad"><Icon glyph=Glyph::Warning/><span>{failure.to_string()}</span></p> })}
            {change.request_id.map(|request| view! { <p class="soft">"The org’s request id: "<span class="mono">{request}</span></p> })}
            <div class="actions">
                {held.then(|| view! {
                    <Button label="Resume" on_press=move |_| act(pushes, ResumeCheckChange { id }, |_| {})/>
                    <Button label="Give up" on_press=move |_| act(pushes, CancelCheckChange { id }, |_| {})/>
                })}
                <Button label="Close" autofocus=true on_press=move |_| sending.open.set(false)/>
            </div>
        </div>
    }
}

/// What follows when a change is verified.
#[derive(Clone, Copy)]
struct Ends {
    pushes: Pushes,
    toasts: Toasts,
    address: Address<PostureView>,
    sending: Sending,
    lab: Lab,
}

impl Ends {
    fn well(self, change: &CheckChange) {
        let Self { pushes, toasts, address, sending, lab } = self;
        sending.open.set(false);
        let name = change.wish.name().to_owned();
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
            _ => toasts.say(format!("{name} is published, and was read back.")),
        }
    }
}
