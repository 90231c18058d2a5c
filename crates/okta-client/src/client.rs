//! The client itself: one org, one set of credentials, what it may spend. How a request is sent is told in `send`.

use crate::chance;
use crate::lanes::Lanes;
use crate::limits::Limits;
use crate::token::Signer;
use crate::wait::{Notice, Watcher};
use crate::{Credentials, Error, OrgUrl};
use domain::Timestamp;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// What one call may spend.
#[derive(Debug, Clone)]
pub struct Settings {
    /// For the name, the connection and TLS.
    pub connect_timeout: Duration,
    /// For one try of one call, with its body.
    pub timeout: Duration,
    /// How often a failed read is tried again.
    pub retries: u32,
    /// The first pause before a retry; it doubles each time, up to 20 s, less some jitter.
    pub backoff: Duration,
    /// How long one call may wait for rate limits before it gives up with [`Error::RateLimited`].
    pub patience: Duration,
    /// Requests side by side.
    pub parallel: usize,
    /// Most bytes of one reply, after decompression.
    pub body_limit: usize,
    /// Ask for compressed replies.
    pub gzip: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(60),
            retries: 4,
            backoff: Duration::from_millis(500),
            patience: Duration::from_secs(15 * 60),
            parallel: 8,
            body_limit: 64 << 20,
            gzip: true,
        }
    }
}

/// A client of one org. Cheap to clone: clones share connections, limits and access token.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
    pub(crate) watcher: Option<Watcher>,
    pub(crate) cancel: CancellationToken,
}

pub(crate) struct Inner {
    pub org: OrgUrl,
    pub http: Http,
    pub settings: Settings,
    pub signer: Signer,
    pub limits: Limits,
    pub lanes: Lanes,
    pub skew: Skew,
}

impl Client {
    /// Checks the credentials' form; sends nothing, and loads nothing that only sending needs.
    pub fn new(org: OrgUrl, credentials: Credentials, settings: Settings) -> Result<Self, Error> {
        let inner = Inner {
            http: Http::default(),
            signer: Signer::new(credentials)?,
            limits: Limits::default(),
            lanes: Lanes::new(settings.parallel),
            skew: Skew::default(),
            settings,
            org,
        };
        Ok(Self { inner: Arc::new(inner), watcher: None, cancel: CancellationToken::new() })
    }

    /// The org this client talks to.
    pub fn org_url(&self) -> &OrgUrl {
        &self.inner.org
    }

    /// A clone that tells `watcher` of every wait. It is called from within the waiting call and must return at once.
    #[must_use]
    pub fn on_wait(&self, watcher: impl Fn(Notice) + Send + Sync + 'static) -> Self {
        Self { watcher: Some(Arc::new(watcher)), ..self.clone() }
    }

    /// A clone whose calls end with [`Error::Cancelled`] once `token` is cancelled, wherever they stand.
    #[must_use]
    pub fn cancelled_by(&self, token: CancellationToken) -> Self {
        Self { cancel: token, ..self.clone() }
    }

    /// The scopes the org granted to the service app, as of the last access token; `None` for an API token, which
    /// has its owner's rights, and before the first call.
    pub async fn granted_scopes(&self) -> Option<Vec<Box<str>>> {
        self.inner.signer.granted().await
    }

    /// Asks for these scopes beside those of the credentials from now on, and for no others: what an unlocked org needs is
    /// not asked for while it is locked. An access token that was got before is not used again. Nothing is sent.
    pub async fn ask_also(&self, scopes: &[&str]) {
        self.inner.signer.ask_also(scopes).await;
    }

    /// Gets an access token, if there is none yet, and tells the scopes granted with it; `None` for an API token.
    pub async fn sign_in(&self) -> Result<Option<Vec<Box<str>>>, Error> {
        self.inner.signer.authorization(&self.inner).await?;
        Ok(self.granted_scopes().await)
    }

    pub(crate) fn pause_before_retry(&self, failures: u32) -> Duration {
        let base = self.inner.settings.backoff.saturating_mul(1 << failures.min(16));
        chance::jittered(base.min(Duration::from_secs(20)))
    }
}

/// The connections, made by the first call: reading the system's certificates takes a tenth of a second, in which a window
/// that opens has long shown its rows.
#[derive(Default)]
pub(crate) struct Http(OnceLock<reqwest::Client>);

impl Inner {
    /// The connections.
    pub fn http(&self) -> Result<&reqwest::Client, Error> {
        if let Some(made) = self.http.0.get() {
            return Ok(made);
        }
        let mut http = reqwest::Client::builder()
            .user_agent("Postern/0.1")
            .connect_timeout(self.settings.connect_timeout)
            .gzip(self.settings.gzip)
            // The API never redirects; what does is not the org, and would be handed the token.
            .redirect(reqwest::redirect::Policy::none());
        if self.org.is_loopback() {
            http = http.no_proxy();
        }
        let made = http.build().map_err(|error| Error::Setup(chain(&error).into()))?;
        // Of two first calls at once, one set of connections is used by both.
        Ok(self.http.0.get_or_init(|| made))
    }
}

/// By how much the server's clock is ahead of this machine's, in milliseconds; learnt from every reply.
#[derive(Debug, Default)]
pub(crate) struct Skew(AtomicI64);

impl Skew {
    pub fn learn(&self, server: Timestamp, local: Timestamp) {
        self.0.store(server.since(local), Ordering::Relaxed);
    }

    /// The server's time, as well as it is known.
    pub fn server_now(&self, local: Timestamp) -> Timestamp {
        Timestamp(local.0.saturating_add(self.0.load(Ordering::Relaxed)))
    }
}

/// An error with what caused it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}
