//! What in the System Log proves that a request of ours was carried out. A logout and a clearing of sessions leave no state that
//! could be read, so a request whose answer was lost is settled by this, and is never sent again.

use super::ContainAct;
use crate::{LogEvent, Timestamp, UserId};
use std::collections::HashSet;

/// So long the log is given to show something of an accepted request, in milliseconds. By Okta's help page a missing event
/// means that the logout did not work.
pub const EVIDENCE_WITHIN: i64 = 10 * 60_000;

/// The org's clock and ours may differ by so much, in milliseconds.
const SLACK: i64 = 2 * 60_000;

const TRIGGERED: [&str; 2] = ["user.authentication.universal_logout", "user.session.universal_logout"];
const SCHEDULED: &str = "user.authentication.universal_logout.scheduled";
const CLEARED: &str = "user.session.clear";
const DETECTED: &str = "user.risk.detect";

/// One request whose proof is looked for.
#[derive(Debug, Clone)]
pub struct LogProof<'p> {
    pub act: &'p ContainAct,
    pub user: &'p UserId,
    /// When it was sent, by our clock.
    pub sent: Timestamp,
    /// Whether the org took it. If nobody knows, only what was done under our own name counts.
    pub accepted: bool,
    /// Who we are to the org: the id of the service app, or of the token's owner. `None` where that is not known; then the
    /// name does not count.
    pub actor: Option<&'p str>,
    /// Events that already prove other requests: none proves two.
    pub used: &'p HashSet<Box<str>>,
}

impl LogProof<'_> {
    fn may_be_ours(&self, event: &LogEvent) -> bool {
        event.user.as_ref() == Some(self.user)
            && event.published.0 >= self.sent.0.saturating_sub(SLACK)
            && event.outcome.as_deref() != Some("FAILURE")
            && !self.used.contains(&event.uuid)
    }

    fn is_by_us(&self, event: &LogEvent) -> bool {
        self.actor.is_none_or(|actor| event.actor_id.as_deref() == Some(actor))
    }
}

/// The event that proves it, if there is one.
pub fn evidence<'e>(proof: &LogProof<'_>, events: &'e [LogEvent]) -> Option<&'e LogEvent> {
    let about = || events.iter().filter(|event| proof.may_be_ours(event));
    let counts = |event: &&LogEvent| proof.accepted || proof.is_by_us(event);
    match proof.act {
        ContainAct::UniversalLogout => {
            // The run itself may be told in the system's name: then the trace joins it to what we asked for.
            let ours: HashSet<&str> = about()
                .filter(|event| is(event, SCHEDULED) || is(event, CLEARED))
                .filter(|event| proof.is_by_us(event))
                .filter_map(|event| event.trace.as_deref())
                .collect();
            let joined = |event: &&LogEvent| event.trace.as_deref().is_some_and(|trace| ours.contains(trace));
            let by_policy: HashSet<&str> = events
                .iter()
                .filter(|event| event.event_type.starts_with("policy."))
                .filter_map(|event| event.trace.as_deref())
                .collect();
            let of_policy =
                |event: &&LogEvent| event.trace.as_deref().is_some_and(|trace| by_policy.contains(trace));
            about()
                .filter(|event| TRIGGERED.contains(&&*event.event_type) || is(event, SCHEDULED))
                .filter(|event| !of_policy(event))
                .find(|event| counts(event) || joined(event))
        }
        ContainAct::RevokeSessions { .. } => {
            // A logout clears sessions too: that is not what this request did.
            let of_logout: HashSet<&str> = events
                .iter()
                .filter(|event| TRIGGERED.contains(&&*event.event_type) || is(event, SCHEDULED))
                .filter_map(|event| event.trace.as_deref())
                .collect();
            about()
                .filter(|event| is(event, CLEARED))
                .filter(|event| event.trace.as_deref().is_none_or(|trace| !of_logout.contains(trace)))
                .find(counts)
        }
        ContainAct::SetRisk { level, .. } => about()
            .filter(|event| is(event, DETECTED) && event.risk_level.as_ref() == Some(level))
            .find(counts),
        ContainAct::SuspendUser | ContainAct::UnsuspendUser | ContainAct::SuspendDevices => None,
    }
}

