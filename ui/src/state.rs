//! What the page itself remembers: looks and messages. Nothing fetched lives here.

pub mod prefs;
pub mod toasts;
