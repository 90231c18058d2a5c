//! A run of the sync: takes pages of items as they come from the org and writes what is new or changed. Nothing of it shows
//! before [`Run::complete`]; after a crash the next run takes up where the last committed page was.
//!
//! Knows neither how pages are fetched nor what is in the raw JSON.

mod confirm;
mod finish;
mod told;
mod write;

use crate::collection::{Collection, Outcome};
use crate::snapshot::{self, Progress, RunKind};
use crate::store::Inner;
use crate::{Error, LogSpan, Result};
use domain::{Device, LogEvent, OrgObject, SnapshotId, Timestamp, User, UserRisk};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Pages wait until there are this many items, so that a commit, and the index of words, is worth its cost …
const ITEMS: usize = 2000;
/// … or until they weigh this much.
const BYTES: usize = 4 * 1024 * 1024;

/// An item that waits to be written.
struct Pending<T> {
    item: T,
    hash: i64,
    at: usize,
    len: usize,
}

/// What waits to be written, with all raw texts in one piece of memory.
#[derive(Default)]
struct Buffer {
    raw: String,
    devices: Vec<Pending<Device>>,
    users: Vec<Pending<User>>,
    risks: Vec<Pending<UserRisk>>,
    objects: Vec<Pending<OrgObject>>,
    events: Vec<Pending<LogEvent>>,
    spans: Vec<LogSpan>,
    rare: Vec<(String, LogSpan)>,
}

/// Stands where other items have their hash, which events have not: the event was asked for by its time.
const PAST: i64 = 1;

impl Buffer {
    fn len(&self) -> usize {
        self.devices.len() + self.users.len() + self.risks.len() + self.objects.len() + self.events.len()
    }
}

/// How far a collection got in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Items that the org sent.
    pub items: u64,
    /// Those of them that were new or changed, as far as they are written.
    pub written: u64,
}

/// An open run. Dropping it leaves the run open, to be resumed; what was not flushed is fetched again then.
pub struct Run {
    store: Arc<Inner>,
    id: i64,
    kind: RunKind,
    started: Timestamp,
    resumed: bool,
    progress: BTreeMap<Collection, Progress>,
    buffer: Buffer,
}

impl Run {
    /// Resumes the run that is open, whatever its kind, or begins one.
    pub(crate) fn begin_or_resume(store: Arc<Inner>, kind: RunKind, now: Timestamp) -> Result<Self> {
        if store.run_active.swap(true, Ordering::AcqRel) {
            return Err(Error::RunActive);
        }
        // From here on the flag is put back by `drop`, whatever fails.
        let mut run = Self {
            store,
            id: 0,
            kind,
            started: now,
            resumed: false,
            progress: BTreeMap::new(),
            buffer: Buffer::default(),
        };
        let writer = run.store.pool.writer();
        match snapshot::open_run(&writer)? {
            Some(open) => {
                (run.id, run.kind, run.started, run.resumed) = (open.id.0, open.kind, open.started, true);
            }
            None => run.id = snapshot::begin(&writer, kind, now)?,
        }
        drop(writer);
        Ok(run)
    }

    /// The number that the snapshot will have.
    pub fn id(&self) -> SnapshotId {
        SnapshotId(self.id)
    }

    /// Why it was started; a resumed run keeps its kind.
    pub fn kind(&self) -> RunKind {
        self.kind
    }

    /// When it was first started.
    pub fn started(&self) -> Timestamp {
        self.started
    }

    /// Whether it was begun by an earlier session.
    pub fn resumed(&self) -> bool {
        self.resumed
    }

    /// Where to go on with a collection: `None` is its start.
    pub fn cursor(&mut self, collection: &Collection) -> Result<Option<String>> {
        Ok(self.progress(collection)?.cursor.clone())
    }

    /// How a collection ended in this run, if it did: a resumed run need not do it again.
    pub fn outcome(&mut self, collection: &Collection) -> Result<Option<Outcome>> {
        Ok(self.progress(collection)?.outcome.clone())
    }

    /// The note that was left for the next sync: the latest `lastUpdated` seen, or where the log was read to.
    pub fn mark(&mut self, collection: &Collection) -> Result<Option<String>> {
        let progress = self.progress(collection)?;
        Ok(progress.mark.as_ref().or(progress.mark_before.as_ref()).cloned())
    }

    /// Leaves a note for the next sync. It is committed together with the items put before it, and taken back with them.
    pub fn set_mark(&mut self, collection: &Collection, mark: &str) -> Result<()> {
        let progress = self.progress(collection)?;
        progress.mark = Some(mark.to_owned());
        progress.dirty = true;
        Ok(())
    }

    /// How far a collection got.
    pub fn tally(&mut self, collection: &Collection) -> Result<Tally> {
        let progress = self.progress(collection)?;
        Ok(Tally { items: progress.items, written: progress.written })
    }

