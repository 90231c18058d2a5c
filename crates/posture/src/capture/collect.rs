//! Makes states of the pieces of a capture: tells what each is, gathers rows by device and table, hands states on. The one
//! place that decides what is whole.

use super::host::{ENTRY, Gathered, Host, Place, row, row_size, table_name};
use super::json::{Json, Mended};
use super::notes::Notes;
use super::pieces::{Piece, Placed};
use super::shape::{self, Shape};
use super::{CaptureError, CaptureFormat, CaptureReport, ReadOptions};
use domain::{DeviceState, OsqueryPlatform, StateSource};
use std::collections::BTreeMap;

pub(super) struct Collector<'a> {
    pub options: &'a ReadOptions,
    pub notes: Notes,
    /// Devices that the capture names.
    pub hosts: BTreeMap<String, Host>,
    /// The table that the rows of this file are of.
    pub table: Option<String>,
    /// The device that it does not name.
    own: Host,
    pub file: FileFacts,
    held: usize,
    states: u64,
    format: Option<CaptureFormat>,
    /// The tables of a device that could be of more than one platform.
    unclear: Option<Vec<String>>,
    each: &'a mut dyn FnMut(DeviceState),
}

/// What was seen of one file.
#[derive(Default)]
pub(super) struct FileFacts {
    lists: u64,
    /// Something of it could not be read.
    pub partial: bool,
    /// A list is open, and nothing but lines that are no JSON came since.
    bare: bool,
    open: bool,
    /// `partial` as it was before that list.
    before: bool,
    /// Rows without a table.
    pub homeless: bool,
    /// An object of any kind.
    objects: bool,
    /// Rows or an empty list: nothing else can stand for "no rows".
    rows: bool,
    other: bool,
    error: Option<String>,
}

impl FileFacts {
    /// A list begins. One that is open and held nothing was a line of a log that began with a bracket.
    fn list(&mut self) {
        if self.open && self.bare {
            self.partial = self.before;
        } else {
            self.lists += 1;
        }
        (self.open, self.bare, self.before) = (true, true, self.partial);
    }
}

impl<'a> Collector<'a> {
    pub(super) fn new(options: &'a ReadOptions, each: &'a mut dyn FnMut(DeviceState)) -> Self {
        let own = Host { captured: options.captured, ..Host::default() };
        let (notes, hosts, file) = (Notes::default(), BTreeMap::new(), FileFacts::default());
        Self {
            options,
            notes,
            hosts,
            table: None,
            own,
            file,
            held: 0,
            states: 0,
            format: None,
            unclear: None,
            each,
        }
    }

    /// A file begins; its rows are of `table`, if they don't say otherwise.
    pub(super) fn begin(&mut self, file: Option<String>, table: Option<&str>) {
        self.notes.file = file;
        self.file = FileFacts::default();
        self.table = table.map(|table| table_name(table, &mut self.notes, Place { line: 1, offset: 0 }));
    }

    pub(super) fn take(&mut self, placed: Placed) -> Result<(), CaptureError> {
        let at = Place { line: placed.line, offset: placed.offset };
        match placed.piece {
            Piece::ListStart => self.file.list(),
            Piece::ListEnd => self.file.open = false,
            Piece::ListCut => {
                self.file.partial = true;
                self.note(at, String::from("It ends in the middle of a list; what came before is kept."));
            }
            Piece::Broken => {
                self.file.partial = true;
                self.note(at, String::from("An object begins here and does not end; it was left out."));
            }
            Piece::Noise(text) => self.noise(&text, at),
            Piece::Value(bytes) => {
                self.file.bare = false;
                self.value(&bytes, at)?;
            }
        }
        Ok(())
    }

    fn value(&mut self, bytes: &[u8], at: Place) -> Result<(), CaptureError> {
        match Json::read(bytes) {
            Ok((json, mended)) => {
                for what in mended {
                    self.note(
                        at,
                        String::from(match what {
                            Mended::NotUtf8 => {
                                "There are bytes that are no UTF-8; each was read as “\u{fffd}”."
                            }
                            Mended::ControlCharacters => {
                                "There are bare control characters in a text; they were kept."
                            }
                        }),
                    );
                }
                self.object(json, at)?;
            }
            Err(error) => {
                self.file.partial = true;
                self.note(at, format!("An object here is no JSON ({}); it was left out.", brief(&error)));
            }
        }
        Ok(())
    }

