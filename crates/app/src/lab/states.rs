//! States of devices: those that come along and imported ones.

use crate::{failure, org::Org};
use cache::NewDeviceState;
use contract::{
    Failure, FailureKind,
    lab::{ImportStates, ImportedStates, StateKey, StateRow, States},
};
use domain::{DeviceState, OsqueryPlatform, StateSource};
use posture::{
    capture::{self, CaptureFormat, CaptureNote, CaptureReport, ReadOptions},
    engine::KeptState,
};
use std::{collections::BTreeMap, path::Path};

/// So many imported states are listed; all of them are tried.
const LISTED: u32 = 200;
/// So many are written at a time.
const BATCH: usize = 500;

/// Those that come along.
pub(super) fn shipped(platform: OsqueryPlatform) -> impl Iterator<Item = &'static DeviceState> {
    posture::states::shipped().iter().filter(move |state| state.platform == platform)
}

/// What one of those that come along is called: every platform has a healthy one.
pub(super) fn key(state: &DeviceState) -> StateKey {
    StateKey::Shipped(format!("{}/{}", state.platform.key(), state.name))
}

/// What there is.
pub(super) fn list(org: &Org, platform: OsqueryPlatform) -> Result<States, Failure> {
    let own = org.cache.device_states(platform.key(), LISTED).map_err(failure::cache)?;
    let row = |state: &DeviceState| StateRow {
        key: key(state),
        name: state.name.clone(),
        source: state.source,
        captured: state.captured,
        tables: u32::try_from(state.tables.len()).unwrap_or(u32::MAX),
    };
    let own = own.into_iter().map(|row| StateRow {
        key: StateKey::Own(row.id),
        name: row.name,
        source: StateSource::Capture,
        captured: row.captured,
        tables: row.tables,
    });
    Ok(States {
        now: org.now(),
        shipped: shipped(platform).map(row).collect(),
        own: own.collect(),
        own_total: org.cache.device_state_count(platform.key()).map_err(failure::cache)?,
    })
}

fn gone() -> Failure {
    Failure::new(FailureKind::NotFound, "This state was deleted meanwhile.")
}

/// One state in full.
pub(super) fn one(org: &Org, wanted: &StateKey) -> Result<DeviceState, Failure> {
    match wanted {
        StateKey::Shipped(name) => {
            let named = |state: &&DeviceState| matches!(key(state), StateKey::Shipped(key) if key == *name);
            posture::states::shipped().iter().find(named).cloned().ok_or_else(gone)
        }
        StateKey::Own(id) => {
            let json = org.cache.device_state(*id).map_err(failure::cache)?.ok_or_else(gone)?;
            serde_json::from_str(&json).map_err(failure::bug)
        }
    }
}

/// Hands over every imported state, one at a time, each with these of its tables alone.
pub(super) fn each(
    org: &Org,
    platform: OsqueryPlatform,
    tables: &[&str],
    mut each: impl FnMut(i64, &KeptState<'_>),
) -> Result<(), Failure> {
    let walked = org.cache.each_device_state_part(platform.key(), tables, |part| {
        each(part.id, &KeptState { name: &part.name, captured: part.captured, tables: &part.tables });
        Ok::<_, cache::Error>(())
    });
    walked.map_err(failure::cache)
}

/// Reads captured states from a file's text and keeps them.
pub(super) fn import(org: &Org, command: &ImportStates) -> Result<ImportedStates, Failure> {
    let options = ReadOptions { platform: command.platform, ..ReadOptions::default() };
    let options = options.for_file(Path::new(&command.name));
    let mut batch = Vec::new();
    let mut kept = Ok(());
    let (mut count, mut replaced) = (0_u64, 0_u64);
    let report = capture::read(command.text.as_bytes(), &options, |state| {
        // After a failure nothing more is gathered.
        if kept.is_err() {
            return;
        }
        count += 1;
        match new(&state) {
            Ok(state) => batch.push(state),
            Err(failure) => kept = Err(failure),
        }
        if batch.len() >= BATCH && kept.is_ok() {
            let written = org.cache.add_device_states(&std::mem::take(&mut batch)).map_err(failure::cache);
            kept = written.map(|those| replaced += those);
        }
    });
    let report = report.map_err(|error| {
        Failure::new(
            FailureKind::BadInput,
            match count {
                0 => format!("{} holds no states that can be read: {error}.", command.name),
                count => format!(
                    "{} can’t be read to its end: {error}. {count} states were read before.",
                    command.name
                ),
            },
        )
        .hint("A dump of osqueryi --json is read under its table’s name: os_version.json.")
    })?;
    kept?;
    replaced += org.cache.add_device_states(&batch).map_err(failure::cache)?;
    Ok(ImportedStates {
        states: count,
        replaced,
        format: format_words(report.format).to_owned(),
        notes: notes(&report),
    })
}

fn format_words(format: CaptureFormat) -> &'static str {
    match format {
        CaptureFormat::Rows => "the rows of one table",
        CaptureFormat::Tables => "tables by name",
        CaptureFormat::Folder => "a folder of dumps",
        CaptureFormat::ResultLog => "a result log of osqueryd",
        CaptureFormat::FleetReport => "a report of Fleet",
        CaptureFormat::States => "states of devices",
    }
}

fn notes(report: &CaptureReport) -> Vec<String> {
    let note = |note: &CaptureNote| format!("Line {}: {}", note.line, note.what);
    let more =
        (report.notes_left_out > 0).then(|| format!("{} more notes are left out.", report.notes_left_out));
    report.notes.iter().map(note).chain(more).collect()
}

fn new(state: &DeviceState) -> Result<NewDeviceState, Failure> {
    let mut by_table = BTreeMap::new();
    for (name, table) in &state.tables {
        let known = known_as(name);
        // A table that is there by its own name and by an older one is what its own says.
        if *name == known || !by_table.contains_key(&known) {
            by_table.insert(known, serde_json::to_string(table).map_err(failure::bug)?);
        }
    }
    Ok(NewDeviceState {
        platform: state.platform.key(),
        name: state.name.clone(),
        captured: state.captured,
        tables: u32::try_from(state.tables.len()).unwrap_or(u32::MAX),
        json: serde_json::to_string(state).map_err(failure::bug)?,
        by_table: by_table.into_iter().collect(),
    })
}

/// The catalogue's name of a table, whichever of its names the capture has.
fn known_as(name: &String) -> String {
    posture::Catalogue::shipped().table(name).map_or(name, |table| &table.name).clone()
}

/// Throws imported states away.
pub(super) fn delete(org: &Org, platform: OsqueryPlatform, one: Option<i64>) -> Result<u64, Failure> {
    org.cache.delete_device_states(platform.key(), one).map_err(failure::cache)
}
