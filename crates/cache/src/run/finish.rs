//! How a collection, and a run, ends: closing what is gone from the org, taking back what failed, and the one write that
//! lets everyone see the result.

use super::{Buffer, Run};
use crate::collection::{Collection, Outcome};
use crate::fleet::Fleet;
use crate::log::merge;
use crate::people::People;
use crate::snapshot::{self, Progress};
use crate::version::{OPEN, Table, Versions, take_back};
use crate::{Result, fleet, managed_flip, overview};
use domain::{DeviceId, ObjectId, ObjectKind, SnapshotId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

impl Run {
    /// Ends a collection; see [`Outcome`] for what each end means.
    pub fn finish_collection(&mut self, collection: &Collection, outcome: Outcome) -> Result<()> {
        let failed = matches!(outcome, Outcome::Failed { .. });
        self.flush()?;
        let mut progress = self.progress(collection)?.clone();
        let mut writer = self.store.pool.writer();
        let transaction = writer.transaction()?;
        if failed {
            take_back_collection(&transaction, self.id, collection, &mut progress)?;
        } else if outcome == Outcome::Complete {
            progress.closed += close_unseen(&transaction, self.id, collection, &progress)?;
        }
        progress.outcome = Some(outcome);
        snapshot::store(&transaction, self.id, collection.key(), &mut progress)?;
        transaction.commit()?;
        drop(writer);
        self.progress.insert(collection.clone(), progress);
        if *collection == Collection::Log { self.merge_log() } else { Ok(()) }
    }

    /// Brings the log's index together if this run made it grow a lot. Between two steps others may write.
    fn merge_log(&self) -> Result<()> {
        if !merge::is_due(&self.store.pool.writer(), self.id)? {
            return Ok(());
        }
        let mut is_first = true;
        while merge::step(&self.store.pool.writer(), is_first)? {
            is_first = false;
            // The lock is not a queue: whoever waits for it gets it in this moment, or not before the end.
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        Ok(())
    }

    /// Closes devices that are known to be gone from the org, listed or not.
    pub fn remove_devices(&mut self, gone: &[DeviceId]) -> Result<()> {
        self.flush()?;
        let collection = Collection::Devices;
        let mut progress = self.progress(&collection)?.clone();
        let mut writer = self.store.pool.writer();
        let transaction = writer.transaction()?;
        {
            let mut versions = Versions::new(&transaction, Table::Device)?;
            let mut current = transaction.prepare_cached(&format!(
                "SELECT d.id FROM device_id i JOIN device d ON d.pk = i.pk WHERE i.okta = ?1 AND d.valid_to = {OPEN}"
            ))?;
            for device in gone {
                let id: Option<i64> = current.query_row([device.as_str()], |row| row.get(0)).optional()?;
                if let Some(id) = id {
                    versions.close(id, self.id)?;
                    progress.closed += 1;
                }
            }
        }
        snapshot::store(&transaction, self.id, collection.key(), &mut progress)?;
        transaction.commit()?;
        drop(writer);
        self.progress.insert(collection, progress);
        Ok(())
    }

    /// Closes objects of one kind that are known to be gone from the org, listed or not.
    pub fn remove_objects(&mut self, kind: &ObjectKind, gone: &[ObjectId]) -> Result<()> {
        self.flush()?;
        let collection = Collection::Objects(kind.clone());
        let mut progress = self.progress(&collection)?.clone();
        let mut writer = self.store.pool.writer();
        let transaction = writer.transaction()?;
        {
            let mut versions = Versions::new(&transaction, Table::Object)?;
            let mut current = transaction.prepare_cached(&format!(
                "SELECT id FROM object WHERE kind = ?1 AND okta = ?2 AND valid_to = {OPEN}"
            ))?;
            for object in gone {
                let found = params![kind.as_str(), object.as_str()];
                let id: Option<i64> = current.query_row(found, |row| row.get(0)).optional()?;
                if let Some(id) = id {
                    versions.close(id, self.id)?;
                    progress.closed += 1;
                }
            }
        }
        snapshot::store(&transaction, self.id, collection.key(), &mut progress)?;
        transaction.commit()?;
        drop(writer);
        self.progress.insert(collection, progress);
        Ok(())
    }

    /// Makes the run the newest snapshot. A collection that was begun and not finished counts as failed.
    ///
    /// A run that found the org as the newest snapshot has it makes none: that one is [confirmed](crate::Snapshot::confirmed)
    /// and returned, with the run's marks. Only after an hour there is a new one in any case, since ages went on.
    pub fn complete(mut self, now: Timestamp) -> Result<SnapshotId> {
        self.flush()?;
        for collection in self.unfinished()? {
            let (kind, message) =
                ("unfinished".to_owned(), "The sync ended before this was read.".to_owned());
            self.finish_collection(&collection, Outcome::Failed { kind, message })?;
        }
        if let Some(newest) = self.confirm(now)? {
            return Ok(newest);
        }
        let id = SnapshotId(self.id);
        // The writer's pages make room for what is made now, so that the peak is not the sum of both.
        self.store.pool.writer().execute_batch("PRAGMA shrink_memory")?;
        let people = People::scan(&*self.store.pool.reader()?, id, now)?.pack()?;
        let fleet = Fleet::scan(&*self.store.pool.reader()?, id, now)?;
        let mut writer = self.store.pool.writer();
        let transaction = writer.transaction()?;
        fleet::store(&transaction, &fleet)?;
        people.store(&transaction)?;
        overview::store(&transaction, &fleet)?;
        snapshot::complete(&transaction, self.id, now)?;
        transaction.commit()?;
        drop(writer);
        self.store.forget_before(id);
        // The fleet is not kept: who asks for it reads it in milliseconds, and a sync without a screen never does.
        Ok(id)
    }

    /// Takes the whole run back, as if it had never been, but for log events: they are true whoever brought them.
    pub fn discard(mut self) -> Result<()> {
        self.buffer = Buffer::default();
        let mut writer = self.store.pool.writer();
        let transaction = writer.transaction()?;
        take_back_devices(&transaction, self.id)?;
        take_back_texts(&transaction, self.id, Table::User)?;
        for table in Table::ALL {
            take_back(&transaction, table, self.id, "1")?;
        }
        let (run, log) = (self.id, Collection::Log);
        transaction
            .execute("DELETE FROM raw WHERE run = ?1 AND collection <> ?2", params![run, log.key()])?;
        transaction
            .execute("DELETE FROM collection WHERE run = ?1 AND name <> ?2", params![run, log.key()])?;
        // The log's mark stays with its events; its outcome belongs to no snapshot.
        transaction.execute("UPDATE collection SET outcome = NULL WHERE run = ?1", [run])?;
        transaction.execute("DELETE FROM run WHERE id = ?1", [run])?;
        transaction.commit()?;
        Ok(())
    }

    fn unfinished(&self) -> Result<Vec<Collection>> {
        let writer = self.store.pool.writer();
        let mut statement =
            writer.prepare_cached("SELECT name FROM collection WHERE run = ?1 AND outcome IS NULL")?;
        let names = statement.query_map([self.id], |row| row.get::<_, String>(0))?;
        Ok(names.map(|n| n.map(|n| Collection::from_key(&n))).collect::<rusqlite::Result<_>>()?)
    }
}

fn table_of(collection: &Collection) -> Option<Table> {
    match collection {
        Collection::Devices => Some(Table::Device),
        Collection::Users => Some(Table::User),
        Collection::UserRisks => Some(Table::UserRisk),
        Collection::Objects(_) => Some(Table::Object),
        Collection::Log => None,
    }
}

/// The condition on rows of the collection's table that makes them the collection's.
fn rows_of(collection: &Collection) -> String {
    match collection {
        Collection::Objects(kind) => format!("kind = '{}'", kind.as_str().replace('\'', "''")),
        _ => "1".to_owned(),
    }
}

/// Closes what is current but was not listed: the org no longer has it. Returns how many rows that were.
fn close_unseen(
    connection: &Connection,
    run: i64,
    collection: &Collection,
    progress: &Progress,
) -> Result<u64> {
    let Some(table) = table_of(collection) else { return Ok(0) };
    let (name, which) = (table.name(), rows_of(collection));
    let mut gone = Vec::new();
    let sql = format!("SELECT pk, id FROM {name} WHERE valid_to = {OPEN} AND {which}");
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if !progress.seen.contains(row.get(0)?) {
            gone.push(row.get(1)?);
        }
    }
    let mut versions = Versions::new(connection, table)?;
    for id in &gone {
        versions.close(*id, run)?;
    }
    Ok(gone.len() as u64)
}

fn take_back_collection(
    connection: &Connection,
    run: i64,
    collection: &Collection,
    progress: &mut Progress,
) -> Result<()> {
    let Some(table) = table_of(collection) else { return Ok(()) };
    match table {
        Table::Device => take_back_devices(connection, run)?,
        Table::User => take_back_texts(connection, run, table)?,
        Table::UserRisk | Table::Object => {}
    }
    take_back(connection, table, run, &rows_of(collection))?;
    connection
        .execute("DELETE FROM raw WHERE run = ?1 AND collection = ?2", params![run, collection.key()])?;
    progress.mark = None;
    progress.cursor = None;
    progress.written = 0;
    progress.closed = 0;
    progress.seen.clear();
    Ok(())
}

/// Takes back the search texts and sets of links that only the run's own device versions name.
fn take_back_devices(connection: &Connection, run: i64) -> Result<()> {
    managed_flip::take_back(connection, run)?;
    take_back_texts(connection, run, Table::Device)?;
    take_back_named(connection, run, Table::Device, "device_link", "links", "links")
}

/// Takes back the search texts that only the run's own versions name.
fn take_back_texts(connection: &Connection, run: i64, table: Table) -> Result<()> {
    take_back_named(connection, run, table, &format!("{}_search", table.name()), "rowid", "doc")
}

fn take_back_named(
    connection: &Connection,
    run: i64,
    versions: Table,
    table: &str,
    key: &str,
    column: &str,
) -> Result<()> {
    let versions = versions.name();
    let sql = format!(
        "DELETE FROM {table} WHERE {key} IN (
            SELECT {column} FROM {versions} d WHERE valid_from = ?1 AND NOT EXISTS (
                SELECT 1 FROM {versions} p WHERE p.pk = d.pk AND p.valid_from < ?1 AND p.{column} = d.{column}))"
    );
    connection.execute(&sql, [run])?;
    Ok(())
}
