//! The columns of the table of people: what they are called, how wide they are, what stands in a cell, and which are shown.
//! The order is the order of what the eye needs first; on a narrow window the last ones are scrolled to, none is cut.

use crate::{
    kit::{
        button::Button,
        grid::Column,
        icon::{Glyph, Icon},
        popover::Popover,
        text,
    },
    parts::{
        risk_badge::RiskBadge,
        words::{Unknown, When, or_unknown},
    },
    state::prefs::Prefs,
};
use contract::users::{ManagedDevices, UserRow};
use domain::{PeakRisk, RiskLevel, Timestamp, UserStatus};
use leptos::prelude::*;

/// Key, label, width in pixels, shown unless chosen otherwise. The keys are those of the sort columns.
const ALL: [(&str, &str, u32, bool); 12] = [
    ("name", "Name", 168, true),
    ("status", "Status", 128, true),
    ("risk", "Risk now", 112, true),
    ("peak_risk", "Peak risk", 156, true),
    ("devices", "Devices", 84, true),
    ("managed", "Managed", 104, true),
    ("last_login", "Last sign-in", 112, true),
    ("login", "Login", 240, true),
    ("department", "Department", 144, true),
    ("title", "Title", 180, true),
    ("email", "Email", 232, false),
    ("created", "Created", 104, false),
];

/// The columns shown, in their order.
pub fn shown(prefs: Prefs) -> Vec<Column> {
    let chosen = prefs.get().user_columns;
    let on = |key: &str, usual: bool| chosen.as_ref().map_or(usual, |keys| keys.iter().any(|k| k == key));
    let column = |(key, label, width, usual): (&'static str, &'static str, u32, bool)| {
        let pinned = key == "name";
        (pinned || on(key, usual)).then_some(Column {
            key,
            label,
            width,
            pinned,
            sortable: true,
            number: false,
        })
    };
    ALL.into_iter().filter_map(column).collect()
}

/// What stands in a cell.
pub fn draw(row: &UserRow, key: &'static str, now: Timestamp) -> AnyView {
    match key {
        "name" => isolated(Some(row.name.clone())),
        "login" => isolated(row.login.clone()),
        "email" => isolated(row.email.clone()),
        "status" => status(&row.status),
        "risk" => view! { <RiskBadge level=row.risk.clone()/> }.into_any(),
        "peak_risk" => peak(row.peak.clone(), row.risk.as_ref(), now),
        "devices" => match row.devices {
            Some(devices) => view! { <span class="num">{text::count(devices.into())}</span> }.into_any(),
            None => view! { <Unknown text="Not read"/> }.into_any(),
        },
        "managed" => managed(row.managed, row.devices),
        "department" => isolated(row.department.clone()),
        "title" => isolated(row.title.clone()),
        "last_login" => view! { <When at=row.last_login now/> }.into_any(),
        "created" => view! { <When at=row.created now/> }.into_any(),
        _ => ().into_any(),
    }
}

/// Text of the org's in a direction of its own, cut where there is no room.
fn isolated(value: Option<String>) -> AnyView {
    match value {
        Some(value) => {
            let title = value.clone();
            view! { <span class="clip" title=title><bdi>{value}</bdi></span> }.into_any()
        }
        None => or_unknown(None::<String>),
    }
}

/// The highest level with its age; the level of now has none but that of the question.
pub fn peak(peak: Option<PeakRisk>, current: Option<&RiskLevel>, now: Timestamp) -> AnyView {
    let Some(PeakRisk { level, at }) = peak else { return view! { <RiskBadge level=None/> }.into_any() };
    let when = at.filter(|_| current != Some(&level)).map(|at| {
        view! { <time class="sub" datetime=at.to_rfc3339() title=text::exact(at.0)>{text::ago(at.0, now.0)}</time> }
    });
    view! { <RiskBadge level=Some(level)/>{when} }.into_any()
}

/// How many of a person's devices are managed.
pub fn managed(managed: ManagedDevices, devices: Option<u32>) -> AnyView {
    let ManagedDevices { managed, not_managed, .. } = managed;
    match devices {
        Some(0) => view! { <span class="unknown clip">"No devices"</span> }.into_any(),
        Some(devices) if managed + not_managed > 0 => {
            view! { <span class="clip num">{format!("{} of {}", text::count(managed.into()), text::count(devices.into()))}</span> }
                .into_any()
        }
        Some(_) => view! { <Unknown text="Unknown"/> }.into_any(),
        None => view! { <Unknown text="Not read"/> }.into_any(),
    }
}

/// A status as a badge; anything but active stands out.
pub fn status(status: &UserStatus) -> AnyView {
    let tone = match status {
        UserStatus::LockedOut
        | UserStatus::Suspended
        | UserStatus::PasswordExpired
        | UserStatus::Recovery => "warn",
        UserStatus::Deprovisioned => "bad",
        _ => "plain",
    };
    view! { <span class="badge" data-tone=tone>{status.label().to_owned()}</span> }.into_any()
}

/// The button that chooses the columns.
#[component]
pub fn ColumnChooser(open: RwSignal<bool>) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let toggle = move |key: &'static str| {
        let before: Vec<String> = shown(prefs).into_iter().map(|c| c.key.to_owned()).collect();
        let now = if before.iter().any(|k| k == key) {
            before.into_iter().filter(|k| k != key).collect()
        } else {
            before.into_iter().chain([key.to_owned()]).collect()
        };
        prefs.update(|l| l.user_columns = Some(now));
    };
    let item = move |(key, label, ..): (&'static str, &'static str, u32, bool)| {
        let on = Memo::new(move |_| shown(prefs).iter().any(|c| c.key == key));
        view! {
            <button type="button" class="menu-item" role="menuitemcheckbox" aria-checked=move || on.get().to_string() on:click=move |_| toggle(key)>
                <span class="tick">{move || on.get().then(|| view! { <Icon glyph=Glyph::Check/> })}</span>{label}
            </button>
        }
    };
    view! {
        <Popover open label="Columns" anchor=move || view! {
            <Button label="Columns" glyph=Glyph::Columns key="c" expanded=Signal::from(open) on_press=move |_| open.update(|o| *o = !*o)/>
        }>
            <div role="menu" aria-label="Columns">{ALL.into_iter().skip(1).map(item).collect_view()}</div>
            <button type="button" class="menu-item soft" on:click=move |_| prefs.update(|l| l.user_columns = None)>
                <span class="tick"></span>"Usual columns"
            </button>
        </Popover>
    }
}
