//! Who the client is to the org. A secret has neither `Debug` nor `Serialize`, and is wiped when dropped.

use zeroize::Zeroizing;

/// A token or a private key.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The secret itself. Whoever asks must not keep, log or show it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// The two ways in that work without a person. Source: <https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/>.
#[derive(Clone)]
pub enum Credentials {
    /// An SSWS token: acts with all the rights of the admin who made it.
    ApiToken(Secret),
    /// A service app's private key. Scopes are asked for; which of them are granted is the org's word.
    PrivateKeyJwt {
        client_id: Box<str>,
        /// PEM (PKCS#8, or PKCS#1 for RSA) or a JWK as JSON; RSA, or EC on P-256.
        key: Secret,
        /// The `kid` under which the org knows the public half; a JWK's own `kid` is taken when this is `None`.
        key_id: Option<Box<str>>,
        scopes: Vec<Box<str>>,
    },
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::ApiToken(_) => f.write_str("ApiToken"),
            Self::PrivateKeyJwt { client_id, key_id, scopes, .. } => f
                .debug_struct("PrivateKeyJwt")
                .field("client_id", client_id)
                .field("key_id", key_id)
                .field("scopes", scopes)
                .finish_non_exhaustive(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_secret() {
        let token = Credentials::ApiToken(Secret::new("00hush"));
        let key = Credentials::PrivateKeyJwt {
            client_id: "0oa1".into(),
            key: Secret::new("hush"),
            key_id: None,
            scopes: vec![],
        };
        let shown = format!("{token:?} {key:?}");
        assert!(!shown.contains("hush"), "{shown}");
    }
}
