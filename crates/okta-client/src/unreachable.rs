//! Why the network brought no reply, told from what the HTTP stack reports.

use std::error::Error as _;
use std::io::ErrorKind;
use std::time::Duration;

use crate::Error;

/// The plain cause of a failed connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The name is unknown, or there is no network to ask.
    NameNotFound,
    /// A machine answered, but nothing listens there.
    Refused,
    /// No trust in the certificate, or no common protocol.
    Tls,
    /// The connection ended in the middle.
    Cut,
    /// Anything else: no route, a proxy in the way.
    Other,
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NameNotFound => "the host name was not found",
            Self::Refused => "nothing listens there",
            Self::Tls => "no secure connection",
            Self::Cut => "the connection was cut",
            Self::Other => "no connection",
        })
    }
}

/// Turns the HTTP stack's error into ours. The address is left out of the text: the path says enough.
pub(crate) fn classify(error: &reqwest::Error, path: &str, timeout: Duration) -> Error {
    if error.is_timeout() {
        return Error::Timeout { path: path.into(), after: timeout };
    }
    let mut kind = None;
    let mut detail = String::new();
    let mut source = error.source();
    while let Some(inner) = source {
        kind = kind.or_else(|| inner.downcast_ref::<std::io::Error>().map(std::io::Error::kind));
        if !detail.is_empty() {
            detail.push_str(": ");
        }
        detail.push_str(&inner.to_string());
        source = inner.source();
    }
    let cause = match kind {
        Some(ErrorKind::ConnectionRefused) => Cause::Refused,
        _ if !error.is_connect() => Cause::Cut,
        // The resolver's and the TLS library's errors have no public type here; their texts are all there is.
        _ if detail.contains("dns error") || detail.contains("lookup") => Cause::NameNotFound,
        _ if ["certificate", "ssl", "tls", "handshake"].iter().any(|w| detail.to_lowercase().contains(w)) => {
            Cause::Tls
        }
        Some(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::UnexpectedEof) => {
            Cause::Cut
        }
        _ => Cause::Other,
    };
    Error::Unreachable { path: path.into(), cause, detail: detail.into() }
}
