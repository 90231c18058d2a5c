//! Reading one collection of the org into the run. The next page is fetched while the one before is written, and no more
//! than those two are ever held.

use super::{
    control::Control,
    mark::Mark,
    run::Stop,
    stage::{Stage, Standing},
};
use crate::{failure, org::Org};
use cache::{Collection, Outcome, Run};
use contract::{Failure, session::Reach};
use domain::{ObjectId, Timestamp};
use okta_client::{Cursor, DeviceList, Error, Expand, Item, Listing, Page, UserList};
use std::sync::Arc;

/// The org's search index lags behind: changes of so many milliseconds before the last sync are asked for again.
const OVERLAP: i64 = 5 * 60 * 1000;

/// Puts a page into the run, with where the next one starts.
pub(super) trait Put<T>:
    FnOnce(&mut Run, Rows<'_, T>, Option<&str>) -> cache::Result<()> + Clone + Send + 'static
{
}
impl<T, F> Put<T> for F where
    F: FnOnce(&mut Run, Rows<'_, T>, Option<&str>) -> cache::Result<()> + Clone + Send + 'static
{
}

/// Items, each with the JSON it was read from.
pub(super) type Rows<'p, T> = Vec<(T, &'p str)>;

/// How a listing came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listed {
    /// Every item.
    Whole,
    /// Something in it could not be read. It may be known from before, and is not gone from the org.
    WithGaps,
}

impl Listed {
    /// Only what was listed whole tells what is gone.
    pub fn outcome(self) -> Outcome {
        match self {
            Self::Whole => Outcome::Complete,
            Self::WithGaps => Outcome::Changes,
        }
    }

    /// One list of several.
    pub fn and(self, other: Self) -> Self {
        if self == Self::Whole { other } else { self }
    }
}

/// Reads collections into one run.
pub(super) struct Reader<'s> {
    pub org: Arc<Org>,
    pub stage: &'s Stage,
    pub full: bool,
    /// Whether this sync also reads what every sync does not.
    pub thorough: bool,
    /// The org's policies, once they were listed in this session, and whether each could be read.
    pub policies: Option<(Vec<ObjectId>, Listed)>,
}

impl<'s> Reader<'s> {
    pub fn new(org: Arc<Org>, stage: &'s Stage, full: bool, thorough: bool) -> Self {
        Self { org, stage, full, thorough, policies: None }
    }

    pub fn control(&self) -> &Control {
        &self.org.control
    }

    /// Devices with their users.
    pub async fn devices(&mut self, standing: Standing) -> Result<Outcome, Stop> {
        let since = self.since(&standing);
        let listing =
            self.org.client.devices(DeviceList { updated_since: since, expand: Expand::UserSummary });
        let listed = self
            .list(
                &Collection::Devices,
                &listing,
                standing,
                |device| device.last_updated,
                |run, rows, next| run.put_devices(rows, next),
            )
            .await?;
        Ok(ended(since, listed))
    }

    /// People, the deactivated included.
    pub async fn users(&mut self, standing: Standing) -> Result<Outcome, Stop> {
        let since = self.since(&standing);
        let listing = self.org.client.users(UserList { updated_since: since });
        let listed = self
            .list(
                &Collection::Users,
                &listing,
                standing,
                |user| user.last_updated,
                |run, rows, next| run.put_users(rows, next),
            )
            .await?;
        Ok(ended(since, listed))
    }

    /// From when on changes are asked for; `None` asks for everything. A collection that never came through whole has no
    /// mark, and is listed whole in an incremental sync too.
    fn since(&self, standing: &Standing) -> Option<Timestamp> {
        let mark = Mark::read(standing).filter(|_| !self.full)?;
        Some(Timestamp(mark.0 - OVERLAP))
    }

