//! The System Log as it is kept: millions of events in the order of time, found by any word and by any value. Events are facts
//! about the past: they are added, never changed or closed, and one that comes twice is stored once.
//!
//! * `place`: an event's number is its time, so that new events are appended and the order of rows is the order of time;
//! * `symbols`: texts that repeat are kept once;
//! * `terms`: what an event is found by, in one index of words and exact values that is written in sorted runs;
//! * `words`: which words there are, so that a beginning is quickly told;
//! * `write`: adding events; `row`: reading them back; `merge`: bringing the index together after a large sync;
//! * `condition`, `list`, `count`: a filter's rows and numbers; `tally`: numbers that are kept beside the events;
//! * `json`: events with what they came as; `told`: the level of risk that each tells of;
//! * `span`: which times were read from the org whole; `rare`: from when on kinds that are rare were; `detection`: filters that somebody watches.

pub(crate) mod condition;
pub(crate) mod count;
pub(crate) mod detection;
pub(crate) mod json;
pub(crate) mod list;
pub(crate) mod merge;
pub(crate) mod names;
pub(crate) mod place;
pub(crate) mod rare;
pub(crate) mod row;
pub(crate) mod span;
pub(crate) mod symbols;
pub(crate) mod tally;
pub(crate) mod terms;
pub(crate) mod told;
pub(crate) mod words;
pub(crate) mod write;

