//! The reason that goes with a level set by an admin: what Okta takes, checked before anything is sent. Source:
//! <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserRisk/>.

/// Most characters of a reason.
pub const MOST_RISK_REASON: usize = 500;

/// Why a reason would be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RiskReasonFault {
    /// More characters than [`MOST_RISK_REASON`].
    TooLong(usize),
    /// A character that is neither a letter from A to Z, a digit, white space, a hyphen, a comma nor a full stop.
    Character(char),
}

impl std::fmt::Display for RiskReasonFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLong(length) => {
                write!(f, "The reason has {length} characters; Okta takes {MOST_RISK_REASON}.")
            }
            Self::Character(c) => {
                write!(
                    f,
                    "Okta does not take “{c}” in a reason: only letters from A to Z, digits, blanks, hyphens, commas and full stops."
                )
            }
        }
    }
}

/// Whether Okta takes this reason. An empty one is left out of the request; Okta then writes its own.
pub fn check_risk_reason(reason: &str) -> Result<(), RiskReasonFault> {
    let is_taken = |c: char| c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || "-,.".contains(c);
    if let Some(c) = reason.chars().find(|c| !is_taken(*c)) {
        return Err(RiskReasonFault::Character(c));
    }
    match reason.chars().count() {
        length if length > MOST_RISK_REASON => Err(RiskReasonFault::TooLong(length)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_okta_takes_is_sent() {
        assert_eq!(check_risk_reason(""), Ok(()));
        assert_eq!(check_risk_reason("Confirmed by phone, ticket SEC-1204. No reply\nyet."), Ok(()));
        assert_eq!(check_risk_reason(&"x".repeat(500)), Ok(()));
        assert_eq!(check_risk_reason(&"x".repeat(501)), Err(RiskReasonFault::TooLong(501)));
        assert_eq!(check_risk_reason("who? me"), Err(RiskReasonFault::Character('?')));
        assert_eq!(check_risk_reason("möglich"), Err(RiskReasonFault::Character('ö')));
        assert_eq!(check_risk_reason("a\u{a0}b"), Err(RiskReasonFault::Character('\u{a0}')));
    }
}
