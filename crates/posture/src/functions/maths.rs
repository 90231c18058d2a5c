//! osquery's mathematics. Numbers only as far as its C library has them: what is no number is NULL, and where the library
//! reports an error, that is one.

use super::{any_null, scalar, values, wrong};
use domain::OsqueryPlatform;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Result};

/// From a number to a number.
type Call = fn(f64) -> f64;

pub(super) fn register(db: &Connection, platform: OsqueryPlatform) -> Result<()> {
    let plain: [(&str, Call); 13] = [
        ("sqrt", f64::sqrt),
        ("acos", f64::acos),
        ("asin", f64::asin),
        ("atan", f64::atan),
        ("cos", f64::cos),
        ("sin", f64::sin),
        ("tan", f64::tan),
        ("cot", |x| 1.0 / x.tan()),
        ("exp", f64::exp),
        ("log", f64::ln),
        ("log10", f64::log10),
        ("degrees", f64::to_degrees),
        ("radians", f64::to_radians),
    ];
    for (name, call) in plain {
        scalar(db, name, 1, move |context| {
            if any_null(context) {
                return Ok(Value::Null);
            }
            let x = values::double(context.get_raw(0));
            // Division by a zero of `tan` is no call of the library.
            checked(call(x), &[x], platform, name != "cot")
        })?;
    }
    scalar(db, "power", 2, move |context| {
        if any_null(context) {
            return Ok(Value::Null);
        }
        let (x, y) = (values::double(context.get_raw(0)), values::double(context.get_raw(1)));
        checked(x.powf(y), &[x, y], platform, true)
    })?;
    scalar(db, "pi", 0, |_| Ok(Value::Real(std::f64::consts::PI)))?;
    for (name, call) in [("ceil", f64::ceil as Call), ("floor", f64::floor)] {
        #[allow(clippy::cast_possible_truncation, reason = "osquery casts to a 64-bit integer")]
        scalar(db, name, 1, move |context| {
            Ok(match context.get_raw(0) {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => Value::Integer(number),
                other => Value::Integer(call(values::double(other)) as i64),
            })
        })?;
    }
    Ok(())
}

/// The result, or the error that the library of the platform reports: macOS' reports none.
fn checked(result: f64, arguments: &[f64], platform: OsqueryPlatform, reports: bool) -> Result<Value> {
    let sound = arguments.iter().all(|x| x.is_finite());
    let words = match (platform, result.is_nan(), result.is_infinite()) {
        (OsqueryPlatform::Linux, true, _) => Some("Numerical argument out of domain"),
        (OsqueryPlatform::Linux, _, true) => Some("Numerical result out of range"),
        (OsqueryPlatform::Windows, true, _) => Some("Domain error"),
        (OsqueryPlatform::Windows, _, true) => Some("Result too large"),
        _ => None,
    };
    match words.filter(|_| sound && reports) {
        Some(words) => Err(wrong(words)),
        None if result.is_nan() => Ok(Value::Null),
        None => Ok(Value::Real(result)),
    }
}
