//! Expressions of the parser's tree, and their places.

use super::{DEEPEST, Lost, Lower, Lowered};
use crate::lint::tokens::{Span, Token, unquoted};
use crate::lint::tree::{Call, Expr, Join, Kind, Matching, Op, Relation, Select, Source, Unary};
use sqlite3_parser::ast::{self, LikeOperator, Literal, Operator};
use sqlite3_parser::dialect::TokenType::*;

impl Lower<'_> {
    pub(super) fn exprs<'c>(&mut self, exprs: &[ast::Expr<'_>]) -> Lowered<Vec<Expr<'c>>> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn boxed<'c>(&mut self, expr: &ast::Expr<'_>) -> Lowered<Box<Expr<'c>>> {
        self.expr(expr).map(Box::new)
    }

    pub(super) fn expr<'c>(&mut self, expr: &ast::Expr<'_>) -> Lowered<Expr<'c>> {
        self.deeper(|lower| match expr {
            ast::Expr::Binary(..) => lower.binary(expr),
            _ => lower.single(expr),
        })
    }

    /// A long `a OR b OR c` leans to the left; it is walked in a loop and comes out flat.
    fn binary<'c>(&mut self, expr: &ast::Expr<'_>) -> Lowered<Expr<'c>> {
        let (mut first, mut spine) = (expr, Vec::new());
        while let ast::Expr::Binary(left, op, right) = first {
            spine.push((op, right));
            first = left;
        }
        let mut made = self.expr(first)?;
        let mut folds = 0;
        for (op, right) in spine.into_iter().rev() {
            self.operator(*op);
            let right = self.expr(right)?;
            let span = made.span.to(right.span);
            let op = operator(*op);
            if let Kind::Chain(chained, parts) = &mut made.kind
                && *chained == op
            {
                parts.push(right);
                made.span = span;
                continue;
            }
            folds += 1;
            if folds > DEEPEST {
                return Err(Lost);
            }
            let kind = match op {
                Op::And | Op::Or | Op::Concat => Kind::Chain(op, vec![made, right]),
                _ => Kind::Binary(op, Box::new(made), Box::new(right)),
            };
            made = Expr { kind, span };
        }
        Ok(made)
    }

    /// Goes past a binary operator; `IS` has up to four words.
    fn operator(&mut self, op: Operator) {
        self.at += 1;
        let next = |ahead: usize| self.tokens.get(self.at + ahead).map(|token| token.kind);
        self.at += match (op, next(0), next(1)) {
            (Operator::IsNot, Some(TK_DISTINCT), _) => 2,
            (Operator::IsNot, Some(TK_NOT), _) => 1,
            (Operator::Is, Some(TK_NOT), Some(TK_DISTINCT)) => 3,
            _ => 0,
        };
    }

    fn single<'c>(&mut self, expr: &ast::Expr<'_>) -> Lowered<Expr<'c>> {
        let from = self.at;
        let kind = match expr {
            ast::Expr::Id(..)
            | ast::Expr::Name(..)
            | ast::Expr::Qualified(..)
            | ast::Expr::DoublyQualified(..) => return self.named(expr),
            ast::Expr::Literal(..)
            | ast::Expr::Variable(..)
            | ast::Expr::Unary(..)
            | ast::Expr::Between { .. }
            | ast::Expr::Like { .. }
            | ast::Expr::IsNull(..)
            | ast::Expr::NotNull(..)
            | ast::Expr::Collate(..) => self.operation(expr)?,
            ast::Expr::Cast { .. }
            | ast::Expr::Case { .. }
            | ast::Expr::Parenthesized(..)
            | ast::Expr::FunctionCall { .. }
            | ast::Expr::FunctionCallStar { .. } => self.enclosed(expr)?,
            ast::Expr::Exists(..)
            | ast::Expr::Subquery(..)
            | ast::Expr::InSelect { .. }
            | ast::Expr::InList { .. }
            | ast::Expr::InTable { .. } => self.member(expr)?,
            ast::Expr::Raise(..) | ast::Expr::Binary(..) => return Err(Lost),
        };
        // What is skipped before a leaf belongs to what came earlier, so that the first child or token is the start.
        let start = self.start(&kind, from).ok_or(Lost)?;
        Ok(Expr { kind, span: start.to(self.last()) })
    }

    /// A column, under one to three names.
    fn named<'c>(&mut self, expr: &ast::Expr<'_>) -> Lowered<Expr<'c>> {
        match expr {
            ast::Expr::Id(id) => self.column(None, id.0),
            ast::Expr::Name(name) => self.column(None, name.0),
            ast::Expr::Qualified(table, name) => {
                self.name(table)?;
                self.column(Some(table.0), name.0)
            }
            ast::Expr::DoublyQualified(schema, table, name) => {
                self.name(schema)?;
                self.name(table)?;
                self.column(Some(table.0), name.0)
            }
            _ => Err(Lost),
        }
    }

    /// A literal, or an operator and its operands.
    fn operation<'c>(&mut self, expr: &ast::Expr<'_>) -> Lowered<Kind<'c>> {
        Ok(match expr {
            ast::Expr::Literal(literal) => self.literal(literal)?,
            ast::Expr::Variable(_) => {
                self.kind(TK_VARIABLE)?;
                Kind::Parameter
            }
            ast::Expr::Unary(op, value) => {
                let op = match op {
                    ast::UnaryOperator::Not => (Unary::Not, TK_NOT),
                    ast::UnaryOperator::Negative => (Unary::Negative, TK_MINUS),
                    ast::UnaryOperator::Positive => (Unary::Positive, TK_PLUS),
                    ast::UnaryOperator::BitwiseNot => (Unary::BitNot, TK_BITNOT),
                };
                self.kind(op.1)?;
                Kind::Unary(op.0, self.boxed(value)?)
            }
            ast::Expr::Between { lhs, not, start, end } => {
                let value = self.boxed(lhs)?;
                self.kind(TK_BETWEEN)?;
                let low = self.boxed(start)?;
                self.kind(TK_AND)?;
                Kind::Between { not: *not, value, low, high: self.boxed(end)? }
            }
            ast::Expr::Like { lhs, not, op, rhs, escape } => {
                let how = match op {
                    LikeOperator::Like => Matching::Like,
                    LikeOperator::Glob => Matching::Glob,
                    LikeOperator::Match => Matching::Match,
                    LikeOperator::Regexp => Matching::Regexp,
                };
                let left = self.boxed(lhs)?;
                self.seek(|token, _| matches!(token.kind, TK_LIKE_KW | TK_MATCH))?;
                let right = self.boxed(rhs)?;
                let escape = escape.map(|escape| self.boxed(escape)).transpose()?;
                Kind::Matches { how, not: *not, left, right, escape }
            }
            ast::Expr::IsNull(value) => {
                let value = self.boxed(value)?;
                self.seek(|token, _| matches!(token.kind, TK_ISNULL | TK_NULL))?;
                Kind::IsNull { not: false, value }
            }
            ast::Expr::NotNull(value) => {
                let value = self.boxed(value)?;
                self.seek(|token, _| matches!(token.kind, TK_NOTNULL | TK_NULL))?;
                Kind::IsNull { not: true, value }
            }
            ast::Expr::Collate(value, name) => {
                let value = self.boxed(value)?;
                self.text(name)?;
                Kind::Collate { value }
            }
            _ => return Err(Lost),
        })
    }

    /// What has an end of its own: a bracket or END.
    fn enclosed<'c>(&mut self, expr: &ast::Expr<'_>) -> Lowered<Kind<'c>> {
        Ok(match expr {
            ast::Expr::Cast { expr, type_name } => {
                self.kind(TK_CAST)?;
                self.kind(TK_LP)?;
                let value = self.boxed(expr)?;
                self.kind(TK_AS)?;
                if type_name.as_ref().is_some_and(|name| name.size.is_some()) {
                    self.kind(TK_RP)?;
                }
                self.kind(TK_RP)?;
                Kind::Cast { value, to: type_name.as_ref().map(|t| t.name.to_owned()).unwrap_or_default() }
            }
            ast::Expr::Case { base, when_then_pairs, else_expr } => {
                self.kind(TK_CASE)?;
                let base = base.map(|base| self.boxed(base)).transpose()?;
                let pairs = when_then_pairs.iter();
                let whens = pairs.map(|(when, then)| Ok((self.expr(when)?, self.expr(then)?)));
                let whens = whens.collect::<Lowered<_>>()?;
                let otherwise = else_expr.map(|otherwise| self.boxed(otherwise)).transpose()?;
                self.kind(TK_END)?;
                Kind::Case { base, whens, otherwise }
            }
            ast::Expr::Parenthesized(inner) => {
                self.kind(TK_LP)?;
                let inner = self.exprs(inner)?;
                self.kind(TK_RP)?;
                Kind::Paren(inner)
            }
            ast::Expr::FunctionCall { name, args, order_by, filter_over, .. } => {
                self.call(name.0, Some(args.unwrap_or_default()), order_by.as_ref(), filter_over.as_ref())?
            }
            ast::Expr::FunctionCallStar { name, filter_over } => {
                self.call(name.0, None, None, filter_over.as_ref())?
            }
            _ => return Err(Lost),
        })
    }

    /// SELECTs as operands, and lists.
    fn member<'c>(&mut self, expr: &ast::Expr<'_>) -> Lowered<Kind<'c>> {
        Ok(match expr {
            ast::Expr::Exists(select) => {
                self.kind(TK_EXISTS)?;
                Kind::Exists(self.bracketed(select)?)
            }
            ast::Expr::Subquery(select) => Kind::Subquery(self.bracketed(select)?),
            ast::Expr::InSelect { lhs, not, rhs } => {
                let value = self.boxed(lhs)?;
                self.kind(TK_IN)?;
                Kind::InSelect { not: *not, value, select: self.bracketed(rhs)? }
            }
            ast::Expr::InList { lhs, not, rhs } => {
                let value = self.boxed(lhs)?;
                self.kind(TK_IN)?;
                self.kind(TK_LP)?;
                let list = self.exprs(rhs.unwrap_or_default())?;
                self.kind(TK_RP)?;
                Kind::InList { not: *not, value, list }
            }
            ast::Expr::InTable { lhs, not, rhs, args } => {
                let value = self.boxed(lhs)?;
                self.kind(TK_IN)?;
                let table = self.in_table(rhs, *args)?;
                Kind::InTable { not: *not, value, source: Box::new(table) }
            }
            _ => return Err(Lost),
        })
    }

    fn start(&self, kind: &Kind<'_>, from: usize) -> Option<Span> {
        let first = match kind {
            Kind::Between { value, .. }
            | Kind::IsNull { value, .. }
            | Kind::Collate { value, .. }
            | Kind::InSelect { value, .. }
            | Kind::InList { value, .. }
            | Kind::InTable { value, .. } => value.span,
            Kind::Matches { left, .. } => left.span,
            Kind::Call(call) => call.name_span,
            Kind::Text(_) | Kind::Number(_) | Kind::Null | Kind::Value | Kind::Parameter => self.last(),
            _ => {
                let wanted = |token: &&Token| match kind {
                    Kind::Unary(..) => {
                        matches!(token.kind, TK_NOT | TK_MINUS | TK_PLUS | TK_BITNOT)
                    }
                    Kind::Cast { .. } => token.kind == TK_CAST,
                    Kind::Case { .. } => token.kind == TK_CASE,
                    Kind::Exists(_) => token.kind == TK_EXISTS,
                    _ => token.kind == TK_LP,
                };
                self.tokens.get(from..)?.iter().find(wanted)?.span
            }
        };
        Some(first)
    }

    fn bracketed<'c>(&mut self, select: &ast::Select<'_>) -> Lowered<Box<Select<'c>>> {
        self.kind(TK_LP)?;
        let select = self.select(select)?;
        self.kind(TK_RP)?;
        Ok(Box::new(select))
    }

    fn in_table<'c>(
        &mut self,
        name: &ast::QualifiedName<'_>,
        args: Option<&[ast::Expr<'_>]>,
    ) -> Lowered<Source<'c>> {
        let id = self.id();
        let (schema, name, name_span) = self.qualified(name)?;
        let relation = match args {
            Some(args) => Relation::Function { name, name_span, args: self.exprs(args)? },
            None => Relation::Table { schema, name, name_span },
        };
        Ok(Source {
            id,
            join: Join::First,
            natural: false,
            relation,
            alias: None,
            span: name_span,
            on: None,
            using: Vec::new(),
            table: None,
            cte: None,
        })
    }

    fn column<'c>(&mut self, table: Option<&str>, name: &str) -> Lowered<Expr<'c>> {
        let start = match table {
            Some(_) => self.last(),
            None => Span { start: usize::MAX, end: 0 },
        };
        let span = self.text(name)?.to(start);
        let table = table.map(unquoted);
        // TRUE and FALSE are names to the parser.
        if table.is_none() && (name.eq_ignore_ascii_case("true") || name.eq_ignore_ascii_case("false")) {
            let one = name.eq_ignore_ascii_case("true");
            return Ok(Expr { kind: Kind::Number(if one { "1" } else { "0" }.to_owned()), span });
        }
        let kind = Kind::Column {
            table,
            name: unquoted(name),
            quoted: name.starts_with('"'),
            origin: None,
            found: false,
        };
        Ok(Expr { kind, span })
    }

    fn literal<'c>(&mut self, literal: &Literal<'_>) -> Lowered<Kind<'c>> {
        Ok(match literal {
            Literal::Numeric(text) => {
                self.text(text)?;
                Kind::Number((*text).to_owned())
            }
            Literal::String(text) => {
                self.text(text)?;
                Kind::Text(unquoted(text))
            }
            Literal::Null => {
                self.kind(TK_NULL)?;
                Kind::Null
            }
            Literal::Blob(_) => {
                self.kind(TK_BLOB)?;
                Kind::Value
            }
            Literal::Keyword(text) => {
                self.text(text)?;
                Kind::Value
            }
            Literal::CurrentDate | Literal::CurrentTime | Literal::CurrentTimestamp => {
                self.kind(TK_CTIME_KW)?;
                Kind::Value
            }
        })
    }

    fn call<'c>(
        &mut self,
        name: &str,
        args: Option<&[ast::Expr<'_>]>,
        order_by: Option<&ast::FunctionCallOrder<'_>>,
        tail: Option<&ast::FunctionTail<'_>>,
    ) -> Lowered<Kind<'c>> {
        let name_span = self.text(name)?;
        self.kind(TK_LP)?;
        let star = args.is_none();
        let args = self.exprs(args.unwrap_or_default())?;
        let mut ordered = None;
        let mut window = Vec::new();
        if let Some(ast::FunctionCallOrder::SortList(columns)) = order_by {
            let start = self.kind(TK_ORDER)?;
            window.extend(self.sorted(columns)?);
            ordered = Some(start.to(self.last()));
        }
        self.kind(TK_RP)?;
        let mut call = Call {
            name: unquoted(name),
            name_span,
            args,
            star,
            ordered,
            filter: None,
            over: tail.is_some_and(|tail| tail.over_clause.is_some()),
            window,
        };
        if let Some(filter) = tail.and_then(|tail| tail.filter_clause) {
            self.kind(TK_WHERE)?;
            call.filter = Some(self.boxed(filter)?);
            self.kind(TK_RP)?;
        }
        match tail.and_then(|tail| tail.over_clause) {
            Some(ast::Over::Window(window)) => {
                self.kind(TK_LP)?;
                self.window(window, &mut call.window)?;
                self.kind(TK_RP)?;
            }
            Some(ast::Over::Name(name)) => {
                self.name(name)?;
            }
            None => {}
        }
        Ok(Kind::Call(call))
    }

    pub(super) fn window<'c>(&mut self, window: &ast::Window<'_>, into: &mut Vec<Expr<'c>>) -> Lowered<()> {
        into.extend(self.exprs(window.partition_by.unwrap_or_default())?);
        into.extend(self.sorted(window.order_by.unwrap_or_default())?);
        Ok(())
    }
}

fn operator(op: Operator) -> Op {
    match op {
        Operator::And => Op::And,
        Operator::Or => Op::Or,
        Operator::Equals => Op::Equals,
        Operator::NotEquals => Op::NotEquals,
        Operator::Less => Op::Less,
        Operator::LessEquals => Op::LessEquals,
        Operator::Greater => Op::Greater,
        Operator::GreaterEquals => Op::GreaterEquals,
        Operator::Is => Op::Is,
        Operator::IsNot => Op::IsNot,
        Operator::Concat => Op::Concat,
        Operator::ArrowRight => Op::Arrow,
        Operator::ArrowRightShift => Op::ArrowText,
        Operator::Add
        | Operator::BitwiseAnd
        | Operator::BitwiseOr
        | Operator::Divide
        | Operator::LeftShift
        | Operator::Modulus
        | Operator::Multiply
        | Operator::RightShift
        | Operator::Subtract => Op::Arithmetic,
    }
}
