//! Whether the org can be changed from here now, and if not, why. Every button that begins a change asks this.

use super::as_of::AsOf;
use crate::query::Query;
use contract::session::{Reach, Session};
use leptos::prelude::*;

/// Whether a change can be begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    /// Now.
    Ready,
    /// The org can't be reached: a change is queued.
    Queue,
    /// The org is locked.
    ReadOnly,
    /// A past snapshot is on screen.
    AsOf,
    /// No org is open.
    NoOrg,
}

impl Writes {
    /// What holds now, as a signal.
    pub fn watch() -> Memo<Self> {
        let (session, as_of) = (expect_context::<Query<Session>>(), expect_context::<AsOf>());
        Memo::new(move |_| {
            let session = session.value.read();
            match session.as_ref().and_then(|s| s.org.as_ref()) {
                None => Self::NoOrg,
                Some(_) if as_of.get().is_some() => Self::AsOf,
                Some(org) if org.read_only => Self::ReadOnly,
                Some(org) if matches!(org.reach, Reach::Offline { .. }) => Self::Queue,
                Some(_) => Self::Ready,
            }
        })
    }

    /// Why nothing can be changed; `None` when it can.
    pub fn refusal(self) -> Option<&'static str> {
        match self {
            Self::Ready | Self::Queue => None,
            Self::ReadOnly => Some("This org is read-only here. Unlock it in the top bar first."),
            Self::AsOf => Some("A past snapshot is on screen. Go back to now first."),
            Self::NoOrg => Some("No org is open."),
        }
    }
}
