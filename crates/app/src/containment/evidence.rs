//! What the org's log says of requests that leave no state: asked for all outstanding steps together, past the sync, so that
//! 200 people cost no more calls than one.

use crate::org::Org;
use cache::ContainStep;
use contract::Failure;
use domain::{ContainAct, LogEvent, LogProof, Timestamp, UserId, evidence};
use okta_client::{Credentials, LogQuery};
use std::{collections::HashSet, sync::Arc};

/// The log of the org may be behind our clock, or ahead of it, by so much: milliseconds.
const OVERLAP: i64 = 3 * 60_000;
/// More pages of such events than one look reads.
const MOST_PAGES: usize = 20;

/// The events that tell of it.
const FILTER: &str = "eventType sw \"user.authentication.universal_logout\" or eventType eq \"user.session.clear\" \
    or eventType eq \"user.session.universal_logout\" or eventType eq \"user.risk.detect\" \
    or eventType sw \"policy.entity_risk\"";

/// What the log says of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LogSays {
    /// It was not asked, or did not answer.
    NotAsked,
    /// It shows nothing of it, so far.
    Nothing,
    /// This event proves it.
    Shows { uuid: Box<str>, kind: Box<str> },
}

/// Whether only the log can settle a step for sure.
pub(super) fn needs_log(step: &ContainStep) -> bool {
    step.act.is_told_by_log_alone() || matches!(step.act, ContainAct::SetRisk { .. })
}

/// Asks the log about all of them.
pub(super) async fn ask(org: &Arc<Org>, steps: &[ContainStep]) -> Result<Vec<LogEvent>, okta_client::Error> {
    let first = steps.iter().filter(|step| needs_log(step)).filter_map(|step| step.sent).min();
    let Some(first) = first else { return Ok(Vec::new()) };
    let since = Some(Timestamp(first.0.saturating_sub(OVERLAP)));
    let listing = org.client.log(&LogQuery::Poll { since, filter: Some(FILTER.into()) });
    let mut page = listing.first().await?;
    let mut found = Vec::new();
    for _ in 0..MOST_PAGES {
        if page.items.is_empty() {
            break;
        }
        found.extend(page.items.iter().map(|item| item.value.clone()));
        // A chain has a next page always; an empty one says that nothing is new.
        let Some(next) = page.next.take() else { break };
        page = listing.page(&next).await?;
    }
    Ok(found)
}

/// What those events say of one step; what proves it is taken, so that it proves no other.
pub(super) fn says(
    step: &ContainStep,
    events: &[LogEvent],
    actor: Option<&str>,
    used: &mut HashSet<Box<str>>,
) -> LogSays {
    let Some(sent) = step.sent.filter(|_| needs_log(step)) else { return LogSays::NotAsked };
    let accepted = step.accepted.is_some();
    let proof = LogProof { act: &step.act, user: &step.user, sent, accepted, actor, used };
    match evidence(&proof, events) {
        None => LogSays::Nothing,
        Some(event) => {
            let (uuid, kind) = (event.uuid.clone(), event.event_type.clone());
            used.insert(uuid.clone());
            LogSays::Shows { uuid, kind }
        }
    }
}

impl Org {
    /// Who we are in the org's log: the service app, or the owner of the token. `None` where the org does not say.
    pub(super) async fn own_id(&self) -> Result<Option<Box<str>>, Failure> {
        let own = self.containments.own_id.get_or_try_init(|| async {
            match &self.client_id {
                Some(id) => Ok(Some(id.clone())),
                None => match self.client.user(&UserId::from("me")).await {
                    Ok(single) => Ok(Some(single.value.id.0)),
                    Err(
                        error @ (okta_client::Error::Unreachable { .. } | okta_client::Error::Timeout { .. }),
                    ) => Err(crate::failure::org(&error)),
                    Err(_) => Ok(None),
                },
            }
        });
        own.await.cloned()
    }
}

/// The id by which the log knows a service app.
pub(crate) fn client_id(credentials: &Credentials) -> Option<Box<str>> {
    match credentials {
        Credentials::ApiToken(_) => None,
        Credentials::PrivateKeyJwt { client_id, .. } => Some(client_id.clone()),
    }
}