    /// Lists a collection from its start again, as when the org no longer knows the cursor. Written rows stay.
    pub fn restart(&mut self, collection: &Collection) -> Result<()> {
        self.flush()?;
        let progress = self.progress(collection)?;
        progress.cursor = None;
        progress.items = 0;
        progress.seen.clear();
        progress.outcome = None;
        progress.dirty = true;
        self.flush()
    }

    /// Takes a page of devices, each with the JSON it came as, and where the next page starts.
    pub fn put_devices<R: AsRef<str>>(&mut self, page: Vec<(Device, R)>, next: Option<&str>) -> Result<()> {
        let len = page.len();
        for (item, raw) in page {
            let (hash, at, len) = self.take_raw(raw.as_ref());
            self.buffer.devices.push(Pending { item, hash, at, len });
        }
        self.after_page(&Collection::Devices, len, next)
    }

    /// Takes a page of users.
    pub fn put_users<R: AsRef<str>>(&mut self, page: Vec<(User, R)>, next: Option<&str>) -> Result<()> {
        let len = page.len();
        for (item, raw) in page {
            let (hash, at, len) = self.take_raw(raw.as_ref());
            self.buffer.users.push(Pending { item, hash, at, len });
        }
        self.after_page(&Collection::Users, len, next)
    }

    /// Takes the risk of some users.
    pub fn put_user_risks<R: AsRef<str>>(
        &mut self,
        page: Vec<(UserRisk, R)>,
        next: Option<&str>,
    ) -> Result<()> {
        let len = page.len();
        for (item, raw) in page {
            let (_, at, len) = self.take_raw(raw.as_ref());
            let hash = crate::user_risk::hash(&item);
            self.buffer.risks.push(Pending { item, hash, at, len });
        }
        self.after_page(&Collection::UserRisks, len, next)
    }

    /// Takes a page of objects, all of the kind of `collection`.
    pub fn put_objects<R: AsRef<str>>(
        &mut self,
        collection: &Collection,
        page: Vec<(OrgObject, R)>,
        next: Option<&str>,
    ) -> Result<()> {
        let len = page.len();
        for (item, raw) in page {
            let (hash, at, len) = self.take_raw(raw.as_ref());
            self.buffer.objects.push(Pending { item, hash, at, len });
        }
        self.after_page(collection, len, next)
    }

    /// Takes a page of log events. One that is known already is left out.
    pub fn put_log_events<R: AsRef<str>>(
        &mut self,
        page: Vec<(LogEvent, R)>,
        next: Option<&str>,
    ) -> Result<()> {
        let len = page.len();
        for (item, raw) in page {
            let (_, at, len) = self.take_raw(raw.as_ref());
            self.buffer.events.push(Pending { item, hash: 0, at, len });
        }
        self.after_page(&Collection::Log, len, next)
    }

    /// Takes events that were asked for by their time, as when a gap is filled: none of them counts as late, and the chain's
    /// cursor stays where it is.
    pub fn put_past_log_events<R: AsRef<str>>(&mut self, page: Vec<(LogEvent, R)>) -> Result<()> {
        let len = page.len();
        for (item, raw) in page {
            let (_, at, len) = self.take_raw(raw.as_ref());
            self.buffer.events.push(Pending { item, hash: PAST, at, len });
        }
        let next = self.progress(&Collection::Log)?.cursor.clone();
        self.after_page(&Collection::Log, len, next.as_deref())
    }

    /// Notes that every event of a time was put. It is committed together with the events put before it.
    pub fn cover_log(&mut self, span: LogSpan) {
        self.buffer.spans.push(span);
    }

    /// Notes that every event of these kinds that happened in a time was put. It is committed together with them.
    pub fn cover_rare_log(&mut self, kinds: &str, span: LogSpan) {
        self.buffer.rare.push((kinds.to_owned(), span));
    }

    fn take_raw(&mut self, raw: &str) -> (i64, usize, usize) {
        let at = self.buffer.raw.len();
        self.buffer.raw.push_str(raw);
        (crate::hash(raw), at, raw.len())
    }

    fn after_page(&mut self, collection: &Collection, items: usize, next: Option<&str>) -> Result<()> {
        let progress = self.progress(collection)?;
        progress.items += items as u64;
        progress.cursor = next.map(str::to_owned);
        progress.dirty = true;
        if self.buffer.len() >= ITEMS || self.buffer.raw.len() >= BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn progress(&mut self, collection: &Collection) -> Result<&mut Progress> {
        // Two steps, for the borrow checker does not see through an early return of a reference.
        if !self.progress.contains_key(collection) {
            let stored = snapshot::progress(&self.store.pool.writer(), self.id, collection)?;
            self.progress.insert(collection.clone(), stored);
        }
        Ok(self.progress.entry(collection.clone()).or_default())
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.store.run_active.store(false, Ordering::Release);
    }
}
