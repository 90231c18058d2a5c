//! Reads a catalogue's text, line by line. A line that it does not understand is an error: a catalogue that lost a table
//! would call good queries bad.

use super::{Builtin, Catalogue, CatalogueError, Column, ColumnType, Function, FunctionKind, Table};
use domain::OsqueryPlatform;
use std::collections::HashMap;

type Read<T> = Result<T, String>;

impl Catalogue {
    /// Reads a catalogue.
    pub fn read(text: &str) -> Result<Self, CatalogueError> {
        let mut catalogue = Self {
            osquery: String::new(),
            sqlite: String::new(),
            tables: Vec::new(),
            functions: Vec::new(),
            builtins: Vec::new(),
            collations: Vec::new(),
            pragmas: Vec::new(),
            by_name: HashMap::new(),
        };
        let mut about = About::Nothing;
        for (line, text) in (1..).zip(text.lines()) {
            let read = catalogue.line(text, &mut about);
            read.map_err(|what| CatalogueError { line, what })?;
        }
        for (place, table) in catalogue.tables.iter().enumerate() {
            for name in std::iter::once(&table.name).chain(&table.aliases) {
                catalogue.by_name.insert(name.to_ascii_lowercase(), place);
            }
        }
        Ok(catalogue)
    }

    fn line(&mut self, line: &str, about: &mut About) -> Read<()> {
        if line.trim().is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if let Some(text) = line.strip_prefix("  = ") {
            let place = match about {
                About::Nothing => None,
                About::Table => self.tables.last_mut().map(|table| &mut table.about),
                About::Function => self.functions.last_mut().map(|function| &mut function.about),
            };
            *place.ok_or("words about nothing")? = Some(text.trim().to_owned());
            return Ok(());
        }
        let mut words = line.split_ascii_whitespace();
        let first = words.next().ok_or("an empty line")?;
        if line.starts_with(' ') {
            let table = self.tables.last_mut().ok_or("a column before any table")?;
            table.columns.push(column(first, words)?);
            return Ok(());
        }
        *about = About::Nothing;
        match first {
            "format" if words.next() == Some("1") => {}
            "osquery" => words.next().ok_or("no version")?.clone_into(&mut self.osquery),
            "sqlite" => words.next().ok_or("no version")?.clone_into(&mut self.sqlite),
            "collation" => self.collations.extend(words.map(str::to_owned)),
            "pragma" => self.pragmas.extend(words.map(str::to_owned)),
            "function" => {
                *about = About::Function;
                self.functions.push(function(words)?);
            }
            "builtin" => self.builtins.push(builtin(words)?),
            "table" => {
                *about = About::Table;
                self.tables.push(table(words)?);
            }
            other => return Err(format!("`{other}` is nothing that this format has")),
        }
        Ok(())
    }
}

/// What a line of words belongs to.
enum About {
    Nothing,
    Table,
    Function,
}

fn table<'a>(mut words: impl Iterator<Item = &'a str>) -> Read<Table> {
    let mut table = Table {
        name: words.next().ok_or("a table without a name")?.to_owned(),
        aliases: Vec::new(),
        platforms: platforms(words.next().ok_or("a table without platforms")?)?,
        evented: false,
        cacheable: false,
        per_user: false,
        condition: None,
        about: None,
        columns: Vec::new(),
    };
    for word in words {
        match word.split_once('=') {
            None if word == "evented" => table.evented = true,
            None if word == "cacheable" => table.cacheable = true,
            None if word == "per-user" => table.per_user = true,
            Some(("if", condition)) => table.condition = Some(condition.to_owned()),
            Some(("alias", names)) => table.aliases = list(names),
            _ => return Err(format!("`{word}` is nothing that a table has")),
        }
    }
    Ok(table)
}

fn column<'a>(name: &str, mut words: impl Iterator<Item = &'a str>) -> Read<Column> {
    let kind = match words.next() {
        Some("TEXT") => ColumnType::Text,
        Some("INTEGER") => ColumnType::Integer,
        Some("BIGINT") => ColumnType::Bigint,
        Some("UNSIGNED_BIGINT") => ColumnType::UnsignedBigint,
        Some("DOUBLE") => ColumnType::Double,
        other => return Err(format!("a column of type {other:?}")),
    };
    let mut column = Column {
        name: name.to_owned(),
        aliases: Vec::new(),
        kind,
        required: false,
        index: false,
        additional: false,
        optimized: false,
        hidden: false,
        collate: None,
        platforms: Vec::new(),
    };
    for word in words {
        match word.split_once('=') {
            None if word == "required" => column.required = true,
            None if word == "index" => column.index = true,
            None if word == "additional" => column.additional = true,
            None if word == "optimized" => column.optimized = true,
            None if word == "hidden" => column.hidden = true,
            Some(("collate", name)) => column.collate = Some(name.to_owned()),
            Some(("on", names)) => column.platforms = platforms(names)?,
            Some(("alias", names)) => column.aliases = list(names),
            _ => return Err(format!("`{word}` is nothing that a column has")),
        }
    }
    Ok(column)
}

