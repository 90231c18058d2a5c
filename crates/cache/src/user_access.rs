//! What the org answered about one person's groups and admin roles, with the time of the answer. These belong to no snapshot:
//! nobody reads them for everybody. Knows nothing of what is in an answer.

use crate::{Result, Store};
use domain::{Timestamp, UserId};
use rusqlite::{OptionalExtension, params};

/// One answer per person and question; a newer one takes its place. `refused` is set instead of `answer` where the org said
/// that this may not be read.
pub(crate) const V3: &str = "
    CREATE TABLE user_access (
        user TEXT NOT NULL,
        what TEXT NOT NULL,
        observed INTEGER NOT NULL,
        answer TEXT,
        refused TEXT,
        PRIMARY KEY (user, what)
    ) STRICT, WITHOUT ROWID;
";

/// An answer, as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    pub observed: Timestamp,
    /// What was answered, or why it may not be read.
    pub answer: std::result::Result<String, String>,
}

impl Store {
    /// What was answered last about a person.
    pub fn kept_answer(&self, user: &UserId, what: &str) -> Result<Option<KeptAnswer>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT observed, answer, refused FROM user_access WHERE user = ?1 AND what = ?2",
        )?;
        let kept = statement.query_row(params![user.as_str(), what], |row| {
            let (answer, refused): (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
            let answer = answer.ok_or_else(|| refused.unwrap_or_default());
            Ok(KeptAnswer { observed: Timestamp(row.get(0)?), answer })
        });
        Ok(kept.optional()?)
    }

    /// Keeps an answer in place of the one before.
    pub fn keep_answer(&self, user: &UserId, what: &str, kept: &KeptAnswer) -> Result<()> {
        let (answer, refused) = match &kept.answer {
            Ok(answer) => (Some(answer), None),
            Err(refused) => (None, Some(refused)),
        };
        self.writer()
            .prepare_cached(
                "INSERT OR REPLACE INTO user_access (user, what, observed, answer, refused) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![user.as_str(), what, kept.observed.0, answer, refused])?;
        Ok(())
    }
}
