//! What can go wrong between here and an org: a variant for each decision the caller takes. Texts are for people and
//! may change; whoever decides matches the variant.

use crate::{Cause, InvalidOrg, Refusal};
use std::time::Duration;

/// Why a call brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    InvalidOrg(#[from] InvalidOrg),
    /// The credentials can't be used at all; nothing was sent.
    #[error("the private key can't be used: {0}")]
    Key(#[from] KeyProblem),
    /// The org does not accept the credentials: connect anew.
    #[error("the org does not accept these credentials: {0}")]
    Unauthorized(Box<Refusal>),
    /// The token end point refused the service app. `error` is OAuth's word, such as `invalid_client`.
    #[error("the org gave no access token: {error}{}", description.as_deref().map(|d| format!(", {d}")).unwrap_or_default())]
    TokenRefused { error: Box<str>, description: Option<Box<str>>, request_id: Option<Box<str>> },
    /// The app is set to bind its tokens to a key (DPoP), which this client does not do.
    #[error(
        "this app demands DPoP, which Postern does not speak: switch off \"Require Demonstrating Proof of Possession\" in the app's settings"
    )]
    DpopRequired,
    /// A right is missing; other calls may work. `scope` is the one this call needs.
    #[error("no permission{}: {refusal}", scope.as_deref().map(|s| format!(" (needs {s})")).unwrap_or_default())]
    Forbidden { refusal: Box<Refusal>, scope: Option<Box<str>> },
    /// The org lacks the licence or feature; asking again won't help.
    #[error("not available in this org: {0}")]
    NotAvailable(Box<Refusal>),
    #[error("not found: {0}")]
    NotFound(Box<Refusal>),
    /// The object's state or another change stands in the way.
    #[error("in conflict with the present state: {0}")]
    Conflict(Box<Refusal>),
    #[error("the org did not understand the request: {0}")]
    BadRequest(Box<Refusal>),
    /// The org's rate limit; waiting longer than the settings allow would be needed.
    #[error("rate limit reached on {path}, free again in {} s", reset.as_secs())]
    RateLimited { path: Box<str>, reset: Duration },
    /// The reply is not what the API promises.
    #[error("{path} sent something that is not valid: {reason} (at byte {byte})")]
    Malformed { path: Box<str>, byte: usize, reason: Box<str>, request_id: Option<Box<str>> },
    /// The reply is larger than this client is willing to hold.
    #[error("{path} sent more than {limit} bytes in one reply")]
    TooLarge { path: Box<str>, limit: usize },
    /// A `next` link, a stored cursor or a redirect leads to another host. Following it would hand out the token.
    #[error("{path} leads to another host, {host}, and was not followed")]
    ForeignLink { path: Box<str>, host: Box<str> },
    #[error("{path} could not be reached: {cause} ({detail})")]
    Unreachable { path: Box<str>, cause: Cause, detail: Box<str> },
    #[error("{path} did not answer within {} s", after.as_secs_f32())]
    Timeout { path: Box<str>, after: Duration },
    /// The org or a gateway before it is in trouble.
    #[error("the org's server failed: {0}")]
    Server(Box<Refusal>),
    #[error("cancelled")]
    Cancelled,
    /// The HTTP stack could not be set up: no TLS library or a broken certificate store.
    #[error("the HTTP client could not be set up: {0}")]
    Setup(Box<str>),
}

/// Why a private key can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    #[error("it is neither PEM nor a JWK")]
    UnknownFormat,
    #[error("it is a public key; the private one is needed")]
    PublicOnly,
    #[error("only RSA and EC P-256 keys are supported, not {0}")]
    UnsupportedKind(Box<str>),
    #[error("it does not parse as an {0} key")]
    Damaged(&'static str),
    #[error("it is locked with a passphrase; export it without one")]
    Encrypted,
    #[error("the token can't be put into a header")]
    NotHeaderSafe,
    #[error("the operating system gives no randomness for a new one")]
    NoRandomness,
}

impl Error {
    /// The org's own name for the failure, to quote in a support case: `errorId`, or the request's id.
    pub fn org_error_id(&self) -> Option<&str> {
        match self {
            Self::TokenRefused { request_id, .. } | Self::Malformed { request_id, .. } => {
                request_id.as_deref()
            }
            other => {
                let refusal = other.refusal()?;
                refusal.error_id.as_deref().or(refusal.request_id.as_deref())
            }
        }
    }

    /// What the org said, where it said something.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Unauthorized(refusal)
            | Self::Forbidden { refusal, .. }
            | Self::NotAvailable(refusal)
            | Self::NotFound(refusal)
            | Self::Conflict(refusal)
            | Self::BadRequest(refusal)
            | Self::Server(refusal) => Some(refusal),
            _ => None,
        }
    }
}
