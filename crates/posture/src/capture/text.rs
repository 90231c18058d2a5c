//! Makes UTF-8 of what Windows writes: PowerShell 5.1's `>` writes UTF-16 with a mark in front. Knows nothing of JSON.

use std::io::{BufRead, BufReader, Cursor, Read, Result};

/// The text behind its mark, as UTF-8 (or as whatever it was, where there is no mark).
pub(super) fn decoded<'a>(mut input: impl BufRead + 'a) -> Result<Box<dyn BufRead + 'a>> {
    let mut head = Vec::new();
    input.by_ref().take(3).read_to_end(&mut head)?;
    Ok(match head.as_slice() {
        [0xef, 0xbb, 0xbf] => Box::new(input),
        [0xff, 0xfe, ..] => {
            Box::new(Utf16::read(Cursor::new(head.split_off(2)).chain(input), u16::from_le_bytes))
        }
        [0xfe, 0xff, ..] => {
            Box::new(Utf16::read(Cursor::new(head.split_off(2)).chain(input), u16::from_be_bytes))
        }
        _ => Box::new(Cursor::new(head).chain(input)),
    })
}

/// A text in UTF-16, read as UTF-8. Halves of pairs become U+FFFD.
struct Utf16<R> {
    input: R,
    unit: fn([u8; 2]) -> u16,
    /// The first half of a pair.
    high: Option<u16>,
    /// Read, and not yet given.
    ready: Cursor<Vec<u8>>,
}

impl<R: BufRead> Utf16<R> {
    fn read(input: R, unit: fn([u8; 2]) -> u16) -> BufReader<Self> {
        BufReader::new(Self { input, unit, high: None, ready: Cursor::default() })
    }

    /// Decodes some more; at the end nothing comes.
    fn more(&mut self) -> Result<()> {
        let mut bytes = Vec::new();
        self.input.by_ref().take(8 << 10).read_to_end(&mut bytes)?;
        let units = bytes.chunks_exact(2).map(|pair| (self.unit)([pair[0], pair[1]]));
        let mut units: Vec<u16> = self.high.take().into_iter().chain(units).collect();
        if bytes.len() == 8 << 10 {
            // A pair may go over the edge.
            self.high = units.pop_if(|unit| (0xd800..0xdc00).contains(unit));
        }
        let text: String =
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        self.ready = Cursor::new(text.into_bytes());
        Ok(())
    }
}

impl<R: BufRead> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.ready.read(buffer)?;
        if count > 0 || buffer.is_empty() {
            return Ok(count);
        }
        self.more()?;
        self.ready.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_taken_off_and_utf16_is_read() {
        let check = |bytes: &[u8], want: &str| {
            let mut text = String::new();
            decoded(bytes).expect("readable").read_to_string(&mut text).expect("UTF-8");
            assert_eq!(text, want);
        };
        let utf16 = |text: &str, mark: u16, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            std::iter::once(mark).chain(text.encode_utf16()).flat_map(bytes).collect()
        };
        check(b"", "");
        check(b"[", "[");
        check(b"\xef\xbb\xbf[]", "[]");
        check(&utf16("[ü𝄞]", 0xfeff, u16::to_le_bytes), "[ü𝄞]");
        check(&utf16("[ü𝄞]", 0xfeff, u16::to_be_bytes), "[ü𝄞]");
        // A pair on the edge of what is read at a time.
        let long = format!("{}𝄞{}", "x".repeat(4095), "y".repeat(9000));
        check(&utf16(&long, 0xfeff, u16::to_le_bytes), &long);
        check(b"\xff\xfe\x00\xd8", "\u{fffd}");
    }
}
