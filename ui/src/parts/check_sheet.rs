//! The one sheet in which a change of a posture check is looked at before it is sent: what the linter still has to say, who is
//! affected, what has to be typed. Whoever wants a change opens it; nothing else sends one.

use crate::{
    kit::{
        button::Button,
        dialog::Dialog,
        icon::{Glyph, Icon},
        text,
    },
    parts::{check_usage::Usage, failure_notice::FailureNotice, typed_confirmation::Confirm},
    query::{Pushes, act, use_query},
};
use contract::{
    Failure,
    check_changes::{
        CancelCheckChange, CheckAsk, CheckChange, CheckPlan, GetCheckChange, PlanCheckChange,
        ResumeCheckChange, StartCheckChange,
    },
};
use domain::{CheckChangeId, CheckWish, IntentState, LintReport, Severity, StepState};
use leptos::prelude::*;

/// What is being looked at: a question, or a change under way.
#[derive(Clone, Copy)]
pub struct CheckSheet {
    open: RwSignal<bool>,
    asked: RwSignal<Option<CheckAsk>>,
    change: RwSignal<Option<CheckChangeId>>,
    /// What the linter says of what is about to be sent.
    report: RwSignal<Option<LintReport>>,
    done: StoredValue<Option<Callback<CheckChange>>>,
}

impl CheckSheet {
    /// Nothing is looked at yet.
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            asked: RwSignal::new(None),
            change: RwSignal::new(None),
            report: RwSignal::new(None),
            done: StoredValue::new(None),
        }
    }

    /// Looks at a change; `done` hears of it once it is verified. Nothing is sent by this.
    pub fn look_at(self, ask: CheckAsk, report: Option<LintReport>, done: Callback<CheckChange>) {
        self.change.set(None);
        self.report.set(report);
        self.done.set_value(Some(done));
        self.asked.set(Some(ask));
        self.open.set(true);
    }
}

/// The sheet, in the document only while it is open.
#[component]
pub fn CheckChangeSheet() -> impl IntoView {
    let sheet = expect_context::<CheckSheet>();
    view! { <Dialog open=sheet.open label="Change of a posture check" class="sheet"><Inside sheet/></Dialog> }
}

#[component]
fn Inside(sheet: CheckSheet) -> impl IntoView {
    move || match (sheet.change.get(), sheet.asked.get()) {
        (Some(id), _) => view! { <UnderWay id sheet/> }.into_any(),
        (None, Some(ask)) => view! { <Planned ask sheet/> }.into_any(),
        (None, None) => ().into_any(),
    }
}

#[component]
fn Planned(ask: CheckAsk, sheet: CheckSheet) -> impl IntoView {
    let query = use_query(move || Some(PlanCheckChange { ask: ask.clone() }));
    move || match (query.value.get(), query.failure.get()) {
        (Some(plan), _) => view! { <Plan plan sheet/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => view! { <div class="head"><h2>"Looking at the org’s check"</h2></div> }.into_any(),
    }
}

#[component]
fn Plan(plan: CheckPlan, sheet: CheckSheet) -> impl IntoView {
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
            Ok(change) => sheet.change.set(Some(change.id)),
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
            {(!deletes).then(|| view! { <Verdict report=sheet.report.get_untracked()/> })}
            {plan.warnings.iter().cloned().map(|words| view! { <p class="callout" data-tone="warn"><Icon glyph=Glyph::Warning/><span>{words}</span></p> }).collect_view()}
            <p class="reach">{reach_words(&plan)}<span class="soft">" The check is read again right before the request; if somebody changed it meanwhile, nothing is sent."</span></p>
            {plan.used_by.is_used().then(|| view! { <Usage used=plan.used_by.clone()/> })}
            <Confirm confirm=plan.confirm.clone() typed may/>
            <label class="line"><span class="soft">"Note for the journal (optional)"</span>
                <input type="text" class="input" autocomplete="off" maxlength="2000" prop:value=move || note.get() on:input=move |e| note.set(event_target_value(&e))/>
            </label>
            {move || failure.get().map(|failure| view! { <p class="callout" data-tone="bad" role="alert"><Icon glyph=Glyph::Warning/><span>{failure.to_string()}</span></p> })}
            <div class="actions">
                <Button label="Cancel" autofocus=true on_press=move |_| sheet.open.set(false)/>
                <button type="submit" class="button" data-size="normal" data-variant=if deletes { "danger" } else { "plain" }
                    data-testid="confirm" disabled=move || !ready.get()>{verb}</button>
            </div>
        </form>
    }
}

/// What the linter still has to say of what is about to be sent.
#[component]
fn Verdict(report: Option<LintReport>) -> impl IntoView {
    let Some(report) = report else { return ().into_any() };
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
        (_, Some(devices), None) => {
            format!(
                "At most {} are affected; people were not counted.",
                text::plural(devices, "device", "devices")
            )
        }
        _ => "Whom it affects can’t be told from this snapshot.".to_owned(),
    }
}

/// A change on its way: told until it is over, and what follows from it.
#[component]
fn UnderWay(id: CheckChangeId, sheet: CheckSheet) -> impl IntoView {
    let query = use_query(move || Some(GetCheckChange { id }));
    let told = StoredValue::new(false);
    Effect::new(move |_| {
        let change = query.value.get();
        if let Some(change) = change.filter(|change| change.step == StepState::Verified)
            && !told.get_value()
        {
            told.set_value(true);
            sheet.open.set(false);
            if let Some(done) = sheet.done.get_value() {
                done.run(change);
            }
        }
    });
    move || match (query.value.get(), query.failure.get()) {
        (Some(change), _) => view! { <Progress change sheet/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => ().into_any(),
    }
}

#[component]
fn Progress(change: CheckChange, sheet: CheckSheet) -> impl IntoView {
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
                <Button label="Close" autofocus=true on_press=move |_| sheet.open.set(false)/>
            </div>
        </div>
    }
}
