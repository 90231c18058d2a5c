//! From values to ranks: texts, times and dictionaries in, numbers in sorted order out.

use super::column::{Codes, Column};
use std::cmp::Ordering;
use std::collections::HashMap;

/// Longer texts are compared by their beginning.
const LONGEST: usize = 256;

/// The texts of one column in one piece of memory, folded for comparing.
#[derive(Default)]
pub(crate) struct Texts {
    folded: String,
    starts: Vec<(u32, u32)>,
}

impl Texts {
    /// Adds the text of a device. One that is blank is as good as none.
    pub fn push(&mut self, pk: u32, text: &str) {
        let Ok(start) = u32::try_from(self.folded.len()) else { return };
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        fold(text, &mut self.folded);
        self.starts.push((pk, start));
    }

    /// The column of ranks for `len` device numbers.
    pub fn rank(self, len: usize) -> Column {
        let end = self.folded.len() as u32;
        let text = |at: usize| {
            let until = self.starts.get(at + 1).map_or(end, |next| next.1);
            &self.folded.as_bytes()[self.starts[at].1 as usize..until as usize]
        };
        // Most comparisons are settled by the first sixteen bytes, which lie side by side.
        let mut order: Vec<(Head, u32)> =
            (0..self.starts.len()).map(|at| (head(text(at)), at as u32)).collect();
        let compare = |a: &(Head, u32), b: &(Head, u32)| {
            let by_head = u128::from_be_bytes(a.0).cmp(&u128::from_be_bytes(b.0));
            by_head.then_with(|| text(a.1 as usize).cmp(text(b.1 as usize)))
        };
        order.sort_unstable_by(compare);
        let same = |a: &(Head, u32), b: &(Head, u32)| compare(a, b) == Ordering::Equal;
        ranks(len, &order, same, |entry| self.starts[entry.1 as usize].0)
    }
}

/// The column of ranks of some numbers, given as (number, device number).
pub(crate) fn rank_numbers(mut numbers: Vec<(i64, u32)>, len: usize) -> Column {
    numbers.sort_unstable();
    ranks(len, &numbers, |a, b| a.0 == b.0, |entry| entry.1)
}

/// Numbers sorted entries from 1, equal ones alike.
fn ranks<T>(len: usize, sorted: &[T], same: impl Fn(&T, &T) -> bool, pk: impl Fn(&T) -> u32) -> Column {
    let mut codes = vec![0; len];
    let mut rank = 0;
    let mut before: Option<&T> = None;
    for entry in sorted {
        if before.is_none_or(|b| !same(b, entry)) {
            rank += 1;
        }
        before = Some(entry);
        codes[pk(entry) as usize] = rank;
    }
    Column { codes: Codes::pack(codes.into_iter(), rank), dictionary: Vec::new() }
}

/// The beginning of a text. As bytes, it needs no room for alignment.
type Head = [u8; 16];

fn head(text: &[u8]) -> Head {
    let mut head = Head::default();
    let len = text.len().min(head.len());
    head[..len].copy_from_slice(&text[..len]);
    head
}

/// A text in the form in which ranks compare it; `None` if it is blank, or so long that ranks know its beginning only.
pub(crate) fn folded(text: &str) -> Option<String> {
    let text = text.trim();
    let mut whole = String::new();
    fold(text, &mut whole);
    (!text.is_empty() && text.len() < LONGEST).then_some(whole)
}

/// The same of a text of any length, which may be cut.
pub(crate) fn head_of(text: &str) -> String {
    let mut whole = String::new();
    fold(text.trim(), &mut whole);
    whole
}

/// The form in which texts are compared: in lower case.
fn fold(text: &str, into: &mut String) {
    if text.is_ascii() {
        let from = into.len();
        into.push_str(&text[..text.len().min(LONGEST)]);
        into[from..].make_ascii_lowercase();
    } else {
        into.extend(text.chars().take(LONGEST).flat_map(char::to_lowercase));
    }
}

/// Gives codes to the few values of a column in the order in which they come.
pub(crate) struct Dictionary {
    values: Vec<Box<str>>,
    codes: HashMap<Box<str>, u16>,
    per_device: Vec<u16>,
    last: (Box<str>, u16),
}

impl Dictionary {
    pub fn new(unknown: &str) -> Self {
        Self {
            values: vec![unknown.into()],
            codes: HashMap::new(),
            per_device: Vec::new(),
            last: (unknown.into(), 0),
        }
    }

    /// Notes the value of a device. After 65 535 distinct ones, which no org has, a new one counts as unknown.
    pub fn push(&mut self, pk: u32, value: Option<&str>) {
        let code = match value {
            None => 0,
            // Neighbours are often alike.
            Some(value) if *self.last.0 == *value => self.last.1,
            Some(value) => self.code(value),
        };
        let at = pk as usize;
        if self.per_device.len() <= at {
            self.per_device.resize(at + 1, 0);
        }
        self.per_device[at] = code;
    }

    fn code(&mut self, value: &str) -> u16 {
        let code = match self.codes.get(value) {
            Some(code) => *code,
            None => match u16::try_from(self.values.len()) {
                Err(_) => return 0,
                Ok(code) => {
                    self.values.push(value.into());
                    self.codes.insert(value.into(), code);
                    code
                }
            },
        };
        self.last = (value.into(), code);
        code
    }

    /// The finished column: codes in the order that `compare` gives to the values.
    pub fn finish(self, len: usize, compare: impl Fn(&str, &str) -> Ordering) -> Column {
        let mut order: Vec<usize> = (1..self.values.len()).collect();
        order.sort_by(|a, b| compare(&self.values[*a], &self.values[*b]));
        let mut place = vec![0u32; self.values.len()];
        let mut dictionary = vec![self.values[0].clone()];
        for (rank, old) in (1..).zip(order) {
            place[old] = rank;
            dictionary.push(self.values[old].clone());
        }
        let mut codes = self.per_device;
        codes.resize(len, 0);
        let largest = (dictionary.len() - 1) as u32;
        let codes = Codes::pack(codes.into_iter().map(|old| place[old as usize]), largest);
        Column { codes, dictionary }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_follow_the_folded_text() {
        let mut texts = Texts::default();
        for (pk, text) in
            [(0, "beta"), (1, "Alpha"), (3, "BETA"), (4, " "), (5, "Ärger"), (6, "a-very-long-name-2")]
        {
            texts.push(pk, text);
        }
        texts.push(7, "a-very-long-name-10");
        let column = texts.rank(9);
        let ranks: Vec<u32> = (0..9).map(|pk| column.codes.get(pk)).collect();
        assert_eq!(ranks, [4, 3, 0, 4, 0, 5, 2, 1, 0]);
    }

    #[test]
    fn a_dictionary_is_numbered_in_sorted_order() {
        let mut dictionary = Dictionary::new("~");
        for (pk, value) in [(0, Some("b")), (2, Some("a")), (3, None), (4, Some("b"))] {
            dictionary.push(pk, value);
        }
        let column = dictionary.finish(6, str::cmp);
        assert_eq!(column.codes, Codes::Narrow(vec![2, 0, 1, 0, 2, 0]));
        assert_eq!(column.dictionary, ["~".into(), "a".into(), Box::<str>::from("b")]);
    }
}
