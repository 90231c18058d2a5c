//! Comparisons that do not compare what they seem to: texts as numbers, versions letter by letter, texts in double quotes,
//! LIKE with an underscore.

use super::Lint;
use super::code::{Code, fix};
use super::given;
use super::tokens::Span;
use super::tree::{Expr, Kind, Matching, Op, Origin, Select};
use crate::catalogue::ColumnType;
use domain::Finding;

/// All such comparisons.
pub fn check(lint: &Lint<'_>, tree: &Select<'_>) -> Vec<Finding> {
    let (mut found, mut quoted) = (Vec::new(), Vec::new());
    tree.all_exprs(&mut |expr| match &expr.kind {
        Kind::Binary(op, left, right) if op.compares() => {
            found.extend(
                compared(lint, *op, left, right).or_else(|| compared(lint, mirrored(*op), right, left)),
            );
        }
        Kind::Between { value, low, high, .. } => {
            found.extend(between(lint, value, low, high));
        }
        Kind::Column { quoted: true, found: false, table: None, name, .. } => {
            quoted.push((expr.span, name.as_str()));
        }
        Kind::Matches { how: Matching::Like, left, right, escape: None, .. } => {
            found.extend(wildcard(left, right));
        }
        Kind::Parameter => found.push(Code::Parameter.at(
            expr.span,
            "Nothing gives this parameter a value: it is NULL.",
            "The device runs the text as it is.",
        )),
        _ => {}
    });
    found.extend(double_quoted(lint, quoted));
    found
}

fn mirrored(op: Op) -> Op {
    match op {
        Op::Less => Op::Greater,
        Op::LessEquals => Op::GreaterEquals,
        Op::Greater => Op::Less,
        Op::GreaterEquals => Op::LessEquals,
        other => other,
    }
}

/// A TEXT column, compared letter by letter.
fn text_column<'c>(expr: &Expr<'c>) -> Option<Origin<'c>> {
    let origin = expr.origin()?;
    let lettered = origin.column.collate.as_deref().is_none_or(|c| c == "BINARY" || c == "NOCASE");
    (origin.column.kind == ColumnType::Text && lettered).then_some(origin)
}

pub(super) fn is_version(origin: Origin<'_>) -> bool {
    let name = origin.column.name.as_str();
    name == "version" || name.ends_with("_version") || name.ends_with("version_string")
}

/// `14.4`, `120.0.1`, also without a dot.
pub(super) fn looks_like_a_version(expr: &Expr<'_>) -> bool {
    let dotted = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_digit())
            && text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    };
    expr.number().is_some() || expr.text().is_some_and(dotted)
}

fn compared(lint: &Lint<'_>, op: Op, left: &Expr<'_>, right: &Expr<'_>) -> Option<Finding> {
    if let Some(function) = text_function(lint, left)
        && right.number().is_some()
    {
        return Some(called(lint, op, function, left, right));
    }
    if let Some(finding) = given::compared(lint, op, left, right) {
        return Some(finding);
    }
    if !op.orders() {
        return None;
    }
    let origin = text_column(left)?;
    if is_version(origin) && looks_like_a_version(right) {
        return Some(version(lint, op, origin, left, right));
    }
    let numeric = |text: &str| text.len() < 6 && text.parse::<f64>().is_ok();
    if right.number().is_some() || right.text().is_some_and(numeric) {
        return Some(number(lint, origin, left, &[right]));
    }
    None
}

fn between(lint: &Lint<'_>, value: &Expr<'_>, low: &Expr<'_>, high: &Expr<'_>) -> Option<Finding> {
    let origin = text_column(value)?;
    if is_version(origin) && looks_like_a_version(low) {
        let mut finding = Code::VersionAsText.at(
            value.span,
            format!("{}.{} is compared letter by letter.", origin.table.name, origin.column.name),
            "'9.0' is greater than '14.4' that way.",
        );
        finding.fix = fix("Compare as versions", [(end(value.span), " COLLATE version".to_owned())]);
        return Some(finding);
    }
    (low.number().is_some() && high.number().is_some()).then(|| number(lint, origin, value, &[low, high]))
}

fn end(span: Span) -> Span {
    Span { start: span.end, end: span.end }
}

