//! A person's account, the risk of now and at its highest, and the person's devices.

use super::{
    columns::{peak, status},
    owned,
};
use crate::{
    kit::text,
    parts::{
        risk_badge::RiskBadge,
        words::{When, or_unknown},
    },
};
use contract::users::UserDetail;
use domain::{RiskSource, Timestamp, User, UserRisk};
use leptos::prelude::*;

/// What stands first in the pane.
#[component]
pub fn Account(detail: UserDetail) -> impl IntoView {
    let UserDetail { now, user, risk, peak: highest, devices, devices_known, managed, .. } = detail;
    let id = user.id.clone();
    let current = risk.as_ref().map(|risk| risk.level.clone());
    let count = devices_known.then_some(devices.len() as u32);
    view! {
        <section aria-label="State">
            <dl class="facts">
                <dt>"Status"</dt>
                <dd class="line">{status(&user.status)}
                    {user.status_changed.map(|at| view! { <span class="dim" title=text::exact(at.0)>{format!("for {}", text::span(now.since(at)))}</span> })}</dd>
                <dt>"Risk now"</dt><dd>{risk_now(risk, now)}</dd>
                <dt>"Peak risk"</dt><dd class="line">{peak(highest, current.as_ref(), now)}</dd>
                <dt>"Managed"</dt><dd>{super::columns::managed(managed, count)}</dd>
                <dt>"Last sign-in"</dt><dd><When at=user.last_login now/></dd>
            </dl>
        </section>
        <section aria-label="Account"><h3>"Account"</h3><Facts user now/></section>
        <section aria-label="Devices">
            <h3>"Devices"<span class="dim">{devices_known.then_some(devices.len())}</span></h3>
            {owned::devices(&id, devices, devices_known, now)}
        </section>
    }
}

/// The level with its reason, its source and its age.
fn risk_now(risk: Option<UserRisk>, now: Timestamp) -> AnyView {
    let Some(UserRisk { level, reason, source, observed, .. }) = risk else {
        return view! { <RiskBadge level=None/> }.into_any();
    };
    let source = match source {
        RiskSource::Api => "asked of the org",
        RiskSource::Log => "from the log",
    };
    let told = format!("{source}, {}", text::ago(observed.0, now.0));
    view! {
        <RiskBadge level=Some(level)/>
        {reason.map(|reason| view! { <span class="change"><bdi>{String::from(reason)}</bdi></span> })}
        <span class="change dim" title=text::exact(observed.0)>{told}</span>
    }
    .into_any()
}

#[component]
fn Facts(user: User, now: Timestamp) -> impl IntoView {
    let isolated = |value: Option<Box<str>>| match value {
        Some(value) => view! { <span class="clip"><bdi>{String::from(value)}</bdi></span> }.into_any(),
        None => or_unknown(None::<String>),
    };
    view! {
        <dl class="facts">
            <dt>"Login"</dt><dd>{isolated(user.login)}</dd>
            <dt>"Email"</dt><dd>{isolated(user.email)}</dd>
            <dt>"Title"</dt><dd>{isolated(user.title)}</dd>
            <dt>"Department"</dt><dd>{isolated(user.department)}</dd>
            <dt>"Created"</dt><dd><When at=user.created now/></dd>
            <dt>"Last changed"</dt><dd><When at=user.last_updated now/></dd>
        </dl>
    }
}
