//! JSON as text: another text with some of its strings changed and everything else as it stood, and the same text on several
//! lines. No number is read and no key is moved, so that evidence stays what the org sent.

use std::borrow::Cow;

/// Deeper nesting is taken for an attack on the stack of whoever reads on.
const DEEPEST: usize = 200;

/// Where a string or another value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'p> {
    /// It is the name of a member.
    Name,
    /// The value of the member of this name; elements of a list belong to the list's name.
    Value(&'p str),
}

/// What decides over the parts of a text.
pub trait Rewrite {
    /// Another text in place of this one.
    fn string(&mut self, place: Place<'_>, text: &str) -> Option<String>;
    /// Whether a number, `true`, `false` or `null` is to be `null`.
    fn forget(&mut self, place: Place<'_>) -> bool;
}

/// The text with its strings changed; `None` if it is no JSON.
pub fn rewritten(text: &str, rule: &mut impl Rewrite) -> Option<String> {
    let mut walk = Walk { text, at: 0, out: String::with_capacity(text.len()), rule };
    walk.blank();
    walk.value("", 0)?;
    walk.blank();
    (walk.at == text.len()).then_some(walk.out)
}

struct Walk<'t, 'r, R> {
    text: &'t str,
    at: usize,
    out: String,
    rule: &'r mut R,
}

impl<'t, R: Rewrite> Walk<'t, '_, R> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Passes one byte on.
    fn pass(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| {
            self.out.push(char::from(byte));
            self.at += 1;
        })
    }

    fn blank(&mut self) {
        let rest = &self.text[self.at..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        self.out.push_str(&rest[..blank]);
        self.at += blank;
    }

    fn value(&mut self, name: &str, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        match self.peek()? {
            b'{' => self.object(depth),
            b'[' => self.list(name, depth),
            b'"' => self.string(Place::Value(name)).map(drop),
            _ => self.scalar(name),
        }
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        self.pass(b'{')?;
        self.blank();
        if self.peek()? == b'}' {
            return self.pass(b'}');
        }
        loop {
            let name = self.string(Place::Name)?;
            self.blank();
            self.pass(b':')?;
            self.blank();
            self.value(&name, depth + 1)?;
            self.blank();
            if self.peek()? == b'}' {
                return self.pass(b'}');
            }
            self.pass(b',')?;
            self.blank();
        }
    }

    fn list(&mut self, name: &str, depth: usize) -> Option<()> {
        self.pass(b'[')?;
        self.blank();
        if self.peek()? == b']' {
            return self.pass(b']');
        }
        loop {
            self.value(name, depth + 1)?;
            self.blank();
            if self.peek()? == b']' {
                return self.pass(b']');
            }
            self.pass(b',')?;
            self.blank();
        }
    }

    fn scalar(&mut self, name: &str) -> Option<()> {
        let rest = &self.text[self.at..];
        let end = rest.find([',', '}', ']', ' ', '\t', '\n', '\r']).unwrap_or(rest.len());
        let scalar = &rest[..end];
        // Read only to be refused.
        serde_json::from_str::<serde_json::Value>(scalar).ok()?;
        let forget = scalar != "null" && self.rule.forget(Place::Value(name));
        self.out.push_str(if forget { "null" } else { scalar });
        self.at += end;
        Some(())
    }

    /// Answers the text as it was.
    fn string(&mut self, place: Place<'_>) -> Option<Cow<'t, str>> {
        let rest = &self.text[self.at..];
        if !rest.starts_with('"') {
            return None;
        }
        let mut escaped = false;
        let end = rest.bytes().skip(1).position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        })? + 2;
        let token = &rest[..end];
        let text: Cow<'t, str> = if token.contains('\\') {
            Cow::Owned(serde_json::from_str(token).ok()?)
        } else if token.bytes().any(|byte| byte < 0x20) {
            return None;
        } else {
            Cow::Borrowed(&token[1..end - 1])
        };
        match self.rule.string(place, &text) {
            Some(other) => self.out.push_str(&serde_json::to_string(&other).ok()?),
            None => self.out.push_str(token),
        }
        self.at += end;
        Some(text)
    }
}

/// Whether a text is JSON.
pub fn is_json(text: &str) -> bool {
    struct Same;
    impl Rewrite for Same {
        fn string(&mut self, _: Place<'_>, _: &str) -> Option<String> {
            None
        }
        fn forget(&mut self, _: Place<'_>) -> bool {
            false
        }
    }
    rewritten(text, &mut Same).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Turns strings about, and forgets what stands under `n`.
    struct Loud;
    impl Rewrite for Loud {
        fn string(&mut self, place: Place<'_>, text: &str) -> Option<String> {
            match place {
                Place::Name => None,
                Place::Value(name) => Some(format!("{name}:{}", text.to_uppercase())),
            }
        }
        fn forget(&mut self, place: Place<'_>) -> bool {
            place == Place::Value("n")
        }
    }

    #[test]
    fn strings_change_and_everything_else_stays() {
        let text =
            r#" {"b" : ["x", {"a":"\u00e4\"y"}], "n": 1.50, "m": -0.10e3, "a":{"n":true,"k":[]},"":{} } "#;
        let want =
            r#" {"b" : ["b:X", {"a":"a:Ä\"Y"}], "n": null, "m": -0.10e3, "a":{"n":null,"k":[]},"":{} } "#;
        assert_eq!(rewritten(text, &mut Loud).as_deref(), Some(want));
    }

    #[test]
    fn what_is_no_json_is_told() {
        let deep = "[".repeat(100_000);
        for text in [
            "",
            "{",
            "{]",
            "[1 2]",
            "{\"a\" 1}",
            "\"a",
            "\"\\x\"",
            "nul",
            "1 1",
            "[,]",
            "{\"a\":}",
            "\"\n\"",
            &deep,
        ] {
            assert!(!is_json(text), "{}", &text[..text.len().min(20)]);
        }
        for text in ["1", "\"\"", "[[]]", "{}", "null", " [1 , 2]\n"] {
            assert!(is_json(text), "{text}");
        }
    }
}
