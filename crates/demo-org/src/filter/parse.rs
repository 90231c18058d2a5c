//! Text to [`Filter`]: a recursive descent over the grammar of RFC 7644, section 3.4.2.2, as far as Okta supports it.

use super::{Filter, FilterError, Literal, Op};

/// Parentheses may be nested so deep, and an expression may have so many comparisons: more is refused as too complex,
/// so that no caller can exhaust the stack.
const DEEPEST: usize = 32;
const MOST_TERMS: usize = 200;

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Open,
    Close,
    Text(String),
    Word(String),
}

pub(super) fn parse(text: &str) -> Result<Filter, FilterError> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0, terms: 0 };
    let filter = parser.either()?;
    match parser.peek() {
        None => Ok(filter),
        Some(_) => Err(parser.unexpected()),
    }
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, FilterError> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            c if c.is_whitespace() => {}
            '(' => tokens.push((at, Token::Open)),
            ')' => tokens.push((at, Token::Close)),
            '"' => {
                let mut value = String::new();
                loop {
                    match chars.next() {
                        Some((_, '"')) => break,
                        Some((_, '\\')) => match chars.next() {
                            Some((_, escaped)) => value.push(escaped),
                            None => return Err(FilterError::Unterminated),
                        },
                        Some((_, c)) => value.push(c),
                        None => return Err(FilterError::Unterminated),
                    }
                }
                tokens.push((at, Token::Text(value)));
            }
            '[' | ']' => return Err(FilterError::Unexpected { found: format!("'{c}'"), at }),
            _ => {
                let mut word = String::from(c);
                while let Some((_, c)) = chars.next_if(|(_, c)| !c.is_whitespace() && !"()\"[]".contains(*c))
                {
                    word.push(c);
                }
                tokens.push((at, Token::Word(word)));
            }
        }
    }
    Ok(tokens)
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    at: usize,
    depth: usize,
    terms: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(_, token)| token)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.peek().cloned();
        self.at += 1;
        token
    }

    fn unexpected(&self) -> FilterError {
        match self.tokens.get(self.at) {
            Some((at, token)) => FilterError::Unexpected { found: format!("{token:?}"), at: *at },
            None => FilterError::Unexpected { found: "end of expression".into(), at: usize::MAX },
        }
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword));
        self.at += usize::from(found);
        found
    }

    fn either(&mut self) -> Result<Filter, FilterError> {
        let mut parts = vec![self.both()?];
        while self.keyword("or") {
            parts.push(self.both()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::Or(parts) })
    }

    fn both(&mut self) -> Result<Filter, FilterError> {
        let mut parts = vec![self.term()?];
        while self.keyword("and") {
            parts.push(self.term()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::And(parts) })
    }

    fn term(&mut self) -> Result<Filter, FilterError> {
        if self.keyword("not") {
            if self.peek() != Some(&Token::Open) {
                return Err(self.unexpected());
            }
            return Ok(Filter::Not(Box::new(self.term()?)));
        }
        if self.peek() == Some(&Token::Open) {
            return self.group();
        }
        self.terms += 1;
        if self.terms > MOST_TERMS {
            return Err(FilterError::TooComplex);
        }
        self.comparison()
    }

    fn group(&mut self) -> Result<Filter, FilterError> {
        self.at += 1;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(FilterError::TooComplex);
        }
        let inner = self.either()?;
        if self.peek() != Some(&Token::Close) {
            return Err(self.unexpected());
        }
        self.at += 1;
        self.depth -= 1;
        Ok(inner)
    }

    fn comparison(&mut self) -> Result<Filter, FilterError> {
        let Some(Token::Word(attribute)) = self.peek().cloned() else { return Err(self.unexpected()) };
        self.at += 1;
        let Some(Token::Word(word)) = self.peek().cloned() else { return Err(self.unexpected()) };
        let op = match word.to_ascii_lowercase().as_str() {
            "pr" => {
                self.at += 1;
                return Ok(Filter::Present(attribute));
            }
            "eq" => Op::Eq,
            "ne" => Op::Ne,
            "gt" => Op::Gt,
            "ge" => Op::Ge,
            "lt" => Op::Lt,
            "le" => Op::Le,
            "sw" => Op::Sw,
            "co" => Op::Co,
            "ew" => Op::Ew,
            _ => return Err(self.unexpected()),
        };
        self.at += 1;
        let value = match self.next() {
            Some(Token::Text(text)) => Literal::Text(text),
            Some(Token::Word(word)) => match (word.as_str(), word.parse()) {
                ("true", _) => Literal::Bool(true),
                ("false", _) => Literal::Bool(false),
                ("null", _) => Literal::Null,
                (_, Ok(number)) => Literal::Number(number),
                (_, Err(_)) => {
                    self.at -= 1;
                    return Err(self.unexpected());
                }
            },
            _ => {
                self.at -= 1;
                return Err(self.unexpected());
            }
        };
        Ok(Filter::Compare { attribute, op, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_expressions_are_refused() {
        for text in [
            "",
            "status",
            "status eq",
            "eq \"x\"",
            "status eq x",
            "status is \"x\"",
            "(status pr",
            "status pr)",
            "status pr and",
            "not status pr",
            "status eq \"x",
            "status eq \"x\\",
            "a pr b pr",
            "a[b eq \"c\"]",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn monsters_are_refused_quickly() {
        let deep = format!("{}status pr{}", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(parse(&deep), Err(FilterError::TooComplex));
        let nots = format!("{}status pr{}", "not (".repeat(100_000), ")".repeat(100_000));
        assert_eq!(parse(&nots), Err(FilterError::TooComplex));
        let long = vec!["status pr"; 201].join(" or ");
        assert_eq!(parse(&long), Err(FilterError::TooComplex));
        assert!(parse(&vec!["status pr"; 200].join(" or ")).is_ok());
    }
}
