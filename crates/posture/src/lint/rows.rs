//! Okta's rules on the shape of the answer: one statement, a SELECT, one column, one row, a semicolon at the end; and the
//! policies of Fleet, where a row means pass. At most one finding tells that the shape is wrong.

use super::Lint;
use super::code::{Code, fix};
use super::tokens::Span;
use super::tree::{Core, Expr, Kind, Op, Relation, Select, Source};
use domain::{Finding, Severity};
use sqlite3_parser::dialect::TokenType;

/// Tables with exactly one row wherever they have any.
const ONE_ROW: &[&str] = &[
    "alf",
    "gatekeeper",
    "os_version",
    "system_info",
    "osquery_info",
    "uptime",
    "kernel_info",
    "platform_info",
    "secureboot",
    "windows_security_center",
    "security_profile_info",
    "sharing_preferences",
    "screenlock",
    "deviceguard_status",
    "time",
    "location_services",
    "ibridge_info",
    "kva_speculative_info",
    "virtual_memory_info",
    "chassis_info",
    "tpm_info",
];

/// What is wrong with the shape. `columns`: of each statement, where SQLite took them all.
pub fn check(lint: &Lint<'_>, columns: Option<&[usize]>, readable: bool) -> Vec<Finding> {
    let mut found = Vec::new();
    if let [_, second, ..] = lint.statements {
        found.push(Code::Statements.at(
            second.span,
            format!("There are {} statements; a check is one.", lint.statements.len()),
            "Okta runs one SELECT and reads one answer; osquery would put the rows of all statements in one list.",
        ));
        return found;
    }
    // A text that SQLite can't read ends anywhere.
    if readable || lint.tree.is_some() {
        found.extend(semicolon(lint));
    }
    let Some(statement) = lint.statements.first() else { return found };
    let first = statement.tokens.first().map(|token| token.kind);
    let starts = [TokenType::TK_SELECT, TokenType::TK_WITH, TokenType::TK_VALUES];
    if !first.is_some_and(|first| starts.contains(&first)) {
        if readable {
            let word = statement.tokens.first().map_or(statement.span, |token| token.span);
            found.push(Code::NotSelect.at(
                word,
                format!("A check is a SELECT, not {}.", lint.text(word).to_uppercase()),
                "Okta reads one answer of one SELECT.",
            ));
        }
        return found;
    }
    if let (Some([count]), true) = (columns, *columns.unwrap_or_default() != [1]) {
        found.extend(one_column(lint, *count));
        return found;
    }
    if let (true, Some(tree)) = (readable, lint.tree) {
        found.extend(one_row(lint, tree));
    }
    found
}

fn semicolon(lint: &Lint<'_>) -> Option<Finding> {
    let last = lint.statements.last().filter(|statement| !statement.ended)?;
    let at = last.span.end;
    // The mark is on the last token, the fix behind it.
    let mark = last.tokens.last().map_or(last.span, |token| token.span);
    let mut finding = Code::NoSemicolon.at(
        mark,
        "The query does not end with a semicolon.",
        "Okta asks for one; read from a file, osquery would not run the query without it.",
    );
    finding.fix = fix("Add the semicolon", [(Span { start: at, end: at }, ";".to_owned())]);
    Some(finding)
}

fn one_column(lint: &Lint<'_>, count: usize) -> Option<Finding> {
    let statement = lint.only_statement()?;
    let items = lint.only_core().map(|core| core.items.as_slice()).unwrap_or_default();
    let span = match items {
        [first, .., last] => first.span.to(last.span),
        [one] => one.span,
        [] => statement,
    };
    let mut finding = Code::Columns.at(
        span,
        format!("The query gives {count} columns; a check gives one, with 1 or 0."),
        "Okta can't use an answer of several columns. Ask whether there is such a row instead.",
    );
    // What is asked is whether there are rows, as long as an aggregate does not make one of nothing.
    if lint.only_core().is_some_and(|core| !core.from.is_empty() && !core.is_one_aggregate())
        && lint.has_filter()
    {
        finding.fix = wrap(statement, "pass");
    }
    Some(finding)
}

/// `SELECT EXISTS(<query>) AS name`
fn wrap(statement: Span, name: &str) -> Option<domain::Fix> {
    let point = |at: usize| Span { start: at, end: at };
    fix(
        "Answer 1 if there is such a row, else 0",
        [
            (point(statement.start), "SELECT EXISTS(".to_owned()),
            (point(statement.end), format!(") AS {name}")),
        ],
    )
}

