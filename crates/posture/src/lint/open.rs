//! Does the check pass when nothing is known? The answer is worked out twice: as if no table gave a row, and as if every
//! column it reads were NULL. If that comes to 1, the check fails open.

use super::Lint;
use super::code::{Code, fix};
use super::tree::{Call, Core, Expr, Kind, Op, Relation, Select, Source, Unary};
use domain::{Finding, Fix, Mapping, Severity};

/// Tables that hold a state, one or a few rows, and can be empty although the device has one.
const STATES: &[&str] = &[
    "alf",
    "bitlocker_info",
    "deviceguard_status",
    "disk_encryption",
    "gatekeeper",
    "managed_policies",
    "screenlock",
    "secureboot",
    "security_profile_info",
    "sharing_preferences",
    "sip_config",
    "tpm_info",
    "windows_security_center",
    "windows_security_products",
];
/// Tables that are often asked for what should not be there, and give nothing where they may not read.
const READERS: &[&str] = &["file", "registry", "plist", "preferences"];

/// What passes on nothing, at most one finding.
pub fn check(lint: &Lint<'_>, tree: &Select<'_>) -> Vec<Finding> {
    // What passes in a text box is in the assurance policy.
    if lint.mapping != Mapping::Checkbox {
        return Vec::new();
    }
    let [core] = tree.cores.as_slice() else { return Vec::new() };
    let [item] = core.items.as_slice() else { return Vec::new() };
    let Some(expr) = &item.expr else { return Vec::new() };
    let unread = Read::nothing();
    if core.from.is_empty() || core.is_one_aggregate() {
        // `SELECT 1 WHERE ..` passes where the condition holds.
        let told = core.filter.as_ref().filter(|_| core.from.is_empty()).unwrap_or(expr);
        if unread.value(told).passes() {
            return empty(tree, told).into_iter().collect();
        }
        if core.from.is_empty() {
            return Vec::new();
        }
    }
    if core.is_one_aggregate() {
        return Vec::new();
    }
    let unknown = Read::unknown(expr);
    let stays = core
        .filter
        .as_ref()
        .is_none_or(|filter| unknown.value(filter) == Value::Unknown || unknown.value(filter).is_true());
    if unknown.any && stays && unknown.value(expr).passes() {
        return vec![null(lint, core, expr)];
    }
    Vec::new()
}

fn empty(tree: &Select<'_>, expr: &Expr<'_>) -> Option<Finding> {
    let sources = tree.all_sources();
    let named = |names: &[&str]| {
        sources
            .iter()
            .find_map(|s| s.table.filter(|table| names.contains(&table.name.as_str())))
            .map(|t| t.name.clone())
    };
    let (table, severity) = match named(STATES) {
        Some(table) => (table, Severity::Warning),
        None => (named(READERS)?, Severity::Note),
    };
    let mut finding = Code::FailsOpen.at(
        mark(expr).span,
        format!("The check passes when {table} gives no row."),
        format!(
            "{table} can be empty because nothing is there, or because it could not be read; both come to 1 here. Ask for \
             the good state with EXISTS instead, or count what was read."
        ),
    );
    finding.severity = severity;
    Some(finding)
}

