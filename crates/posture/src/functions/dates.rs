//! `strftime` without what SQLite 3.42 does not know yet: a conversion of a later version makes the whole NULL there.

use super::scalar;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Result, params_from_iter};

/// The conversions of SQLite 3.42.
const KNOWN: &str = "dfHjJmMsSwWY%";

pub(super) fn register(db: &Connection) -> Result<()> {
    // Its own connection, opened by the first call: SQLite's function stands behind the one that is registered here.
    let plain: std::sync::OnceLock<Option<Connection>> = std::sync::OnceLock::new();
    let plain = std::sync::Mutex::new(plain);
    scalar(db, "strftime", -1, move |context| {
        let arguments: Vec<Value> = (0..context.len()).map(|at| context.get(at)).collect::<Result<_>>()?;
        let known = match arguments.first() {
            Some(Value::Text(format)) => knows(format),
            _ => true,
        };
        if !known {
            return Ok(Value::Null);
        }
        let plain = plain.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(plain) = plain.get_or_init(|| Connection::open_in_memory().ok()) else {
            return Ok(Value::Null);
        };
        let places = vec!["?"; arguments.len()].join(", ");
        let mut call = plain.prepare_cached(&format!("SELECT strftime({places})"))?;
        Ok(call.query_row(params_from_iter(arguments), |row| row.get(0)).optional()?.unwrap_or(Value::Null))
    })
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
