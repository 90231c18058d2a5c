//! Generic pieces: buttons, tables, dialogs. They know neither the domain nor the host.

pub mod bars;
pub mod button;
pub mod context_menu;
pub mod dialog;
pub mod field;
pub mod file_button;
pub mod grid;
pub mod icon;
pub mod keys;
pub mod lanes;
pub mod notice;
pub mod plot;
pub mod popover;
pub mod progress;
pub mod quoted;
pub mod sql_editor;
pub mod tabs;
pub mod text;
