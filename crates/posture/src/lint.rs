//! The linter: what a device would make of a query, and whether Okta could use its answer. SQLite itself decides what is
//! valid (`lint::prepare`); the rules advise. Knows the catalogue and no device.

mod answer;
mod code;
mod compare;
mod format;
mod functions;
mod given;
mod hover;
mod lower;
mod names;
mod open;
mod prepare;
mod required;
mod resolve;
mod rows;
mod scope;
mod tables;
mod tokens;
mod tree;
mod values;

pub use code::Code;
pub use format::format;
pub use hover::{Hover, hover};
pub use scope::{Scope, scope};

use crate::catalogue::{Catalogue, Table};
use bumpalo::Bump;
use domain::{Finding, LintReport, Mapping, OsqueryPlatform, Severity};
use fallible_iterator::FallibleIterator;
use prepare::Refusal;
use sqlite3_parser::ast::{Cmd, Stmt};
use sqlite3_parser::lexer::sql::Parser;
use tokens::{Span, Statement, Token};
use tree::{Core, Select};

/// Longer texts are refused: no command line takes them.
const LONGEST: usize = 256 * 1024;
/// SQLite 3.42 has 100 places on its parser's stack, some of which the statement itself takes.
const DEEPEST: usize = 90;

/// Statements of a script that are looked at one by one.
const MOST_STATEMENTS: usize = 50;

/// Everything the rules look at.
struct Lint<'q> {
    catalogue: &'q Catalogue,
    platform: OsqueryPlatform,
    mapping: Mapping,
    query: &'q str,
    tokens: &'q [Token],
    statements: &'q [Statement<'q>],
    tree: Option<&'q Select<'q>>,
    /// How often each table of a WITH clause is used.
    uses: resolve::Uses,
}

/// Looks at a query. `valid` is whether a device with the catalogue's osquery would run it on that platform; whether Okta
/// could use the answer is in the findings (on Linux, where Okta runs no checks, its rules are left out).
/// Source of Okta's rules: <https://help.okta.com/oie/en-us/content/topics/identity-engine/devices/device-assurance-osquery.htm>.
pub fn lint(catalogue: &Catalogue, platform: OsqueryPlatform, mapping: Mapping, query: &str) -> LintReport {
    let all = tokens::tokens(query);
    let statements = tokens::statements(&all);
    let mut lint = Lint {
        catalogue,
        platform,
        mapping,
        query,
        tokens: &all,
        statements: &statements,
        tree: None,
        uses: resolve::Uses::new(),
    };
    if let Some(finding) = lint.unreadable() {
        return LintReport { valid: false, findings: vec![finding] };
    }
    let prepared = prepare::prepare(catalogue, platform, query, &all, &statements);
    // Statements end with their last token, and so may leave out what is none.
    let prepared = match tokens::stray(query) {
        Some(span) if prepared.is_ok() => Err(unrecognized(query, span, statements.len())),
        _ => prepared,
    };
    let bump = Bump::new();
    // A tree is asked for only where SQLite could read the text: then it nests no deeper than SQLite's own limits.
    let tree = if prepared.as_ref().err().is_none_or(is_about_names) { lint.read(&bump) } else { None };
    if let Some((tree, uses)) = &tree {
        lint.tree = Some(tree);
        lint.uses.clone_from(uses);
    }
    lint.report(prepared)
}

/// What SQLite says of a text that is no token.
fn unrecognized(query: &str, span: Span, statements: usize) -> Refusal {
    let text = query.get(span.start..span.end).unwrap_or_default();
    Refusal {
        message: format!("unrecognized token: \"{text}\""),
        offset: Some(span.start),
        denied: None,
        statement: statements.saturating_sub(1),
    }
}

/// Whether SQLite could read the statement and stumbled over a name only.
fn is_about_names(refusal: &Refusal) -> bool {
    let message = refusal.message.as_str();
    !["syntax error", "incomplete", "unrecognized", "too large", "too many", "stack"]
        .iter()
        .any(|words| message.contains(words))
}

impl<'q> Lint<'q> {
    /// What keeps the query from being looked at at all.
    fn unreadable(&self) -> Option<Finding> {
        let whole = Span { start: 0, end: self.query.len() };
        if let Some(at) = self.query.find('\0') {
            let span = Span { start: at, end: at + 1 };
            return Some(Code::NulByte.at(span, "There is a NUL byte in the text.", Code::NulByte.about()));
        }
        if self.query.len() > LONGEST {
            let message = format!("The query is longer than {} KiB.", LONGEST / 1024);
            return Some(Code::TooLong.at(whole, message, Code::TooLong.about()));
        }
        let Some(first) = self.statements.first() else {
            return Some(Code::Empty.at(
                whole,
                "There is no statement.",
                "A check is one SELECT with an answer of 1 or 0.",
            ));
        };
        if self.query.starts_with('.') {
            return Some(Code::ShellCommand.at(
                first.span,
                "A text that begins with a dot is a command of osquery's shell.",
                "The device would take it for a command and not run it as SQL.",
            ));
        }
        if tokens::depth(self.tokens) > DEEPEST {
            return Some(Code::TooDeep.at(
                whole,
                "Brackets or CASEs nest too deep.",
                "SQLite 3.42 gives up with `parser stack overflow`.",
            ));
        }
        None
    }

    /// The tree of the only SELECT, with all origins; none for scripts and other statements.
    fn read(&self, bump: &Bump) -> Option<(Select<'q>, resolve::Uses)> {
        let [statement] = self.statements else { return None };
        self.read_one(statement, bump)
    }

