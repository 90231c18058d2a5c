//! The pages, one file each with a folder of its own pieces.

pub mod activity;
pub mod cases;
pub mod devices;
pub mod integrations;
pub mod log;
pub mod logout;
pub mod overview;
pub mod posture;
pub mod protection;
pub mod settings;
pub mod triage;
pub mod users;
pub mod welcome;
