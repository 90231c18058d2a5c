//! How one step of a change is carried out, whatever it changes: reads, sends and writes the journal as the machine in `domain`
//! says. Knows neither what is read nor what is sent; both are the errand's.

use crate::intents::{Halt, door_stays_shut};
use contract::Failure;
use domain::{Act, Heard, StepState};
use std::time::Duration;

/// A read before a request is good for so long.
const FRESH: Duration = Duration::from_secs(1);
/// So often a step that is turned away knocks again. Each time but the first waits for the reset that the org told.
const KNOCKS: u32 = 8;
/// Half of the first pause before it does.
const KNOCK: Duration = Duration::from_millis(50);

/// A read that brought nothing.
pub(crate) enum Unread {
    /// For a reason that lies in this step alone.
    ThisOne(Failure),
    /// For one that every other read would meet.
    Any(Halt),
}

impl From<Unread> for Halt {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::ThisOne(failure) => Self(failure),
            Unread::Any(halt) => halt,
        }
    }
}

/// How far a step came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Came {
    /// To its end.
    ToItsEnd,
    /// It was held before it was sent.
    Held,
    /// It was sent, and what came of it will be known later.
    Outstanding,
}

/// One step under way.
pub(crate) trait Errand: Send {
    /// What a read shows.
    type Seen: Send;

    /// What the journal holds.
    fn state(&self) -> StepState;
    /// The machine's word.
    fn next(&self, heard: &Heard<Self::Seen>) -> Act;
    /// Reads the object by itself.
    fn read(&mut self) -> impl Future<Output = Result<Self::Seen, Unread>> + Send;
    /// Reads until the answer holds still; `None` where nothing can be said yet.
    fn read_until_still(&mut self) -> impl Future<Output = Result<Option<Self::Seen>, Halt>> + Send;
    /// Waits for the rate limit; answers how long.
    fn admit(&self) -> impl Future<Output = Result<Duration, Halt>> + Send;
    /// Writes down that it is going to be sent; when this answers `true`, that is on the disk.
    fn claim(&mut self) -> impl Future<Output = Result<bool, Halt>> + Send;
    /// Sends it, once.
    fn send(&mut self) -> impl Future<Output = Heard<Self::Seen>> + Send;
    /// Writes a state into the journal; when this returns, it is on the disk.
    fn record(&mut self, state: StepState) -> impl Future<Output = Result<(), Halt>> + Send;
    /// Writes down that the claimed step did nothing.
    fn put_back(&mut self) -> impl Future<Output = Result<(), Halt>> + Send;
    /// What went wrong, as far as it stands in the step.
    fn failure(&mut self) -> &mut Option<Failure>;
    /// Says why it ends so.
    fn explain(&mut self, state: StepState);
}

/// Carries an errand out, as far as it goes.
pub(crate) async fn run<E: Errand>(errand: &mut E) -> Result<Came, Halt> {
    let came = walk(errand).await;
    if let Err(halt) = &came
        && errand.state() == StepState::Sending
    {
        // What may have been sent must not look as if it still were on its way.
        errand.failure().get_or_insert_with(|| halt.0.clone());
        errand.record(StepState::Unknown).await?;
    }
    came
}

async fn walk<E: Errand>(errand: &mut E) -> Result<Came, Halt> {
    let (mut heard, mut admitted, mut knocks) = (Heard::Nothing, false, 0);
    loop {
        heard = match errand.next(&heard) {
            Act::Over => return Ok(Came::ToItsEnd),
            Act::Read => match errand.read().await {
                Ok(seen) => Heard::Read(seen),
                Err(Unread::ThisOne(failure)) if errand.state() == StepState::Waiting => {
                    *errand.failure() = Some(failure);
                    errand.record(StepState::Refused).await?;
                    return Ok(Came::ToItsEnd);
                }
                Err(unread) => return Err(unread.into()),
            },
            // What was read before a long wait is old: it is read again, with the call's place kept.
            Act::Send if !admitted && errand.admit().await? > FRESH => {
                admitted = true;
                Heard::Read(errand.read().await?)
            }
            Act::Send if !errand.claim().await? => return Ok(Came::Held),
            Act::Send => {
                admitted = false;
                errand.send().await
            }
            Act::RecordAndRead(state) => {
                errand.record(state).await?;
                Heard::Read(errand.read().await?)
            }
            Act::ReadUntilStill => match errand.read_until_still().await? {
                Some(seen) => Heard::StillRead(seen),
                None => {
                    if errand.state() == StepState::Sending {
                        errand.record(StepState::Unknown).await?;
                    }
                    return Ok(Came::Outstanding);
                }
            },
            Act::PutBack => {
                let why = errand.failure().take();
                errand.put_back().await?;
                knocks += 1;
                match why {
                    // Turned away for now: it is read and claimed again, a little later each time in case the headers told
                    // nothing that helps.
                    None if knocks < KNOCKS => {
                        tokio::time::sleep(KNOCK * 2_u32.pow(knocks)).await;
                        Heard::Nothing
                    }
                    why => return Err(Halt(why.unwrap_or_else(door_stays_shut))),
                }
            }
            Act::End(state) => {
                errand.explain(state);
                errand.record(state).await?;
                return Ok(Came::ToItsEnd);
            }
        };
    }
}
