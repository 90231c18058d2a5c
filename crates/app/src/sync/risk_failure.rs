//! Why the org's own levels of risk are missing, where they are: kept for the queue, which would otherwise only look shorter. Where
//! nobody is worth asking about, one person is asked about all the same, so that an empty queue says why it is empty.

use super::{read::Reader, run::Stop};
use crate::{failure, triage::RISK_FAILURE};
use contract::Failure;
use okta_client::Error;

/// How asking for levels ended.
#[derive(Debug, Default)]
pub(super) struct Answers {
    pub answered: bool,
    pub failed: Option<Failure>,
}

impl Reader<'_> {
    /// Keeps why levels could not be read, or that they can be.
    pub async fn note_answers(&mut self, answers: Answers) -> Result<(), Stop> {
        let answers = match answers {
            Answers { answered: false, failed: None } if self.thorough => self.ask_of_anybody().await?,
            answers => answers,
        };
        let kept = match (answers.failed, answers.answered) {
            (Some(failed), _) => Some(serde_json::to_string(&failed).map_err(Failure::bug)?),
            (None, true) => None,
            // Nothing was learnt.
            (None, false) => return Ok(()),
        };
        let note = move |org: &crate::org::Org| {
            org.cache.set_triage_setting(RISK_FAILURE, kept.as_deref()).map_err(failure::cache)
        };
        Ok(self.org.read(note).await?)
    }

    async fn ask_of_anybody(&self) -> Result<Answers, Stop> {
        let somebody = self.org.read(|org| org.cache.anybody().map_err(failure::cache)).await?;
        let Some(user) = somebody else { return Ok(Answers::default()) };
        match self.control().unless_cancelled(self.org.client.user_risk(&user)).await? {
            Ok(_) => Ok(Answers { answered: true, failed: None }),
            Err(Error::Cancelled) => Err(Stop::Cancelled),
            Err(Error::NotFound(_)) => Ok(Answers::default()),
            Err(error) => Ok(Answers { answered: false, failed: Some(failure::org(&error)) }),
        }
    }
}