    pub(super) fn note(&mut self, at: Place, what: String) {
        self.notes.add(at.line, at.offset, what);
    }

    /// A line that is no JSON: a warning that osquery printed before its rows, or an error in the place of them.
    fn noise(&mut self, text: &str, at: Place) {
        let logged = text.get(1..5).is_some_and(|date| date.bytes().all(|byte| byte.is_ascii_digit()));
        match (text.split_once("] "), text.strip_prefix("Error: ")) {
            (Some((_, said)), _) if logged => self.note(at, format!("osquery said: {said}")),
            (_, Some(said)) => {
                self.note(at, format!("osquery said: {said}"));
                self.file.error.get_or_insert_with(|| said.to_owned());
            }
            _ => {
                // Within a list, it may have been a row.
                self.file.partial |= self.file.open;
                self.note(at, format!("A line is no JSON and was left out: {text}"));
            }
        }
    }

    fn object(&mut self, json: Json, at: Place) -> Result<(), CaptureError> {
        self.file.objects = true;
        let shape = shape::of(&json);
        let format = match shape {
            Shape::State => CaptureFormat::States,
            Shape::LogLine | Shape::Status => CaptureFormat::ResultLog,
            Shape::FleetReport | Shape::FleetRow => CaptureFormat::FleetReport,
            Shape::Tables => CaptureFormat::Tables,
            Shape::Row => CaptureFormat::Rows,
        };
        if *self.format.get_or_insert(format) != format {
            self.note(at, String::from("From here on the capture has another form; both were read."));
        }
        self.file.rows |= shape == Shape::Row;
        self.file.other |= shape != Shape::Row;
        match shape {
            Shape::State => self.state(json, at),
            Shape::LogLine => return self.log_line(json, at),
            Shape::Status => {
                self.note(at, String::from("There are lines of osquery's status log; they hold no rows."))
            }
            Shape::FleetReport | Shape::FleetRow => return self.fleet(json, at),
            Shape::Tables => return self.tables(json, at),
            Shape::Row => return self.row(json, at),
        }
        Ok(())
    }

    /// One row of the table that the caller named.
    fn row(&mut self, json: Json, at: Place) -> Result<(), CaptureError> {
        let Json::Map(entries) = json else {
            self.file.partial = true;
            self.note(at, String::from("A list stands where a row should; it was left out."));
            return Ok(());
        };
        let Some(table) = self.table.clone() else {
            self.file.homeless = true;
            self.note(at, String::from("Nothing says which table these rows are of; they were left out."));
            return Ok(());
        };
        let row = row(&table, entries, &mut self.notes, at);
        let size = row_size(&row);
        self.own.tables.entry(table).or_default().push(row);
        self.hold(size, 0, at)
    }

    /// Lists of rows by table, of one device.
    fn tables(&mut self, json: Json, at: Place) -> Result<(), CaptureError> {
        let Json::Map(entries) = json else { return Ok(()) };
        for (name, rows) in entries {
            let table = table_name(&name, &mut self.notes, at);
            if self.own.tables.contains_key(&table) {
                self.note(at, format!("`{table}` is there twice; the rows of both are kept."));
            }
            let Json::List(rows) = rows else { continue };
            self.own.tables.entry(table.clone()).or_default();
            for value in rows {
                let Json::Map(entries) = value else { continue };
                let row = row(&table, entries, &mut self.notes, at);
                let size = row_size(&row);
                self.own.tables.entry(table.clone()).or_default().push(row);
                self.hold(size, 0, at)?;
            }
        }
        Ok(())
    }

