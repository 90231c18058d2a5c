//! The columns of the device table: how wide they are, what stands in a cell, which are shown and how they are arranged.
//! The order is the order of what the eye needs first; on a narrow window the last ones are scrolled to, none is cut.

use crate::{
    kit::grid::{Arranging, Column, MoveTo},
    parts::{
        risk_badge::RiskBadge,
        words::{Unknown, When, make_and_model, managed, or_unknown, yes_no},
    },
    query::Query,
    state::prefs::{Prefs, TableLooks},
};
use contract::{devices::DeviceRow, session::Session};
use domain::{Attribute, Kind, Lifecycle, ManagedStatus, Timestamp};
use leptos::prelude::*;

/// Shown until somebody chooses.
const USUAL: [Attribute; 9] = [
    Attribute::Name,
    Attribute::Platform,
    Attribute::User,
    // Before what may yield: it is in sight at 1280 px with a device open beside the list.
    Attribute::Risk,
    Attribute::Managed,
    Attribute::Lifecycle,
    Attribute::Serial,
    Attribute::Encryption,
    Attribute::LastUpdated,
];

/// Pixels until somebody drags the edge.
fn usual_width(attribute: Attribute) -> u32 {
    match attribute {
        Attribute::Name | Attribute::Platform => 176,
        Attribute::User | Attribute::SecureHardware | Attribute::OsVersion => 136,
        Attribute::Encryption => 152,
        Attribute::Model | Attribute::Manufacturer => 180,
        Attribute::Udid | Attribute::Sid | Attribute::TpmPublicKeyHash => 300,
        Attribute::Imei | Attribute::Meid => 152,
        Attribute::Serial => 132,
        Attribute::Users => 84,
        Attribute::Lifecycle | Attribute::Registered | Attribute::Jailbreak => 108,
        _ => 116,
    }
}

/// The arrangement of the open org's table, and the ways to change it.
#[derive(Clone, Copy)]
pub struct Table {
    prefs: Prefs,
    org: Memo<String>,
}

impl Table {
    pub fn of_open_org() -> Self {
        let session = expect_context::<Query<Session>>();
        let org = Memo::new(move |_| {
            let session = session.value.read();
            session.as_ref().and_then(|s| s.org.as_ref()).map(|o| o.name.clone()).unwrap_or_default()
        });
        Self { prefs: expect_context(), org }
    }

    /// The open org's name, subscribed to.
    pub fn org(&self) -> String {
        self.org.get()
    }

    fn looks(&self) -> TableLooks {
        self.prefs.get().devices(&self.org.get())
    }

    /// Attributes shown, in their order; the pinned ones first, and the name before all.
    pub fn shown(&self) -> Vec<Attribute> {
        let looks = self.looks();
        let mut shown: Vec<Attribute> = match &looks.columns {
            Some(keys) => keys.iter().filter_map(|key| Attribute::from_key(key)).collect(),
            None => USUAL.to_vec(),
        };
        shown.retain(|a| *a != Attribute::Name);
        let (pinned, others): (Vec<_>, Vec<_>) =
            shown.into_iter().partition(|a| looks.pinned.iter().any(|p| p == a.key()));
        std::iter::once(Attribute::Name).chain(pinned).chain(others).collect()
    }

    pub fn is_pinned(&self, attribute: Attribute) -> bool {
        attribute == Attribute::Name || self.looks().pinned.iter().any(|p| p == attribute.key())
    }

    /// The same for the grid.
    pub fn columns(&self) -> Vec<Column> {
        let looks = self.looks();
        let column = |attribute: Attribute| Column {
            key: attribute.key(),
            label: attribute.label(),
            width: looks.widths.get(attribute.key()).copied().unwrap_or(usual_width(attribute)),
            pinned: self.is_pinned(attribute),
            sortable: attribute.sort().is_some(),
            number: attribute.kind() == Kind::Number,
        };
        self.shown().into_iter().map(column).collect()
    }

    fn change(&self, change: impl FnOnce(&mut TableLooks)) {
        let org = self.org.get_untracked();
        self.prefs.update(|looks| looks.arrange_devices(&org, change));
    }

    /// Shows these, in this order; `None` is the usual ones.
    pub fn show(&self, keys: Option<Vec<String>>) {
        self.change(|looks| looks.columns = keys);
    }

    fn show_these(&self, shown: &[Attribute]) {
        self.show(Some(shown.iter().map(|a| a.key().to_owned()).collect()));
    }

    /// Shows a column, as the last one, or hides it.
    pub fn toggle(&self, attribute: Attribute) {
        let mut shown = untrack(|| self.shown());
        match shown.iter().position(|a| *a == attribute) {
            Some(at) if at > 0 => drop(shown.remove(at)),
            Some(_) => {}
            None => shown.push(attribute),
        }
        self.show_these(&shown);
    }

