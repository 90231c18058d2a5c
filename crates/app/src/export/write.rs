//! Rows into CSV, JSON or JSON lines, one at a time: nothing is held but the row under way.

use domain::cell;
use serde::Serializer;
use serde_json::Value;
use std::io::{self, Write};

/// In which form rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// With a header line; text that a spreadsheet would run as a formula is escaped.
    Csv,
    /// One array.
    Json,
    /// One object per line.
    Jsonl,
}

/// Writes rows that all have the same columns.
pub struct Rows<W: Write> {
    columns: Vec<&'static str>,
    out: Out<W>,
    written: u64,
}

enum Out<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Json { to: W, array: bool },
}

impl<W: Write> Rows<W> {
    /// Begins: a CSV gets its header at once, so that an empty export still tells its columns.
    pub fn begin(format: Format, columns: &[&'static str], to: W) -> io::Result<Self> {
        let out = match format {
            Format::Csv => {
                let mut to = csv::Writer::from_writer(to);
                to.write_record(columns)?;
                Out::Csv(Box::new(to))
            }
            Format::Json | Format::Jsonl => Out::Json { to, array: format == Format::Json },
        };
        Ok(Self { columns: columns.to_vec(), out, written: 0 })
    }

    /// One row; `cells` in the order of the columns.
    pub fn row(&mut self, cells: &[Value]) -> io::Result<()> {
        debug_assert_eq!(cells.len(), self.columns.len());
        match &mut self.out {
            Out::Csv(to) => {
                cells.iter().try_for_each(|cell| to.write_field(csv_cell(cell)))?;
                to.write_record(None::<&[u8]>)?;
            }
            Out::Json { to, array } => {
                if *array {
                    to.write_all(if self.written == 0 { b"[\n" } else { b",\n" })?;
                }
                let mut row = serde_json::Serializer::new(&mut *to);
                row.collect_map(self.columns.iter().zip(cells))?;
                if !*array {
                    to.write_all(b"\n")?;
                }
            }
        }
        self.written += 1;
        Ok(())
    }

    /// Ends; tells how many rows there were, and gives back what was written to.
    pub fn end(self) -> io::Result<(u64, W)> {
        let mut to = match self.out {
            Out::Csv(to) => to.into_inner().map_err(|error| error.into_error())?,
            Out::Json { mut to, array } => {
                if array {
                    to.write_all(if self.written == 0 { b"[]\n" } else { b"\n]\n" })?;
                }
                to
            }
        };
        to.flush()?;
        Ok((self.written, to))
    }
}

/// A cell for a spreadsheet; a number stays a number, also a negative one.
fn csv_cell(cell: &Value) -> String {
    match cell {
        Value::Null => String::new(),
        Value::String(text) => cell::not_a_formula(text).into_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(format: Format, rows: &[[Value; 2]]) -> String {
        let mut out = Vec::new();
        let mut to = Rows::begin(format, &["name", "n"], &mut out).expect("begins");
        rows.iter().for_each(|row| to.row(row).expect("writes"));
        to.end().expect("ends");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_formula_is_escaped_and_a_number_is_not() {
        let check = |cell: Value, want: &str| assert_eq!(csv_cell(&cell), want);
        check(json!("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
        check(json!("+1"), "'+1");
        check(json!("-2"), "'-2");
        check(json!("@SUM(A1)"), "'@SUM(A1)");
        check(json!("\t=1"), "'\t=1");
        check(json!("\r=1"), "'\r=1");
        check(json!(-2), "-2");
        check(json!(true), "true");
        check(json!(null), "");
        check(json!("Zoë's \"Mac\", 2"), "Zoë's \"Mac\", 2");
    }

    #[test]
    fn each_format_is_whole_with_and_without_rows() {
        let rows = [[json!("a,b"), json!(1)], [json!(null), json!(2)]];
        assert_eq!(written(Format::Csv, &rows), "name,n\n\"a,b\",1\n,2\n");
        assert_eq!(written(Format::Csv, &[]), "name,n\n");
        assert_eq!(written(Format::Jsonl, &rows), "{\"name\":\"a,b\",\"n\":1}\n{\"name\":null,\"n\":2}\n");
        assert_eq!(
            written(Format::Json, &rows),
            "[\n{\"name\":\"a,b\",\"n\":1},\n{\"name\":null,\"n\":2}\n]\n"
        );
        assert_eq!(written(Format::Json, &[]), "[]\n");
    }
}
