//! Making the columns from the rows of a snapshot, in one pass over the rows. Texts are turned into ranks one column after
//! the other, so that only one sort's memory is needed at a time.

use super::UNKNOWN;
use super::column::{Codes, Column, ColumnId};
use super::os;
use super::text::{Dictionary, Texts, rank_numbers};
use crate::device_link::SET_BITS;
use crate::version::OPEN;
use domain::{DiskEncryption, Facet, Lifecycle, Platform, RiskLevel, ScreenLock, SnapshotId, Timestamp};
use rusqlite::{Connection, Result, Row};
use std::cmp::Ordering;

const COLUMNS: &str =
    "pk, doc, links, status, platform, os_version, model, encryption, screen_lock, secure_hardware,
    registered, users, managed, last_updated, created, name, serial, user_name";

/// Everything that is gathered from the rows.
struct Gathered {
    facets: Vec<Dictionary>,
    os_version: Dictionary,
    model: Dictionary,
    users: Vec<u32>,
    doc: Vec<u32>,
    links: Vec<u32>,
    last_updated: Vec<(i64, u32)>,
    created: Vec<(i64, u32)>,
    name: Texts,
    serial: Texts,
    user: Texts,
}

pub(super) fn scan(
    connection: &Connection,
    snapshot: SnapshotId,
    finished: Timestamp,
) -> Result<Vec<Column>> {
    let mut gathered = Gathered {
        facets: Facet::ALL.into_iter().map(|_| Dictionary::new(UNKNOWN)).collect(),
        os_version: Dictionary::new(UNKNOWN),
        model: Dictionary::new(UNKNOWN),
        users: Vec::new(),
        doc: Vec::new(),
        links: Vec::new(),
        last_updated: Vec::new(),
        created: Vec::new(),
        name: Texts::default(),
        serial: Texts::default(),
        user: Texts::default(),
    };
    each_row(connection, snapshot, |row| gathered.add(row, finished))?;
    gathered.add_risks(connection, snapshot)?;
    Ok(gathered.finish())
}

/// Calls `each` with every row of the snapshot. While most rows are current, reading all of them in their order is
/// quickest; later, history outweighs what is current, and the index of current rows leads past it.
fn each_row(
    connection: &Connection,
    snapshot: SnapshotId,
    mut each: impl FnMut(&Row<'_>) -> Result<()>,
) -> Result<()> {
    let newest: bool = connection.query_row(
        "SELECT ?1 = (SELECT max(id) FROM run) AND NOT EXISTS (SELECT 1 FROM run WHERE finished IS NULL AND id <> ?1)",
        [snapshot.0],
        |row| row.get(0),
    )?;
    if newest {
        let mut ids: Vec<i64> = connection
            .prepare(&format!("SELECT id FROM device INDEXED BY device_current WHERE valid_to = {OPEN}"))?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_>>()?;
        let rows: i64 =
            connection.query_row("SELECT coalesce(max(id), 0) FROM device", [], |row| row.get(0))?;
        if (ids.len() as i64) < rows / 3 {
            ids.sort_unstable();
            let mut one = connection.prepare(&format!("SELECT {COLUMNS} FROM device WHERE id = ?1"))?;
            return ids.into_iter().try_for_each(|id| one.query_row([id], |row| each(row)));
        }
    }
    let sql = format!("SELECT {COLUMNS} FROM device NOT INDEXED WHERE valid_from <= ?1 AND valid_to > ?1");
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([snapshot.0])?;
    while let Some(row) = rows.next()? {
        each(row)?;
    }
    Ok(())
}

fn set(codes: &mut Vec<u32>, pk: u32, code: u32) {
    let at = pk as usize;
    if codes.len() <= at {
        codes.resize(at + 1, 0);
    }
    codes[at] = code;
}

/// The part of a number that counts within one device.
fn within(number: i64) -> u32 {
    (number & ((1 << SET_BITS) - 1)) as u32
}

impl Gathered {
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
        set(&mut self.users, pk, users.map_or(0, |n| n.saturating_add(1)));
        self.last_updated.extend(last_updated.map(|t| (t, pk)));
        self.created.extend(row.get::<_, Option<i64>>(14)?.map(|t| (t, pk)));
        for (at, texts) in [(15, &mut self.name), (16, &mut self.serial), (17, &mut self.user)] {
            if let Some(text) = text(at)? {
                texts.push(pk, text);
            }
        }
        Ok(())
    }

    /// Gives each device the highest risk level among its users.
    fn add_risks(&mut self, connection: &Connection, snapshot: SnapshotId) -> Result<()> {
        let mut worst: std::collections::HashMap<u32, RiskLevel> = std::collections::HashMap::new();
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

    fn finish(self) -> Vec<Column> {
        let Self { facets, os_version, model, users, doc, links, last_updated, created, name, serial, user } =
            self;
        drop(links);
        let len = doc.len();
        let mut facets = Facet::ALL.into_iter().zip(facets);
        let (mut name, mut serial, mut user) = (Some(name), Some(serial), Some(user));
        let (mut created, mut last_updated) = (Some(created), Some(last_updated));
        let (mut os_version, mut model) = (Some(os_version), Some(model));
        let texts = |texts: &mut Option<Texts>| texts.take().unwrap_or_default().rank(len);
        ColumnId::all()
            .map(|id| match id {
                ColumnId::Facet(_) => match facets.next() {
                    Some((facet, dictionary)) => dictionary.finish(len, |a, b| compare_values(facet, a, b)),
                    None => plain(Vec::new()),
                },
                ColumnId::Name => texts(&mut name),
                ColumnId::Serial => texts(&mut serial),
                ColumnId::User => texts(&mut user),
                ColumnId::Created => rank_numbers(created.take().unwrap_or_default(), len),
                ColumnId::LastUpdated => rank_numbers(last_updated.take().unwrap_or_default(), len),
                ColumnId::OsVersion => ranked(os_version.take(), len, os::compare),
                ColumnId::Model => ranked(model.take(), len, |a, b| a.to_lowercase().cmp(&b.to_lowercase())),
                ColumnId::UserCount => plain(users.clone()),
                ColumnId::Doc => plain(doc.clone()),
            })
            .collect()
    }
}

/// A dictionary column of which only the order is needed.
fn ranked(dictionary: Option<Dictionary>, len: usize, compare: impl Fn(&str, &str) -> Ordering) -> Column {
    let column = dictionary.unwrap_or_else(|| Dictionary::new(UNKNOWN)).finish(len, compare);
    Column { codes: column.codes, dictionary: Vec::new() }
}

fn plain(codes: Vec<u32>) -> Column {
    let largest = codes.iter().copied().max().unwrap_or(0);
    Column { codes: Codes::pack(codes.into_iter(), largest), dictionary: Vec::new() }
}

fn how_many(users: u32) -> &'static str {
    match users {
        0 => "0",
        1 => "1",
        _ => "2+",
    }
}

const AGES: [(i64, &str); 5] = [(1, "<1"), (7, "<7"), (30, "<30"), (60, "<60"), (90, "<90")];

fn age(milliseconds: i64) -> &'static str {
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
