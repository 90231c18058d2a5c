//! A filter in the two forms in which it can be asked: as an expression for the index of words and values, and as a condition
//! on rows. What a person typed never reaches either language: words are letters and digits alone, values are hashed or bound.

use super::row::{column, is_symbol};
use super::symbols::{self, packed};
use super::terms::{self, term};
use super::words::{self, Beginning};
use crate::search;
use domain::{LogCondition, LogField, LogFilter};
use rusqlite::types::Value;
use rusqlite::{Connection, Result};

/// More kinds than these are asked for by type and outcome apart.
const KINDS: usize = 64;

/// How the events of a filter are found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ask {
    /// No event can fit.
    Nothing,
    /// Those that the index finds.
    Index(String),
    /// All of them, but for the ones that a condition on rows leaves out.
    Rows(Sql),
    /// Those that have words with beginnings of so many words that the index is slow to tell the first of them.
    Common(Common),
}

impl Ask {
    /// What the index is asked, if it can tell everything.
    pub fn expression(&self) -> Option<&str> {
        match self {
            Self::Index(expression) | Self::Common(Common { expression, .. }) => Some(expression),
            Self::Nothing | Self::Rows(_) => None,
        }
    }
}

/// The two ways to such events.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Common {
    /// By the index, which gathers all events of a beginning before it can tell the first.
    pub expression: String,
    /// By the rows that the rest of the filter leaves: those fit that have a word for each of the beginnings.
    pub rest: Box<Ask>,
    pub beginnings: Vec<Box<str>>,
}

/// A condition on rows of `log_event e`, with its values in the order of their places.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sql {
    pub text: String,
    pub values: Vec<Value>,
}

/// The conditions that narrow anything.
pub(crate) fn narrowing(filter: &LogFilter) -> impl Iterator<Item = &LogCondition> {
    filter.conditions.iter().filter(|condition| condition.on && !condition.values.is_empty())
}

/// How to find what a filter leaves, its times apart. What is included goes to the index; where everything is but some, there is
/// nothing to look up, and rows are read.
pub(crate) fn ask(connection: &Connection, filter: &LogFilter) -> Result<Ask> {
    let (mut all, mut none) = (Vec::new(), Vec::new());
    let (mut common, mut beginnings) = (Vec::new(), Vec::new());
    let typed = filter.text.trim();
    if !typed.is_empty() {
        let words = search::words(typed);
        if words.is_empty() {
            // Signs without a letter or a digit are in no text.
            return Ok(Ask::Nothing);
        }
        for word in words {
            match words::beginning(connection, &word)? {
                Beginning::Words(none) if none.is_empty() => return Ok(Ask::Nothing),
                Beginning::Words(known) => {
                    let known: Vec<String> = known.iter().map(|word| format!("\"{word}\"")).collect();
                    all.push(format!("({})", known.join(" OR ")));
                }
                Beginning::Common(start) => {
                    common.push(format!("\"{start}\" *"));
                    beginnings.push(start);
                }
                Beginning::NoWord => all.push(format!("\"{word}\" *")),
            }
        }
    }
    let kinds = Kinds::of(connection, filter)?;
    all.extend(kinds.as_ref().map(|kinds| format!("({})", kinds.terms.join(" OR "))));
    for condition in narrowing(filter) {
        if kinds.as_ref().is_some_and(|kinds| kinds.tell(condition)) {
            continue;
        }
        let terms = terms_of(connection, condition)?;
        match (condition.exclude, terms.is_empty()) {
            (false, true) => return Ok(Ask::Nothing),
            (false, false) => all.push(format!("({})", terms.join(" OR "))),
            (true, _) => none.extend(terms),
        }
    }
    let rest = match expression(&all, &none) {
        Some(expression) => Ask::Index(expression),
        None => Ask::Rows(rows(connection, filter)?),
    };
    all.extend(common);
    match expression(&all, &none) {
        Some(expression) if !beginnings.is_empty() => {
            Ok(Ask::Common(Common { expression, rest: Box::new(rest), beginnings }))
        }
        _ => Ok(rest),
    }
}

