//! Arguments as SQLite converts them: to text and to numbers.

use rusqlite::functions::Context;
use rusqlite::types::ValueRef;

/// The argument as `sqlite3_value_text` gives it; `None` for NULL. Ends at the first NUL, as it does in C.
pub(super) fn text(context: &Context<'_>, at: usize) -> Option<String> {
    if at >= context.len() {
        return None;
    }
    let mut text = match context.get_raw(at) {
        ValueRef::Null => return None,
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => real(number),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    };
    if let Some(end) = text.find('\0') {
        text.truncate(end);
    }
    Some(text)
}

/// The argument as `sqlite3_value_double` gives it.
pub(super) fn double(value: ValueRef<'_>) -> f64 {
    match value {
        ValueRef::Null => 0.0,
        #[allow(clippy::cast_precision_loss, reason = "C does the same")]
        ValueRef::Integer(number) => number as f64,
        ValueRef::Real(number) => number,
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => leading_number(&String::from_utf8_lossy(bytes)),
    }
}

/// The argument as `sqlite3_value_int` gives it.
pub(super) fn int(value: ValueRef<'_>) -> i32 {
    #[allow(clippy::cast_possible_truncation, reason = "C cuts it, too")]
    match value {
        ValueRef::Integer(number) => number as i32,
        other => double(other) as i64 as i32,
    }
}

/// As much of a text as is a number.
fn leading_number(text: &str) -> f64 {
    let text = text.trim_start();
    let mut end = 0;
    let (mut digits, mut dot, mut exponent) = (false, false, false);
    let mut valid = 0;
    for (at, c) in text.char_indices() {
        match c {
            '0'..='9' => digits = true,
            '+' | '-' if at == 0 || matches!(text.as_bytes()[at - 1], b'e' | b'E') => {}
            '.' if !dot && !exponent => dot = true,
            'e' | 'E' if digits && !exponent => exponent = true,
            _ => break,
        }
        end = at + c.len_utf8();
        if c.is_ascii_digit() || (c == '.' && digits) {
            valid = end;
        }
    }
    text[..valid.min(end)].parse().unwrap_or(0.0)
}

/// A number in SQLite's writing: fifteen digits, and a point in any case.
pub(crate) fn real(number: f64) -> String {
    if number.is_nan() {
        return String::new();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Inf".to_owned() } else { "-Inf".to_owned() };
    }
    let science = format!("{number:.14e}");
    let Some((mantissa, exponent)) = science.split_once('e') else { return science };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..15).contains(&exponent) {
        let places = usize::try_from(14 - exponent).unwrap_or_default();
        let plain = format!("{number:.places$}");
        return if plain.contains('.') { trimmed(&plain) } else { format!("{plain}.0") };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", trimmed(mantissa), exponent.abs())
}

/// Without zeros at the end, but with one digit behind the point.
fn trimmed(number: &str) -> String {
    let short = number.trim_end_matches('0');
    if short.ends_with('.') { format!("{short}0") } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_sqlite_writes_them() {
        // As SQLite 3.40 wrote them, which is what 3.42 does; later ones write more digits.
        let check = |number: f64, want: &str| assert_eq!(real(number), want);
        check(0.0, "0.0");
        check(1.0, "1.0");
        check(-1.5, "-1.5");
        check(0.1 + 0.2, "0.3");
        check(1e14, "100000000000000.0");
        check(123456789012345.0, "123456789012345.0");
        check(1e15, "1.0e+15");
        check(1e20, "1.0e+20");
        check(1e-4, "0.0001");
        check(1e-5, "1.0e-05");
        check(1.5e-7, "1.5e-07");
        check(1e300, "1.0e+300");
        check(3.0e-300, "3.0e-300");
        check(1234567890123456.0, "1.23456789012346e+15");
        check(2.0 / 3.0, "0.666666666666667");
        check(0.00001234, "1.234e-05");
        check(99999999999999.5, "99999999999999.5");
        check(999999999999999.9, "1.0e+15");
    }

    #[test]
    fn text_counts_as_far_as_it_is_a_number() {
        let check = |text: &str, want: f64| assert!((leading_number(text) - want).abs() < 1e-12, "{text}");
        check("4", 4.0);
        check(" 4.5x", 4.5);
        check("-2e1", -20.0);
        check("2e", 2.0);
        check("x", 0.0);
        check("", 0.0);
        check("4.", 4.0);
    }
}
