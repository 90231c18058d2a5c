//! Tar as far as a bundle needs it: plain files in the order of their names, every header the same but for name, size and
//! one time for all. A reader makes each header again and compares, so that no bit of one can be other than it was written.

use crate::{Error, Result};
use std::io::{self, Read};

/// Everything in a tar comes in blocks.
pub(crate) const BLOCK: usize = 512;
/// Longer names would take another kind of header.
pub const MOST_PATH: usize = 100;
/// What eleven octal digits hold.
pub(crate) const MOST_BYTES: u64 = 0o77_777_777_777;

/// What a header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub path: String,
    pub size: u64,
    /// Seconds since 1970.
    pub time: u64,
}

impl Header {
    /// The block.
    pub fn block(&self) -> [u8; BLOCK] {
        let mut block = [0; BLOCK];
        let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, self.path.as_bytes());
        put(100, b"0000644\0");
        put(108, b"0000000\0");
        put(116, b"0000000\0");
        put(124, format!("{:011o}\0", self.size).as_bytes());
        put(136, format!("{:011o}\0", self.time).as_bytes());
        // The checksum is taken with blanks in its own place.
        put(148, b"        ");
        put(156, b"0");
        put(257, b"ustar\x0000");
        put(329, b"0000000\0");
        put(337, b"0000000\0");
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        block
    }

    /// Reads a block. Whatever another program would write differently is not ours.
    pub fn parse(block: &[u8; BLOCK]) -> Result<Self> {
        let name = block[..MOST_PATH].split(|byte| *byte == 0).next().unwrap_or_default();
        let path = String::from_utf8_lossy(name).into_owned();
        // A link or a folder is told by its type, and refused like any other header that was not written here.
        let (size, time) = (octal(&block[124..136])?, octal(&block[136..148])?);
        if !is_sound_path(&path) {
            return Err(Error::Path(shown(&path)));
        }
        let header = Self { path, size, time };
        if header.block() != *block {
            return Err(Error::Damaged("a header is not as it was written"));
        }
        Ok(header)
    }
}

/// The zeros that fill a file's last block.
pub(crate) fn padding(size: u64) -> usize {
    let over = (size % BLOCK as u64) as usize;
    if over == 0 { 0 } else { BLOCK - over }
}

fn octal(field: &[u8]) -> Result<u64> {
    let wrong = || Error::Damaged("a header is not as it was written");
    let digits = field.strip_suffix(b"\0").ok_or_else(wrong)?;
    digits.iter().try_fold(0_u64, |sum, digit| match digit {
        b'0'..=b'7' => Ok(sum * 8 + u64::from(digit - b'0')),
        _ => Err(wrong()),
    })
}

/// Whether a name may stand in a bundle: it stays inside the folder it is unpacked into, on every system.
pub fn is_sound_path(path: &str) -> bool {
    let part = |part: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        !part.is_empty() && !part.starts_with('.') && !part.ends_with('.') && part.chars().all(plain)
    };
    path.len() <= MOST_PATH && path.split('/').all(part)
}

/// A name as it may be shown: it may hold anything.
fn shown(path: &str) -> String {
    path.chars().take(MOST_PATH).map(|c| if c.is_control() { '�' } else { c }).collect()
}

/// Reads one block, or tells that there is none any more.
pub(crate) fn block(from: &mut impl Read) -> Result<Option<[u8; BLOCK]>> {
    let mut block = [0; BLOCK];
    let mut filled = 0;
    while filled < BLOCK {
        match from.read(&mut block[filled..]) {
            Ok(0) if filled == 0 => return Ok(None),
            Ok(0) => return Err(Error::Truncated),
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some(block))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_not_sound() {
        for sound in ["a", "a/b.json", "frozen-1/people/00uAbC-_9.json"] {
            assert!(is_sound_path(sound), "{sound}");
        }
        let long = "a".repeat(101);
        let sly = [
            "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/..", "a\\b", "c:a", ".hidden", "a.",
            "a/b.", "ä", "a b", "a\nb", "a\0b", &long,
        ];
        for path in sly {
            assert!(!is_sound_path(path), "{path:?}");
        }
    }

    #[test]
    fn a_header_is_read_as_it_was_written() {
        let header = Header { path: "a/b".into(), size: 1234, time: 1_790_000_000 };
        assert_eq!(Header::parse(&header.block()).expect("ours"), header);
        for bit in 0..BLOCK * 8 {
            let mut block = header.block();
            block[bit / 8] ^= 1 << (bit % 8);
            let other = Header::parse(&block);
            // A flip in the name alone breaks the checksum.
            assert!(other.is_err(), "bit {bit}");
        }
    }
}
