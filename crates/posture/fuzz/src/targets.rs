//! Three doors that take any bytes: the linter, the engine and the reader of captures. Each target says what has to hold
//! whatever comes in; it knows nothing of who makes the bytes up. Shared by libFuzzer and by the ordinary tests.

use bumpalo::Bump;
use domain::{DeviceState, Expect, Judgement, Mapping, OsqueryPlatform};
use fallible_iterator::FallibleIterator;
use posture::capture::{self, ReadOptions};
use posture::engine::KeptState;
use posture::{Catalogue, Engine, Limits, lint, states};
use sqlite3_parser::ast::{Cmd, Stmt};
use sqlite3_parser::lexer::sql::Parser;
use std::cell::RefCell;
use std::collections::HashMap;

/// Tight, so that what runs to its limits doesn't hold up the others.
const LIMITS: Limits = Limits { millis: 100, rows: 100, text: 1 << 16 };

/// The first byte names the platform (`l`, `m` and `w` do so readably), the rest is the query.
fn query(data: &[u8]) -> Option<(OsqueryPlatform, String)> {
    let (first, query) = data.split_first()?;
    let platform = [OsqueryPlatform::Linux, OsqueryPlatform::Macos, OsqueryPlatform::Windows];
    Some((platform[usize::from(first % 3)], String::from_utf8_lossy(query).into_owned()))
}

/// The linter never panics, marks only places that are in the text, and offers only fixes that change the text and can be
/// linted again.
pub fn lint(data: &[u8]) {
    let Some((platform, query)) = query(data) else { return };
    let catalogue = Catalogue::shipped();
    for mapping in [Mapping::Checkbox, Mapping::Textbox] {
        let report = lint::lint(catalogue, platform, mapping, &query);
        for finding in &report.findings {
            let place = finding.start as usize..finding.end as usize;
            assert!(query.get(place).is_some(), "{} marks what isn't there", finding.code);
            if let Some(fix) = &finding.fix {
                let fixed = fix.applied_to(&query);
                assert!(fixed != query, "the fix of {} changes nothing", finding.code);
                let _ = lint::lint(catalogue, platform, mapping, &fixed);
            }
        }
    }
    let valid = |query: &str| lint::lint(catalogue, platform, Mapping::Checkbox, query).valid;
    let formatted = lint::format(&query);
    assert!(!valid(&query) || valid(&formatted), "the layout broke the query");
    // Wherever a person might point to, were it on a character or not.
    for at in [0, query.len() / 3, query.len() / 2, query.len().saturating_sub(1), query.len() + 1] {
        let _ = lint::hover(catalogue, platform, &query, at);
        let _ = lint::scope(catalogue, platform, &query, at);
    }
}

thread_local! {
    static ENGINES: RefCell<HashMap<OsqueryPlatform, Engine>> = RefCell::default();
}

/// The engine never panics or goes on for ever, takes nothing but one SELECT, keeps no more than it may, and is afterwards what
/// it was before.
pub fn engine(data: &[u8]) {
    let Some((platform, query)) = query(data) else { return };
    ENGINES.with_borrow_mut(|engines| {
        let engine = engines.entry(platform).or_insert_with(|| Engine::new(platform).expect("memory"));
        tried(engine, states::healthy(platform), &query);
        let control = "SELECT count(*) = 1 AND (SELECT count(*) FROM pragma_table_info('os_version')) > 5 FROM os_version";
        let trial = engine.run(states::healthy(platform), control, &Expect::Checkbox, &Limits::of(platform));
        assert_eq!(trial.judgement, Judgement::Pass, "the engine is not what it was");
    });
}

fn tried(engine: &mut Engine, state: &DeviceState, query: &str) {
    if let Ok(compiled) = engine.compile(query)
        && compiled.statements == 1
    {
        assert!(is_one_select(query), "more than a SELECT was compiled");
        let refused = ["sleep", "carve", "load_extension", "readfile", "writefile", "edit"];
        assert!(!compiled.functions.iter().any(|name| refused.contains(&name.as_str())));
    }
    let trial = engine.run(state, query, &Expect::Checkbox, &LIMITS);
    assert!(trial.row_count <= LIMITS.rows && trial.rows.len() as u64 <= trial.row_count);
    let long = |value: &Option<String>| value.as_ref().is_some_and(|text| text.len() > 4 * LIMITS.text);
    assert!(!trial.rows.iter().flatten().any(long), "a value is longer than allowed");
    if matches!(trial.judgement, Judgement::Pass | Judgement::Fail) {
        assert_eq!((trial.row_count, trial.columns.len()), (1, 1), "an answer is one row of one column");
    }
}

/// A state that is read from what is kept of it answers as the state itself.
fn kept_alike(engine: &mut Engine, state: &DeviceState, query: &str) {
    let json = |table| serde_json::to_string(table).expect("a table can be written");
    let tables: Vec<_> = state.tables.iter().map(|(name, table)| (name.clone(), json(table))).collect();
    let kept = KeptState { name: &state.name, captured: state.captured, tables: &tables };
    let from_kept = engine.run_kept(&kept, query, &Expect::Checkbox, &LIMITS).expect("it was just written");
    let whole = engine.run(state, query, &Expect::Checkbox, &LIMITS);
    assert_eq!((from_kept.judgement, from_kept.stdout), (whole.judgement, whole.stdout));
}

/// What a parser that has nothing to do with the engine takes the query for.
fn is_one_select(query: &str) -> bool {
    let arena = Bump::new();
    let mut parser = Parser::new(&arena, query.as_bytes());
    let mut statements = 0;
    loop {
        match parser.next() {
            Ok(Some(Cmd::Stmt(Stmt::Select(_)))) => statements += 1,
            Ok(Some(_)) => return false,
            Ok(None) => return statements == 1,
            // It has limits of its own; what it can't read it can't judge.
            Err(_) => return true,
        }
    }
}

/// The reader of captures never panics, hands on as many states as it says, of the platform that was named, and what it hands
/// on can be kept, read back in whole and in part, and queried.
pub fn dump(data: &[u8]) {
    let Some((&first, data)) = data.split_first() else { return };
    let table = [None, Some("alf"), Some("registry"), Some("users")][usize::from(first >> 2) % 4];
    let platform =
        [None, Some(OsqueryPlatform::Macos), Some(OsqueryPlatform::Windows)][usize::from(first) % 3];
    let options = ReadOptions {
        platform,
        table: table.map(str::to_owned),
        most_piece: 1 << 16,
        most_held: 1 << 18,
        ..ReadOptions::default()
    };
    let mut states = Vec::new();
    let report = capture::read(data, &options, |state| states.push(state));
    if let Ok(report) = &report {
        assert_eq!(report.states, states.len() as u64);
    }
    for state in states.iter().take(20) {
        let json = serde_json::to_string(state).expect("a state can be written");
        let whole: DeviceState = serde_json::from_str(&json).expect("what was written can be read");
        assert_eq!(&whole, state);
        let part = states::read_part(&json, &["alf", "os_version"]).expect("a part can be read, too");
        let mut wanted = whole;
        wanted.tables.retain(|name, _| ["alf", "os_version"].contains(&name.to_ascii_lowercase().as_str()));
        assert_eq!(part, wanted);
        let mut engine = Engine::new(state.platform).expect("memory");
        for query in ["SELECT count(*) > 0 FROM users", "SELECT max(version) >= '1' FROM os_version"] {
            tried(&mut engine, state, query);
            kept_alike(&mut engine, state, query);
        }
    }
}
