//! Making the columns from the rows of a snapshot. The columns of few values are gathered in one pass over the rows, the
//! wide ones (texts and times) in one pass each where there are many devices, so that only one sort's memory is needed at a
//! time.

use super::UNKNOWN;
use super::column::{Codes, Column, ColumnId};
use super::os;
use super::text::{Dictionary, Texts, rank_numbers};
use crate::device_link::SET_BITS;
use crate::version::{OPEN, Table};
use domain::{DiskEncryption, Facet, Lifecycle, Platform, RiskLevel, ScreenLock, SnapshotId, Timestamp};
use rusqlite::{Connection, Result, Row};
use std::cmp::Ordering;
use std::collections::HashMap;

const NARROW: &str =
    "pk, doc, links, status, platform, os_version, model, encryption, screen_lock, secure_hardware,
    registered, users, managed, last_updated, manufacturer, jailbreak";

/// The wide columns and where they come from.
const WIDE: [(ColumnId, &str); 5] = [
    (ColumnId::Name, "name"),
    (ColumnId::Serial, "serial"),
    (ColumnId::User, "user_name"),
    (ColumnId::Created, "created"),
    (ColumnId::LastUpdated, "last_updated"),
];
/// Up to so many devices, or people, all wide columns are gathered in one pass (about 100 bytes per device while it lasts).
pub(crate) const ONE_PASS: usize = 200_000;

pub(super) fn scan(
    connection: &Connection,
    snapshot: SnapshotId,
    finished: Timestamp,
) -> Result<Vec<Column>> {
    let rows = Rows::find(connection, Table::Device, snapshot)?;
    let mut narrow = Narrow::new();
    rows.each(connection, NARROW, |row| narrow.add(row, finished))?;
    narrow.add_risks(connection, snapshot)?;
    let len = narrow.doc.len();
    let mut columns = narrow.finish();
    for group in WIDE.chunks(if len > ONE_PASS { 1 } else { WIDE.len() }) {
        let names: Vec<&str> = group.iter().map(|(_, name)| *name).collect();
        let mut wide: Vec<Wide> = group.iter().map(|(id, _)| Wide::new(*id)).collect();
        rows.each(connection, &format!("pk, {}", names.join(", ")), |row| {
            let pk = row.get(0)?;
            wide.iter_mut().enumerate().try_for_each(|(at, wide)| wide.add(pk, row, at + 1))
        })?;
        columns.extend(group.iter().map(|(id, _)| *id).zip(wide.into_iter().map(|wide| wide.rank(len))));
    }
    columns.sort_by_key(|(id, _)| id.index());
    Ok(columns.into_iter().map(|(_, column)| column).collect())
}

/// How the rows of a snapshot are best read.
pub(crate) struct Rows {
    table: &'static str,
    snapshot: SnapshotId,
    /// The row ids, where they are few among many.
    ids: Option<Vec<i64>>,
}

impl Rows {
    /// While most rows are current, reading all of them in their order is quickest; later, history outweighs what is
    /// current, and the index of current rows leads past it.
    pub fn find(connection: &Connection, table: Table, snapshot: SnapshotId) -> Result<Self> {
        let table = table.name();
        let newest: bool =
            connection.query_row("SELECT ?1 = max(id) FROM run", [snapshot.0], |row| row.get(0))?;
        if !newest {
            return Ok(Self { table, snapshot, ids: None });
        }
        let mut ids: Vec<i64> = connection
            .prepare(&format!("SELECT id FROM {table} INDEXED BY {table}_current WHERE valid_to = {OPEN}"))?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_>>()?;
        let last = format!("SELECT coalesce(max(id), 0) FROM {table}");
        let rows: i64 = connection.query_row(&last, [], |row| row.get(0))?;
        ids.sort_unstable();
        Ok(Self { table, snapshot, ids: Some(ids).filter(|ids| (ids.len() as i64) < rows / 3) })
    }

    /// Calls `each` with these columns of every row.
    pub fn each(
        &self,
        connection: &Connection,
        columns: &str,
        mut each: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let table = self.table;
        if let Some(ids) = &self.ids {
            let mut one = connection.prepare(&format!("SELECT {columns} FROM {table} WHERE id = ?1"))?;
            return ids.iter().try_for_each(|id| one.query_row([id], |row| each(row)));
        }
        let sql =
            format!("SELECT {columns} FROM {table} NOT INDEXED WHERE valid_from <= ?1 AND valid_to > ?1");
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([self.snapshot.0])?;
        while let Some(row) = rows.next()? {
            each(row)?;
        }
        Ok(())
    }
}

