//! Making the columns of people from the rows of a snapshot: their accounts, their risk, and what the devices' links say of
//! them. Texts and times are gathered in one pass each where there are many people, so that only one sort's memory is needed
//! at a time.

use super::column::ColumnId;
use crate::device_link::SET_BITS;
use crate::fleet::column::Column;
use crate::fleet::scan::{AGES, ONE_PASS, Rows, age, how_many, plain, ranked, set, within};
use crate::fleet::text::{Dictionary, Texts, rank_numbers};
use crate::version::Table;
use domain::{ManagedStatus, Management, RiskLevel, SnapshotId, Timestamp, UNKNOWN, UserFacet, UserStatus};
use rusqlite::{Connection, Result, Row};
use std::cmp::Ordering;
use std::collections::HashMap;

const NARROW: &str = "pk, doc, status, last_login, department, title";
/// The parts of a name, as [`domain::User::name`] puts it together, and the other wide columns.
const WIDE: &str = "pk, display_name, first_name, last_name, login, email, created, last_login";
const WIDE_COLUMNS: [ColumnId; 5] =
    [ColumnId::Name, ColumnId::Login, ColumnId::Email, ColumnId::Created, ColumnId::LastLogin];

pub(super) fn scan(
    connection: &Connection,
    snapshot: SnapshotId,
    finished: Timestamp,
) -> Result<Vec<Column>> {
    let rows = Rows::find(connection, Table::User, snapshot)?;
    let mut narrow = Narrow::new();
    rows.each(connection, NARROW, |row| narrow.add(row, finished))?;
    narrow.add_risks(connection, snapshot)?;
    if devices_were_read(connection, snapshot)? {
        narrow.add_devices(connection, snapshot)?;
    }
    let len = narrow.doc.len();
    let mut columns = narrow.finish();
    for group in WIDE_COLUMNS.chunks(if len > ONE_PASS { 1 } else { WIDE_COLUMNS.len() }) {
        let mut wide: Vec<(ColumnId, Wide)> = group.iter().map(|id| (*id, Wide::default())).collect();
        rows.each(connection, WIDE, |row| wide.iter_mut().try_for_each(|(id, wide)| wide.add(*id, row)))?;
        columns.extend(wide.into_iter().map(|(id, wide)| (id, wide.rank(id, len))));
    }
    columns.sort_by_key(|(id, _)| id.index());
    Ok(columns.into_iter().map(|(_, column)| column).collect())
}

/// Whether any sync up to a snapshot brought devices: without, nobody's number of devices is known.
fn devices_were_read(connection: &Connection, snapshot: SnapshotId) -> Result<bool> {
    connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM collection
            WHERE name = 'devices' AND run <= ?1 AND outcome IN ('complete', 'changes'))",
        [snapshot.0],
        |row| row.get(0),
    )
}

/// A wide column while it is gathered.
#[derive(Default)]
struct Wide {
    texts: Texts,
    numbers: Vec<(i64, u32)>,
}

impl Wide {
    fn add(&mut self, id: ColumnId, row: &Row<'_>) -> Result<()> {
        let pk = row.get(0)?;
        let text = |at: usize| row.get_ref(at).and_then(|v| Ok(v.as_str_or_null()?));
        match id {
            ColumnId::Created => self.numbers.extend(row.get::<_, Option<i64>>(6)?.map(|n| (n, pk))),
            ColumnId::LastLogin => self.numbers.extend(row.get::<_, Option<i64>>(7)?.map(|n| (n, pk))),
            ColumnId::Login => self.texts.push(pk, text(4)?.unwrap_or_default()),
            ColumnId::Email => self.texts.push(pk, text(5)?.unwrap_or_default()),
            _ => {
                let shown = text(1)?.filter(|name| !name.trim().is_empty());
                match (shown, text(2)?, text(3)?, text(4)?) {
                    (Some(shown), ..) => self.texts.push(pk, shown),
                    (None, None, None, login) => self.texts.push(pk, login.unwrap_or_default()),
                    (None, Some(one), None, _) | (None, None, Some(one), _) => self.texts.push(pk, one),
                    (None, Some(first), Some(last), _) => self.texts.push(pk, &format!("{first} {last}")),
                }
            }
        }
        Ok(())
    }

