//! How a call is sent: held back for the rate limit and signed; and how a read is tried again where that may help, and
//! stopped when cancelled. A write takes one try at a time from here and decides by itself (see `write`).

use crate::bucket::bucket;
use crate::page::Broken;
use crate::refusal::{self, Refusal};
use crate::wait::{Wait, Why, wait};
use crate::{Client, Error, clock, headers, unreachable};
use domain::Timestamp;
use reqwest::Method;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER,
};
use std::time::{Duration, Instant};
use url::Url;

/// One call.
pub(crate) struct Call {
    pub url: Url,
    /// What it needs, to be named when it is refused.
    pub scope: Option<&'static str>,
    /// Whether the credentials are sent along.
    pub signed: bool,
    /// JSON to send; only writes have any.
    pub body: Option<Box<str>>,
}

/// A reply, with what is read from its headers.
pub(crate) struct Reply {
    pub body: String,
    pub next: Option<Box<str>>,
    pub server_time: Timestamp,
    pub request_id: Option<Box<str>>,
}

/// What one try came to, if not to a reply.
pub(crate) enum Failure {
    /// Trying again won't help.
    Final(Error),
    /// The network, a gateway or the org's server stumbled.
    Transient(Error),
    /// There was no connection at all: tried again once, as waking machines need a moment.
    Unconnected(Error),
    /// The window is used up; `after` where the headers told nothing that the limits understood.
    RateLimited {
        after: Option<Duration>,
    },
    TooManyAtOnce,
    /// The access token of this number is not accepted.
    Stale(Error, u64),
}

/// How a call has fared so far.
#[derive(Default)]
pub(crate) struct History {
    failures: u32,
    /// Rate-limit answers in a row, to back off further when the resets lie.
    refusals: u32,
    waited: Duration,
    renewed: bool,
}

impl Client {
    /// Sends `call` until it succeeds or there is no point in going on; `read` makes sense of the body.
    pub(crate) async fn get<R>(
        &self,
        call: &Call,
        read: impl Fn(&str) -> Result<R, Broken>,
    ) -> Result<(R, Reply), Error> {
        self.cancel
            .run_until_cancelled(self.get_uncancelled(call, read))
            .await
            .unwrap_or(Err(Error::Cancelled))
    }

    async fn get_uncancelled<R>(
        &self,
        call: &Call,
        read: impl Fn(&str) -> Result<R, Broken>,
    ) -> Result<(R, Reply), Error> {
        let bucket = bucket(call.url.path());
        let mut history = History::default();
        loop {
            self.hold_back(&bucket, call, &mut history).await?;
            let failure = match self.attempt(&bucket, call, Method::GET).await {
                Ok(reply) => match read(&reply.body) {
                    Ok(value) => {
                        self.inner.lanes.went_well();
                        return Ok((value, reply));
                    }
                    Err(broken) if broken.cut => {
                        Failure::Transient(malformed(call, broken, reply.request_id))
                    }
                    Err(broken) => Failure::Final(malformed(call, broken, reply.request_id)),
                },
                Err(failure) => failure,
            };
            self.recover(failure, &bucket, call, &mut history).await?;
        }
    }

    /// Waits for the bucket, and counts the call.
    pub(crate) async fn hold_back(
        &self,
        bucket: &str,
        call: &Call,
        history: &mut History,
    ) -> Result<(), Error> {
        while let Some(delay) = self.inner.limits.admit(bucket, Instant::now()) {
            let remaining = Some(delay.remaining);
            self.rest(bucket, call, delay.why, delay.lasts, (Some(delay.limit), remaining), history).await?;
            if delay.why == Why::Spread {
                break; // Admitted already; a used-up window has to be asked again.
            }
        }
        Ok(())
    }

    /// Waits, unless that would be longer than the caller has patience for.
    async fn rest(
        &self,
        bucket: &str,
        call: &Call,
        why: Why,
        lasts: Duration,
        (limit, remaining): (Option<u32>, Option<u32>),
        history: &mut History,
    ) -> Result<(), Error> {
        if why != Why::Retry {
            history.waited += lasts;
            if history.waited > self.inner.settings.patience {
                return Err(Error::RateLimited { path: call.url.path().into(), reset: lasts });
            }
        }
        let until =
            Timestamp(clock::now().0.saturating_add(i64::try_from(lasts.as_millis()).unwrap_or(i64::MAX)));
        let notice = Wait { bucket: bucket.into(), why, lasts, until, limit, remaining };
        wait(self.watcher.as_ref(), notice).await;
        Ok(())
    }

