//! What a person has: devices, each a link to its pane, and sessions as far as the log tells them.

use crate::{
    kit::text,
    pages::devices::lifecycle,
    parts::{
        device_link::DevicesView,
        words::{Unknown, managed},
    },
};
use contract::users::{UserDevice, UserSession};
use domain::{ManagedStatus, Timestamp, UserId};
use leptos::prelude::*;

/// More devices than this are opened as a list of their own.
const SHOWN: usize = 50;

/// The devices.
pub fn devices(user: &UserId, devices: Vec<UserDevice>, known: bool, now: Timestamp) -> AnyView {
    if devices.is_empty() {
        let text = if known {
            "No device is linked to this person."
        } else {
            "The org’s devices were never read."
        };
        return view! { <p class="unknown">{text}</p> }.into_any();
    }
    let mut of = DevicesView::default();
    of.query.search = user.to_string();
    let all = (devices.len() > 1).then(|| {
        let label = format!("Show all {} in Devices", text::count(devices.len() as u64));
        view! { <a class="more-link" href=of.href()>{label}</a> }
    });
    let lines = devices.into_iter().take(SHOWN).map(|device| line(device, now)).collect_view();
    view! { <ul class="people owned">{lines}</ul>{all} }.into_any()
}

fn line(device: UserDevice, now: Timestamp) -> impl IntoView {
    let href = DevicesView { open: Some(device.id.clone()), ..DevicesView::default() }.href();
    let name = device.name.unwrap_or_else(|| "Unnamed device".to_owned());
    let platform = device.platform.as_ref().map(|p| p.label().to_owned());
    let system = [platform, device.os_version].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let managed = match device.managed {
        ManagedStatus::Unknown => "Managed: unknown",
        known => managed(known),
    };
    let evidence = match device.last_updated {
        Some(at) => view! { <span class="dim" title=text::exact(at.0)>{format!("Last evidence {}", text::ago(at.0, now.0))}</span> }.into_any(),
        None => view! { <Unknown text="No evidence"/> }.into_any(),
    };
    view! {
        <li>
            <a class="clip" href=href><bdi>{name}</bdi></a>{lifecycle(&device.lifecycle)}
            <span class="soft clip">{managed}{(!system.is_empty()).then(|| format!(" · {system}"))}</span>
            {evidence}
        </li>
    }
}

/// The sessions. No API lists them: what no event names is not known.
pub fn sessions(sessions: Vec<UserSession>, complete: bool, now: Timestamp) -> AnyView {
    let note = if complete {
        "From the log: sessions that its events name."
    } else {
        "From the log: sessions that the latest 2,000 events name."
    };
    if sessions.is_empty() {
        return view! { <p class="unknown">"The log that is kept here names no session of this person."</p> }
            .into_any();
    }
    let lines = sessions.into_iter().map(|session| session_line(session, now)).collect_view();
    view! { <p class="soft note">{note}</p><ul class="people owned">{lines}</ul> }.into_any()
}

fn session_line(session: UserSession, now: Timestamp) -> impl IntoView {
    let UserSession { id, started, first_seen, last_seen, ip, addresses, apps, events, ended } = session;
    let (state, tone) = match ended {
        Some(_) => ("Ended", "plain"),
        None => ("No end seen", "accent"),
    };
    let ended = ended.map(|at| format!("ended {}", text::ago(at.0, now.0)));
    let begun = match started {
        Some(at) => format!("Started {}", text::ago(at.0, now.0)),
        None => format!("First seen {}", text::ago(first_seen.0, now.0)),
    };
    let others = addresses
        .checked_sub(1)
        .filter(|n| *n > 0)
        .map(|n| format!(" and {}", text::plural(n.into(), "other", "others")));
    let from = ip.map_or_else(|| "no address".to_owned(), |ip| format!("{ip}{}", others.unwrap_or_default()));
    let seen = (events > 1).then(|| format!("last seen {}", text::ago(last_seen.0, now.0)));
    let times: Vec<String> = [Some(begun), seen, ended].into_iter().flatten().collect();
    let amount = format!(
        "{} · {}",
        text::plural(apps.into(), "app", "apps"),
        text::plural(events.into(), "event", "events")
    );
    view! {
        <li>
            <span class="mono clip" title=id.clone()>{id.clone()}</span><span class="badge" data-tone=tone>{state}</span>
            <span class="soft" title=text::exact(last_seen.0)>{times.join(", ")}</span>
            <span class="dim">{from}" · "{amount}</span>
        </li>
    }
}
