//! The versions of people's entity risk.

use crate::raw::RawRef;
use crate::version::NewVersion;
use domain::{RiskLevel, RiskSource, Timestamp, UserId, UserRisk};
use rusqlite::{CachedStatement, Connection, Result, Row, params};

pub(crate) const V1: &str = "
    CREATE TABLE user_risk (
        id INTEGER PRIMARY KEY,
        pk INTEGER NOT NULL,
        valid_from INTEGER NOT NULL,
        valid_to INTEGER NOT NULL,
        hash INTEGER NOT NULL,
        raw INTEGER NOT NULL,
        raw_at INTEGER NOT NULL,
        raw_len INTEGER NOT NULL,
        level TEXT NOT NULL,
        reason TEXT,
        from_log INTEGER NOT NULL,
        observed INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX user_risk_version ON user_risk (pk, valid_from);
    CREATE INDEX user_risk_current ON user_risk (pk) WHERE valid_to = 9223372036854775807;
";

/// Every column that makes a [`UserRisk`]. `i` is `user_id`, `r` is `user_risk`.
pub(crate) const ROW: &str = "i.okta, r.level, r.reason, r.from_log, r.observed";

/// Reads a row that starts with [`ROW`].
pub(crate) fn read_row(row: &Row<'_>) -> Result<UserRisk> {
    Ok(UserRisk {
        user: UserId(row.get(0)?),
        level: RiskLevel::from(row.get_ref(1)?.as_str()?),
        reason: row.get(2)?,
        source: if row.get(3)? { RiskSource::Log } else { RiskSource::Api },
        observed: Timestamp(row.get(4)?),
    })
}

/// What makes two observations the same: the API answers with the time of the question, which is no change.
pub(crate) fn hash(risk: &UserRisk) -> i64 {
    let heard = match risk.source {
        RiskSource::Api => 0,
        RiskSource::Log => risk.observed.0,
    };
    crate::hash(&format!("{}\0{:?}\0{heard}", risk.level.as_str(), risk.reason))
}

/// Writes versions of risks.
pub(crate) struct UserRiskWriter<'c>(CachedStatement<'c>);

impl<'c> UserRiskWriter<'c> {
    pub fn new(connection: &'c Connection) -> Result<Self> {
        let insert = connection.prepare_cached(
            "INSERT INTO user_risk (pk, valid_from, valid_to, hash, raw, raw_at, raw_len, level, reason, from_log, observed)
             VALUES (?1, ?2, 9223372036854775807, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?;
        Ok(Self(insert))
    }

    pub fn write(&mut self, risk: &UserRisk, version: &NewVersion) -> Result<()> {
        let RawRef { batch, at, len } = version.raw;
        self.0.execute(params![
            version.pk,
            version.run,
            version.hash,
            batch,
            at,
            len,
            risk.level.as_str(),
            risk.reason,
            risk.source == RiskSource::Log,
            risk.observed.0,
        ])?;
        Ok(())
    }
}
