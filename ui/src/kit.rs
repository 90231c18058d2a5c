//! Generic pieces: buttons, tables, dialogs. They know neither the domain nor the host.

pub mod bars;
pub mod button;
pub mod dialog;
pub mod grid;
pub mod icon;
pub mod notice;
pub mod plot;
pub mod popover;
pub mod progress;
pub mod tabs;
pub mod text;
