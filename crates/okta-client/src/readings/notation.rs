//! Text in a JSON-like notation: keys and values with or without quotes of either kind, `:` or `=` between them, braces that
//! do not always close. Read as far as it makes sense; never an error, never a panic.

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tree {
    Text(String),
    /// A part without a key has the empty one.
    Map(Vec<(String, Tree)>),
}

/// Deeper nesting is not looked into.
const DEEPEST: usize = 24;

/// Reads a text; also whether all of it made sense.
pub(super) fn parse(text: &str) -> (Tree, bool) {
    let mut reader = Reader { text, at: 0, whole: true };
    let tree = reader.value(0);
    reader.blank();
    let whole = reader.whole && reader.at == text.len();
    (tree, whole)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    whole: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn blank(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.take();
        }
    }

    fn value(&mut self, depth: usize) -> Tree {
        self.blank();
        match self.peek() {
            Some('{' | '[') if depth < DEEPEST => {
                self.take();
                Tree::Map(self.pairs(depth + 1))
            }
            Some('{' | '[') => {
                (self.whole, self.at) = (false, self.text.len());
                Tree::Map(Vec::new())
            }
            Some(quote @ ('"' | '\'')) => {
                self.take();
                Tree::Text(self.quoted(quote))
            }
            _ => Tree::Text(self.bare(&[',', '}', ']'])),
        }
    }

    /// What stands between braces or brackets, the closing one included.
    fn pairs(&mut self, depth: usize) -> Vec<(String, Tree)> {
        let mut pairs = Vec::new();
        loop {
            self.blank();
            match self.peek() {
                None => {
                    self.whole = false;
                    return pairs;
                }
                Some('}' | ']') => {
                    self.take();
                    return pairs;
                }
                Some(',') => {
                    self.take();
                }
                Some('{' | '[') => pairs.push((String::new(), self.value(depth))),
                Some(_) => pairs.push(self.pair(depth)),
            }
        }
    }

    fn pair(&mut self, depth: usize) -> (String, Tree) {
        let first = match self.peek() {
            Some(quote @ ('"' | '\'')) => {
                self.take();
                self.quoted(quote)
            }
            _ => self.bare(&[':', '=', ',', '}', ']']),
        };
        self.blank();
        if matches!(self.peek(), Some(':' | '=')) {
            self.take();
            return (first, self.value(depth));
        }
        (String::new(), Tree::Text(first))
    }

    fn quoted(&mut self, quote: char) -> String {
        let mut out = String::new();
        loop {
            match self.take() {
                None => {
                    self.whole = false;
                    return out;
                }
                Some('\\') => out.extend(self.take()),
                Some(c) if c == quote => return out,
                Some(c) => out.push(c),
            }
        }
    }

    fn bare(&mut self, ends: &[char]) -> String {
        let rest = &self.text[self.at..];
        let end = rest.find(ends).unwrap_or(rest.len());
        self.at += end;
        rest[..end].trim().to_owned()
    }
}
