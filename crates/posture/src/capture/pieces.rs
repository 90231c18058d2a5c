//! Takes a stream of text apart into pieces of JSON (the elements of a list, or objects one after the other) and what is none.
//! One piece is in memory at a time, and after a broken one it finds its way again. Knows no osquery.

use super::CaptureError;
use std::io::{BufRead, ErrorKind};

/// So much of a line that is no JSON is kept.
const MOST_NOISE: usize = 300;

/// One piece and where it begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub line: u64,
    pub offset: u64,
    pub piece: Piece,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    ListStart,
    ListEnd,
    /// The text ended within a list.
    ListCut,
    /// An object, or a list within a list.
    Value(Vec<u8>),
    /// The beginning of one that never ended.
    Broken,
    /// The rest of a line that is no JSON.
    Noise(String),
}

pub(super) struct Pieces<R> {
    input: R,
    most: usize,
    line: u64,
    offset: u64,
    in_list: bool,
    line_start: bool,
}

impl<R: BufRead> Pieces<R> {
    pub(super) fn new(input: R, most: usize) -> Self {
        Self { input, most, line: 1, offset: 0, in_list: false, line_start: true }
    }

    pub(super) fn next(&mut self) -> Result<Option<Placed>, CaptureError> {
        loop {
            let (line, offset) = (self.line, self.offset);
            let placed = |piece| Ok(Some(Placed { line, offset, piece }));
            let Some(byte) = fill(&mut self.input)?.first().copied() else {
                let cut = std::mem::take(&mut self.in_list);
                return if cut { placed(Piece::ListCut) } else { Ok(None) };
            };
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | 0 => self.pass(byte),
                b',' if self.in_list => self.pass(byte),
                // In the first column it is a list of its own: what went before was a log line with a bracket, or was cut.
                b'[' if !self.in_list || self.line_start => {
                    self.pass(byte);
                    self.in_list = true;
                    return placed(Piece::ListStart);
                }
                b']' if self.in_list => {
                    self.pass(byte);
                    self.in_list = false;
                    return placed(Piece::ListEnd);
                }
                b'{' | b'[' => {
                    let piece = self.value()?;
                    return placed(piece);
                }
                _ => {
                    let text = self.noise()?;
                    return placed(Piece::Noise(text));
                }
            }
        }
    }

    fn pass(&mut self, byte: u8) {
        self.input.consume(1);
        self.offset += 1;
        self.line += u64::from(byte == b'\n');
        self.line_start = byte == b'\n';
    }

    /// Reads up to the bracket that closes the first one.
    fn value(&mut self) -> Result<Piece, CaptureError> {
        let mut bytes = Vec::new();
        let mut scan = Scan { depth: 0, text: false, escaped: false, alone: !self.in_list, last: 0 };
        loop {
            let chunk = fill(&mut self.input)?;
            if chunk.is_empty() {
                return Ok(Piece::Broken);
            }
            let end = chunk.iter().position(|byte| scan.ends_at(*byte));
            // What ends a whole value belongs to it; what ends a broken one is the next one's.
            let whole = scan.depth == 0;
            let used = end.map_or(chunk.len(), |end| end + usize::from(whole));
            if bytes.len() + used > self.most {
                return Err(CaptureError::TooLarge { line: self.line, limit: self.most });
            }
            let part = &chunk[..used];
            bytes.extend_from_slice(part);
            self.line += part.iter().filter(|byte| **byte == b'\n').count() as u64;
            self.offset += used as u64;
            self.input.consume(used);
            self.line_start = bytes.last() == Some(&b'\n');
            if end.is_some() {
                return Ok(if whole { Piece::Value(bytes) } else { Piece::Broken });
            }
        }
    }

    /// Passes the rest of the line.
    fn noise(&mut self) -> Result<String, CaptureError> {
        let mut kept = Vec::new();
        loop {
            let chunk = fill(&mut self.input)?;
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let used = end.unwrap_or(chunk.len());
            let room = MOST_NOISE.saturating_sub(kept.len()).min(used);
            kept.extend_from_slice(&chunk[..room]);
            self.offset += used as u64;
            self.line_start = false;
            self.input.consume(used);
            if end.is_some() || used == 0 {
                return Ok(String::from_utf8_lossy(&kept).trim_end().to_owned());
            }
        }
    }
}

