//! JSON on several lines. It is worked on as text: no number is read and no member is moved, so that what is shown is what was
//! frozen, but for blanks.

/// Longer lines stay as they are: laying them out would hold up the page.
const LONGEST: usize = 400_000;
/// Deeper nesting is nothing that anybody reads.
const DEEPEST: usize = 100;

/// The object or list on several lines; `None` for anything else.
pub fn pretty(line: &str) -> Option<String> {
    let line = line.trim();
    if !line.starts_with(['{', '[']) || !line.ends_with(['}', ']']) || line.len() > LONGEST {
        return None;
    }
    let mut out = String::with_capacity(line.len() * 2);
    let mut depth = 0_usize;
    let (mut quoted, mut escaped) = (false, false);
    let mut signs = line.chars().peekable();
    let broken = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    };
    while let Some(c) = signs.next() {
        if quoted {
            out.push(c);
            quoted = escaped || c != '"';
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            '"' => {
                quoted = true;
                out.push(c);
            }
            '{' | '[' => {
                depth += 1;
                if depth > DEEPEST {
                    return None;
                }
                out.push(c);
                while signs.next_if(|c| c.is_whitespace()).is_some() {}
                if let Some(end) = signs.next_if(|c| matches!(c, '}' | ']')) {
                    depth -= 1;
                    out.push(end);
                } else {
                    broken(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.checked_sub(1)?;
                broken(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                broken(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c if c.is_whitespace() => {}
            c => out.push(c),
        }
    }
    (depth == 0 && !quoted).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blanks_are_added() {
        let line = r#"{"b":1.50,"a":[{"x":"a, {b}: \"c\\"},[],{ }],"n":null}"#;
        let want = "{\n  \"b\": 1.50,\n  \"a\": [\n    {\n      \"x\": \"a, {b}: \\\"c\\\\\"\n    },\n    [],\n    {}\n  ],\n  \"n\": null\n}";
        assert_eq!(pretty(line).as_deref(), Some(want));
    }

    #[test]
    fn what_is_no_object_stays_as_it_is() {
        for line in ["", "\"a\"", "12", "{", "{\"a", "]", "{}}{", "day,n", "{\"a\":\"}"] {
            assert_eq!(pretty(line), None, "{line}");
        }
        assert_eq!(pretty(&"[".repeat(500)), None);
    }
}
