//! Times of events in the zone that the reader chose: of this machine, or UTC. What is shown always says which.

use crate::{kit::text, state::prefs::Prefs};
use domain::Timestamp;
use js_sys::Date;
use leptos::prelude::*;

/// Which zone times are told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    Local,
    Utc,
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A moment taken apart.
struct Parts {
    year: u32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
}

impl Zone {
    /// The chosen one, subscribed to.
    pub fn chosen() -> Self {
        if expect_context::<Prefs>().get().log_utc { Self::Utc } else { Self::Local }
    }

    /// Its name: `UTC`, or how far this machine is from it now.
    pub fn label(self) -> String {
        match self {
            Self::Utc => "UTC".to_owned(),
            Self::Local => {
                let offset = -(Date::new_0().get_timezone_offset() as i32);
                let sign = if offset < 0 { '−' } else { '+' };
                format!("Local time, UTC{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60)
            }
        }
    }

    /// One word for it, beside a time.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Utc => "UTC",
            Self::Local => "local",
        }
    }

    fn parts(self, at: Timestamp) -> Parts {
        let d = Date::new(&wasm_bindgen::JsValue::from_f64(at.0 as f64));
        match self {
            Self::Local => Parts {
                year: d.get_full_year(),
                month: d.get_month(),
                day: d.get_date(),
                hour: d.get_hours(),
                minute: d.get_minutes(),
                second: d.get_seconds(),
            },
            Self::Utc => Parts {
                year: d.get_utc_full_year(),
                month: d.get_utc_month(),
                day: d.get_utc_date(),
                hour: d.get_utc_hours(),
                minute: d.get_utc_minutes(),
                second: d.get_utc_seconds(),
            },
        }
    }

    /// `3 Nov 14:02:11`, as a list shows it.
    pub fn short(self, at: Timestamp) -> String {
        let p = self.parts(at);
        let month = MONTHS.get(p.month as usize).copied().unwrap_or("?");
        format!("{} {month} {:02}:{:02}:{:02}", p.day, p.hour, p.minute, p.second)
    }

    /// `3 Nov 2026, 14:02`.
    pub fn minute(self, at: Timestamp) -> String {
        let p = self.parts(at);
        let month = MONTHS.get(p.month as usize).copied().unwrap_or("?");
        format!("{} {month} {}, {:02}:{:02}", p.day, p.year, p.hour, p.minute)
    }

    /// `14:02`.
    pub fn clock(self, at: Timestamp) -> String {
        let p = self.parts(at);
        format!("{:02}:{:02}", p.hour, p.minute)
    }

    /// `3 Nov 2026`.
    pub fn day(self, at: Timestamp) -> String {
        let p = self.parts(at);
        let month = MONTHS.get(p.month as usize).copied().unwrap_or("?");
        format!("{} {month} {}", p.day, p.year)
    }

    /// What a field for date and time holds: `2026-11-03T14:02`.
    pub fn field(self, at: Timestamp) -> String {
        let p = self.parts(at);
        format!("{:04}-{:02}-{:02}T{:02}:{:02}", p.year, p.month + 1, p.day, p.hour, p.minute)
    }

    /// The moment that such a field means here.
    pub fn read(self, field: &str) -> Option<Timestamp> {
        match self {
            Self::Local => text::from_local(field),
            Self::Utc => text::from_local(&format!("{field}Z")),
        }
        .map(Timestamp)
    }

    /// A span as words: `3 Nov 2026, 14:02 to 15:10 UTC`; the same day is told once.
    pub fn span(self, since: Option<Timestamp>, until: Option<Timestamp>) -> String {
        match (since, until) {
            (None, None) => "All time".to_owned(),
            (Some(since), None) => format!("Since {} {}", self.minute(since), self.mark()),
            (None, Some(until)) => format!("Until {} {}", self.minute(until), self.mark()),
            (Some(since), Some(until)) => {
                let end =
                    if self.day(since) == self.day(until) { self.clock(until) } else { self.minute(until) };
                format!("{} to {end} {}", self.minute(since), self.mark())
            }
        }
    }
}

/// The moment as a list shows it, with the exact one and its age on hover.
#[component]
pub fn EventTime(at: Timestamp, now: Timestamp) -> impl IntoView {
    let title = format!("{}\n{}\n{}", text::exact(at.0), at.to_rfc3339(), text::ago(at.0, now.0));
    view! { <time class="clip" datetime=at.to_rfc3339() title=title>{move || Zone::chosen().short(at)}</time> }
}