/// Where in a value the reading is.
struct Scan {
    depth: usize,
    text: bool,
    escaped: bool,
    /// It is no element of a list, so it has its own line.
    alone: bool,
    last: u8,
}

impl Scan {
    /// Whether this byte ends the value, well (`depth` is 0) or because it can't be part of it.
    fn ends_at(&mut self, byte: u8) -> bool {
        let last = std::mem::replace(&mut self.last, byte);
        if self.text {
            let escaped = std::mem::take(&mut self.escaped);
            match byte {
                // No JSON text holds a line break: the line was cut.
                b'\n' => return true,
                b'\\' if !escaped => self.escaped = true,
                b'"' if !escaped => self.text = false,
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.text = true,
            // The line before was cut, and here is the next object of the log.
            b'{' if self.alone && last == b'\n' && self.depth > 0 => return true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth -= 1,
            _ => {}
        }
        self.depth == 0
    }
}

fn fill(input: &mut impl BufRead) -> Result<&[u8], CaptureError> {
    loop {
        match input.fill_buf() {
            Ok(_) => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    // Asked twice, for the borrow of the first answer would reach over the loop; the second costs nothing.
    Ok(input.fill_buf()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_found_between_what_is_none() {
        let check = |text: &str, want: &[&str]| {
            for capacity in [1, 2, 7, 4096] {
                let mut pieces =
                    Pieces::new(std::io::BufReader::with_capacity(capacity, text.as_bytes()), 100);
                let mut found = Vec::new();
                while let Some(placed) = pieces.next().expect("small") {
                    found.push(match placed.piece {
                        Piece::ListStart => format!("{}[", placed.line),
                        Piece::ListEnd => format!("{}]", placed.line),
                        Piece::ListCut => format!("{}cut", placed.line),
                        Piece::Broken => format!("{}broken", placed.line),
                        Piece::Value(bytes) => format!("{}={}", placed.line, String::from_utf8_lossy(&bytes)),
                        Piece::Noise(text) => format!("{}~{text}", placed.line),
                    });
                }
                assert_eq!(found, want, "{text:?} by {capacity}");
            }
        };
        check("[\n  {\"a\":\"1\"},\n  {}\n]\n", &["1[", "2={\"a\":\"1\"}", "3={}", "4]"]);
        check("[]", &["1[", "1]"]);
        check("{\"a\":\"}\\\"{\"}\r\n{}", &["1={\"a\":\"}\\\"{\"}", "2={}"]);
        check("W0821 x.cpp:1] y\n[\n\n]", &["1~W0821 x.cpp:1] y", "2[", "4]"]);
        check("[2026] log\n[{}]", &["1[", "1~2026] log", "2[", "2={}", "2]"]);
        check("[{},{\"a\":", &["1[", "1={}", "1broken", "1cut"]);
        check("{\"a\":\"x\n{\"b\":[{\n{}\n", &["1broken", "2broken", "3={}"]);
        check("\0{\n \"a\": {\n }\n}", &["1={\n \"a\": {\n }\n}"]);
        check("[[1]]", &["1[", "1=[1]", "1]"]);
        check("}", &["1~}"]);
        check("", &[]);
    }

    #[test]
    fn a_piece_without_end_is_refused_by_its_size() {
        let mut pieces = Pieces::new(&b"\n{\"aaaaaaaaaaaaaaa\":1}"[..], 10);
        assert!(matches!(pieces.next(), Err(CaptureError::TooLarge { line: 2, limit: 10 })));
    }
}
