//! Names that a device would not know: tables and columns; with what was likely meant. What SQLite refused is told
//! here too.

pub mod known;

use super::Lint;
use super::code::{Code, fix};
use super::prepare::{Denied, Refusal};
use super::tokens::{Span, Token, unquoted};
use super::tree::{Kind, Relation, Select};
use crate::catalogue::{Catalogue, Table};
use domain::{Finding, OsqueryPlatform};
use known::{EQUIVALENTS, EXTENSIONS, OTHER_TABLES, SYNONYMS};

/// More unknown columns are not told at once.
const MOST_COLUMNS: usize = 20;

/// Longer names are no slip of the pen.
const LONGEST_NAME: usize = 64;

/// Tables that the catalogue does not have on this platform.
pub fn tables(lint: &Lint<'_>, select: &Select<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in select.all_sources() {
        let Relation::Table { schema, name, name_span } = &source.relation else { continue };
        if source.table.is_some() || source.cte.is_some() || schema.is_some() {
            continue;
        }
        if OTHER_TABLES.iter().any(|other| name.eq_ignore_ascii_case(other)) || name.is_empty() {
            continue;
        }
        found.push(table(lint, name, *name_span));
    }
    found
}

fn table(lint: &Lint<'_>, name: &str, span: Span) -> Finding {
    if let Some(known) = lint.catalogue.table(name) {
        return foreign(lint, known, span);
    }
    let mut finding = Code::UnknownTable.at(
        span,
        format!("osquery {} has no table {name}.", lint.catalogue.osquery),
        format!("On the device the query ends with `no such table: {name}`, and the check has no answer."),
    );
    if name.eq_ignore_ascii_case("windows_firewall_profiles") && lint.platform == OsqueryPlatform::Windows {
        finding.message =
            "No osquery has a table windows_firewall_profiles, although Okta's guide shows it.".to_owned();
        finding.explain = "On the device the query ends with `no such table`. What Windows itself says of the firewall \
            is in windows_security_center: one row, where `firewall` is `Good`, `Poor`, `Snoozed`, `Not Monitored` or \
            `Error`."
            .to_owned();
        if let Some(whole) = lint.only_statement() {
            let name = lint.result_name().unwrap_or_else(|| "firewall_enabled".to_owned());
            finding.fix = fix(
                "Ask windows_security_center instead",
                [(
                    whole,
                    format!(
                        "SELECT EXISTS(SELECT 1 FROM windows_security_center WHERE firewall = 'Good') AS {name}"
                    ),
                )],
            );
        }
        return finding;
    }
    if EXTENSIONS.iter().any(|known| name.eq_ignore_ascii_case(known)) {
        finding.explain.push_str(" It comes with an extension, of Fleet's agent or for Mac admins, that Okta Verify does not have.");
        return finding;
    }
    if let Some(near) = nearest_table(lint.catalogue, lint.platform, name) {
        finding.fix = fix(format!("Use {near}"), [(span, near.to_owned())]);
        finding.explain = format!("{} Was {near} meant?", finding.explain);
    }
    finding
}

fn foreign(lint: &Lint<'_>, table: &Table, span: Span) -> Finding {
    let there: Vec<&str> = table.platforms.iter().map(|platform| platform.label()).collect();
    let here = lint.platform;
    let mut explain = format!(
        "The table {} is there on {} only; on {} the query ends with `no such table`.",
        table.name,
        there.join(" and "),
        here.label()
    );
    let instead = EQUIVALENTS.iter().find(|(name, _)| *name == table.name);
    if let Some((_, name)) = instead.and_then(|(_, all)| all.iter().find(|(platform, _)| *platform == here)) {
        explain.push_str(&format!(" The nearest on {} is {name}; its columns differ.", here.label()));
    }
    Code::WrongPlatform.at(span, format!("{} has no table {}.", here.label(), table.name), explain)
}

/// The table that looks most like the name, if any does.
pub fn nearest_table<'c>(catalogue: &'c Catalogue, platform: OsqueryPlatform, name: &str) -> Option<&'c str> {
    nearest(name, catalogue.tables_on(platform).map(|table| table.name.as_str()))
}

