//! How a change of the org is sent: once. What certainly did not reach the org may go out again (a window used up, a token
//! renewed); after anything else the outcome is unknown, and whoever asked has to read before saying more.

use crate::bucket::bucket;
use crate::send::{Call, Failure, History};
use crate::{Client, Error};
use domain::Timestamp;
use reqwest::Method;

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
    /// The request may have arrived, and the org may have acted on it.
    #[error("outcome unknown: {0}")]
    Unknown(Error),
}

impl WriteError {
    /// The error itself.
    pub fn error(&self) -> &Error {
        match self {
            Self::NotDone(error) | Self::Unknown(error) => error,
        }
    }
}

impl Client {
    /// Sends a change. Waits for the rate limit like a read does. It is not stopped by the client's cancel token: a request
    /// that was cut off half-way would have an unknown outcome.
    pub(crate) async fn change(&self, method: Method, call: &Call) -> Result<Receipt, WriteError> {
        let bucket = bucket(call.url.path());
        let mut history = History::default();
        loop {
            self.hold_back(&bucket, call, &mut history).await.map_err(WriteError::NotDone)?;
            let failure = match self.attempt(&bucket, call, method.clone()).await {
                Ok(reply) => {
                    self.inner.lanes.went_well();
                    return Ok(Receipt { request_id: reply.request_id, server_time: reply.server_time });
                }
                Err(failure) => failure,
            };
            match failure {
                // The answer was there and could not be followed or held: it says nothing of what was done.
                Failure::Final(error @ (Error::ForeignLink { .. } | Error::TooLarge { .. })) => {
                    return Err(WriteError::Unknown(error));
                }
                // A proxy lost its patience, maybe after it had passed everything on. The org itself never says this.
                Failure::Final(Error::BadRequest(refusal)) if refusal.status == REQUEST_TIMEOUT => {
                    return Err(WriteError::Unknown(Error::BadRequest(refusal)));
                }
                Failure::Final(error) | Failure::Unconnected(error) => {
                    return Err(WriteError::NotDone(error));
                }
                Failure::Transient(error) => return Err(WriteError::Unknown(error)),
                // Refused at the door: nothing was done, so it may knock again.
                refused @ (Failure::RateLimited { .. } | Failure::TooManyAtOnce | Failure::Stale(..)) => {
                    self.recover(refused, &bucket, call, &mut history).await.map_err(WriteError::NotDone)?;
                }
            }
        }
    }
}
