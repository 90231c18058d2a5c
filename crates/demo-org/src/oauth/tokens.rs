//! The tokens in circulation, and how a service app gets one: a private-key JWT checked against its registered keys.

use super::Principal;
use crate::clock::wall;
use crate::http::error::ApiError;
use crate::seeded::mix;
use axum::http::{HeaderMap, header};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A registered service app: who it is, its public keys (a JWK set), and the scopes granted to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OAuthClient {
    pub client_id: String,
    pub jwks: serde_json::Value,
    pub scopes: Vec<String>,
}

/// How long an access token lives, in seconds: fixed, as at Okta.
pub const TOKEN_LIFE: i64 = 3600;
/// An assertion may not run for longer than this.
const ASSERTION_LIFE: i64 = 3600;

/// All tokens and clients of the org.
#[derive(Debug)]
pub struct Tokens {
    seed: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// API tokens with their scopes; `None` for all.
    api: HashMap<String, Option<Arc<[String]>>>,
    clients: HashMap<String, OAuthClient>,
    access: HashMap<String, Access>,
    /// Assertion ids that were used, with when they may be forgotten.
    used: HashMap<(String, String), i64>,
    issued: u64,
}

#[derive(Debug)]
struct Access {
    name: Arc<str>,
    scopes: Arc<[String]>,
    expires: i64,
}

/// Why the token endpoint refuses.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum OAuthError {
    #[error("{0}")]
    InvalidClient(String),
    #[error("{0}")]
    InvalidScope(String),
    #[error("{0}")]
    InvalidRequest(String),
    #[error("The grant type is not supported by this server.")]
    UnsupportedGrant,
}

#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    exp: i64,
    jti: Option<String>,
}

impl Tokens {
    pub fn new(seed: u64, token: &str, clients: Vec<OAuthClient>) -> Self {
        let tokens = Self { seed, state: Mutex::default() };
        tokens.lock().api.insert(token.to_owned(), None);
        clients.into_iter().for_each(|client| tokens.register(client));
        tokens
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers a service app, or replaces it.
    pub fn register(&self, client: OAuthClient) {
        self.lock().clients.insert(client.client_id.clone(), client);
    }

    /// Adds an API token that carries only `scopes`.
    pub fn add_api_token(&self, token: &str, scopes: Vec<String>) {
        self.lock().api.insert(token.to_owned(), Some(scopes.into()));
    }

    /// Ends an access token; fine when it never was one.
    pub fn revoke(&self, token: &str) {
        self.lock().access.remove(token);
    }

    /// Who the `Authorization` header says it is. The official Python SDK leaves out the blank after the scheme, and
    /// real orgs accept that, so it is accepted here.
    pub fn authenticate(&self, headers: &HeaderMap) -> Result<Principal, ApiError> {
        let Some(given) = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) else {
            return Err(ApiError::new(403, "E0000005", "Invalid session"));
        };
        if let Some(token) = after_scheme(given, "SSWS") {
            return self.by_api_token(token);
        }
        let bearer = after_scheme(given, "Bearer").or_else(|| after_scheme(given, "DPoP"));
        let state = self.lock();
        match bearer.and_then(|token| state.access.get(token)) {
            Some(access) if access.expires > wall() => {
                Ok(Principal::Scoped { name: access.name.clone(), scopes: access.scopes.clone() })
            }
            _ => Err(ApiError::invalid_token()),
        }
    }

    fn by_api_token(&self, token: &str) -> Result<Principal, ApiError> {
        match self.lock().api.get(token) {
            Some(None) => Ok(Principal::SuperAdmin { token: token.into() }),
            Some(Some(scopes)) => Ok(Principal::Scoped { name: token.into(), scopes: scopes.clone() }),
            None => Err(ApiError::invalid_token()),
        }
    }

    /// An access token for a service app that proves itself with `assertion`, made for one of `audiences`. Scopes that
    /// were not granted are an error, as at Okta for service apps.
    pub fn issue(
        &self,
        assertion: &str,
        scope: &str,
        audiences: &[String],
    ) -> Result<(String, String), OAuthError> {
        let claims = self.verify(assertion, audiences)?;
        let mut state = self.lock();
        self.reject_replay(&mut state, &claims)?;
        let granted = &state.clients[&claims.sub].scopes;
        let asked: Vec<String> = scope.split_whitespace().map(str::to_owned).collect();
        if asked.is_empty() {
            return Err(OAuthError::InvalidScope("The authorization server resource does not have any configured default scopes, 'scope' must be provided.".into()));
        }
        if let Some(refused) = asked.iter().find(|s| !granted.contains(s)) {
            return Err(OAuthError::InvalidScope(format!(
                "You are not allowed any of the requested scopes: {refused}."
            )));
        }
        state.issued += 1;
        let number = state.issued;
        let scope = asked.join(" ");
        let token = self.access_token(number, &claims.sub, &asked)?;
        let expires = wall() + TOKEN_LIFE * 1000;
        state.access.retain(|_, access| access.expires > wall());
        state.access.insert(token.clone(), Access { name: claims.sub.into(), scopes: asked.into(), expires });
        Ok((token, scope))
    }

