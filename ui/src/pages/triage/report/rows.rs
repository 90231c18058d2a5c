//! The detections behind a number of the report, in a dialog: as many as the number says.

use crate::{
    address::View,
    kit::{
        button::{Button, Variant},
        dialog::Dialog,
        icon::Glyph,
        text,
    },
    pages::triage::TriageView,
    parts::{failure_notice::FailureNotice, log_link::event_href, risk_badge::RiskBadge, words::When},
    query::use_query,
    state::as_of::AsOf,
};
use contract::triage::{ListReported, Reported, ReportedDetection};
use domain::Timestamp;
use leptos::prelude::*;

/// Rows of a page.
const ROWS: u32 = 50;

/// Opens the rows of a number. One dialog serves the whole report.
#[derive(Clone, Copy)]
pub struct Behind {
    open: RwSignal<bool>,
    title: RwSignal<String>,
    asked: RwSignal<Option<ListReported>>,
    days: u32,
}

impl Behind {
    /// For a report of so many days, with a [`BehindDialog`] beside it.
    pub fn new(days: u32) -> Self {
        let (open, title, asked) = (RwSignal::new(false), RwSignal::new(String::new()), RwSignal::new(None));
        Self { open, title, asked, days }
    }

    fn show(self, title: String, asked: ListReported) {
        self.title.set(title);
        self.asked.set(Some(ListReported { days: self.days, offset: 0, limit: ROWS, ..asked }));
        self.open.set(true);
    }

    /// A number that opens its rows; none opens nothing.
    pub fn number(self, n: u64, title: impl Into<String>, asked: ListReported) -> AnyView {
        if n == 0 {
            return view! { <span class="dim">"0"</span> }.into_any();
        }
        let title = title.into();
        let label = format!("{}: {title}", counted(n, asked.by_person));
        view! {
            <button type="button" class="link num" aria-label=label on:click=move |_| self.show(title.clone(), asked.clone())>{text::count(n)}</button>
        }
        .into_any()
    }
}

/// What a number counts, in words.
fn counted(n: u64, people: bool) -> String {
    if people { text::plural(n, "person", "people") } else { text::plural(n, "detection", "detections") }
}

/// The dialog.
#[component]
pub fn BehindDialog(behind: Behind) -> impl IntoView {
    view! { <Dialog open=behind.open label="Detections of a number" class="behind"><Inside behind/></Dialog> }
}

#[component]
fn Inside(behind: Behind) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let query =
        use_query(move || behind.asked.get().map(|asked| ListReported { as_of: as_of.get(), ..asked }));
    let body = move || match (query.value.get(), query.failure.get()) {
        (Some(page), _) => rows(page).into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any()
        }
    };
    let total = Memo::new(move |_| query.value.read().as_ref().map_or(0, |page| page.total));
    let first = Memo::new(move |_| behind.asked.read().as_ref().map_or(0, |asked| asked.offset));
    let said = move || {
        let by_person = behind.asked.read().as_ref().is_some_and(|asked| asked.by_person);
        match by_person {
            true => format!("{}, each with their newest detection", counted(total.get(), true)),
            false => counted(total.get(), false),
        }
    };
    let turn =
        move |to: u64| behind.asked.update(|asked| asked.iter_mut().for_each(|asked| asked.offset = to));
    view! {
        <header><h2>{move || behind.title.get()}</h2>
            <Button label="Close" glyph=Glyph::Close icon_only=true variant=Variant::Quiet on_press=move |_| behind.open.set(false)/>
        </header>
        <div class="body" tabindex="0" role="region" aria-label="Detections">{body}</div>
        <div class="list-foot">
            <span class="grow" data-testid="behind">{said}</span>
            {move || (total.get() > u64::from(ROWS)).then(|| view! {
                <Button label="Newer" disabled=Signal::derive(move || first.get() == 0) on_press=move |_| turn(first.get_untracked().saturating_sub(ROWS.into()))/>
                <Button label="Older" disabled=Signal::derive(move || first.get() + u64::from(ROWS) >= total.get()) on_press=move |_| turn(first.get_untracked() + u64::from(ROWS))/>
            })}
        </div>
    }
}

fn rows(page: Reported) -> impl IntoView {
    let line = move |row: ReportedDetection| line(row, page.now);
    view! {
        <div class="data-table"><table>
            <thead><tr><th scope="col">"When"</th><th scope="col">"Person"</th><th scope="col">"Detection"</th><th scope="col">"Level"</th>
                <th scope="col">"Verdict"</th><th scope="col">"Event"</th></tr></thead>
            <tbody>{page.rows.into_iter().map(line).collect_view()}</tbody>
        </table></div>
    }
}

fn line(row: ReportedDetection, now: Timestamp) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let ReportedDetection { uuid, at, user, user_name, name, level, verdict, .. } = row;
    let person = match user {
        Some(id) => {
            let href = TriageView::person(&id).href();
            let name = user_name.unwrap_or_else(|| id.to_string());
            view! { <a href=move || as_of.link(&href)><bdi>{name}</bdi></a> }.into_any()
        }
        None => view! { <span class="unknown">"Nobody named"</span> }.into_any(),
    };
    let event = event_href(&uuid);
    view! {
        <tr>
            <td><When at=Some(at) now/></td><td>{person}</td>
            <td><bdi>{name.unwrap_or_else(|| "No name told".to_owned())}</bdi></td><td><RiskBadge level/></td>
            <td>{verdict.map_or("Open", |verdict| verdict.label())}</td>
            <td><a href=move || as_of.link(&event)>"Show in the log"</a></td>
        </tr>
    }
}