fn one_row(lint: &Lint<'_>, tree: &Select<'_>) -> Option<Finding> {
    let statement = lint.only_statement()?;
    let [core] = tree.cores.as_slice() else { return compound(lint, tree) };
    if core.from.is_empty() {
        return filtered(core, core.filter.as_ref(), statement);
    }
    if core.values.is_some() || core.is_one_aggregate() && core.having.is_none() {
        return None;
    }
    let [item] = core.items.as_slice() else { return None };
    let has_filter = core.filter.is_some() || core.having.is_some();
    let one_row = core.from.iter().all(is_one_row);
    if one_row && !has_filter || is_certain_row(core) {
        return None;
    }
    if let Some(expr) = &item.expr
        && is_constant(expr)
    {
        return Some(fleet(expr, statement));
    }
    let limited = tree.limit.as_ref().and_then(Expr::number) == Some(1.0);
    if limited && !has_filter {
        return None;
    }
    let table = match &core.from[0].relation {
        Relation::Table { name, .. } => name.as_str(),
        _ => "the subquery",
    };
    let (message, explain) = if limited || one_row || core.is_one_aggregate() || has_key(core) {
        (
            "Where no row fits there is no answer at all.".to_owned(),
            "No row is not 0: Okta gets nothing to read. Put the condition into the answer, or ask EXISTS."
                .to_owned(),
        )
    } else {
        (
            format!("The answer has a row for each that fits in {table}: none, one or many."),
            "Okta reads exactly one row; none is not 0. Use EXISTS, NOT EXISTS, MIN, MAX or COUNT to make it one."
                .to_owned(),
        )
    };
    let span = core.from_span.unwrap_or(core.span);
    Some(Code::Rows.at(span, message, explain))
}

/// `SELECT 1 WHERE EXISTS (..)` has a row or none.
fn filtered(core: &Core<'_>, filter: Option<&Expr<'_>>, statement: Span) -> Option<Finding> {
    filter?;
    let item = core.items.first()?.expr.as_ref()?;
    is_constant(item).then(|| fleet(item, statement))
}

fn fleet(item: &Expr<'_>, statement: Span) -> Finding {
    let mut finding = Code::RowMeansPass.at(
        item.span,
        "A row means pass here and no row means fail, as in Fleet's policies.",
        "Okta needs an answer of 1 or 0: without a row there is none.",
    );
    finding.fix = wrap(statement, "pass");
    finding
}

fn compound(lint: &Lint<'_>, tree: &Select<'_>) -> Option<Finding> {
    let span = tree.cores.first()?.span.to(tree.cores.last()?.span);
    if tree.limit.is_some() {
        return None;
    }
    let _ = lint;
    let mut finding = Code::Rows.at(
        span,
        "A compound of SELECTs can have several rows.",
        "Okta reads exactly one row. Put it into a subquery and use EXISTS, MIN, MAX or COUNT on it.",
    );
    finding.severity = Severity::Warning;
    Some(finding)
}

fn is_one_row(source: &Source<'_>) -> bool {
    match &source.relation {
        Relation::Select(select) => match select.cores.as_slice() {
            [core] => {
                let plain = core.filter.is_none() && core.having.is_none();
                core.is_one_aggregate() && core.having.is_none() || plain && core.from.iter().all(is_one_row)
            }
            _ => false,
        },
        _ => source.table.is_some_and(|table| ONE_ROW.contains(&table.name.as_str())),
    }
}

/// Columns that name one row.
const KEYS: &[(&str, &str)] = &[
    ("bitlocker_info", "drive_letter"),
    ("authenticode", "path"),
    ("file", "path"),
    ("groups", "gid"),
    ("hash", "path"),
    ("mounts", "path"),
    ("registry", "path"),
    ("services", "name"),
    ("signature", "path"),
    ("sip_config", "config_flag"),
    ("users", "uid"),
    ("users", "username"),
];

fn has_key(core: &Core<'_>) -> bool {
    key(core).is_some()
}

/// The flag `sip` of System Integrity Protection has its row on every Mac.
fn is_certain_row(core: &Core<'_>) -> bool {
    key(core).is_some_and(|(table, only)| table == "sip_config" && only)
}

/// The table whose key is given, and whether that is the only condition.
fn key<'c>(core: &Core<'c>) -> Option<(&'c str, bool)> {
    // Tables of one row beside it change nothing.
    let mut many = core.from.iter().filter(|source| !is_one_row(source));
    let table = many.next()?.table.filter(|_| many.next().is_none())?;
    let filter = core.filter.as_ref()?;
    let parts = match &filter.bare().kind {
        Kind::Chain(Op::And, parts) => parts.iter().collect(),
        _ => vec![filter],
    };
    let keyed = |expr: &&Expr<'_>| match &expr.bare().kind {
        Kind::Binary(Op::Equals, left, right) => {
            let named = |expr: &Expr<'_>| {
                expr.origin().is_some_and(|o| KEYS.contains(&(o.table.name.as_str(), o.column.name.as_str())))
            };
            named(left) || named(right)
        }
        _ => false,
    };
    parts.iter().any(keyed).then_some((table.name.as_str(), parts.len() == 1))
}

/// A literal, or an expression of literals.
fn is_constant(expr: &Expr<'_>) -> bool {
    match &expr.bare().kind {
        Kind::Number(_) | Kind::Text(_) => true,
        Kind::Chain(Op::And | Op::Or, _) => false,
        Kind::Column { quoted, found, .. } => *quoted && !*found,
        _ => false,
    }
}

impl Lint<'_> {
    /// Whether the only SELECT picks rows.
    fn has_filter(&self) -> bool {
        self.only_core().is_some_and(|core| {
            core.filter.is_some()
                || core.having.is_some()
                || core.from.iter().any(|source| source.on.is_some())
        })
    }
}