/// Before it, events lay in the order of their arrival, with an index for each way to find them: each grew at random places,
/// and together they outgrew any page cache. `ANY` holds a symbol's number or, where there is none, the text itself.
///
/// Events of one moment are told apart by the lowest bits of their number; the running maximum lets them flow over into the
/// next moment rather than meet.
///
/// What events told of devices is moved next, and then `V6_INDEX` fills the index.
pub(crate) const V6: &str = "
    CREATE TABLE log_symbol (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
    ALTER TABLE log_event RENAME TO log_event_5;
    DROP INDEX log_event_published;
    DROP INDEX log_event_device;
    DROP INDEX log_event_user;
    DROP INDEX log_event_run;
    DROP INDEX log_event_risk;
    DROP INDEX log_event_platform;
    CREATE TABLE log_event (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL,
        uuid ANY NOT NULL,
        raw INTEGER NOT NULL,
        raw_at INTEGER NOT NULL,
        raw_len INTEGER NOT NULL,
        event_type INTEGER NOT NULL,
        severity ANY,
        message ANY,
        outcome ANY,
        reason ANY,
        actor_id ANY,
        actor_name TEXT,
        user TEXT,
        device TEXT,
        risk_level TEXT,
        session TEXT,
        root_session ANY,
        transaction_id TEXT,
        trace ANY,
        ip TEXT,
        app TEXT
    ) STRICT;
    CREATE INDEX log_event_risk ON log_event (user, risk_level, run) WHERE risk_level IS NOT NULL;
    CREATE INDEX log_event_risk_run ON log_event (run) WHERE risk_level IS NOT NULL;
    CREATE VIRTUAL TABLE log_index USING fts5(
        terms, content = '', detail = none, columnsize = 0,
        tokenize = \"unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'\"
    );
    INSERT INTO log_index (log_index, rank) VALUES ('automerge', 4);
    CREATE TABLE log_word (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE log_count (
        day INTEGER NOT NULL,
        event_type INTEGER NOT NULL,
        outcome ANY NOT NULL,
        severity ANY NOT NULL,
        risk TEXT NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (event_type, outcome, severity, risk, day)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE log_chunk (
        run INTEGER NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        events INTEGER NOT NULL,
        late INTEGER NOT NULL,
        raw INTEGER NOT NULL,
        kept INTEGER NOT NULL,
        PRIMARY KEY (run, first)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE log_span (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL,
        since INTEGER NOT NULL,
        until INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE log_detection (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        note TEXT,
        filter TEXT NOT NULL
    ) STRICT;

    CREATE TABLE log_moved (old INTEGER PRIMARY KEY, new INTEGER NOT NULL) STRICT;
    INSERT INTO log_moved
    SELECT id, max((published << 10) - n) OVER (ORDER BY n ROWS UNBOUNDED PRECEDING) + n FROM (
        SELECT id, published, row_number() OVER (ORDER BY published, id) AS n FROM log_event_5
    );
    INSERT OR IGNORE INTO log_symbol (text) SELECT event_type FROM log_event_5;
    INSERT OR IGNORE INTO log_symbol (text) SELECT severity FROM log_event_5 WHERE length(severity) <= 120;
    INSERT OR IGNORE INTO log_symbol (text) SELECT outcome FROM log_event_5 WHERE length(outcome) <= 120;
    INSERT OR IGNORE INTO log_symbol (text) SELECT message FROM log_event_5 WHERE length(message) <= 120;
    INSERT OR IGNORE INTO log_symbol (text) SELECT reason FROM log_event_5 WHERE length(reason) <= 120;
    INSERT INTO log_event (id, run, uuid, raw, raw_at, raw_len, event_type, severity, message, outcome, reason, actor_id,
        actor_name, user, device, risk_level, session, ip, app)
    SELECT m.new, e.run, log_packed(e.uuid), e.raw, e.raw_at, e.raw_len,
        (SELECT id FROM log_symbol WHERE text = e.event_type),
        coalesce((SELECT id FROM log_symbol WHERE text = e.severity), e.severity),
        coalesce((SELECT id FROM log_symbol WHERE text = e.message), e.message),
        coalesce((SELECT id FROM log_symbol WHERE text = e.outcome), e.outcome),
        coalesce((SELECT id FROM log_symbol WHERE text = e.reason), e.reason),
        iif(e.actor_id = e.user, 1, e.actor_id), e.actor_name, e.user, e.device, e.risk_level, e.session, e.ip, e.app
    FROM log_event_5 e JOIN log_moved m ON m.old = e.id ORDER BY m.new;
";

/// The index of the events that were there, and what is kept beside them.
pub(crate) const V6_INDEX: &str = "
    INSERT INTO log_index (rowid, terms)
    SELECT m.new, log_terms(e.uuid, e.event_type, e.severity, e.message, e.outcome, e.reason, e.actor_id, e.actor_name, e.user,
        e.device, e.risk_level, e.session, e.ip, e.app,
        (SELECT json_group_array(source) FROM log_signal WHERE event = m.new))
    FROM log_event_5 e JOIN log_moved m ON m.old = e.id ORDER BY m.new;
    CREATE VIRTUAL TABLE log_moved_words USING fts5vocab(log_index, row);
    INSERT INTO log_word (word) SELECT term FROM log_moved_words
    WHERE NOT (term >= char(57344) AND term < char(57345)) ORDER BY term;
    DROP TABLE log_moved_words;
    INSERT INTO log_count (day, event_type, outcome, severity, risk, n)
    SELECT (id >> 10) / 86400000, event_type, coalesce(outcome, ''), coalesce(severity, ''), coalesce(risk_level, ''), count(*)
    FROM log_event GROUP BY 1, 2, 3, 4, 5;
    INSERT INTO log_chunk (run, first, last, events, late, raw, kept)
    SELECT run, min(id), max(id), count(*), 0, 0, 0 FROM log_event GROUP BY run;
    UPDATE log_chunk SET raw = r.len, kept = r.kept FROM (
        SELECT run, sum(len) AS len, sum(length(data)) AS kept FROM raw WHERE collection = 'log' GROUP BY run
    ) AS r WHERE r.run = log_chunk.run;
    INSERT INTO log_span (run, since, until)
    SELECT min(run), min(published), max(published) FROM log_event_5 WHERE risk_level IS NULL
        AND NOT (event_type >= 'device.platform.' AND event_type < 'device.platform/')
    HAVING count(*) > 0;
    DROP TABLE log_moved;
    DROP TABLE log_event_5;
";
