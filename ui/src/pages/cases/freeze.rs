//! Freezing evidence, into a new case or into one that is open. Nothing is asked of the org and nothing is changed there, so it
//! works offline and while the org is locked.

use super::ViewUrl;
use crate::{
    host,
    kit::{
        button::{Button, Variant},
        dialog::Dialog,
        field::Field,
        icon::Glyph,
    },
    query::{Pushes, use_query},
    state::toasts::Toasts,
};
use contract::{
    Command, Failure,
    cases::{CaseId, FreezeCase, GetCase},
    users::{ListUsers, UserRow},
};
use domain::{LogField, LogFilter, UserId, UserQuery};
use leptos::{prelude::*, task::spawn_local};

/// People offered while a name is typed.
const OFFERED: u32 = 6;

/// Which case the dialog is open for.
#[derive(Clone, Copy)]
pub struct Freezing {
    open: RwSignal<bool>,
    /// The case with its title; `None` is a new one.
    case: RwSignal<Option<(CaseId, String)>>,
}

impl Freezing {
    pub fn new() -> Self {
        Self { open: RwSignal::new(false), case: RwSignal::new(None) }
    }

    /// Opens the dialog.
    pub fn begin(&self, case: Option<(CaseId, String)>) {
        self.case.set(case);
        self.open.set(true);
    }
}

/// The dialog.
#[component]
pub fn FreezeDialog(freezing: Freezing, url: ViewUrl) -> impl IntoView {
    view! { <Dialog open=freezing.open label="Freeze evidence" class="sheet"><Inside freezing url/></Dialog> }
}

/// What was typed and chosen.
#[derive(Clone, Copy)]
struct Form {
    title: RwSignal<String>,
    people: RwSignal<Vec<(UserId, String)>>,
    days: RwSignal<String>,
    types: RwSignal<String>,
    note: RwSignal<String>,
}

impl Form {
    fn command(&self, case: Option<CaseId>) -> Option<FreezeCase> {
        let days: u32 = self.days.read().trim().parse().ok().filter(|days| (1..=3_650).contains(days))?;
        let types = self.types.read();
        let types: Vec<String> = types
            .split(|c: char| c.is_whitespace() || c == ',')
            .filter(|one| !one.is_empty())
            .map(str::to_owned)
            .collect();
        let users: Vec<UserId> = self.people.read().iter().map(|(id, _)| id.clone()).collect();
        let title = self.title.read().trim().to_owned();
        if (users.is_empty() && types.is_empty()) || (case.is_none() && title.is_empty()) {
            return None;
        }
        let filter = (!types.is_empty()).then(|| {
            let mut filter = LogFilter::of(LogField::EventType, String::new());
            filter.conditions[0].values = types;
            filter
        });
        let note = Some(self.note.read().trim().to_owned()).filter(|note| !note.is_empty());
        Some(FreezeCase { case, title, users, filter, days, note })
    }
}

