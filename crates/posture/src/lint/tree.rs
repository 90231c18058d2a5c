//! A statement as the rules see it: with the place of everything in the text, and with each column's origin in the
//! catalogue once `resolve` has been over it. Knows neither rules nor SQLite's parser.

use super::tokens::Span;
use crate::catalogue::{Column, Table};

/// Where the values of a column come from.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'c> {
    pub table: &'c Table,
    pub column: &'c Column,
    /// Which mention of the table in the statement.
    pub source: usize,
}

impl Origin<'_> {
    /// Whether the column holds a value on every device.
    pub fn is_certain(&self) -> bool {
        match self.table.name.as_str() {
            "uptime" | "time" | "osquery_info" => true,
            "os_version" => ["name", "version", "major", "minor"].contains(&self.column.name.as_str()),
            _ => false,
        }
    }
}

/// A SELECT with all its parts.
#[derive(Debug)]
pub struct Select<'c> {
    pub ctes: Vec<Cte<'c>>,
    /// More than one: a compound.
    pub cores: Vec<Core<'c>>,
    pub order_by: Vec<Expr<'c>>,
    pub limit: Option<Expr<'c>>,
    pub offset: Option<Expr<'c>>,
}

/// One table of a WITH clause.
#[derive(Debug)]
pub struct Cte<'c> {
    /// Its number, once resolved.
    pub id: usize,
    pub name: String,
    pub columns: Vec<String>,
    /// `Some` where the text says it.
    pub materialized: Option<bool>,
    pub select: Select<'c>,
}

/// One SELECT of a compound.
#[derive(Debug)]
pub struct Core<'c> {
    pub span: Span,
    pub distinct: bool,
    pub items: Vec<Item<'c>>,
    pub from: Vec<Source<'c>>,
    /// From `FROM` to the last table.
    pub from_span: Option<Span>,
    pub filter: Option<Expr<'c>>,
    pub group_by: Vec<Expr<'c>>,
    pub having: Option<Expr<'c>>,
    /// Expressions of named windows.
    pub windows: Vec<Expr<'c>>,
    /// `VALUES (..), (..)`: it has nothing else then.
    pub values: Option<Vec<Vec<Expr<'c>>>>,
}

/// One result column, or a star.
#[derive(Debug)]
pub struct Item<'c> {
    /// `None`: a star.
    pub expr: Option<Expr<'c>>,
    /// The table of `t.*`.
    pub star_of: Option<String>,
    pub alias: Option<String>,
    pub span: Span,
}

/// How a table of a FROM clause hangs on those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    First,
    Comma,
    Inner,
    Cross,
    Left,
    Right,
    Full,
}

/// One table of a FROM clause.
#[derive(Debug)]
pub struct Source<'c> {
    pub id: usize,
    pub join: Join,
    pub natural: bool,
    pub relation: Relation<'c>,
    pub alias: Option<String>,
    pub span: Span,
    pub on: Option<Expr<'c>>,
    pub using: Vec<(String, Span)>,
    /// The catalogue's table, once resolved.
    pub table: Option<&'c Table>,
    /// The table of a WITH clause, once resolved: its number.
    pub cte: Option<usize>,
}

/// What a FROM clause names.
#[derive(Debug)]
pub enum Relation<'c> {
    Table { schema: Option<String>, name: String, name_span: Span },
    Function { name: String, name_span: Span, args: Vec<Expr<'c>> },
    Select(Box<Select<'c>>),
    Group(Vec<Source<'c>>),
}

/// An expression and its place.
#[derive(Debug)]
pub struct Expr<'c> {
    pub kind: Kind<'c>,
    pub span: Span,
}

/// Binary operators, as far as the rules tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    And,
    Or,
    Equals,
    NotEquals,
    Less,
    LessEquals,
    Greater,
    GreaterEquals,
    Is,
    IsNot,
    Concat,
    Arrow,
    ArrowText,
    Arithmetic,
}