fn function<'a>(mut words: impl Iterator<Item = &'a str>) -> Read<Function> {
    let mut next = |what: &str| words.next().map(str::to_owned).ok_or(format!("a function without {what}"));
    Ok(Function {
        name: next("a name")?,
        kind: function_kind(&next("a kind")?)?,
        least: number(&next("a least number of arguments")?)?.ok_or("no least number of arguments")?,
        most: number(&next("a greatest number of arguments")?)?,
        returns: next("a type")?,
        nulls: next("a word on NULLs")?,
        arguments: words.map(str::to_owned).collect(),
        about: None,
    })
}

fn builtin<'a>(mut words: impl Iterator<Item = &'a str>) -> Read<Builtin> {
    let name = words.next().ok_or("a function without a name")?.to_owned();
    let kind = function_kind(words.next().ok_or("a function without a kind")?)?;
    let arities: Vec<Option<usize>> =
        words.next().ok_or("a function without arities")?.split(',').map(number).collect::<Read<_>>()?;
    // One that takes any number takes them all.
    let arities = arities.into_iter().collect::<Option<Vec<usize>>>().unwrap_or_default();
    Ok(Builtin { name, kind, arities })
}

fn function_kind(word: &str) -> Read<FunctionKind> {
    match word {
        "scalar" => Ok(FunctionKind::Scalar),
        "aggregate" => Ok(FunctionKind::Aggregate),
        "window" => Ok(FunctionKind::Window),
        other => Err(format!("a function of kind `{other}`")),
    }
}

/// `-1` is any number.
fn number(word: &str) -> Read<Option<usize>> {
    if word == "-1" {
        return Ok(None);
    }
    word.parse().map(Some).map_err(|_| format!("`{word}` is no number"))
}

fn platforms(names: &str) -> Read<Vec<OsqueryPlatform>> {
    let known = |name| OsqueryPlatform::from_key(name).ok_or(format!("`{name}` is no platform"));
    names.split(',').map(known).collect()
}

fn list(names: &str) -> Vec<String> {
    names.split(',').map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use OsqueryPlatform::{Linux, Macos, Windows};

    /// As counted in osquery 5.18.1's own schema.
    #[test]
    fn the_shipped_catalogue_is_whole() {
        let catalogue = Catalogue::shipped();
        assert_eq!((catalogue.osquery.as_str(), catalogue.sqlite.as_str()), ("5.18.1", "3.42.0"));
        assert_eq!(catalogue.tables.len(), 280);
        assert_eq!(catalogue.tables.iter().map(|t| t.columns.len()).sum::<usize>(), 2562);
        let on = |platform| catalogue.tables_on(platform).count();
        assert_eq!([on(Macos), on(Windows), on(Linux)], [184, 113, 155]);
        let count = |is: fn(&Column) -> bool| {
            catalogue.tables.iter().flat_map(|t| &t.columns).filter(|c| is(c)).count()
        };
        assert_eq!(count(|c| c.required), 30);
        assert_eq!(count(|c| c.index), 94);
        assert_eq!(count(|c| c.additional), 108);
        assert_eq!(count(|c| c.hidden), 91);
        assert_eq!(count(|c| c.collate.is_some()), 50);
        assert_eq!(count(|c| !c.platforms.is_empty()), 135);
        assert_eq!(catalogue.tables.iter().filter(|t| t.evented).count(), 22);
        assert_eq!(catalogue.tables.iter().filter(|t| t.per_user).count(), 16);
        assert_eq!((catalogue.functions.len(), catalogue.builtins.len()), (38, 91));
    }

    #[test]
    fn names_and_aliases_are_found_in_any_case() {
        let catalogue = Catalogue::shipped();
        let check = |name: &str, want: Option<&str>| {
            assert_eq!(catalogue.table(name).map(|t| t.name.as_str()), want, "{name}");
        };
        check("alf", Some("alf"));
        check("ALF", Some("alf"));
        check("programs_and_features", Some("programs"));
        check("windows_firewall_profiles", None);
        let extensions = catalogue.table("chrome_extensions").expect("is there");
        assert_eq!(extensions.column("Locale").map(|c| c.name.as_str()), Some("default_locale"));
        assert!(catalogue.allows_call("count", 0) && !catalogue.allows_call("count", 2));
        assert!(!catalogue.allows_call("iif", 2) && !catalogue.allows_call("string_agg", 2));
        assert!(catalogue.allows_call("VERSION_COMPARE", 3) && catalogue.allows_call("concat", 0));
    }

    #[test]
    fn what_a_catalogue_does_not_have_is_told_with_its_line() {
        let check = |text: &str, line: usize, what: &str| {
            let error = Catalogue::read(text).expect_err(text);
            assert_eq!((error.line, error.what.as_str()), (line, what), "{text}");
        };
        check("osquery 1\nnonsense x", 2, "`nonsense` is nothing that this format has");
        check("  path TEXT", 1, "a column before any table");
        check("table a macos\n  b TEXT shiny", 2, "`shiny` is nothing that a column has");
        check("table a solaris", 1, "`solaris` is no platform");
        check("format 2", 1, "`format` is nothing that this format has");
    }
}
