//! Pieces of evidence: texts of any length, written line by line in one pass, kept as compressed parts that end with a line. A
//! page of lines unpacks the parts it needs, an export one after the other.

use super::{begin, exists};
use crate::intent::durably;
use crate::{Damage, Error, Result, Store};
use domain::{SnapshotId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};
use std::io::Read;

/// A part is packed when it is so long.
const PART: usize = 256 * 1024;
/// Evidence is written once and kept for long.
const LEVEL: i32 = 6;

/// What is known of a piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseItem {
    pub path: String,
    pub title: String,
    /// Rows in it, where it has rows.
    pub rows: Option<u64>,
    pub lines: u64,
    pub bytes: u64,
    pub sha256: [u8; 32],
    pub frozen: Timestamp,
    pub snapshot: Option<SnapshotId>,
}

/// A piece of evidence to add as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCaseItem<'t> {
    pub path: String,
    pub title: String,
    pub rows: Option<u64>,
    pub text: &'t str,
}

/// Where new evidence goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseTarget {
    Case(i64),
    /// A case that begins with it.
    New {
        title: String,
        actor: String,
    },
}

/// Some lines of a piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseLines {
    pub lines: Vec<String>,
    /// Lines in all.
    pub total: u64,
}

impl Store {
    /// A case's pieces of evidence, by path.
    pub fn case_items(&self, case: i64) -> Result<Vec<CaseItem>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT path, title, row_count, lines, bytes, sha256, frozen, snapshot FROM case_item
             WHERE case_file = ?1 ORDER BY path",
        )?;
        let rows = statement.query_map([case], |row| {
            Ok(CaseItem {
                path: row.get(0)?,
                title: row.get(1)?,
                rows: row.get(2)?,
                lines: row.get(3)?,
                bytes: row.get(4)?,
                sha256: row.get(5)?,
                frozen: Timestamp(row.get(6)?),
                snapshot: row.get::<_, Option<i64>>(7)?.map(SnapshotId),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Lines of a piece of evidence; `None` if the case has none at this path.
    pub fn case_lines(&self, case: i64, path: &str, offset: u64, limit: usize) -> Result<Option<CaseLines>> {
        let reader = self.reader()?;
        let Some((item, total)) = find(&reader, case, path)? else { return Ok(None) };
        let until = offset.saturating_add(limit as u64);
        let mut statement = reader.prepare_cached(
            "SELECT line, len, data FROM case_part WHERE item = ?1 AND line + lines > ?2 AND line < ?3 ORDER BY n",
        )?;
        let mut rows = statement.query(params![item, bound(offset), bound(until)])?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            let first: u64 = row.get(0)?;
            let text = unpacked(row.get(1)?, row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?)?;
            let numbered = (first..).zip(text.lines());
            let wanted = numbered.filter(|(at, _)| (offset..until).contains(at));
            lines.extend(wanted.map(|(_, line)| line.to_owned()));
        }
        Ok(Some(CaseLines { lines, total }))
    }

    /// Hands on a piece of evidence, part by part; false if the case has none at this path. A part ends with a line.
    pub fn each_case_part(
        &self,
        case: i64,
        path: &str,
        mut each: impl FnMut(&str) -> std::io::Result<()>,
    ) -> Result<bool> {
        let reader = self.reader()?;
        let Some((item, _)) = find(&reader, case, path)? else { return Ok(false) };
        let mut statement =
            reader.prepare_cached("SELECT len, data FROM case_part WHERE item = ?1 ORDER BY n")?;
        let mut rows = statement.query([item])?;
        while let Some(row) = rows.next()? {
            let text = unpacked(row.get(0)?, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
            each(&text)?;
        }
        Ok(true)
    }

    /// Adds pieces of evidence as they are, all or none, and answers the case's number; `None` if there is no such case. A path is
    /// not given twice: `{n}` in it becomes the first number that is free for all of them.
    pub fn add_case_items(
        &self,
        into: &CaseTarget,
        items: &[NewCaseItem<'_>],
        now: Timestamp,
    ) -> Result<Option<i64>> {
        durably(self, |connection| {
            let case = match into {
                CaseTarget::Case(case) if !exists(connection, *case)? => return Ok(None),
                CaseTarget::Case(case) => *case,
                CaseTarget::New { title, actor } => begin(connection, title, actor, now)?,
            };
            let named = |item: &NewCaseItem<'_>, n: u32| item.path.replace("{n}", &n.to_string());
            let mut taken =
                connection.prepare_cached("SELECT 1 FROM case_item WHERE case_file = ?1 AND path = ?2")?;
            let mut n = 1;
            while items
                .iter()
                .map(|item| taken.exists(params![case, named(item, n)]))
                .try_fold(false, |any, one| one.map(|one| any || one))?
                && items.iter().any(|item| item.path.contains("{n}"))
            {
                n += 1;
            }
            for item in items {
                let mut writer = ItemWriter::begin(connection)?;
                writer.text(item.text)?;
                let facts = Facts { case, path: &named(item, n), title: &item.title, now, snapshot: None };
                writer.finish(&facts, item.rows)?;
            }
            Ok(Some(case))
        })
    }
}

/// SQLite's integers are signed.
fn bound(line: u64) -> i64 {
    i64::try_from(line).unwrap_or(i64::MAX)
}

fn find(connection: &Connection, case: i64, path: &str) -> Result<Option<(i64, u64)>> {
    let mut statement =
        connection.prepare_cached("SELECT id, lines FROM case_item WHERE case_file = ?1 AND path = ?2")?;
    Ok(statement.query_row(params![case, path], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

fn unpacked(len: u64, data: &[u8]) -> Result<String> {
    // `len` bounds what a damaged blob could unpack to.
    let mut text = String::new();
    let read = zstd::stream::read::Decoder::new(data)?.take(len).read_to_string(&mut text);
    match read {
        Ok(n) if n as u64 == len => Ok(text),
        _ => Err(Error::Corrupt(Damage::Raw)),
    }
}

/// Where a finished piece belongs.
pub(super) struct Facts<'f> {
    pub case: i64,
    pub path: &'f str,
    pub title: &'f str,
    pub now: Timestamp,
    pub snapshot: Option<SnapshotId>,
}

/// Writes one piece of evidence in one pass; it is there once [`ItemWriter::finish`] was called.
pub(super) struct ItemWriter<'c> {
    connection: &'c Connection,
    item: i64,
    hash: Sha256,
    bytes: u64,
    /// Lines of the parts that are written.
    lines: u64,
    parts: u32,
    pending: String,
}

impl<'c> ItemWriter<'c> {
    pub fn begin(connection: &'c Connection) -> Result<Self> {
        let item = connection
            .prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM case_item")?
            .query_row([], |row| row.get(0))?;
        Ok(Self {
            connection,
            item,
            hash: Sha256::new(),
            bytes: 0,
            lines: 0,
            parts: 0,
            pending: String::new(),
        })
    }

    /// One line; a break inside of it becomes a blank, which JSON does not mind.
    pub fn line(&mut self, text: &str) -> Result<()> {
        if text.contains(['\n', '\r']) {
            self.pending.push_str(&text.replace(['\n', '\r'], " "));
        } else {
            self.pending.push_str(text);
        }
        self.pending.push('\n');
        self.flush_if(PART)
    }

    /// A text of several lines.
    pub fn text(&mut self, text: &str) -> Result<()> {
        for line in text.split_inclusive('\n') {
            self.pending.push_str(line);
            if line.ends_with('\n') {
                self.flush_if(PART)?;
            }
        }
        Ok(())
    }

    fn flush_if(&mut self, least: usize) -> Result<()> {
        if self.pending.len() < least || self.pending.is_empty() {
            return Ok(());
        }
        let packed = zstd::bulk::compress(self.pending.as_bytes(), LEVEL)?;
        let lines = self.pending.lines().count() as u64;
        self.connection
            .prepare_cached(
                "INSERT INTO case_part (item, n, line, lines, len, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![self.item, self.parts, self.lines, lines, self.pending.len(), packed])?;
        self.hash.update(self.pending.as_bytes());
        self.bytes += self.pending.len() as u64;
        self.lines += lines;
        self.parts += 1;
        self.pending.clear();
        Ok(())
    }

    pub fn finish(mut self, facts: &Facts<'_>, rows: Option<u64>) -> Result<()> {
        self.flush_if(0)?;
        let hash: [u8; 32] = self.hash.finalize().into();
        self.connection
            .prepare_cached(
                "INSERT INTO case_item (id, case_file, path, title, row_count, lines, bytes, sha256, frozen, snapshot)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                self.item,
                facts.case,
                facts.path,
                facts.title,
                rows,
                self.lines,
                self.bytes,
                hash,
                facts.now.0,
                facts.snapshot.map(|id| id.0),
            ])?;
        Ok(())
    }
}
