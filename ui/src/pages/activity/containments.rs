//! Containments beside the other changes: who, why, how far, the case that holds the evidence; those that wait for a person stand
//! on top of every list.

use super::{Of, ViewUrl, changes::tone};
use crate::{
    address::View,
    kit::{
        button::{Button, Variant},
        icon::Glyph,
        keys::letter_acts,
        notice::{Banner, Notice},
        progress::Progress,
        text,
    },
    pages::cases::CasesView,
    parts::{
        contain_sheet::{Buttons, ContainmentProgress},
        containment_words::{acts_line, name_of, over},
        failure_notice::FailureNotice,
        step_state::Counts,
        words::When,
    },
    query::use_query,
    state::as_of::AsOf,
};
use contract::containment::{Containment, ContainmentPage, ListContainments};
use domain::{ContainmentId, Timestamp};
use leptos::{ev, prelude::*};

/// Rows of one page.
const ROWS: u32 = 50;
/// So many of those that wait stand above a list.
const WAITING: usize = 3;

/// The list.
#[component]
pub fn ContainmentList(url: ViewUrl) -> impl IntoView {
    let query =
        use_query(move || Some(ListContainments { user: None, offset: url.view.read().offset, limit: ROWS }));
    use_keys(url, query.value);
    move || {
        match (query.value.get(), query.failure.get()) {
        (Some(page), _) if page.total == 0 => view! {
            <Notice glyph=Glyph::Door title="Nobody was contained from here yet"
                text="Containments leave their trace here: what was sent for whom, what the org answered, and the case that holds the evidence."/>
        }
        .into_any(),
        (Some(page), _) => view! { <Table page url/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i></div> }.into_any(),
    }
    }
}

#[component]
fn Table(page: ContainmentPage, url: ViewUrl) -> impl IntoView {
    let ContainmentPage { now, total, containments, .. } = page;
    let (first, rows) = (url.view.get_untracked().offset, u64::from(ROWS));
    let last = (first + containments.len() as u64).min(total);
    view! {
        <table class="plain containments" data-testid="containments">
            <thead><tr>
                <th scope="col">"Containment"</th><th scope="col">"State"</th><th scope="col">"Steps"</th>
                <th scope="col">"Evidence"</th><th scope="col">"When"</th><th scope="col">"Who and why"</th>
            </tr></thead>
            <tbody>{containments.into_iter().map(|one| view! { <Row one now url/> }).collect_view()}</tbody>
        </table>
        <p class="pages inset">
            <span class="grow">{format!("{}–{last} of {}", first + 1, text::count(total))}</span>
            {(total > rows).then(|| view! {
                <Button label="Newer" disabled=first == 0 on_press=move |_| url.change(|v| v.offset = v.offset.saturating_sub(rows))/>
                <Button label="Older" disabled={last >= total} on_press=move |_| url.change(|v| v.offset += rows)/>
            })}
        </p>
    }
}

#[component]
fn Row(one: Containment, now: Timestamp, url: ViewUrl) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let id = one.id;
    let open = move || url.change(|v| v.contained = Some(id));
    let selected = move || url.view.read().contained == Some(id);
    let running = !one.state.is_over();
    let case = one.case.map(|case| {
        view! { <a href=as_of.link(&CasesView::case(case).href()) on:click=|e| e.stop_propagation()>{format!("Case {}", case.0)}</a> }
    });
    let held = one.why.clone().map(|why| view! { <span class="block soft">{why.message}</span> });
    let note = one
        .note
        .clone()
        .map(|note| view! { <span class="block soft clip" title=note.clone()>{note.clone()}</span> });
    view! {
        <tr aria-selected=move || selected().to_string() on:click=move |_| open()>
            <td><button type="button" class="link clip" data-containment=id.0 on:click=move |e| { e.stop_propagation(); open(); }><bdi>{name_of(&one)}</bdi></button>
                <span class="block soft clip">{acts_line(&one)}</span></td>
            <td><span class="badge" data-tone=tone(one.state)>{one.state.label()}</span>{held}</td>
            <td>{running.then(|| view! { <Progress part=over(&one) whole=one.steps label="Steps that are over"/> })}<Counts counts=one.counts.clone() of=one.steps/></td>
            <td>{case}</td>
            <td><When at=Some(one.created) now/></td>
            <td><span class="clip block">{one.actor.clone()}</span>{note}</td>
        </tr>
    }
}

/// One containment beside the list.
#[component]
pub fn ContainmentPane(id: ContainmentId, url: ViewUrl) -> impl IntoView {
    view! {
        <aside class="detail wide" aria-label="Containment">
            <header>
                <h2 class="selectable">{format!("Containment {}", id.0)}</h2>
                <Button label="Close" glyph=Glyph::Close icon_only=true key="Esc" variant=Variant::Quiet on_press=move |_| url.change(|v| v.contained = None)/>
            </header>
            <div class="scroll contain" tabindex="0" role="region" aria-label="Containment details"><ContainmentProgress id/></div>
        </aside>
    }
}

/// Those that wait for a person, above every list: what stands still here leaves somebody at large.
#[component]
pub fn WaitingContainments(url: ViewUrl) -> impl IntoView {
    let query = use_query(|| Some(ListContainments { user: None, offset: 0, limit: 1 }));
    let open = Memo::new(move |_| url.view.read().contained);
    let one = move |one: Containment| {
        let id = one.id;
        let why = one.why.clone().map(|why| why.message);
        let show = move |_| {
            url.change(|v| {
                v.of = Of::Containments;
                (v.offset, v.open, v.contained) = (0, None, Some(id));
            });
        };
        view! {
            <div class="waiting-containment"><Banner glyph=Glyph::Pause bad=true>
                <span class="clip grow"><b>{name_of(&one)}</b>" is held. "{why}</span>
                <Buttons one/>
                <Button label="Show" on_press=show/>
            </Banner></div>
        }
    };
    move || {
        let open = open.get();
        let waiting = query.value.get().map(|page| page.waiting).unwrap_or_default();
        waiting.into_iter().filter(|w| Some(w.id) != open).take(WAITING).map(one).collect_view()
    }
}

/// `j` and `k` walk the containments.
fn use_keys(url: ViewUrl, page: RwSignal<Option<ContainmentPage>>) {
    let listener = window_event_listener(ev::keydown, move |event| {
        let other = event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key();
        if other || !letter_acts(&event) {
            return;
        }
        let step = match event.key().as_str() {
            "j" => 1,
            "k" => -1,
            _ => return,
        };
        let page = page.read_untracked();
        let Some(page) = page.as_ref() else { return };
        let open = url.view.read_untracked().contained;
        let here = page.containments.iter().position(|one| Some(one.id) == open);
        let next = here.map_or(0, |at| at.saturating_add_signed(step));
        if let Some(one) = page.containments.get(next) {
            url.change(|v| v.contained = Some(one.id));
        }
    });
    on_cleanup(move || listener.remove());
}
