//! Bundles that somebody changed, cut, stuffed or made up: each is refused, and none makes the reader fall over.

use crate::{opened, small};
use bundle::{Error, Limits, read};
use fastrand::Rng;

const BLOCK: usize = 512;

#[test]
fn every_flipped_bit_is_refused() {
    let (bytes, _) = small();
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(opened(&changed).is_err(), "bit {bit} of byte {}", bit / 8);
    }
}

#[test]
fn every_cut_is_refused() {
    let (bytes, _) = small();
    for len in 0..bytes.len() {
        assert!(opened(&bytes[..len]).is_err(), "{len} bytes");
    }
    assert!(matches!(opened(&bytes[..bytes.len() - 1]), Err(Error::Truncated)));
    for short in [&b""[..], b"PK\x03\x04", &bytes[..511]] {
        assert!(matches!(opened(short), Err(Error::NoBundle)));
    }
    assert!(matches!(opened(&[b'x'; 2_000]), Err(Error::NoBundle)));
    for more in [&[0; BLOCK][..], &[0], b"x"] {
        let longer = [&bytes[..], more].concat();
        assert!(matches!(opened(&longer), Err(Error::Damaged(_))), "{} more bytes", more.len());
    }
}

/// A header as any tar program might write it.
fn header(path: &[u8], size: u64, kind: u8, time: u64) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, path);
    put(100, b"0000644\x000000000\x000000000\0");
    put(124, format!("{size:011o}\0{time:011o}\0        ").as_bytes());
    put(156, &[kind]);
    put(257, b"ustar\x0000");
    put(329, b"0000000\x000000000\0");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

const TIME: u64 = 1_790_000_000;

/// A sound bundle with a member put before all others.
fn before(block: [u8; BLOCK], content: &[u8]) -> Vec<u8> {
    let (bytes, _) = small();
    let padding = vec![0; content.len().next_multiple_of(BLOCK) - content.len()];
    [&block[..], content, &padding, &bytes].concat()
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    for path in ["../x", "/etc/passwd", "a/../../x", "0/./x", "0//x", "0\\x", "C:x", ".ssh", "0/", "0\n", ""]
    {
        let tar = before(header(path.as_bytes(), 0, b'0', TIME), b"");
        assert!(matches!(opened(&tar), Err(Error::Path(_))), "{path:?}: {:?}", opened(&tar));
    }
    assert!(opened(&before(header(b"\xff\xfe", 0, b'0', TIME), b"")).is_err());
}

#[test]
fn links_folders_and_devices_are_refused() {
    for kind in [b'1', b'2', b'3', b'4', b'5', b'6', b'7', b'g', b'x', b'L', b'K', 0] {
        let tar = before(header(b"0", 0, kind, TIME), b"");
        assert!(matches!(opened(&tar), Err(Error::Damaged(_))), "{}: {:?}", char::from(kind), opened(&tar));
    }
    let mut link = header(b"0", 0, b'0', TIME);
    link[157..161].copy_from_slice(b"/etc");
    assert!(opened(&before(link, b"")).is_err());
}

#[test]
fn what_is_too_much_too_little_or_twice_is_refused() {
    let extra = opened(&before(header(b"0", 3, b'0', TIME), b"abc"));
    assert!(matches!(extra, Err(Error::Extra { ref path }) if path == "0"), "{extra:?}");
    let (bytes, _) = small();
    let twice = opened(&before(header(b"a.txt", 0, b'0', TIME), b""));
    assert!(matches!(twice, Err(Error::Path(_))), "{twice:?}");
    // Without its first file.
    let missing = opened(&bytes[BLOCK..]);
    assert!(matches!(missing, Err(Error::Missing { ref path }) if path == "a.txt"), "{missing:?}");
    let times = opened(&before(header(b"0", 0, b'0', TIME + 1), b""));
    assert!(matches!(times, Err(Error::Damaged(_))), "{times:?}");
}

#[test]
fn what_would_fill_a_disk_or_a_memory_is_refused_before_it_is_read() {
    let huge = before(header(b"0", 0o77_777_777_777, b'0', TIME), b"");
    assert!(matches!(opened(&huge), Err(Error::TooLarge(_))), "{:?}", opened(&huge));
    let manifest = header(b"manifest.json", 1 << 30, b'0', TIME);
    assert!(matches!(opened(&manifest), Err(Error::TooLarge(_))));
    let (bytes, _) = small();
    let few = Limits { files: 2, ..Limits::SHOW };
    assert!(matches!(read(&bytes[..], &few), Err(Error::TooLarge("too many files"))));
    let tight = Limits { total: 10, ..Limits::SHOW };
    assert!(matches!(read(&bytes[..], &tight), Err(Error::TooLarge(_))));
    let forgetful = Limits { keep_total: 5, ..Limits::SHOW };
    let kept: usize = read(&bytes[..], &forgetful).expect("whole").texts.values().map(Vec::len).sum();
    assert!(kept <= 5, "{kept} bytes kept");
}

/// Whoever changes a file and the manifest, and works out both hashes again, has made another bundle: only the hash of the
/// whole tells. What the reader promises is that nothing else fits together.
#[test]
fn a_newer_format_is_told_as_that() {
    use sha2::{Digest, Sha256};
    let text = br#"{"format":2,"kind":"postern-case","more":[]}"#;
    let sum = format!("{}  manifest.json\n", bundle::hex(&Sha256::digest(text)));
    let mut tar = Vec::new();
    for (path, content) in [("manifest.json", &text[..]), ("manifest.json.sha256", sum.as_bytes())] {
        tar.extend(header(path.as_bytes(), content.len() as u64, b'0', TIME));
        tar.extend(content);
        tar.resize(tar.len().next_multiple_of(BLOCK), 0);
    }
    tar.resize(tar.len() + 2 * BLOCK, 0);
    assert!(matches!(opened(&tar), Err(Error::Newer { found: 2 })), "{:?}", opened(&tar));
}

#[test]
fn no_mutation_makes_the_reader_fall_over() {
    let (bytes, _) = small();
    let mut rng = Rng::with_seed(5);
    for _ in 0..20_000 {
        let mut changed = bytes.clone();
        for _ in 0..rng.usize(1..6) {
            let at = rng.usize(..changed.len());
            match rng.u8(..6) {
                0 => changed[at] = rng.u8(..),
                1 => changed.truncate(at.max(1)),
                2 => changed.splice(at..at, std::iter::repeat_n(rng.u8(..), rng.usize(..700))).for_each(drop),
                3 => {
                    let until = (at + rng.usize(..700)).min(changed.len());
                    changed.drain(at..until);
                }
                // Whole blocks change places.
                4 => {
                    let blocks = changed.len() / BLOCK;
                    if blocks > 1 {
                        let (a, b) = (rng.usize(..blocks) * BLOCK, rng.usize(..blocks) * BLOCK);
                        (0..BLOCK).for_each(|n| changed.swap(a + n, b + n));
                    }
                }
                _ => {
                    let digits = format!("{:011o}", rng.u64(..1 << 40));
                    let at = (at / BLOCK * BLOCK + 124).min(changed.len().saturating_sub(12));
                    changed
                        .get_mut(at..at + 11)
                        .into_iter()
                        .for_each(|field| field.copy_from_slice(&digits.as_bytes()[..11]));
                }
            }
            if changed.is_empty() {
                break;
            }
        }
        if changed != bytes {
            assert!(opened(&changed).is_err());
        }
    }
}
