//! What was done from here: intents and ends of syncs as lists, and the journal that proves them, checked and exported.

use crate::{App, failure, intents::shown, org::Org};
use contract::{
    Failure, FailureKind, Handle,
    activity::{
        ActivityKind, ActivityPage, CheckJournal, ExportJournal, ExportedJournal, JournalCheck, ListActivity,
        SyncEnd, SyncEntry,
    },
};
use domain::IntentState;
use serde::Serialize;
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

/// Most entries of one page.
const MOST: u32 = 200;

/// Puts the end of a sync into the journal. A failure that repeats itself is one entry, not one a minute.
pub(crate) fn note_sync(org: &Org, end: &SyncEnd) -> Result<(), Failure> {
    if let (SyncEnd::Failed(now), [last]) = (end, &syncs(org, 0, 1)?[..])
        && matches!(&last.end, SyncEnd::Failed(before) if before.kind == now.kind)
    {
        return Ok(());
    }
    let body = serde_json::to_value(end).map_err(failure::bug)?;
    org.cache.note(org.now(), "sync", &body).map_err(failure::cache)
}

impl Handle<ListActivity> for App {
    async fn handle(&self, command: ListActivity) -> Result<ActivityPage, Failure> {
        self.org()?.read(move |org| list(org, &command)).await
    }
}

impl Handle<CheckJournal> for App {
    async fn handle(&self, _: CheckJournal) -> Result<JournalCheck, Failure> {
        self.org()?.read(check).await
    }
}

impl Handle<ExportJournal> for App {
    async fn handle(&self, _: ExportJournal) -> Result<ExportedJournal, Failure> {
        let own = || self.0.config.data.join("exports");
        let folder = self.0.config.host.downloads().unwrap_or_else(own);
        self.org()?.read(move |org| export(org, &folder)).await
    }
}

fn list(org: &Org, command: &ListActivity) -> Result<ActivityPage, Failure> {
    let limit = command.limit.min(MOST) as usize;
    let shown_all = |intents: Vec<cache::Intent>| {
        intents.into_iter().map(|intent| shown(org, intent)).collect::<Result<Vec<_>, _>>()
    };
    let waiting = org.cache.open_intents().map_err(failure::cache)?.into_iter();
    let waiting =
        waiting.filter(|intent| matches!(intent.state, IntentState::Queued | IntentState::Paused)).collect();
    let (total, changes, syncs) = match command.of {
        ActivityKind::Changes => (
            org.cache.intent_count().map_err(failure::cache)?,
            shown_all(org.cache.intents(command.offset, limit).map_err(failure::cache)?)?,
            Vec::new(),
        ),
        ActivityKind::Syncs => (
            org.cache.sync_entry_count().map_err(failure::cache)?,
            Vec::new(),
            syncs(org, command.offset, limit)?,
        ),
    };
    Ok(ActivityPage { now: org.now(), total, changes, syncs, waiting: shown_all(waiting)? })
}

fn syncs(org: &Org, offset: u64, limit: usize) -> Result<Vec<SyncEntry>, Failure> {
    let entries = org.cache.sync_entries(offset, limit).map_err(failure::cache)?;
    let entry = |entry: cache::JournalEntry| {
        let garbled = || Failure::new(FailureKind::Cache, "This entry of the journal can't be read.");
        let end = serde_json::from_str(&entry.body).unwrap_or_else(|_| SyncEnd::Failed(garbled()));
        SyncEntry { at: entry.at, end }
    };
    Ok(entries.into_iter().map(entry).collect())
}

fn check(org: &Org) -> Result<JournalCheck, Failure> {
    let check = org.cache.check_journal().map_err(failure::cache)?;
    let broken = check.broken.map(|broken| match broken.what {
        cache::BreakKind::Missing => format!("Entry {} is missing.", broken.seq),
        cache::BreakKind::Changed => format!("Entry {} is not what was written.", broken.seq),
        cache::BreakKind::Added => format!("Entry {} was added from outside.", broken.seq),
    });
    Ok(JournalCheck { entries: check.entries, head: hex(&check.head), broken })
}

/// One line of an export: enough to work out every hash again.
#[derive(Serialize)]
struct Line<'e> {
    seq: i64,
    at: String,
    at_ms: i64,
    kind: &'e str,
    intent: Option<i64>,
    step: Option<u32>,
    body: &'e str,
    hash: String,
}

/// Writes the journal beside its final name first, so that a full disk leaves no half of it.
fn export(org: &Org, folder: &Path) -> Result<ExportedJournal, Failure> {
    let told = |error: std::io::Error| failure::cache(error.into());
    std::fs::create_dir_all(folder).map_err(told)?;
    let stamp = org.now().to_rfc3339().replace(':', "-");
    let name = format!("journal {} {stamp}.jsonl", org.name.replace([':', '/', '\\'], "_"));
    let (path, part) = (folder.join(&name), folder.join(format!("{name}.part")));
    let written = write(org, &part);
    let (entries, head) = written.inspect_err(|_| drop(std::fs::remove_file(&part)))?;
    std::fs::rename(&part, &path).map_err(told)?;
    Ok(ExportedJournal { path: shown_path(path), entries, head })
}

fn shown_path(path: PathBuf) -> String {
    path.to_string_lossy().into_owned()
}

fn write(org: &Org, path: &Path) -> Result<(u64, String), Failure> {
    let told = |error: std::io::Error| failure::cache(error.into());
    let mut file = BufWriter::new(File::create(path).map_err(told)?);
    let (mut entries, mut head) = (0, [0; 32]);
    org.cache
        .each_journal_entry(0, |entry| {
            let line = Line {
                seq: entry.seq,
                at: entry.at.to_rfc3339(),
                at_ms: entry.at.0,
                kind: &entry.kind,
                intent: entry.intent.map(|id| id.0),
                step: entry.step,
                body: &entry.body,
                hash: hex(&entry.hash),
            };
            serde_json::to_writer(&mut file, &line).map_err(std::io::Error::from)?;
            (entries, head) = (entries + 1, entry.hash);
            file.write_all(b"\n").map_err(cache::Error::from)
        })
        .map_err(failure::cache)?;
    let file = file.into_inner().map_err(|error| told(error.into_error()))?;
    file.sync_all().map_err(told)?;
    Ok((entries, hex(&head)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
