//! Events of rare kinds from before the log's beginning. They are few, but they tell who is at risk today, what policies made of it,
//! who changed them, and whether a proof of management still holds: so they are read for as long as the org keeps its log.

use super::{read::Reader, run::Stop};
use crate::{
    failure,
    log::{KEPT, RARE, rare_filter},
};
use cache::{Collection, LogSpan};
use domain::{SnapshotId, Timestamp};
use okta_client::{Error, LogQuery};

/// Every run that there is, or will be.
const WHENEVER: SnapshotId = SnapshotId(i64::MAX);

impl Reader<'_> {
    /// Reads what happened before `until`, unless it has been read. Returns how many there were.
    ///
    /// They have no cursor: a sync that is interrupted here reads them again. What was read is noted with the last of them, and
    /// a version that takes other kinds for rare reads those.
    pub(super) async fn older_rare(&mut self, until: Timestamp) -> Result<u64, Stop> {
        let noted = self.org.read(|org| org.cache.rare_log(WHENEVER, RARE).map_err(failure::cache));
        if noted.await?.is_some() {
            return Ok(0);
        }
        let since = Timestamp(self.org.now().0 - KEPT);
        if since >= until {
            // Everything that the org could tell was read with all the rest.
            self.note_rare(LogSpan { since: until, until }).await?;
            return Ok(0);
        }
        match self.read_rare(since, until).await {
            // An org that does not understand the filter still has a log.
            Err(Stop::Org(error)) if matches!(*error, Error::BadRequest(_)) => {
                tracing::warn!(%error, "rare events from before the log's beginning were not read");
                Ok(0)
            }
            read => read,
        }
    }

    async fn read_rare(&mut self, since: Timestamp, until: Timestamp) -> Result<u64, Stop> {
        let listing = self.org.client.log(&LogQuery::Between { since, until, filter: Some(rare_filter()) });
        let mut page = self.control().unless_cancelled(listing.first()).await??;
        let mut items = 0;
        loop {
            self.look_at(&Collection::Log, &page);
            items += page.items.len() as u64;
            let next = page.next.take();
            self.write(page, |run, rows, _| run.put_past_log_events(rows)).await?;
            match next {
                Some(next) => page = self.control().unless_cancelled(listing.page(&next)).await??,
                None => break,
            }
        }
        self.note_rare(LogSpan { since, until }).await?;
        Ok(items)
    }

    async fn note_rare(&self, span: LogSpan) -> Result<(), Stop> {
        let note = move |run: &mut cache::Run| {
            run.cover_rare_log(RARE, span);
            Ok(())
        };
        Ok(self.stage.with(note).await?)
    }
}
