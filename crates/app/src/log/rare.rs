//! Which kinds of events are rare. A first sync reads a week of everything, and of these all that the org keeps.

use crate::{failure, org::Org};
use contract::Failure;
use domain::{SnapshotId, Timestamp};

/// Types, and families of types with a star behind them: what tells of a person's risk and of what was done about it, what
/// people changed that decides about others, and how devices are managed. What a partner sends is not among them: it may
/// send thousands a day, and what it made of a person's risk is told as a detection.
pub(crate) const RARE: &str = "user.risk.detect user.risk.change user.account.report_suspicious_activity* \
    security.breached_credential.* policy.entity_risk.* policy.auth_reevaluate.* policy.continuous_access.* \
    user.authentication.universal_logout* analytics.feedback.provide security.session_protection.* policy.lifecycle.* \
    policy.rule.* zone.* device.platform.*";

/// The same as the org's filter.
pub(crate) fn rare_filter() -> Box<str> {
    let one = |kind: &str| match kind.strip_suffix('*') {
        Some(family) => format!(r#"eventType sw "{family}""#),
        None => format!(r#"eventType eq "{kind}""#),
    };
    RARE.split(' ').map(one).collect::<Vec<_>>().join(" or ").into()
}

/// From when on every event of the rare kinds is known.
pub(crate) fn rare_begins(org: &Org, at: SnapshotId) -> Result<Option<Timestamp>, Failure> {
    org.cache.rare_log_begins(at, RARE).map_err(failure::cache)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_begin_so_and_types_are_themselves() {
        let filter = rare_filter();
        assert!(
            filter.starts_with(r#"eventType eq "user.risk.detect" or eventType eq "user.risk.change" or "#)
        );
        assert!(filter.ends_with(r#" or eventType sw "zone." or eventType sw "device.platform.""#));
        assert!(!filter.contains('*') && !filter.contains("  "));
    }
}