fn is(event: &LogEvent, kind: &str) -> bool {
    &*event.event_type == kind
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RiskLevel;

    fn event(uuid: &str, at: i64, kind: &str, actor: &str, trace: Option<&str>) -> LogEvent {
        LogEvent {
            uuid: uuid.into(),
            published: Timestamp(at),
            event_type: kind.into(),
            severity: None,
            message: None,
            outcome: Some("SUCCESS".into()),
            reason: None,
            actor_id: Some(actor.into()),
            actor_name: None,
            user: Some("00u1".into()),
            device: None,
            session: None,
            root_session: None,
            transaction: None,
            trace: trace.map(Into::into),
            ip: None,
            app: None,
            risk_level: (kind == DETECTED).then_some(RiskLevel::High),
            told_risk: None,
            readings: Vec::new(),
        }
    }

    const SENT: i64 = 1_000_000;

    fn find(
        act: &ContainAct,
        accepted: bool,
        actor: Option<&str>,
        events: &[LogEvent],
        used: &[&str],
    ) -> Option<String> {
        let used = used.iter().map(|uuid| Box::from(*uuid)).collect();
        let user = UserId::from("00u1");
        let proof = LogProof { act, user: &user, sent: Timestamp(SENT), accepted, actor, used: &used };
        evidence(&proof, events).map(|event| event.uuid.to_string())
    }

    const LOGOUT: ContainAct = ContainAct::UniversalLogout;
    const CLEAR: ContainAct = ContainAct::RevokeSessions { oauth_tokens: true, forget_devices: false };

    #[test]
    fn a_lost_request_is_proven_by_what_was_done_in_our_name() {
        let scheduled = |actor| [event("e", SENT + 5, SCHEDULED, actor, Some("t"))];
        let found = Some("e".to_owned());
        assert_eq!(find(&LOGOUT, false, Some("us"), &scheduled("us"), &[]), found);
        assert_eq!(find(&LOGOUT, false, Some("us"), &scheduled("another"), &[]), None);
        assert_eq!(find(&LOGOUT, true, Some("us"), &scheduled("another"), &[]), found, "accepted is enough");
        assert_eq!(find(&LOGOUT, false, None, &scheduled("another"), &[]), found, "nobody knows who we are");
        assert_eq!(find(&LOGOUT, false, Some("us"), &scheduled("us"), &["e"]), None, "it proves another one");
    }

    #[test]
    fn the_systems_own_event_counts_where_the_trace_is_ours_and_not_where_a_policy_acted() {
        let run = |trace| event("run", SENT + 9, TRIGGERED[0], "system", Some(trace));
        let clear = event("c", SENT + 5, CLEARED, "us", Some("t"));
        assert_eq!(find(&LOGOUT, false, Some("us"), &[clear.clone(), run("t")], &[]).as_deref(), Some("run"));
        assert_eq!(find(&LOGOUT, false, Some("us"), &[clear.clone(), run("u")], &[]), None);
        let policy = event("p", SENT + 6, "policy.entity_risk.action", "system", Some("u"));
        assert_eq!(find(&LOGOUT, true, Some("us"), &[policy, run("u")], &[]), None, "not what we asked for");
        assert_eq!(find(&LOGOUT, true, Some("us"), &[clear], &[]), None, "sessions alone are no logout");
    }

    #[test]
    fn a_clearing_is_not_proven_by_that_of_a_logout() {
        let logout =
            [event("c", SENT, CLEARED, "us", Some("t")), event("s", SENT, SCHEDULED, "us", Some("t"))];
        assert_eq!(find(&CLEAR, true, Some("us"), &logout, &[]), None);
        let own = event("d", SENT + 1, CLEARED, "us", Some("v"));
        let all = [logout.as_slice(), &[own]].concat();
        assert_eq!(find(&CLEAR, true, Some("us"), &all, &[]).as_deref(), Some("d"));
    }

    #[test]
    fn what_is_old_or_failed_or_about_somebody_else_proves_nothing() {
        let old = event("o", SENT - SLACK - 1, SCHEDULED, "us", None);
        let failed = LogEvent { outcome: Some("FAILURE".into()), ..event("f", SENT, SCHEDULED, "us", None) };
        let other = LogEvent { user: Some("00u2".into()), ..event("x", SENT, SCHEDULED, "us", None) };
        assert_eq!(find(&LOGOUT, true, Some("us"), &[old, failed, other], &[]), None);
    }

    #[test]
    fn a_level_is_proven_by_the_detection_that_names_it() {
        let act = |level| ContainAct::SetRisk { level, reason: String::new() };
        let told = [event("e", SENT + 1, DETECTED, "us", None)];
        assert_eq!(find(&act(RiskLevel::High), false, Some("us"), &told, &[]).as_deref(), Some("e"));
        assert_eq!(find(&act(RiskLevel::Medium), false, Some("us"), &told, &[]), None);
        assert_eq!(find(&act(RiskLevel::High), false, Some("them"), &told, &[]), None);
    }
}
