//! Calls that this osquery does not take: unknown functions, wrong numbers of arguments, and what only a newer SQLite has.

use super::Lint;
use super::code::{Code, fix};
use super::names::{known::FUNCTIONS, nearest};
use super::tokens::Span;
use super::tree::{Call, Expr, Kind, Matching, Select};
use domain::Finding;

/// Calls of functions that osquery does not have, or not with so many arguments, and operators without a function.
pub fn check(lint: &Lint<'_>, select: &Select<'_>) -> Vec<Finding> {
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