/// What has all of these and none of those; the index can't tell what has none of something and nothing else.
fn expression(all: &[String], none: &[String]) -> Option<String> {
    let wanted = all.join(" AND ");
    match (all.is_empty(), none.is_empty()) {
        (true, _) => None,
        (false, true) => Some(wanted),
        (false, false) => Some(format!("({wanted}) NOT ({})", none.join(" OR "))),
    }
}

/// A condition on types and one on outcomes, told by terms that are both.
struct Kinds<'f> {
    types: &'f LogCondition,
    outcomes: &'f LogCondition,
    terms: Vec<String>,
}

impl<'f> Kinds<'f> {
    fn of(connection: &Connection, filter: &'f LogFilter) -> Result<Option<Self>> {
        let included = |field| narrowing(filter).find(|one| one.field == field && !one.exclude);
        let (Some(types), Some(outcomes)) = (included(LogField::EventType), included(LogField::Outcome))
        else {
            return Ok(None);
        };
        let mut terms = Vec::new();
        for event_type in types_of(connection, types)? {
            terms.extend(outcomes.values.iter().map(|o| format!("\"{}\"", terms::kind(&event_type, o))));
        }
        let few = (1..=KINDS).contains(&terms.len());
        Ok(few.then_some(Self { types, outcomes, terms }))
    }

    fn tell(&self, condition: &LogCondition) -> bool {
        std::ptr::eq(condition, self.types) || std::ptr::eq(condition, self.outcomes)
    }
}

/// The types that a condition names, those that its beginnings stand for among them.
fn types_of(connection: &Connection, condition: &LogCondition) -> Result<Vec<Box<str>>> {
    let mut all: Vec<Box<str>> = Vec::new();
    for value in &condition.values {
        match start_of(condition.field, value) {
            Some(start) => {
                all.extend(symbols::types_beginning(connection, start)?.into_iter().map(|(_, text)| text));
            }
            None => all.push(value.as_str().into()),
        }
    }
    Ok(all)
}

/// The quoted terms of a condition's values.
fn terms_of(connection: &Connection, condition: &LogCondition) -> Result<Vec<String>> {
    let values = types_of(connection, condition)?;
    Ok(values.iter().map(|value| quoted(condition.field, value)).collect())
}

fn quoted(field: LogField, value: &str) -> String {
    format!("\"{}\"", term(field, value))
}

/// How every type begins that a value stands for, if it stands for more than one.
fn start_of(field: LogField, value: &str) -> Option<&str> {
    value.strip_suffix('*').filter(|_| field == LogField::EventType)
}

/// All conditions as one on rows. Words are none of it.
pub(crate) fn rows(connection: &Connection, filter: &LogFilter) -> Result<Sql> {
    let mut sql = Sql::default();
    for condition in narrowing(filter) {
        sql.add(connection, column(condition.field), condition)?;
    }
    Ok(sql)
}

impl Sql {
    /// Adds one condition on a column, which may be one of the tallies' as well.
    pub fn add(&mut self, connection: &Connection, column: &str, condition: &LogCondition) -> Result<()> {
        let values = values_of(connection, condition)?;
        let places = vec!["?"; values.len()].join(", ");
        let is_in = match (values.is_empty(), condition.exclude) {
            (true, false) => "0".to_owned(),
            (true, true) => "1".to_owned(),
            (false, false) => format!("{column} IN ({places})"),
            (false, true) => format!("({column} IS NULL OR {column} NOT IN ({places}))"),
        };
        self.text.push_str(" AND ");
        self.text.push_str(&is_in);
        self.values.extend(values);
        Ok(())
    }
}

/// A condition's values as they stand in a column.
fn values_of(connection: &Connection, condition: &LogCondition) -> Result<Vec<Value>> {
    let field = condition.field;
    let mut values = Vec::new();
    for value in &condition.values {
        match start_of(field, value) {
            Some(start) => {
                let types = symbols::types_beginning(connection, start)?;
                values.extend(types.into_iter().map(|(id, _)| Value::Integer(id)));
            }
            None if is_symbol(field) => {
                values.extend(symbols::find(connection, value)?.map(Value::Integer));
                values.push(Value::Text(value.clone()));
            }
            None if field == LogField::Trace => values.push(packed(value)),
            None => values.push(Value::Text(value.clone())),
        }
    }
    Ok(values)
}
