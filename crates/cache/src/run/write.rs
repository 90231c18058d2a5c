//! Writing what waits: everything of a flush, with cursors, marks and what was seen, in one transaction.

use super::{Buffer, PAST, Pending, Run};
use crate::Result;
use crate::collection::Collection;
use crate::device::DeviceWriter;
use crate::device_signal::SignalWriter;
use crate::identity::{Identities, Ids};
use crate::log::{rare, span, write::LogWriter};
use crate::object::{self, ObjectWriter};
use crate::raw::RawWriter;
use crate::snapshot::{self, Progress};
use crate::user::UserWriter;
use crate::user_risk::UserRiskWriter;
use crate::version::{NewVersion, Table, Versions};
use rusqlite::Connection;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

impl Run {
    /// Commits what was put so far. Worth calling before a long wait; otherwise it happens by itself.
    ///
    /// After an error nothing of the flush is in the cache and everything still waits, so it can be called again.
    pub fn flush(&mut self) -> Result<()> {
        let waits = self.buffer.len() > 0 || !self.buffer.spans.is_empty() || !self.buffer.rare.is_empty();
        if !waits && !self.progress.values().any(|p| p.dirty) {
            return Ok(());
        }
        // What a failed commit must not leave behind in memory is changed in a copy.
        let mut progress: BTreeMap<Collection, Progress> = BTreeMap::new();
        for name in self.touched() {
            progress.insert(name.clone(), self.progress(&name)?.clone());
        }
        let mut writer = self.store.pool.writer();
        let transaction = writer.transaction()?;
        write_buffer(&transaction, self.id, &self.buffer, &mut progress)?;
        for (name, progress) in &mut progress {
            snapshot::store(&transaction, self.id, name.key(), progress)?;
        }
        transaction.commit()?;
        drop(writer);
        self.progress.extend(progress);
        self.buffer.clear();
        Ok(())
    }

    fn touched(&self) -> BTreeSet<Collection> {
        let objects = self.buffer.objects.iter().map(|p| Collection::Objects(p.item.kind.clone()));
        let dirty = self.progress.iter().filter(|(_, p)| p.dirty).map(|(name, _)| name.clone());
        dirty.chain(objects).collect()
    }
}

impl Buffer {
    pub(super) fn clear(&mut self) {
        self.raw.clear();
        self.devices.clear();
        self.users.clear();
        self.risks.clear();
        self.objects.clear();
        self.events.clear();
        self.spans.clear();
        self.rare.clear();
    }
}

fn write_buffer(
    connection: &Connection,
    run: i64,
    buffer: &Buffer,
    progress: &mut BTreeMap<Collection, Progress>,
) -> Result<()> {
    if !buffer.devices.is_empty() {
        let mut writer = DeviceWriter::new(connection)?;
        let batch = Batch { connection, run, raw: &buffer.raw, table: Table::Device, ids: Ids::Device };
        let progress = progress.entry(Collection::Devices).or_default();
        let items: Vec<_> = buffer.devices.iter().collect();
        batch.write(
            &Collection::Devices,
            &items,
            progress,
            |d| d.id.as_str().into(),
            |d, v| writer.write(d, v),
        )?;
        writer.finish()?;
    }
    if !buffer.users.is_empty() {
        let mut writer = UserWriter::new(connection)?;
        let batch = Batch { connection, run, raw: &buffer.raw, table: Table::User, ids: Ids::User };
        let progress = progress.entry(Collection::Users).or_default();
        let items: Vec<_> = buffer.users.iter().collect();
        batch.write(
            &Collection::Users,
            &items,
            progress,
            |u| u.id.as_str().into(),
            |u, v| writer.write(u, v),
        )?;
        writer.finish()?;
    }
    if !buffer.risks.is_empty() {
        let mut writer = UserRiskWriter::new(connection)?;
        let batch = Batch { connection, run, raw: &buffer.raw, table: Table::UserRisk, ids: Ids::User };
        let progress = progress.entry(Collection::UserRisks).or_default();
        let items: Vec<_> = buffer.risks.iter().collect();
        batch.write(
            &Collection::UserRisks,
            &items,
            progress,
            |r| r.user.as_str().into(),
            |r, v| writer.write(r, v),
        )?;
    }
    write_objects(connection, run, buffer, progress)?;
    if !buffer.events.is_empty() {
        write_events(connection, run, buffer, progress.entry(Collection::Log).or_default())?;
    }
    for span in &buffer.spans {
        span::add(connection, run, *span)?;
    }
    for (kinds, span) in &buffer.rare {
        rare::add(connection, run, kinds, *span)?;
    }
    Ok(())
}

