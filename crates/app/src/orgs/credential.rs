//! A credential as the keychain holds it: one text with everything that signing in takes. The only place that writes a
//! secret out, and it goes from here into the keychain and nowhere else.

use crate::settings::READ_SCOPES;
use contract::orgs::CredentialFacts;
use okta_client::{Credentials, Secret};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Kept<'a> {
    ApiToken { token: Cow<'a, str> },
    ServiceApp { client_id: Cow<'a, str>, key_id: Option<Cow<'a, str>>, key: Cow<'a, str> },
}

/// For the keychain.
pub(super) fn packed(credentials: &Credentials) -> keychain::Secret {
    let kept = match credentials {
        Credentials::ApiToken(token) => Kept::ApiToken { token: token.expose().into() },
        Credentials::PrivateKeyJwt { client_id, key, key_id, .. } => Kept::ServiceApp {
            client_id: (&**client_id).into(),
            key_id: key_id.as_deref().map(Into::into),
            key: key.expose().into(),
        },
    };
    keychain::Secret::new(serde_json::to_string(&kept).expect("texts always serialise"))
}

/// From the keychain; `None` when it is none of ours. Asks for the scopes that reading takes.
pub(super) fn unpacked(kept: &keychain::Secret) -> Option<Credentials> {
    Some(match serde_json::from_str(kept.expose()).ok()? {
        Kept::ApiToken { token } => Credentials::ApiToken(Secret::new(token)),
        Kept::ServiceApp { client_id, key_id, key } => Credentials::PrivateKeyJwt {
            client_id: client_id.into(),
            key: Secret::new(key),
            key_id: key_id.map(Into::into),
            scopes: READ_SCOPES.iter().map(|scope| (*scope).into()).collect(),
        },
    })
}

/// What may be told of it.
pub(super) fn facts(credentials: &Credentials) -> CredentialFacts {
    match credentials {
        Credentials::ApiToken(_) => CredentialFacts::ApiToken,
        Credentials::PrivateKeyJwt { client_id, key_id, .. } => CredentialFacts::ServiceApp {
            client_id: client_id.to_string(),
            key_id: key_id.as_deref().map(str::to_owned),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        let token = Credentials::ApiToken(Secret::new("00\"t\\"));
        let Some(Credentials::ApiToken(again)) = unpacked(&packed(&token)) else { panic!("a token") };
        assert_eq!(again.expose(), "00\"t\\");
        let app = Credentials::PrivateKeyJwt {
            client_id: "0oa".into(),
            key: Secret::new("{\"d\":\n}"),
            key_id: Some("k".into()),
            scopes: Vec::new(),
        };
        let again = unpacked(&packed(&app)).expect("an app");
        assert_eq!(facts(&again), facts(&app));
        let Credentials::PrivateKeyJwt { key, scopes, .. } = again else { panic!("an app") };
        assert_eq!((key.expose(), scopes.len()), ("{\"d\":\n}", READ_SCOPES.len()));
        assert!(unpacked(&keychain::Secret::new("00token")).is_none());
    }
}
