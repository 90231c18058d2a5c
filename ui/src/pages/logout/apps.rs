//! The org's apps: how many a logout reaches and how far, as a plot and as a matrix of the org's own words, and the apps
//! themselves. Which apps can be reached is never known here: the org says it.

use super::{ViewUrl, coverage::Coverage, matrix::Matrix};
use crate::{
    kit::{
        button::Button,
        icon::{Glyph, Icon},
        keys::{letter_acts, typing},
        notice::Notice,
        text,
    },
    parts::{
        facet_panel::{FacetClick, FacetPanel, FacetShown},
        failure_notice::FailureNotice,
        logout_link::{AppFacet, LogoutView},
        reach::ReachMark,
        trouble::Trouble,
        words::or_unknown,
    },
    query::use_query,
    state::as_of::AsOf,
};
use contract::{
    devices::FacetCount,
    logout::{GetOrgLogout, LogoutApp, OrgLogout},
};
use leptos::{ev, html, prelude::*};
use std::collections::BTreeMap;

/// Rows of one page.
const ROWS: u64 = 200;

/// The tab.
#[component]
pub fn AppsPart(url: ViewUrl) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let query = use_query(move || Some(GetOrgLogout { as_of: as_of.get() }));
    let org = query.value;
    let facets = Memo::new(move |_| {
        let (org, view) = (org.read(), url.view.read());
        org.as_ref().map(|org| shown_facets(&org.apps, &view)).unwrap_or_default()
    });
    let chosen = Callback::new(move |FacetClick { facet, value, .. }: FacetClick| {
        if let Some(facet) = AppFacet::from_key(facet) {
            url.change(|view| view.toggle(facet, &value));
        }
    });
    let there = Memo::new(move |_| org.read().is_some());
    let body = move || match (there.get(), query.failure.get()) {
        (true, _) => view! { <Body org url/> }.into_any(),
        (false, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (false, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any()
        }
    };
    view! {
        <div class="logout-apps" data-ready=move || there.get().then_some("")>
            <FacetPanel facets on_click=chosen/>
            <div class="scroll" tabindex="0" role="region" aria-label="Apps">{body}</div>
        </div>
    }
}

/// Each facet with its counts under the filters of the others, so that a count is the number of rows it would give.
fn shown_facets(apps: &[LogoutApp], view: &LogoutView) -> Vec<FacetShown> {
    let shown = |facet: AppFacet| {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for app in apps {
            let count = counts.entry(facet.value(app)).or_default();
            *count += u64::from(view.fits(app, Some(facet)));
        }
        let mut values: Vec<_> = counts
            .into_iter()
            .map(|(value, count)| FacetCount { label: facet.words(&value), value, count })
            .collect();
        values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
        FacetShown {
            key: facet.key(),
            label: facet.label(),
            risk: false,
            values,
            chosen: view.kept(facet),
            exclude: false,
        }
    };
    AppFacet::ALL.into_iter().map(shown).collect()
}

#[component]
fn Body(org: RwSignal<Option<OrgLogout>>, url: ViewUrl) -> impl IntoView {
    let problem = Memo::new(move |_| org.read().as_ref().and_then(|org| org.problem.clone()));
    let apps = Memo::new(move |_| org.read().as_ref().map(|org| org.apps.clone()).unwrap_or_default());
    let none = Memo::new(move |_| apps.read().is_empty());
    move || {
        match (none.get(), problem.get()) {
        (true, Some(failure)) => view! { <div class="inset"><Trouble failure/></div> }.into_any(),
        (true, None) => view! {
            <Notice glyph=Glyph::Empty title="No apps in this org" text="The last sync read the org’s apps and found none."/>
        }
        .into_any(),
        (false, failure) => view! {
            {failure.map(|failure| view! { <div class="inset"><Trouble failure/></div> })}
            {move || view! { <div class="coverage-row"><Coverage apps=apps.get()/><Matrix apps=apps.get()/></div> }}
            <List apps url/>
        }
        .into_any(),
    }
    }
}

#[component]
fn List(apps: Memo<Vec<LogoutApp>>, url: ViewUrl) -> impl IntoView {
    let box_ref = NodeRef::<html::Input>::new();
    let search = Memo::new(move |_| url.view.read().search.clone());
    let filtered = Memo::new(move |_| {
        let view = url.view.read();
        !view.search.is_empty() || !view.filters.is_empty()
    });
    let matching = Memo::new(move |_| {
        let view = url.view.read();
        apps.read().iter().filter(|app| view.fits(app, None)).cloned().collect::<Vec<_>>()
    });
    let counted = move || {
        let (matching, total) = (matching.read().len() as u64, apps.read().len() as u64);
        match matching == total {
            true => text::plural(total, "app", "apps"),
            false => format!("{} of {}", text::count(matching), text::plural(total, "app", "apps")),
        }
    };
    use_keys(url, box_ref);
    let clear = move || url.change(|view| *view = LogoutView::default());
    view! {
        <div class="part-bar">
            <label class="field">
                <Icon glyph=Glyph::Search/>
                <input type="text" node_ref=box_ref placeholder="Name or kind of app" aria-label="Search apps" autocomplete="off" spellcheck="false"
                    prop:value=move || search.get() on:input=move |e| url.adjust(|v| { v.search = event_target_value(&e); v.offset = 0; })/>
                <span class="kbd">"/"</span>
            </label>
            <span class="soft" aria-live="polite" data-testid="counted">{counted}</span>
            {move || filtered.get().then(|| view! { <Button label="Clear search and filters" on_press=move |_| clear()/> })}
        </div>
        {move || if matching.read().is_empty() {
            view! { <Notice glyph=Glyph::Search title="No app matches" text="There are apps, but none fits the search and the filters together."/> }.into_any()
        } else {
            view! { <Table matching url/> }.into_any()
        }}
    }
}

