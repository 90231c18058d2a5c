//! Where a posture check is used: assurance policies, sign-in rules and apps.

use contract::check_changes::{CheckUse, PolicyUse, RuleUse};
use leptos::prelude::*;

/// Policies, rules and apps.
#[component]
pub fn Usage(used: CheckUse) -> impl IntoView {
    let names = |names: Vec<String>, none: &'static str| match names.is_empty() {
        true => view! { <span class="dim">{none}</span> }.into_any(),
        false => listed(names).into_any(),
    };
    let apps = used.apps().into_iter().map(|app| app.name.clone()).collect();
    let rule = |rule: &RuleUse| {
        let of = rule.policy_name.as_ref().map(|policy| format!("{policy}: ")).unwrap_or_default();
        let off = if rule.active { "" } else { " (not active)" };
        format!("{of}{}{off}", rule.name)
    };
    let rules = used.policies.iter().flat_map(|policy| &policy.rules).map(rule).collect();
    let policy = |policy: &PolicyUse| match &policy.value {
        Some(value) => format!("{} (wants {value})", policy.name),
        None => policy.name.clone(),
    };
    let policies = used.policies.iter().map(policy).collect();
    let unread = used.unread.join(", ");
    view! {
        <dl class="facts">
            <dt>"Assurance"</dt><dd>{names(policies, "No policy includes it")}</dd>
            <dt>"Rules"</dt><dd>{names(rules, "No sign-in rule wants it")}</dd>
            <dt>"Apps"</dt><dd>{names(apps, "No app is behind it")}</dd>
        </dl>
        {(!unread.is_empty()).then(|| view! { <p class="unknown">{format!("Some use may be missing: {unread} could not be read.")}</p> })}
    }
}

/// So many names stand open.
const OPEN: usize = 5;

/// The first names, and the others on demand.
fn listed(mut names: Vec<String>) -> impl IntoView {
    let rest = names.split_off(OPEN.min(names.len()));
    let line = |name: String| view! { <li><bdi>{name}</bdi></li> };
    let more = rest.len();
    view! {
        <ul>{names.into_iter().map(line).collect_view()}</ul>
        {(more > 0).then(|| view! { <details><summary>{format!("{more} more")}</summary><ul>{rest.into_iter().map(line).collect_view()}</ul></details> })}
    }
}