fn write_objects(
    connection: &Connection,
    run: i64,
    buffer: &Buffer,
    progress: &mut BTreeMap<Collection, Progress>,
) -> Result<()> {
    let mut kinds: BTreeMap<Collection, Vec<_>> = BTreeMap::new();
    for pending in &buffer.objects {
        kinds.entry(Collection::Objects(pending.item.kind.clone())).or_default().push(pending);
    }
    for (collection, items) in kinds {
        let mut writer = ObjectWriter::new(connection)?;
        let batch = Batch { connection, run, raw: &buffer.raw, table: Table::Object, ids: Ids::Object };
        let progress = progress.entry(collection.clone()).or_default();
        batch.write(
            &collection,
            &items,
            progress,
            |o| object::identity(o).into(),
            |o, v| writer.write(o, v),
        )?;
    }
    Ok(())
}

fn write_events(connection: &Connection, run: i64, buffer: &Buffer, progress: &mut Progress) -> Result<()> {
    let mut raws = RawWriter::new(connection, run, Collection::Log.key())?;
    let mut writer = LogWriter::new(connection, run)?;
    let mut signals = SignalWriter::new(connection)?;
    let mut events: Vec<_> = buffer.events.iter().collect();
    // Of one moment, the one that came first stays the first.
    events.sort_by_key(|pending| pending.item.published);
    for pending in events {
        let Some(id) = writer.place(&pending.item)? else { continue };
        let raw = raws.push(pending.raw(&buffer.raw))?;
        writer.write(id, &pending.item, raw, pending.hash == PAST)?;
        signals.write(&pending.item, id)?;
        progress.written += 1;
    }
    raws.finish()?;
    writer.finish(raws.plain, raws.packed)?;
    Ok(())
}

impl<T> Pending<T> {
    fn raw<'r>(&self, all: &'r str) -> &'r str {
        all.get(self.at..self.at + self.len).unwrap_or_default()
    }
}

/// The items of one versioned table in one flush.
struct Batch<'a> {
    connection: &'a Connection,
    run: i64,
    raw: &'a str,
    table: Table,
    ids: Ids,
}

impl Batch<'_> {
    fn write<T>(
        &self,
        collection: &Collection,
        items: &[&Pending<T>],
        progress: &mut Progress,
        identity: impl for<'i> Fn(&'i T) -> Cow<'i, str>,
        mut write: impl FnMut(&T, &NewVersion) -> rusqlite::Result<()>,
    ) -> Result<()> {
        let mut ids = Identities::new(self.connection, self.ids)?;
        let mut versions = Versions::new(self.connection, self.table)?;
        let mut raws = RawWriter::new(self.connection, self.run, collection.key())?;
        let mut known = Vec::with_capacity(items.len());
        for pending in items {
            let (pk, new) = ids.resolve(&identity(&pending.item))?;
            known.push((pk, new, *pending));
        }
        // In the order of the keys every index grows at one place at a time. The sort is stable: of an item that came
        // twice, the later one wins.
        known.sort_by_key(|(pk, ..)| *pk);
        for (pk, new, pending) in known {
            progress.seen.insert(pk);
            let latest = if new { None } else { versions.latest(pk)? };
            if let Some(current) = latest.as_ref().filter(|l| l.current) {
                if current.hash == pending.hash {
                    continue;
                }
                versions.close(current.id, self.run)?;
            }
            let raw = raws.push(pending.raw(self.raw))?;
            let previous = latest.map(|l| l.id);
            write(&pending.item, &NewVersion { pk, run: self.run, hash: pending.hash, raw, previous })?;
            progress.written += 1;
        }
        raws.finish()
    }
}