    /// Hands a device on, if its platform is known.
    pub(super) fn emit(
        &mut self,
        name: String,
        host: Host,
        told: Option<OsqueryPlatform>,
        source: StateSource,
        at: Place,
    ) {
        match host.state(name.clone(), told, &mut self.notes, at) {
            Ok(state) => {
                self.states += 1;
                (self.each)(DeviceState { source, ..state });
            }
            Err(tables) => {
                self.note(at, format!("“{name}” could be of more than one platform; it was left out."));
                self.unclear.get_or_insert(tables);
            }
        }
    }

    /// The device of that name, which is about to get that table; both count, for they may be many and empty.
    pub(super) fn host(&mut self, name: String, table: &str, at: Place) -> Result<&mut Host, CaptureError> {
        let known = self.hosts.get(&name);
        let letters = if known.is_none() { ENTRY + name.len() } else { 0 };
        let table = if known.is_none_or(|host| !host.tables.contains_key(table)) { ENTRY } else { 0 };
        self.hold(letters + table, 0, at)?;
        Ok(self.hosts.entry(name).or_default())
    }

    /// Counts what is held, and refuses to hold more than may be.
    pub(super) fn hold(&mut self, after: usize, before: usize, at: Place) -> Result<(), CaptureError> {
        self.held = (self.held + after).saturating_sub(before);
        if self.held > self.options.most_held {
            return Err(CaptureError::TooLarge { line: at.line, limit: self.options.most_held });
        }
        Ok(())
    }

    /// A file has ended: what does it prove?
    pub(super) fn end(&mut self) -> Result<(), CaptureError> {
        let file = std::mem::take(&mut self.file);
        if file.lists == 0 && !file.objects {
            return Err(match file.error {
                Some(message) => CaptureError::QueryFailed { message },
                None => CaptureError::NoJson,
            });
        }
        if file.partial {
            self.doubt(|format, gathered| {
                format == Some(CaptureFormat::FleetReport) || gathered.changes.is_some()
            });
        }
        if file.other && !file.rows {
            // A report whose table nobody told has nothing to give.
            return if file.homeless { Err(CaptureError::NoTable) } else { Ok(()) };
        }
        let Some(table) = self.table.clone() else {
            return if file.other { Ok(()) } else { Err(CaptureError::NoTable) };
        };
        self.format.get_or_insert(CaptureFormat::Rows);
        if !file.rows
            && let Some(message) = file.error
        {
            // The shell prints an empty list after an error, too.
            return Err(CaptureError::QueryFailed { message });
        }
        let gathered = self.own.tables.entry(table).or_default();
        gathered.partial |= file.partial || file.error.is_some();
        gathered.reach.clone_from(&self.options.reach);
        if file.lists > 1 {
            let what = String::from("There is more than one list; the rows of all are read as one table.");
            self.notes.add(1, 0, what);
        }
        Ok(())
    }

    /// Something was lost: tables that it may have belonged to are not whole.
    fn doubt(&mut self, lost: impl Fn(Option<CaptureFormat>, &Gathered) -> bool) {
        let format = self.format;
        let tables = self.hosts.values_mut().flat_map(|host| host.tables.values_mut());
        tables.filter(|gathered| lost(format, gathered)).for_each(|gathered| gathered.partial = true);
    }

    /// Hands on what was gathered.
    pub(super) fn finish(mut self, format: Option<CaptureFormat>) -> Result<CaptureReport, CaptureError> {
        self.notes.file = None;
        let at = Place { line: 1, offset: 0 };
        let told = self.options.platform;
        let own = std::mem::take(&mut self.own);
        if !own.tables.is_empty() {
            self.emit(self.options.name.clone(), own, told, StateSource::Capture, at);
        }
        for (name, host) in std::mem::take(&mut self.hosts) {
            self.emit(name, host, told, StateSource::Capture, at);
        }
        if self.states == 0
            && let Some(tables) = self.unclear
        {
            return Err(CaptureError::PlatformUnclear { tables });
        }
        let format = format.or(self.format).ok_or(CaptureError::NoJson)?;
        let (notes, notes_left_out) = self.notes.finish();
        Ok(CaptureReport { format, states: self.states, notes, notes_left_out })
    }
}

/// What serde says, without its own line and column, which count from the piece.
fn brief(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line").next().unwrap_or_default().to_owned()
}
