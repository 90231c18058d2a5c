//! States and trials for the tests of the engine.

use domain::{
    Captured, DeviceState, Expect, OsqueryPlatform, Reach, ReachTest, StateSource, TableState, Trial,
};
use posture::{Limits, run};

/// A state without tables.
pub fn device(platform: OsqueryPlatform) -> DeviceState {
    DeviceState {
        name: "a device".into(),
        platform,
        source: StateSource::Fixture,
        captured: None,
        tables: [].into(),
    }
}

/// A row; `NULL` stands for NULL.
pub fn row(values: &[(&str, &str)]) -> Captured {
    values.iter().map(|(name, text)| ((*name).into(), (*text != "NULL").then(|| (*text).into()))).collect()
}

/// The state with a table captured whole.
pub fn with(mut state: DeviceState, table: &str, rows: &[&[(&str, &str)]]) -> DeviceState {
    let rows = rows.iter().map(|values| row(values)).collect();
    state.tables.insert(table.into(), TableState { reach: Reach::Whole, rows });
    state
}

/// The state with a table captured where `column = value`, or LIKE it.
pub fn with_where(
    state: DeviceState,
    table: &str,
    tests: &[(&str, bool, &str)],
    rows: &[&[(&str, &str)]],
) -> DeviceState {
    let mut state = with(state, table, rows);
    let tests = tests
        .iter()
        .map(|(column, like, value)| ReachTest {
            column: (*column).into(),
            like: *like,
            value: (*value).into(),
        })
        .collect();
    if let Some(table) = state.tables.get_mut(table) {
        table.reach = Reach::Where(tests);
    }
    state
}

/// A run for a checkbox.
pub fn tried(state: &DeviceState, query: &str) -> Trial {
    run(state, query, &Expect::Checkbox, &Limits::default())
}

/// What a query gives: its single value as text, `NULL`, or the judgement's words.
pub fn value(state: &DeviceState, query: &str) -> String {
    let trial = tried(state, query);
    match (trial.rows.as_slice(), trial.judgement.why()) {
        ([row], _) if row.len() == 1 => row[0].clone().unwrap_or_else(|| "NULL".into()),
        (_, Some(why)) => why.to_owned(),
        (rows, None) => format!("{rows:?}"),
    }
}
