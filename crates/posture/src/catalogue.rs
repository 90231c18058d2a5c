//! What osquery has: tables, columns, functions, collations, per platform. Read from one data file per version
//! (`assets/osquery`), whose head explains its format; a newer osquery is one more such file. Knows no SQL.

mod read;

use domain::OsqueryPlatform;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The catalogue that Okta names for posture checks.
const SHIPPED: &str = include_str!("../../../assets/osquery/5.18.1.txt");

/// Everything one version of osquery has.
#[derive(Debug)]
pub struct Catalogue {
    pub osquery: String,
    pub sqlite: String,
    /// By name.
    pub tables: Vec<Table>,
    /// What osquery adds.
    pub functions: Vec<Function>,
    /// What its SQLite has itself.
    pub builtins: Vec<Builtin>,
    pub collations: Vec<String>,
    pub pragmas: Vec<String>,
    /// Lower-case names and aliases of tables to their place in `tables`.
    by_name: HashMap<String, usize>,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub aliases: Vec<String>,
    pub platforms: Vec<OsqueryPlatform>,
    /// Filled by events only: always empty in a one-off query.
    pub evented: bool,
    pub cacheable: bool,
    /// Holds the current user's data unless `uid` or `username` is constrained.
    pub per_user: bool,
    /// It is there only in builds of this kind.
    pub condition: Option<String>,
    /// What it is, in a line; only the tables that checks use have one.
    pub about: Option<String>,
    pub columns: Vec<Column>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub aliases: Vec<String>,
    pub kind: ColumnType,
    pub required: bool,
    pub index: bool,
    pub additional: bool,
    pub optimized: bool,
    pub hidden: bool,
    pub collate: Option<String>,
    /// Where it holds something; on the table's other platforms it is hidden and NULL. Empty: everywhere.
    pub platforms: Vec<OsqueryPlatform>,
}

/// The type of a column, as osquery declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnType {
    Text,
    Integer,
    Bigint,
    UnsignedBigint,
    Double,
}

/// A function that osquery adds to SQLite's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    pub kind: FunctionKind,
    pub least: usize,
    /// `None`: any number.
    pub most: Option<usize>,
    pub returns: String,
    /// What a NULL among the arguments gives: `null`, `skipped`, `error`, `warning` (and NULL), `none`.
    pub nulls: String,
    pub arguments: Vec<String>,
    pub about: Option<String>,
}

/// How a function is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FunctionKind {
    Scalar,
    Aggregate,
    Window,
}

/// A function of SQLite's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Builtin {
    pub name: String,
    pub kind: FunctionKind,
    /// The numbers of arguments it takes; empty: any number.
    pub arities: Vec<usize>,
}

/// Why a catalogue can't be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line} of the catalogue: {what}")]
pub struct CatalogueError {
    pub line: usize,
    pub what: String,
}

impl Catalogue {
    /// The catalogue that this version ships. Read once, in a few milliseconds, by whoever asks first.
    pub fn shipped() -> &'static Self {
        // The file is part of the program, and a test reads it.
        static READ: LazyLock<Catalogue> =
            LazyLock::new(|| Catalogue::read(SHIPPED).expect("the shipped catalogue is well-formed"));
        &READ
    }

    /// The table of this name or alias, in any case, whatever its platforms.
    pub fn table(&self, name: &str) -> Option<&Table> {
        let place = match self.by_name.get(name) {
            Some(place) => place,
            None => self.by_name.get(&name.to_ascii_lowercase())?,
        };
        self.tables.get(*place)
    }

    /// The tables of one platform, by name.
    pub fn tables_on(&self, platform: OsqueryPlatform) -> impl Iterator<Item = &Table> {
        self.tables.iter().filter(move |table| table.is_on(platform))
    }

    /// The function of this name that osquery adds, in any case.
    pub fn function(&self, name: &str) -> Option<&Function> {
        self.functions.iter().find(|function| function.name.eq_ignore_ascii_case(name))
    }

    /// SQLite's own functions of this name: `max` is two.
    pub fn builtins<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Builtin> {
        self.builtins.iter().filter(move |builtin| builtin.name.eq_ignore_ascii_case(name))
    }

    /// Whether a statement may call a function of this name with so many arguments.
    pub fn allows_call(&self, name: &str, arguments: usize) -> bool {
        // osquery's own stand over SQLite's of the same name.
        match self.function(name) {
            Some(f) => arguments >= f.least && f.most.is_none_or(|most| arguments <= most),
            None => self.builtins(name).any(|b| b.arities.is_empty() || b.arities.contains(&arguments)),
        }
    }
}

impl Table {
    /// Whether osquery has it there.
    pub fn is_on(&self, platform: OsqueryPlatform) -> bool {
        self.platforms.contains(&platform)
    }

    /// The column of this name or alias, in any case.
    pub fn column(&self, name: &str) -> Option<&Column> {
        let named = |column: &&Column| column.name.eq_ignore_ascii_case(name);
        let aliased = |column: &&Column| column.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name));
        self.columns.iter().find(named).or_else(|| self.columns.iter().find(aliased))
    }

    /// The columns of which at least one has to be constrained.
    pub fn required(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.required)
    }

    /// Tables with indexed or additional columns are WITHOUT ROWID.
    pub fn has_rowid(&self) -> bool {
        !self.columns.iter().any(|column| column.index || column.additional)
    }
}

impl Column {
    /// Whether it holds something there; else it is hidden and NULL.
    pub fn is_on(&self, platform: OsqueryPlatform) -> bool {
        self.platforms.is_empty() || self.platforms.contains(&platform)
    }

    /// Whether `SELECT *` leaves it out.
    pub fn is_hidden_on(&self, platform: OsqueryPlatform) -> bool {
        self.hidden || !self.is_on(platform)
    }

    /// Whether its constraints reach the table's code.
    pub fn is_passed_on(&self) -> bool {
        self.required || self.index || self.additional || self.optimized
    }
}

impl ColumnType {
    /// The type as osquery declares it.
    pub fn sql(self) -> &'static str {
        match self {
            Self::Text => "TEXT",
            Self::Integer => "INTEGER",
            Self::Bigint => "BIGINT",
            Self::UnsignedBigint => "UNSIGNED BIGINT",
            Self::Double => "DOUBLE",
        }
    }
}
