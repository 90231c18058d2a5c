//! A place in the text of a filter, and what can be read there.

use crate::Mistake;

pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    pub fn place(&self) -> usize {
        self.at
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub fn is_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// Leaves white space behind.
    pub fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// Takes a sign, if it stands here.
    pub fn take(&mut self, sign: &str) -> bool {
        let here = self.rest().starts_with(sign);
        self.at += if here { sign.len() } else { 0 };
        here
    }

    /// Whether this word, in any case, stands here as a whole. Runs of white space count as one space.
    pub fn is_word(&self, word: &str) -> bool {
        self.after_word(word).is_some()
    }

    /// Takes a word, if it stands here as a whole.
    pub fn word(&mut self, word: &str) -> bool {
        let after = self.after_word(word);
        self.at = after.unwrap_or(self.at);
        after.is_some()
    }

    fn after_word(&self, word: &str) -> Option<usize> {
        let mut rest = self.rest();
        for (n, part) in word.split(' ').enumerate() {
            if n > 0 {
                let trimmed = rest.trim_start();
                if trimmed.len() == rest.len() {
                    return None;
                }
                rest = trimmed;
            }
            let head = rest.get(..part.len())?;
            if !head.eq_ignore_ascii_case(part) {
                return None;
            }
            rest = &rest[part.len()..];
        }
        let ends = !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        ends.then(|| self.text.len() - rest.len())
    }

    /// Takes `and` (`false`) or `or` (`true`).
    pub fn joint(&mut self) -> Option<bool> {
        self.space();
        if self.word("and") {
            Some(false)
        } else if self.word("or") {
            Some(true)
        } else {
            None
        }
    }

    /// Takes `or unknown`.
    pub fn or_unknown(&mut self) -> bool {
        let before = self.at;
        self.space();
        let taken = self.word("or unknown");
        if !taken {
            self.at = before;
        }
        taken
    }

    /// The text up to the next white space, bracket or comma.
    pub fn peek_word(&self) -> &'t str {
        let rest = self.rest();
        let end =
            rest.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',')).unwrap_or(rest.len());
        match rest.chars().next() {
            Some(sign) if end == 0 => &rest[..sign.len_utf8()],
            _ => &rest[..end],
        }
    }

    pub fn mistake_at_word(&self, why: &str) -> Mistake {
        Mistake { span: self.at..self.at + self.peek_word().len(), why: why.to_owned() }
    }

    /// Takes a value: a quoted one as it is, another up to a joint, a bracket, or (`list`) a comma. Answers it with where
    /// it stands.
    pub fn value(&mut self, list: bool) -> Result<(String, std::ops::Range<usize>), Mistake> {
        self.space();
        if self.rest().starts_with('"') {
            return self.quoted();
        }
        let from = self.at;
        let mut end = self.text.len();
        for (offset, c) in self.rest().char_indices() {
            let place = from + offset;
            let here = Self { text: self.text, at: place };
            let after_space = self.text[..place].ends_with(char::is_whitespace);
            let joint = after_space && (here.is_word("and") || here.is_word("or"));
            if c == ')' || (list && c == ',') || joint {
                end = place;
                break;
            }
        }
        let value = self.text[from..end].trim_end();
        self.at = from + value.len();
        if value.is_empty() {
            return Err(Mistake { span: from..from, why: "Here a value is missing.".to_owned() });
        }
        Ok((value.to_owned(), from..self.at))
    }

    fn quoted(&mut self) -> Result<(String, std::ops::Range<usize>), Mistake> {
        let from = self.at;
        let (mut value, mut escaped) = (String::new(), false);
        for (offset, c) in self.rest().char_indices().skip(1) {
            match c {
                '\\' if !escaped => escaped = true,
                '"' if !escaped => {
                    self.at = from + offset + 1;
                    if value.trim().is_empty() {
                        let why = "An empty text fits nothing; is unknown asks for devices without one.";
                        return Err(Mistake { span: from..self.at, why: why.to_owned() });
                    }
                    return Ok((value, from..self.at));
                }
                c => {
                    value.push(c);
                    escaped = false;
                }
            }
        }
        let why = "A quotation is not closed.".to_owned();
        Err(Mistake { span: from..self.text.len(), why })
    }
}
