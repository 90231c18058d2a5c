//! Faults by setting: what can go wrong between a client and a real org, on purpose and repeatably. Deterministic: the
//! same calls in the same order meet the same faults.

mod spoil;

pub use spoil::html_page;

use crate::seeded::Dice;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// The faults in force.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Faults(pub Vec<Fault>);

/// One fault: what, and which calls it meets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// Calls whose path starts so; empty for every call.
    #[serde(default)]
    pub path: String,
    /// `GET`, `POST`, …; every method when absent.
    #[serde(default)]
    pub method: Option<String>,
    /// Lets so many calls pass first: 2 means that the third page is the first to be hit.
    #[serde(default)]
    pub skip: u64,
    /// Hits so many calls, then stops; all when absent.
    #[serde(default)]
    pub times: Option<u64>,
    /// Share of the calls that are hit, 0 to 1.
    #[serde(default = "always")]
    pub probability: f64,
    #[serde(flatten)]
    pub kind: FaultKind,
}

fn always() -> f64 {
    1.0
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// The answer comes so many milliseconds later.
    Latency { ms: u64 },
    /// 429 for so many seconds from the moment the fault was set.
    RateLimited { seconds: u64 },
    /// An Okta error object with this status (E0000009 for 500).
    Status { status: u16 },
    /// A gateway's HTML page with this status.
    HtmlPage { status: u16 },
    /// The call is carried out, and its answer gets lost: a gateway's page with this status comes instead.
    LostAnswer { status: u16 },
    /// The connection is cut after so many bytes of the body.
    CutBody { at: usize },
    /// The body ends after so many bytes and looks complete.
    TruncatedBody { at: usize },
    /// The body is not JSON somewhere in its middle.
    MalformedJson,
    /// Objects carry fields nobody has heard of, with every kind of value.
    UnknownFields,
    /// Statuses and platforms have values nobody has heard of.
    UnknownValues,
    /// Every tenth device of a list has no `profile.platform`.
    NoPlatform,
    /// The first object of every list has no `id`.
    NoId,
    /// 403, as for an admin role that lacks the permission.
    Forbidden,
    /// 403 for everything about a person's risk, as in an org without Identity Threat Protection. Meets such calls only.
    NoThreatProtection,
    /// 401, as for a token that ran out.
    ExpiredToken,
    /// The server's clock is wrong by so many seconds: `Date` and `X-Rate-Limit-Reset` say so.
    ClockSkew { seconds: i64 },
}

impl Faults {
    /// No faults.
    pub fn none() -> Self {
        Self::default()
    }

    /// With one more fault.
    pub fn and(mut self, fault: Fault) -> Self {
        self.0.push(fault);
        self
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}

impl Fault {
    /// A fault that meets every call whose path starts with `path`.
    pub fn on(path: &str, kind: FaultKind) -> Self {
        Self { path: path.to_owned(), method: None, skip: 0, times: None, probability: 1.0, kind }
    }

    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    pub fn skip(mut self, calls: u64) -> Self {
        self.skip = calls;
        self
    }

    pub fn times(mut self, calls: u64) -> Self {
        self.times = Some(calls);
        self
    }

    pub fn probability(mut self, share: f64) -> Self {
        self.probability = share;
        self
    }
}

/// The faults with what they have met so far.
#[derive(Debug)]
pub struct Armed {
    faults: RwLock<Arc<Vec<Trap>>>,
    seed: u64,
}

#[derive(Debug)]
struct Trap {
    fault: Fault,
    met: AtomicU64,
    hit: AtomicU64,
    set: Instant,
}

/// The faults that one call meets.
#[derive(Debug, Default)]
pub struct Met(Vec<FaultKind>);

impl Armed {
    pub fn new(seed: u64, faults: Faults) -> Self {
        let armed = Self { faults: RwLock::default(), seed };
        armed.set(faults);
        armed
    }

    /// Replaces all faults; counting starts anew.
    pub fn set(&self, faults: Faults) {
        let trap =
            |fault| Trap { fault, met: AtomicU64::new(0), hit: AtomicU64::new(0), set: Instant::now() };
        let traps = faults.0.into_iter().map(trap).collect();
        *self.faults.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(traps);
    }

