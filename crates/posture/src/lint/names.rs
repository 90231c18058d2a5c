//! Names that a device would not know: tables, columns, functions; with what was likely meant. What SQLite refused is told
//! here too.

use super::Lint;
use super::code::{Code, fix};
use super::prepare::{Denied, Refusal};
use super::tokens::{Span, Token, unquoted};
use super::tree::{Call, Expr, Kind, Matching, Relation, Select, Source};
use crate::catalogue::{Catalogue, Table};
use domain::{Finding, OsqueryPlatform};

/// What SQLite has besides the catalogue's tables.
const OTHER_TABLES: &[&str] = &[
    "sqlite_schema",
    "sqlite_master",
    "sqlite_temp_schema",
    "sqlite_temp_master",
    "dbstat",
    "json_each",
    "json_tree",
    "pragma_table_info",
    "pragma_table_xinfo",
    "pragma_function_list",
    "pragma_collation_list",
];

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
        found.push(table(lint, source, name, *name_span));
    }
    found
}

fn table(lint: &Lint<'_>, source: &Source<'_>, name: &str, span: Span) -> Finding {
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
    if let Some(near) = nearest_table(lint.catalogue, lint.platform, name) {
        finding.fix = fix(format!("Use {near}"), [(span, near.to_owned())]);
        finding.explain = format!("{} Was {near} meant?", finding.explain);
    }
    let _ = source;
    finding
}

/// Tables of another platform, and what to ask here instead.
const EQUIVALENTS: &[(&str, &[(OsqueryPlatform, &str)])] = &[
    ("alf", &[(OsqueryPlatform::Windows, "windows_security_center")]),
    ("windows_security_center", &[(OsqueryPlatform::Macos, "alf")]),
    ("windows_security_products", &[(OsqueryPlatform::Macos, "alf")]),
    ("bitlocker_info", &[(OsqueryPlatform::Macos, "disk_encryption")]),
    ("disk_encryption", &[(OsqueryPlatform::Windows, "bitlocker_info")]),
    ("apps", &[(OsqueryPlatform::Windows, "programs"), (OsqueryPlatform::Linux, "deb_packages")]),
    ("programs", &[(OsqueryPlatform::Macos, "apps"), (OsqueryPlatform::Linux, "deb_packages")]),
    ("services", &[(OsqueryPlatform::Macos, "launchd"), (OsqueryPlatform::Linux, "systemd_units")]),
    ("launchd", &[(OsqueryPlatform::Windows, "services"), (OsqueryPlatform::Linux, "systemd_units")]),
    ("systemd_units", &[(OsqueryPlatform::Windows, "services"), (OsqueryPlatform::Macos, "launchd")]),
    ("registry", &[(OsqueryPlatform::Macos, "managed_policies")]),
    ("managed_policies", &[(OsqueryPlatform::Windows, "registry")]),
    ("plist", &[(OsqueryPlatform::Windows, "registry")]),
    ("preferences", &[(OsqueryPlatform::Windows, "registry")]),
    ("signature", &[(OsqueryPlatform::Windows, "authenticode")]),
    ("authenticode", &[(OsqueryPlatform::Macos, "signature")]),
    ("mounts", &[(OsqueryPlatform::Windows, "logical_drives")]),
    ("logical_drives", &[(OsqueryPlatform::Macos, "mounts"), (OsqueryPlatform::Linux, "mounts")]),
    ("crontab", &[(OsqueryPlatform::Windows, "scheduled_tasks")]),
    ("scheduled_tasks", &[(OsqueryPlatform::Macos, "launchd"), (OsqueryPlatform::Linux, "crontab")]),
    ("screenlock", &[(OsqueryPlatform::Windows, "registry")]),
    ("xprotect_meta", &[(OsqueryPlatform::Windows, "windows_security_products")]),
    ("shadow", &[(OsqueryPlatform::Macos, "account_policy_data")]),
];

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
        .filter(|(distance, _)| *distance <= (name.len() / 3).min(3))
        .map(|(_, other)| other)
}

