//! From SQLite's syntax tree (`sqlite3-parser`) to ours. The parser's tree carries no places, but it is in the order of the
//! text: each leaf is the next token that reads like it. Knows no catalogue.

use super::tokens::{Span, Token, unquoted};
use super::tree::{Call, Core, Cte, Expr, Item, Join, Kind, Matching, Op, Relation, Select, Source, Unary};
use sqlite3_parser::ast::{self, JoinOperator, JoinType, LikeOperator, Literal, OneSelect, Operator};
use sqlite3_parser::dialect::TokenType::{self, *};

/// Deeper than this no check nests, and the stack is safe.
const DEEPEST: usize = 120;

/// Why there is no tree: too deep, or tree and text went apart.
pub struct Lost;
type Lowered<T> = Result<T, Lost>;

/// Lowers one SELECT whose tokens are these.
pub fn lower<'c>(select: &ast::Select<'_>, tokens: &[Token], query: &str) -> Lowered<Select<'c>> {
    Lower { tokens, query, at: 0, deep: 0, ids: 0 }.select(select)
}

struct Lower<'t> {
    tokens: &'t [Token],
    query: &'t str,
    at: usize,
    deep: usize,
    ids: usize,
}

impl Lower<'_> {
    /// The next token that is such, past all others.
    fn seek(&mut self, is: impl Fn(Token, &str) -> bool) -> Lowered<Span> {
        let rest = self.tokens.get(self.at..).unwrap_or_default();
        let found = rest.iter().position(|token| is(*token, token.text(self.query))).ok_or(Lost)?;
        self.at += found + 1;
        Ok(rest[found].span)
    }
    fn kind(&mut self, kind: TokenType) -> Lowered<Span> {
        self.seek(|token, _| token.kind == kind)
    }
    fn text(&mut self, text: &str) -> Lowered<Span> {
        self.seek(|_, found| found == text)
    }
    fn name(&mut self, name: &ast::Name<'_>) -> Lowered<Span> {
        self.text(name.0)
    }
    /// The end of the last token that was taken.
    fn last(&self) -> Span {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map(|token| token.span).unwrap_or_default()
    }
    fn id(&mut self) -> usize {
        self.ids += 1;
        self.ids
    }
    fn deeper<T>(&mut self, lower: impl FnOnce(&mut Self) -> Lowered<T>) -> Lowered<T> {
        if self.deep >= DEEPEST {
            return Err(Lost);
        }
        self.deep += 1;
        let lowered = lower(self);
        self.deep -= 1;
        lowered
    }

    fn select<'c>(&mut self, select: &ast::Select<'_>) -> Lowered<Select<'c>> {
        self.deeper(|lower| lower.select_parts(select))
    }

    fn select_parts<'c>(&mut self, select: &ast::Select<'_>) -> Lowered<Select<'c>> {
        let mut ctes = Vec::new();
        for cte in select.with.iter().flat_map(|with| with.ctes) {
            self.name(&cte.tbl_name)?;
            let columns =
                cte.columns.unwrap_or_default().iter().map(|c| unquoted(c.col_name.0)).collect::<Vec<_>>();
            self.kind(TK_AS)?;
            self.kind(TK_LP)?;
            let inner = self.select(cte.select)?;
            self.kind(TK_RP)?;
            let materialized = match cte.materialized {
                ast::Materialized::Any => None,
                ast::Materialized::Yes => Some(true),
                ast::Materialized::No => Some(false),
            };
            ctes.push(Cte { id: 0, name: unquoted(cte.tbl_name.0), columns, materialized, select: inner });
        }
        let mut cores = vec![self.core(&select.body.select)?];
        for compound in select.body.compounds.iter().flatten() {
            cores.push(self.core(&compound.select)?);
        }
        let order_by = self.sorted(select.order_by.unwrap_or_default())?;
        let (mut limit, mut offset) = (None, None);
        if let Some(bounds) = select.limit {
            self.kind(TK_LIMIT)?;
            // `LIMIT skip, count` turns the order round.
            let rest = self.tokens.get(self.at..).unwrap_or_default();
            let turned = bounds.offset.is_some() && !rest.iter().any(|token| token.kind == TK_OFFSET);
            if turned && let Some(skip) = &bounds.offset {
                offset = Some(self.expr(skip)?);
            }
            limit = Some(self.expr(&bounds.expr)?);
            if !turned && let Some(skip) = &bounds.offset {
                offset = Some(self.expr(skip)?);
            }
        }
        Ok(Select { ctes, cores, order_by, limit, offset })
    }

    fn sorted<'c>(&mut self, columns: &[ast::SortedColumn<'_>]) -> Lowered<Vec<Expr<'c>>> {
        columns.iter().map(|column| self.expr(&column.expr)).collect()
    }

    fn core<'c>(&mut self, core: &OneSelect<'_>) -> Lowered<Core<'c>> {
        let mut made = Core {
            span: Span::default(),
            distinct: false,
            items: Vec::new(),
            from: Vec::new(),
            from_span: None,
            filter: None,
            group_by: Vec::new(),
            having: None,
            windows: Vec::new(),
            values: None,
        };
        match core {
            OneSelect::Values(rows) => {
                let start = self.kind(TK_VALUES)?;
                let rows = rows.iter().map(|row| {
                    self.kind(TK_LP)?;
                    let row = self.exprs(row)?;
                    self.kind(TK_RP)?;
                    Ok(row)
                });
                made.values = Some(rows.collect::<Lowered<_>>()?);
                made.span = start.to(self.last());
            }
            OneSelect::Select {
                distinctness,
                columns,
                from,
                where_clause,
                group_by,
                having,
                window_clause,
            } => {
                let start = self.kind(TK_SELECT)?;
                made.distinct = *distinctness == Some(ast::Distinctness::Distinct);
                if distinctness.is_some() {
                    self.at += 1;
                }
                for column in columns.iter() {
                    made.items.push(self.item(column)?);
                }
                if let Some(from) = from {
                    let start = self.kind(TK_FROM)?;
                    self.from(from, &mut made.from)?;
                    made.from_span = Some(start.to(self.last()));
                }
                if let Some(filter) = where_clause {
                    self.kind(TK_WHERE)?;
                    made.filter = Some(self.expr(filter)?);
                }
                made.group_by = self.exprs(group_by.unwrap_or_default())?;
                made.having = having.map(|having| self.expr(having)).transpose()?;
                for window in window_clause.unwrap_or_default() {
                    self.window(&window.window, &mut made.windows)?;
                }
                made.span = start.to(self.last());
            }
        }
        Ok(made)
    }

    fn item<'c>(&mut self, column: &ast::ResultColumn<'_>) -> Lowered<Item<'c>> {
        let mut item = Item { expr: None, star_of: None, alias: None, span: Span::default() };
        match column {
            ast::ResultColumn::Star => item.span = self.kind(TK_STAR)?,
            ast::ResultColumn::TableStar(table) => {
                let start = self.name(table)?;
                item.star_of = Some(unquoted(table.0));
                item.span = start.to(self.kind(TK_STAR)?);
            }
            ast::ResultColumn::Expr(expr, alias) => {
                let expr = self.expr(expr)?;
                item.span = expr.span;
                item.expr = Some(expr);
                item.alias = self.alias(alias.as_ref())?;
            }
        }
        Ok(item)
    }

    fn alias(&mut self, alias: Option<&ast::As<'_>>) -> Lowered<Option<String>> {
        let Some(ast::As::As(name) | ast::As::Elided(name)) = alias else { return Ok(None) };
        self.name(name)?;
        Ok(Some(unquoted(name.0)))
    }

    fn from<'c>(&mut self, from: &ast::FromClause<'_>, into: &mut Vec<Source<'c>>) -> Lowered<()> {
        if let Some(first) = from.select {
            into.push(self.source(first, Join::First, false, None)?);
        }
        for joined in from.joins.iter().flatten() {
            let (join, natural) = match joined.operator {
                JoinOperator::Comma => (Join::Comma, false),
                JoinOperator::TypedJoin(None) => (Join::Inner, false),
                JoinOperator::TypedJoin(Some(kind)) => {
                    let join = match (kind.contains(JoinType::LEFT), kind.contains(JoinType::RIGHT)) {
                        (true, true) => Join::Full,
                        (true, false) => Join::Left,
                        (false, true) => Join::Right,
                        _ if kind.contains(JoinType::CROSS) => Join::Cross,
                        _ => Join::Inner,
                    };
                    (join, kind.contains(JoinType::NATURAL))
                }
            };
            let source = self.source(&joined.table, join, natural, joined.constraint.as_ref())?;
            into.push(source);
        }
        Ok(())
    }

    fn source<'c>(
        &mut self,
        table: &ast::SelectTable<'_>,
        join: Join,
        natural: bool,
        constraint: Option<&ast::JoinConstraint<'_>>,
    ) -> Lowered<Source<'c>> {
        let id = self.id();
        let (relation, start, alias) = match table {
            ast::SelectTable::Table(name, alias, _) => {
                let (schema, name, name_span) = self.qualified(name)?;
                (Relation::Table { schema, name, name_span }, name_span, alias)
            }
            ast::SelectTable::TableCall(name, args, alias) => {
                let (_, name, name_span) = self.qualified(name)?;
                self.kind(TK_LP)?;
                let args = self.exprs(args.unwrap_or_default())?;
                self.kind(TK_RP)?;
                (Relation::Function { name, name_span, args }, name_span, alias)
            }
            ast::SelectTable::Select(select, alias) => {
                let start = self.kind(TK_LP)?;
                let select = self.select(select)?;
                self.kind(TK_RP)?;
                (Relation::Select(Box::new(select)), start, alias)
            }
            ast::SelectTable::Sub(from, alias) => {
                let start = self.kind(TK_LP)?;
                let mut group = Vec::new();
                self.deeper(|lower| lower.from(from, &mut group))?;
                self.kind(TK_RP)?;
                (Relation::Group(group), start, alias)
            }
        };
        let alias = self.alias(alias.as_ref())?;
        let span = start.to(self.last());
        let (mut on, mut using) = (None, Vec::new());
        match constraint {
            Some(ast::JoinConstraint::On(expr)) => {
                self.kind(TK_ON)?;
                on = Some(self.expr(expr)?);
            }
            Some(ast::JoinConstraint::Using(names)) => {
                self.kind(TK_USING)?;
                for name in names.iter() {
                    let span = self.name(name)?;
                    using.push((unquoted(name.0), span));
                }
                self.kind(TK_RP)?;
            }
            None => {}
        }
        Ok(Source { id, join, natural, relation, alias, span, on, using, table: None, cte: None })
    }

    fn qualified(&mut self, name: &ast::QualifiedName<'_>) -> Lowered<(Option<String>, String, Span)> {
        let schema = match &name.db_name {
            Some(schema) => {
                self.name(schema)?;
                Some(unquoted(schema.0))
            }
            None => None,
        };
        let span = self.name(&name.name)?;
        Ok((schema, unquoted(name.name.0), span))
    }

    fn exprs<'c>(&mut self, exprs: &[ast::Expr<'_>]) -> Lowered<Vec<Expr<'c>>> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn boxed<'c>(&mut self, expr: &ast::Expr<'_>) -> Lowered<Box<Expr<'c>>> {
        self.expr(expr).map(Box::new)
    }

    fn expr<'c>(&mut self, expr: &ast::Expr<'_>) -> Lowered<Expr<'c>> {
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
            self.at += 1; // the operator
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

    fn single<'c>(&mut self, expr: &ast::Expr<'_>) -> Lowered<Expr<'c>> {
        let from = self.at;
        let kind = match expr {
            ast::Expr::Id(id) => return self.column(None, id.0),
            ast::Expr::Name(name) => return self.column(None, name.0),
            ast::Expr::Qualified(table, name) => {
                self.name(table)?;
                return self.column(Some(table.0), name.0);
            }
            ast::Expr::DoublyQualified(schema, table, name) => {
                self.name(schema)?;
                self.name(table)?;
                return self.column(Some(table.0), name.0);
            }
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
                Kind::Between { not: *not, value, low: self.boxed(start)?, high: self.boxed(end)? }
            }
            ast::Expr::Like { lhs, not, op, rhs, escape } => {
                let how = match op {
                    LikeOperator::Like => Matching::Like,
                    LikeOperator::Glob => Matching::Glob,
                    LikeOperator::Match => Matching::Match,
                    LikeOperator::Regexp => Matching::Regexp,
                };
                let left = self.boxed(lhs)?;
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
            ast::Expr::FunctionCall { name, args, order_by, filter_over, .. } => {
                self.call(name.0, Some(args.unwrap_or_default()), order_by.as_ref(), filter_over.as_ref())?
            }
            ast::Expr::FunctionCallStar { name, filter_over } => {
                self.call(name.0, None, None, filter_over.as_ref())?
            }
            ast::Expr::Raise(..) | ast::Expr::Binary(..) => return Err(Lost),
        };
        // What is skipped before a leaf belongs to what came earlier, so that the first child or token is the start.
        let start = self.start(&kind, from).ok_or(Lost)?;
        Ok(Expr { kind, span: start.to(self.last()) })
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

    fn window<'c>(&mut self, window: &ast::Window<'_>, into: &mut Vec<Expr<'c>>) -> Lowered<()> {
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
