//! The frame around every page: bars, rail, palette, messages, the keys that work everywhere, and the router.

use crate::{
    kit::{
        button::Button,
        icon::Glyph,
        keys::letter_acts,
        notice::{Banner, Notice},
        text,
    },
    pages::{
        activity::ActivityPage, cases::CasesPage, devices::DevicesPage, integrations::IntegrationsPage,
        log::LogPage, logout::LogoutPage, overview::OverviewPage, posture::PosturePage,
        settings::SettingsPage, triage::TriagePage, users::UsersPage, welcome::WelcomePage,
    },
    parts::{
        as_of_band::{AsOfBand, GoneSnapshot},
        cheat_sheet::CheatSheet,
        check_sheet::{CheckChangeSheet, CheckSheet},
        connect::{ConnectDialog, Connecting},
        contain_sheet::{ContainSheet, Containing},
        failure_notice::FailureNotice,
        lifecycle_sheet::{LifecycleSheet, Sheet},
        palette::Palette,
        rail::Rail,
        status_bar::StatusBar,
        top_bar::TopBar,
        wipe_org::{WipeDialog, Wiping},
    },
    query::{Pushes, Query, act, use_query},
    routes::Route,
    state::{
        as_of::{AsOf, Shown},
        prefs::Prefs,
        presence,
        selection::Selection,
        toasts::{ToastList, Toasts},
    },
};
use contract::{
    Failure,
    session::{GetSession, Reach, Session},
    sync::{GetSync, StartSync},
};
use leptos::{ev, prelude::*};
use leptos_router::{
    NavigateOptions,
    components::{Route as At, Router, Routes},
    hooks::{use_location, use_navigate},
    path,
};
use std::time::Duration;

/// What stands on screen as a whole.
#[derive(Clone, PartialEq)]
enum Stage {
    Waiting,
    Failed(Failure),
    FirstRun,
    Open,
}

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let pushes = Pushes::listen();
    provide_context(pushes);
    provide_context(Prefs::load());
    provide_context(Toasts::new());
    let as_of = AsOf::from_address();
    provide_context(as_of);
    provide_context(Selection::new());
    provide_context(Connecting::new());
    provide_context(Wiping::new());
    let session = use_query(|| Some(GetSession {}));
    let sync = use_query(|| Some(GetSync {}));
    Effect::new(move |_| {
        if let Some(state) = sync.value.get() {
            pushes.sync.set(state);
        }
    });
    // Ages grow by themselves: the session carries the core's clock, so asking again once a minute is enough.
    let minute = set_interval_with_handle(move || session.retry(), Duration::from_secs(60)).ok();
    on_cleanup(move || minute.iter().for_each(IntervalHandle::clear));
    provide_context(session);
    provide_context(Shown::follow(as_of, session));
    presence::tell(session, pushes);
    // A memo, so that an answer that changes nothing of this leaves the page standing.
    let stage = Memo::new(move |_| {
        match (session.value.read().as_ref().map(|s| s.org.is_none()), session.failure.get()) {
            (None, None) => Stage::Waiting,
            (None, Some(failure)) => Stage::Failed(failure),
            (Some(true), _) => Stage::FirstRun,
            (Some(false), _) => Stage::Open,
        }
    });
    view! {
        <Router>
            {move || match stage.get() {
                Stage::Waiting => ().into_any(),
                Stage::Failed(failure) => view! { <FailureNotice failure retry=move || session.retry()/> }.into_any(),
                Stage::FirstRun => view! { <WelcomePage session/> }.into_any(),
                Stage::Open => view! { <Frame session/> }.into_any(),
            }}
            <ConnectDialog/>
            <WipeDialog/>
            <ToastList/>
        </Router>
    }
}

#[component]
fn Frame(session: Query<Session>) -> impl IntoView {
    let palette = RwSignal::new(false);
    let cheats = RwSignal::new(false);
    provide_context(Sheet::new());
    provide_context(CheckSheet::new());
    provide_context(Containing::new());
    use_keys(palette, cheats);
    let (as_of, shown) = (expect_context::<AsOf>(), expect_context::<Shown>());
    as_of.follow_address();
    let gone = Memo::new(move |_| shown.is_gone());
    let synced = Memo::new(move |_| {
        session.value.read().as_ref().and_then(|s| s.org.as_ref()).is_some_and(|o| o.snapshot.is_some())
    });
    // Settings show nothing of a snapshot: they are there from the start.
    let path = use_location().pathname;
    let settings = Memo::new(move |_| path.get() == Route::Settings.path());
    view! {
        <div class="shell" data-past=move || as_of.get().is_some().then_some("")>
            <TopBar session palette/>
            <Rail/>
            <main class="main" id="main">
                <AsOfBand session/>
                {move || session.failure.get().map(|failure| view! {
                    <Banner glyph=Glyph::Warning bad=true>
                        <span class="clip grow"><b>"What stands here is no longer kept up to date. "</b>{failure.to_string()}</span>
                        <Button label="Try again" on_press=move |_| session.retry()/>
                    </Banner>
                })}
                <OfflineBanner session/>
                {move || if gone.get() { view! { <GoneSnapshot/> }.into_any() } else if synced.get() || settings.get() { view! { <Pages/> }.into_any() } else { view! { <FirstSync session/> }.into_any() }}
            </main>
            <StatusBar cheats/>
        </div>
        <Palette open=palette/>
        <LifecycleSheet/>
        <CheckChangeSheet/>
        <ContainSheet/>
        <CheatSheet open=cheats/>
    }
}

