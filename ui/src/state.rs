//! What the page itself remembers: looks and messages. Nothing fetched lives here.

pub mod as_of;
pub mod prefs;
pub mod presence;
pub mod selection;
pub mod settled;
pub mod toasts;
pub mod writes;