    /// Reads a listing from where it stands to its end, and leaves the mark for the next sync. `updated` tells when an item
    /// last changed.
    pub async fn list<T: Send + 'static>(
        &self,
        collection: &Collection,
        listing: &Listing<T>,
        standing: Standing,
        updated: fn(&T) -> Option<Timestamp>,
        put: impl Put<T>,
    ) -> Result<Listed, Stop> {
        let (mut page, mut items) = self.first_page(collection, listing, &standing).await?;
        let mut mark = Mark::new(&standing, items > 0, page.server_time);
        self.leave(collection, &mark).await?;
        loop {
            if self.look_at(collection, &page) == Listed::WithGaps && mark.is_whole() {
                mark.missed();
                self.leave(collection, &mark).await?;
            }
            mark.saw(page.items.iter().filter_map(|item| updated(&item.value)).max());
            let (new, next) = (page.items.len() as u64, page.next.clone());
            let fetching = async {
                match &next {
                    Some(cursor) => Some(self.control().unless_cancelled(listing.page(cursor)).await),
                    None => None,
                }
            };
            let (fetched, written) = tokio::join!(fetching, self.write(page, put.clone()));
            written?;
            items += new;
            self.org.progress.items(items, new);
            let Some(fetched) = fetched else {
                self.leave(collection, &mark).await?;
                return Ok(if mark.is_whole() { Listed::Whole } else { Listed::WithGaps });
            };
            self.control().checkpoint().await?;
            page = fetched??;
        }
    }

    async fn leave(&self, collection: &Collection, mark: &Mark) -> Result<(), Stop> {
        let (mark, collection) = (mark.text(), collection.clone());
        Ok(self.stage.with(move |run| run.set_mark(&collection, &mark)).await?)
    }

    /// The page to go on with, and how many items came before it. A cursor of an interrupted sync may have grown too old
    /// for the org: then the list starts again.
    async fn first_page<T>(
        &self,
        collection: &Collection,
        listing: &Listing<T>,
        standing: &Standing,
    ) -> Result<(Page<T>, u64), Stop> {
        if let Some(cursor) = standing.cursor.as_deref().and_then(read_cursor) {
            match self.control().unless_cancelled(listing.page(&cursor)).await? {
                Err(Error::BadRequest(_) | Error::NotFound(_) | Error::ForeignLink { .. }) => {
                    let collection = collection.clone();
                    self.stage.with(move |run| run.restart(&collection)).await?;
                }
                page => return Ok((page?, standing.items)),
            }
        }
        Ok((self.control().unless_cancelled(listing.first()).await??, 0))
    }

    /// Puts a page into the run.
    pub async fn write<T: Send + 'static>(&self, mut page: Page<T>, put: impl Put<T>) -> Result<(), Failure> {
        let next = page.next.as_ref().map(write_cursor).transpose()?;
        self.stage.with(move |run| put(run, rows(&mut page), next.as_deref())).await
    }

    /// The org answered; and what it sent that could not be read is worth a line.
    pub fn look_at<T>(&self, collection: &Collection, page: &Page<T>) -> Listed {
        self.org.set_reach(Reach::Online);
        for rejected in &page.rejected {
            let collection = super::step::label(collection);
            tracing::warn!(collection, reason = %rejected.reason, "an item that can't be read was left out");
        }
        if page.rejected.is_empty() { Listed::Whole } else { Listed::WithGaps }
    }
}

fn ended(since: Option<Timestamp>, listed: Listed) -> Outcome {
    if since.is_some() { Outcome::Changes } else { listed.outcome() }
}

/// Takes the items out of a page; their JSON stays where it is.
fn rows<T>(page: &mut Page<T>) -> Rows<'_, T> {
    let items = std::mem::take(&mut page.items);
    let page = &*page;
    let row = |item: Item<T>| {
        let raw = page.raw(&item);
        (item.value, raw)
    };
    items.into_iter().map(row).collect()
}

pub(super) fn read_cursor(text: &str) -> Option<Cursor> {
    serde_json::from_str(text).ok()
}

pub(super) fn write_cursor(cursor: &Cursor) -> Result<String, Failure> {
    serde_json::to_string(cursor).map_err(failure::bug)
}
