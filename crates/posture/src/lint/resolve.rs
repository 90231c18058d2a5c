//! Finds the origin of every column of a tree in the catalogue: through aliases, subqueries and WITH clauses. Where SQLite
//! would find a name ambiguous or missing, that is SQLite's to say; here it stays without an origin.

use super::tree::{Expr, Item, Kind, Origin, Relation, Select, Source};
use crate::catalogue::{Catalogue, Table};
use domain::OsqueryPlatform;
use std::collections::HashMap;

/// SQLite takes no more columns.
const MOST_COLUMNS: usize = 2_000;

/// How often each table of a WITH clause is used.
pub type Uses = HashMap<usize, usize>;

/// Fills in all origins.
pub fn resolve<'c>(catalogue: &'c Catalogue, platform: OsqueryPlatform, select: &mut Select<'c>) -> Uses {
    let mut resolver = Resolver { catalogue, platform, uses: HashMap::new(), next: 0 };
    resolver.select(select, &Env::default());
    resolver.uses
}

/// A result column of a subquery.
#[derive(Debug, Clone)]
struct Out<'c> {
    name: String,
    origin: Option<Origin<'c>>,
}

/// What a FROM clause makes visible under one name.
#[derive(Debug, Clone)]
struct Visible<'c> {
    name: Option<String>,
    columns: Columns<'c>,
}