/// What other dialects call a function, and what it is here: the name, or words where the call itself changes.
const FUNCTIONS: &[(&str, &str, &str)] = &[
    ("nvl", "ifnull", ""),
    ("isnull", "ifnull", ""),
    ("len", "length", ""),
    ("ucase", "upper", ""),
    ("lcase", "lower", ""),
    ("mid", "substr", ""),
    ("string_agg", "group_concat", ""),
    ("listagg", "group_concat", ""),
    ("strpos", "instr", ""),
    ("charindex", "", "Use instr(text, part): its arguments stand the other way round."),
    ("locate", "", "Use instr(text, part): its arguments stand the other way round."),
    ("ceiling", "ceil", ""),
    ("pow", "power", ""),
    ("chr", "char", ""),
    ("to_char", "", "Use strftime or printf."),
    ("now", "", "Use CAST(strftime('%s', 'now') AS INTEGER) for seconds, or datetime('now') for a text."),
    ("getdate", "", "Use datetime('now')."),
    ("regexp_match", "", "Use regex_match(text, pattern, group); group 0 is the whole match."),
    ("regexp_matches", "", "Use regex_match(text, pattern, group); group 0 is the whole match."),
    ("regexp", "", "Use regex_match(text, pattern, 0) IS NOT NULL."),
    ("split_part", "", "Use split(text, delimiters, index); the index counts from 0."),
    ("if", "iif", ""),
    ("median", "", "There is none; use avg, or sort and take the middle row."),
    ("octet_length", "", "Use length(CAST(text AS BLOB))."),
    ("json_value", "json_extract", ""),
    ("to_number", "", "Use CAST(text AS INTEGER)."),
    ("datediff", "", "Use julianday(a) - julianday(b)."),
    ("left", "", "Use substr(text, 1, n)."),
    ("right", "", "Use substr(text, -n)."),
];

/// Calls of functions that osquery does not have, or not with so many arguments, and operators without a function.
pub fn functions(lint: &Lint<'_>, select: &Select<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    select.all_exprs(&mut |expr| match &expr.kind {
        Kind::Call(call) => found.extend(function(lint, expr, call)),
        Kind::Matches { how: how @ (Matching::Regexp | Matching::Match), not, left, right, .. } => {
            found.push(operator(lint, expr, *how, *not, left, right));
        }
        Kind::Number(text) if text.contains('_') => {
            let mut finding = Code::NewerSqlite.at(
                expr.span,
                "Digits can't be grouped with underscores here.",
                format!(
                    "SQLite {} reads `{text}` as a syntax error; SQLite 3.46 was the first to take it.",
                    lint.catalogue.sqlite
                ),
            );
            finding.fix = fix("Take the underscores out", [(expr.span, text.replace('_', ""))]);
            found.push(finding);
        }
        _ => {}
    });
    found
}