#[component]
fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=|| view! { <Notice glyph=Glyph::Empty title="No such page" text="The link may be from another version of Postern."/> }>
            <At path=path!("/") view=OverviewPage/>
            <At path=path!("/devices") view=DevicesPage/>
            <At path=path!("/integrations") view=IntegrationsPage/>
            <At path=path!("/users") view=UsersPage/>
            <At path=path!("/posture") view=PosturePage/>
            <At path=path!("/triage") view=TriagePage/>
            <At path=path!("/logout") view=LogoutPage/>
            <At path=path!("/log") view=LogPage/>
            <At path=path!("/cases") view=CasesPage/>
            <At path=path!("/activity") view=ActivityPage/>
            <At path=path!("/settings") view=SettingsPage/>
        </Routes>
    }
}

/// Before the first snapshot there is nothing to show but how far the first sync is, or why it is not getting on.
#[component]
fn FirstSync(session: Query<Session>) -> impl IntoView {
    let pushes = expect_context::<Pushes>();
    let failure = Memo::new(move |_| pushes.sync.get().failure);
    let offline = Memo::new(move |_| match session.value.get().and_then(|s| s.org).map(|o| o.reach) {
        Some(Reach::Offline { why }) => Some(why),
        _ => None,
    });
    let start = move || act(pushes, StartSync { full: true }, |_| {});
    let line = move || {
        let state = pushes.sync.get();
        let what = state.collection.unwrap_or_else(|| "the org".into());
        format!(
            "Reading {what}: {} so far, step {} of {}.",
            text::count(state.items),
            state.step,
            state.steps.max(1)
        )
    };
    move || {
        match (failure.get(), offline.get()) {
        (Some(failure), _) => view! { <FailureNotice failure retry=start/> }.into_any(),
        (None, Some(why)) => view! {
            <Notice glyph=Glyph::Offline title="The org can’t be reached" text=why>
                <Button label="Try again" on_press=move |_| start()/>
            </Notice>
        }
        .into_any(),
        (None, None) => view! {
            <div class="notice" role="status">
                <h2>"First sync"</h2>
                <p>{line}</p>
                <p class="dim">"Everything read is kept, encrypted, on this machine. The pages open as soon as the first sync is complete."</p>
            </div>
        }
        .into_any(),
    }
    }
}

#[component]
fn OfflineBanner(session: Query<Session>) -> impl IntoView {
    let pushes = expect_context::<Pushes>();
    let offline = Memo::new(move |_| {
        let session = session.value.get()?;
        let org = session.org?;
        match (org.reach, org.snapshot) {
            (Reach::Offline { why }, Some(snapshot)) => Some((why, snapshot.at, session.now)),
            _ => None,
        }
    });
    move || {
        offline.get().map(|(why, at, now)| {
            view! {
                <Banner glyph=Glyph::Offline>
                    <span class="clip grow">
                        <b>{format!("Offline. Data as of {}, {}.", text::clock(at.0), text::ago(at.0, now.0))}</b>" "{why}
                    </span>
                    <Button label="Try again" on_press=move |_| act(pushes, StartSync { full: false }, |_| {})/>
                </Banner>
            }
        })
    }
}

/// The keys that work on every page. Single letters are the pages' own and never fire while someone types.
fn use_keys(palette: RwSignal<bool>, cheats: RwSignal<bool>) {
    let navigate = use_navigate();
    let listener = window_event_listener(ev::keydown, move |event| {
        let far = event.ctrl_key() || event.meta_key();
        // Under a dialog nothing else moves; the palette closes with the key that opens it.
        let under = matches!(document().query_selector("[aria-modal]"), Ok(Some(_)));
        match event.key().as_str() {
            "k" | "K" if far && (!under || palette.get_untracked()) => palette.update(|open| *open = !*open),
            "?" if !under && letter_acts(&event) => cheats.set(true),
            digit if far && !under && digit.len() == 1 => {
                let mut pages = Route::ALL.iter().chain(Route::FOOT);
                let page = digit.parse::<usize>().ok().and_then(|n| pages.nth(n.checked_sub(1)?));
                let Some(route) = page else { return };
                navigate(route.path(), NavigateOptions::default());
            }
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}