#[derive(Debug, Clone)]
enum Columns<'c> {
    Table(&'c Table, usize),
    Known(Vec<Out<'c>>),
    /// Any name may be a column of it.
    Unknown,
}

/// Everything a name may mean at one place; `outer` are the SELECTs around it.
#[derive(Default)]
struct Env<'e, 'c> {
    outer: Option<&'e Env<'e, 'c>>,
    ctes: Vec<(String, usize, Columns<'c>)>,
    sources: Vec<Visible<'c>>,
    aliases: Vec<Out<'c>>,
}

struct Resolver<'c> {
    catalogue: &'c Catalogue,
    platform: OsqueryPlatform,
    uses: Uses,
    next: usize,
}

impl<'c> Resolver<'c> {
    /// Resolves a SELECT; what it returns are its result columns.
    fn select(&mut self, select: &mut Select<'c>, outer: &Env<'_, 'c>) -> Columns<'c> {
        let mut env = Env { outer: Some(outer), ..Env::default() };
        for cte in &mut select.ctes {
            self.next += 1;
            let id = self.next;
            cte.id = id;
            // It may name itself.
            env.ctes.push((cte.name.clone(), id, Columns::Unknown));
            let mut columns = self.select(&mut cte.select, &env);
            if let (Columns::Known(known), false) = (&mut columns, cte.columns.is_empty()) {
                for (out, name) in known.iter_mut().zip(&cte.columns) {
                    out.name.clone_from(name);
                }
            }
            if let Some(last) = env.ctes.last_mut() {
                last.2 = columns;
            }
            // Its mention of itself is no use by others.
            self.uses.insert(id, 0);
        }
        let mut result = None;
        let mut last = Env::default();
        for core in &mut select.cores {
            let mut inner = Env { outer: Some(&env), ..Env::default() };
            let mut sources = Vec::new();
            self.from(&mut core.from, &env, &mut sources);
            inner.sources = sources;
            for source in &mut core.from {
                self.on(source, &inner);
            }
            let mut outs = Vec::new();
            let mut known = true;
            for item in &mut core.items {
                if let Some(expr) = &mut item.expr {
                    self.expr(expr, &inner);
                }
                known &= outs_of(item, &inner, self.platform, &mut outs);
            }
            for row in core.values.iter_mut().flatten() {
                row.iter_mut().for_each(|expr| self.expr(expr, &inner));
            }
            inner.aliases = core.items.iter().filter_map(alias).collect();
            let rest = core.filter.iter_mut().chain(&mut core.group_by).chain(&mut core.having);
            rest.chain(&mut core.windows).for_each(|expr| self.expr(expr, &inner));
            if core.values.is_some() {
                known = false;
            }
            let columns =
                if known && outs.len() <= MOST_COLUMNS { Columns::Known(outs) } else { Columns::Unknown };
            // A compound's columns have the names of its first SELECT; what comes from several tables comes from none.
            result = Some(match result {
                None => columns,
                Some(Columns::Known(first)) => {
                    Columns::Known(first.into_iter().map(|out| Out { origin: None, ..out }).collect())
                }
                Some(other) => other,
            });
            last = Env { outer: None, ctes: Vec::new(), sources: inner.sources, aliases: inner.aliases };
        }
        let end = Env { outer: Some(&env), ..last };
        let rest = select.order_by.iter_mut().chain(&mut select.limit).chain(&mut select.offset);
        rest.for_each(|expr| self.expr(expr, &end));
        result.unwrap_or(Columns::Unknown)
    }

    fn from(&mut self, from: &mut [Source<'c>], outer: &Env<'_, 'c>, into: &mut Vec<Visible<'c>>) {
        for source in from {
            let (columns, name) = match &mut source.relation {
                Relation::Table { schema, name, .. } => {
                    let columns = self.table(schema.as_deref(), name, outer, source.id);
                    (source.table, source.cte) = (columns.1, columns.2);
                    (columns.0, Some(name.clone()))
                }
                // `json_each(..)`: its arguments may name the tables before it.
                Relation::Function { name, args, .. } => {
                    let env = Env { outer: Some(outer), sources: into.clone(), ..Env::default() };
                    args.iter_mut().for_each(|arg| self.expr(arg, &env));
                    (Columns::Unknown, Some(name.clone()))
                }
                Relation::Select(select) => (self.select(select, outer), None),
                Relation::Group(inner) => {
                    self.from(inner, outer, into);
                    continue;
                }
            };
            into.push(Visible { name: source.alias.clone().or(name), columns });
        }
    }

    fn table(
        &mut self,
        schema: Option<&str>,
        name: &str,
        env: &Env<'_, 'c>,
        id: usize,
    ) -> (Columns<'c>, Option<&'c Table>, Option<usize>) {
        let mut at = Some(env).filter(|_| schema.is_none());
        while let Some(env) = at {
            if let Some((_, cte, columns)) = env.ctes.iter().rev().find(|c| c.0.eq_ignore_ascii_case(name)) {
                *self.uses.entry(*cte).or_default() += 1;
                return (columns.clone(), None, Some(*cte));
            }
            at = env.outer;
        }
        match self.catalogue.table(name).filter(|table| table.is_on(self.platform)) {
            Some(table) => (Columns::Table(table, id), Some(table), None),
            None => (Columns::Unknown, None, None),
        }
    }

    fn on(&mut self, source: &mut Source<'c>, env: &Env<'_, 'c>) {
        if let Some(on) = &mut source.on {
            self.expr(on, env);
        }
        if let Relation::Group(inner) = &mut source.relation {
            inner.iter_mut().for_each(|source| self.on(source, env));
        }
    }

    fn expr(&mut self, expr: &mut Expr<'c>, env: &Env<'_, 'c>) {
        match &mut expr.kind {
            Kind::Column { table, name, origin, found, .. } => {
                (*found, *origin) = find(table.as_deref(), name, env);
            }
            Kind::Text(_) | Kind::Number(_) | Kind::Null | Kind::Value | Kind::Parameter => {}
            Kind::Call(call) => {
                call.args.iter_mut().for_each(|e| self.expr(e, env));
                call.window.iter_mut().for_each(|e| self.expr(e, env));
                call.filter.iter_mut().for_each(|e| self.expr(e, env));
            }
            Kind::Chain(_, parts) | Kind::Paren(parts) => parts.iter_mut().for_each(|e| self.expr(e, env)),
            Kind::Binary(_, left, right) => {
                self.expr(left, env);
                self.expr(right, env);
            }
            Kind::Unary(_, value)
            | Kind::Cast { value, .. }
            | Kind::Collate { value, .. }
            | Kind::IsNull { value, .. } => self.expr(value, env),
            Kind::Matches { left, right, escape, .. } => {
                self.expr(left, env);
                self.expr(right, env);
                escape.iter_mut().for_each(|e| self.expr(e, env));
            }
            Kind::Between { value, low, high, .. } => {
                [value, low, high].into_iter().for_each(|e| self.expr(e, env));
            }
            Kind::InList { value, list, .. } => {
                self.expr(value, env);
                list.iter_mut().for_each(|e| self.expr(e, env));
            }
            Kind::InSelect { value, select, .. } => {
                self.expr(value, env);
                self.select(select, env);
            }
            Kind::InTable { value, source, .. } => {
                self.expr(value, env);
                self.from(std::slice::from_mut(source), env, &mut Vec::new());
            }
            Kind::Case { base, whens, otherwise } => {
                base.iter_mut().for_each(|e| self.expr(e, env));
                for (when, then) in whens {
                    self.expr(when, env);
                    self.expr(then, env);
                }
                otherwise.iter_mut().for_each(|e| self.expr(e, env));
            }
            Kind::Exists(select) | Kind::Subquery(select) => {
                self.select(select, env);
            }
        }
    }
}

/// Whether such a name is there, and the column it stands for.
fn find<'c>(table: Option<&str>, name: &str, env: &Env<'_, 'c>) -> (bool, Option<Origin<'c>>) {
    let mut at = Some(env);
    while let Some(env) = at {
        for visible in &env.sources {
            let named = |table: &str| visible.name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case(table));
            if table.is_some_and(|table| !named(table)) {
                continue;
            }
            match &visible.columns {
                Columns::Table(base, source) => {
                    if let Some(column) = base.column(name) {
                        return (true, Some(Origin { table: base, column, source: *source }));
                    }
                }
                Columns::Known(outs) => {
                    if let Some(out) = outs.iter().find(|out| out.name.eq_ignore_ascii_case(name)) {
                        return (true, out.origin);
                    }
                }
                Columns::Unknown => return (true, None),
            }
        }
        if table.is_none()
            && let Some(out) = env.aliases.iter().find(|out| out.name.eq_ignore_ascii_case(name))
        {
            return (true, out.origin);
        }
        at = env.outer;
    }
    (false, None)
}

fn alias<'c>(item: &Item<'c>) -> Option<Out<'c>> {
    Some(Out { name: item.alias.clone()?, origin: item.expr.as_ref()?.origin() })
}

/// Adds an item's result columns; false where they can't be told.
fn outs_of<'c>(
    item: &Item<'c>,
    env: &Env<'_, 'c>,
    platform: OsqueryPlatform,
    outs: &mut Vec<Out<'c>>,
) -> bool {
    if let Some(expr) = &item.expr {
        let named = match &expr.kind {
            Kind::Column { name, .. } => name.clone(),
            _ => String::new(),
        };
        outs.push(Out { name: item.alias.clone().unwrap_or(named), origin: expr.origin() });
        return true;
    }
    if outs.len() > MOST_COLUMNS {
        return false;
    }
    for visible in &env.sources {
        let wanted = |table: &str| visible.name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case(table));
        if item.star_of.as_deref().is_some_and(|table| !wanted(table)) {
            continue;
        }
        match &visible.columns {
            Columns::Table(table, source) => {
                outs.extend(table.columns.iter().filter(|c| !c.is_hidden_on(platform)).map(|column| Out {
                    name: column.name.clone(),
                    origin: Some(Origin { table, column, source: *source }),
                }));
            }
            Columns::Known(known) => outs.extend(known.iter().cloned()),
            Columns::Unknown => return false,
        }
    }
    true
}