    /// The faults as they were set.
    pub fn get(&self) -> Faults {
        let traps = self.faults.read().unwrap_or_else(PoisonError::into_inner);
        Faults(traps.iter().map(|trap| trap.fault.clone()).collect())
    }

    /// What a call meets.
    pub fn meet(&self, method: &str, path: &str) -> Met {
        let traps = self.faults.read().unwrap_or_else(PoisonError::into_inner).clone();
        let numbered = traps.iter().enumerate();
        Met(numbered
            .filter(|(n, trap)| trap.springs(*n, self.seed, method, path))
            .map(|(_, t)| t.kind())
            .collect())
    }
}

impl Trap {
    fn springs(&self, number: usize, seed: u64, method: &str, path: &str) -> bool {
        let fault = &self.fault;
        if !path.starts_with(&fault.path)
            || fault.kind == FaultKind::NoThreatProtection && !path.ends_with("/risk")
            || fault.method.as_ref().is_some_and(|m| !m.eq_ignore_ascii_case(method))
        {
            return false;
        }
        let met = self.met.fetch_add(1, Ordering::Relaxed);
        let roll = Dice::new(seed, number as u64, met).below(0, 1_000_000) as f64 / 1_000_000.0;
        if met < fault.skip || roll >= fault.probability {
            return false;
        }
        if let FaultKind::RateLimited { seconds } = fault.kind {
            return self.set.elapsed() < Duration::from_secs(seconds);
        }
        let hit = self.hit.fetch_add(1, Ordering::Relaxed);
        fault.times.is_none_or(|times| hit < times)
    }

    fn kind(&self) -> FaultKind {
        match self.fault.kind {
            // What is left of the storm is what the headers have to tell.
            FaultKind::RateLimited { seconds } => FaultKind::RateLimited {
                seconds: seconds.saturating_sub(self.set.elapsed().as_secs()).max(1),
            },
            ref kind => kind.clone(),
        }
    }
}

impl Met {
    pub fn iter(&self) -> impl Iterator<Item = &FaultKind> {
        self.0.iter()
    }

    /// How late the answer comes.
    pub fn latency(&self) -> Duration {
        self.0
            .iter()
            .map(
                |f| {
                    if let FaultKind::Latency { ms } = f {
                        Duration::from_millis(*ms)
                    } else {
                        Duration::ZERO
                    }
                },
            )
            .sum()
    }

    /// How wrong the server's clock is, in seconds.
    pub fn skew(&self) -> i64 {
        self.0.iter().map(|f| if let FaultKind::ClockSkew { seconds } = f { *seconds } else { 0 }).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_hit_the_calls_they_name() {
        let fault = Fault::on("/api/v1/devices", FaultKind::Forbidden).method("GET").skip(2).times(2);
        let armed = Armed::new(1, fault.into());
        let hits = |path| armed.meet("GET", path).iter().count();
        assert_eq!(hits("/api/v1/users"), 0);
        assert_eq!(armed.meet("POST", "/api/v1/devices").iter().count(), 0);
        let seen: Vec<_> = (0..6).map(|_| hits("/api/v1/devices")).collect();
        assert_eq!(seen, [0, 0, 1, 1, 0, 0]);
    }

    #[test]
    fn chance_is_repeatable() {
        let run = || {
            let armed = Armed::new(1, Fault::on("", FaultKind::MalformedJson).probability(0.5).into());
            (0..64).map(|_| armed.meet("GET", "/").iter().count()).collect::<Vec<_>>()
        };
        assert_eq!(run(), run());
        assert!((16..48).contains(&run().iter().sum::<usize>()));
    }

    #[test]
    fn faults_travel_as_json() {
        let text =
            r#"[{"path":"/api/v1/logs","kind":"cut_body","at":7},{"kind":"latency","ms":5,"times":1}]"#;
        let faults: Faults = serde_json::from_str(text).expect("reads");
        assert_eq!(faults.0[0], Fault::on("/api/v1/logs", FaultKind::CutBody { at: 7 }));
        assert_eq!(faults.0[1].times, Some(1));
    }
}
