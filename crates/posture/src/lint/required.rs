//! Required columns, looked at in every SELECT whatever the engine says: a newer SQLite treats some shapes otherwise than the
//! 3.42 in osquery. Three outcomes: it works, the device gives an error, or it gives no rows and says nothing.

use super::Lint;
use super::code::{Code, fix};
use super::tokens::Span;
use super::tree::{Core, Cte, Expr, Join, Kind, Matching, Op, Part, Place, Relation, Select, Source};
use crate::catalogue::Table;
use domain::Finding;
use std::collections::{HashMap, HashSet};

/// Uses of tables of WITH clauses that are looked into.
const MOST_EXPANDED: usize = 100;

/// All tables with a required column that are not rightly constrained.
pub fn check<'q>(lint: &Lint<'q>, tree: &Select<'q>) -> Vec<Finding> {
    let mut ctes = HashMap::new();
    tree.walk(Place::Top, &mut |select, _| ctes.extend(select.ctes.iter().map(|cte| (cte.id, cte))));
    let mut walk = Walk { lint, ctes, open: Vec::new(), expanded: 0, found: Vec::new() };
    walk.select(tree, &Around { place: Place::Top, filters: &[], unsure: false });
    walk.found
}

struct Walk<'w, 'q> {
    lint: &'w Lint<'q>,
    ctes: HashMap<usize, &'w Cte<'q>>,
    /// Those of a WITH clause that it is in: one may name itself.
    open: Vec<usize>,
    /// How often one was looked into; a query can make that grow without bounds.
    expanded: usize,
    found: Vec<Finding>,
}

/// What stands around a SELECT and may reach into it.
struct Around<'a, 'c> {
    place: Place,
    /// Conditions of SELECTs around it that SQLite pushes in.
    filters: &'a [&'a Expr<'c>],
    /// Conditions may reach it in a way that is not followed here.
    unsure: bool,
}

/// How far a condition gets with a table's required column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Nothing,
    /// It counts, and the table does nothing with it.
    Silent,
    Works,
}

impl<'w, 'q> Walk<'w, 'q> {
    fn select(&mut self, select: &Select<'q>, around: &Around<'_, 'q>) {
        let limited = select.limit.is_some() || matches!(around.place, Place::Exists | Place::Scalar);
        for core in &select.cores {
            self.core(select, core, around, limited);
        }
        for expr in select.exprs() {
            self.inside(expr);
        }
    }

    /// The SELECTs inside an expression: nothing is pushed into them.
    fn inside(&mut self, expr: &Expr<'q>) {
        let mut all = Vec::new();
        expr.walk(&mut |expr| {
            expr.each_part(&mut |part| {
                if let Part::Select(select, place) = part {
                    all.push((select, place));
                }
            });
        });
        for (select, place) in all {
            self.select(select, &Around { place, filters: &[], unsure: false });
        }
    }

    fn core(&mut self, select: &Select<'q>, core: &Core<'q>, around: &Around<'_, 'q>, limited: bool) {
        let mut filters: Vec<&Expr<'q>> = around.filters.to_vec();
        // What HAVING says of a grouped column is pushed down, too.
        filters.extend(core.filter.iter().chain(&core.having).flat_map(conjuncts));
        let sources = core.sources();
        for (at, source) in sources.iter().enumerate() {
            match &source.relation {
                Relation::Table { .. } => {
                    if let Some(table) = source.table
                        && table.required().next().is_some()
                    {
                        let view = View { sources: &sources, at, table, filters: &filters, core };
                        self.table(&view, around, limited && select.cores.len() == 1);
                    } else if let Some(cte) = source.cte {
                        self.cte(cte, &filters, core);
                    }
                }
                Relation::Select(inner) => self.derived(inner, &filters, core, false),
                Relation::Function { .. } | Relation::Group(_) => {}
            }
        }
    }

