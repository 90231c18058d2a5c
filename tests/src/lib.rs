//! What the tests of the real page share: starting the programs, driving a page, and the list of pages to look at. It
//! knows how the page is built up, and nothing of how it is made.

pub mod driver;
pub mod page;
pub mod posture_story;
pub mod program;
pub mod scenes;
pub mod stories;
pub mod triage_story;

/// What a test or a picture can fail with; the text says what was waited for.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
