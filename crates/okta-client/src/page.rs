//! One page of a list, read in a single pass over its text: an item's bytes are found while the item is parsed, so that
//! keeping the raw JSON costs nothing. One item that can't be read doesn't take its page with it.

use crate::Cursor;
use domain::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::ops::Range;

/// One item and where its JSON stands in the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item<T> {
    pub value: T,
    at: Range<usize>,
}

/// An item that could not be read, kept whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    pub reason: Box<str>,
    pub raw: Box<str>,
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    pub items: Vec<Item<T>>,
    pub rejected: Vec<Rejected>,
    /// `None` at the end of the list. A page may be empty and still have a next one. A chain of System Log polls always
    /// has one: there an empty page says that nothing is new.
    pub next: Option<Cursor>,
    /// Size of the body after decompression.
    pub bytes: u64,
    /// The server's time when it answered (this machine's, where the server told none): the mark for the next
    /// incremental read.
    pub server_time: Timestamp,
    pub request_id: Option<Box<str>>,
    pub(crate) body: String,
}

impl<T> Page<T> {
    /// The JSON that `item` of this page was read from.
    pub fn raw(&self, item: &Item<T>) -> &str {
        self.body.get(item.at.clone()).unwrap_or_default()
    }

    /// Values with the JSON each was read from.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = (&T, &str)> {
        self.items.iter().map(|item| (&item.value, self.raw(item)))
    }
}

/// One object that was asked for by itself.
#[derive(Debug, Clone)]
pub struct Single<T> {
    pub value: T,
    /// The JSON it was read from.
    pub raw: Box<str>,
    pub server_time: Timestamp,
    pub request_id: Option<Box<str>>,
}

/// A JSON shape of Okta's and the noun it stands for.
pub(crate) trait Wire<'de>: Deserialize<'de> {
    type Noun;
    /// The noun, or why there is none: what every object must have is missing.
    fn noun(self) -> Result<Self::Noun, &'static str>;
}

/// A text that is not the JSON it should be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub byte: usize,
    pub reason: Box<str>,
    /// The text ends too early: the connection may have been cut, and trying again may help.
    pub cut: bool,
}

/// The items of a page and what could not be read of it.
#[derive(Debug)]
pub(crate) struct Parsed<T> {
    pub items: Vec<Item<T>>,
    pub rejected: Vec<Rejected>,
}

/// Reads a JSON array item by item.
pub(crate) fn parse_list<'b, W: Wire<'b>>(body: &'b str) -> Result<Parsed<W::Noun>, Broken> {
    let broken = |byte: usize, reason: &str| Broken { byte, reason: reason.into(), cut: byte >= body.len() };
    let mut parsed = Parsed { items: Vec::new(), rejected: Vec::new() };
    let mut at = blank(body, 0);
    if body.as_bytes().get(at) != Some(&b'[') {
        return Err(broken(at, "a list was expected"));
    }
    at = blank(body, at + 1);
    if body.as_bytes().get(at) == Some(&b']') {
        at += 1;
    } else {
        loop {
            at = blank(body, parse_item::<W>(body, at, &mut parsed)?);
            match body.as_bytes().get(at) {
                Some(b',') => at = blank(body, at + 1),
                Some(b']') => break at += 1,
                _ => return Err(broken(at, "a comma or the end of the list was expected")),
            }
        }
    }
    match blank(body, at) {
        end if end == body.len() => Ok(parsed),
        more => Err(broken(more, "there is more after the end of the list")),
    }
}

/// Reads the item that starts at `start`; returns where it ends.
fn parse_item<'b, W: Wire<'b>>(
    body: &'b str,
    start: usize,
    parsed: &mut Parsed<W::Noun>,
) -> Result<usize, Broken> {
    let text = &body[start..];
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<W>();
    let reason = match stream.next() {
        Some(Ok(wire)) => {
            let end = start + stream.byte_offset();
            match wire.noun() {
                Ok(value) => {
                    parsed.items.push(Item { value, at: start..end });
                    return Ok(end);
                }
                Err(reason) => reason.to_owned(),
            }
        }
        Some(Err(error)) if error.is_data() => without_place(&error),
        Some(Err(error)) => return Err(broken_at(text, &error).after(start)),
        None => return Err(Broken { byte: body.len(), reason: "the list does not end".into(), cut: true }),
    };
    // The item is JSON but not the shape it should be: walk over it without looking, and keep it.
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    match stream.next() {
        Some(Ok(raw)) => {
            parsed.rejected.push(Rejected { reason: reason.into(), raw: raw.get().into() });
            Ok(start + stream.byte_offset())
        }
        Some(Err(error)) => Err(broken_at(text, &error).after(start)),
        None => Err(Broken { byte: body.len(), reason: "the list does not end".into(), cut: true }),
    }
}

/// Reads a JSON object that stands by itself.
pub(crate) fn parse_one<'b, W: Wire<'b>>(body: &'b str) -> Result<W::Noun, Broken> {
    let wire: W = serde_json::from_str(body).map_err(|error| broken_at(body, &error))?;
    wire.noun().map_err(|reason| Broken { byte: 0, reason: reason.into(), cut: false })
}