    /// A JWT, as Okta's are; callers have to treat it as opaque, and this org looks it up instead of reading it.
    fn access_token(&self, number: u64, client: &str, scopes: &[String]) -> Result<String, OAuthError> {
        let now = wall() / 1000;
        let claims = serde_json::json!({
            "ver": 1, "jti": crate::ids::encode(self.seed, "AT.", number), "iat": now, "exp": now + TOKEN_LIFE,
            "cid": client, "sub": client, "scp": scopes,
        });
        let key = jsonwebtoken::EncodingKey::from_secret(&mix(self.seed).to_be_bytes());
        jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key)
            .map_err(|error| OAuthError::InvalidRequest(error.to_string()))
    }

    fn verify(&self, assertion: &str, audiences: &[String]) -> Result<Claims, OAuthError> {
        let invalid = |why: &str| OAuthError::InvalidClient(why.to_owned());
        let header = jsonwebtoken::decode_header(assertion)
            .map_err(|_| invalid("The client_assertion token is not a well-formed JWT."))?;
        use Algorithm::{ES256, ES384, RS256, RS384, RS512};
        if ![RS256, RS384, RS512, ES256, ES384].contains(&header.alg) {
            return Err(invalid("The client_assertion token has an unsupported signing algorithm."));
        }
        let client_id = jsonwebtoken::dangerous::insecure_decode_claims::<Claims>(assertion)
            .map_err(|_| invalid("The client_assertion token lacks a required claim."))?
            .sub;
        let keys = {
            let state = self.lock();
            let client = state
                .clients
                .get(&client_id)
                .ok_or_else(|| invalid("Invalid value for 'client_id' parameter."))?;
            serde_json::from_value::<JwkSet>(client.jwks.clone())
                .map_err(|_| invalid("The client's registered keys can't be read."))?
        };
        let fits = |key: &&jsonwebtoken::jwk::Jwk| header.kid.is_none() || key.common.key_id == header.kid;
        let mut validation = Validation::new(header.alg);
        validation.set_audience(audiences);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        validation.leeway = 60;
        let verified = keys.keys.iter().filter(fits).find_map(|key| {
            let key = DecodingKey::from_jwk(key).ok()?;
            Some(jsonwebtoken::decode::<Claims>(assertion, &key, &validation).map(|data| data.claims))
        });
        let claims = match verified {
            None => return Err(invalid("A 'kid' is required to be present and known to the client.")),
            Some(Err(error)) => return Err(invalid(&explain(&error))),
            Some(Ok(claims)) => claims,
        };
        if claims.iss != claims.sub {
            return Err(invalid(
                "The issuer and subject of the client_assertion token must be the client id.",
            ));
        }
        if claims.exp > wall() / 1000 + ASSERTION_LIFE + 60 {
            return Err(invalid("The client_assertion token has an expiration too far into the future."));
        }
        Ok(claims)
    }

    fn reject_replay(&self, state: &mut State, claims: &Claims) -> Result<(), OAuthError> {
        let Some(jti) = &claims.jti else { return Ok(()) };
        let now = wall() / 1000;
        state.used.retain(|_, until| *until > now);
        match state.used.insert((claims.sub.clone(), jti.clone()), claims.exp + 60) {
            None => Ok(()),
            Some(_) => {
                Err(OAuthError::InvalidClient("The client_assertion token has already been used.".into()))
            }
        }
    }
}

fn explain(error: &jsonwebtoken::errors::Error) -> String {
    use jsonwebtoken::errors::ErrorKind;
    match error.kind() {
        ErrorKind::ExpiredSignature => "The client_assertion token is expired.",
        ErrorKind::InvalidAudience => {
            "The audience claim for client_assertion must be the endpoint invoked for the request."
        }
        ErrorKind::InvalidSignature => "The client_assertion signature is invalid.",
        _ => "The client_assertion token is invalid.",
    }
    .to_owned()
}

fn after_scheme<'a>(given: &'a str, scheme: &str) -> Option<&'a str> {
    let (head, rest) = given.split_at_checked(scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then(|| rest.trim_start())
}