    fn derived(&mut self, inner: &Select<'q>, filters: &[&Expr<'q>], core: &Core<'q>, blocked: bool) {
        // A LIMIT keeps conditions out; a compound or a join takes them in ways that are not followed here.
        let blocked = blocked || inner.limit.is_some();
        let joined = core.from.len() > 1;
        let unsure = !blocked && (joined || inner.cores.len() > 1) && (joined || !filters.is_empty());
        let filters = if blocked { &[] } else { filters };
        self.select(inner, &Around { place: Place::From, filters, unsure });
    }

    /// A table of a WITH clause is looked at where it is used.
    fn cte(&mut self, id: usize, filters: &[&Expr<'q>], core: &Core<'q>) {
        let Some(cte) = self.ctes.get(&id).copied() else { return };
        if self.open.contains(&id) || self.expanded > MOST_EXPANDED {
            return;
        }
        self.expanded += 1;
        self.open.push(id);
        let blocked = cte.materialized == Some(true);
        let often = self.lint.uses.get(&id).is_some_and(|uses| *uses > 1);
        let inner = &cte.select;
        // Used more than once it may be computed once, for all: then nothing is pushed in.
        let simple =
            inner.cores.iter().all(|c| c.group_by.is_empty() && !c.distinct && !c.is_one_aggregate());
        let blocked = blocked || (often && !simple);
        self.derived(inner, filters, core, blocked);
        self.open.pop();
    }

    fn table(&mut self, view: &View<'_, 'q>, around: &Around<'_, 'q>, limited: bool) {
        let source = view.sources[view.at];
        let mut reach = view.reach();
        if reach == Reach::Nothing && around.unsure {
            reach = Reach::Works;
        }
        if reach == Reach::Nothing && limited && view.takes_the_limit() {
            reach = Reach::Silent;
        }
        let finding = match reach {
            Reach::Works => view.may_be_outer().then(|| self.order(view, source)),
            Reach::Silent => Some(self.silent(view, source)),
            Reach::Nothing => Some(self.missing(view, source)),
        };
        // A table of a WITH clause is looked at once for each use.
        self.found.extend(finding.filter(|finding| !self.found.contains(finding)));
    }

    fn missing(&self, view: &View<'_, 'q>, source: &Source<'q>) -> Finding {
        let table = &view.table.name;
        let columns = required_names(view.table);
        let device = format!(
            "On the device the query ends with `Table {table} was queried without a required column in the WHERE clause`."
        );
        if view.mentions() {
            let mut finding = Code::MissingConstraint.at(
                name_span(source),
                format!("This condition on {columns} does not reach the table {table}."),
                format!(
                    "{device} It takes =, IN or LIKE on the bare column, in every branch of an OR, and with a value that \
                     is known before the table is read."
                ),
            );
            finding.fix = view.reordered(self.lint);
            return finding;
        }
        Code::MissingConstraint.at(
            name_span(source),
            format!("{table} needs a condition on {columns}."),
            format!("{device} Say which with =, IN or LIKE."),
        )
    }

    fn silent(&self, view: &View<'_, 'q>, source: &Source<'q>) -> Finding {
        let (table, columns) = (&view.table.name, required_names(view.table));
        if view.mentions() {
            return Code::SilentConstraint.at(
                name_span(source),
                format!("This condition on {columns} gives no rows and no error."),
                format!(
                    "The table {table} understands =, IN and LIKE only; with another operator it stays empty."
                ),
            );
        }
        Code::SilentConstraint.at(
            name_span(source),
            format!("{table} stays empty without a condition on {columns}, and no error tells of it."),
            "EXISTS, a subquery as a value and LIMIT make osquery take the requirement for met; the table then gives no \
             rows, whatever is on the device.",
        )
    }

    fn order(&self, view: &View<'_, 'q>, source: &Source<'q>) -> Finding {
        let mut finding = Code::MissingConstraint.at(
            name_span(source),
            format!("SQLite may read {} first, where its condition has no value yet.", view.table.name),
            format!(
                "Then the device gives an error. Write the other table first and CROSS JOIN {} to it: that keeps the order.",
                view.table.name
            ),
        );
        finding.fix = view.reordered(self.lint);
        finding
    }
}

/// One table of a FROM clause and everything that constrains it.
struct View<'v, 'c> {
    sources: &'v [&'v Source<'c>],
    at: usize,
    table: &'c Table,
    filters: &'v [&'v Expr<'c>],
    core: &'v Core<'c>,
}

