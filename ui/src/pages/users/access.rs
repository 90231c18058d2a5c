//! A person's groups and admin roles: what was answered before at once, then what the org answers now. That they may not be
//! read is told apart from none.

use crate::{
    kit::{
        button::{Button, Variant},
        text,
    },
    parts::failure_notice::heading,
    query::use_query,
};
use contract::{
    FailureKind,
    users::{GetUserAccess, Observed, UserAccess},
};
use domain::{AdminRole, Timestamp, UserGroup, UserId};
use leptos::prelude::*;

/// Groups shown before *Show all*.
const SHORT: usize = 12;

/// Both sections.
#[component]
pub fn Access(id: UserId) -> impl IntoView {
    let kept = {
        let id = id.clone();
        use_query(move || Some(GetUserAccess { id: id.clone(), ask: false }))
    };
    let asked = use_query(move || Some(GetUserAccess { id: id.clone(), ask: true }));
    let told = move || asked.value.get().or_else(|| kept.value.get());
    let waiting = move || asked.value.read().is_none() && asked.failure.read().is_none();
    let again = move || asked.retry();
    view! {
        <section aria-label="Groups" data-asked=move || (!waiting()).then_some("")>
            {move || told().map(|UserAccess { now, groups, .. }| view! {
                <h3>"Groups"<span class="dim">{groups.known.as_ref().map(|(list, _)| list.len())}</span></h3>
                {part(groups, now, waiting(), "No group.", "groups", again, group_list)}
            })}
        </section>
        <section aria-label="Admin roles">
            {move || told().map(|UserAccess { now, roles, .. }| view! {
                <h3>"Admin roles"<span class="dim">{roles.known.as_ref().map(|(list, _)| list.len())}</span></h3>
                {part(roles, now, waiting(), "No admin role.", "admin roles", again, role_list)}
            })}
        </section>
    }
}

/// What is known, how old it is, and why it is not newer.
fn part<T>(
    told: Observed<Vec<T>>,
    now: Timestamp,
    waiting: bool,
    none: &'static str,
    what: &'static str,
    again: impl Fn() + Copy + Send + 'static,
    draw: impl Fn(Vec<T>) -> AnyView,
) -> AnyView {
    let Observed { known, failure } = told;
    let age = known.as_ref().map(|(_, at)| *at).map(|at| {
        let words = format!("Asked of the org {}", text::ago(at.0, now.0));
        view! { <p class="dim note" title=text::exact(at.0)>{words}</p> }
    });
    let list = match known {
        Some((list, _)) if list.is_empty() => view! { <p class="unknown">{none}</p> }.into_any(),
        Some((list, _)) => draw(list),
        None if failure.is_none() && waiting => view! { <p class="unknown">"Asking the org…"</p> }.into_any(),
        None if failure.is_none() => view! { <p class="unknown">"Never asked for."</p> }.into_any(),
        None => ().into_any(),
    };
    let failed = failure.map(|failure| {
        let words = match failure.kind {
            FailureKind::Forbidden => format!("No permission to read {what}."),
            kind => format!("{}.", heading(kind)),
        };
        let title = failure.to_string();
        view! {
            <p class="note" role="note" title=title><b>{words}</b>" "
                <Button label="Ask again" variant=Variant::Quiet on_press=move |_| again()/></p>
        }
    });
    view! { {list}{failed}{age} }.into_any()
}

fn group_list(groups: Vec<UserGroup>) -> AnyView {
    let more = groups.len().saturating_sub(SHORT);
    let all = RwSignal::new(false);
    let line = |group: UserGroup| {
        let kind = match group.variety.as_deref() {
            Some("APP_GROUP") => Some("App"),
            Some("BUILT_IN") => Some("Built in"),
            _ => None,
        };
        view! { <li class="tag"><bdi class="clip">{String::from(group.name)}</bdi>{kind.map(|k| view! { <span class="dim">{k}</span> })}</li> }
    };
    let rest = groups.clone();
    let shown = move || {
        let count = if all.get() { rest.len() } else { SHORT };
        rest.iter().take(count).cloned().map(line).collect_view()
    };
    view! {
        <ul class="tags">{shown}</ul>
        {(more > 0).then(|| view! {
            <button type="button" class="facet-more" on:click=move |_| all.update(|a| *a = !*a)>
                {move || if all.get() { "Show fewer".to_owned() } else { format!("Show {more} more") }}
            </button>
        })}
    }
    .into_any()
}

fn role_list(roles: Vec<AdminRole>) -> AnyView {
    let line = |role: AdminRole| {
        let by = match role.assignment.as_deref() {
            Some("GROUP") => Some("through a group"),
            Some("USER") => Some("given to the person"),
            _ => None,
        };
        view! { <li><bdi class="clip">{String::from(role.label)}</bdi><span class="badge" data-tone="warn">"Admin"</span><span class="soft">{by}</span></li> }
    };
    view! { <ul class="people">{roles.into_iter().map(line).collect_view()}</ul> }.into_any()
}