/// A wide column while it is gathered.
enum Wide {
    Texts(Texts),
    Numbers(Vec<(i64, u32)>),
}

impl Wide {
    fn new(id: ColumnId) -> Self {
        match id {
            ColumnId::Created | ColumnId::LastUpdated => Self::Numbers(Vec::new()),
            _ => Self::Texts(Texts::default()),
        }
    }

    fn add(&mut self, pk: u32, row: &Row<'_>, at: usize) -> Result<()> {
        match self {
            Self::Texts(texts) => {
                if let Some(text) = row.get_ref(at)?.as_str_or_null()? {
                    texts.push(pk, text);
                }
            }
            Self::Numbers(numbers) => numbers.extend(row.get::<_, Option<i64>>(at)?.map(|n| (n, pk))),
        }
        Ok(())
    }

    fn rank(self, len: usize) -> Column {
        match self {
            Self::Texts(texts) => texts.rank(len),
            Self::Numbers(numbers) => rank_numbers(numbers, len),
        }
    }
}

/// The columns of few values while they are gathered.
struct Narrow {
    facets: Vec<Dictionary>,
    os_version: Dictionary,
    model: Dictionary,
    manufacturer: Dictionary,
    jailbreak: Dictionary,
    users: Vec<u32>,
    doc: Vec<u32>,
    links: Vec<u32>,
}

/// Notes a number of a device or a person.
pub(crate) fn set(codes: &mut Vec<u32>, pk: u32, code: u32) {
    let at = pk as usize;
    if codes.len() <= at {
        codes.resize(at + 1, 0);
    }
    codes[at] = code;
}

/// The part of a number that counts within one device or person.
pub(crate) fn within(number: i64) -> u32 {
    (number & ((1 << SET_BITS) - 1)) as u32
}

impl Narrow {
    fn new() -> Self {
        Self {
            facets: Facet::ALL.into_iter().map(|_| Dictionary::new(UNKNOWN)).collect(),
            os_version: Dictionary::new(UNKNOWN),
            model: Dictionary::new(UNKNOWN),
            manufacturer: Dictionary::new(UNKNOWN),
            jailbreak: Dictionary::new(UNKNOWN),
            users: Vec::new(),
            doc: Vec::new(),
            links: Vec::new(),
        }
    }

    fn add(&mut self, row: &Row<'_>, finished: Timestamp) -> Result<()> {
        let pk: u32 = row.get(0)?;
        set(&mut self.doc, pk, within(row.get(1)?));
        set(&mut self.links, pk, within(row.get(2)?));
        let text = |at: usize| row.get_ref(at).and_then(|v| Ok(v.as_str_or_null()?));
        let (platform, version) = (text(4)?, text(5)?);
        let users: Option<u32> = row.get(11)?;
        let last_updated: Option<i64> = row.get(13)?;
        let yes_no = |at: usize| -> Result<Option<&str>> {
            Ok(row.get::<_, Option<bool>>(at)?.map(|yes| if yes { "YES" } else { "NO" }))
        };
        let family = os::family(platform, version);
        for facet in Facet::ALL {
            let value = match facet {
                Facet::Platform => platform,
                Facet::Managed => text(12)?,
                Facet::Lifecycle => text(3)?,
                Facet::Encryption => text(7)?,
                Facet::ScreenLock => text(8)?,
                Facet::SecureHardware => yes_no(9)?,
                Facet::Registered => yes_no(10)?,
                Facet::Users => users.map(how_many),
                Facet::LastEvidence => last_updated.map(|t| age(finished.since(Timestamp(t)))),
                Facet::Os => family.as_deref(),
                // Risk belongs to people, and is added from theirs.
                Facet::Risk => None,
            };
            self.facets[facet as usize].push(pk, value);
        }
        self.os_version.push(pk, version);
        self.model.push(pk, text(6)?);
        self.manufacturer.push(pk, text(14)?);
        self.jailbreak.push(pk, yes_no(15)?);
        set(&mut self.users, pk, users.map_or(0, |n| n.saturating_add(1)));
        Ok(())
    }