#[component]
fn Inside(freezing: Freezing, url: ViewUrl) -> impl IntoView {
    let case = freezing.case.get_untracked();
    let id = case.as_ref().map(|(id, _)| *id);
    let form = Form {
        title: RwSignal::new(String::new()),
        people: RwSignal::new(Vec::new()),
        days: RwSignal::new("30".to_owned()),
        types: RwSignal::new(String::new()),
        note: RwSignal::new(String::new()),
    };
    if let Some(id) = id {
        known_people(id, form.people);
    }
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Failure>));
    let ready = Memo::new(move |_| form.command(id).is_some());
    let (pushes, toasts) = (expect_context::<Pushes>(), expect_context::<Toasts>());
    let run = move || {
        let Some(command) = untrack(|| form.command(id)) else { return };
        busy.set(true);
        spawn_local(async move {
            let reply = host::call(command).await;
            busy.try_set(false);
            match reply {
                Ok(case) => {
                    pushes.stale(FreezeCase::STALES);
                    toasts.say(format!("Frozen into case {}.", case.id.0));
                    freezing.open.set(false);
                    url.change(|v| v.show(case.id));
                }
                Err(failure) => drop(failed.try_set(Some(failure))),
            }
        });
    };
    let heading = case.map_or("New case".to_owned(), |(_, title)| format!("Freeze more into “{title}”"));
    view! {
        <header><h2>{heading}</h2>
            <Button label="Close" glyph=Glyph::Close icon_only=true variant=Variant::Quiet on_press=move |_| freezing.open.set(false)/></header>
        <div class="body freeze">
            {id.is_none().then(|| view! { <Field label="Title" value=form.title id="freeze-title" placeholder="What it is about"/> })}
            <People chosen=form.people/>
            <Field label="Days of their events" value=form.days id="freeze-days" invalid=Signal::derive(move || form.days.read().trim().parse::<u32>().is_err())/>
            <Field label="A slice of the log as well (event types)" value=form.types id="freeze-types" mono=true placeholder="user.session.* policy.entity_risk.*"
                hint="Every event of these types, whoever it is about, the newest 100,000. Leave it empty for the people's events alone."/>
            <Field label="Note" value=form.note id="freeze-note" placeholder="Why it is frozen"/>
            <p class="soft">"Frozen are: what the org told of the people and their devices, risk with its history, groups and roles as far as known, their events, and the policies in force. What is frozen is on the disk at once and is never changed."</p>
            {move || failed.get().map(|failure| view! { <p role="alert"><b>{failure.message}</b>" "{failure.hint}</p> })}
            <div class="actions">
                <Button label="Cancel" on_press=move |_| freezing.open.set(false)/>
                <Button label="Freeze" glyph=Glyph::Lock variant=Variant::Accent disabled=Signal::derive(move || busy.get() || !ready.get()) on_press=move |_| run()/>
            </div>
        </div>
    }
}

/// The people that the case is about already.
fn known_people(id: CaseId, people: RwSignal<Vec<(UserId, String)>>) {
    spawn_local(async move {
        if let Ok(detail) = host::call(GetCase { id }).await {
            people.try_set(detail.users);
        }
    });
}

/// Who is chosen, and a search for more.
#[component]
fn People(chosen: RwSignal<Vec<(UserId, String)>>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let found = use_query(move || {
        let search = typed.read().trim().to_owned();
        let query = UserQuery { search: search.clone(), ..UserQuery::default() };
        (search.chars().count() > 1).then_some(ListUsers {
            as_of: None,
            query,
            offset: 0,
            limit: OFFERED,
            rows_only: true,
        })
    });
    let add = move |row: UserRow| {
        chosen.update(|list| {
            if list.iter().all(|(id, _)| *id != row.id) {
                list.push((row.id.clone(), row.name.clone()));
            }
        });
        typed.set(String::new());
    };
    let offer = move |row: UserRow| {
        let (name, login) = (row.name.clone(), row.login.clone());
        view! { <li><button type="button" class="link" data-offer="" on:click=move |_| add(row.clone())><bdi>{name}</bdi>" "<span class="dim">{login}</span></button></li> }
    };
    let chip = move |(id, name): (UserId, String)| {
        let label = format!("Leave {name} out");
        view! {
            <li class="tag"><bdi>{name}</bdi>
                <button type="button" class="out" aria-label=label on:click=move |_| chosen.update(|list| list.retain(|(other, _)| *other != id))>"×"</button></li>
        }
    };
    view! {
        <div class="entry">
            <label for="freeze-people">"People"</label>
            <ul class="tags" aria-label="Chosen people">{move || chosen.get().into_iter().map(chip).collect_view()}</ul>
            <input type="text" id="freeze-people" placeholder="Name or login" autocomplete="off" spellcheck="false"
                prop:value=move || typed.get() on:input=move |e| typed.set(event_target_value(&e))/>
            <ul class="offered" aria-label="People found" aria-live="polite">{move || found.value.get().map(|page| page.rows.into_iter().map(offer).collect_view())}</ul>
        </div>
    }
}