impl Op {
    /// `<`, `<=`, `>`, `>=`.
    pub fn orders(self) -> bool {
        matches!(self, Self::Less | Self::LessEquals | Self::Greater | Self::GreaterEquals)
    }
    /// Whether the result is true, false or NULL.
    pub fn compares(self) -> bool {
        self.orders() || matches!(self, Self::Equals | Self::NotEquals | Self::Is | Self::IsNot)
    }
}

/// Operators with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unary {
    Not,
    Negative,
    Positive,
    BitNot,
}

/// How a text is matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matching {
    Like,
    Glob,
    Match,
    Regexp,
}

/// A call of a function.
#[derive(Debug)]
pub struct Call<'c> {
    pub name: String,
    pub name_span: Span,
    pub args: Vec<Expr<'c>>,
    /// `count(*)`
    pub star: bool,
    /// The place of `ORDER BY` inside the call.
    pub ordered: Option<Span>,
    pub filter: Option<Box<Expr<'c>>>,
    /// It is a window function.
    pub over: bool,
    /// Expressions of its window.
    pub window: Vec<Expr<'c>>,
}

/// What an expression is.
#[derive(Debug)]
pub enum Kind<'c> {
    Column {
        table: Option<String>,
        name: String,
        /// It stands in double quotes: a text, where no column has that name.
        quoted: bool,
        origin: Option<Origin<'c>>,
        /// It was found, be it as a column or as the alias of a result.
        found: bool,
    },
    Text(String),
    Number(String),
    Null,
    /// Another literal, or a parameter.
    Value,
    Parameter,
    Call(Call<'c>),
    /// `a AND b AND c`, `a || b || c`: operands of one operator, in order.
    Chain(Op, Vec<Expr<'c>>),
    Binary(Op, Box<Expr<'c>>, Box<Expr<'c>>),
    Unary(Unary, Box<Expr<'c>>),
    Matches {
        how: Matching,
        not: bool,
        left: Box<Expr<'c>>,
        right: Box<Expr<'c>>,
        escape: Option<Box<Expr<'c>>>,
    },
    Between {
        not: bool,
        value: Box<Expr<'c>>,
        low: Box<Expr<'c>>,
        high: Box<Expr<'c>>,
    },
    InList {
        not: bool,
        value: Box<Expr<'c>>,
        list: Vec<Expr<'c>>,
    },
    InSelect {
        not: bool,
        value: Box<Expr<'c>>,
        select: Box<Select<'c>>,
    },
    InTable {
        not: bool,
        value: Box<Expr<'c>>,
        source: Box<Source<'c>>,
    },
    Case {
        base: Option<Box<Expr<'c>>>,
        whens: Vec<(Expr<'c>, Expr<'c>)>,
        otherwise: Option<Box<Expr<'c>>>,
    },
    Cast {
        value: Box<Expr<'c>>,
        to: String,
    },
    Collate {
        value: Box<Expr<'c>>,
    },
    Exists(Box<Select<'c>>),
    Subquery(Box<Select<'c>>),
    IsNull {
        not: bool,
        value: Box<Expr<'c>>,
    },
    Paren(Vec<Expr<'c>>),
}

impl<'c> Expr<'c> {
    /// Without brackets around it.
    pub fn bare(&self) -> &Self {
        let mut expr = self;
        while let Kind::Paren(inner) = &expr.kind {
            match inner.as_slice() {
                [one] => expr = one,
                _ => break,
            }
        }
        expr
    }

    /// Where the column comes from, if it is one.
    pub fn origin(&self) -> Option<Origin<'c>> {
        match &self.bare().kind {
            Kind::Column { origin, .. } => *origin,
            _ => None,
        }
    }

    /// The text of a literal: `'x'`, or `"x"` where it is no column.
    pub fn text(&self) -> Option<&str> {
        match &self.bare().kind {
            Kind::Text(text) => Some(text),
            Kind::Column { quoted: true, found: false, table: None, name, .. } => Some(name),
            _ => None,
        }
    }

    /// The number that is written there, with its sign.
    pub fn number(&self) -> Option<f64> {
        match &self.bare().kind {
            Kind::Number(text) => text.parse().ok(),
            Kind::Unary(Unary::Negative, inner) => inner.number().map(|n| -n),
            Kind::Unary(Unary::Positive, inner) => inner.number(),
            _ => None,
        }
    }

    /// Calls `part` for everything directly in it.
    pub fn each_part<'e>(&'e self, part: &mut dyn FnMut(Part<'e, 'c>)) {
        let mut all = |parts: &'e [Expr<'c>]| parts.iter().for_each(|e| part(Part::Expr(e)));
        match &self.kind {
            Kind::Column { .. }
            | Kind::Text(_)
            | Kind::Number(_)
            | Kind::Null
            | Kind::Value
            | Kind::Parameter => {}
            Kind::Call(call) => {
                all(&call.args);
                all(&call.window);
                call.filter.iter().for_each(|f| part(Part::Expr(f)));
            }
            Kind::Chain(_, parts) | Kind::Paren(parts) => all(parts),
            Kind::Binary(_, left, right) => {
                [left, right].into_iter().for_each(|e| part(Part::Expr(e)));
            }
            Kind::Unary(_, value)
            | Kind::Cast { value, .. }
            | Kind::Collate { value }
            | Kind::IsNull { value, .. } => part(Part::Expr(value)),
            Kind::Matches { left, right, escape, .. } => {
                [Some(left), Some(right), escape.as_ref()]
                    .into_iter()
                    .flatten()
                    .for_each(|e| part(Part::Expr(e)));
            }
            Kind::Between { value, low, high, .. } => {
                [value, low, high].into_iter().for_each(|e| part(Part::Expr(e)));
            }
            Kind::InList { value, list, .. } => {
                all(list);
                part(Part::Expr(value));
            }
            Kind::InSelect { value, select, .. } => {
                part(Part::Expr(value));
                part(Part::Select(select, Place::In));
            }
            Kind::InTable { value, source, .. } => {
                part(Part::Expr(value));
                part(Part::Source(source));
            }
            Kind::Case { base, whens, otherwise } => {
                let pairs = whens.iter().flat_map(|(when, then)| [when, then]);
                let ends = [base, otherwise].into_iter().flatten().map(|e| &**e);
                pairs.chain(ends).for_each(|e| part(Part::Expr(e)));
            }
            Kind::Exists(select) => part(Part::Select(select, Place::Exists)),
            Kind::Subquery(select) => part(Part::Select(select, Place::Scalar)),
        }
    }

    /// Calls `visit` for it and all expressions in it, but not for those of its SELECTs.
    pub fn walk<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr<'c>)) {
        visit(self);
        self.each_part(&mut |part| {
            if let Part::Expr(expr) = part {
                expr.walk(visit);
            }
        });
    }

    /// Whether any expression in it, those of its SELECTs left out, is such.
    pub fn any(&self, is: &mut dyn FnMut(&Expr<'c>) -> bool) -> bool {
        let mut found = false;
        self.walk(&mut |expr| found = found || is(expr));
        found
    }
}

impl<'c> Core<'c> {
    /// Every expression that stands directly in it.
    pub fn exprs<'e>(&'e self) -> Vec<&'e Expr<'c>> {
        let mut found: Vec<&'e Expr<'c>> = self.items.iter().filter_map(|item| item.expr.as_ref()).collect();
        found.extend(self.filter.iter().chain(&self.group_by).chain(&self.having).chain(&self.windows));
        found.extend(self.values.iter().flatten().flatten());
        let mut sources: Vec<&'e Source<'c>> = self.from.iter().collect();
        while let Some(source) = sources.pop() {
            found.extend(&source.on);
            match &source.relation {
                Relation::Function { args, .. } => found.extend(args),
                Relation::Group(inner) => sources.extend(inner),
                Relation::Table { .. } | Relation::Select(_) => {}
            }
        }
        found
    }

    /// Its tables, those in brackets too.
    pub fn sources<'e>(&'e self) -> Vec<&'e Source<'c>> {
        let mut found = Vec::new();
        fn add<'e, 'c>(sources: &'e [Source<'c>], found: &mut Vec<&'e Source<'c>>) {
            for source in sources {
                match &source.relation {
                    Relation::Group(inner) => add(inner, found),
                    _ => found.push(source),
                }
            }
        }
        add(&self.from, &mut found);
        found
    }

    /// Whether it aggregates without groups: always one row then.
    pub fn is_one_aggregate(&self) -> bool {
        self.group_by.is_empty() && self.items.iter().filter_map(|i| i.expr.as_ref()).any(Expr::aggregates)
    }
}