fn null(lint: &Lint<'_>, core: &Core<'_>, expr: &Expr<'_>) -> Finding {
    let mut names = Vec::new();
    expr.walk(&mut |expr| {
        if let Some(origin) = expr.origin() {
            let name = format!("{}.{}", origin.table.name, origin.column.name);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    });
    let names = names.join(" and ");
    let mut finding = Code::FailsOpen.at(
        mark(expr).span,
        format!("The check passes when {names} is not known."),
        "A NULL makes the comparison neither true nor false, and the check then answers 1. Let it pass on the good state \
         only.",
    );
    finding.fix = turned(lint, core, expr);
    finding
}

/// What makes it 1: the ELSE, or the last resort of a COALESCE.
fn mark<'e, 'c>(expr: &'e Expr<'c>) -> &'e Expr<'c> {
    match &expr.bare().kind {
        Kind::Case { otherwise: Some(otherwise), .. } => otherwise,
        Kind::Call(call) if is_coalesce(call) => call.args.last().unwrap_or(expr),
        _ => expr,
    }
}

fn is_coalesce(call: &Call<'_>) -> bool {
    ["coalesce", "ifnull"].iter().any(|name| call.name.eq_ignore_ascii_case(name))
}

/// The same question asked for the good state.
fn turned(lint: &Lint<'_>, core: &Core<'_>, expr: &Expr<'_>) -> Option<Fix> {
    match &expr.bare().kind {
        Kind::Case { base: None, whens, otherwise: Some(otherwise) } => {
            let [(when, then)] = whens.as_slice() else { return None };
            if then.number() != Some(0.0) || otherwise.number() != Some(1.0) {
                return None;
            }
            let good = good(lint, core, when)?;
            let edits = [(when.span, good), (then.span, "1".to_owned()), (otherwise.span, "0".to_owned())];
            fix("Pass on the good state only", edits)
        }
        Kind::Call(call) if is_coalesce(call) && call.args.last().and_then(Expr::number) == Some(1.0) => {
            fix("Answer 0 when it is not known", [(call.args.last()?.span, "0".to_owned())])
        }
        _ => None,
    }
}

/// The condition's opposite, where NULL stays neither.
fn good(lint: &Lint<'_>, core: &Core<'_>, when: &Expr<'_>) -> Option<String> {
    let text = |expr: &Expr<'_>| lint.text(expr.span).to_owned();
    match &when.bare().kind {
        Kind::Binary(op, left, right) => {
            // The firewall is -1 where macOS 14 has no entry: only 1 and 2 are on.
            let alf = core.from.iter().any(|source| source.table.is_some_and(|table| table.name == "alf"));
            let state = left.origin().is_some_and(|o| o.column.name == "global_state");
            if alf && state && *op == Op::Equals && right.number() == Some(0.0) {
                return Some(format!("{} >= 1", text(left)));
            }
            let other = match op {
                Op::Equals => "<>",
                Op::NotEquals => "=",
                Op::Less => ">=",
                Op::LessEquals => ">",
                Op::Greater => "<=",
                Op::GreaterEquals => "<",
                _ => return None,
            };
            Some(format!("{} {other} {}", text(left), text(right)))
        }
        Kind::Matches { .. } | Kind::InList { .. } | Kind::Between { .. } => {
            Some(format!("NOT ({})", text(when)))
        }
        _ => None,
    }
}

/// What an expression comes to.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Null,
    Number(f64),
    Text(String),
    Unknown,
}

impl Value {
    fn passes(&self) -> bool {
        matches!(self, Self::Number(n) if *n == 1.0) || matches!(self, Self::Text(t) if t == "1")
    }
    fn is_true(&self) -> bool {
        matches!(self, Self::Number(n) if *n != 0.0)
    }
    fn of(truth: bool) -> Self {
        Self::Number(if truth { 1.0 } else { 0.0 })
    }
    fn not(self, not: bool) -> Self {
        match self {
            Self::Number(n) if not => Self::of(n == 0.0),
            other => other,
        }
    }
}

/// What is taken for read.
struct Read {
    /// No table gives a row.
    empty: bool,
    /// These columns are NULL.
    null: Vec<(String, String)>,
    any: bool,
}

impl Read {
    fn nothing() -> Self {
        Self { empty: true, null: Vec::new(), any: false }
    }

    fn unknown(expr: &Expr<'_>) -> Self {
        let mut null = Vec::new();
        expr.walk(&mut |expr| {
            if let Some(origin) = expr.origin().filter(|origin| !origin.is_certain()) {
                null.push((origin.table.name.clone(), origin.column.name.clone()));
            }
        });
        Self { empty: false, any: !null.is_empty(), null }
    }

