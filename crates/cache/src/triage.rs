//! What analysts decided about people at risk: verdicts on detections, who has whom, who is put off until when, notes, and what
//! the org's queue is set up with. None of it belongs to a snapshot: it is true from the moment it was said.

use crate::{Result, Store};
use domain::{Assessment, Timestamp, UserId};
use rusqlite::{OptionalExtension, params};
use std::collections::HashMap;

pub(crate) const V6: &str = "
    CREATE TABLE triage_verdict (
        user TEXT NOT NULL,
        detection TEXT NOT NULL,
        assessment TEXT NOT NULL,
        note TEXT,
        by TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (user, detection)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE triage_person (
        user TEXT PRIMARY KEY,
        assignee TEXT,
        snoozed_until INTEGER,
        snoozed_at INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE triage_note (
        id INTEGER PRIMARY KEY,
        user TEXT NOT NULL,
        at INTEGER NOT NULL,
        by TEXT NOT NULL,
        text TEXT NOT NULL
    ) STRICT;
    CREATE INDEX triage_note_user ON triage_note (user, at);
    CREATE TABLE triage_setting (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
";

/// A verdict on one detection, which is named by its event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub assessment: Assessment,
    pub note: Option<String>,
    pub by: String,
    pub at: Timestamp,
}

/// Who has a person of the queue, and until when they are put off.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TriagePerson {
    pub assignee: Option<String>,
    /// Until when, and since when: what comes after it was put off was not known then.
    pub snoozed: Option<(Timestamp, Timestamp)>,
}

/// Something that was noted about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriageNote {
    pub at: Timestamp,
    pub by: String,
    pub text: String,
}

/// Verdicts by the event that they are about.
pub type Verdicts = HashMap<Box<str>, Verdict>;

impl Store {
    /// Every verdict, person by person.
    pub fn verdicts(&self) -> Result<HashMap<UserId, Verdicts>> {
        let reader = self.reader()?;
        let mut statement =
            reader.prepare_cached("SELECT user, detection, assessment, note, by, at FROM triage_verdict")?;
        let mut rows = statement.query([])?;
        let mut found: HashMap<UserId, Verdicts> = HashMap::new();
        while let Some(row) = rows.next()? {
            // A word that a later version wrote is no verdict here.
            let Some(assessment) = Assessment::from_key(row.get_ref(2)?.as_str().unwrap_or_default()) else {
                continue;
            };
            let verdict =
                Verdict { assessment, note: row.get(3)?, by: row.get(4)?, at: Timestamp(row.get(5)?) };
            found.entry(UserId(row.get(0)?)).or_default().insert(row.get(1)?, verdict);
        }
        Ok(found)
    }

    /// Gives a verdict on detections, all or none; `None` takes it back.
    pub fn set_verdicts(
        &self,
        user: &UserId,
        detections: &[String],
        verdict: Option<&Verdict>,
    ) -> Result<()> {
        let mut writer = self.writer();
        let transaction = writer.transaction()?;
        for detection in detections {
            match verdict {
                Some(verdict) => transaction
                    .prepare_cached(
                        "INSERT OR REPLACE INTO triage_verdict (user, detection, assessment, note, by, at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    )?
                    .execute(params![
                        user.as_str(),
                        detection,
                        verdict.assessment.key(),
                        verdict.note,
                        verdict.by,
                        verdict.at.0
                    ])?,
                None => transaction
                    .prepare_cached("DELETE FROM triage_verdict WHERE user = ?1 AND detection = ?2")?
                    .execute([user.as_str(), detection])?,
            };
        }
        Ok(transaction.commit()?)
    }

    /// Who has whom, and who is put off.
    pub fn triage_people(&self) -> Result<HashMap<UserId, TriagePerson>> {
        let reader = self.reader()?;
        let mut statement =
            reader.prepare_cached("SELECT user, assignee, snoozed_until, snoozed_at FROM triage_person")?;
        let rows = statement.query_map([], |row| {
            let (until, at): (Option<i64>, Option<i64>) = (row.get(2)?, row.get(3)?);
            let snoozed = until.zip(at).map(|(until, at)| (Timestamp(until), Timestamp(at)));
            Ok((UserId(row.get(0)?), TriagePerson { assignee: row.get(1)?, snoozed }))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Sets for some people who has them, until when they are put off and what is noted, all or none. What is `None` stays.
    pub fn set_triage(
        &self,
        users: &[UserId],
        assignee: Option<&str>,
        snooze_until: Option<Timestamp>,
        note: Option<&TriageNote>,
        now: Timestamp,
    ) -> Result<()> {
        let mut writer = self.writer();
        let transaction = writer.transaction()?;
        for user in users {
            transaction
                .prepare_cached("INSERT OR IGNORE INTO triage_person (user) VALUES (?1)")?
                .execute([user.as_str()])?;
            if let Some(assignee) = assignee {
                transaction
                    .prepare_cached("UPDATE triage_person SET assignee = nullif(?2, '') WHERE user = ?1")?
                    .execute([user.as_str(), assignee.trim()])?;
            }
            if let Some(until) = snooze_until {
                let until = (until > now).then_some(until.0);
                transaction
                    .prepare_cached(
                        "UPDATE triage_person SET snoozed_until = ?2, snoozed_at = iif(?2 IS NULL, NULL, ?3) WHERE user = ?1",
                    )?
                    .execute(params![user.as_str(), until, now.0])?;
            }
            if let Some(note) = note {
                transaction
                    .prepare_cached("INSERT INTO triage_note (user, at, by, text) VALUES (?1, ?2, ?3, ?4)")?
                    .execute(params![user.as_str(), note.at.0, note.by, note.text])?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// What was noted about a person, newest first.
    pub fn triage_notes(&self, user: &UserId) -> Result<Vec<TriageNote>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT at, by, text FROM triage_note WHERE user = ?1 ORDER BY at DESC, id DESC",
        )?;
        let rows = statement.query_map([user.as_str()], |row| {
            Ok(TriageNote { at: Timestamp(row.get(0)?), by: row.get(1)?, text: row.get(2)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// What is set up under a name. What the text says is not this crate's business.
    pub fn triage_setting(&self, name: &str) -> Result<Option<String>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached("SELECT value FROM triage_setting WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    /// Sets it up in place of what was; `None` clears it.
    pub fn set_triage_setting(&self, name: &str, value: Option<&str>) -> Result<()> {
        let writer = self.writer();
        match value {
            Some(value) => writer
                .prepare_cached("INSERT OR REPLACE INTO triage_setting (name, value) VALUES (?1, ?2)")?
                .execute([name, value])?,
            None => writer.prepare_cached("DELETE FROM triage_setting WHERE name = ?1")?.execute([name])?,
        };
        Ok(())
    }
}