    /// Keeps a column in sight, or lets it scroll.
    pub fn pin(&self, attribute: Attribute) {
        let key = attribute.key();
        self.change(|looks| match looks.pinned.iter().position(|p| p == key) {
            Some(at) => drop(looks.pinned.remove(at)),
            None => looks.pinned.push(key.to_owned()),
        });
    }

    /// Moves a column among the others. The name stays first.
    pub fn move_to(&self, attribute: Attribute, to: MoveTo) {
        let mut shown = untrack(|| self.shown());
        let Some(from) = shown.iter().position(|a| *a == attribute).filter(|at| *at > 0) else { return };
        let moved = shown.remove(from);
        let place = match to {
            MoveTo::By(step) => from.saturating_add_signed(step as isize),
            MoveTo::Before(key) => shown.iter().position(|a| a.key() == key).unwrap_or(from),
        };
        shown.insert(place.clamp(1, shown.len()), moved);
        self.show_these(&shown);
    }

    /// All as it was at first.
    pub fn reset(&self) {
        self.change(|looks| *looks = TableLooks::default());
    }

    /// What the grid is given.
    pub fn arranging(self) -> Arranging {
        Arranging {
            resize: Callback::new(move |(key, width): (&'static str, u32)| {
                self.change(|looks| {
                    looks.widths.insert(key.to_owned(), width);
                });
            }),
            move_to: Callback::new(move |(key, to): (&'static str, MoveTo)| {
                if let Some(attribute) = Attribute::from_key(key) {
                    self.move_to(attribute, to);
                }
            }),
        }
    }
}

/// What stands in a cell.
pub fn draw(row: &DeviceRow, key: &str, now: Timestamp) -> AnyView {
    let Some(attribute) = Attribute::from_key(key) else { return ().into_any() };
    match attribute {
        Attribute::Name => name(row),
        Attribute::Platform => match &row.platform {
            Some(platform) => view! {
                <span>{platform.label().to_owned()}</span><span class="sub clip">{row.os_version.clone()}</span>
            }
            .into_any(),
            None => view! { <Unknown/> }.into_any(),
        },
        Attribute::OsVersion => or_unknown(row.os_version.clone()),
        Attribute::Model => or_unknown(make_and_model(row.manufacturer.as_deref(), row.model.as_deref())),
        Attribute::Manufacturer => or_unknown(row.manufacturer.clone()),
        Attribute::Serial => mono(&row.serial),
        Attribute::Udid => mono(&row.udid),
        Attribute::Imei => mono(&row.imei),
        Attribute::Meid => mono(&row.meid),
        Attribute::Sid => mono(&row.sid),
        Attribute::TpmPublicKeyHash => mono(&row.tpm_public_key_hash),
        Attribute::User => user(row),
        Attribute::Users => or_unknown(row.users.map(|n| n.to_string())),
        Attribute::Duplicates => match (&row.serial, row.same_serial) {
            (None, _) => view! { <Unknown text="No serial"/> }.into_any(),
            (Some(_), 0) => view! { <span class="dim">"0"</span> }.into_any(),
            (Some(_), n) => view! { <span class="badge" data-tone="warn">{n}</span> }.into_any(),
        },
        Attribute::Managed => {
            let class = if row.managed == ManagedStatus::Unknown { "unknown clip" } else { "clip" };
            view! { <span class=class>{managed(row.managed)}</span> }.into_any()
        }
        Attribute::Lifecycle => lifecycle(&row.lifecycle),
        Attribute::Risk => view! { <RiskBadge level=row.risk.clone()/> }.into_any(),
        Attribute::Encryption => or_unknown(row.encryption.as_ref().map(|e| e.label().to_owned())),
        Attribute::ScreenLock => or_unknown(row.screen_lock.as_ref().map(|l| l.label().to_owned())),
        Attribute::SecureHardware => yes_no(row.secure_hardware),
        Attribute::Registered => yes_no(row.registered),
        Attribute::Jailbreak => yes_no(row.jailbreak),
        Attribute::LastUpdated => view! { <When at=row.last_updated now/> }.into_any(),
        Attribute::Created => view! { <When at=row.created now/> }.into_any(),
    }
}

/// A number that nobody reads as a word.
fn mono(text: &Option<String>) -> AnyView {
    match text.clone() {
        Some(text) => {
            let title = text.clone();
            view! { <span class="mono clip" title=title>{text}</span> }.into_any()
        }
        None => view! { <Unknown/> }.into_any(),
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
