//! The org's own words crossed: status and support down, stack and protocol across. Each number leads to exactly its apps. What
//! the org never said has a row and a column of its own.

use crate::{
    address::View,
    kit::text,
    parts::logout_link::{AppFacet, LogoutView},
    state::as_of::AsOf,
};
use contract::logout::LogoutApp;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// Two facets' values at once.
type Pair = (String, String);

const DOWN: (AppFacet, AppFacet) = (AppFacet::Status, AppFacet::Support);
const ACROSS: (AppFacet, AppFacet) = (AppFacet::Stack, AppFacet::Protocol);

fn pair(of: (AppFacet, AppFacet), app: &LogoutApp) -> Pair {
    (of.0.value(app), of.1.value(app))
}

/// The counts of what there is; each head's sum is that of its line.
struct Crossed {
    down: BTreeMap<Pair, u64>,
    across: BTreeMap<Pair, u64>,
    cells: BTreeMap<(Pair, Pair), u64>,
}

fn cross(apps: &[LogoutApp]) -> Crossed {
    let mut crossed = Crossed { down: BTreeMap::new(), across: BTreeMap::new(), cells: BTreeMap::new() };
    for app in apps {
        let (down, across) = (pair(DOWN, app), pair(ACROSS, app));
        *crossed.down.entry(down.clone()).or_default() += 1;
        *crossed.across.entry(across.clone()).or_default() += 1;
        *crossed.cells.entry((down, across)).or_default() += 1;
    }
    crossed
}

/// The filter that gives exactly the apps with these values.
fn filters(of: (AppFacet, AppFacet), values: &Pair) -> Vec<(AppFacet, String)> {
    vec![(of.0, values.0.clone()), (of.1, values.1.clone())]
}

fn words(of: (AppFacet, AppFacet), values: &Pair) -> String {
    let (first, second) = (of.0.words(&values.0), of.1.words(&values.1));
    if first == second { first } else { format!("{first} · {second}") }
}

/// A long name of the org may break after its underscores.
fn breakable(words: &str) -> String {
    words.replace('_', "_\u{200b}")
}

/// The matrix.
#[component]
pub fn Matrix(apps: Vec<LogoutApp>) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let Crossed { down, across, cells } = cross(&apps);
    let most = cells.values().copied().max().unwrap_or(1);
    let link = move |filters: Vec<(AppFacet, String)>, n: u64, shade: bool| {
        let href = as_of.link(&LogoutView::apps(filters).href());
        // A shade beside the number, which says the same.
        let depth = if shade { (n * 100).div_ceil(most) } else { 0 };
        view! { <a class="tile-cell" href=href style:--depth=format!("{depth}%")>{text::count(n)}</a> }
    };
    let heads = across
        .keys()
        .map(|values| view! { <th scope="col">{breakable(&words(ACROSS, values))}</th> })
        .collect_view();
    let row = |(values, sum): (&Pair, &u64)| {
        let one = across.keys().map(|other| {
            let n = cells.get(&(values.clone(), other.clone())).copied().unwrap_or(0);
            let all = [filters(DOWN, values), filters(ACROSS, other)].concat();
            match n {
                0 => view! { <td class="dim">"·"</td> }.into_any(),
                n => view! { <td>{link(all, n, true)}</td> }.into_any(),
            }
        });
        let one = one.collect_view();
        view! { <tr><th scope="row">{words(DOWN, values)}</th>{one}<td class="sum">{link(filters(DOWN, values), *sum, false)}</td></tr> }
    };
    let rows = down.iter().map(row).collect_view();
    let sums = across
        .iter()
        .map(|(values, sum)| view! { <td class="sum">{link(filters(ACROSS, values), *sum, false)}</td> })
        .collect_view();
    let whole = apps.len() as u64;
    view! {
        <section class="panel" aria-label="Apps in the org’s own words">
            <header><h2>"In the org’s own words"</h2><p>"Universal Logout and support down, identity stack and protocol across."</p></header>
            <div class="matrix-frame" tabindex="0" role="region" aria-label="Matrix">
                <table class="matrix" data-testid="matrix">
                    <thead><tr><td></td>{heads}<th scope="col">"All"</th></tr></thead>
                    <tbody>{rows}</tbody>
                    <tfoot><tr><th scope="row">"All"</th>{sums}<td class="sum">{link(Vec::new(), whole, false)}</td></tr></tfoot>
                </table>
            </div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::LogoutReach;

    fn app(words: [Option<&str>; 4]) -> LogoutApp {
        let [status, support, stack, protocol] = words.map(|word| word.map(str::to_owned));
        LogoutApp {
            id: "0oa1".into(),
            label: "A".into(),
            name: None,
            status: None,
            sign_on_mode: None,
            reach: LogoutReach::of(status.as_deref(), support.as_deref()),
            logout_status: status,
            support,
            stack,
            protocol,
        }
    }

    #[test]
    fn every_number_opens_exactly_its_rows() {
        let on = [Some("ENABLED"), Some("FULL"), Some("SHARED"), Some("PROPRIETARY")];
        let off = [Some("DISABLED"), None, None, None];
        let odd = [Some("A_NEW_WORD"), Some("FULL"), None, Some("PROPRIETARY")];
        let apps: Vec<_> = [on, on, off, odd, [None; 4]].map(app).into();
        let Crossed { down, across, cells } = cross(&apps);
        let rows = |filters| {
            let view = LogoutView::apps(filters);
            apps.iter().filter(|app| view.fits(app, None)).count() as u64
        };
        for ((values, other), n) in &cells {
            assert_eq!(rows([filters(DOWN, values), filters(ACROSS, other)].concat()), *n);
        }
        assert!(down.iter().all(|(values, n)| rows(filters(DOWN, values)) == *n));
        assert!(across.iter().all(|(values, n)| rows(filters(ACROSS, values)) == *n));
        assert_eq!(cells.values().sum::<u64>(), 5);
        assert_eq!(words(DOWN, &("~".into(), "~".into())), "Not reported");
    }
}
