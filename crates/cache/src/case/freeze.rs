//! Freezing: what is known now of people, their events, a slice of the log and the policies in force, written into a case in
//! one transaction. Either all of it is on the disk when this returns, or nothing is. A later freeze into the same case
//! writes beside the earlier ones.

use super::events::{self, Chosen, MOST};
use super::item::{Facts, ItemWriter};
use super::{begin, decisions, exists, note};
use crate::collection::Outcome;
use crate::device_link::{self, SET_BITS};
use crate::intent::durably;
use crate::raw::{self, RawRef, Unpacked};
use crate::{Result, Store, device, object, snapshot, user, user_risk};
use domain::{LogFilter, ObjectKind, SnapshotId, Timestamp, User, UserId};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What to freeze.
#[derive(Debug, Clone, PartialEq)]
pub struct NewFreeze {
    /// Into this case; a new one where none is named.
    pub case: Option<i64>,
    /// Of a new case.
    pub title: String,
    pub actor: String,
    pub users: Vec<UserId>,
    /// A slice of the log beside what is about the people.
    pub filter: Option<LogFilter>,
    /// How many days of the people's events.
    pub days: u32,
    pub note: Option<String>,
}

/// The policies in force: every kind of object that decides over access.
const POLICIES: [ObjectKind; 5] = [
    ObjectKind::Policy,
    ObjectKind::PolicyRule,
    ObjectKind::Zone,
    ObjectKind::AssurancePolicy,
    ObjectKind::PostureCheck,
];

impl Store {
    /// Freezes, and answers the case's number; `None` where the case that is named does not exist, or no sync has completed.
    /// Blocks other writing for as long as it takes: a second for some ten thousand events.
    pub fn freeze_case(&self, new: &NewFreeze, now: Timestamp) -> Result<Option<i64>> {
        durably(self, |connection| {
            let Some(at) = snapshot::latest(connection)? else { return Ok(None) };
            let case = match new.case {
                Some(case) if !exists(connection, case)? => return Ok(None),
                Some(case) => case,
                None => begin(connection, &new.title, &new.actor, now)?,
            };
            connection.execute("UPDATE case_file SET freezes = freezes + 1 WHERE id = ?1", [case])?;
            let n: u32 =
                connection
                    .query_row("SELECT freezes FROM case_file WHERE id = ?1", [case], |row| row.get(0))?;
            let freeze = Freeze { connection, new, case, at, now, folder: format!("frozen-{n}") };
            freeze.all()?;
            if let Some(text) = &new.note {
                note(connection, case, text, &new.actor, now)?;
            }
            Ok(Some(case))
        })
    }
}

/// One freeze under way.
struct Freeze<'f> {
    connection: &'f Connection,
    new: &'f NewFreeze,
    case: i64,
    at: SnapshotId,
    now: Timestamp,
    folder: String,
}

