//! Every logout that the log tells of: who, begun by what, how far it came, and what is known of each app. What the log is
//! silent about stands on top, for nobody else raises that alarm.

use super::{ViewUrl, run_pane::RunPane};
use crate::{
    address::View,
    kit::{
        button::Button,
        icon::{Glyph, Icon},
        keys::letter_acts,
        notice::{Banner, Notice},
        text,
    },
    parts::{
        failure_notice::FailureNotice,
        logout_link::LogoutView,
        logout_run::{AppCounts, RunState, Track},
        user_link::UsersView,
        words::When,
    },
    query::use_query,
    state::as_of::AsOf,
};
use contract::logout::{ListLogoutRuns, LogoutRun, LogoutRuns, LogoutState};
use domain::Timestamp;
use leptos::{ev, prelude::*};

/// Rows of one page.
const ROWS: u32 = 100;

/// The tab.
#[component]
pub fn RunsPart(url: ViewUrl) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let query = use_query(move || {
        let view = url.view.read();
        let (user, state, offset) = (view.user.clone(), view.state, view.offset);
        Some(ListLogoutRuns { as_of: as_of.get(), user, state, offset, limit: ROWS })
    });
    let page = query.value;
    use_keys(url, page);
    let open = Memo::new(move |_| url.view.read().open.clone());
    let shown = Memo::new(move |_| {
        let open = open.get()?;
        page.read().as_ref()?.runs.iter().find(|run| run.key == open).cloned()
    });
    let now = Memo::new(move |_| page.read().as_ref().map_or(Timestamp(0), |page| page.now));
    let list = move || {
        match (page.get(), query.failure.get()) {
        (Some(page), _) if page.total == 0 => view! {
            <Notice glyph=Glyph::Door title="The log tells of no logout" text="Every logout leaves its trace here: begun by an admin, by the entity risk policy, or from here."/>
        }
        .into_any(),
        (Some(page), _) if page.runs.is_empty() => view! {
            <Notice glyph=Glyph::Search title="No logout matches" text="There are logouts, but none in this state or of this person.">
                <Button label="Show all" on_press=move |_| url.change(|v| { v.state = None; v.user = None; v.offset = 0; })/>
            </Notice>
        }
        .into_any(),
        (Some(page), _) => view! { <Table page url/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any(),
    }
    };
    let there = Memo::new(move |_| open.read().is_some());
    view! {
        <Alarm page url/>
        <Narrow page url/>
        <div class="logout-runs" data-ready=move || page.read().is_some().then_some("") data-detail=move || there.get().then_some("")>
            <div class="list">
                <div class="scroll" tabindex="0" role="region" aria-label="Logout runs">{list}</div>
                <Pager page url/>
            </div>
            {move || open.get().map(|key| view! { <RunPane key run=shown now url/> })}
        </div>
    }
}

/// How many are in a state.
fn count(page: &LogoutRuns, of: LogoutState) -> u64 {
    page.states.iter().find(|(state, _)| *state == of).map_or(0, |(_, n)| *n)
}

/// What the log is silent about. The number opens exactly those.
#[component]
fn Alarm(page: RwSignal<Option<LogoutRuns>>, url: ViewUrl) -> impl IntoView {
    let silent =
        Memo::new(move |_| page.read().as_ref().map_or(0, |page| count(page, LogoutState::Unconfirmed)));
    let here = Memo::new(move |_| url.view.read().state == Some(LogoutState::Unconfirmed));
    move || {
        let n = silent.get();
        (n > 0 && !here.get()).then(|| {
            view! {
                <div data-testid="silent"><Banner glyph=Glyph::Warning bad=true>
                    <span class="grow"><b>{format!("{} unconfirmed. ", text::plural(n, "logout is", "logouts are"))}</b>
                        "The log has been silent for too long: without an event the logout did not work."</span>
                    <Button label="Show" on_press=move |_| url.change(|v| { v.state = Some(LogoutState::Unconfirmed); v.offset = 0; v.open = None; })/>
                </Banner></div>
            }
        })
    }
}

