//! What tells by its shape alone that it belongs to somebody: e-mail addresses, network addresses, and ids as Okta makes them.

use super::Kind;
use std::net::{Ipv4Addr, Ipv6Addr};

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
}

/// Runs of letters and digits this long, with both in them, are ids: no word is so long and counts.
const ID: usize = 16;

/// Whether a text is one such thing and nothing else.
pub(super) fn is_whole(text: &str) -> bool {
    matches!(find(text, true)[..], [Found { start: 0, end, .. }] if end == text.len())
}

/// Everything in a text, in order. `addresses`: whether four numbers with dots are a network address.
pub(super) fn find(text: &str, addresses: bool) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let start = match rest.find(is_part) {
            Some(start) => at + start,
            None => break,
        };
        let end = text[start..].find(|c| !is_part(c)).map_or(text.len(), |len| start + len);
        run(text, start, end, addresses, &mut found);
        at = end;
    }
    found
}

/// Characters that things of all these shapes are made of.
fn is_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '@' | ':' | '\'')
}

/// Looks through one run of such characters.
fn run(text: &str, start: usize, end: usize, addresses: bool, found: &mut Vec<Found>) {
    let run = &text[start..end];
    let edge = |c: char| matches!(c, '.' | ':' | '\'' | '-' | '_' | '%' | '+');
    let lead = run.len() - run.trim_start_matches(edge).len();
    let bare = run.trim_matches(edge);
    let bare_end = start + lead + bare.len();
    if let Some(kind) = whole(bare, text[..start].ends_with('/') && !text[..start].ends_with("//"), addresses)
    {
        return found.push(Found { start: start + lead, end: bare_end, kind });
    }
    // `http://[::1]:80` and `2001:db8::1.` are trimmed above; an address that begins or ends with colons is not.
    let colons = run.trim_matches(|c: char| c != ':' && !c.is_ascii_hexdigit());
    if addresses && colons.contains("::") && colons.parse::<Ipv6Addr>().is_ok() {
        let at =
            start + (run.len() - run.trim_start_matches(|c: char| c != ':' && !c.is_ascii_hexdigit()).len());
        return found.push(Found { start: at, end: at + colons.len(), kind: Kind::Address });
    }
    pieces(text, start, end, addresses, found);
}

fn whole(bare: &str, after_slash: bool, addresses: bool) -> Option<Kind> {
    if is_mail(bare) {
        return Some(Kind::Login);
    }
    // `Chrome/120.0.0.0` is a version.
    let v4 = bare.parse::<Ipv4Addr>().is_ok() && !after_slash;
    if addresses && (v4 || (bare.matches(':').count() > 1 && bare.parse::<Ipv6Addr>().is_ok())) {
        return Some(Kind::Address);
    }
    (is_id(bare) || is_uuid(bare)).then_some(Kind::Id)
}

/// The parts of a run: `user:00u…`, `10.0.0.1:443`, `a@b.c:d@e.f`.
fn pieces(text: &str, start: usize, end: usize, addresses: bool, found: &mut Vec<Found>) {
    let splits: &[&[char]] = &[&[':'], &['%'], &['\''], &['+'], &['.', '_', '%', '-', '@', ':', '\'', '+']];
    for (depth, split) in splits.iter().enumerate() {
        let mut any = false;
        let mut at = start;
        for piece in text[start..end].split(*split) {
            let (from, to) = (at, at + piece.len());
            at = to + text[to..end].chars().next().map_or(0, char::len_utf8);
            let piece_is = piece.trim_matches('.');
            let from = from + (piece.len() - piece.trim_start_matches('.').len());
            if let Some(kind) = whole(piece_is, text[..from].ends_with('/'), addresses) {
                found.push(Found { start: from, end: from + piece_is.len(), kind });
                any = true;
            } else if depth + 1 < splits.len() && any {
                // The rest of the run may hold what only a finer cut finds.
                pieces_of(text, from, to, addresses, found);
            }
        }
        if any {
            found.sort_by_key(|found| found.start);
            return;
        }
    }
}

/// Ids between any of the signs.
fn pieces_of(text: &str, start: usize, end: usize, addresses: bool, found: &mut Vec<Found>) {
    let mut at = start;
    for piece in text[start..end].split(|c: char| !c.is_alphanumeric()) {
        if let Some(kind) = whole(piece, false, addresses) {
            found.push(Found { start: at, end: at + piece.len(), kind });
        }
        at += piece.len() + text[(at + piece.len()).min(end)..end].chars().next().map_or(0, char::len_utf8);
    }
}

fn is_mail(text: &str) -> bool {
    let (name, host) = match text.split_once('@').or_else(|| text.split_once("%40")) {
        Some(parts) => parts,
        None => return false,
    };
    let host_is = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    !name.is_empty() && !host.is_empty() && host.chars().all(host_is) && !name.contains(':')
}

fn is_id(text: &str) -> bool {
    text.len() >= ID
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn is_uuid(text: &str) -> bool {
    let dashes = [8, 13, 18, 23];
    text.len() == 36
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if dashes.contains(&at) { byte == b'-' } else { byte.is_ascii_hexdigit() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_found_where_they_stand() {
        let check = |text: &str, want: &[&str]| {
            let found: Vec<&str> = find(text, true).iter().map(|f| &text[f.start..f.end]).collect();
            assert_eq!(found, want, "{text}");
        };
        check("", &[]);
        check("nothing at all, 12.5 % of 1.2.3", &[]);
        check("ann.lee+x@corp.example", &["ann.lee+x@corp.example"]);
        check("<Ann@corp.example>, bob@x.io.", &["Ann@corp.example", "bob@x.io"]);
        check("login=ann%40corp.example&x=1", &["ann%40corp.example"]);
        check("203.0.113.9", &["203.0.113.9"]);
        check("from 203.0.113.9:443, then 10.0.0.0/8.", &["203.0.113.9", "10.0.0.0"]);
        check("http://203.0.113.9/x", &["203.0.113.9"]);
        check("Chrome/120.0.0.0 Safari/537.36", &[]);
        check("10.0.26100.1", &[]);
        check("2001:db8::1 fe80::1%eth0 ::1", &["2001:db8::1", "fe80::1", "::1"]);
        check("12:30:45", &[]);
        check("/api/v1/users/00u4nw7person0001d7/sessions", &["00u4nw7person0001d7"]);
        check("0b57fb29-38dc-11f1-9c2f-0242ac120002", &["0b57fb29-38dc-11f1-9c2f-0242ac120002"]);
        check(
            "user:00u4nw7person0001d7:guo4nw7device00001d7",
            &["00u4nw7person0001d7", "guo4nw7device00001d7"],
        );
        check("user.authentication.auth_via_mfa", &[]);
        check("2026-10-05T14:00:00.000Z", &[]);
        check("x-00u4nw7person0001d7.events", &["00u4nw7person0001d7"]);
    }

    #[test]
    fn no_text_breaks_it() {
        let alphabet: Vec<char> = "aé0.:@%-_'+/ 9fF::1".chars().collect();
        let mut seed = 1_u64;
        let mut roll = |most: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % most
        };
        for _ in 0..50_000 {
            let len = roll(30);
            let text: String = (0..len).map(|_| alphabet[roll(alphabet.len())]).collect();
            let mut at = 0;
            for found in find(&text, true) {
                assert!(found.start >= at && found.end > found.start, "{text:?}");
                assert!(text.get(found.start..found.end).is_some(), "{text:?}");
                at = found.end;
            }
        }
    }
}
