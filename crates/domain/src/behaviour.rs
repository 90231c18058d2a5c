//! Behaviours of a sign-in (`New Geo-Location`, `Velocity`, …) and how each was found, read from the text in an event's debug
//! data. The org's admins name behaviours, so a name may hold anything; the results are few words in capitals.

/// Name and result: `POSITIVE`, `NEGATIVE`, `UNKNOWN`, `BAD_REQUEST`, or what was sent.
pub type Behaviour = (Box<str>, Box<str>);

/// Reads `{New Geo-Location=POSITIVE, New Device=NEGATIVE}`, with braces or without.
pub fn read_behaviour_text(text: &str) -> Vec<Behaviour> {
    let text = text.trim();
    let inside = text.strip_prefix('{').map_or(text, |rest| rest.strip_suffix('}').unwrap_or(rest));
    let mut found = Vec::new();
    let mut from = 0;
    for (equals, _) in inside.match_indices('=') {
        let rest = inside[equals + 1..].trim_start();
        let end = rest.find(|c: char| !c.is_ascii_uppercase() && c != '_').unwrap_or(rest.len());
        let after = rest[end..].trim_start();
        // A result is a word in capitals with nothing behind it but the next pair; anything else belongs to a name.
        if end == 0 || equals < from || !(after.is_empty() || after.starts_with(',')) {
            continue;
        }
        let name = inside[from..equals].trim();
        if !name.is_empty() {
            found.push((name.into(), rest[..end].into()));
        }
        from = inside.len() - after.strip_prefix(',').unwrap_or(after).len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_hold_commas_and_results_are_words_in_capitals() {
        let check = |text: &str, want: &[(&str, &str)]| {
            let read = read_behaviour_text(text);
            let told: Vec<_> = read.iter().map(|(name, result)| (&**name, &**result)).collect();
            assert_eq!(told, want, "{text}");
        };
        check(
            "{New Geo-Location=POSITIVE, New Device=NEGATIVE, Velocity=BAD_REQUEST}",
            &[("New Geo-Location", "POSITIVE"), ("New Device", "NEGATIVE"), ("Velocity", "BAD_REQUEST")],
        );
        check("New IP=UNKNOWN", &[("New IP", "UNKNOWN")]);
        check("{IP, or city=POSITIVE, a=b=NEGATIVE}", &[("IP, or city", "POSITIVE"), ("a=b", "NEGATIVE")]);
        check("{New IP=SOMETHING_NEW}", &[("New IP", "SOMETHING_NEW")]);
        for nothing in ["", "{}", "=", "{=POSITIVE}", "New IP", "New IP=yes", "{{{"] {
            check(nothing, &[]);
        }
    }
}