impl<'c> View<'_, 'c> {
    fn source(&self) -> &Source<'c> {
        self.sources[self.at]
    }

    fn reach(&self) -> Reach {
        let known = self.known_before();
        let mut best = Reach::Nothing;
        for filter in self.filters {
            best = best.max(self.term(filter, &known));
        }
        for (at, source) in self.sources.iter().enumerate() {
            // The condition of a LEFT JOIN says nothing of the tables before it; that of a RIGHT JOIN nothing of its own.
            let counts = match source.join {
                Join::Left => at == self.at,
                Join::Right => at != self.at,
                Join::Full => false,
                _ => true,
            };
            if !counts {
                continue;
            }
            for term in source.on.iter().flat_map(conjuncts) {
                best = best.max(self.term(term, &known));
            }
            if at == self.at || self.at < at {
                best = best.max(self.using(source, at, &known));
            }
        }
        best
    }

    /// `USING (path)` and NATURAL: the column of the table is the other table's.
    fn using(&self, source: &Source<'c>, at: usize, known: &HashSet<usize>) -> Reach {
        let required = |name: &str| self.table.required().any(|c| c.name.eq_ignore_ascii_case(name));
        let others = |name: &str| {
            let range = if at == self.at { 0..at } else { at..at + 1 };
            self.sources[range].iter().any(|other| {
                other.id != self.source().id
                    && known.contains(&other.id)
                    && other.table.is_none_or(|table| table.column(name).is_some())
            })
        };
        let named = source.using.iter().any(|(name, _)| required(name) && others(name));
        let natural = source.natural && self.table.required().any(|column| others(&column.name));
        if named || natural { Reach::Works } else { Reach::Nothing }
    }

    /// The tables whose values may be known when this one is read.
    fn known_before(&self) -> HashSet<usize> {
        let mut known: HashSet<usize> = HashSet::new();
        for (at, source) in self.sources.iter().enumerate() {
            if at == self.at || !self.may_precede(at) {
                continue;
            }
            let free = source.table.is_none_or(|table| table.required().next().is_none());
            if free || self.stands_alone(at) {
                known.insert(source.id);
            }
        }
        // A table that is constrained by a known one is known as well, and so on.
        loop {
            let before = known.len();
            for (at, source) in self.sources.iter().enumerate() {
                let new = at != self.at && !known.contains(&source.id);
                if new && self.may_precede(at) && self.hangs_on(at, &known) {
                    known.insert(source.id);
                }
            }
            if known.len() == before {
                break;
            }
        }
        known
    }

    /// Whether SQLite may read that table before this one: CROSS, LEFT and RIGHT JOIN keep the order of the text.
    fn may_precede(&self, at: usize) -> bool {
        if at < self.at {
            return !matches!(self.source().join, Join::Right | Join::Full);
        }
        !self.sources[self.at + 1..=at]
            .iter()
            .any(|source| matches!(source.join, Join::Cross | Join::Left | Join::Right | Join::Full))
    }

    fn other(&self, at: usize) -> Option<View<'_, 'c>> {
        let table = self.sources[at].table?;
        Some(View { sources: self.sources, at, table, filters: self.filters, core: self.core })
    }

    /// Whether constants alone constrain that table.
    fn stands_alone(&self, at: usize) -> bool {
        self.hangs_on(at, &HashSet::new())
    }

    fn hangs_on(&self, at: usize, known: &HashSet<usize>) -> bool {
        let Some(view) = self.other(at) else { return true };
        let on = view.sources.iter().flat_map(|source| source.on.iter().flat_map(conjuncts));
        let using = view.sources.iter().enumerate().map(|(at, source)| view.using(source, at, known));
        let terms = view.filters.iter().copied().chain(on).map(|term| view.term(term, known));
        terms.chain(using).any(|reach| reach != Reach::Nothing)
    }

    fn is_required(&self, expr: &Expr<'c>) -> bool {
        let bare = match &expr.bare().kind {
            Kind::Collate { value, .. } => value,
            _ => expr,
        };
        bare.origin().is_some_and(|o| o.column.required && o.source == self.source().id)
            || self.is_joined_name(bare)
    }

    /// After `file JOIN hash USING (path)`, `path` is the column of both.
    fn is_joined_name(&self, expr: &Expr<'c>) -> bool {
        let Kind::Column { table: None, name, .. } = &expr.bare().kind else { return false };
        let required = self.table.required().any(|column| column.name.eq_ignore_ascii_case(name));
        let using = |source: &&Source<'c>| {
            source.natural || source.using.iter().any(|(using, _)| using.eq_ignore_ascii_case(name))
        };
        required && self.sources.iter().any(using)
    }

    /// Whether the value is known when the table is read.
    fn is_known(&self, expr: &Expr<'c>, known: &HashSet<usize>) -> bool {
        let here: HashSet<usize> = self.sources.iter().map(|source| source.id).collect();
        !expr.any(&mut |expr| {
            expr.origin().is_some_and(|o| here.contains(&o.source) && !known.contains(&o.source))
        })
    }

    fn term(&self, expr: &Expr<'c>, known: &HashSet<usize>) -> Reach {
        match &expr.bare().kind {
            Kind::Chain(Op::Or, branches) => {
                branches.iter().map(|branch| self.term(branch, known)).min().unwrap_or(Reach::Nothing)
            }
            Kind::Chain(Op::And, parts) => {
                parts.iter().map(|part| self.term(part, known)).max().unwrap_or(Reach::Nothing)
            }
            Kind::Binary(op, left, right) => {
                let reach = match op {
                    Op::Equals => Reach::Works,
                    Op::NotEquals | Op::Is => Reach::Silent,
                    _ => return Reach::Nothing,
                };
                let sides = [(left, right), (right, left)];
                let fits = sides
                    .iter()
                    .any(|(column, value)| self.is_required(column) && self.is_known(value, known));
                if fits { reach } else { Reach::Nothing }
            }
            Kind::Matches { how, not: false, left, right, escape: None } if self.is_required(left) => {
                match how {
                    _ if !self.is_known(right, known) => Reach::Nothing,
                    Matching::Like => Reach::Works,
                    Matching::Glob => Reach::Silent,
                    Matching::Match | Matching::Regexp => Reach::Nothing,
                }
            }
            Kind::InList { not: false, value, list } if self.is_required(value) => {
                let all = list.iter().all(|item| self.is_known(item, known));
                if all { Reach::Works } else { Reach::Nothing }
            }
            Kind::InSelect { not: false, value, .. } | Kind::InTable { not: false, value, .. }
                if self.is_required(value) =>
            {
                Reach::Works
            }
            Kind::IsNull { not: false, value } if self.is_required(value) => Reach::Silent,
            // `(a, b) = (..)` is not followed.
            Kind::Paren(parts) if parts.len() > 1 => Reach::Works,
            _ => Reach::Nothing,
        }
    }

    /// Whether any condition names a required column at all.
    fn mentions(&self) -> bool {
        let on = self.sources.iter().flat_map(|source| source.on.iter());
        let named = self
            .filters
            .iter()
            .copied()
            .chain(on)
            .any(|filter| filter.any(&mut |expr| self.is_required(expr)));
        let using = |source: &&Source<'c>| {
            source
                .using
                .iter()
                .any(|(name, _)| self.table.required().any(|c| c.name.eq_ignore_ascii_case(name)))
        };
        named || self.sources.iter().any(using)
    }

    /// SQLite hands its inner LIMIT to a table that stands alone, under conditions that the table could take; osquery reads
    /// it as a constraint on the first column.
    fn takes_the_limit(&self) -> bool {
        let core = self.core;
        let first = self.table.columns.first().is_some_and(|column| column.required);
        let plain =
            core.group_by.is_empty() && !core.distinct && !core.is_one_aggregate() && core.having.is_none();
        first && plain && self.sources.len() == 1 && self.filters.iter().all(|filter| self.is_plain(filter))
    }

    fn is_plain(&self, filter: &Expr<'c>) -> bool {
        let own = |expr: &Expr<'c>| expr.origin().is_some_and(|o| o.source == self.source().id);
        match &filter.bare().kind {
            Kind::Binary(op, left, right) if op.compares() => own(left) || own(right),
            Kind::Matches { left, not: false, escape: None, .. } => own(left),
            Kind::InList { value, not: false, .. } | Kind::InSelect { value, not: false, .. } => own(value),
            Kind::IsNull { value, .. } | Kind::Between { value, not: false, .. } => own(value),
            Kind::Chain(_, parts) => parts.iter().all(|part| self.is_plain(part)),
            _ => false,
        }
    }

    /// Whether SQLite reads the table first although its only constraint is another table's value: so it was measured where
    /// it is named first, nothing fixes the order, and a condition of its own makes it look cheap to begin with.
    fn may_be_outer(&self) -> bool {
        let source = self.source();
        let free = |join: Join| matches!(join, Join::Comma | Join::Inner);
        let [_, other] = self.sources else { return false };
        if self.at > 0 || self.stands_alone(0) || !free(other.join) || !self.is_cheap_inside(other) {
            return false;
        }
        self.filters.iter().any(|filter| {
            let compares = matches!(&filter.bare().kind, Kind::Binary(op, ..) if op.compares());
            compares
                && filter.any(&mut |expr| {
                    expr.origin().is_some_and(|o| o.source == source.id && !o.column.required)
                })
                && self.is_known_besides(filter)
        })
    }

    /// Whether the other table is looked up by an index column of the join, and only by that one: else reading it first
    /// costs SQLite less.
    fn is_cheap_inside(&self, other: &Source<'c>) -> bool {
        let names = |expr: &Expr<'c>, id: usize, passed_on: bool| {
            expr.any(&mut |expr| {
                expr.origin().is_some_and(|o| o.source == id && (!passed_on || o.column.is_passed_on()))
            })
        };
        let own = self.source().id;
        let indexed = |name: &str| {
            other.table.and_then(|table| table.column(name)).is_some_and(|column| column.is_passed_on())
        };
        let used = other.using.iter().any(|(name, _)| indexed(name));
        let conditions = || self.filters.iter().copied().chain(other.on.iter().flat_map(conjuncts));
        let joined = conditions().any(|expr| names(expr, own, false) && names(expr, other.id, true));
        let fixed = conditions().any(|expr| !names(expr, own, false) && names(expr, other.id, true));
        (used || joined) && !fixed
    }

    /// Whether it names no other table of the clause.
    fn is_known_besides(&self, filter: &Expr<'c>) -> bool {
        let own = self.source().id;
        let others: HashSet<usize> = self.sources.iter().map(|s| s.id).filter(|id| *id != own).collect();
        !filter.any(&mut |expr| expr.origin().is_some_and(|o| others.contains(&o.source)))
    }

    /// `a, b` and `a JOIN b` the other way round, with CROSS JOIN.
    fn reordered(&self, lint: &Lint<'_>) -> Option<domain::Fix> {
        let [first, second] = self.sources else { return None };
        if self.core.from.len() != 2
            || !matches!(second.join, Join::Comma | Join::Inner | Join::Cross)
            || second.natural
        {
            return None;
        }
        if second.table.is_some_and(|table| self.at == 0 && table.required().next().is_some()) {
            return None;
        }
        let join = Span { start: first.span.end, end: second.span.start };
        let edits = if self.at == 0 {
            vec![
                (first.span, lint.text(second.span).to_owned()),
                (join, " CROSS JOIN ".to_owned()),
                (second.span, lint.text(first.span).to_owned()),
            ]
        } else {
            vec![(join, " CROSS JOIN ".to_owned())]
        };
        fix(format!("Read {} after the other table", self.table.name), edits)
    }
}

/// The parts of a condition that all have to hold.
fn conjuncts<'e, 'c>(expr: &'e Expr<'c>) -> Vec<&'e Expr<'c>> {
    match &expr.bare().kind {
        Kind::Chain(Op::And, parts) => parts.iter().flat_map(conjuncts).collect(),
        _ => vec![expr],
    }
}

fn required_names(table: &Table) -> String {
    table.required().map(|column| column.name.as_str()).collect::<Vec<_>>().join(" or ")
}

/// Where the table's name stands.
pub fn name_span(source: &Source<'_>) -> Span {
    match &source.relation {
        Relation::Table { name_span, .. } | Relation::Function { name_span, .. } => *name_span,
        Relation::Select(_) | Relation::Group(_) => source.span,
    }
}