    /// What a device would not run in a script's SELECTs, and SQLite did not see.
    fn script(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        for statement in self.statements.iter().take(MOST_STATEMENTS) {
            let bump = Bump::new();
            let Some((tree, uses)) = self.read_one(statement, &bump) else { continue };
            let lint = Lint { tree: Some(&tree), uses, ..*self };
            found.extend(functions::check(&lint, &tree));
            found.extend(required::check(&lint, &tree));
        }
        found
    }

    fn read_one(&self, statement: &Statement<'_>, bump: &Bump) -> Option<(Select<'q>, resolve::Uses)> {
        let text = self.query.as_bytes().get(statement.span.start..statement.span.end)?;
        let mut parser = Parser::new(bump, text);
        let Ok(Some(Cmd::Stmt(Stmt::Select(select)))) = parser.next() else { return None };
        let mut tree = lower::lower(select, statement.tokens, self.query).ok()?;
        let uses = resolve::resolve(self.catalogue, self.platform, &mut tree);
        Some((tree, uses))
    }

    fn report(&self, prepared: Result<Vec<usize>, Refusal>) -> LintReport {
        let mut findings = Vec::new();
        if let Some(tree) = self.tree {
            findings.extend(names::tables(self, tree));
            findings.extend(functions::check(self, tree));
        }
        let named = findings.iter().any(is_fatal);
        if let Err(refusal) = &prepared
            && !(named && is_told(refusal))
        {
            let unknown = refusal.message.starts_with("no such column");
            let columns =
                self.tree.filter(|_| unknown).map(|tree| names::columns(self, tree)).unwrap_or_default();
            if columns.is_empty() {
                findings.push(names::refusal(self, refusal));
            }
            findings.extend(columns);
        }
        let readable = !findings.iter().any(is_fatal);
        if let Some(tree) = self.tree {
            findings.extend(required::check(self, tree));
            findings.extend(tables::check(self, tree));
            findings.extend(compare::check(self, tree));
            findings.extend(values::check(self, tree));
        }
        if self.statements.len() > 1 && prepared.is_ok() {
            findings.extend(self.script());
        }
        let columns = prepared.as_ref().ok().map(Vec::as_slice);
        if self.platform.okta().is_some() {
            findings.extend(rows::check(self, columns, readable));
            if readable && let Some(tree) = self.tree {
                let told = findings.iter().any(is_of_rows);
                findings.extend(open::check(self, tree));
                if !told {
                    findings.extend(answer::check(self, tree));
                }
                // Whoever is still trying something out has other things to mend first.
                if findings.iter().all(|finding| finding.severity == Severity::Note) {
                    findings.extend(tables::reads_nothing(self, tree));
                }
            }
        }
        let valid = prepared.is_ok() && !findings.iter().any(is_fatal);
        LintReport { valid, findings: sorted(findings) }
    }

    /// The span of the statement, if there is just one.
    fn only_statement(&self) -> Option<Span> {
        match self.statements {
            [one] => Some(one.span),
            _ => None,
        }
    }

    /// The only SELECT of a statement that is no compound.
    fn only_core(&self) -> Option<&'q Core<'q>> {
        match self.tree?.cores.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The alias of the only result column.
    fn result_name(&self) -> Option<String> {
        match self.only_core()?.items.as_slice() {
            [one] => {
                one.alias.clone().filter(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
            }
            _ => None,
        }
    }

    /// The text at a span.
    fn text(&self, span: Span) -> &'q str {
        self.query.get(span.start..span.end).unwrap_or_default()
    }

    /// The catalogue's tables that a name at this place may mean; only those of one alias, if it is given.
    fn tables_in_scope(&self, span: Span, alias: Option<&str>) -> Vec<&'q Table> {
        let scope = scope(self.catalogue, self.platform, self.query, span.start);
        let wanted = |name: &str| alias.is_none_or(|alias| alias.eq_ignore_ascii_case(name));
        let tables = scope.tables.iter().filter(|(name, _)| wanted(name));
        tables.filter_map(|(_, table)| self.catalogue.table(table)).collect()
    }
}

/// Whether a device would not run a query with this finding.
fn is_fatal(finding: &Finding) -> bool {
    [
        Code::Empty,
        Code::NulByte,
        Code::TooLong,
        Code::TooDeep,
        Code::Syntax,
        Code::UnknownTable,
        Code::WrongPlatform,
        Code::UnknownColumn,
        Code::AmbiguousColumn,
        Code::UnknownFunction,
        Code::WrongArguments,
        Code::NewerSqlite,
        Code::Denied,
        Code::Refused,
        Code::MissingConstraint,
        Code::ShellCommand,
    ]
    .iter()
    .any(|code| code.key() == finding.code)
}

/// Findings that already say that the answer has not the right shape.
fn is_of_rows(finding: &Finding) -> bool {
    [Code::Columns, Code::RowMeansPass, Code::NotSelect, Code::Statements, Code::Rows]
        .iter()
        .any(|code| code.key() == finding.code)
}

/// Whether our own rules tell this of a name, and better.
fn is_told(refusal: &Refusal) -> bool {
    let told = [
        "no such table",
        "no such function",
        "wrong number of arguments",
        "unable to use function",
        "not authorized",
        "no such column",
        "unrecognized token",
    ];
    refusal.denied.is_some() || told.iter().any(|words| refusal.message.starts_with(words))
}

/// The worst first, then in the order of the text; one finding for one place and code.
fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings
        .sort_by(|a, b| (a.severity, a.start, a.end, &a.code).cmp(&(b.severity, b.start, b.end, &b.code)));
    findings.dedup_by(|a, b| a.code == b.code && a.start == b.start && a.end == b.end);
    findings
}

#[cfg(test)]
mod tests;