fn function(lint: &Lint<'_>, expr: &Expr<'_>, call: &Call<'_>) -> Option<Finding> {
    let (catalogue, name) = (lint.catalogue, call.name.as_str());
    let given = call.args.len();
    let known = catalogue.function(name).is_some() || catalogue.builtins(name).next().is_some();
    if !known {
        let meant = FUNCTIONS.iter().find(|(other, ..)| name.eq_ignore_ascii_case(other));
        let names = catalogue.functions.iter().map(|f| f.name.as_str());
        let near = nearest(name, names.chain(catalogue.builtins.iter().map(|b| b.name.as_str())));
        let (instead, advice) = match meant {
            Some((_, instead, advice)) => (Some(*instead).filter(|i| !i.is_empty()), *advice),
            None => (near, ""),
        };
        let mut explain = format!("On the device the query ends with `no such function: {name}`.");
        if !advice.is_empty() {
            explain = format!("{explain} {advice}");
        }
        let mut finding =
            Code::UnknownFunction.at(call.name_span, format!("osquery has no function {name}."), explain);
        let wanted = instead.filter(|instead| catalogue.allows_call(instead, given));
        if let Some(instead) = wanted {
            finding.fix = fix(format!("Use {instead}"), [(call.name_span, instead.to_owned())]);
        } else if name.eq_ignore_ascii_case("now") && given == 0 {
            finding.fix = fix(
                "Use the seconds of now",
                [(expr.span, "CAST(strftime('%s', 'now') AS INTEGER)".to_owned())],
            );
        } else if ["if", "iif"].contains(&name.to_ascii_lowercase().as_str()) && given == 2 {
            finding.fix = two_armed(lint, call);
        }
        return Some(finding);
    }
    if let Some(ordered) = call.ordered {
        return Some(Code::NewerSqlite.at(
            ordered,
            "A function's arguments can't be sorted here.",
            format!(
                "SQLite {} knows no ORDER BY inside a call; sort in a subquery instead.",
                catalogue.sqlite
            ),
        ));
    }
    if call.star {
        return None;
    }
    if !catalogue.allows_call(name, given) {
        let explain =
            format!("On the device the query ends with `wrong number of arguments to function {name}()`.");
        let mut finding = Code::WrongArguments.at(
            call.name_span,
            format!("{name} does not take {given} argument{}.", if given == 1 { "" } else { "s" }),
            explain,
        );
        if name.eq_ignore_ascii_case("iif") && given == 2 {
            finding.fix = two_armed(lint, call);
        }
        return Some(finding);
    }
    let refused = match name.to_ascii_lowercase().as_str() {
        "sleep" => "It makes the device wait, and Okta Verify stops a check after a few seconds.",
        "carve" => "It copies files off the device.",
        "load_extension" => "The device does not load code from a query.",
        _ => return None,
    };
    Some(Code::RefusedFunction.at(call.name_span, format!("{name} has no place in a check."), refused))
}

/// `iif(a, b)` is `iif(a, b, NULL)`.
fn two_armed(lint: &Lint<'_>, call: &Call<'_>) -> Option<domain::Fix> {
    let last = call.args.last()?;
    let end = Span { start: last.span.end, end: last.span.end };
    let _ = lint;
    fix("Add the third argument", [(call.name_span, "iif".to_owned()), (end, ", NULL".to_owned())])
}

fn operator(
    lint: &Lint<'_>,
    expr: &Expr<'_>,
    how: Matching,
    not: bool,
    left: &Expr<'_>,
    right: &Expr<'_>,
) -> Finding {
    let word = if how == Matching::Regexp { "REGEXP" } else { "MATCH" };
    let mut finding = Code::UnknownFunction.at(
        expr.span,
        format!("osquery has no function behind the operator {word}."),
        "On the device the query ends with an error. Use regex_match(text, pattern, 0), which is NULL without a match.",
    );
    if how == Matching::Regexp {
        let text = |span: Span| lint.query.get(span.start..span.end).unwrap_or_default();
        let ending = if not { "IS NULL" } else { "IS NOT NULL" };
        finding.fix = fix(
            "Use regex_match",
            [(expr.span, format!("regex_match({}, {}, 0) {ending}", text(left.span), text(right.span)))],
        );
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
    if let Some(near) = meant.or_else(|| nearest(column, &mut columns)) {
        finding.fix = fix(format!("Use {near}"), [(span, near.to_owned())]);
    }
    finding
}

/// Columns that people look for under another name.
const SYNONYMS: &[(&str, &str, &str)] = &[
    ("apps", "version", "bundle_short_version"),
    ("apps", "bundle_id", "bundle_identifier"),
    ("alf", "enabled", "global_state"),
    ("preferences", "name", "key"),
    ("plist", "name", "key"),
    ("managed_policies", "key", "name"),
    ("users", "user", "username"),
    ("users", "home", "directory"),
    ("processes", "command", "cmdline"),
    ("processes", "process_name", "name"),
    ("services", "state", "status"),
    ("registry", "value", "data"),
    ("disk_encryption", "status", "encryption_status"),
    ("bitlocker_info", "status", "protection_status"),
];
