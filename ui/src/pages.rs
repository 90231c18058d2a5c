//! The pages, one file each with a folder of its own pieces.

pub mod activity;
pub mod devices;
pub mod integrations;
pub mod overview;
pub mod posture;
pub mod settings;
pub mod users;
pub mod welcome;