    /// Prepares the next try, or gives the error back when there is none.
    pub(crate) async fn recover(
        &self,
        failure: Failure,
        bucket: &str,
        call: &Call,
        history: &mut History,
    ) -> Result<(), Error> {
        let unknown = (None, None);
        match failure {
            Failure::Final(error) => Err(error),
            Failure::Transient(error) | Failure::Unconnected(error) => {
                let most = match &error {
                    Error::Unreachable { cause, .. } if *cause != crate::Cause::Cut => 1,
                    _ => self.inner.settings.retries,
                };
                if history.failures >= most.min(self.inner.settings.retries) {
                    return Err(error);
                }
                tracing::debug!(path = call.url.path(), %error, "a read failed and is tried again");
                let pause = self.pause_before_retry(history.failures);
                history.failures += 1;
                self.rest(bucket, call, Why::Retry, pause, unknown, history).await
            }
            Failure::RateLimited { after } => {
                history.refusals += 1;
                // With readable headers the limits hold the next try back; more 429 after the reset need more.
                let extra = self.pause_before_retry(history.refusals.saturating_sub(1));
                match after {
                    Some(after) => {
                        self.rest(bucket, call, Why::RateLimit, after + extra, unknown, history).await
                    }
                    None if history.refusals > 1 => {
                        self.rest(bucket, call, Why::RateLimit, extra, unknown, history).await
                    }
                    None => Ok(()),
                }
            }
            Failure::TooManyAtOnce => {
                self.inner.lanes.narrow();
                history.refusals += 1;
                let pause = self.pause_before_retry(history.refusals);
                self.rest(bucket, call, Why::Concurrency, pause, unknown, history).await
            }
            Failure::Stale(error, _) if history.renewed => Err(error),
            Failure::Stale(_, number) => {
                history.renewed = true;
                self.inner.signer.forget(number).await;
                Ok(())
            }
        }
    }

    /// One try.
    pub(crate) async fn attempt(&self, bucket: &str, call: &Call, method: Method) -> Result<Reply, Failure> {
        let inner = &*self.inner;
        let path = call.url.path();
        let (authorization, token_number) = match call.signed {
            true => inner.signer.authorization(inner).await.map_err(Failure::Final)?.into_parts(),
            false => (None, None),
        };
        let lane = inner.lanes.enter().await;
        let mut request = inner
            .http()
            .map_err(Failure::Final)?
            .request(method.clone(), call.url.clone())
            .timeout(inner.settings.timeout)
            .header(ACCEPT, "application/json");
        match &call.body {
            Some(body) => {
                request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
            }
            // Okta answers 411 to a post without a body that does not say so.
            None if method == Method::POST => request = request.header(CONTENT_LENGTH, "0"),
            None => {}
        }
        if let Some(value) = authorization {
            request = request.header(AUTHORIZATION, value);
        }
        let failed = |error: reqwest::Error| {
            let connected = !error.is_connect();
            let error = unreachable::classify(&error, path, inner.settings.timeout);
            if connected { Failure::Transient(error) } else { Failure::Unconnected(error) }
        };
        let response = request.send().await.map_err(failed)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let local = clock::now();
        let server_time = headers::date(&headers);
        if let Some(server) = server_time {
            inner.skew.learn(server, local);
        }
        inner.limits.learn(bucket, &headers, local.0.div_euclid(1000), Instant::now());
        let body = read_body(response, path, inner.settings.body_limit, failed).await?;
        drop(lane);
        if (200..300).contains(&status) {
            let next = headers::next_link(&headers).map(Into::into);
            let request_id = headers::request_id(&headers);
            return Ok(Reply {
                body: as_text(body),
                next,
                server_time: server_time.unwrap_or(local),
                request_id,
            });
        }
        Err(refused(status, path, &headers, &body, call.scope, token_number))
    }
}

/// What a status other than success calls for.
fn refused(
    status: u16,
    path: &str,
    headers: &HeaderMap,
    body: &[u8],
    scope: Option<&str>,
    token_number: Option<u64>,
) -> Failure {
    if (300..400).contains(&status) {
        let target = headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let host =
            target.and_then(|text| Url::parse(text).ok()).and_then(|url| url.host_str().map(Into::into));
        return Failure::Final(Error::ForeignLink {
            path: path.into(),
            host: host.unwrap_or("unnamed".into()),
        });
    }
    if status == 429 {
        return match headers::number(headers, "x-rate-limit-limit") {
            Some(0) => Failure::TooManyAtOnce,
            Some(_) if headers::number(headers, "x-rate-limit-reset").is_some() => {
                Failure::RateLimited { after: None }
            }
            _ => {
                let after =
                    headers::number(headers, RETRY_AFTER.as_str()).and_then(|n| u64::try_from(n).ok());
                Failure::RateLimited { after: Some(Duration::from_secs(after.unwrap_or(5))) }
            }
        };
    }
    let error = refusal::decide(Refusal::read(status, path, headers, body), headers, scope);
    match (&error, token_number) {
        (Error::Server(_), _) => Failure::Transient(error),
        (Error::Unauthorized(_), Some(number)) => Failure::Stale(error, number),
        _ => Failure::Final(error),
    }
}

/// Collects the body, up to the limit.
async fn read_body(
    mut response: reqwest::Response,
    path: &str,
    limit: usize,
    failed: impl Fn(reqwest::Error) -> Failure,
) -> Result<Vec<u8>, Failure> {
    let expected = response.content_length().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let mut body = Vec::with_capacity(expected.min(limit));
    while let Some(chunk) = response.chunk().await.map_err(&failed)? {
        if body.len() + chunk.len() > limit {
            return Err(Failure::Final(Error::TooLarge { path: path.into(), limit }));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The body as text. Bytes that are not UTF-8 are replaced: one garbled name must not cost the page.
fn as_text(body: Vec<u8>) -> String {
    String::from_utf8(body).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn malformed(call: &Call, broken: Broken, request_id: Option<Box<str>>) -> Error {
    Error::Malformed { path: call.url.path().into(), byte: broken.byte, reason: broken.reason, request_id }
}
