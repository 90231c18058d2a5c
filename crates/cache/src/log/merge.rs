//! Bringing the index together. It is written in runs, one for each flush, and merged as it grows; what a question costs is a
//! look into each run that is left. Where one sync brought a good part of the log, all of it is made a single run at the end.

use super::tally;
use crate::Result;
use rusqlite::Connection;

/// A sync that brought at least one of so many events has the index merged: so each event is written again a few times at
/// most, however large the log becomes. What comes in small pieces is merged by the index itself.
const PART: u64 = 4;
/// Fewer events lie in few runs in any case.
const LEAST: u64 = 20_000;
/// Pages of the index that one step writes. It is a transaction: a fraction of a second, in which nobody else can write.
const STEP: i64 = 1000;

/// Whether a run of the sync brought so much that merging is worth it.
pub(crate) fn is_due(connection: &Connection, run: i64) -> Result<bool> {
    let (brought, all) = tally::brought(connection, run)?;
    Ok(brought >= LEAST && brought.saturating_mul(PART) >= all)
}

/// Merges a bounded piece; `false` when there was nothing left to merge. A step that was the last one ever leaves an index
/// that is whole, only in more runs.
pub(crate) fn step(connection: &Connection, is_first: bool) -> Result<bool> {
    // The first one, with a minus, says that everything is to become one run; the others go on with that.
    let pages = if is_first { -STEP } else { STEP };
    let before = connection.total_changes();
    connection
        .prepare_cached("INSERT INTO log_index (log_index, rank) VALUES ('merge', ?1)")?
        .execute([pages])?;
    // The command itself counts for one.
    Ok(connection.total_changes() - before > 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Collection, Key, Location, Outcome, RunKind, Store};
    use domain::{LogEvent, LogFilter, Timestamp};

    fn event(n: u64) -> LogEvent {
        LogEvent {
            uuid: format!("e{n}").into(),
            published: Timestamp(n as i64),
            event_type: "user.session.start".into(),
            severity: None,
            message: None,
            outcome: None,
            reason: None,
            actor_id: None,
            actor_name: None,
            user: None,
            device: None,
            risk_level: None,
            session: None,
            root_session: None,
            transaction: None,
            trace: None,
            ip: None,
            app: None,
            told_risk: None,
            readings: Vec::new(),
        }
    }

    /// Reads these into a cache as one run, and says in how many runs the index lies then.
    fn runs_after(store: &Store, events: std::ops::Range<u64>) -> i64 {
        let now = Timestamp(events.end as i64);
        let mut run = store.begin_or_resume_run(RunKind::Incremental, now).expect("begins");
        for from in events.clone().step_by(1000) {
            let page = (from..(from + 1000).min(events.end)).map(|n| (event(n), "{}")).collect();
            run.put_log_events(page, None).expect("takes");
        }
        run.finish_collection(&Collection::Log, Outcome::Changes).expect("finishes");
        run.complete(now).expect("completes");
        let sql = "SELECT count(DISTINCT segid) FROM log_index_idx";
        store.writer().query_row(sql, [], |row| row.get(0)).expect("counts")
    }

    #[test]
    fn a_large_sync_leaves_one_run_and_a_small_one_is_left_to_the_index() {
        let store = Store::open(&Location::Memory, &Key::new([1; 32])).expect("opens");
        assert_eq!(runs_after(&store, 0..LEAST + 7), 1);
        assert!(
            runs_after(&store, LEAST + 7..LEAST + 9000) > 1,
            "merging it all would cost more than it saves"
        );
        assert_eq!(runs_after(&store, LEAST + 9000..3 * LEAST), 1);
        let at = store.latest_id().expect("reads").expect("is there");
        let count =
            store.count_log(at, &LogFilter::of(domain::LogField::EventType, "user.session.start"), &[]);
        assert_eq!(count.expect("counts").matching, 3 * LEAST);
        let text = LogFilter { text: "session".into(), ..LogFilter::default() };
        assert_eq!(store.count_log(at, &text, &[]).expect("counts").matching, 3 * LEAST);
    }
}