    fn value(&self, expr: &Expr<'_>) -> Value {
        match &expr.kind {
            Kind::Number(text) => text.parse().map_or(Value::Unknown, Value::Number),
            Kind::Text(text) => Value::Text(text.clone()),
            Kind::Null => Value::Null,
            Kind::Column { origin: Some(origin), .. } => {
                let named = |(table, column): &(String, String)| {
                    *table == origin.table.name && *column == origin.column.name
                };
                if self.empty || self.null.iter().any(named) { Value::Null } else { Value::Unknown }
            }
            Kind::Column { .. } | Kind::Value | Kind::Parameter | Kind::InTable { .. } => Value::Unknown,
            Kind::Paren(parts) => match parts.as_slice() {
                [one] => self.value(one),
                _ => Value::Unknown,
            },
            Kind::Collate { value, .. } => self.value(value),
            Kind::Cast { value, .. } => self.value(value),
            Kind::Call(call) => self.called(call),
            Kind::Chain(Op::And, parts) => self.all(parts),
            Kind::Chain(Op::Or, parts) => self.either(parts),
            Kind::Chain(_, parts) => self.strict(parts),
            Kind::Binary(op, left, right) => self.binary(*op, left, right),
            Kind::Unary(Unary::Not, value) => self.value(value).not(true),
            Kind::Unary(op, value) => match (op, self.value(value)) {
                (Unary::Positive, value) => value,
                (Unary::Negative, Value::Number(n)) => Value::Number(-n),
                (_, Value::Null) => Value::Null,
                _ => Value::Unknown,
            },
            Kind::Matches { left, right, .. } => {
                if [left, right].iter().any(|e| self.value(e) == Value::Null) {
                    Value::Null
                } else {
                    Value::Unknown
                }
            }
            Kind::Between { value, .. } => match self.value(value) {
                Value::Null => Value::Null,
                _ => Value::Unknown,
            },
            Kind::InList { not, value, list } => self.within(*not, value, list),
            Kind::InSelect { not, select, .. } => match self.has_row(select) {
                Some(false) => Value::of(false).not(*not),
                _ => Value::Unknown,
            },
            Kind::IsNull { not, value } => match self.value(value) {
                Value::Unknown => Value::Unknown,
                value => Value::of((value == Value::Null) != *not),
            },
            Kind::Exists(select) => self.has_row(select).map_or(Value::Unknown, Value::of),
            Kind::Subquery(select) => self.scalar(select),
            Kind::Case { base, whens, otherwise } => self.case(base.as_deref(), whens, otherwise.as_deref()),
        }
    }

    fn case(
        &self,
        base: Option<&Expr<'_>>,
        whens: &[(Expr<'_>, Expr<'_>)],
        otherwise: Option<&Expr<'_>>,
    ) -> Value {
        let base = base.map(|base| self.value(base));
        for (when, then) in whens {
            let holds = match &base {
                None => self.value(when),
                Some(base) => compare(Op::Equals, base, &self.value(when)),
            };
            match holds {
                Value::Unknown | Value::Text(_) => return Value::Unknown,
                holds if holds.is_true() => return self.value(then),
                _ => {}
            }
        }
        otherwise.map_or(Value::Null, |otherwise| self.value(otherwise))
    }

    fn binary(&self, op: Op, left: &Expr<'_>, right: &Expr<'_>) -> Value {
        let (left, right) = (self.value(left), self.value(right));
        match op {
            Op::Is | Op::IsNot if left == Value::Unknown || right == Value::Unknown => Value::Unknown,
            Op::Is => Value::of(left == right),
            Op::IsNot => Value::of(left != right),
            _ if op.compares() => compare(op, &left, &right),
            _ if left == Value::Null || right == Value::Null => Value::Null,
            _ => Value::Unknown,
        }
    }

