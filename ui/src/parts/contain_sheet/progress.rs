//! A containment under way or over: its steps as they end, what the log confirms app by app, what may go on, what remains by
//! hand. The sheet and the Activity page show the same.

use super::{
    Containing,
    by_hand::ByHandList,
    steps::{STEPS, StateFilter, StepList, StepPager},
};
use crate::{
    address::View,
    kit::{
        button::Button,
        icon::{Glyph, Icon},
        progress::Progress,
        text,
    },
    pages::cases::CasesView,
    parts::{
        containment_words::{acts_line, containment_href, count, name_of, over, progress_words},
        failure_notice::FailureNotice,
        logout_run::{Evidence, RunState, Track, run_href},
        residual::ResidualClock,
        words::When,
    },
    query::{Pushes, Query, act, use_query},
    state::{as_of::AsOf, toasts::Toasts, writes::Writes},
};
use contract::{
    Command, Failure,
    containment::{
        CancelContainment, Containment, ContainmentDetail, GetContainment, PauseContainment,
        ResumeContainment,
    },
    logout::{GetPersonReach, LogoutRun},
};
use domain::{ContainAct, ContainmentId, IntentState, StepState, Timestamp, UserId};
use leptos::prelude::*;

/// In the sheet: with a heading and the way out.
#[component]
pub fn UnderWay(id: ContainmentId, sheet: Containing) -> impl IntoView {
    let asked = Asked::follow(id);
    let name = move || asked.containment.get().map_or_else(|| "Containment".to_owned(), |one| name_of(&one));
    let running = Memo::new(move |_| {
        let now = asked.containment.read();
        now.as_ref().is_some_and(|one| matches!(one.state, IntentState::Running | IntentState::Holding))
    });
    Effect::new(move |_| sheet.held.set(running.get()));
    let close = Signal::derive(move || if running.get() { "Close; it goes on" } else { "Close" }.to_owned());
    view! {
        <div class="head"><h2 class="clip"><bdi>{name}</bdi></h2></div>
        <div class="body">
            <Whole asked/>
            <div class="actions">
                <a class="grow" href=containment_href(id) on:click=move |_| sheet.close()>"Show in Activity"</a>
                <Button label=close autofocus=true on_press=move |_| sheet.close()/>
            </div>
        </div>
    }
}

/// Anywhere else: all but heading and way out.
#[component]
pub fn ContainmentProgress(id: ContainmentId) -> impl IntoView {
    let asked = Asked::follow(id);
    view! { <Whole asked/> }
}

/// The answer in parts, so that what did not change is not drawn anew under somebody's hands.
#[derive(Clone, Copy)]
struct Asked {
    query: Query<ContainmentDetail>,
    containment: Memo<Option<Containment>>,
    state: RwSignal<Option<StepState>>,
    offset: RwSignal<u64>,
}

impl Asked {
    fn follow(id: ContainmentId) -> Self {
        let (state, offset) = (RwSignal::new(None::<StepState>), RwSignal::new(0_u64));
        let query = use_query(move || {
            Some(GetContainment { id, state: state.get(), offset: offset.get(), limit: STEPS })
        });
        let containment = Memo::new(move |_| query.value.read().as_ref().map(|d| d.containment.clone()));
        Self { query, containment, state, offset }
    }
}

#[component]
fn Whole(asked: Asked) -> impl IntoView {
    let there = Memo::new(move |_| asked.containment.read().is_some());
    move || match (there.get(), asked.query.failure.get()) {
        (true, _) => view! { <Parts asked/> }.into_any(),
        (false, Some(failure)) => {
            view! { <FailureNotice failure retry=move || asked.query.retry()/> }.into_any()
        }
        (false, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i></div> }.into_any()
        }
    }
}

#[component]
fn Parts(asked: Asked) -> impl IntoView {
    let Asked { query, containment, state, offset } = asked;
    let detail =
        move |of: fn(&ContainmentDetail) -> Timestamp| query.value.read().as_ref().map_or(Timestamp(0), of);
    let now = Memo::new(move |_| detail(|d| d.now));
    let steps = Memo::new(move |_| query.value.read().as_ref().map(|d| d.steps.clone()).unwrap_or_default());
    let runs = Memo::new(move |_| query.value.read().as_ref().map(|d| d.runs.clone()).unwrap_or_default());
    let by_hand =
        Memo::new(move |_| query.value.read().as_ref().map(|d| d.by_hand.clone()).unwrap_or_default());
    let takes_back =
        Memo::new(move |_| query.value.read().as_ref().map(|d| d.takes_back.clone()).unwrap_or_default());
    let many = Memo::new(move |_| containment.read().as_ref().is_some_and(|one| one.people > 1));
    let whole = Memo::new(move |_| {
        let one = containment.read();
        one.as_ref().map_or(0, |one| state.get().map_or(one.steps, |of| count(one, of)))
    });
    // Whose access may go on: told for one person, where something was sent that ends sessions.
    let left_behind = Memo::new(move |_| {
        let one = containment.get()?;
        let ends =
            |act: &ContainAct| matches!(act, ContainAct::UniversalLogout | ContainAct::RevokeSessions { .. });
        (one.people == 1 && one.acts.iter().any(ends) && over(&one) > 0).then_some(())?;
        steps.read().first().map(|step| step.user.clone())
    });
    view! {
        {move || containment.get().map(|one| view! { <State one now=now.get_untracked()/> })}
        <section aria-label="Steps">
            <h3>"Steps"<span class="dim">{move || text::count(whole.get())}</span></h3>
            {move || containment.get().map(|containment| view! { <StateFilter containment state offset/> })}
            <StepList steps now many/>
            <StepPager whole offset/>
        </section>
        <section aria-label="What the log confirms">
            <h3>"What the log confirms"</h3>
            {move || view! { <Runs runs=runs.get() now=now.get_untracked()/> }}
        </section>
        {move || {
            let ways = takes_back.get();
            let line = |way: String| view! { <li>{way}</li> };
            (!ways.is_empty()).then(|| view! {
                <section aria-label="The way back"><h3>"The way back"</h3><ul class="by-hand">{ways.into_iter().map(line).collect_view()}</ul></section>
            })
        }}
        {move || left_behind.get().map(|user| view! { <LeftBehind user/> })}
        {move || {
            let items = by_hand.get();
            let one = containment.get_untracked()?;
            (!items.is_empty()).then(|| view! { <section aria-label="By hand"><ByHandList items containment=one/></section> })
        }}
    }
}

