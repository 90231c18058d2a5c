//! Writing a bundle. Sizes and hashes stand before the content in a tar and in the manifest, so every file is asked for
//! twice: once to be measured, once to be written. Nothing is held in memory but the manifest.

use crate::manifest::{FileFact, MANIFEST, Manifest, SUM};
use crate::tar::{BLOCK, Header, MOST_BYTES, is_sound_path, padding};
use crate::{About, Error, Result, hex};
use domain::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// One file that is to be in the bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub path: String,
    pub title: String,
    pub rows: Option<u64>,
    pub frozen: Timestamp,
    pub snapshot: Option<i64>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub bytes: u64,
    /// Of the whole bundle.
    pub sha256: [u8; 32],
    /// Files in it, the manifest and its hash counted.
    pub files: u64,
}

/// Writes a bundle. `content` writes the content of the file with this place in `files`; it must write the same each time.
///
/// # Errors
/// [`Error::Path`] where a name is not sound or stands twice, [`Error::Unsteady`] where a content was not the same twice.
pub fn write(
    to: impl Write,
    about: &About,
    files: &[File],
    mut content: impl FnMut(usize, &mut dyn Write) -> io::Result<()>,
) -> Result<Written> {
    let mut order: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, file) in files.iter().enumerate() {
        let ours = file.path == MANIFEST || file.path == SUM;
        if ours || !is_sound_path(&file.path) || order.insert(&file.path, at).is_some() {
            return Err(Error::Path(file.path.clone()));
        }
    }
    let mut facts = Vec::with_capacity(files.len());
    for at in order.values() {
        let mut measured = Measured::new(io::sink());
        content(*at, &mut measured)?;
        facts.push(fact(&files[*at], &measured));
    }
    let manifest = Manifest::new(about, facts);
    let (text, sum) = manifest.texts();

    let mut to = Measured::new(to);
    let time = u64::try_from(about.made.0 / 1000).unwrap_or(0);
    let mut known = manifest.files.iter();
    let mut ours = [(MANIFEST, text.as_bytes()), (SUM, sum.as_bytes())].into_iter().peekable();
    for (path, at) in order {
        while let Some((name, bytes)) = ours.next_if(|(name, _)| *name < path) {
            plain(&mut to, name, bytes, time)?;
        }
        let Some(fact) = known.next() else { return Err(Error::Unsteady { path: path.to_owned() }) };
        to.write_all(&header(path, fact.bytes, time)?.block())?;
        let mut measured = Measured::new(&mut to);
        content(at, &mut measured)?;
        if (measured.bytes, measured.hex()) != (fact.bytes, fact.sha256.clone()) {
            return Err(Error::Unsteady { path: path.to_owned() });
        }
        to.write_all(&[0; BLOCK][..padding(fact.bytes)])?;
    }
    for (name, bytes) in ours {
        plain(&mut to, name, bytes, time)?;
    }
    to.write_all(&[0; 2 * BLOCK])?;
    to.flush()?;
    let (bytes, sha256) = (to.bytes, to.hash.finalize().into());
    Ok(Written { bytes, sha256, files: manifest.files.len() as u64 + 2 })
}

fn fact(file: &File, measured: &Measured<io::Sink>) -> FileFact {
    FileFact {
        path: file.path.clone(),
        title: file.title.clone(),
        bytes: measured.bytes,
        sha256: measured.hex(),
        rows: file.rows,
        frozen: file.frozen,
        snapshot: file.snapshot,
    }
}

fn plain(to: &mut impl Write, path: &str, bytes: &[u8], time: u64) -> Result<()> {
    let size = bytes.len() as u64;
    to.write_all(&header(path, size, time)?.block())?;
    to.write_all(bytes)?;
    Ok(to.write_all(&[0; BLOCK][..padding(size)])?)
}

fn header(path: &str, size: u64, time: u64) -> Result<Header> {
    if size > MOST_BYTES {
        return Err(Error::TooLarge("one of its files"));
    }
    Ok(Header { path: path.to_owned(), size, time })
}

/// Counts and hashes what passes.
struct Measured<W> {
    to: W,
    bytes: u64,
    hash: Sha256,
}

impl<W: Write> Measured<W> {
    fn new(to: W) -> Self {
        Self { to, bytes: 0, hash: Sha256::new() }
    }

    fn hex(&self) -> String {
        hex(&self.hash.clone().finalize())
    }
}

impl<W: Write> Write for Measured<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.to.write(bytes)?;
        self.bytes += n as u64;
        self.hash.update(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
