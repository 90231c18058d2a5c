//! Whether the answer is exactly `1` or `0`, which is what a check of the kind CHECKBOX needs. What a column holds is not
//! known here, only its type; what SQLite makes of it is.

use super::Lint;
use super::code::{Code, fix};
use super::tokens::Span;
use super::tree::{Expr, Kind, Op, Select, Unary};
use crate::catalogue::ColumnType;
use domain::{Finding, Mapping, Severity};

/// What an expression can come to.
#[derive(Debug, Clone, Copy, Default)]
struct May {
    null: bool,
    /// `1.0` and the like.
    real: bool,
    text: bool,
    /// A number that may be neither 1 nor 0.
    other: bool,
}

impl May {
    const FLAG: Self = Self { null: false, real: false, text: false, other: false };
    const NULL: Self = Self { null: true, ..Self::FLAG };
    const REAL: Self = Self { real: true, ..Self::FLAG };
    const TEXT: Self = Self { text: true, ..Self::FLAG };
    const OTHER: Self = Self { other: true, ..Self::FLAG };

    fn or(self, other: Self) -> Self {
        Self {
            null: self.null || other.null,
            real: self.real || other.real,
            text: self.text || other.text,
            other: self.other || other.other,
        }
    }
    fn nullable(self, null: bool) -> Self {
        Self { null, ..self }
    }
}

/// What is wrong with the answer, at most one thing.
pub fn check(lint: &Lint<'_>, tree: &Select<'_>) -> Vec<Finding> {
    if lint.mapping != Mapping::Checkbox {
        return Vec::new();
    }
    let core = match tree.cores.as_slice() {
        [one] => one,
        _ => return Vec::new(),
    };
    let [item] = core.items.as_slice() else { return Vec::new() };
    let Some(expr) = &item.expr else { return Vec::new() };
    told(lint, expr).into_iter().collect()
}

fn told(lint: &Lint<'_>, expr: &Expr<'_>) -> Option<Finding> {
    let may = value(expr);
    if let Some(text) = expr.text() {
        if ["0", "1"].contains(&text) {
            return None;
        }
        return Some(at(expr.span, format!("The answer is the text `{text}`, not 1 or 0.")));
    }
    if may.text {
        let what = match expr.origin() {
            Some(origin) => {
                format!("The answer is the text in {}.{}, not 1 or 0.", origin.table.name, origin.column.name)
            }
            None => "The answer is a text, not 1 or 0.".to_owned(),
        };
        return Some(at(expr.span, what));
    }
    if may.real {
        let mut finding =
            at(expr.span, "The answer is printed with a decimal point: 1.0 is not 1.".to_owned());
        finding.fix = fix("Make it a whole number", around(expr.span, "CAST(", " AS INTEGER)"));
        return Some(finding);
    }
    if may.other {
        return other(lint, expr);
    }
    if may.null {
        let mut finding = at(expr.span, null_message(expr).to_owned());
        finding.explain =
            "NULL is printed as an empty text, which Okta takes for neither 1 nor 0. Say what it shall mean."
                .to_owned();
        finding.fix = fix("Answer 0 when it is not known", around(expr.span, "COALESCE(", ", 0)"));
        return Some(finding);
    }
    None
}

