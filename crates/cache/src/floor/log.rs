//! The same for the log: its finished rows inserted into an empty cache, and its questions asked in plain SQL of a table that
//! has an index for each of them.

use crate::floor::BATCH;
use crate::log::row::{self, ROW, column};
use crate::log::terms;
use crate::open::{self, ProcessLock, Role};
use crate::pool::Pool;
use crate::{Key, Location, Result, Store};
use domain::{DeviceId, LogEvent, LogField, LogFilter, Reading, RiskLevel, Timestamp, UserId};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::path::Path;

/// Tables beside the events: small, but for the JSON.
const BESIDE: [&str; 7] =
    ["log_symbol", "log_word", "log_count", "log_chunk", "signal_source", "signal_values", "raw"];

/// Finished rows, read from one cache a batch at a time, for another.
pub struct PrebuiltLog {
    from: Store,
    place: (usize, i64),
}

/// Some rows with the statement that takes them.
pub struct LogRows(Vec<(String, Vec<Vec<Value>>)>);

impl PrebuiltLog {
    pub fn new(from: Store) -> Self {
        Self { from, place: (0, i64::MIN) }
    }

    /// The next rows: of the small tables first, then events with what the index takes for them.
    pub fn next_rows(&mut self, most: usize) -> Result<Option<LogRows>> {
        let reader = self.from.reader()?;
        while let Some(table) = BESIDE.get(self.place.0) {
            let key =
                if matches!(*table, "log_symbol" | "signal_values" | "raw") { Some("id") } else { None };
            let sql = match key {
                Some(key) => {
                    format!(
                        "SELECT * FROM {table} WHERE {key} > {} ORDER BY {key} LIMIT {}",
                        self.place.1,
                        most / 50 + 1
                    )
                }
                None => format!("SELECT * FROM {table}"),
            };
            let rows = super::read(&reader, &sql)?;
            match (key, rows.last().and_then(|row| row.first())) {
                (Some(_), Some(Value::Integer(last))) => self.place.1 = *last,
                _ => self.place = (self.place.0 + 1, i64::MIN),
            }
            if !rows.is_empty() {
                return Ok(Some(LogRows(vec![(insert(table, &rows), rows)])));
            }
        }
        drop(reader);
        self.next_events(most)
    }

    /// The next events with what they told of devices, and what the index takes for them.
    fn next_events(&mut self, most: usize) -> Result<Option<LogRows>> {
        let reader = self.from.reader()?;
        let sql = format!("SELECT * FROM log_event WHERE id > {} ORDER BY id LIMIT {most}", self.place.1);
        let rows = super::read(&reader, &sql)?;
        let Some(Value::Integer(last)) = rows.last().and_then(|row| row.first()) else { return Ok(None) };
        let range = [self.place.1, *last];
        let sql = format!(
            "SELECT * FROM log_signal WHERE event > {} AND event <= {} ORDER BY event, source",
            range[0], range[1]
        );
        let signals = super::read(&reader, &sql)?;
        let sql = format!("SELECT {ROW} FROM log_event e WHERE e.id > ?1 AND e.id <= ?2 ORDER BY e.id");
        let (mut text, mut told) = (String::new(), signals.iter().peekable());
        let words = row::read(&reader, &sql, range)?.into_iter().map(|(id, mut event)| {
            while let Some([_, Value::Text(source), _]) =
                told.next_if(|signal| signal.first() == Some(&Value::Integer(id))).map(Vec::as_slice)
            {
                event.readings.push(Reading { source: source.as_str().into(), values: Vec::new() });
            }
            terms::text(&mut text, &event);
            vec![Value::Integer(id), Value::Text(text.clone())]
        });
        let words = words.collect();
        self.place.1 = range[1];
        let index = "INSERT INTO log_index (rowid, terms) VALUES (?, ?)".to_owned();
        let mut all = vec![(insert("log_event", &rows), rows), (index, words)];
        if !signals.is_empty() {
            all.insert(1, (insert("log_signal", &signals), signals));
        }
        Ok(Some(LogRows(all)))
    }
}

fn insert(table: &str, rows: &[Vec<Value>]) -> String {
    let places = vec!["?"; rows.first().map_or(0, Vec::len)].join(", ");
    format!("INSERT INTO {table} VALUES ({places})")
}

/// The empty cache that takes them.
pub struct LogSink {
    pool: Pool,
    _lock: Option<ProcessLock>,
}

impl LogSink {
    pub fn open(path: &Path, key: &Key) -> Result<Self> {
        let lock = Some(ProcessLock::take(path)?);
        Ok(Self { pool: Pool::open(&Location::File(path.to_owned()), key)?, _lock: lock })
    }

    /// Inserts them in transactions of the size of a sync's. This is what the benchmark measures.
    pub fn insert(&self, rows: &LogRows) -> Result<usize> {
        let mut writer = self.pool.writer();
        let most = rows.0.iter().map(|(_, rows)| rows.len()).max().unwrap_or(0);
        for from in (0..most).step_by(BATCH) {
            let transaction = writer.transaction()?;
            for (sql, rows) in &rows.0 {
                let mut insert = transaction.prepare_cached(sql)?;
                for row in rows.iter().skip(from).take(BATCH) {
                    insert.execute(params_from_iter(row))?;
                }
            }
            transaction.commit()?;
        }
        Ok(rows.0.first().map_or(0, |(_, rows)| rows.len()))
    }
}

