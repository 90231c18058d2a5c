//! Dates as SQLite 3.42 has them, seen from the state: `now` is when it was captured, where that is known, for that is when the
//! device would have answered. A conversion of `strftime` that came later makes the whole NULL.

use super::scalar;
use crate::engine::Shared;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Result, params_from_iter};
use std::sync::{Arc, Mutex, PoisonError};

/// The conversions of SQLite 3.42.
const KNOWN: &str = "dfHjJmMsSwWY%";

/// SQLite's own functions stand behind those that are registered here: a connection of their own, opened by the first call.
type Plain = Arc<Mutex<Option<Connection>>>;

pub(super) fn register(db: &Connection, shared: &Arc<Shared>) -> Result<()> {
    let plain = Plain::default();
    for name in ["date", "time", "datetime", "julianday", "unixepoch", "strftime"] {
        let (plain, shared) = (plain.clone(), shared.clone());
        scalar(db, name, -1, move |context| {
            let arguments: Vec<Value> =
                (0..context.len()).map(|at| context.get(at)).collect::<Result<_>>()?;
            // Where the time stands: behind the format, if there is one.
            let place = usize::from(name == "strftime");
            match arguments.first() {
                Some(Value::Text(format)) if place == 1 && !knows(format) => Ok(Value::Null),
                _ => call(&plain, name, seen_from(&shared, arguments, place)),
            }
        })?;
    }
    for (name, stands_for) in
        [("current_date", "date"), ("current_time", "time"), ("current_timestamp", "datetime")]
    {
        let (plain, shared) = (plain.clone(), shared.clone());
        scalar(db, name, 0, move |_| call(&plain, stands_for, seen_from(&shared, Vec::new(), 0)))?;
    }
    Ok(())
}

/// The arguments with the time of the capture for `now`, which is also what a missing time means.
fn seen_from(shared: &Shared, mut arguments: Vec<Value>, place: usize) -> Vec<Value> {
    let Some(now) = shared.session().now.clone() else { return arguments };
    let missing = arguments.len() == place;
    match arguments.get_mut(place) {
        Some(Value::Text(time)) if time.eq_ignore_ascii_case("now") => *time = now,
        None if missing => arguments.push(Value::Text(now)),
        _ => {}
    }
    arguments
}

fn call(plain: &Plain, name: &str, arguments: Vec<Value>) -> Result<Value> {
    let mut plain = plain.lock().unwrap_or_else(PoisonError::into_inner);
    let plain = match &mut *plain {
        Some(plain) => plain,
        closed => closed.insert(Connection::open_in_memory()?),
    };
    let places = vec!["?"; arguments.len()].join(", ");
    let mut call = plain.prepare_cached(&format!("SELECT {name}({places})"))?;
    Ok(call.query_row(params_from_iter(arguments), |row| row.get(0)).optional()?.unwrap_or(Value::Null))
}

fn knows(format: &str) -> bool {
    let mut characters = format.chars();
    while let Some(c) = characters.next() {
        if c == '%' && !characters.next().is_some_and(|next| KNOWN.contains(next)) {
            return false;
        }
    }
    true
}
