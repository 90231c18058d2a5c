//! Every completed snapshot with how much it holds and what it could not read, in three reads however many there are.

use crate::collection::{Collection, Outcome};
use crate::overview::{self, Totals};
use crate::snapshot::{self, CollectionState, Snapshot};
use crate::{Result, Store};
use domain::SnapshotId;
use rusqlite::Connection;
use std::collections::{BTreeMap, HashMap};

impl Store {
    /// All completed snapshots, newest first. Of their collections only those stand here that could not be read.
    pub fn past(&self) -> Result<Vec<(Snapshot, Totals)>> {
        let reader = self.reader()?;
        // One view of the file, so that a sync that completes meanwhile is in all three answers or in none.
        let _view = reader.unchecked_transaction()?;
        let mut totals = overview::all_totals(&reader)?;
        let mut failed = failed(&reader)?;
        let mut last = Vec::new();
        let mut past = Vec::new();
        for mut snapshot in snapshot::all(&reader)?.into_iter().rev() {
            // Runs that a snapshot lies after have spoken their word, whether they were completed or not.
            let later = failed.split_off(&(snapshot.id.0 + 1));
            if let Some((_, states)) = failed.into_iter().next_back() {
                last = states;
            }
            failed = later;
            snapshot.collections.clone_from(&last);
            let totals = totals.remove(&snapshot.id).unwrap_or(Totals { devices: 0, users: 0, events: 0 });
            past.push((snapshot, totals));
        }
        past.reverse();
        Ok(past)
    }
}

/// After each run that said something of a collection: the collections whose last word is a failure.
fn failed(connection: &Connection) -> Result<BTreeMap<i64, Vec<CollectionState>>> {
    let mut statement = connection.prepare_cached(
        "SELECT run, name, outcome, failure, message, items, written FROM collection WHERE outcome IS NOT NULL
         ORDER BY run",
    )?;
    let mut rows = statement.query([])?;
    let mut good: HashMap<Collection, SnapshotId> = HashMap::new();
    let mut bad: BTreeMap<Collection, CollectionState> = BTreeMap::new();
    let mut after = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let run: i64 = row.get(0)?;
        let collection = Collection::from_key(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?);
        let key = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        let outcome = Outcome::from_parts(key, row.get(3)?, row.get(4)?);
        if matches!(outcome, Outcome::Failed { .. }) {
            let (items, written) = (row.get(5)?, row.get(6)?);
            let data_from = good.get(&collection).copied();
            let state =
                CollectionState { collection: collection.clone(), outcome, items, written, data_from };
            bad.insert(collection, state);
        } else {
            bad.remove(&collection);
            good.insert(collection, SnapshotId(run));
        }
        after.insert(run, bad.values().cloned().collect());
    }
    Ok(after)
}
