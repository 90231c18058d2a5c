//! Text columns whose value reaches a comparison through a function or a subquery. On the way SQLite drops the column's
//! collation, and in a function its type too: a text then never equals a number.

use super::Lint;
use super::code::{Code, fix};
use super::compare::{is_version, looks_like_a_version, number};
use super::tokens::Span;
use super::tree::{Expr, Kind, Op, Origin};
use crate::catalogue::ColumnType;
use domain::Finding;

/// Functions that hand on what they are given.
const HANDING_ON: [&str; 6] = ["coalesce", "ifnull", "iif", "max", "min", "nullif"];

/// The comparison of such a value with what is written on the other side.
pub fn compared(lint: &Lint<'_>, op: Op, left: &Expr<'_>, right: &Expr<'_>) -> Option<Finding> {
    if matches!(left.bare().kind, Kind::Column { .. }) {
        return None;
    }
    let (origin, by) = given(left)?;
    let ordered = op.orders();
    let versioned = is_version(origin) || origin.column.collate.as_deref() == Some("version");
    if ordered && versioned && right.text().is_some() && looks_like_a_version(right) {
        return Some(version(origin, left));
    }
    // A negative number stands for what is not there: COALESCE(data, -1) = -1.
    let literal = right.number().filter(|number| *number >= 0.0)?;
    match by {
        Some(name) => Some(unlike(lint, op, origin, name, left, right)),
        None if ordered && literal.is_finite() => Some(number(lint, origin, left, &[right])),
        None => None,
    }
}

/// The column that an expression hands on, and the function that does so; a subquery alone keeps the type.
fn given<'e, 'c>(expr: &'e Expr<'c>) -> Option<(Origin<'c>, Option<&'e str>)> {
    let named = |parts: Vec<&'e Expr<'c>>, name: &'e str| {
        parts.into_iter().find_map(|part| given(part)).map(|(origin, _)| (origin, Some(name)))
    };
    match &expr.bare().kind {
        Kind::Column { origin, .. } => {
            origin.filter(|origin| origin.column.kind == ColumnType::Text).map(|origin| (origin, None))
        }
        Kind::Subquery(select) => match select.cores.as_slice() {
            [core] => match core.items.as_slice() {
                [item] => given(item.expr.as_ref()?),
                _ => None,
            },
            _ => None,
        },
        Kind::Call(call) => {
            let name = call.name.as_str();
            if !HANDING_ON.iter().any(|known| name.eq_ignore_ascii_case(known)) || call.over {
                return None;
            }
            let condition = usize::from(name.eq_ignore_ascii_case("iif"));
            named(call.args.iter().skip(condition).collect(), name)
        }
        Kind::Case { whens, otherwise, .. } => {
            named(whens.iter().map(|(_, then)| then).chain(otherwise.as_deref()).collect(), "CASE")
        }
        _ => None,
    }
}

fn version(origin: Origin<'_>, left: &Expr<'_>) -> Finding {
    let mut finding = Code::VersionAsText.at(
        left.span,
        format!("{}.{} is compared letter by letter here.", origin.table.name, origin.column.name),
        "'9.0' >= '14.4' is true that way. A function or a subquery does not keep a column's own order; COLLATE version \
         compares the parts as numbers.",
    );
    let end = Span { start: left.span.end, end: left.span.end };
    finding.fix = fix("Compare as versions", [(end, " COLLATE version".to_owned())]);
    finding
}

fn unlike(
    lint: &Lint<'_>,
    op: Op,
    origin: Origin<'_>,
    name: &str,
    left: &Expr<'_>,
    right: &Expr<'_>,
) -> Finding {
    let literal = lint.text(right.span);
    let always = match op {
        Op::Equals | Op::Is => format!("no text is equal to the number {literal}"),
        Op::NotEquals | Op::IsNot => format!("every text is unlike the number {literal}"),
        _ => format!("every text is greater than the number {literal}"),
    };
    let mut finding = Code::TextAsNumber.at(
        left.span,
        format!("{name} gives the text of {}.{}, and {always}.", origin.table.name, origin.column.name),
        "A column compared by itself has the number turned into a text; a function's result has not.",
    );
    let text = lint.text(left.span);
    finding.fix = fix("Compare as numbers", [(left.span, format!("CAST({text} AS INTEGER)"))]);
    finding
}