    fn rank(self, id: ColumnId, len: usize) -> Column {
        match id {
            ColumnId::Created | ColumnId::LastLogin => rank_numbers(self.numbers, len),
            _ => self.texts.rank(len),
        }
    }
}

/// How many devices of a person are what.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    devices: u32,
    managed: u32,
    not_managed: u32,
}

/// The columns of few values while they are gathered.
struct Narrow {
    facets: Vec<Dictionary>,
    title: Dictionary,
    doc: Vec<u32>,
    tallies: Option<Vec<Tally>>,
}

impl Narrow {
    fn new() -> Self {
        Self {
            facets: UserFacet::ALL.into_iter().map(|_| Dictionary::new(UNKNOWN)).collect(),
            title: Dictionary::new(UNKNOWN),
            doc: Vec::new(),
            tallies: None,
        }
    }

    fn add(&mut self, row: &Row<'_>, finished: Timestamp) -> Result<()> {
        let pk: u32 = row.get(0)?;
        set(&mut self.doc, pk, within(row.get(1)?));
        let text = |at: usize| -> Result<Option<&str>> {
            let text = row.get_ref(at)?.as_str_or_null()?;
            Ok(text.filter(|text| !text.trim().is_empty()))
        };
        let last_login: Option<i64> = row.get(3)?;
        self.put(UserFacet::Status, pk, text(2)?);
        self.put(UserFacet::LastLogin, pk, last_login.map(|t| age(finished.since(Timestamp(t)))));
        self.put(UserFacet::Department, pk, text(4)?);
        self.title.push(pk, text(5)?);
        Ok(())
    }

    fn put(&mut self, facet: UserFacet, pk: u32, value: Option<&str>) {
        self.facets[facet as usize].push(pk, value);
    }

    fn is_alive(&self, pk: u32) -> bool {
        self.doc.get(pk as usize).is_some_and(|doc| *doc != 0)
    }

    /// The level of now, and the highest of all that was told up to the snapshot.
    fn add_risks(&mut self, connection: &Connection, snapshot: SnapshotId) -> Result<()> {
        let mut peaks: HashMap<u32, RiskLevel> = HashMap::new();
        let mut told = |pk: u32, level: RiskLevel| {
            // Levels are declared from the highest down, one nobody knows last.
            peaks.entry(pk).and_modify(|peak| *peak = level.clone().min(peak.clone())).or_insert(level);
        };
        let mut statement = connection.prepare(
            "SELECT pk, level, valid_to > ?1 FROM user_risk WHERE valid_from <= ?1 AND valid_to > valid_from",
        )?;
        let mut rows = statement.query([snapshot.0])?;
        while let Some(row) = rows.next()? {
            let (pk, level, is_current): (u32, _, bool) =
                (row.get(0)?, row.get_ref(1)?.as_str()?, row.get(2)?);
            if self.is_alive(pk) {
                told(pk, RiskLevel::from(level));
                if is_current {
                    self.put(UserFacet::Risk, pk, Some(level));
                }
            }
        }
        let mut statement = connection.prepare(
            "SELECT i.pk, e.risk_level FROM log_event e INDEXED BY log_event_risk JOIN user_id i ON i.okta = e.user
             WHERE e.risk_level IS NOT NULL AND e.run <= ?1",
        )?;
        let mut rows = statement.query([snapshot.0])?;
        while let Some(row) = rows.next()? {
            let pk = row.get(0)?;
            if self.is_alive(pk) {
                told(pk, RiskLevel::from(row.get_ref(1)?.as_str()?));
            }
        }
        for (pk, level) in peaks {
            self.put(UserFacet::PeakRisk, pk, Some(level.as_str()));
        }
        Ok(())
    }

