//! The same page in Chromium, through browser mode: what is easier to ask there (accessibility, how much is in the
//! document, how it fits), and that the page is the same.

mod accessible;
mod as_of;
mod cases;
mod connect;
mod containment;
mod device;
mod devices;
mod lifecycle;
mod log;
mod posture;
mod table;
mod users;

use postern_tests::{Result, driver, page::Page, program::browser_mode, scenes::SIZES};

/// Runs steps on browser mode in `state`.
async fn on_page(
    name: &str,
    devices: u32,
    state: &str,
    steps: impl AsyncFnOnce(&Page) -> Result<()>,
) -> Result<()> {
    let (_browser_mode, address) = browser_mode(devices, state)?;
    driver::chromium(SIZES[0], &address).await?.run(name, steps).await
}
