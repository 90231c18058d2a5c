//! How a request proves who sends it: an SSWS token as it is, or an access token that a signed assertion is exchanged
//! for. Source: <https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/>.

use crate::client::Inner;
use crate::private_key::{self, SigningKey};
use crate::{Credentials, Error, KeyProblem, Secret, chance, clock, headers, unreachable};
use reqwest::header::{ACCEPT, HeaderValue};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

pub(crate) enum Signer {
    Fixed(HeaderValue),
    App(Box<ServiceApp>),
}

pub(crate) struct ServiceApp {
    client_id: Box<str>,
    key_id: Option<Box<str>>,
    scopes: Vec<Box<str>>,
    key: SigningKey,
    token: Mutex<Held>,
}

/// The access token in use. The number tells tokens apart, so that of several calls that fail at once only the first
/// asks for a new one.
#[derive(Default)]
struct Held {
    number: u64,
    token: Option<(HeaderValue, Instant)>,
    scopes: Option<Vec<Box<str>>>,
    /// What is asked for since the org refused to grant everything.
    grantable: Option<Vec<Box<str>>>,
    /// Asked for beside the scopes of the credentials.
    also: Vec<Box<str>>,
}

/// The value for the header, and the number of the token in it.
pub(crate) struct Authorization {
    value: HeaderValue,
    number: Option<u64>,
}

impl Authorization {
    pub fn into_parts(self) -> (Option<HeaderValue>, Option<u64>) {
        (Some(self.value), self.number)
    }
}

/// A token is renewed this long before it ends, so that it does not end on the way.
const MARGIN: Duration = Duration::from_secs(120);
/// Okta's tokens live for an hour. One that claims to live longer than this is asked for anew: what the reply says is not
/// to be trusted as far as the end of all clocks.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

impl Signer {
    pub fn new(credentials: Credentials) -> Result<Self, Error> {
        match credentials {
            Credentials::ApiToken(token) => Ok(Self::Fixed(header("SSWS", &token)?)),
            Credentials::PrivateKeyJwt { client_id, key, key_id, scopes } => {
                let key = private_key::read(key.expose())?;
                let key_id = key_id.or_else(|| key.id.clone());
                let app = ServiceApp { client_id, key_id, scopes, key, token: Mutex::default() };
                Ok(Self::App(Box::new(app)))
            }
        }
    }

    pub async fn authorization(&self, inner: &Inner) -> Result<Authorization, Error> {
        let app = match self {
            Self::Fixed(value) => return Ok(Authorization { value: value.clone(), number: None }),
            Self::App(app) => app,
        };
        // Held over the exchange on purpose: everyone needs the same token, and one request brings it.
        let mut held = app.token.lock().await;
        if let Some((value, until)) = &held.token
            && Instant::now() < *until
        {
            return Ok(Authorization { value: value.clone(), number: Some(held.number) });
        }
        let all: Vec<Box<str>> = app.scopes.iter().chain(&held.also).cloned().collect();
        let granted = app.exchange_grantable(inner, &all, &mut held.grantable).await?;
        let secret = Secret::new(granted.access_token);
        let value = header("Bearer", &secret)?;
        let lifetime = Duration::from_secs(granted.expires_in).min(LONGEST);
        let until = Instant::now() + lifetime.saturating_sub(MARGIN.min(lifetime / 2));
        held.number += 1;
        held.token = Some((value.clone(), until));
        held.scopes = Some(granted.scope.split_whitespace().map(Into::into).collect());
        Ok(Authorization { value, number: Some(held.number) })
    }

    /// Drops the token of this number, if it is still the one in use.
    pub async fn forget(&self, number: u64) {
        if let Self::App(app) = self {
            let mut held = app.token.lock().await;
            if held.number == number {
                held.token = None;
            }
        }
    }

    /// Changes what is asked for beside the credentials' own scopes.
    pub async fn ask_also(&self, scopes: &[&str]) {
        if let Self::App(app) = self {
            let mut held = app.token.lock().await;
            let also: Vec<Box<str>> = scopes
                .iter()
                .map(|scope| Box::from(*scope))
                .filter(|scope| !app.scopes.contains(scope))
                .collect();
            if held.also != also {
                // The number stays: a call that fails with the old token must not be taken for one with the new.
                (held.also, held.token, held.scopes, held.grantable) = (also, None, None, None);
            }
        }
    }

    pub async fn granted(&self) -> Option<Vec<Box<str>>> {
        match self {
            Self::Fixed(_) => None,
            Self::App(app) => app.token.lock().await.scopes.clone(),
        }
    }
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: String,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: u64,
    #[serde(default)]
    scope: String,
}

#[derive(Default, Deserialize)]
struct Refused {
    error: Option<Box<str>>,
    error_description: Option<Box<str>>,
    /// The end point answers some failures with Okta's own error object.
    #[serde(rename = "errorCode")]
    code: Option<Box<str>>,
    #[serde(rename = "errorSummary")]
    summary: Option<Box<str>>,
}

/// What one exchange came to, if not to a token.
enum Failure {
    Final(Error),
    /// Worth another try: the network failed, or the assertion was dated by a clock that has since been put right.
    Again(Error),
}

