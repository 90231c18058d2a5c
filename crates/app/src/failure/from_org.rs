//! What `okta-client` reports, for a person.

use contract::{Failure, FailureKind};
use okta_client::{Cause, Error, InvalidOrg, Refusal};

/// An org's address that is none.
pub fn invalid_org(error: InvalidOrg) -> Failure {
    Failure::new(FailureKind::BadInput, format!("That is not an org's address: {error}."))
        .hint("It looks like acme.okta.com.")
}

/// A call to the org that brought nothing.
pub fn org(error: &Error) -> Failure {
    let failure = match error {
        Error::InvalidOrg(error) => invalid_org(error.clone()),
        Error::Key(problem) => Failure::new(FailureKind::BadInput, format!("The private key can't be used: {problem}."))
            .hint("Give the app's private key as PEM or JWK, without a passphrase."),
        Error::Unauthorized(refusal) => said(FailureKind::Unauthorized, "The org does not accept the credential", refusal)
            .hint("It may be mistyped, revoked or expired: an API token ends 30 days after its last use. Give a new one."),
        Error::TokenRefused { error, description: Some(what), .. } if &**error == "invalid_scope" => {
            Failure::new(FailureKind::Unauthorized, "The org grants the service app none of the scopes that it asks for.")
                .hint(format!("In the Admin Console, on the app's tab for Okta API scopes: {what}."))
        }
        Error::TokenRefused { error, description, .. } => {
            let reason = description.as_deref().unwrap_or(error);
            Failure::new(FailureKind::Unauthorized, format!("The org gave the service app no access token: {reason}."))
                .hint("Check the client id, the key id, that the org lists this key's public half, and this computer's clock.")
        }
        Error::DpopRequired => Failure::new(FailureKind::Unauthorized, "The service app demands DPoP, which Postern does not speak.")
            .hint("Switch off \"Require Demonstrating Proof of Possession\" in the app's settings."),
        Error::Forbidden { refusal, scope } => forbidden(refusal, scope.as_deref()),
        Error::NotAvailable(refusal) => said(FailureKind::NotAvailable, "The org does not have this feature", refusal)
            .hint("It may need a licence, an Early Access switch or Identity Engine."),
        Error::NotFound(refusal) => not_found(refusal),
        Error::Conflict(refusal) => said(FailureKind::BadReply, "Another change in the org stands in the way", refusal)
            .hint("Try again in a moment."),
        Error::BadRequest(refusal) => said(FailureKind::BadReply, "The org did not understand the request", refusal)
            .hint("This is most likely a defect in Postern: please report it with the error id."),
        Error::RateLimited { reset, .. } => {
            Failure::new(FailureKind::RateLimited, format!("The org's rate limit is used up for {} s.", reset.as_secs()))
                .hint("Other tools share the limit. The next sync goes on where this one stopped.")
        }
        Error::Malformed { .. } | Error::TooLarge { .. } => bad_reply(error),
        Error::ForeignLink { host, .. } => {
            Failure::new(FailureKind::BadReply, format!("The org pointed to another host, {host}, which was not followed."))
                .hint("Check the org's address; a proxy may be rewriting it.")
        }
        Error::Unreachable { cause, detail, .. } => unreachable(*cause, detail),
        Error::Timeout { after, .. } => {
            let seconds = after.as_secs().max(1);
            Failure::new(FailureKind::Unreachable, format!("The org did not answer within {seconds} s."))
                .hint("The network may be slow, or a proxy in the way.")
        }
        Error::Server(refusal) => said(FailureKind::Unreachable, "The org's server failed", refusal)
            .hint("See status.okta.com; Postern tries again by itself."),
        Error::Cancelled => Failure::new(FailureKind::Cancelled, "Cancelled."),
        Error::Setup(reason) => Failure::new(FailureKind::Bug, format!("The HTTP client could not be set up: {reason}."))
            .hint("Check the system's certificate store."),
    };
    Failure { org_error_id: error.org_error_id().map(str::to_owned), ..failure }
}

fn said(kind: FailureKind, what: &str, refusal: &Refusal) -> Failure {
    match refusal.summary.as_deref() {
        Some(summary) => Failure::new(kind, format!("{what}: {}", sentence(summary))),
        None => Failure::new(kind, format!("{what} (HTTP {}).", refusal.status)),
    }
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

fn forbidden(refusal: &Refusal, scope: Option<&str>) -> Failure {
    let failure = said(FailureKind::Forbidden, "The credential may not read this", refusal);
    failure.hint(match scope {
        Some(scope) => format!("Grant {scope} to the app, and an admin role that may read this."),
        None => "Give its owner an admin role that may read this.".to_owned(),
    })
}

/// An org knows every list that is asked for. One that does not is something else than an org.
fn not_found(refusal: &Refusal) -> Failure {
    if refusal.code.is_none() {
        return super::no_org_there();
    }
    said(FailureKind::NotFound, "The org does not know this", refusal)
}

fn bad_reply(error: &Error) -> Failure {
    Failure::new(FailureKind::BadReply, format!("The org's reply is not valid: {error}."))
        .hint("A proxy may have changed it. What was read before is kept, and the next sync tries again.")
}

fn unreachable(cause: Cause, detail: &str) -> Failure {
    let (message, hint) = match cause {
        Cause::NameNotFound => {
            ("The org's host name was not found.", "Check the domain, and that this computer is online.")
        }
        Cause::Refused => ("Nothing answers at the org's address.", "Check the domain and the port."),
        Cause::Tls => (
            "There is no secure connection to the org.",
            "A proxy may be in the way: its certificate has to be in the system's store.",
        ),
        Cause::Cut => ("The connection to the org was cut.", "Postern tries again by itself."),
        Cause::Other => ("The org can't be reached.", "Check that this computer is online."),
    };
    tracing::debug!(?cause, detail, "the org can't be reached");
    Failure::new(FailureKind::Unreachable, message).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: u16, code: Option<&str>, summary: Option<&str>) -> Box<Refusal> {
        Box::new(Refusal {
            status,
            path: "/devices".into(),
            code: code.map(Into::into),
            summary: summary.map(Into::into),
            causes: Vec::new(),
            error_id: Some("oae1".into()),
            request_id: None,
        })
    }

    #[test]
    fn each_trouble_says_what_helps() {
        let check = |error: Error, kind: FailureKind, words: &str| {
            let failure = org(&error);
            assert_eq!(failure.kind, kind, "{failure}");
            assert!(failure.to_string().contains(words), "{failure} lacks {words:?}");
        };
        let expired = refusal(401, Some("E0000011"), Some("Invalid token provided"));
        check(Error::Unauthorized(expired), FailureKind::Unauthorized, "Give a new one");
        let scope = Some("okta.devices.read".into());
        let denied = refusal(403, Some("E0000006"), None);
        check(Error::Forbidden { refusal: denied, scope }, FailureKind::Forbidden, "okta.devices.read");
        check(Error::NotFound(refusal(404, None, None)), FailureKind::Unreachable, "Check the domain");
        let cut = Error::Unreachable { path: "/x".into(), cause: Cause::Cut, detail: "".into() };
        check(cut, FailureKind::Unreachable, "cut");
        check(Error::Cancelled, FailureKind::Cancelled, "Cancelled");
    }

    #[test]
    fn the_orgs_own_error_id_is_kept() {
        let failure = org(&Error::Server(refusal(500, Some("E0000009"), Some("Internal Server Error"))));
        assert_eq!(failure.org_error_id.as_deref(), Some("oae1"));
        assert!(failure.message.ends_with("Error."), "{failure}");
    }
}