/// The name that looks most like this one.
pub fn nearest<'n>(name: &str, all: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let scored = all.map(|other| (strsim::damerau_levenshtein(&name, &other.to_ascii_lowercase()), other));
    // A third of the letters may be wrong, and never more than three.
    scored
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= name.len().div_ceil(3).min(3))
        .map(|(_, other)| other)
}

/// All columns that no table in scope has, once SQLite has stumbled over one.
pub fn columns(lint: &Lint<'_>, select: &Select<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    select.all_exprs(&mut |expr| {
        let Kind::Column { table, name, quoted, found: false, .. } = &expr.kind else { return };
        // Each is looked up anew.
        if found.len() >= MOST_COLUMNS {
            return;
        }
        // `rowid` is no column of any table, and most have it.
        if *quoted && table.is_none()
            || ["rowid", "_rowid_", "oid"].iter().any(|id| name.eq_ignore_ascii_case(id))
        {
            return;
        }
        let mut tokens =
            lint.tokens.iter().filter(|t| expr.span.start <= t.span.start && t.span.end <= expr.span.end);
        let Some(first) = tokens.next() else { return };
        let last = tokens.next_back().unwrap_or(first);
        let device = format!("On the device the query ends with `no such column: {}`.", lint.text(expr.span));
        found.push(match table {
            Some(table) if lint.tables_in_scope(first.span, Some(table)).is_empty() => {
                unknown_alias(lint, table, first.span, device)
            }
            Some(table) => column_finding(lint, &format!("{table}.{name}"), last.span, device),
            None => column_finding(lint, name, last.span, device),
        });
    });
    found
}

fn unknown_alias(lint: &Lint<'_>, alias: &str, span: Span, device: String) -> Finding {
    let scope = super::scope(lint.catalogue, lint.platform, lint.query, span.start);
    let mut finding = Code::UnknownColumn.at(span, format!("No table here is called {alias}."), device);
    let names = scope.tables.iter().map(|(name, _)| name.as_str());
    // A table that has an alias goes by that only.
    let renamed = scope
        .tables
        .iter()
        .find(|(_, table)| table.eq_ignore_ascii_case(alias))
        .map(|(name, _)| name.as_str());
    if let Some(near) = renamed.or_else(|| nearest(alias, names)) {
        finding.fix = fix(format!("Use {near}"), [(span, near.to_owned())]);
    }
    finding
}

/// What SQLite said, in our words.
pub fn refusal(lint: &Lint<'_>, refusal: &Refusal) -> Finding {
    let statement = lint.statements.get(refusal.statement).map(|s| s.span).unwrap_or_default();
    let token = refusal
        .offset
        .and_then(|at| lint.tokens.iter().find(|token| token.span.touches(at) && token.span.end > at));
    let span = token.map_or(statement, |token| token.span);
    if let Some(denied) = &refusal.denied {
        return denial(lint, denied, statement);
    }
    let message = refusal.message.as_str();
    let device = format!("On the device the query ends with `{message}`.");
    if let Some(column) = message.strip_prefix("no such column: ") {
        return column_finding(lint, column, dotted(lint, token, span), device);
    }
    if let Some(column) = message.strip_prefix("ambiguous column name: ") {
        return Code::AmbiguousColumn.at(
            span,
            format!("More than one table here has a column {column}."),
            format!("{device} Put the table's name or alias before it."),
        );
    }
    if let Some(table) = message.strip_prefix("no such table: ") {
        let bare = table.strip_prefix("main.").unwrap_or(table);
        let place = place_of(lint, bare).unwrap_or(span);
        if bare != table && lint.catalogue.table(bare).is_some() {
            return Code::UnknownTable.at(
                place,
                format!("osquery's tables are not in the schema main: leave out `main.` before {bare}."),
                device,
            );
        }
        let mut finding = Code::UnknownTable.at(place, format!("There is no table {table}."), device);
        if let Some(near) = nearest_table(lint.catalogue, lint.platform, bare) {
            finding.fix = fix(format!("Use {near}"), [(place, near.to_owned())]);
        }
        return finding;
    }
    if let Some(function) = message.strip_prefix("no such function: ") {
        let place = place_of(lint, function).unwrap_or(span);
        return Code::UnknownFunction.at(place, format!("osquery has no function {function}."), device);
    }
    if message.starts_with("wrong number of arguments") {
        return Code::WrongArguments.at(span, "A function does not take so many arguments.", device);
    }
    if message.contains("syntax error")
        || message.contains("incomplete input")
        || message.contains("unrecognized token")
    {
        return syntax(lint, message, token, statement, device);
    }
    let first = message.chars().next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let rest =
        message.get(message.char_indices().nth(1).map_or(message.len(), |(at, _)| at)..).unwrap_or_default();
    Code::Refused.at(span, format!("{first}{rest}."), device)
}

