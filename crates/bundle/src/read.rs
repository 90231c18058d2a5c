//! Reading a bundle: in one pass, with bounded memory, and nothing of it is answered before every byte was checked. The file
//! may have been made by anybody.

use crate::manifest::{MANIFEST, Manifest, SUM, sum_line};
use crate::tar::{BLOCK, Header, block, padding};
use crate::{Error, Result, hex};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{self, Read};

/// How much a bundle may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub files: usize,
    /// Of one file, in bytes.
    pub file: u64,
    /// Of all files, in bytes.
    pub total: u64,
    /// Of the manifest, in bytes.
    pub manifest: u64,
    /// Files up to so many bytes are kept, to be shown.
    pub keep_file: u64,
    /// So many bytes are kept in all.
    pub keep_total: u64,
}

impl Limits {
    /// For a file that is checked where it lies.
    pub const CHECK: Self = Self {
        files: 10_000,
        file: 4 << 30,
        total: 16 << 30,
        manifest: 16 << 20,
        keep_file: 0,
        keep_total: 0,
    };
    /// For a file that is shown.
    pub const SHOW: Self = Self { keep_file: 1 << 20, keep_total: 64 << 20, ..Self::CHECK };
}

/// A bundle of which every byte was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub manifest: Manifest,
    /// Of the whole bundle.
    pub sha256: [u8; 32],
    pub bytes: u64,
    /// The small files among those that the manifest names.
    pub texts: BTreeMap<String, Vec<u8>>,
}

/// Reads a bundle to its end and checks all of it.
///
/// # Errors
/// Any variant of [`Error`] that is not about writing.
pub fn read(from: impl Read, limits: &Limits) -> Result<Opened> {
    let mut from = Hashed { from, hash: Sha256::new(), bytes: 0 };
    let mut walk = Walk {
        limits: *limits,
        seen: BTreeMap::new(),
        kept: BTreeMap::new(),
        room: limits.keep_total,
        total: 0,
        time: None,
    };
    loop {
        let next = match block(&mut from) {
            // What is shorter than one header is no bundle that was cut.
            Err(Error::Truncated) if walk.seen.is_empty() => return Err(Error::NoBundle),
            next => next?,
        };
        match next {
            None if walk.seen.is_empty() => return Err(Error::NoBundle),
            None => return Err(Error::Truncated),
            Some(zeros) if zeros == [0; BLOCK] => break,
            Some(bytes) => {
                let first = walk.seen.is_empty();
                // What does not even begin like one is no damaged bundle.
                let header = Header::parse(&bytes).map_err(|error| match error {
                    Error::Damaged(_) if first && &bytes[257..262] != b"ustar" => Error::NoBundle,
                    error => error,
                })?;
                walk.file(&mut from, header)?;
            }
        }
    }
    match block(&mut from)? {
        None => return Err(Error::Truncated),
        Some(zeros) if zeros == [0; BLOCK] => {}
        Some(_) => return Err(Error::Damaged("something stands after its end")),
    }
    if from.read(&mut [0])? > 0 {
        return Err(Error::Damaged("something stands after its end"));
    }
    let (bytes, sha256) = (from.bytes, from.hash.finalize().into());
    let (manifest, texts) = walk.check()?;
    Ok(Opened { manifest, sha256, bytes, texts })
}

/// What was seen so far.
struct Walk {
    limits: Limits,
    /// By path: size and hash.
    seen: BTreeMap<String, (u64, String)>,
    kept: BTreeMap<String, Vec<u8>>,
    /// Bytes that may still be kept.
    room: u64,
    total: u64,
    /// The one time of all headers.
    time: Option<u64>,
}

impl Walk {
    fn file(&mut self, from: &mut impl Read, header: Header) -> Result<()> {
        let Header { path, size, time } = header;
        let own = path == MANIFEST || path == SUM;
        if self.seen.last_key_value().is_some_and(|(last, _)| *last >= path) {
            return Err(Error::Path(format!("{path} (it stands twice, or in the wrong place)")));
        }
        if *self.time.get_or_insert(time) != time {
            return Err(Error::Damaged("its files have different times"));
        }
        self.total = self.total.saturating_add(size);
        let too_large = if self.seen.len() >= self.limits.files {
            Some("too many files")
        } else if size > self.limits.file || (own && size > self.limits.manifest) {
            Some("one of its files")
        } else {
            (self.total > self.limits.total).then_some("all of its files together")
        };
        if let Some(what) = too_large {
            return Err(Error::TooLarge(what));
        }
        let small = self.limits.keep_total > 0 && size <= self.limits.keep_file && size <= self.room;
        let keep = own || small;
        let (hash, bytes) = content(from, size, keep)?;
        if keep {
            self.room = if own { self.room } else { self.room - size };
            self.kept.insert(path.clone(), bytes);
        }
        self.seen.insert(path, (size, hash));
        Ok(())
    }

    /// Compares what was seen with what the manifest says.
    fn check(mut self) -> Result<(Manifest, BTreeMap<String, Vec<u8>>)> {
        let text = self.kept.remove(MANIFEST).ok_or(Error::NoBundle)?;
        let sum = self.kept.remove(SUM).ok_or(Error::Missing { path: SUM.to_owned() })?;
        if sum != sum_line(&text).as_bytes() {
            return Err(Error::ManifestChanged);
        }
        let manifest = Manifest::parse(&text)?;
        if self.time != u64::try_from(manifest.made.0 / 1000).ok() {
            return Err(Error::Damaged("its files have another time than the manifest"));
        }
        self.seen.remove(MANIFEST);
        self.seen.remove(SUM);
        let mut before: Option<&str> = None;
        for fact in &manifest.files {
            if before.is_some_and(|before| before >= fact.path.as_str()) {
                return Err(Error::ManifestChanged);
            }
            before = Some(&fact.path);
            let Some((size, hash)) = self.seen.remove(&fact.path) else {
                return Err(Error::Missing { path: fact.path.clone() });
            };
            if (size, &hash) != (fact.bytes, &fact.sha256) {
                return Err(Error::Changed { path: fact.path.clone() });
            }
        }
        match self.seen.pop_first() {
            Some((path, _)) => Err(Error::Extra { path }),
            None => Ok((manifest, self.kept)),
        }
    }
}

/// Reads a file's content with the zeros after it.
fn content(from: &mut impl Read, size: u64, keep: bool) -> Result<(String, Vec<u8>)> {
    let mut hash = Sha256::new();
    let mut kept = Vec::new();
    let mut buffer = [0; 16 * 1024];
    let mut left = size;
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let n = match from.read(&mut buffer[..most]) {
            Ok(0) => return Err(Error::Truncated),
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        hash.update(&buffer[..n]);
        if keep {
            kept.extend_from_slice(&buffer[..n]);
        }
        left -= n as u64;
    }
    let mut zeros = [0; BLOCK];
    let zeros = &mut zeros[..padding(size)];
    from.read_exact(zeros)?;
    if zeros.iter().any(|byte| *byte != 0) {
        return Err(Error::Damaged("something stands between its files"));
    }
    Ok((hex(&hash.finalize()), kept))
}

/// Hashes what is read.
struct Hashed<R> {
    from: R,
    hash: Sha256,
    bytes: u64,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(buffer)?;
        self.hash.update(&buffer[..n]);
        self.bytes += n as u64;
        Ok(n)
    }
}