/// A chip per state with its count, and the person that the list is narrowed to.
#[component]
fn Narrow(page: RwSignal<Option<LogoutRuns>>, url: ViewUrl) -> impl IntoView {
    let state = Memo::new(move |_| url.view.read().state);
    let user = Memo::new(move |_| url.view.read().user.clone());
    let choose = move |to: Option<LogoutState>| {
        url.change(|v| {
            v.state = to;
            v.offset = 0;
            v.open = None;
        });
    };
    let chip = move |of: LogoutState| {
        let n = Memo::new(move |_| page.read().as_ref().map(|page| count(page, of)));
        view! {
            <button type="button" class="toggle" data-state=of.key() aria-pressed=move || (state.get() == Some(of)).to_string()
                on:click=move |_| choose(if state.get_untracked() == Some(of) { None } else { Some(of) })>
                {of.label()}" "<b>{move || n.get().map(text::count)}</b>
            </button>
        }
    };
    let name = move || {
        let page = page.read();
        let run = page.as_ref().and_then(|page| page.runs.first());
        run.and_then(|run| run.user_name.clone())
    };
    view! {
        <div class="part-bar">
            <div class="toggles" role="group" aria-label="Only logouts in this state">{LogoutState::ALL.map(chip)}</div>
            {move || user.get().map(|user| view! {
                <span class="chip"><button type="button" tabindex="-1">{move || format!("Of {}", name().unwrap_or_else(|| user.to_string()))}</button>
                    <button type="button" aria-label="Of everybody" on:click=move |_| url.change(|v| { v.user = None; v.offset = 0; })><Icon glyph=Glyph::Close/></button></span>
            })}
        </div>
    }
}

#[component]
fn Table(page: LogoutRuns, url: ViewUrl) -> impl IntoView {
    let now = page.now;
    view! {
        <table class="plain runs-table" data-testid="runs">
            <thead><tr>
                <th scope="col">"Person"</th><th scope="col">"State"</th><th scope="col">"How far"</th>
                <th scope="col">"Apps"</th><th scope="col">"Begun"</th><th scope="col">"By"</th>
            </tr></thead>
            <tbody>{page.runs.into_iter().map(|run| view! { <Row run now url/> }).collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Row(run: LogoutRun, now: Timestamp, url: ViewUrl) -> impl IntoView {
    let LogoutRun { key, user, user_name, state, begun_by, stages, apps, began, .. } = run;
    let name = user_name.or_else(|| user.map(|id| id.to_string())).unwrap_or_else(|| "Not told".to_owned());
    let key = StoredValue::new(key);
    let selected =
        move || url.view.read().open.as_deref().is_some_and(|open| key.with_value(|key| key == open));
    let open = move || url.change(|v| v.open = Some(key.get_value()));
    view! {
        <tr aria-selected=move || selected().to_string() data-state=state.key() on:click=move |_| open()>
            <td><button type="button" class="link clip" data-run=key.get_value() on:click=move |e| { e.stop_propagation(); open(); }><bdi>{name}</bdi></button></td>
            <td><RunState state/></td>
            <td><Track stages began/></td>
            <td><AppCounts apps/></td>
            <td><When at=Some(began) now/></td>
            <td class="clip soft" title=begun_by.clone()>{begun_by.clone()}</td>
        </tr>
    }
}

#[component]
fn Pager(page: RwSignal<Option<LogoutRuns>>, url: ViewUrl) -> impl IntoView {
    let (first, rows) = (Memo::new(move |_| url.view.read().offset), u64::from(ROWS));
    let matching = Memo::new(move |_| page.read().as_ref().map_or(0, |page| page.matching));
    let words = move || {
        let page = page.read();
        let page = page.as_ref()?;
        Some(format!("{} of {}", text::count(page.matching), text::plural(page.total, "logout", "logouts")))
    };
    view! {
        <div class="list-foot">
            <span class="grow" data-testid="counted">{words}</span>
            {move || (matching.get() > rows).then(|| view! {
                <Button label="Newer" disabled=Signal::derive(move || first.get() == 0) on_press=move |_| url.change(|v| v.offset = v.offset.saturating_sub(rows))/>
                <Button label="Older" disabled=Signal::derive(move || first.get() + rows >= matching.get()) on_press=move |_| url.change(|v| v.offset += rows)/>
            })}
        </div>
    }
}

/// The person's page.
pub fn person_href(as_of: AsOf, run: &LogoutRun) -> Option<String> {
    run.user.as_ref().map(|user| as_of.link(&UsersView::person(user).href()))
}

/// `j` and `k` walk the runs, Esc closes the pane.
fn use_keys(url: ViewUrl, page: RwSignal<Option<LogoutRuns>>) {
    let listener = window_event_listener(ev::keydown, move |event| {
        let other = event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key();
        if other || (event.key() != "Escape" && !letter_acts(&event)) {
            return;
        }
        let step = match event.key().as_str() {
            "Escape" => return url.adjust(|v: &mut LogoutView| v.open = None),
            "j" => 1,
            "k" => -1,
            _ => return,
        };
        let page = page.read_untracked();
        let Some(page) = page.as_ref() else { return };
        let open = url.view.read_untracked().open.clone();
        let here = page.runs.iter().position(|run| Some(&run.key) == open.as_ref());
        let next = here.map_or(0, |at| at.saturating_add_signed(step));
        if let Some(run) = page.runs.get(next) {
            url.adjust(|v| v.open = Some(run.key.clone()));
        }
    });
    on_cleanup(move || listener.remove());
}