    fn all(&self, parts: &[Expr<'_>]) -> Value {
        let values: Vec<Value> = parts.iter().map(|part| self.value(part)).collect();
        if values.contains(&Value::of(false)) {
            return Value::of(false);
        }
        joined(values, true)
    }

    fn either(&self, parts: &[Expr<'_>]) -> Value {
        let values: Vec<Value> = parts.iter().map(|part| self.value(part)).collect();
        if values.iter().any(Value::is_true) {
            return Value::of(true);
        }
        joined(values, false)
    }

    /// NULL if anything is.
    fn strict(&self, parts: &[Expr<'_>]) -> Value {
        if parts.iter().any(|part| self.value(part) == Value::Null) { Value::Null } else { Value::Unknown }
    }

    fn within(&self, not: bool, value: &Expr<'_>, list: &[Expr<'_>]) -> Value {
        let value = self.value(value);
        if value == Value::Null && !list.is_empty() {
            return Value::Null;
        }
        let found: Vec<Value> =
            list.iter().map(|item| compare(Op::Equals, &value, &self.value(item))).collect();
        if found.iter().any(Value::is_true) {
            return Value::of(true).not(not);
        }
        joined(found, false).not(not)
    }

    fn called(&self, call: &Call<'_>) -> Value {
        let name = call.name.to_ascii_lowercase();
        if call.aggregates() {
            return match name.as_str() {
                _ if !self.empty => Value::Unknown,
                "count" | "total" => Value::of(false),
                "json_group_array" | "json_group_object" => Value::Unknown,
                _ => Value::Null,
            };
        }
        match name.as_str() {
            "coalesce" | "ifnull" => call
                .args
                .iter()
                .map(|arg| self.value(arg))
                .find(|value| *value != Value::Null)
                .unwrap_or(Value::Null),
            "iif" => match call.args.as_slice() {
                [when, then, otherwise] => match self.value(when) {
                    Value::Unknown | Value::Text(_) => Value::Unknown,
                    holds if holds.is_true() => self.value(then),
                    _ => self.value(otherwise),
                },
                _ => Value::Unknown,
            },
            "lower" | "upper" | "trim" | "length" | "abs" | "round" | "substr" | "replace" | "instr"
            | "split" | "regex_match" | "regex_split" | "json_extract" => self.strict(&call.args),
            "likely" | "unlikely" => call.args.first().map_or(Value::Unknown, |arg| self.value(arg)),
            _ => Value::Unknown,
        }
    }

    /// The value of a subquery.
    fn scalar(&self, select: &Select<'_>) -> Value {
        let [core] = select.cores.as_slice() else { return Value::Unknown };
        let item = core.items.first().and_then(|item| item.expr.as_ref());
        if core.is_one_aggregate() {
            // Its tables may be those of a WITH clause, which may have a row.
            let none =
                !self.empty || core.from.iter().all(|source| self.source_has_row(source) == Some(false));
            return item
                .filter(|_| none && core.having.is_none())
                .map_or(Value::Unknown, |item| self.value(item));
        }
        match self.has_row(select) {
            Some(false) => Value::Null,
            Some(true) if core.from.is_empty() => item.map_or(Value::Unknown, |item| self.value(item)),
            _ => Value::Unknown,
        }
    }

    /// Whether the SELECT has a row.
    fn has_row(&self, select: &Select<'_>) -> Option<bool> {
        let mut any = Some(false);
        for core in &select.cores {
            any = match (any, self.core_has_row(core)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            };
        }
        if select.cores.len() > 1 && any == Some(true) { None } else { any }
    }

    fn core_has_row(&self, core: &Core<'_>) -> Option<bool> {
        if core.values.is_some() {
            return Some(true);
        }
        if core.is_one_aggregate() {
            return if core.having.is_some() { None } else { Some(true) };
        }
        if core.from.is_empty() {
            return match core.filter.as_ref().map(|filter| self.value(filter)) {
                None => Some(true),
                Some(Value::Number(n)) => Some(n != 0.0),
                Some(Value::Null) => Some(false),
                Some(_) => None,
            };
        }
        if !self.empty {
            return None;
        }
        let rows: Vec<Option<bool>> = core.from.iter().map(|source| self.source_has_row(source)).collect();
        // An inner join with an empty table is empty; an outer join is, if its first table is.
        let first = rows.first().copied().flatten();
        let inner = core.from.iter().all(|s| {
            !matches!(s.join, super::tree::Join::Left | super::tree::Join::Right | super::tree::Join::Full)
        });
        let empty = if inner {
            rows.contains(&Some(false))
        } else {
            first == Some(false) && rows.iter().all(|r| *r == Some(false))
        };
        empty.then_some(false)
    }

    fn source_has_row(&self, source: &Source<'_>) -> Option<bool> {
        match &source.relation {
            Relation::Table { .. } if source.table.is_some() => Some(false),
            Relation::Select(select) => self.has_row(select),
            Relation::Group(inner) => inner.first().and_then(|first| self.source_has_row(first)),
            Relation::Table { .. } | Relation::Function { .. } => None,
        }
    }
}

/// AND of values none of which is false, or OR of values none of which is true.
fn joined(values: Vec<Value>, neutral: bool) -> Value {
    if values.iter().any(|value| matches!(value, Value::Unknown | Value::Text(_))) {
        return Value::Unknown;
    }
    if values.contains(&Value::Null) { Value::Null } else { Value::of(neutral) }
}

fn compare(op: Op, left: &Value, right: &Value) -> Value {
    let order = match (left, right) {
        (Value::Null, _) | (_, Value::Null) => return Value::Null,
        (Value::Number(a), Value::Number(b)) => a.partial_cmp(b),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        _ => None,
    };
    let Some(order) = order else { return Value::Unknown };
    Value::of(match op {
        Op::Equals => order.is_eq(),
        Op::NotEquals => order.is_ne(),
        Op::Less => order.is_lt(),
        Op::LessEquals => order.is_le(),
        Op::Greater => order.is_gt(),
        _ => order.is_ge(),
    })
}