fn syntax(lint: &Lint<'_>, message: &str, token: Option<&Token>, statement: Span, device: String) -> Finding {
    if message.contains("incomplete input") {
        let end = Span { start: statement.end.saturating_sub(1).max(statement.start), end: statement.end };
        let last =
            lint.tokens.iter().rev().find(|token| token.span.end <= statement.end).map_or(end, |t| t.span);
        return Code::Syntax.at(last, "The statement ends too early.", device);
    }
    let (span, near) = match token {
        Some(token) => (token.span, token.text(lint.query)),
        None => (statement, ""),
    };
    let words = if near.is_empty() {
        "SQLite can't read this.".to_owned()
    } else {
        format!("SQLite can't read this from `{near}` on.")
    };
    Code::Syntax.at(span, words, device)
}

fn denial(lint: &Lint<'_>, denied: &Denied, statement: Span) -> Finding {
    let device = "On the device the query ends with `not authorized`.";
    match denied {
        Denied::Function(name) => {
            let place = place_of(lint, name).unwrap_or(statement);
            let device = format!("On the device the query ends with `no such function: {name}`.");
            Code::UnknownFunction.at(place, format!("osquery has no function {name}."), device)
        }
        Denied::Write(table) => Code::Denied.at(
            place_of(lint, table).unwrap_or(statement),
            format!("The table {table} can't be written."),
            format!("On the device the query ends with `table {table} may not be modified`."),
        ),
        Denied::Pragma(name) => {
            Code::Denied.at(statement, format!("osquery does not allow the pragma {name}."), device)
        }
        Denied::Statement(name) => {
            Code::Denied.at(statement, format!("osquery does not allow {name}."), device)
        }
    }
}

/// The first mention of a name.
fn place_of(lint: &Lint<'_>, name: &str) -> Option<Span> {
    let is = |token: &&Token| unquoted(token.text(lint.query)).eq_ignore_ascii_case(name);
    lint.tokens.iter().find(is).map(|token| token.span)
}

/// SQLite points to the first word of `table.column`; the column is what it does not know.
fn dotted(lint: &Lint<'_>, token: Option<&Token>, span: Span) -> Span {
    let Some(token) = token else { return span };
    let Some(at) = lint.tokens.iter().position(|other| other == token) else { return span };
    let next = |ahead: usize| lint.tokens.get(at + ahead).map(|token| (token.text(lint.query), token.span));
    match (next(1), next(2)) {
        (Some((".", _)), Some((_, column))) => column,
        _ => span,
    }
}

fn column_finding(lint: &Lint<'_>, name: &str, span: Span, device: String) -> Finding {
    let (table, column) = match name.rsplit_once('.') {
        Some((table, column)) => (Some(table), column),
        None => (None, name),
    };
    let tables = lint.tables_in_scope(span, table);
    let mut columns = tables.iter().flat_map(|table| table.columns.iter().map(|column| column.name.as_str()));
    let list: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    let message = match list.as_slice() {
        [one] => format!("{one} has no column {column}."),
        _ => format!("No table here has a column {column}."),
    };
    let mut finding = Code::UnknownColumn.at(span, message, device);
    let meant = SYNONYMS
        .iter()
        .find(|(table, other, _)| list.contains(table) && column.eq_ignore_ascii_case(other))
        .map(|(_, _, meant)| *meant);
    // Where a column of that very name can't be read, as in a LIMIT, its name is no help.
    let near =
        meant.or_else(|| nearest(column, &mut columns)).filter(|near| !near.eq_ignore_ascii_case(column));
    if let Some(near) = near {
        finding.fix = fix(format!("Use {near}"), [(span, near.to_owned())]);
    }
    finding
}
