//! The columns of the device table: what they are called, how wide they are, what stands in a cell, and which are shown.
//! The order is the order of what the eye needs first; on a narrow window the last ones are scrolled to, none is cut.

use crate::{
    kit::{
        button::Button,
        grid::Column,
        icon::{Glyph, Icon},
        popover::Popover,
    },
    parts::{
        risk_badge::RiskBadge,
        words::{Unknown, When, make_and_model, managed, or_unknown, yes_no},
    },
    state::prefs::Prefs,
};
use contract::devices::DeviceRow;
use domain::{Lifecycle, ManagedStatus, Timestamp};
use leptos::prelude::*;

/// Key, label, width in pixels, shown unless chosen otherwise. The keys are those of the sort columns.
const ALL: [(&str, &str, u32, bool); 16] = [
    ("name", "Name", 172, true),
    ("platform", "Platform", 178, true),
    ("user", "User", 136, true),
    ("managed", "Managed", 116, true),
    ("risk", "User risk", 116, true),
    ("lifecycle", "Lifecycle", 108, true),
    ("serial", "Serial", 132, true),
    ("encryption", "Disk encryption", 160, true),
    ("last_updated", "Last evidence", 124, true),
    ("screen_lock", "Screen lock", 120, false),
    ("model", "Model", 180, false),
    ("os_version", "OS version", 140, false),
    ("secure_hardware", "Secure hardware", 140, false),
    ("registered", "Registered", 108, false),
    ("users", "Users", 84, false),
    ("created", "Enrolled", 116, false),
];

/// The columns shown, in their order.
pub fn shown(prefs: Prefs) -> Vec<Column> {
    let chosen = prefs.get().device_columns;
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
pub fn draw(row: &DeviceRow, key: &'static str, now: Timestamp) -> AnyView {
    match key {
        "name" => name(row),
        "platform" => match &row.platform {
            Some(platform) => view! {
                <span>{platform.label().to_owned()}</span><span class="sub clip">{row.os_version.clone()}</span>
            }
            .into_any(),
            None => view! { <Unknown/> }.into_any(),
        },
        "os_version" => or_unknown(row.os_version.clone()),
        "model" => or_unknown(make_and_model(row.manufacturer.as_deref(), row.model.as_deref())),
        "serial" => match row.serial.clone() {
            Some(serial) => view! { <span class="mono clip">{serial}</span> }.into_any(),
            None => view! { <Unknown/> }.into_any(),
        },
        "user" => user(row),
        "users" => or_unknown(row.users.map(|n| n.to_string())),
        "managed" => {
            let class = if row.managed == ManagedStatus::Unknown { "unknown clip" } else { "clip" };
            view! { <span class=class>{managed(row.managed)}</span> }.into_any()
        }
        "lifecycle" => lifecycle(&row.lifecycle),
        "risk" => view! { <RiskBadge level=row.risk.clone()/> }.into_any(),
        "encryption" => or_unknown(row.encryption.as_ref().map(|e| e.label().to_owned())),
        "screen_lock" => or_unknown(row.screen_lock.as_ref().map(|l| l.label().to_owned())),
        "secure_hardware" => yes_no(row.secure_hardware),
        "registered" => yes_no(row.registered),
        "last_updated" => view! { <When at=row.last_updated now/> }.into_any(),
        "created" => view! { <When at=row.created now/> }.into_any(),
        _ => ().into_any(),
    }
}

fn name(row: &DeviceRow) -> AnyView {
    match row.name.clone() {
        Some(name) => {
            let title = name.clone();
            view! { <span class="clip" title=title><bdi>{name}</bdi></span> }.into_any()
        }
        None => view! { <Unknown text="Unnamed"/> }.into_any(),
    }
}

fn user(row: &DeviceRow) -> AnyView {
    match (row.user.clone(), row.users) {
        (Some(user), users) => {
            let more =
                users.filter(|n| *n > 1).map(|n| view! { <span class="sub">{format!("+{}", n - 1)}</span> });
            view! { <span class="clip"><bdi>{user}</bdi></span>{more} }.into_any()
        }
        (None, Some(_)) => view! { <Unknown text="No user"/> }.into_any(),
        (None, None) => view! { <Unknown/> }.into_any(),
    }
}

/// A lifecycle as a badge; anything but active stands out.
pub fn lifecycle(status: &Lifecycle) -> AnyView {
    let tone = match status {
        Lifecycle::Suspended => "warn",
        Lifecycle::Deactivated => "bad",
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
        prefs.update(|l| l.device_columns = Some(now));
    };
    let items = move || {
        let item = |(key, label, ..): (&'static str, &'static str, u32, bool)| {
            let on = Memo::new(move |_| shown(prefs).iter().any(|c| c.key == key));
            view! {
                <button type="button" class="menu-item" role="menuitemcheckbox" aria-checked=move || on.get().to_string() on:click=move |_| toggle(key)>
                    <span class="tick">{move || on.get().then(|| view! { <Icon glyph=Glyph::Check/> })}</span>{label}
                </button>
            }
        };
        ALL.into_iter().skip(1).map(item).collect_view()
    };
    view! {
        <Popover open label="Columns" anchor=move || view! {
            <Button label="Columns" glyph=Glyph::Columns key="c" expanded=Signal::from(open) on_press=move |_| open.update(|o| *o = !*o)/>
        }>
            <div role="menu" aria-label="Columns">{items()}</div>
            <button type="button" class="menu-item soft" on:click=move |_| prefs.update(|l| l.device_columns = None)>
                <span class="tick"></span>"Usual columns"
            </button>
        </Popover>
    }
}
