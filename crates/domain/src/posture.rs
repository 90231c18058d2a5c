//! Posture checks: what one is, what the linter finds in it, which state of a device it is tried against, and how its answer is
//! judged. Nouns only: the catalogue, the linter and the engine are in `crates/posture`.

mod attack;
mod check;
mod finding;
mod local;
mod state;
mod trial;

pub use attack::{Attack, AttackCase, AttackKind, Expectation, Want};
pub use check::{CheckContent, Mapping, OsqueryPlatform, Remediation};
pub use finding::{Edit, Finding, Fix, LintReport, Severity};
pub use local::{BinaryKind, BinaryOrigin, Comparison, LocalBinary, LocalLevel, LocalMessage, LocalRun};
pub use state::{Captured, DeviceState, Reach, ReachTest, StateSource, TableState};
pub use trial::{Expect, Judgement, TableRead, Trial};
