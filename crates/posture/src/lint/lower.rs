//! From SQLite's syntax tree (`sqlite3-parser`) to ours. The parser's tree carries no places, but it is in the order of the
//! text: each leaf is the next token that reads like it. Knows no catalogue.

mod expr;

use super::tokens::{Span, Token, unquoted};
use super::tree::{Core, Cte, Expr, Item, Join, Relation, Select, Source};
use sqlite3_parser::ast::{self, JoinOperator, JoinType, OneSelect};
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
            limit = Some(self.expr(&bounds.expr)?);
            let comma = self.tokens.get(self.at).is_some_and(|token| token.kind == TK_COMMA);
            offset = bounds.offset.as_ref().map(|second| self.expr(second)).transpose()?;
            // The parser keeps the order of the text, and `LIMIT skip, count` says the count last.
            if comma {
                std::mem::swap(&mut limit, &mut offset);
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
}
