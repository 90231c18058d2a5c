//! The person's devices and sessions, each leading to its own rows.

use super::{Known, counted};
use crate::{
    kit::text,
    pages::devices::lifecycle,
    parts::{
        device_link::DevicesView,
        log_link::log_href,
        words::{Unknown, managed},
    },
    state::as_of::AsOf,
};
use contract::{triage::PersonDevice, users::UserSession};
use domain::{LogField, LogFilter, ManagedStatus, Timestamp};
use leptos::prelude::*;

/// The devices.
pub fn devices(known: Known) -> impl IntoView {
    let lines = move || {
        let person = known.get()?;
        let line = |device: &PersonDevice| device_line(device.clone(), person.now);
        Some(match person.devices.as_slice() {
            [] => view! { <p class="unknown">"No device is linked to this person."</p> }.into_any(),
            devices => {
                view! { <ul class="people owned">{devices.iter().map(line).collect_view()}</ul> }.into_any()
            }
        })
    };
    view! {
        <section aria-label="Devices">
            {counted("Devices", move || known.read().as_ref().map(|person| person.devices.len()))}{lines}
        </section>
    }
}

fn device_line(device: PersonDevice, now: Timestamp) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let href = DevicesView { open: Some(device.id.clone()), ..DevicesView::default() }.href();
    let name = device.name.unwrap_or_else(|| "Unnamed device".to_owned());
    let managed = match device.managed {
        ManagedStatus::Unknown => "Managed: unknown",
        known => managed(known),
    };
    let platform = device.platform.map(|p| format!(" · {}", p.label()));
    let shared = device.users.filter(|n| *n > 1).map(|n| format!(" · used by {}", text::plural(n.into(), "person", "people")));
    let evidence = match device.last_evidence {
        Some(at) => view! { <span class="dim" title=text::exact(at.0)>{format!("Last evidence {}", text::ago(at.0, now.0))}</span> }.into_any(),
        None => view! { <Unknown text="No evidence"/> }.into_any(),
    };
    view! {
        <li>
            <a class="clip" href=move || as_of.link(&href)><bdi>{name}</bdi></a>{lifecycle(&device.status)}
            <span class="soft clip">{managed}{platform}{shared}</span>
            {evidence}
        </li>
    }
}

/// The sessions. No API lists them: what no event names is not known.
pub fn sessions(known: Known) -> impl IntoView {
    let lines = move || {
        let person = known.get()?;
        let line = |session: &UserSession| session_line(session.clone(), person.now);
        Some(match person.sessions.as_slice() {
            [] => {
                view! { <p class="unknown">"The log that is kept here names no session of this person."</p> }.into_any()
            }
            sessions => view! {
                <p class="soft note">"From the log: sessions that its events name."</p>
                <ul class="people owned">{sessions.iter().map(line).collect_view()}</ul>
            }
            .into_any(),
        })
    };
    view! {
        <section aria-label="Sessions">
            {counted("Sessions", move || known.read().as_ref().map(|person| person.sessions.len()))}{lines}
        </section>
    }
}

fn session_line(session: UserSession, now: Timestamp) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let UserSession { id, started, first_seen, last_seen, ip, addresses, apps, ended, .. } = session;
    let href = log_href(&LogFilter::of(LogField::Session, id.as_str()));
    let (state, tone) = if ended.is_some() { ("Ended", "plain") } else { ("No end seen", "accent") };
    let begun = match started {
        Some(at) => format!("Started {}", text::ago(at.0, now.0)),
        None => format!("First seen {}", text::ago(first_seen.0, now.0)),
    };
    let end = match ended {
        Some(at) => format!("ended {}", text::ago(at.0, now.0)),
        None => format!("last seen {}", text::ago(last_seen.0, now.0)),
    };
    let others = addresses.checked_sub(1).filter(|n| *n > 0);
    let others = others.map(|n| format!(" and {}", text::plural(n.into(), "other", "others"))).unwrap_or_default();
    let from = ip.map_or_else(|| "no address".to_owned(), |ip| format!("{ip}{others}"));
    let apps = text::plural(apps.into(), "app", "apps");
    view! {
        <li>
            <a class="mono clip" href=move || as_of.link(&href) title="The session’s events">{id}</a><span class="badge" data-tone=tone>{state}</span>
            <span class="soft" title=text::exact(last_seen.0)>{format!("{begun}, {end}")}</span>
            <span class="dim">{format!("{from} · {apps}")}</span>
        </li>
    }
}