    /// Gives each device the highest risk level among its users.
    fn add_risks(&mut self, connection: &Connection, snapshot: SnapshotId) -> Result<()> {
        let mut worst: HashMap<u32, RiskLevel> = HashMap::new();
        let mut statement = connection.prepare(
            "SELECT l.links, r.level FROM user_risk r CROSS JOIN device_link l ON l.user = r.pk
             WHERE r.valid_from <= ?1 AND r.valid_to > ?1",
        )?;
        let mut rows = statement.query([snapshot.0])?;
        while let Some(row) = rows.next()? {
            let links: i64 = row.get(0)?;
            let Ok(pk) = u32::try_from(links >> SET_BITS) else { continue };
            let alive = self.doc.get(pk as usize).is_some_and(|doc| *doc != 0);
            if !alive || self.links.get(pk as usize) != Some(&within(links)) {
                continue;
            }
            let level = RiskLevel::from(row.get_ref(1)?.as_str()?);
            // Levels are declared from the highest down, one nobody knows last.
            worst.entry(pk).and_modify(|w| *w = level.clone().min(w.clone())).or_insert(level);
        }
        for (pk, level) in worst {
            self.facets[Facet::Risk as usize].push(pk, Some(level.as_str()));
        }
        Ok(())
    }

    fn finish(self) -> Vec<(ColumnId, Column)> {
        let len = self.doc.len();
        let facets = Facet::ALL.into_iter().zip(self.facets).map(|(facet, dictionary)| {
            (ColumnId::Facet(facet), dictionary.finish(len, |a, b| compare_values(facet, a, b)))
        });
        let mut columns: Vec<(ColumnId, Column)> = facets.collect();
        let by_letters = |a: &str, b: &str| a.to_lowercase().cmp(&b.to_lowercase());
        columns.push((ColumnId::OsVersion, self.os_version.finish(len, os::compare)));
        columns.push((ColumnId::Model, self.model.finish(len, by_letters)));
        columns.push((ColumnId::Manufacturer, self.manufacturer.finish(len, by_letters)));
        columns.push((ColumnId::Jailbreak, self.jailbreak.finish(len, str::cmp)));
        columns.push((ColumnId::UserCount, plain(self.users)));
        columns.push((ColumnId::Doc, plain(self.doc)));
        columns
    }
}

/// A dictionary column of which only the order is needed.
pub(crate) fn ranked(dictionary: Dictionary, len: usize, compare: impl Fn(&str, &str) -> Ordering) -> Column {
    Column { dictionary: Vec::new(), ..dictionary.finish(len, compare) }
}

/// A column of small numbers as they are.
pub(crate) fn plain(codes: Vec<u32>) -> Column {
    let largest = codes.iter().copied().max().unwrap_or(0);
    Column { codes: Codes::pack(codes.into_iter(), largest), dictionary: Vec::new() }
}

/// The key of a number of users or devices.
pub(crate) fn how_many(users: u32) -> &'static str {
    match users {
        0 => "0",
        1 => "1",
        _ => "2+",
    }
}

/// Ages in days, and their keys.
pub(crate) const AGES: [(i64, &str); 5] = [(1, "<1"), (7, "<7"), (30, "<30"), (60, "<60"), (90, "<90")];

/// The key of an age.
pub(crate) fn age(milliseconds: i64) -> &'static str {
    let bucket = AGES.into_iter().find(|(days, _)| milliseconds < days * Timestamp::DAY);
    bucket.map_or("90+", |(_, key)| key)
}

/// The order in which a facet's values are shown and sorted: as declared, what nobody knows after it by its text.
fn compare_values(facet: Facet, a: &str, b: &str) -> Ordering {
    fn place<T: PartialEq + for<'a> From<&'a str>>(known: &[T], value: &str) -> usize {
        known.iter().position(|k| *k == T::from(value)).unwrap_or(usize::MAX)
    }
    let place = |value: &str| match facet {
        Facet::Platform => place(Platform::KNOWN, value),
        Facet::Os => place(Platform::KNOWN, value.split(' ').next().unwrap_or_default()),
        Facet::Lifecycle => place(Lifecycle::KNOWN, value),
        Facet::Risk => place(RiskLevel::KNOWN, value),
        Facet::Encryption => place(DiskEncryption::KNOWN, value),
        Facet::ScreenLock => place(ScreenLock::KNOWN, value),
        Facet::Managed => {
            ["MANAGED", "MIXED", "NOT_MANAGED"].iter().position(|k| *k == value).unwrap_or(usize::MAX)
        }
        Facet::SecureHardware | Facet::Registered => usize::from(value == "NO"),
        Facet::Users => 0,
        Facet::LastEvidence => AGES.iter().position(|(_, k)| *k == value).unwrap_or(usize::MAX),
    };
    place(a).cmp(&place(b)).then_with(|| os::compare(a, b))
}
