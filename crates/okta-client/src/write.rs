//! How a change of the org is sent: admitted by the rate limit first, then once. What was turned away at the door may knock
//! again; after anything that may have arrived the outcome is unknown, and whoever asked has to read before saying more.

use crate::bucket::bucket;
use crate::send::{Call, Failure, History};
use crate::{Client, Error};
use domain::Timestamp;
use reqwest::Method;
use std::time::{Duration, Instant};

const REQUEST_TIMEOUT: u16 = 408;

/// The org took the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The id by which Okta can find the request.
    pub request_id: Option<Box<str>>,
    pub server_time: Timestamp,
}

/// Why there is no receipt.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The org refused it, or the request never left: nothing changed.
    #[error("not done: {0}")]
    NotDone(Error),
    /// The window was used up, or the access token had run out: nothing changed, and it may knock again. What was read
    /// before is old by then.
    #[error("turned away at the door: {0}")]
    TurnedAway(Error),
    /// The request may have arrived, and the org may have acted on it.
    #[error("outcome unknown: {0}")]
    Unknown(Error),
}

impl Client {
    /// Waits until the rate limit has room for a change, and counts it. Answers how long that took: whoever read the object
    /// before a long wait reads it again.
    pub(crate) async fn admit(&self, call: &Call) -> Result<Duration, Error> {
        let begun = Instant::now();
        self.hold_back(&bucket(call.url.path()), call, &mut History::default()).await?;
        Ok(begun.elapsed())
    }

    /// Sends a change that was admitted, once. It is not stopped by the client's cancel token: a request that was cut off
    /// half-way would have an unknown outcome.
    pub(crate) async fn change(&self, method: Method, call: &Call) -> Result<Receipt, WriteError> {
        self.change_and_hear(method, call).await.map(|(receipt, _)| receipt)
    }

    /// The same, with the body of the org's answer.
    pub(crate) async fn change_and_hear(
        &self,
        method: Method,
        call: &Call,
    ) -> Result<(Receipt, String), WriteError> {
        let bucket = bucket(call.url.path());
        let failure = match self.attempt(&bucket, call, method).await {
            Ok(reply) => {
                self.inner.lanes.went_well();
                let receipt = Receipt { request_id: reply.request_id, server_time: reply.server_time };
                return Ok((receipt, reply.body));
            }
            Err(failure) => failure,
        };
        match failure {
            // The answer was there and could not be followed or held: it says nothing of what was done.
            Failure::Final(error @ (Error::ForeignLink { .. } | Error::TooLarge { .. })) => {
                Err(WriteError::Unknown(error))
            }
            // A proxy lost its patience, maybe after it had passed everything on. The org itself never says this.
            Failure::Final(Error::BadRequest(refusal)) if refusal.status == REQUEST_TIMEOUT => {
                Err(WriteError::Unknown(Error::BadRequest(refusal)))
            }
            Failure::Final(error) | Failure::Unconnected(error) => Err(WriteError::NotDone(error)),
            Failure::Transient(error) => Err(WriteError::Unknown(error)),
            Failure::Stale(error, number) => {
                self.inner.signer.forget(number).await;
                Err(WriteError::TurnedAway(error))
            }
            // Waits where the headers told nothing that the limits understood; else the next admission does.
            refused @ (Failure::RateLimited { .. } | Failure::TooManyAtOnce) => {
                let path = call.url.path().into();
                self.recover(refused, &bucket, call, &mut History::default())
                    .await
                    .map_err(WriteError::NotDone)?;
                Err(WriteError::TurnedAway(Error::RateLimited { path, reset: Duration::ZERO }))
            }
        }
    }
}
