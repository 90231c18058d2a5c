//! Where rows go: the three kinds of files, behind one way to write them.

use super::{
    file::Draft,
    meta::About,
    unwritten, unwritten_rows,
    write::{Format, Rows},
};
use cache::PlainFile;
use contract::{Failure, exports::ExportFormat};
use domain::Attribute;
use serde_json::Value;
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
};

pub(super) struct Target {
    path: PathBuf,
    to: To,
}

enum To {
    Text { rows: Rows<BufWriter<File>>, json: bool },
    Sqlite { file: PlainFile, rows: u64 },
}

impl Target {
    pub fn begin(
        draft: &Draft,
        format: ExportFormat,
        columns: &[Attribute],
        about: &About,
    ) -> Result<Self, Failure> {
        let path = draft.path().to_owned();
        let names: Vec<&'static str> = std::iter::once("id").chain(columns.iter().map(|c| c.key())).collect();
        let to = match format {
            ExportFormat::Sqlite => {
                let file = PlainFile::create(&path, "devices", &names);
                To::Sqlite { file: file.map_err(|error| unwritten_rows(&path, error))?, rows: 0 }
            }
            format => {
                let json = format == ExportFormat::Json;
                let begin = || {
                    // The draft has made it; were it gone, another's file could stand there by now.
                    let mut to = BufWriter::new(File::options().write(true).open(&path)?);
                    if json {
                        write!(to, "{{\"meta\":{},\n\"rows\":", facts(about))?;
                    }
                    Rows::begin(if json { Format::Json } else { Format::Csv }, &names, to)
                };
                To::Text { rows: begin().map_err(|error| unwritten(&path, &error))?, json }
            }
        };
        Ok(Self { path, to })
    }

    pub fn row(&mut self, cells: &[Value]) -> Result<(), Failure> {
        match &mut self.to {
            To::Text { rows, .. } => rows.row(cells).map_err(|error| unwritten(&self.path, &error)),
            To::Sqlite { file, rows } => {
                *rows += 1;
                file.row(cells).map_err(|error| unwritten_rows(&self.path, error))
            }
        }
    }

    /// Ends, and tells how many rows there were.
    pub fn end(self, about: &About) -> Result<u64, Failure> {
        match self.to {
            To::Text { rows, json } => {
                let end = || {
                    let (count, mut to) = rows.end()?;
                    if json {
                        to.write_all(b"}\n")?;
                    }
                    to.flush()?;
                    Ok(count)
                };
                end().map_err(|error| unwritten(&self.path, &error))
            }
            To::Sqlite { file, rows } => {
                let end = || {
                    for (key, value) in &about.facts {
                        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                        file.meta(key, &text)?;
                    }
                    file.meta("rows", &rows.to_string())?;
                    file.finish()
                };
                end().map_err(|error| unwritten_rows(&self.path, error))?;
                Ok(rows)
            }
        }
    }
}

fn facts(about: &About) -> Value {
    Value::Object(about.facts.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
}
