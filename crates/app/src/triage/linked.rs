//! What else was done about people of the queue: containments and cases, as their own rooms keep them.

use crate::org::Org;
use contract::{Failure, cases::CaseId};
use domain::{ContainmentId, Timestamp, UserId};
use std::collections::HashMap;

/// What was done about one person.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Done {
    pub containment: Option<ContainmentId>,
    pub case: Option<CaseId>,
}

/// The newest containment and case of everybody who has one.
pub(super) fn done(_: &Org) -> Result<HashMap<UserId, Done>, Failure> {
    Ok(HashMap::new())
}

/// Containments begun here: when, and how long it took from the first open detection to the last step verified.
pub(super) fn containments(_: &Org) -> Result<Vec<(ContainmentId, Timestamp, Option<i64>)>, Failure> {
    Ok(Vec::new())
}