impl ServiceApp {
    /// A token with as many of the scopes as are granted to this app. A single one that is not makes the org refuse them
    /// all, and which one it was is told in words only: so each is tried by itself, and what went through is asked for
    /// from then on. The calls that need another are refused one by one.
    async fn exchange_grantable(
        &self,
        inner: &Inner,
        all: &[Box<str>],
        grantable: &mut Option<Vec<Box<str>>>,
    ) -> Result<Granted, Error> {
        let asked = grantable.as_deref().unwrap_or(all);
        match self.exchange(inner, &asked.join(" ")).await {
            Err(error) if refuses_scope(&error) => {}
            done => return done,
        }
        let mut known = Vec::new();
        for scope in all {
            match self.exchange(inner, scope).await {
                Ok(_) => known.push(scope.clone()),
                Err(error) if refuses_scope(&error) => {
                    tracing::warn!(scope, "the org does not grant this scope to the app");
                }
                Err(error) => return Err(error),
            }
        }
        if known.is_empty() {
            let description = format!("grant the app at least one of {}", all.join(", "));
            let (error, description) = (INVALID_SCOPE.into(), Some(description.into()));
            return Err(Error::TokenRefused { error, description, request_id: None });
        }
        let granted = self.exchange(inner, &known.join(" ")).await?;
        *grantable = Some(known);
        Ok(granted)
    }

    async fn exchange(&self, inner: &Inner, scope: &str) -> Result<Granted, Error> {
        let mut tries = 0;
        loop {
            match self.exchange_once(inner, scope).await {
                Ok(granted) => return Ok(granted),
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Again(error)) if tries >= inner.settings.retries.min(2) => return Err(error),
                Err(Failure::Again(error)) => {
                    tracing::debug!(%error, "the token exchange failed and is tried again");
                    tokio::time::sleep(chance::jittered(inner.settings.backoff.saturating_mul(1 << tries)))
                        .await;
                    tries += 1;
                }
            }
        }
    }

    async fn exchange_once(&self, inner: &Inner, scope: &str) -> Result<Granted, Failure> {
        let url = inner.org.at("/oauth2/v1/token");
        let dated = inner.skew.server_now(clock::now());
        let assertion = self.assertion(url.as_str(), dated.0.div_euclid(1000)).map_err(Failure::Final)?;
        let form = [
            ("grant_type", "client_credentials"),
            ("scope", scope),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertion),
        ];
        let path = url.path().to_owned();
        let failed = |error: reqwest::Error| {
            Failure::Again(unreachable::classify(&error, &path, inner.settings.timeout))
        };
        let request = inner
            .http()
            .map_err(Failure::Final)?
            .post(url)
            .timeout(inner.settings.timeout)
            .header(ACCEPT, "application/json")
            .form(&form);
        let response = request.send().await.map_err(failed)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        if let Some(server) = headers::date(&headers) {
            inner.skew.learn(server, clock::now());
        }
        let body = response.bytes().await.map_err(failed)?;
        let request_id = headers::request_id(&headers);
        if status == 200 {
            return serde_json::from_slice(&body).map_err(|error| {
                let reason = error.to_string().into();
                Failure::Final(Error::Malformed {
                    path: path.as_str().into(),
                    byte: error.column(),
                    reason,
                    request_id,
                })
            });
        }
        let refused: Refused = serde_json::from_slice(&body).unwrap_or_default();
        let error = refused.error.or(refused.code).unwrap_or_else(|| format!("HTTP {status}").into());
        if matches!(&*error, "use_dpop_nonce" | "invalid_dpop_proof") {
            return Err(Failure::Final(Error::DpopRequired));
        }
        let clock_was_wrong = dated.since(inner.skew.server_now(clock::now())).unsigned_abs()
            > CLOCK_TOLERANCE.as_millis() as u64;
        let description = refused.error_description.or(refused.summary);
        let told = Error::TokenRefused { error, description, request_id };
        // Each try signs a new assertion, so that nothing is used twice.
        Err(if status >= 500 || status == 429 || clock_was_wrong {
            Failure::Again(told)
        } else {
            Failure::Final(told)
        })
    }

    fn assertion(&self, audience: &str, now: i64) -> Result<String, Error> {
        let claims = Claims {
            iss: &self.client_id,
            sub: &self.client_id,
            aud: audience,
            iat: now,
            exp: now + 300,
            jti: chance::unique(),
        };
        let mut head = jsonwebtoken::Header::new(self.key.algorithm);
        head.kid = self.key_id.as_deref().map(Into::into);
        let kind = if self.key.algorithm == jsonwebtoken::Algorithm::RS256 { "RSA" } else { "EC P-256" };
        jsonwebtoken::encode(&head, &claims, &self.key.key).map_err(|_| KeyProblem::Damaged(kind).into())
    }
}

/// OAuth's word for a scope that is unknown or not granted.
const INVALID_SCOPE: &str = "invalid_scope";

fn refuses_scope(error: &Error) -> bool {
    matches!(error, Error::TokenRefused { error, .. } if &**error == INVALID_SCOPE)
}

/// An assertion that was off by more than this may have been refused for its date.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(30);

fn header(scheme: &str, secret: &Secret) -> Result<HeaderValue, KeyProblem> {
    let text = zeroize::Zeroizing::new(format!("{scheme} {}", secret.expose().trim()));
    let mut value = HeaderValue::from_str(&text).map_err(|_| KeyProblem::NotHeaderSafe)?;
    value.set_sensitive(true);
    Ok(value)
}