impl Expr<'_> {
    /// Whether an aggregate function stands in it (outside its SELECTs).
    pub fn aggregates(&self) -> bool {
        self.any(&mut |expr| matches!(&expr.kind, Kind::Call(call) if call.aggregates()))
    }
}

impl Call<'_> {
    /// Whether it makes one value of many rows.
    pub fn aggregates(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        !self.over
            && match name.as_str() {
                "count" | "sum" | "total" | "avg" | "group_concat" | "json_group_array"
                | "json_group_object" | "string_agg" | "carve" => true,
                "min" | "max" => self.args.len() == 1,
                _ => false,
            }
    }
}

impl<'c> Select<'c> {
    /// Calls `visit` for it and every SELECT in it, with the place where each stands; the innermost first.
    pub fn walk<'e>(&'e self, place: Place, visit: &mut dyn FnMut(&'e Select<'c>, Place)) {
        self.ctes.iter().for_each(|cte| cte.select.walk(Place::From, visit));
        for core in &self.cores {
            for source in core.sources() {
                if let Relation::Select(select) = &source.relation {
                    select.walk(Place::From, visit);
                }
            }
        }
        for expr in self.exprs() {
            expr.walk(&mut |expr| {
                expr.each_part(&mut |part| {
                    if let Part::Select(select, place) = part {
                        select.walk(place, visit);
                    }
                });
            });
        }
        visit(self, place);
    }

    /// Every expression that stands directly in it or its cores.
    pub fn exprs<'e>(&'e self) -> Vec<&'e Expr<'c>> {
        let ends = self.order_by.iter().chain(&self.limit).chain(&self.offset);
        self.cores.iter().flat_map(Core::exprs).chain(ends).collect()
    }

    /// Every expression in it and in the SELECTs in it.
    pub fn all_exprs<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr<'c>)) {
        self.walk(Place::Top, &mut |select, _| {
            select.exprs().into_iter().for_each(|expr| expr.walk(visit));
        });
    }

    /// Every table it names, in the SELECTs in it too; in the order of the text.
    pub fn all_sources<'e>(&'e self) -> Vec<&'e Source<'c>> {
        let mut found = Vec::new();
        self.walk(Place::Top, &mut |select, _| {
            found.extend(select.cores.iter().flat_map(Core::sources));
            for expr in select.exprs() {
                expr.walk(&mut |expr| {
                    expr.each_part(&mut |part| {
                        if let Part::Source(source) = part {
                            found.push(source);
                        }
                    });
                });
            }
        });
        found.sort_by_key(|source| source.span.start);
        found
    }
}

/// Something inside an expression.
#[derive(Debug, Clone, Copy)]
pub enum Part<'e, 'c> {
    Expr(&'e Expr<'c>),
    Select(&'e Select<'c>, Place),
    Source(&'e Source<'c>),
}

/// Where a SELECT stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Top,
    Exists,
    Scalar,
    In,
    From,
}
