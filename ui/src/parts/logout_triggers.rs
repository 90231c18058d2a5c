//! Which trigger reaches what, side by side, with the call behind it. What the vendor's pages leave open is said to be open.
//! Knows no org: it is the same everywhere.

use crate::kit::icon::{Glyph, Icon};
use leptos::prelude::*;

/// How far a trigger reaches one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Far {
    All(&'static str),
    Some(&'static str),
    No(&'static str),
    /// The vendor's pages do not say.
    Open,
}
use Far::{All, No, Open, Some as Part};

/// One way to log a person out.
struct Trigger {
    name: &'static str,
    /// The call, or where in the org it is set.
    call: &'static str,
    /// How it is begun from here.
    here: &'static str,
    sessions: Far,
    tokens: Far,
    apps: Far,
    one_time: Far,
    desktop: Far,
    remembered: Far,
    /// What becomes of the level of risk.
    risk: &'static str,
    /// What the log says of it.
    log: &'static str,
}

const TRIGGERS: [Trigger; 5] = [
    Trigger {
        name: "Universal Logout",
        call: "POST …/global-token-revocation",
        here: "Contain, Universal Logout",
        sessions: All("all of the person"),
        tokens: All("refresh, access and ID tokens"),
        apps: All("every app that is switched on"),
        one_time: Open,
        desktop: Part("Desktop MFA devices, asked about every 15 minutes, best effort"),
        remembered: Open,
        risk: "Falls back to Low",
        log: "user.authentication.universal_logout",
    },
    Trigger {
        name: "Clear sessions",
        call: "DELETE …/users/{id}/sessions",
        here: "Contain, Revoke Okta sessions",
        sessions: All("all of the person"),
        tokens: Part("only with oauthTokens=true"),
        apps: No("app sessions go on"),
        one_time: Open,
        desktop: Open,
        remembered: Part("forgotten with forgetDevices=true, which is what Okta does if nothing is said"),
        risk: "May fall back to Low",
        log: "user.session.clear, then user.session.end for each",
    },
    Trigger {
        name: "Entity risk rule",
        call: "ENTITY_RISK rule with TERMINATE_ALL_SESSIONS",
        here: "Contain, Set the risk level: only if a rule of the org asks for it",
        sessions: All("all of the person"),
        tokens: All("refresh, access and ID tokens"),
        apps: All("every app that is switched on"),
        one_time: All("state, password-reset and unlock tokens"),
        desktop: Part("Desktop MFA devices, best effort"),
        remembered: Open,
        risk: "Falls back to Low",
        log: "policy.entity_risk.action, then universal_logout",
    },
    Trigger {
        name: "Session enforcement rule",
        call: "POST_AUTH_SESSION rule with TERMINATE_SESSION",
        here: "Not from here: Okta acts when a session’s context changes",
        sessions: Part("the session concerned"),
        tokens: Part("of that session; after an app’s policy failed, of that app"),
        apps: Part("all, chosen or no apps, as the rule says"),
        one_time: Part("yes after a global session policy failed, no after an app’s"),
        desktop: Open,
        remembered: Open,
        risk: "Not documented",
        log: "policy.auth_reevaluate.action",
    },
    Trigger {
        name: "In the Admin Console",
        call: "Clear user sessions, with the option for apps and API tokens: no public API",
        here: "Not from here",
        sessions: All("all of the person"),
        tokens: All("refresh, access and ID tokens"),
        apps: All("every app that is switched on"),
        one_time: All("state, password-reset and unlock tokens"),
        desktop: Part("Desktop MFA devices, best effort"),
        remembered: Open,
        risk: "Falls back to Low",
        log: "user.authentication.universal_logout.scheduled, then universal_logout",
    },
];

/// How many stand side by side in a sheet: those that a containment can begin.
const FROM_HERE: usize = 3;

#[component]
fn Cell(far: Far) -> impl IntoView {
    let (is, word, glyph, more) = match far {
        All(more) => ("all", "Yes", Glyph::Check, more),
        Part(more) => ("part", "Partly", Glyph::Warning, more),
        No(more) => ("no", "No", Glyph::Close, more),
        Open => ("open", "Not documented", Glyph::Question, ""),
    };
    view! { <td data-is=is><span class="far"><Icon glyph/><b>{word}</b></span><span class="soft">{more}</span></td> }
}

/// The table. `short` leaves out what can't be begun from here.
#[component]
pub fn TriggerTable(#[prop(optional)] short: bool) -> impl IntoView {
    let shown = if short { &TRIGGERS[..FROM_HERE] } else { &TRIGGERS[..] };
    let row = move |title: &'static str, of: fn(&Trigger) -> Far| {
        view! { <tr><th scope="row">{title}</th>{shown.iter().map(|t| view! { <Cell far=of(t)/> }).collect_view()}</tr> }
    };
    let said = move |title: &'static str, code: bool, of: fn(&Trigger) -> &'static str| {
        let cell = move |t: &'static Trigger| match code {
            true => view! { <td><code class="inline-code">{of(t)}</code></td> }.into_any(),
            false => view! { <td>{of(t)}</td> }.into_any(),
        };
        view! { <tr><th scope="row">{title}</th>{shown.iter().map(cell).collect_view()}</tr> }
    };
    view! {
        <table class="triggers" data-testid="triggers">
            <thead><tr><th scope="col">"Reaches"</th>{shown.iter().map(|t| view! { <th scope="col">{t.name}</th> }).collect_view()}</tr></thead>
            <tbody>
                {row("Okta sessions", |t| t.sessions)}
                {row("OAuth tokens", |t| t.tokens)}
                {row("Sessions in apps", |t| t.apps)}
                {row("State, reset and unlock tokens", |t| t.one_time)}
                {row("Desktop sign-in", |t| t.desktop)}
                {row("Remembered devices", |t| t.remembered)}
                {said("Risk level afterwards", false, |t| t.risk)}
                {said("In the log", true, |t| t.log)}
                {said("The call behind it", true, |t| t.call)}
                {(!short).then(|| said("From here", false, |t| t.here))}
            </tbody>
        </table>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_compares_what_a_containment_can_begin() {
        assert!(TRIGGERS[..FROM_HERE].iter().all(|t| t.here.starts_with("Contain, ")));
        assert!(TRIGGERS[FROM_HERE..].iter().all(|t| t.here.starts_with("Not from here")));
    }
}
