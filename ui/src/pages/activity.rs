//! What was done from here: every change with its steps, every containment, every sync that brought something or failed, and the
//! journal that proves it. The address holds which list and which change.

mod changes;
mod check_changes;
mod containments;
mod detail;
mod journal;
mod syncs;

use crate::{
    kit::{
        button::Button,
        icon::Glyph,
        keys::letter_acts,
        notice::{Banner, Notice},
    },
    parts::{activity_link::name_of, failure_notice::FailureNotice, lifecycle_sheet::Sheet},
    query::use_query,
};
use changes::ChangeList;
use check_changes::CheckChangeList;
use containments::{ContainmentList, ContainmentPane, WaitingContainments};
use contract::{
    activity::{ActivityKind, ActivityPage as Page, ListActivity},
    intents::{Intent, Targets},
};
use detail::DetailPane;
use domain::{ContainmentId, IntentId, IntentState};
use journal::JournalBar;
use leptos::{ev, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};
use syncs::SyncList;

/// Rows of one page of either list.
const ROWS: u32 = 50;

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    /// Changes of devices.
    Changes,
    /// People who were contained.
    Containments,
    /// Changes of posture checks.
    Checks,
    Syncs,
}

impl Of {
    const ALL: [Self; 4] = [Self::Changes, Self::Containments, Self::Checks, Self::Syncs];

    fn key(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::Containments => "containments",
            Self::Checks => "checks",
            Self::Syncs => "syncs",
        }
    }

    /// The one after it, or before it.
    fn beside(self, step: isize) -> Self {
        let here = Self::ALL.iter().position(|of| *of == self).unwrap_or(0);
        let count = Self::ALL.len();
        Self::ALL[(here + count).saturating_add_signed(step) % count]
    }
}

/// What the address says.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    of: Of,
    open: Option<IntentId>,
    /// The open containment, on their tab.
    contained: Option<ContainmentId>,
    offset: u64,
}

impl View {
    fn href(&self) -> String {
        let mut parts = Vec::new();
        if self.of != Of::Changes {
            parts.push(format!("of={}", self.of.key()));
        }
        if self.offset > 0 {
            parts.push(format!("from={}", self.offset));
        }
        let open = self.open.map(|id| id.0).filter(|_| self.of != Of::Containments);
        let contained = self.contained.map(|id| id.0).filter(|_| self.of == Of::Containments);
        if let Some(id) = open.or(contained) {
            parts.push(format!("id={id}"));
        }
        if parts.is_empty() { "/activity".to_owned() } else { format!("/activity?{}", parts.join("&")) }
    }
}

/// The view in the address, and the way to change it.
#[derive(Clone, Copy)]
pub struct ViewUrl {
    view: Memo<View>,
    go: Callback<View>,
}

impl ViewUrl {
    fn from_address() -> Self {
        let (map, location) = (use_query_map(), use_location());
        let view = Memo::new(move |before: Option<&View>| {
            // While the router swaps pages the address is already another page's.
            if *location.pathname.read() != "/activity"
                && let Some(before) = before
            {
                return before.clone();
            }
            let map = map.read();
            let of =
                Of::ALL.into_iter().find(|of| Some(of.key()) == map.get_str("of")).unwrap_or(Of::Changes);
            let id = map.get_str("id").and_then(|id| id.parse().ok());
            View {
                of,
                open: id.filter(|_| of != Of::Containments).map(IntentId),
                contained: id.filter(|_| of == Of::Containments).map(ContainmentId),
                offset: map.get_str("from").and_then(|from| from.parse().ok()).unwrap_or(0),
            }
        });
        let navigate = use_navigate();
        let go = Callback::new(move |view: View| {
            navigate(&view.href(), NavigateOptions { scroll: false, ..NavigateOptions::default() });
        });
        Self { view, go }
    }

    fn change(&self, change: impl FnOnce(&mut View)) {
        let mut view = self.view.get_untracked();
        change(&mut view);
        self.go.run(view);
    }
}

