//! osquery's schema: every table of a platform with its columns, searchable.

use super::{PlatformChoice, PostureView};
use crate::{
    address::Address,
    kit::{quoted::quoted, text},
    parts::failure_notice::FailureNotice,
    query::use_query,
};
use contract::lab::{Catalogue, CatalogueColumn, CatalogueTable, GetCatalogue};
use domain::OsqueryPlatform;
use leptos::prelude::*;

/// The part.
#[component]
pub fn SchemaPart() -> impl IntoView {
    let address = expect_context::<Address<PostureView>>();
    let platform = Memo::new(move |_| address.view.read().platform());
    let query = use_query(move || Some(GetCatalogue { platform: platform.get() }));
    let body = move || match (query.value.get(), query.failure.get()) {
        (Some(catalogue), _) => view! { <Browser catalogue/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i></div> }.into_any()
        }
    };
    view! {
        <div class="part-bar">
            <PlatformChoice platforms=&OsqueryPlatform::ALL/>
            <input type="search" class="search" aria-label="Search tables and columns" placeholder="Search tables and columns"
                prop:value=move || address.view.read().search.clone() on:input=move |e| address.adjust(|v| v.search = event_target_value(&e))/>
        </div>
        <div class="schema" data-ready=move || query.value.read().is_some().then_some("")>{body}</div>
    }
}

#[component]
fn Browser(catalogue: Catalogue) -> impl IntoView {
    let address = expect_context::<Address<PostureView>>();
    let Catalogue { osquery, tables, .. } = catalogue;
    let tables = StoredValue::new(tables);
    let found = Memo::new(move |_| {
        let search = address.view.read().search.trim().to_lowercase();
        tables.with_value(|all| {
            all.iter()
                .enumerate()
                .filter(|(_, table)| fits(table, &search))
                .map(|(at, _)| at)
                .collect::<Vec<_>>()
        })
    });
    let whole = tables.with_value(Vec::len) as u64;
    let shown = Memo::new(move |_| {
        let wanted = address.view.read().table.clone();
        let at = tables.with_value(|all| all.iter().position(|table| Some(&table.name) == wanted.as_ref()));
        at.or_else(|| found.read().first().copied())
    });
    let entry = move |at: usize| {
        let (name, about) = tables
            .with_value(|all| all.get(at).map(|t| (t.name.clone(), t.about.clone())).unwrap_or_default());
        let chosen = move || shown.get() == Some(at);
        let target = name.clone();
        view! {
            <li><button type="button" class="table-entry" aria-current=move || chosen().then_some("true") title=about
                on:click=move |_| address.adjust(|v| v.table = Some(target.clone()))>{name}</button></li>
        }
    };
    view! {
        <div class="table-list">
            <p class="soft">{move || format!("{} of {} · osquery {osquery}", text::count(found.read().len() as u64), text::plural(whole, "table", "tables"))}</p>
            <ul class="scroll" aria-label="Tables">{move || found.get().into_iter().map(entry).collect_view()}</ul>
        </div>
        <div class="table-detail scroll" tabindex="0" role="region" aria-label="Table">
            {move || shown.get().and_then(|at| tables.with_value(|all| all.get(at).cloned())).map_or_else(
                || view! { <p class="soft">"No table fits."</p> }.into_any(),
                |table| view! { <TableFacts table/> }.into_any(),
            )}
        </div>
    }
}

fn fits(table: &CatalogueTable, search: &str) -> bool {
    search.is_empty()
        || table.name.contains(search)
        || table.aliases.iter().any(|alias| alias.contains(search))
        || table.columns.iter().any(|column| column.name.contains(search))
        || table.about.as_ref().is_some_and(|about| about.to_lowercase().contains(search))
}

#[component]
fn TableFacts(table: CatalogueTable) -> impl IntoView {
    let platforms = table.platforms.iter().map(|p| p.label()).collect::<Vec<_>>().join(", ");
    let required = table.columns.iter().filter(|c| c.required).map(|c| c.name.clone()).collect::<Vec<_>>();
    let mut tags = vec![platforms];
    if table.evented {
        tags.push("Filled by events: always empty in a check".into());
    }
    if table.per_user {
        tags.push("Per user: as root it holds root’s own rows unless joined with users".into());
    }
    if let Some(condition) = &table.condition {
        tags.push(format!("Only in builds with {condition}"));
    }
    if !table.aliases.is_empty() {
        tags.push(format!("Also called {}", table.aliases.join(", ")));
    }
    view! {
        <h2 class="mono">{table.name}</h2>
        {table.about.map(|about| view! { <p>{quoted(&about)}</p> })}
        <p class="soft">{tags.join(" · ")}</p>
        {(!required.is_empty()).then(|| view! { <p class="soft">{format!("A query has to say which: {} with = or LIKE.", required.join(" or "))}</p> })}
        <table class="plain columns">
            <thead><tr><th scope="col">"Column"</th><th scope="col">"Type"</th><th scope="col">"What to know"</th></tr></thead>
            <tbody>{table.columns.into_iter().map(column).collect_view()}</tbody>
        </table>
    }
}

fn column(column: CatalogueColumn) -> impl IntoView {
    let mut notes = Vec::new();
    if column.required {
        notes.push("Required".to_owned());
    } else if column.passed_on {
        notes.push("Narrows what is read".to_owned());
    }
    if column.null_here {
        notes.push("Always NULL on this platform".to_owned());
    } else if column.hidden {
        notes.push("Hidden from *".to_owned());
    }
    match column.collate.as_deref() {
        Some("version") => notes.push("Compares as a version".to_owned()),
        Some(other) if other.eq_ignore_ascii_case("nocase") => notes.push("Compares without case".to_owned()),
        Some(other) => notes.push(format!("Compares as {other}")),
        None => {}
    }
    view! { <tr><th scope="row" class="mono">{column.name}</th><td class="mono soft">{column.kind}</td><td>{notes.join(" · ")}</td></tr> }
}
