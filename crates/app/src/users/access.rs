//! A person's groups and admin roles: asked of the org when somebody looks, kept with the time of the answer, and told with
//! their age where the org can't be asked. That something may not be read is an answer too, and not the same as none.

use crate::{failure, org::Org};
use cache::KeptAnswer;
use contract::{
    Failure, FailureKind,
    session::Reach,
    users::{GetUserAccess, Observed, UserAccess},
};
use domain::{AdminRole, Timestamp, UserGroup, UserId};
use okta_client::{Error, Listing};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// The questions, as the cache names them.
const GROUPS: &str = "groups";
pub(crate) const ROLES: &str = "roles";
/// More pages of groups than anybody has.
const MOST_PAGES: usize = 50;

pub(super) async fn get(org: Arc<Org>, command: GetUserAccess) -> Result<UserAccess, Failure> {
    let GetUserAccess { id, ask } = command;
    let offline = match org.reach() {
        Reach::Offline { why } => Some(Failure::new(FailureKind::Unreachable, why)),
        Reach::Online | Reach::NotTried => None,
    };
    let ask = ask && offline.is_none();
    let (groups, roles) = tokio::join!(
        observed::<UserGroup>(&org, &id, GROUPS, ask.then(|| org.client.groups_of(&id))),
        observed::<AdminRole>(&org, &id, ROLES, ask.then(|| org.client.roles_of(&id))),
    );
    let (mut groups, mut roles): (Observed<_>, Observed<_>) = (groups?, roles?);
    // A refusal that was kept says more than that nobody can be asked.
    groups.failure = groups.failure.or(offline.clone());
    roles.failure = roles.failure.or(offline);
    Ok(UserAccess { now: org.now(), groups, roles })
}

/// What is known: a new answer if there is something to ask, or the last one.
pub(crate) async fn observed<T>(
    org: &Arc<Org>,
    user: &UserId,
    what: &'static str,
    ask: Option<Listing<T>>,
) -> Result<Observed<Vec<T>>, Failure>
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let failed = match ask {
        None => None,
        Some(listing) => match all(&listing).await {
            Ok(found) => {
                let answer = serde_json::to_string(&found).map_err(Failure::bug)?;
                let observed = keep(org, user, what, Ok(answer)).await?;
                return Ok(Observed { known: Some((found, observed)), failure: None });
            }
            Err(error) => {
                let failed = failure::org(&error);
                if matches!(error, Error::Forbidden { .. }) {
                    let refused = serde_json::to_string(&failed).map_err(Failure::bug)?;
                    keep(org, user, what, Err(refused)).await?;
                    return Ok(Observed { known: None, failure: Some(failed) });
                }
                Some(failed)
            }
        },
    };
    let wanted = user.clone();
    let kept = org.read(move |org| org.cache.kept_answer(&wanted, what).map_err(failure::cache)).await?;
    Ok(match kept {
        None => Observed { known: None, failure: failed },
        Some(KeptAnswer { observed, answer: Ok(answer) }) => {
            // What an older version kept in another shape is as good as nothing.
            let known = serde_json::from_str(&answer).ok().map(|found| (found, observed));
            Observed { known, failure: failed }
        }
        Some(KeptAnswer { answer: Err(refused), .. }) => {
            Observed { known: None, failure: serde_json::from_str(&refused).ok().or(failed) }
        }
    })
}

async fn all<T: Clone>(listing: &Listing<T>) -> Result<Vec<T>, Error> {
    let mut page = listing.first().await?;
    let mut found = Vec::new();
    for _ in 0..MOST_PAGES {
        found.extend(page.items.iter().map(|item| item.value.clone()));
        match page.next {
            Some(next) => page = listing.page(&next).await?,
            None => break,
        }
    }
    Ok(found)
}

async fn keep(
    org: &Arc<Org>,
    user: &UserId,
    what: &'static str,
    answer: Result<String, String>,
) -> Result<Timestamp, Failure> {
    let (user, observed) = (user.clone(), org.now());
    org.read(move |org| {
        org.cache.keep_answer(&user, what, &KeptAnswer { observed, answer }).map_err(failure::cache)
    })
    .await?;
    Ok(observed)
}