#[component]
fn Table(matching: Memo<Vec<LogoutApp>>, url: ViewUrl) -> impl IntoView {
    let first = Memo::new(move |_| url.view.read().offset);
    let total = Memo::new(move |_| matching.read().len() as u64);
    let rows = move || {
        let apps = matching.read();
        let shown = apps.iter().skip(first.get() as usize).take(ROWS as usize).cloned().collect::<Vec<_>>();
        shown.into_iter().map(|app| view! { <Row app/> }).collect_view()
    };
    view! {
        <table class="plain apps" data-testid="apps">
            <thead><tr>
                <th scope="col">"App"</th><th scope="col">"Reach"</th><th scope="col">"Universal Logout"</th><th scope="col">"Support"</th>
                <th scope="col">"Identity stack"</th><th scope="col">"Protocol"</th><th scope="col">"Sign-on mode"</th><th scope="col">"Status"</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table>
        {move || (total.get() > ROWS).then(|| view! {
            <p class="pages inset">
                <Button label="Before" disabled=Signal::derive(move || first.get() == 0) on_press=move |_| url.change(|v| v.offset = v.offset.saturating_sub(ROWS))/>
                <span>{move || format!("{}–{} of {}", first.get() + 1, (first.get() + ROWS).min(total.get()), text::count(total.get()))}</span>
                <Button label="After" disabled=Signal::derive(move || first.get() + ROWS >= total.get()) on_press=move |_| url.change(|v| v.offset += ROWS)/>
            </p>
        })}
    }
}

#[component]
fn Row(app: LogoutApp) -> impl IntoView {
    let LogoutApp { id, label, name, status, sign_on_mode, reach, logout_status, support, stack, protocol } =
        app;
    view! {
        <tr data-app=id.to_string()>
            <td><span class="clip block" title=id.to_string()><bdi>{label}</bdi></span><span class="dim clip block">{name}</span></td>
            <td><ReachMark reach/></td>
            <td class="word">{or_unknown(logout_status)}</td><td class="word">{or_unknown(support)}</td>
            <td class="word">{or_unknown(stack)}</td><td class="word">{or_unknown(protocol)}</td>
            <td class="word">{or_unknown(sign_on_mode)}</td><td class="word">{or_unknown(status)}</td>
        </tr>
    }
}

/// `/` goes to the search box; Esc leaves it.
fn use_keys(url: ViewUrl, box_ref: NodeRef<html::Input>) {
    let listener = window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let input = box_ref.get_untracked();
        match (event.key().as_str(), input) {
            ("Escape", Some(input)) if typing(&event) => {
                let _unfocusable = input.blur();
            }
            ("Escape", _) if !url.view.read_untracked().filters.is_empty() => {
                url.change(|view| view.filters.clear());
            }
            ("/", Some(input)) if letter_acts(&event) => {
                let _unfocusable = input.focus();
                input.select();
            }
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::LogoutReach;

    fn app(status: Option<&str>, support: Option<&str>) -> LogoutApp {
        LogoutApp {
            id: "0oa1".into(),
            label: "A".into(),
            name: None,
            status: None,
            sign_on_mode: None,
            reach: LogoutReach::of(status, support),
            logout_status: status.map(str::to_owned),
            support: support.map(str::to_owned),
            stack: None,
            protocol: None,
        }
    }

    #[test]
    fn a_count_is_the_number_of_rows_that_it_would_give() {
        let apps = [
            app(Some("ENABLED"), Some("FULL")),
            app(Some("ENABLED"), Some("PARTIAL")),
            app(Some("DISABLED"), Some("FULL")),
            app(None, None),
        ];
        let mut view = LogoutView::default();
        view.toggle(AppFacet::Status, "ENABLED");
        for facet in shown_facets(&apps, &view) {
            let of = AppFacet::from_key(facet.key).expect("is a facet");
            for value in facet.values {
                let mut alone = view.clone();
                alone.filters.retain(|(kept, _)| *kept != of);
                alone.toggle(of, &value.value);
                let rows = apps.iter().filter(|app| alone.fits(app, None)).count() as u64;
                assert_eq!(value.count, rows, "{} {}", facet.key, value.value);
            }
        }
    }
}
