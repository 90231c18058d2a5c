//! Values as osquery's virtual tables hand them to SQLite: text of a numeric column is read as C reads it, what can't be read is
//! NULL, and INTEGER is cut to 32 bits.

use crate::catalogue::ColumnType;

/// One value of a captured row, ready for SQLite.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Nobody captured it: whoever reads it gets no answer.
    Missing,
    Null,
    Integer(i64),
    Real(f64),
    Text(Box<str>),
}

impl Cell {
    /// The cell of a column of this type that osquery filled with this text.
    pub(crate) fn read(kind: ColumnType, text: &str) -> Self {
        match kind {
            ColumnType::Text => Self::Text(text.into()),
            // As a C cast does: the upper half is cut off.
            #[allow(clippy::cast_possible_truncation, reason = "osquery cuts INTEGER to 32 bits")]
            ColumnType::Integer => c_integer(text).map_or(Self::Null, |n| Self::Integer(i64::from(n as i32))),
            ColumnType::Bigint | ColumnType::UnsignedBigint => {
                c_integer(text).map_or(Self::Null, Self::Integer)
            }
            ColumnType::Double => match text.trim_start_matches(is_c_space).parse() {
                Ok(number) => Self::Real(number),
                Err(_) => Self::Null,
            },
        }
    }
}

/// What `strtoll` with base 0 reads, if it reads all of the text: decimal, octal behind `0`, hexadecimal behind `0x`.
fn c_integer(text: &str) -> Option<i64> {
    let text = text.trim_start_matches(is_c_space);
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (16, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    // `from_str_radix` would take a second sign.
    if digits.starts_with(['-', '+']) {
        return None;
    }
    let size = i128::from_str_radix(digits, radix).ok()?;
    i64::try_from(if negative { -size } else { size }).ok()
}

fn is_c_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_c_reads_them() {
        let check =
            |kind, text: &str, want: Cell| assert_eq!(Cell::read(kind, text), want, "{kind:?} {text:?}");
        use Cell::{Integer, Null, Real};
        for kind in [ColumnType::Integer, ColumnType::Bigint, ColumnType::UnsignedBigint] {
            check(kind, "17", Integer(17));
            check(kind, "-1", Integer(-1));
            check(kind, "+7", Integer(7));
            check(kind, " 5", Integer(5));
            check(kind, "010", Integer(8));
            check(kind, "0x1F", Integer(31));
            check(kind, "0X1f", Integer(31));
            check(kind, "-0x10", Integer(-16));
            check(kind, "0", Integer(0));
            for unreadable in
                ["", " ", "08", "0x", "5 ", "1.0", "true", "--5", "0x-5", "-", "9223372036854775808"]
            {
                check(kind, unreadable, Null);
            }
        }
        check(ColumnType::Integer, "4294967295", Integer(-1));
        check(ColumnType::Integer, "4294967296", Integer(0));
        check(ColumnType::Integer, "2147483648", Integer(-2_147_483_648));
        check(ColumnType::Bigint, "4294967295", Integer(4_294_967_295));
        check(ColumnType::UnsignedBigint, "18446744073709551615", Null);
        check(ColumnType::Text, "", Cell::Text("".into()));
        check(ColumnType::Text, "010", Cell::Text("010".into()));
        check(ColumnType::Double, "1.50", Real(1.5));
        check(ColumnType::Double, "", Null);
        check(ColumnType::Double, "1.5x", Null);
    }
}