impl Freeze<'_> {
    fn all(&self) -> Result<()> {
        let mut people = Vec::new();
        let mut names = BTreeSet::new();
        let mut seen = BTreeSet::new();
        for user in self.new.users.iter().filter(|user| seen.insert(user.as_str())) {
            // An id may hold what a file's name may not; two that then read the same are told apart by a number.
            let mut name: String = user
                .as_str()
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
                .take(60)
                .collect();
            while name.is_empty() || !names.insert(name.clone()) {
                name = format!("{name}-{}", names.len() + 1);
            }
            people.push(self.person(user, &name)?);
        }
        let slice = self.new.filter.as_ref().map(|filter| self.slice(filter)).transpose()?;
        let policies = self.policies()?;
        let decided = self.decisions()?;
        self.about(&people, slice.as_ref(), policies, decided)
    }

    fn facts<'p>(&'p self, path: &'p str, title: &'p str) -> Facts<'p> {
        Facts { case: self.case, path, title, now: self.now, snapshot: Some(self.at) }
    }

    fn path(&self, rest: &str) -> String {
        format!("{}/{rest}", self.folder)
    }

    /// A person's file and a file of events; answers what `about.json` says of them.
    fn person(&self, id: &UserId, file: &str) -> Result<Value> {
        let connection = self.connection;
        let sql = format!(
            "SELECT {}, u.raw, u.raw_at, u.raw_len, u.pk FROM user_id i JOIN user u ON u.pk = i.pk
             WHERE i.okta = ?1 AND u.valid_from <= ?2 AND u.valid_to > ?2",
            user::ROW
        );
        let found = connection
            .prepare_cached(&sql)?
            .query_row(params![id.as_str(), self.at.0], |row| {
                let raw = RawRef { batch: row.get(13)?, at: row.get(14)?, len: row.get(15)? };
                Ok((user::read_row(row)?, raw, row.get::<_, u32>(16)?))
            })
            .optional()?;
        let name = found.as_ref().map_or_else(|| id.to_string(), |(user, ..)| user.name().to_owned());
        connection
            .prepare_cached("INSERT OR REPLACE INTO case_person (case_file, user, name) VALUES (?1, ?2, ?3)")?
            .execute(params![self.case, id.as_str(), name])?;
        let devices = self.person_file(id, file, &name, found)?;
        let since = Timestamp(self.now.0.saturating_sub(i64::from(self.new.days) * Timestamp::DAY));
        let mut chosen = Chosen::default();
        for filter in events::of_person(id, &devices, since) {
            chosen.add(connection, self.at, &filter)?;
        }
        let title = format!("Events about {name} and their devices, {} days", self.new.days);
        self.events(&format!("people/{file}.events.jsonl"), &title, &chosen)?;
        Ok(json!({
            "id": id.as_str(), "file": self.path(&format!("people/{file}.json")), "devices": devices.len(),
            "events": told(&chosen, Some(since)),
        }))
    }

    /// Writes what is known of a person, a part to a line; answers the ids of their devices.
    fn person_file(
        &self,
        id: &UserId,
        file: &str,
        name: &str,
        found: Option<(User, RawRef, u32)>,
    ) -> Result<Vec<String>> {
        let mut to = ItemWriter::begin(self.connection)?;
        to.line("{")?;
        to.line(&format!("\"id\": {},", json!(id.as_str())))?;
        let mut devices = Vec::new();
        match found {
            None => to.line("\"user\": null,")?,
            Some((_, raw, pk)) => {
                to.line(&format!("\"user\": {},", embedded(raw::read(self.connection, raw)?)))?;
                to.line(&format!("\"risk\": {},", json!(self.risks(pk)?)))?;
                devices = self.devices(pk, &mut to)?;
            }
        }
        // Groups, roles, apps and whatever else was asked of the org about one person, with the time of each answer.
        to.line(&format!("\"asked\": {}", json!(self.asked(id)?)))?;
        to.line("}")?;
        to.finish(
            &self.facts(
                &self.path(&format!("people/{file}.json")),
                &format!("{name}, as known in the snapshot"),
            ),
            None,
        )?;
        Ok(devices)
    }

    /// Every level of risk that the org or the log told, the newest first.
    fn risks(&self, pk: u32) -> Result<Vec<Value>> {
        let sql = format!(
            "SELECT {}, r.valid_to FROM user_risk r JOIN user_id i ON i.pk = r.pk
             WHERE r.pk = ?1 AND r.valid_from <= ?2 AND r.valid_to > r.valid_from ORDER BY r.valid_from DESC",
            user_risk::ROW
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![pk, self.at.0], |row| {
            let (risk, until): (_, i64) = (user_risk::read_row(row)?, row.get(5)?);
            Ok(json!({
                "level": risk.level, "reason": risk.reason, "source": risk.source, "observed": risk.observed.to_rfc3339(),
                "current": until > self.at.0,
            }))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn devices(&self, pk: u32, to: &mut ItemWriter<'_>) -> Result<Vec<String>> {
        let sql = format!(
            "SELECT {}, i.okta, d.raw, d.raw_at, d.raw_len
             FROM device_link l JOIN user_id u ON u.pk = l.user
             JOIN device d ON d.pk = l.links >> {SET_BITS} AND d.links = l.links
             JOIN device_id i ON i.pk = d.pk
             WHERE l.user = ?1 AND d.valid_from <= ?2 AND d.valid_to > ?2 ORDER BY i.okta",
            device_link::ROW
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![pk, self.at.0])?;
        let mut ids: Vec<String> = Vec::new();
        to.line("\"devices\": [")?;
        while let Some(row) = rows.next()? {
            let link = device_link::read_row(row)?;
            let raw = embedded(raw::read(self.connection, device::raw_ref(row, 8)?)?);
            let comma = if ids.is_empty() { "" } else { "," };
            ids.push(row.get(7)?);
            to.line(&format!("{comma}{{\"device\": {raw}, \"link\": {}}}", json!(link)))?;
        }
        to.line("],")?;
        Ok(ids)
    }

    fn asked(&self, id: &UserId) -> Result<Value> {
        let sql = "SELECT what, observed, answer, refused FROM user_access WHERE user = ?1 ORDER BY what";
        let mut statement = self.connection.prepare_cached(sql)?;
        let parsed = |text: Option<String>| {
            text.map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text)))
        };
        let rows = statement.query_map([id.as_str()], |row| {
            let observed = Timestamp(row.get(1)?).to_rfc3339();
            let (answer, refused) = (parsed(row.get(2)?), parsed(row.get(3)?));
            Ok((
                row.get::<_, String>(0)?,
                json!({ "observed": observed, "answer": answer, "refused": refused }),
            ))
        })?;
        Ok(Value::Object(rows.collect::<rusqlite::Result<_>>()?))
    }

    fn events(&self, path: &str, title: &str, chosen: &Chosen) -> Result<()> {
        let mut to = ItemWriter::begin(self.connection)?;
        chosen.each_raw(self.connection, |raw| to.line(raw))?;
        let title = if chosen.truncated {
            format!("{title}: the newest {MOST}, older ones are left out")
        } else {
            title.to_owned()
        };
        to.finish(&self.facts(&self.path(path), &title), Some(chosen.len() as u64))
    }

    fn slice(&self, filter: &LogFilter) -> Result<Value> {
        let mut chosen = Chosen::default();
        chosen.add(self.connection, self.at, filter)?;
        self.events("log.jsonl", "Slice of the log", &chosen)?;
        let mut told = told(&chosen, filter.since);
        told["filter"] = json!(filter);
        Ok(told)
    }

    /// Policies, rules, zones and checks of the snapshot, one a line; answers how many.
    fn policies(&self) -> Result<u64> {
        let places = vec!["?"; POLICIES.len()].join(", ");
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {}, o.raw, o.raw_at, o.raw_len FROM object o
             WHERE o.kind IN ({places}) AND o.valid_from <= ? AND o.valid_to > ? ORDER BY o.kind, o.parent, o.okta",
            object::ROW
        ))?;
        let kinds = POLICIES.iter().map(|kind| rusqlite::types::Value::from(kind.as_str().to_owned()));
        let at = [self.at.0; 2].map(rusqlite::types::Value::from);
        let mut rows = statement.query(rusqlite::params_from_iter(kinds.chain(at)))?;
        let mut unpacked = Unpacked::default();
        let mut to = ItemWriter::begin(self.connection)?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            let object = object::read_row(row)?;
            let raw = unpacked.read(self.connection, device::raw_ref(row, 7)?)?;
            to.line(&format!(
                "{{\"kind\": {}, \"parent\": {}, \"object\": {}}}",
                json!(object.kind.as_str()),
                json!(object.parent),
                embedded(raw.to_owned())
            ))?;
            count += 1;
        }
        let path = self.path("policies.jsonl");
        to.finish(&self.facts(&path, "Policies, rules, zones and checks in force"), Some(count))?;
        Ok(count)
    }

    /// Verdicts, assignments and notes; answers how many. There is no file where nothing was decided.
    fn decisions(&self) -> Result<u64> {
        let decided = decisions::about(self.connection, &self.new.users)?;
        let count = decided.len() as u64;
        if count > 0 {
            let mut to = ItemWriter::begin(self.connection)?;
            decided.iter().try_for_each(|one| to.line(&one.to_string()))?;
            let path = self.path("decisions.jsonl");
            to.finish(&self.facts(&path, "Verdicts, assignments and notes"), Some(count))?;
        }
        Ok(count)
    }

    /// What was frozen, as of when, and what is not known.
    fn about(&self, people: &[Value], slice: Option<&Value>, policies: u64, decided: u64) -> Result<()> {
        let (kept, begins, newest) = events::known(self.connection, self.at)?;
        let snapshot = snapshot::get(self.connection, self.at)?;
        let time = |at: Option<Timestamp>| at.map(Timestamp::to_rfc3339);
        let collections = snapshot.iter().flat_map(|snapshot| &snapshot.collections).map(|state| {
            let failed = match &state.outcome {
                Outcome::Failed { kind, .. } => Some(kind),
                Outcome::Complete | Outcome::Changes => None,
            };
            json!({ "name": state.collection.key(), "rows_from": state.data_from, "not_read": failed })
        });
        let about = json!({
            "frozen": self.now.to_rfc3339(),
            "by": self.new.actor,
            "snapshot": snapshot.as_ref().map(|snapshot| json!({
                "id": snapshot.id, "began": snapshot.started.to_rfc3339(), "completed": snapshot.finished.to_rfc3339(),
                "confirmed": snapshot.confirmed.to_rfc3339(),
            })),
            "coverage": {
                "log": {
                    "events_kept": kept, "oldest": time(begins), "newest": time(newest),
                    // Of these times every event is known; what lies between two of them is a gap.
                    "complete": events::complete(self.connection, self.at)?,
                },
                "collections": collections.collect::<Vec<_>>(),
                "most_events_in_a_file": MOST,
            },
            "people": people, "log_slice": slice, "policies": policies, "decisions": decided,
        });
        let mut to = ItemWriter::begin(self.connection)?;
        to.text(&format!("{about:#}\n"))?;
        to.finish(
            &self.facts(&self.path("about.json"), "What was frozen, as of when, and what is not known"),
            None,
        )
    }
}

fn told(chosen: &Chosen, since: Option<Timestamp>) -> Value {
    let time = |at: Option<Timestamp>| at.map(Timestamp::to_rfc3339);
    json!({
        "events": chosen.len(), "asked_from": time(since), "first": time(chosen.first()), "last": time(chosen.last()),
        "older_left_out": chosen.truncated,
    })
}

/// JSON as it came; what is none is told as a text.
fn embedded(raw: String) -> String {
    match serde_json::from_str::<&RawValue>(&raw) {
        Ok(_) => raw,
        Err(_) => Value::String(raw).to_string(),
    }
}
