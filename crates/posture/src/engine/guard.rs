//! What a statement may do, before and while SQLite prepares it: one SELECT, only what SQLite 3.42 knows, no more than osquery
//! has. The bundled SQLite is newer and would accept more.

use super::CompileError;
use super::session::Shared;
use crate::catalogue::Catalogue;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use sqlite3_parser::lexer::Scanner;
use sqlite3_parser::lexer::sql::{TokenType, Tokenizer};
use std::sync::Arc;

/// What the tokens of a query tell.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    /// Statements with anything in them.
    pub(crate) statements: usize,
    calls: Vec<Call>,
}

/// Something that looks like the call of a function.
#[derive(Debug)]
struct Call {
    name: String,
    start: usize,
    arguments: usize,
    /// Where an ORDER BY stands among the arguments.
    order: Option<usize>,
}

/// An open parenthesis.
struct Open {
    call: Option<Call>,
    commas: usize,
    empty: bool,
}

impl Tokens {
    /// Reads a query's tokens; those that SQLite 3.42 does not know are errors. Words that can't be read at all are left to
    /// SQLite, whose messages are the ones that a device gives.
    pub(crate) fn read(query: &str) -> Result<Self, CompileError> {
        let input = query.as_bytes();
        let mut scanner = Scanner::new(Tokenizer::new());
        let mut tokens = Self::default();
        let mut open: Vec<Open> = Vec::new();
        let mut in_statement = false;
        let mut name: Option<(String, usize)> = None;
        while let Ok((start, Some((text, kind)), _)) = scanner.scan(input) {
            if kind == TokenType::TK_SEMI {
                in_statement = false;
                name = None;
                continue;
            }
            if !in_statement {
                in_statement = true;
                tokens.statements += 1;
                if tokens.statements == 1 {
                    starts_a_query(text, start)?;
                }
            }
            if matches!(kind, TokenType::TK_INTEGER | TokenType::TK_FLOAT) && text.contains(&b'_') {
                let text = String::from_utf8_lossy(text);
                return Err(CompileError::at(format!("unrecognized token: \"{text}\""), start));
            }
            if kind != TokenType::TK_RP
                && let Some(last) = open.last_mut()
            {
                last.empty = false;
            }
            match kind {
                TokenType::TK_LP => {
                    let call =
                        name.take().map(|(name, start)| Call { name, start, arguments: 0, order: None });
                    open.push(Open { call, commas: 0, empty: true });
                }
                TokenType::TK_RP => {
                    if let Some(Open { call: Some(mut call), commas, empty }) = open.pop() {
                        call.arguments = if empty { 0 } else { commas + 1 };
                        tokens.calls.push(call);
                    }
                }
                TokenType::TK_COMMA => {
                    if let Some(last) = open.last_mut() {
                        last.commas += 1;
                    }
                }
                TokenType::TK_ORDER => {
                    if let Some(call) = open.last_mut().and_then(|last| last.call.as_mut()) {
                        call.order.get_or_insert(start);
                    }
                }
                _ => {}
            }
            name = called_by(text, kind).map(|name| (name, start));
        }
        Ok(tokens)
    }

    /// Whether SQLite 3.42 takes the calls, too. `called` are the functions that SQLite found.
    pub(crate) fn calls_allowed(&self, called: impl Fn(&str) -> bool) -> Result<(), CompileError> {
        let catalogue = Catalogue::shipped();
        for call in self.calls.iter().filter(|call| called(&call.name)) {
            if let Some(at) = call.order {
                return Err(CompileError::at("near \"ORDER\": syntax error".to_owned(), at));
            }
            if !catalogue.allows_call(&call.name, call.arguments) {
                let known = catalogue.function(&call.name).is_some()
                    || catalogue.builtins(&call.name).next().is_some();
                let message = if known {
                    format!("wrong number of arguments to function {}()", call.name)
                } else {
                    format!("no such function: {}", call.name)
                };
                return Err(CompileError::at(message, call.start));
            }
        }
        Ok(())
    }
}

/// The name by which a function would be called if a parenthesis followed. LIKE and GLOB are operators first: SQLite sees to
/// their arguments itself.
fn called_by(token: &[u8], kind: TokenType) -> Option<String> {
    let token = std::str::from_utf8(token).ok()?;
    let quoted = kind == TokenType::TK_ID && token.starts_with(['"', '`', '[']);
    let name = if quoted { token.get(1..token.len().saturating_sub(1))? } else { token };
    let word = quoted || name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let operator = name.eq_ignore_ascii_case("like") || name.eq_ignore_ascii_case("glob");
    (word && !operator).then(|| name.to_ascii_lowercase())
}

fn starts_a_query(word: &[u8], start: usize) -> Result<(), CompileError> {
    if ["select", "with", "values"].iter().any(|first| word.eq_ignore_ascii_case(first.as_bytes())) {
        return Ok(());
    }
    let known = [
        "alter",
        "analyze",
        "attach",
        "begin",
        "commit",
        "create",
        "delete",
        "detach",
        "drop",
        "end",
        "explain",
        "insert",
        "pragma",
        "reindex",
        "release",
        "replace",
        "rollback",
        "savepoint",
        "update",
        "vacuum",
    ];
    if known.iter().any(|first| word.eq_ignore_ascii_case(first.as_bytes())) {
        return Err(CompileError::at(NOT_A_SELECT.to_owned(), start));
    }
    Ok(())
}

/// What is said of everything that is no SELECT.
pub(crate) const NOT_A_SELECT: &str = "not authorized: a check is one SELECT";

/// SQLite's question whether a part of a statement is allowed.
pub(crate) fn authorize(shared: &Arc<Shared>, context: &AuthContext<'_>) -> Authorization {
    if shared.is_setting_up() {
        return Authorization::Allow;
    }
    let mut session = shared.session();
    match context.action {
        AuthAction::Select | AuthAction::Recursive => Authorization::Allow,
        AuthAction::Read { table_name, column_name } => {
            let column = column_name.to_ascii_lowercase();
            session.named.insert((table_name.to_ascii_lowercase(), column));
            Authorization::Allow
        }
        AuthAction::Pragma { pragma_name, .. } if is_harmless(pragma_name) => Authorization::Allow,
        AuthAction::Function { function_name } => {
            let name = function_name.to_ascii_lowercase();
            let catalogue = Catalogue::shipped();
            let known = catalogue.function(&name).is_some() || catalogue.builtins(&name).next().is_some();
            let refused = match name.as_str() {
                _ if !known => Some(format!("no such function: {function_name}")),
                "sleep" | "carve" | "load_extension" => {
                    Some(format!("not authorized to use function: {function_name}"))
                }
                _ => None,
            };
            session.functions.insert(name);
            match refused {
                Some(words) => {
                    session.refused.get_or_insert(words);
                    Authorization::Deny
                }
                None => Authorization::Allow,
            }
        }
        _ => {
            session.refused.get_or_insert(NOT_A_SELECT.to_owned());
            Authorization::Deny
        }
    }
}

/// Pragmas that only tell something, as table-valued functions do.
fn is_harmless(pragma: &str) -> bool {
    ["table_info", "table_xinfo", "function_list", "collation_list"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(pragma))
}