/// Where it stands, and what can be done with it.
#[component]
fn State(one: Containment, now: Timestamp) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let words = match one.state {
        IntentState::Done => "Everything has come to its end.",
        IntentState::Cancelled => "The rest is not sent any more.",
        IntentState::Paused => "It is held.",
        IntentState::Queued => "It waits.",
        IntentState::Holding | IntentState::Running => "",
    };
    let case = one.case.map(|case| {
        let href = as_of.link(&CasesView::case(case).href());
        view! { <dt>"Evidence"</dt><dd><a href=href data-testid="case-link">{format!("Case {}", case.0)}</a></dd> }
    });
    view! {
        <section aria-label="Where it stands">
            <p class="row" role="status"><span class="badge" data-tone=tone(one.state) data-testid="containment-state">{one.state.label()}</span>" "<span>{progress_words(&one)}</span>" "<span class="soft">{words}</span></p>
            <Progress part=over(&one) whole=one.steps label="Steps that are over"/>
            {one.why.clone().map(|why| view! { <p class="callout" data-tone="warn"><Icon glyph=Glyph::Warning/><span>{why.to_string()}</span></p> })}
            <Buttons one=one.clone()/>
            <dl class="facts">
                <dt>"Acts"</dt><dd>{acts_line(&one)}</dd>
                {case}
                <dt>"Begun"</dt><dd><When at=Some(one.created) now/></dd>
                <dt>"By"</dt><dd>{one.actor.clone()}</dd>
                {one.note.clone().map(|note| view! { <dt>"Note"</dt><dd>{note}</dd> })}
            </dl>
        </section>
    }
}

/// The colour of a state; its word stands beside it.
fn tone(state: IntentState) -> &'static str {
    match state {
        IntentState::Running | IntentState::Holding => "accent",
        IntentState::Paused | IntentState::Queued => "warn",
        IntentState::Done | IntentState::Cancelled => "plain",
    }
}

/// Pause, resume, cancel the rest: those that make sense now.
#[component]
pub fn Buttons(one: Containment) -> impl IntoView {
    let (pushes, toasts) = (expect_context::<Pushes>(), expect_context::<Toasts>());
    let writes = Writes::watch();
    let locked = Signal::derive(move || writes.get() != Writes::Ready);
    let id = one.id;
    let said = move |reply: Result<Containment, Failure>| {
        if let Err(failure) = reply {
            toasts.say(failure.to_string());
        }
    };
    fn send<C: Command<Reply = Containment>>(
        pushes: Pushes,
        command: C,
        said: impl FnOnce(Result<Containment, Failure>) + 'static,
    ) {
        act(pushes, command, said);
    }
    let running = matches!(one.state, IntentState::Running | IntentState::Holding);
    let held = matches!(one.state, IntentState::Paused | IntentState::Queued);
    (!one.state.is_over()).then(|| {
        view! {
            <div class="row">
                {running.then(|| view! { <Button label="Pause" glyph=Glyph::Pause on_press=move |_| send(pushes, PauseContainment { id }, said)/> })}
                {held.then(|| view! { <Button label="Resume" glyph=Glyph::Play disabled=locked on_press=move |_| send(pushes, ResumeContainment { id }, said)/> })}
                <Button label="Cancel the rest" on_press=move |_| send(pushes, CancelContainment { id }, said)/>
            </div>
        }
    })
}

/// The logout runs that the log tells of, each with its track and its apps.
#[component]
fn Runs(runs: Vec<LogoutRun>, now: Timestamp) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    if runs.is_empty() {
        let words = "Nothing yet. The log is read again by itself; without an event the logout did not work.";
        return view! { <p class="unknown">{words}</p> }.into_any();
    }
    let several = runs.len() > 1;
    let one = move |run: LogoutRun| {
        let href = as_of.link(&run_href(&run));
        let LogoutRun { key, user_name, state, stages, apps, began, last, .. } = run;
        let name = several.then(
            || view! { <b class="clip"><bdi>{user_name.unwrap_or_else(|| "Somebody".to_owned())}</bdi></b> },
        );
        view! {
            <article class="run" data-run=key>
                <p class="row">{name}<RunState state/><span class="dim">"last news "<When at=Some(last) now/></span><a href=href>"Events"</a></p>
                <Track stages began wide=true/>
                <Evidence apps/>
            </article>
        }
    };
    view! { <div class="runs">{runs.into_iter().map(one).collect_view()}</div> }.into_any()
}

/// Access that may go on after what was ended, counted down.
#[component]
fn LeftBehind(user: UserId) -> impl IntoView {
    let query = use_query(move || Some(GetPersonReach { as_of: None, user: user.clone(), ask: false }));
    move || {
        query.value.get().map(|reach| {
            view! {
                <section aria-label="Access that may go on">
                    <h3>"Access that may go on"</h3>
                    <ResidualClock residual=reach.residual now=reach.now/>
                </section>
            }
        })
    }
}