/// Reads a JSON value without a noun of its own.
pub(crate) fn parse_plain<T: DeserializeOwned>(body: &str) -> Result<T, Broken> {
    serde_json::from_str(body).map_err(|error| broken_at(body, &error))
}

impl Broken {
    fn after(self, start: usize) -> Self {
        Self { byte: self.byte + start, ..self }
    }
}

/// Turns serde's line and column into a byte, which a person can find in a dump without an editor.
fn broken_at(text: &str, error: &serde_json::Error) -> Broken {
    if error.is_eof() {
        return Broken { byte: text.len(), reason: without_place(error).into(), cut: true };
    }
    let earlier = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    let byte = earlier.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
    Broken { byte, reason: without_place(error).into(), cut: false }
}

/// The error's text without "at line 1 column 17", which would count from the item's start.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(reason, _)| reason.to_owned())
}

/// The first byte from `at` on that is not white space.
fn blank(body: &str, at: usize) -> usize {
    let rest = body.as_bytes().get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Thing<'a> {
        id: &'a str,
        #[serde(default)]
        size: u8,
    }

    impl<'de: 'a, 'a> Wire<'de> for Thing<'a>
    where
        Thing<'a>: Deserialize<'de>,
    {
        type Noun = (String, u8);
        fn noun(self) -> Result<Self::Noun, &'static str> {
            if self.id.is_empty() { Err("it has no id") } else { Ok((self.id.to_owned(), self.size)) }
        }
    }

    /// Ids with their raw text, rejected ones with the reason, or where it broke.
    fn read(body: &str) -> String {
        match parse_list::<Thing<'_>>(body) {
            Ok(parsed) => {
                let kept =
                    parsed.items.iter().map(|item| format!("{} <- {}", item.value.0, &body[item.at.clone()]));
                let left = parsed.rejected.iter().map(|r| format!("! {}: {}", r.reason, r.raw));
                kept.chain(left).collect::<Vec<_>>().join("\n")
            }
            Err(broken) => format!("broken at {} (cut: {}): {}", broken.byte, broken.cut, broken.reason),
        }
    }

    #[test]
    fn an_item_brings_its_own_bytes() {
        insta::assert_snapshot!(read("\n[ {\"id\":\"ä\", \"x\": {\"y\":[1,2]}} ,{\"id\":\"b\",\"size\":3}\n]  "), @r#"
        ä <- {"id":"ä", "x": {"y":[1,2]}}
        b <- {"id":"b","size":3}
        "#);
        assert_eq!(read("[]"), "");
        assert_eq!(read(" [ ] "), "");
    }

    #[test]
    fn an_unreadable_item_does_not_take_the_page_with_it() {
        insta::assert_snapshot!(read(r#"[{"size":1},{"id":"a"},{"id":7},null,"text",{"id":"b","size":300},[{}],{"id":""},{"id":"c"}]"#), @r#"
        a <- {"id":"a"}
        c <- {"id":"c"}
        ! missing field `id`: {"size":1}
        ! invalid type: integer `7`, expected a borrowed string: {"id":7}
        ! invalid type: null, expected struct Thing: null
        ! invalid type: string "text", expected struct Thing: "text"
        ! invalid value: integer `300`, expected u8: {"id":"b","size":300}
        ! invalid type: map, expected a borrowed string: [{}]
        ! it has no id: {"id":""}
        "#);
    }

    #[test]
    fn a_broken_page_says_where() {
        insta::assert_snapshot!(read("<html>"), @"broken at 0 (cut: false): a list was expected");
        insta::assert_snapshot!(read(r#"{"errorCode":"E"}"#), @"broken at 0 (cut: false): a list was expected");
        insta::assert_snapshot!(read("[{\"id\":\"a\"},\n{\"id\" \"b\"}]"), @"broken at 19 (cut: false): expected `:`");
        insta::assert_snapshot!(read(r#"[{"id":"a"} {"id":"b"}]"#), @"broken at 12 (cut: false): a comma or the end of the list was expected");
        insta::assert_snapshot!(read("[] x"), @"broken at 3 (cut: false): there is more after the end of the list");
    }

    #[test]
    fn a_page_cut_anywhere_is_known_as_cut() {
        let whole = r#"[{"id":"a","x":{"y":[1,"z"]}},{"id":"b","size":12}]"#;
        for end in 0..whole.len() {
            let broken = parse_list::<Thing<'_>>(&whole[..end]).map(drop).expect_err("it is not whole");
            assert!(broken.cut, "cut at {end} was taken for something else: {broken:?}");
        }
    }

    #[test]
    fn deep_nesting_in_what_nobody_reads_is_harmless() {
        let deep = format!(r#"[{{"id":"a","x":{}{}}}]"#, "[".repeat(100_000), "]".repeat(100_000));
        let parsed = parse_list::<Thing<'_>>(&deep).expect("it is JSON");
        assert_eq!(parsed.items.len(), 1);
    }
}
