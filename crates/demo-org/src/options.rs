//! How the demo org is set up.

use crate::clock::ClockMode;
use crate::http::fault::Faults;
use crate::oauth::OAuthClient;
use std::time::Duration;

/// Settings of a demo org. `Options::default()` is the org that demos and tests use.
#[derive(Debug, Clone)]
pub struct Options {
    /// Port on loopback; 0 takes any free one.
    pub port: u16,
    /// The API token (SSWS) that may do everything.
    pub token: String,
    /// How many devices; users and the log grow with them.
    pub devices: u64,
    /// The same seed makes the same org.
    pub seed: u64,
    pub clock: ClockMode,
    /// How many times faster than real the org's clock runs.
    pub speed: f64,
    /// Whether rate limits are enforced. Their headers are sent in any case.
    pub rate_limits: bool,
    pub faults: Faults,
    /// How far the search index of devices and users lags behind writes.
    pub index_lag: Duration,
    /// Service apps that may ask for access tokens.
    pub clients: Vec<OAuthClient>,
    /// Puts some devices into `CREATED`: documented and real, but Okta's own Python SDK refuses to list such a device.
    pub created_status: bool,
    /// Says that it runs on Classic Engine. It answers as ever.
    pub classic: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            token: "00demoDemoDemoDemoDemoDemoDemoDemoDemoDemo".into(),
            devices: 10_000,
            seed: 20_260_101,
            clock: ClockMode::Live,
            speed: 1.0,
            rate_limits: true,
            faults: Faults::none(),
            index_lag: Duration::from_secs(3),
            clients: Vec::new(),
            created_status: false,
            classic: false,
        }
    }
}