/// One row for each event with every text in it, and an index for each question.
const TABLE: &str = "
    CREATE TABLE plain_event (id INTEGER PRIMARY KEY, published INTEGER, uuid TEXT, event_type TEXT, severity TEXT,
        message TEXT, outcome TEXT, reason TEXT, actor_id TEXT, actor_name TEXT, user TEXT, device TEXT, risk TEXT,
        session TEXT, root_session TEXT, transaction_id TEXT, trace TEXT, ip TEXT, app TEXT);
    INSERT INTO plain_event SELECT e.id, e.id >> 10, hex(e.uuid), t.text, s.text, coalesce(m.text, e.message), o.text,
        coalesce(r.text, e.reason), iif(e.actor_id = 1, e.user, e.actor_id), e.actor_name, e.user, e.device, e.risk_level,
        e.session, iif(e.root_session = 1, e.session, e.root_session), e.transaction_id, hex(e.trace), e.ip, e.app
    FROM log_event e JOIN log_symbol t ON t.id = e.event_type LEFT JOIN log_symbol s ON s.id = e.severity
        LEFT JOIN log_symbol m ON m.id = e.message LEFT JOIN log_symbol o ON o.id = e.outcome
        LEFT JOIN log_symbol r ON r.id = e.reason ORDER BY e.id;
    CREATE INDEX plain_published ON plain_event (published);
    CREATE INDEX plain_type ON plain_event (event_type, published);
    CREATE INDEX plain_outcome ON plain_event (outcome, published);
    CREATE INDEX plain_both ON plain_event (event_type, outcome, published);
    CREATE INDEX plain_user ON plain_event (user, published);
    CREATE INDEX plain_device ON plain_event (device, published);
    CREATE INDEX plain_session ON plain_event (session, published);
    CREATE INDEX plain_transaction ON plain_event (transaction_id, published);
    CREATE INDEX plain_ip ON plain_event (ip, published);
    ANALYZE;";
const PLAIN: &str =
    "published, uuid, event_type, severity, message, outcome, reason, actor_id, actor_name, user, device,
    risk, session, root_session, transaction_id, trace, ip, app";

/// A connection to such a file with nothing around it.
pub struct PlainLog(Connection);

impl PlainLog {
    /// Makes the table, and says how many bytes it takes. For a cache that nobody needs any more: the JSON gives way to it,
    /// and nothing could be taken back.
    pub fn build(path: &Path, key: &Key) -> Result<u64> {
        let connection = open::connect(path, key, Role::Writer)?;
        connection
            .execute_batch("PRAGMA journal_mode = DELETE; PRAGMA journal_mode = OFF; DELETE FROM raw;")?;
        let used = || -> Result<u64> {
            let of = |what: &str| connection.pragma_query_value(None, what, |row| row.get::<_, u64>(0));
            Ok((of("page_count")? - of("freelist_count")?) * open::PAGE)
        };
        let before = used()?;
        connection.execute_batch(TABLE)?;
        Ok(used()? - before)
    }

    /// Opens the file to read, with a reader's page cache.
    pub fn open(path: &Path, key: &Key) -> Result<Self> {
        Ok(Self(open::connect(path, key, Role::Reader)?))
    }

    /// The newest events that have the first value of each condition. Answers how many there were.
    pub fn rows(&self, filter: &LogFilter, limit: usize) -> Result<usize> {
        let (mut which, mut values) = ("1".to_owned(), Vec::new());
        for condition in &filter.conditions {
            let Some(value) = condition.values.first() else { continue };
            let name = match condition.field {
                LogField::Risk => "risk",
                LogField::Actor => "actor_id",
                field => column(field).trim_start_matches("e."),
            };
            match value.strip_suffix('*') {
                Some(start) => {
                    which.push_str(&format!(" AND {name} >= ? AND {name} < ?"));
                    values.extend([start.to_owned(), format!("{start}\u{10ffff}")]);
                }
                None => {
                    which.push_str(&format!(" AND {name} = ?"));
                    values.push(value.clone());
                }
            }
        }
        if let Some(since) = filter.since {
            which.push_str(&format!(" AND published >= {}", since.0));
        }
        let sql =
            format!("SELECT {PLAIN} FROM plain_event WHERE {which} ORDER BY published DESC LIMIT {limit}");
        let mut statement = self.0.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            let text = |at: usize| row.get::<_, Option<Box<str>>>(at);
            std::hint::black_box(LogEvent {
                published: Timestamp(row.get(0)?),
                uuid: row.get(1)?,
                event_type: row.get(2)?,
                severity: text(3)?,
                message: text(4)?,
                outcome: text(5)?,
                reason: text(6)?,
                actor_id: text(7)?,
                actor_name: text(8)?,
                user: text(9)?.map(UserId),
                device: text(10)?.map(DeviceId),
                risk_level: text(11)?.as_deref().map(RiskLevel::from),
                session: text(12)?,
                root_session: text(13)?,
                transaction: text(14)?,
                trace: text(15)?,
                ip: text(16)?,
                app: text(17)?,
                told_risk: None,
                readings: Vec::new(),
            });
            count += 1;
        }
        Ok(count)
    }
}