    /// Counts each person's devices by the links that are true in the snapshot.
    fn add_devices(&mut self, connection: &Connection, snapshot: SnapshotId) -> Result<()> {
        let mut sets: Vec<u32> = Vec::new();
        Rows::find(connection, Table::Device, snapshot)?.each(connection, "pk, links", |row| {
            set(&mut sets, row.get(0)?, within(row.get(1)?));
            Ok(())
        })?;
        let mut tallies = vec![Tally::default(); self.doc.len()];
        let mut statement = connection.prepare("SELECT links, user, management FROM device_link")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let links: i64 = row.get(0)?;
            let device = usize::try_from(links >> SET_BITS).unwrap_or(usize::MAX);
            let Some(tally) = tallies.get_mut(row.get::<_, usize>(1)?) else { continue };
            if sets.get(device) != Some(&within(links)) {
                continue;
            }
            tally.devices += 1;
            match row.get_ref(2)?.as_str_or_null()?.map(Management::from) {
                Some(Management::Managed) => tally.managed += 1,
                Some(Management::NotManaged) => tally.not_managed += 1,
                Some(Management::Other(_)) | None => {}
            }
        }
        for (pk, tally) in (0..).zip(&tallies) {
            if self.is_alive(pk) {
                self.put(UserFacet::Devices, pk, Some(how_many(tally.devices)));
                self.put(UserFacet::Managed, pk, managed(*tally));
            }
        }
        self.tallies = Some(tallies);
        Ok(())
    }

    fn finish(self) -> Vec<(ColumnId, Column)> {
        let len = self.doc.len();
        let facets = UserFacet::ALL.into_iter().zip(self.facets).map(|(facet, dictionary)| {
            (ColumnId::Facet(facet), dictionary.finish(len, |a, b| compare_values(facet, a, b)))
        });
        let mut columns: Vec<(ColumnId, Column)> = facets.collect();
        let tallies = self.tallies.unwrap_or_default();
        let count = |of: fn(&Tally) -> u32| {
            let mut counts: Vec<u32> = tallies.iter().map(|tally| of(tally) + 1).collect();
            counts.resize(len, 0);
            plain(counts)
        };
        columns.push((ColumnId::Devices, count(|tally| tally.devices)));
        columns.push((ColumnId::Managed, count(|tally| tally.managed)));
        columns.push((ColumnId::NotManaged, count(|tally| tally.not_managed)));
        columns.push((ColumnId::Title, ranked(self.title, len, by_letters)));
        columns.push((ColumnId::Doc, plain(self.doc)));
        columns
    }
}

/// The value of the managed facet. As on a device, links that say nothing are left out.
fn managed(tally: Tally) -> Option<&'static str> {
    if tally.devices == 0 {
        return Some("NO_DEVICES");
    }
    match super::row::managed_of(tally.managed, tally.not_managed) {
        ManagedStatus::Managed => Some("ALL"),
        ManagedStatus::Mixed => Some("SOME"),
        ManagedStatus::NotManaged => Some("NONE"),
        ManagedStatus::Unknown => None,
    }
}

fn by_letters(a: &str, b: &str) -> Ordering {
    a.to_lowercase().cmp(&b.to_lowercase()).then_with(|| a.cmp(b))
}

/// The order in which a facet's values are shown and sorted: as declared, what nobody knows after it by its letters.
fn compare_values(facet: UserFacet, a: &str, b: &str) -> Ordering {
    fn place<T: PartialEq + for<'a> From<&'a str>>(known: &[T], value: &str) -> usize {
        known.iter().position(|k| *k == T::from(value)).unwrap_or(usize::MAX)
    }
    let place = |value: &str| match facet {
        UserFacet::Status => place(UserStatus::KNOWN, value),
        UserFacet::Risk | UserFacet::PeakRisk => place(RiskLevel::KNOWN, value),
        UserFacet::Managed => {
            ["ALL", "SOME", "NONE", "NO_DEVICES"].iter().position(|k| *k == value).unwrap_or(usize::MAX)
        }
        UserFacet::LastLogin => AGES.iter().position(|(_, k)| *k == value).unwrap_or(usize::MAX),
        UserFacet::Devices | UserFacet::Department => 0,
    };
    place(a).cmp(&place(b)).then_with(|| by_letters(a, b))
}
