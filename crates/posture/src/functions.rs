//! The functions that osquery adds to SQLite, with its edge cases, registered over SQLite's own of the same name. Mirrors
//! `osquery/sql/sqlite_*.cpp` of osquery 5.18.1.

mod community_id;
mod dates;
mod effort;
mod encoding;
mod maths;
mod network;
mod regexes;
mod texts;
pub(crate) mod values;

use crate::collation::{self, Flavour};
use crate::engine::Shared;
use domain::OsqueryPlatform;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error, Result};
use std::cmp::Ordering;
use std::sync::Arc;

/// Makes the connection know them.
pub(crate) fn register(db: &Connection, shared: &Arc<Shared>) -> Result<()> {
    maths::register(db, shared.platform)?;
    texts::register(db)?;
    regexes::register(db, shared)?;
    encoding::register(db)?;
    network::register(db)?;
    community_id::register(db, shared)?;
    dates::register(db, shared)?;
    scalar(db, "version_compare", -1, version_compare)?;
    let platform = shared.platform;
    scalar(db, "parent_directory", 1, move |context| parent_directory(context, platform))?;
    for name in ["find_file_path_in_cmd", "is_path_deterministic"] {
        let shared = shared.clone();
        scalar(db, name, -1, move |_| {
            shared.session().doubt(format!("{name} looks at the device's files, which no capture holds"));
            Ok(Value::Null)
        })?;
    }
    for (name, says) in [("sqlite_version", "3.42.0"), ("sqlite_source_id", "")] {
        scalar(db, name, 0, move |_| Ok(Value::Text(says.to_owned())))?;
    }
    // Known by name, so that their call is refused and not unheard of.
    for name in ["sleep", "carve"] {
        scalar(db, name, 1, move |_| Err(wrong("not authorized")))?;
    }
    Ok(())
}

/// Registers one function.
fn scalar<F>(db: &Connection, name: &str, arguments: i32, call: F) -> Result<()>
where
    F: Fn(&Context<'_>) -> Result<Value> + Send + 'static,
{
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    db.create_scalar_function(name, arguments, flags, call)
}

/// An error in a function's own words.
fn wrong(words: impl Into<String>) -> Error {
    Error::UserFunctionError(words.into().into())
}

/// Whether any argument is NULL.
fn any_null(context: &Context<'_>) -> bool {
    (0..context.len()).any(|at| context.get_raw(at) == ValueRef::Null)
}

/// -1, 0 or 1.
fn version_compare(context: &Context<'_>) -> Result<Value> {
    let text = |at: usize| match (at < context.len()).then(|| context.get_raw(at)) {
        Some(ValueRef::Text(text)) => Some(String::from_utf8_lossy(text).into_owned()),
        _ => None,
    };
    let (Some(a), Some(b)) = (text(0), text(1)) else {
        return Err(wrong("Must provide two version strings to compare."));
    };
    let flavour = if context.len() > 2 {
        let name = text(2).ok_or_else(|| wrong("The optional third parameter is not a string."))?;
        Flavour::named(&name)
            .ok_or_else(|| wrong("The optional third parameter does not match one of: (ARCH, DPKG, RHEL)."))?
    } else {
        Flavour::Plain
    };
    Ok(Value::Integer(match collation::compare(&a, &b, flavour) {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }))
}

/// What stands above the last separator of the platform.
fn parent_directory(context: &Context<'_>, platform: OsqueryPlatform) -> Result<Value> {
    let ValueRef::Text(path) = context.get_raw(0) else {
        return Err(wrong("Invalid type for argument 1"));
    };
    let path = String::from_utf8_lossy(path);
    let separator = if platform == OsqueryPlatform::Windows { '\\' } else { '/' };
    Ok(path.rfind(separator).map_or(Value::Null, |at| {
        // The root keeps its name.
        let end = if at == 0 && separator == '/' { 1 } else { at };
        Value::Text(path[..end].to_owned())
    }))
}
