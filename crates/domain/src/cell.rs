//! Values on their way into other people's programs: what would be run as a formula, or would break a table, is made
//! harmless. Numbers are not touched.

use std::borrow::Cow;

/// Text for a cell of a spreadsheet. Text that a spreadsheet would run as a formula gets a leading apostrophe, as OWASP's
/// "CSV Injection" advises; that holds for the wide forms of the signs, too.
pub fn not_a_formula(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Text for a cell of tab-separated lines, which know no quotes: tabs and line ends become spaces.
pub fn tsv(text: &str) -> String {
    not_a_formula(text).replace(['\t', '\r', '\n'], " ")
}

/// Text for a cell of a Markdown table: what would end the cell or begin markup is escaped.
pub fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\t' | '\r' | '\n' => escaped.push(' '),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '<' | '>' => {
                escaped.push('\\');
                escaped.push(sign);
            }
            sign => escaped.push(sign),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_told_from_text() {
        for text in ["=1+1", "+1", "-2", "@A1", "\t=1", "\r=1", "＝1"] {
            assert_eq!(not_a_formula(text), format!("'{text}"));
        }
        for text in ["", "a=b", "1-2", "'=1"] {
            assert_eq!(not_a_formula(text), text);
        }
    }

    #[test]
    fn a_cell_stays_one_cell() {
        assert_eq!(tsv("=a\tb\r\nc"), "'=a b  c");
        assert_eq!(markdown("a|b\n<img> C:\\x"), "a\\|b \\<img\\> C:\\\\x");
    }
}