/// The page.
#[component]
pub fn ActivityPage() -> impl IntoView {
    let url = ViewUrl::from_address();
    let query = use_query(move || {
        let view = url.view.read();
        let of = match view.of {
            Of::Syncs => ActivityKind::Syncs,
            // What waits for a person stands above every list.
            Of::Changes | Of::Checks | Of::Containments => ActivityKind::Changes,
        };
        let own = matches!(view.of, Of::Checks | Of::Containments);
        let offset = if own { 0 } else { view.offset };
        Some(ListActivity { of, offset, limit: ROWS })
    });
    let open = Memo::new(move |_| url.view.read().open);
    use_keys(url, query.value);
    let tab = move |of: Of, label: &'static str| {
        let chosen = move || url.view.read().of == of;
        view! {
            <button type="button" class="segment" role="tab" aria-selected=move || chosen().to_string() tabindex=move || if chosen() { "0" } else { "-1" }
                on:click=move |_| url.change(|v| { v.of = of; (v.offset, v.open, v.contained) = (0, None, None); })>{label}</button>
        }
    };
    let of = Memo::new(move |_| url.view.read().of);
    let own_foot = move || matches!(of.get(), Of::Checks | Of::Containments);
    let contained = Memo::new(move |_| url.view.read().contained);
    let rows = move || match (query.value.get(), query.failure.get()) {
        (Some(page), _) if page.total == 0 => none(url.view.read().of).into_any(),
        (Some(page), _) => match url.view.read().of {
            Of::Syncs => view! { <SyncList page/> }.into_any(),
            _ => view! { <ChangeList page url/> }.into_any(),
        },
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any()
        }
    };
    let list = move || match of.get() {
        Of::Checks => view! { <CheckChangeList/> }.into_any(),
        Of::Containments => view! { <ContainmentList url/> }.into_any(),
        Of::Changes | Of::Syncs => rows().into_any(),
    };
    view! {
        <div class="page-head">
            <h1>"Activity"</h1>
            <div class="segments" role="tablist" aria-label="Activity" on:keydown=move |e| swap_tab(&e, url)>
                {tab(Of::Changes, "Devices")}{tab(Of::Containments, "Containments")}{tab(Of::Checks, "Posture checks")}{tab(Of::Syncs, "Syncs")}
            </div>
            <div class="actions"><JournalBar/></div>
        </div>
        <WaitingContainments url/>
        {move || query.value.get().map(|page| page.waiting.into_iter().filter(|i| Some(i.id) != open.get()).take(3).map(|intent| view! { <Waiting intent url/> }).collect_view())}
        <div class="activity" data-ready=move || query.value.read().is_some().then_some("") data-detail=move || (open.read().is_some() || contained.read().is_some()).then_some("")>
            <div class="list"><div class="scroll" tabindex="0" role="region" aria-label="Activity list">{list}</div>{move || (!own_foot()).then(|| view! { <Pager url page=query.value/> })}</div>
            {move || open.get().map(|id| view! { <DetailPane id url/> })}
            {move || contained.get().map(|id| view! { <ContainmentPane id url/> })}
        </div>
    }
}

fn none(of: Of) -> impl IntoView {
    match of {
        Of::Changes | Of::Checks | Of::Containments => view! {
            <Notice glyph=Glyph::Activity title="Nothing was changed from here yet"
                text="Suspending, deactivating and deleting devices leave their trace here, with what the org answered."/>
        },
        Of::Syncs => view! {
            <Notice glyph=Glyph::Sync title="No sync has ended yet" text="Syncs that bring something new, fail or are cancelled stand here."/>
        },
    }
}

/// A change that waits for a person.
#[component]
fn Waiting(intent: Intent, url: ViewUrl) -> impl IntoView {
    let sheet = expect_context::<Sheet>();
    let (id, wish, queued) = (intent.id, intent.wish, intent.state == IntentState::Queued);
    let words = if queued { "is queued until you confirm it again." } else { "is held." };
    view! {
        <Banner glyph=if queued { Glyph::Offline } else { Glyph::Pause }>
            <span class="clip grow"><b>{name_of(&intent)}</b>" "{words}" "{intent.why.map(|why| why.message)}</span>
            {queued.then(|| view! { <Button label="Look at it again…" on_press=move |_| sheet.look_at(wish, Targets::Queued(id))/> })}
            <Button label="Show" on_press=move |_| url.change(|v| { v.of = Of::Changes; (v.open, v.contained) = (Some(id), None); })/>
        </Banner>
    }
}

#[component]
fn Pager(url: ViewUrl, page: RwSignal<Option<Page>>) -> impl IntoView {
    let total = Memo::new(move |_| page.read().as_ref().map_or(0, |p| p.total));
    let first = Memo::new(move |_| url.view.read().offset);
    let rows = u64::from(ROWS);
    view! {
        <div class="list-foot">
            <span class="grow">{move || {
                let (first, total) = (first.get(), total.get());
                let last = (first + rows).min(total);
                if total == 0 { String::new() } else { format!("{}–{} of {}", first + 1, last, crate::kit::text::count(total)) }
            }}</span>
            {move || (total.get() > rows).then(|| view! {
                <Button label="Newer" disabled=Signal::derive(move || first.get() == 0) on_press=move |_| url.change(|v| v.offset = v.offset.saturating_sub(rows))/>
                <Button label="Older" disabled=Signal::derive(move || first.get() + rows >= total.get()) on_press=move |_| url.change(|v| v.offset += rows)/>
            })}
        </div>
    }
}

fn swap_tab(event: &ev::KeyboardEvent, url: ViewUrl) {
    let step = match event.key().as_str() {
        "ArrowLeft" => -1,
        "ArrowRight" => 1,
        _ => return,
    };
    event.prevent_default();
    url.change(|v| {
        v.of = v.of.beside(step);
        (v.offset, v.open, v.contained) = (0, None, None);
    });
}

/// `j` and `k` walk the changes, Esc closes the pane.
fn use_keys(url: ViewUrl, page: RwSignal<Option<Page>>) {
    let listener = window_event_listener(ev::keydown, move |event| {
        let other = event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key();
        if other || (event.key() != "Escape" && !letter_acts(&event)) {
            return;
        }
        let step = match event.key().as_str() {
            "Escape" => return url.change(|v| (v.open, v.contained) = (None, None)),
            // Containments walk themselves: their list knows its rows.
            _ if url.view.read_untracked().of == Of::Containments => return,
            "j" => 1,
            "k" => -1,
            _ => return,
        };
        let page = page.read_untracked();
        let Some(page) = page.as_ref() else { return };
        let open = url.view.read_untracked().open;
        let here = page.changes.iter().position(|intent| Some(intent.id) == open);
        let next = here.map_or(0, |at| at.saturating_add_signed(step));
        if let Some(intent) = page.changes.get(next) {
            url.change(|v| v.open = Some(intent.id));
        }
    });
    on_cleanup(move || listener.remove());
}
