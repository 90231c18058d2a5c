//! The org's JSON as it came, kept in compressed batches: many small texts of one kind compress far better together, and
//! one blob is one write. A version row says which batch holds its text, and where.

use crate::{Damage, Error};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use std::io::Read;

pub(crate) const V1: &str = "
    CREATE TABLE raw (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL,
        collection TEXT NOT NULL,
        len INTEGER NOT NULL,
        data BLOB NOT NULL
    ) STRICT;
";

/// Reading one text means unpacking its batch, so a batch is no larger than what unpacks in a fraction of a millisecond.
const BATCH: usize = 256 * 1024;
/// More would cost time that a sync does not have; the texts are so alike that little is lost.
const LEVEL: i32 = 1;

/// Where a text lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawRef {
    pub batch: i64,
    pub at: u32,
    pub len: u32,
}

/// Packs the texts of one flush.
pub(crate) struct RawWriter<'c> {
    insert: CachedStatement<'c>,
    run: i64,
    collection: String,
    next: i64,
    text: String,
    packer: zstd::bulk::Compressor<'static>,
    /// Bytes of the texts that were written, and of what was written for them.
    pub plain: u64,
    pub packed: u64,
}

impl<'c> RawWriter<'c> {
    pub fn new(connection: &'c Connection, run: i64, collection: &str) -> crate::Result<Self> {
        let next = connection
            .prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM raw")?
            .query_row([], |row| row.get(0))?;
        let insert = connection
            .prepare_cached("INSERT INTO raw (id, run, collection, len, data) VALUES (?1, ?2, ?3, ?4, ?5)")?;
        let packer = zstd::bulk::Compressor::new(LEVEL)?;
        Ok(Self {
            insert,
            run,
            collection: collection.to_owned(),
            next,
            text: String::new(),
            packer,
            plain: 0,
            packed: 0,
        })
    }

    /// Takes a text and says where it will lie once [`RawWriter::finish`] was called.
    pub fn push(&mut self, text: &str) -> crate::Result<RawRef> {
        if !self.text.is_empty() && self.text.len() + text.len() > BATCH {
            self.finish()?;
        }
        let at = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
        self.text.push_str(text);
        Ok(RawRef { batch: self.next, at, len })
    }

    /// Writes what is pending.
    pub fn finish(&mut self) -> crate::Result<()> {
        if self.text.is_empty() {
            return Ok(());
        }
        let packed = self.packer.compress(self.text.as_bytes())?;
        self.insert.execute(params![self.next, self.run, self.collection, self.text.len(), &packed])?;
        self.next += 1;
        self.plain += self.text.len() as u64;
        self.packed += packed.len() as u64;
        self.text.clear();
        Ok(())
    }
}

/// Reads one text back.
pub(crate) fn read(connection: &Connection, raw: RawRef) -> crate::Result<String> {
    Unpacked::default().read(connection, raw).map(str::to_owned)
}

/// The batch that was unpacked last. Reading many texts in the order of their batches unpacks each batch once.
#[derive(Default)]
pub(crate) struct Unpacked {
    batch: Option<i64>,
    text: String,
}

impl Unpacked {
    /// One text.
    pub fn read(&mut self, connection: &Connection, raw: RawRef) -> crate::Result<&str> {
        if self.batch != Some(raw.batch) {
            self.text = unpack(connection, raw.batch)?;
            self.batch = Some(raw.batch);
        }
        let (at, len) = (raw.at as usize, raw.len as usize);
        self.text.get(at..at + len).ok_or(Error::Corrupt(Damage::Raw))
    }
}

fn unpack(connection: &Connection, batch: i64) -> crate::Result<String> {
    let broken = || Error::Corrupt(Damage::Raw);
    let (len, packed): (u64, Vec<u8>) = connection
        .prepare_cached("SELECT len, data FROM raw WHERE id = ?1")?
        .query_row([batch], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?
        .ok_or_else(broken)?;
    // `len` bounds what a damaged blob could unpack to.
    let mut text = String::new();
    let unpacked = zstd::stream::read::Decoder::new(packed.as_slice())?.take(len).read_to_string(&mut text);
    unpacked.map_err(|_| broken())?;
    Ok(text)
}
