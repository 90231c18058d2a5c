//! The strings behind the scene: faults, clock, tokens and counters, from the same process or over `/__demo`.

mod endpoints;

pub use endpoints::routes;

use crate::http::fault::Faults;
use crate::incidents::{self, Incident};
use crate::oauth::OAuthClient;
use crate::org::Org;
use crate::time::Time;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How many calls came in, by endpoint: `GET /api/v1/devices/{id}`.
#[derive(Debug, Default)]
pub struct Counters {
    total: AtomicU64,
    events: AtomicU64,
    calls: Mutex<BTreeMap<String, u64>>,
}

impl Counters {
    /// Counts one call and returns its number.
    pub fn count(&self, method: &str, path: &str) -> u64 {
        let endpoint = format!("{method} {}", endpoint(path));
        *self.calls.lock().unwrap_or_else(PoisonError::into_inner).entry(endpoint).or_default() += 1;
        self.total.fetch_add(1, Ordering::Relaxed)
    }

    /// The number of the next event that a write leaves.
    pub fn event(&self) -> u64 {
        self.events.fetch_add(1, Ordering::Relaxed)
    }

    fn snapshot(&self) -> BTreeMap<String, u64> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Ids are put as `{id}`, so that calls of one endpoint count together.
fn endpoint(path: &str) -> String {
    let is_id =
        |part: &str| part.len() == 20 && part.bytes().any(|b| b.is_ascii_digit()) || part.contains('@');
    path.split('/').map(|part| if is_id(part) { "{id}" } else { part }).collect::<Vec<_>>().join("/")
}

/// Controls of a running demo org.
#[derive(Debug, Clone)]
pub struct Control {
    org: Arc<Org>,
}

impl Control {
    pub(crate) fn new(org: Arc<Org>) -> Self {
        Self { org }
    }

    /// Replaces the faults in force. Latencies, storms and counts start anew.
    pub fn set_faults(&self, faults: impl Into<Faults>) {
        self.org.faults.set(faults.into());
    }

    /// The faults as they were set.
    pub fn faults(&self) -> Faults {
        self.org.faults.get()
    }

    /// The org's time in milliseconds since 1970.
    pub fn now(&self) -> i64 {
        self.org.clock.now().0
    }

    /// Lets time pass at once.
    pub fn advance_clock(&self, by: Duration) {
        self.org.clock.advance(by);
    }

    /// Stops the org's clock where it stands.
    pub fn freeze(&self) {
        self.org.clock.freeze();
    }

    /// Lets the org's clock run, at the speed of the options.
    pub fn run(&self) {
        self.org.clock.run();
    }

    /// How many calls came in so far, by method and path (ids as `{id}`).
    pub fn calls(&self) -> BTreeMap<String, u64> {
        self.org.counters.snapshot()
    }

    /// How many of them fit `METHOD /path`.
    pub fn calls_to(&self, endpoint: &str) -> u64 {
        self.calls().get(endpoint).copied().unwrap_or(0)
    }

    /// Registers a service app that may ask for access tokens, or replaces it.
    pub fn register_client(&self, client: OAuthClient) {
        self.org.oauth.register(client);
    }

    /// Adds an API token that carries only these scopes.
    pub fn add_api_token(&self, token: &str, scopes: &[&str]) {
        self.org.oauth.add_api_token(token, scopes.iter().map(|scope| (*scope).to_owned()).collect());
    }

    /// The scripted incidents of the last three days and those that were started, the newest first.
    pub fn incidents(&self) -> Vec<Incident> {
        self.org.incidents.list(&self.org, Time(self.now()))
    }

    /// Begins an incident of this name now; its events come into the log within a minute of the org's time. `None` when
    /// there is no such incident, or nobody in this org to play it.
    pub fn start_incident(&self, name: &str) -> Option<Incident> {
        self.org.incidents.start(&self.org, name, Time(self.now()))
    }

    /// The names of all incidents.
    pub fn incident_names() -> Vec<&'static str> {
        incidents::names().collect()
    }

    /// The id of the device at a place in the list as of now; `None` beyond the last one.
    pub fn device_id(&self, index: u64) -> Option<String> {
        let world = &self.org.world;
        (index < world.devices()).then(|| self.org.device_id(&world.device(index, Time(self.now()))))
    }

    /// The id of a user by place in the list; `None` beyond the last one.
    pub fn user_id(&self, index: u64) -> Option<String> {
        (index < self.org.world.people()).then(|| self.org.person_id(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_one_endpoint_count_together() {
        let counters = Counters::default();
        counters.count("GET", "/api/v1/devices/guo4nw7device00001d7");
        counters.count("GET", "/api/v1/devices/guo4nw7device00002d7");
        counters.count("GET", "/api/v1/device-assurances");
        assert_eq!(counters.snapshot().get("GET /api/v1/devices/{id}"), Some(&2));
        assert_eq!(counters.snapshot().get("GET /api/v1/device-assurances"), Some(&1));
    }
}