fn null_message(expr: &Expr<'_>) -> &'static str {
    match &expr.bare().kind {
        Kind::Case { otherwise: None, .. } => "Without an ELSE the answer is empty when no WHEN fits.",
        _ if expr.aggregates() => "Over no rows the answer is empty, not 0.",
        _ => "The answer is empty where a value is not known.",
    }
}

fn other(lint: &Lint<'_>, expr: &Expr<'_>) -> Option<Finding> {
    if expr.number().is_some() {
        return Some(at(expr.span, format!("The answer is {}, not 1 or 0.", lint.text(expr.span))));
    }
    if let Kind::Call(call) = &expr.bare().kind
        && call.name.eq_ignore_ascii_case("count")
    {
        let mut finding = at(expr.span, "A count can be more than 1.".to_owned());
        finding.fix = fix("Answer 1 for one or more", around(expr.span, "(", " > 0)"));
        return Some(finding);
    }
    let Some(origin) = expr.origin() else {
        // `MIN(protection_status)` and the like.
        if !value(expr).null {
            return None;
        }
        let mut finding =
            at(expr.span, "The answer can be empty, or another number than 1 and 0.".to_owned());
        finding.fix = fix("Ask whether it is 1", around(expr.span, "COALESCE(", " = 1, 0)"));
        return Some(finding);
    };
    // A flag's column may well hold just 1 and 0; that it can be empty or more is worth a word, no more.
    let name = format!("{}.{}", origin.table.name, origin.column.name);
    let mut finding = at(
        expr.span,
        format!("The answer is {name} as it stands, which can also be empty or another number."),
    );
    finding.severity = Severity::Note;
    finding.fix =
        fix(format!("Ask whether {} is 1", origin.column.name), around(expr.span, "COALESCE(", " = 1, 0)"));
    Some(finding)
}

fn around(span: Span, before: &str, after: &str) -> [(Span, String); 2] {
    [
        (Span { start: span.start, end: span.start }, before.to_owned()),
        (Span { start: span.end, end: span.end }, after.to_owned()),
    ]
}

fn at(span: Span, message: String) -> Finding {
    Code::Answer.at(span, message, "Okta takes 1 for a pass and 0 for a fail; any other answer is neither.")
}

/// What the expression can come to.
fn value(expr: &Expr<'_>) -> May {
    match &expr.kind {
        Kind::Number(text) if text == "0" || text == "1" => May::FLAG,
        Kind::Number(text) if text.contains(['.', 'e', 'E']) && !text.starts_with("0x") => May::REAL,
        Kind::Number(_) => May::OTHER,
        Kind::Text(text) if text == "0" || text == "1" => May::FLAG,
        Kind::Text(_) => May::TEXT,
        Kind::Null => May::NULL,
        Kind::Column { origin: Some(origin), .. } => {
            let may = match origin.column.kind {
                ColumnType::Text => May::TEXT,
                ColumnType::Double => May::REAL,
                _ => May::OTHER,
            };
            may.nullable(!origin.is_certain())
        }
        Kind::Column { quoted: true, found: false, name, .. } if name != "0" && name != "1" => May::TEXT,
        Kind::Column { .. } | Kind::Value | Kind::Parameter => May::FLAG,
        Kind::Paren(parts) => parts.first().map_or(May::FLAG, value),
        Kind::Call(call) => called(call),
        Kind::Chain(Op::And | Op::Or, parts) => {
            May::FLAG.nullable(parts.iter().map(value).any(|part| part.null))
        }
        Kind::Chain(..) => May::TEXT,
        Kind::Binary(Op::Is | Op::IsNot, ..) | Kind::IsNull { .. } | Kind::Exists(_) => May::FLAG,
        Kind::Binary(op, left, right) => {
            let null = value(left).null || value(right).null;
            if op.compares() { May::FLAG.nullable(null) } else { May::FLAG }
        }
        Kind::Unary(Unary::Not, inner) => May::FLAG.nullable(value(inner).null),
        Kind::Unary(Unary::Positive, inner) => value(inner),
        Kind::Unary(..) => May::OTHER,
        Kind::Matches { left, right, .. } => May::FLAG.nullable(value(left).null || value(right).null),
        Kind::Between { value: inner, .. } | Kind::InList { value: inner, .. } => {
            May::FLAG.nullable(value(inner).null)
        }
        Kind::InSelect { value: inner, .. } | Kind::InTable { value: inner, .. } => {
            May::FLAG.nullable(value(inner).null)
        }
        Kind::Case { whens, otherwise, .. } => {
            let thens = whens.iter().map(|(_, then)| value(then)).fold(May::FLAG, May::or);
            thens.or(otherwise.as_ref().map_or(May::NULL, |e| value(e)))
        }
        Kind::Cast { value: inner, to } => {
            let to = to.to_ascii_lowercase();
            let inner = value(inner);
            match to.as_str() {
                "real" | "float" | "double" => May::REAL.nullable(inner.null),
                "text" | "varchar" => inner,
                _ => whole(inner),
            }
        }
        Kind::Collate { value: inner, .. } => value(inner),
        Kind::Subquery(select) => match select.cores.as_slice() {
            [core] => {
                let inner = core.items.first().and_then(|item| item.expr.as_ref()).map_or(May::FLAG, value);
                // A subquery without a row is NULL.
                if core.from.is_empty() || core.is_one_aggregate() { inner } else { inner.or(May::NULL) }
            }
            _ => May::FLAG,
        },
    }
}

fn whole(inner: May) -> May {
    May { other: inner.other || inner.text || inner.real, null: inner.null, real: false, text: false }
}

fn called(call: &super::tree::Call<'_>) -> May {
    let name = call.name.to_ascii_lowercase();
    let args = || call.args.iter().map(value);
    match name.as_str() {
        "count" => May::OTHER,
        "total" | "avg" => May::REAL,
        "min" | "max" if call.args.len() == 1 => args().fold(May::NULL, May::or),
        "sum" => May::OTHER.or(May::NULL),
        "coalesce" | "ifnull" => {
            let null = args().all(|arg| arg.null);
            args().fold(May::FLAG, May::or).nullable(null)
        }
        "iif" => call.args.iter().skip(1).map(value).fold(May::FLAG, May::or),
        "likely" | "unlikely" | "likelihood" | "abs" | "min" | "max" => args().fold(May::FLAG, May::or),
        "concat" | "concat_ws" | "lower" | "upper" | "group_concat" | "printf" | "format" | "hex"
        | "quote" | "typeof" | "md5" | "sha1" | "sha256" | "date" | "datetime" => May::TEXT,
        _ => May::FLAG,
    }
}