pub(super) fn number(
    lint: &Lint<'_>,
    origin: Origin<'_>,
    column: &Expr<'_>,
    others: &[&Expr<'_>],
) -> Finding {
    let name = format!("{}.{}", origin.table.name, origin.column.name);
    let mut finding = Code::TextAsNumber.at(
        column.span,
        format!("{name} is a text: '9' is greater than '10' here."),
        "The number is turned into a text and compared letter by letter. Turn the column into a number first.",
    );
    let text = lint.text(column.span);
    let mut edits = vec![(column.span, format!("CAST({text} AS INTEGER)"))];
    for other in others {
        if let Some(literal) = other.text() {
            edits.push((other.span, literal.to_owned()));
        }
    }
    finding.fix = fix("Compare as numbers", edits);
    finding
}

fn version(lint: &Lint<'_>, op: Op, origin: Origin<'_>, column: &Expr<'_>, literal: &Expr<'_>) -> Finding {
    let name = format!("{}.{}", origin.table.name, origin.column.name);
    let mut finding = Code::VersionAsText.at(
        column.span,
        format!("{name} is compared letter by letter, not as a version."),
        "'9.0' >= '14.4' is true that way. COLLATE version compares the parts as numbers.",
    );
    let _ = op;
    let mut edits = vec![(end(column.span), " COLLATE version".to_owned())];
    if literal.number().is_some() {
        edits.push((literal.span, format!("'{}'", lint.text(literal.span))));
    }
    finding.fix = fix("Compare as versions", edits);
    finding
}

/// A function whose result is a text.
fn text_function<'e>(lint: &Lint<'_>, expr: &'e Expr<'_>) -> Option<&'e str> {
    let Kind::Call(call) = &expr.bare().kind else { return None };
    let name = call.name.as_str();
    if !lint.catalogue.allows_call(name, call.args.len()) {
        return None;
    }
    let own = lint.catalogue.function(name).map(|function| function.returns == "TEXT");
    let builtin =
        ["substr", "substring", "replace", "trim", "ltrim", "rtrim", "lower", "upper", "strftime", "printf"];
    let text = own.unwrap_or_else(|| builtin.iter().any(|known| name.eq_ignore_ascii_case(known)));
    text.then_some(name)
}

fn called(lint: &Lint<'_>, op: Op, function: &str, call: &Expr<'_>, number: &Expr<'_>) -> Finding {
    let always = match op {
        Op::Equals | Op::Is => "never equal to",
        Op::NotEquals | Op::IsNot => "always unlike",
        _ => "always greater than",
    };
    let mut finding = Code::TextAsNumber.at(
        call.span,
        format!("{function} gives a text, which is {always} the number {}.", lint.text(number.span)),
        "SQLite does not turn a function's text into a number; every text is greater than every number.",
    );
    let text = lint.text(call.span);
    finding.fix = fix("Compare as numbers", [(call.span, format!("CAST({text} AS INTEGER)"))]);
    finding
}

/// One finding for all of them, at the first.
fn double_quoted(lint: &Lint<'_>, mut quoted: Vec<(Span, &str)>) -> Option<Finding> {
    quoted.sort_by_key(|(span, _)| span.start);
    let (first, _) = *quoted.first()?;
    let text = lint.text(first);
    let message = match quoted.len() {
        1 => format!("{text} stands in double quotes and is a text only because no column has that name."),
        n => format!(
            "{text} and {} more stand in double quotes; they are texts only because no column has such a name.",
            n - 1
        ),
    };
    let mut finding = Code::DoubleQuoted.at(
        first,
        message,
        "Double quotes are for names; as soon as a table in the query has such a column, its value is taken. In a shell \
         they may also end the argument.",
    );
    let edits = quoted.into_iter().map(|(span, name)| (span, format!("'{}'", name.replace('\'', "''"))));
    finding.fix = fix("Use single quotes", edits.collect::<Vec<_>>());
    Some(finding)
}

/// A pattern without `%` was meant as a text.
fn wildcard(left: &Expr<'_>, pattern: &Expr<'_>) -> Option<Finding> {
    let text = pattern.text()?;
    if !text.contains('_') || text.contains('%') {
        return None;
    }
    // Paths and keys are asked for with LIKE by habit, and hold underscores: HKEY_LOCAL_MACHINE.
    if left.origin().is_some_and(|origin| origin.column.is_passed_on()) {
        return None;
    }
    Some(Code::LikeWildcard.at(
        pattern.span,
        format!("The underscore in '{text}' stands for any character."),
        "LIKE takes `_` for one character and `%` for many. Use = COLLATE NOCASE where the text is meant as it stands.",
    ))
}
