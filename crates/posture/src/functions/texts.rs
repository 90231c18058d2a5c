//! `split`, `concat` and `concat_ws`.

use super::{any_null, scalar, values, wrong};
use rusqlite::functions::Context;
use rusqlite::types::Value;
use rusqlite::{Connection, Result};

pub(super) fn register(db: &Connection) -> Result<()> {
    scalar(db, "split", 3, split)?;
    scalar(db, "concat", -1, |context| {
        Ok(if context.is_empty() { Value::Null } else { Value::Text(joined(context, "", 0)) })
    })?;
    scalar(db, "concat_ws", -1, |context| {
        if context.is_empty() {
            return Err(wrong("Missing separator to concat_ws"));
        }
        let separator = values::text(context, 0).unwrap_or_default();
        Ok(Value::Text(joined(context, &separator, 1)))
    })
}

/// Each character of the second argument parts; empty pieces are dropped, the others trimmed.
fn split(context: &Context<'_>) -> Result<Value> {
    if any_null(context) {
        return Ok(Value::Null);
    }
    let (text, parting) =
        (values::text(context, 0).unwrap_or_default(), values::text(context, 1).unwrap_or_default());
    if parting.is_empty() {
        return Err(wrong("Invalid input to split function"));
    }
    let index = values::int(context.get_raw(2));
    let mut pieces = text.split(|c| parting.contains(c)).map(str::trim).filter(|piece| !piece.is_empty());
    let piece = usize::try_from(index).ok().and_then(|index| pieces.nth(index));
    Ok(piece.map_or(Value::Null, |piece| Value::Text(piece.to_owned())))
}

/// The values from a place on, but for NULLs, each with the separator behind it unless it is the last argument.
fn joined(context: &Context<'_>, separator: &str, from: usize) -> String {
    let mut text = String::new();
    for at in from..context.len() {
        if let Some(value) = values::text(context, at) {
            text.push_str(&value);
            if at + 1 < context.len() {
                text.push_str(separator);
            }
        }
    }
    text
}
