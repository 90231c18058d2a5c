//! What the lab works with: captured states, checks as files, an osquery of this machine, and which devices could run a check.
//! Every number equals its rows.

use crate::{
    posture_lab::{content, row_of, subject},
    rig::{self, Rig},
};
use app::{App, DemoOrg, Host, SealedKey};
use contract::{
    Failure, FailureKind,
    checks::{CheckKey, ExportChecks, ImportChecks, NewDraft},
    lab::{
        DeleteStates, FindOsquery, GetCheckReadiness, GetState, GetTerminalCommand, ImportStates,
        ImportedStates, ListStates, ReadyTone, RunHere, StateKey, States, Subject, Terminal, Tried, TryCheck,
    },
};
use domain::{
    BinaryKind, BinaryOrigin, CheckContent, Expectation, Judgement, LocalBinary, OsqueryPlatform, Want,
};
use futures::{FutureExt, future::BoxFuture};
use std::{path::PathBuf, sync::Arc};

const FIREWALL: &str = "SELECT EXISTS(SELECT 1 FROM alf WHERE global_state >= 1) AS ok;";

impl Rig {
    async fn import(&self, name: &str, text: &str) -> Result<ImportedStates, Failure> {
        let platform = Some(OsqueryPlatform::Macos);
        self.app.call(ImportStates { name: name.into(), platform, text: text.into() }).await
    }

    async fn states(&self, platform: OsqueryPlatform) -> States {
        self.app.call(ListStates { platform }).await.expect("states")
    }

    async fn tried(&self, query: &str) -> Tried {
        let subject = Subject { query: query.into(), ..subject(&content("Try", OsqueryPlatform::Macos, "")) };
        self.app.call(TryCheck { subject, expectations: Vec::new() }).await.expect("tried")
    }
}

/// How many captured states came out so.
fn count(tried: &Tried, want: Want) -> u64 {
    assert_eq!(tried.own.iter().map(|(_, n)| n).sum::<u64>(), tried.own_total);
    for (want, n) in &tried.own {
        let told =
            tried.own_first.iter().filter(|(_, trial)| want.is_met_by(&trial.judgement)).count() as u64;
        assert_eq!(told, (*n).min(5), "the first few of {want:?}");
    }
    tried.own.iter().find(|(w, _)| *w == want).map_or(0, |(_, n)| *n)
}

#[tokio::test(flavor = "multi_thread")]
async fn captured_states_are_read_tried_and_thrown_away() {
    let mut rig = Rig::new(50).await;
    rig.synced().await;
    // A dump of osqueryi, and a result log: nine hosts with a firewall on, three without, two of which only users are known.
    let dump = "[\n  {\"global_state\":\"1\",\"version\":\"1.6\"}\n]\n";
    let one = rig.import("alf.json", dump).await.expect("read");
    assert_eq!((one.states, one.notes), (1, vec![]));
    let line = |host: String, table: &str, rows: &str| {
        format!(
            "{{\"name\":\"pack/it/{table}\",\"hostIdentifier\":\"{host}\",\"unixTime\":20,\"action\":\"snapshot\",\"snapshot\":{rows}}}\n"
        )
    };
    let mut log = String::new();
    for n in 0..12 {
        let state = u32::from(n < 9);
        log += &line(format!("mac-{n:02}"), "alf", &format!("[{{\"global_state\":\"{state}\"}}]"));
    }
    log += &line("mac-12".into(), "gatekeeper", "[{\"assessments_enabled\":\"1\"}]");
    log += &line("mac-13".into(), "gatekeeper", "[]");
    let many = rig.import("osqueryd.results.log", &log).await.expect("read");
    assert_eq!(many.states, 14, "{many:?}");
    let states = rig.states(OsqueryPlatform::Macos).await;
    assert_eq!((states.own_total, states.own.len()), (15, 15));
    assert_eq!(rig.states(OsqueryPlatform::Windows).await.own_total, 0);

    // Every state is tried, and what was never captured is unknown.
    let tried = rig.tried(FIREWALL).await;
    assert_eq!(tried.own_total, 15);
    assert_eq!([Want::Pass, Want::Fail, Want::Unknown].map(|want| count(&tried, want)), [10, 3, 2]);
    assert_eq!(tried.shipped.len(), states.shipped.len());
    // Nor does a table that nobody captured fail anybody; a query that is wrong is wrong everywhere.
    let tried = rig.tried("SELECT EXISTS(SELECT 1 FROM sip_config WHERE enabled = 1) AS ok;").await;
    assert_eq!((count(&tried, Want::Unknown), count(&tried, Want::Fail)), (15, 0));
    let tried = rig.tried("SELECT 1 FROM no_such_table;").await;
    assert_eq!(count(&tried, Want::Error), 15);

    // Kept over a restart.
    rig = rig.restart().await;
    let tried = rig.tried(FIREWALL).await;
    assert_eq!([Want::Pass, Want::Fail, Want::Unknown].map(|want| count(&tried, want)), [10, 3, 2]);
    let row = rig.states(OsqueryPlatform::Macos).await.own.swap_remove(3);
    let state = rig.app.call(GetState { key: row.key.clone() }).await.expect("one");
    assert_eq!(
        (&state.name, state.tables.len() as u32, state.captured),
        (&row.name, row.tables, row.captured)
    );

    let StateKey::Own(id) = row.key else { panic!("imported") };
    let platform = OsqueryPlatform::Macos;
    assert_eq!(rig.app.call(DeleteStates { platform, one: Some(id) }).await.expect("one"), 1);
    assert_eq!(rig.app.call(DeleteStates { platform, one: Some(id) }).await.expect("none"), 0);
    assert_eq!(rig.tried(FIREWALL).await.own_total, 14);
    let gone = rig.app.call(GetState { key: StateKey::Own(id) }).await;
    assert_eq!(gone.expect_err("gone").kind, FailureKind::NotFound);
    assert_eq!(rig.app.call(DeleteStates { platform, one: None }).await.expect("all"), 14);
    let states = rig.states(OsqueryPlatform::Macos).await;
    assert_eq!((states.own_total, states.own.len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dump_that_was_cut_keeps_what_could_be_read_and_says_so() {
    let rig = Rig::new(50).await;
    rig.synced().await;
    let cut = "[\n  {\"global_state\":\"0\",\"version\":\"1.6\"},\n  {\"global_st";
    let told = rig.import("alf.json", cut).await.expect("what is there");
    assert_eq!(told.states, 1);
    assert!(!told.notes.is_empty() && told.notes.iter().all(|note| note.starts_with("Line 3: ")), "{told:?}");
    // Some rows were lost, so that none of those left passes is no proof of a failure.
    let tried = rig.tried(FIREWALL).await;
    assert_eq!((count(&tried, Want::Unknown), tried.own_total), (1, 1), "{tried:?}");

    for (name, text) in [("alf.json", ""), ("alf.json", "osqueryi: command not found"), ("what.json", "[]")] {
        let refused = rig.import(name, text).await.expect_err(text);
        assert_eq!(refused.kind, FailureKind::BadInput, "{text}");
        assert!(refused.message.starts_with(name), "{refused}");
    }
    assert_eq!(rig.states(OsqueryPlatform::Macos).await.own_total, 1);
}

/// A host with a folder for downloads.
struct Downloads(PathBuf);

impl Host for Downloads {
    fn demo_org(&self) -> BoxFuture<'_, Result<DemoOrg, Failure>> {
        async { Err(Failure::bug("no journey asks for this")) }.boxed()
    }

    fn cache_key(&self, _: &str) -> Result<SealedKey, Failure> {
        Err(Failure::bug("no journey asks for this"))
    }

    fn downloads(&self) -> Option<PathBuf> {
        Some(self.0.clone())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn checks_go_out_as_files_and_come_back_the_same() {
    let downloads = tempfile::tempdir().expect("a folder");
    let rig = Rig::new(50).await;
    let Rig { org, app, clock, data } = rig;
    drop(app);
    let host = Arc::new(Downloads(downloads.path().to_owned()));
    let app = rig::core_of(data.path().to_owned(), clock.clone(), host);
    let rig = Rig { org, app, clock, data };
    rig.reopen().await;
    rig.synced().await;
    let healthy = rig.shipped_state("macos/Healthy laptop").await;
    let mut ours =
        content("Ours", OsqueryPlatform::Macos, "-- why\nSELECT 'it''s: \"ok\"' AS ok\n  FROM alf;");
    ours.mapping = domain::Mapping::Textbox;
    let begun = NewDraft {
        content: ours.clone(),
        expectations: vec![Expectation { state: healthy, want: Want::Pass }],
        passes: Some("it's: \"ok\"".into()),
    };
    rig.app.call(begun.clone()).await.expect("a draft");
    let listed = rig.checks(None).await;
    let keys: Vec<CheckKey> = listed.rows.iter().filter(|r| !r.builtin).map(|r| r.key.clone()).collect();
    let done = rig.app.call(ExportChecks { as_of: None, keys: keys.clone() }).await.expect("written");
    assert_eq!(done.checks as usize, keys.len());
    let again = rig.app.call(ExportChecks { as_of: None, keys: keys.clone() }).await.expect("written");
    assert_ne!(again.folder, done.folder, "nothing is written over");

    let mut files: Vec<(String, String)> = std::fs::read_dir(&done.folder)
        .expect("the folder")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("text"))
        })
        .collect();
    let checks = files.iter().filter(|(name, _)| name.ends_with(".check.yaml")).count();
    assert_eq!(checks, keys.len());
    files.push(("bad.check.yaml".into(), "name: Bad\nplatform: [macos\nquery: SELECT 1;\n".into()));
    files.push((
        "odd.check.yaml".into(),
        "name: Odd\nplatform: beos\nvariable_name: odd\nquery: SELECT 1;\n".into(),
    ));
    files.push(("notes.yaml".into(), "a: 1".into()));
    let done = rig.app.call(ImportChecks { files }).await.expect("read");
    assert_eq!(done.drafts.len(), keys.len(), "{:?}", done.refused);
    let mut refused: Vec<&str> = done.refused.iter().map(|(name, _)| name.as_str()).collect();
    refused.sort_unstable();
    assert_eq!(refused, ["bad.check.yaml", "notes.yaml", "odd.check.yaml"]);
    for (name, why) in &done.refused {
        assert!(name == "notes.yaml" || why.contains(&format!("{name}:")), "where: {why}");
    }

    // The same content, with what is expected of it.
    let mut back: Vec<CheckContent> = Vec::new();
    for key in &done.drafts {
        let sheet = rig.check_sheet(None, key).await;
        let content = sheet.draft.expect("a draft");
        if content.variable_name == ours.variable_name {
            assert_eq!((content.clone(), sheet.expectations, sheet.passes), {
                (begun.content.clone(), begun.expectations.clone(), begun.passes.clone())
            });
        }
        back.push(content);
    }
    for key in &keys {
        let sheet = rig.check_sheet(None, key).await;
        let was = sheet.published.map(|p| p.content).or(sheet.draft).expect("a content");
        let same = back.iter().filter(|content| content.is_same_check(&was)).count();
        assert_eq!(same, 1, "{}", was.variable_name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_could_run_a_check_is_counted_and_every_count_is_its_rows() {
    let rig = Rig::new(400).await;
    rig.synced().await;
    let ready = rig.app.call(GetCheckReadiness { as_of: None }).await.expect("readiness");
    assert_eq!(ready.snapshot, rig.snapshot().await);
    let platforms: Vec<_> = ready.platforms.iter().map(|p| p.platform).collect();
    assert_eq!(platforms, OsqueryPlatform::OKTA);
    for platform in &ready.platforms {
        assert!(platform.integration.is_some() && platform.integration_active.is_some(), "{platform:?}");
        let (mut parts, mut all) = (0, None);
        for line in &platform.counts {
            let rows = rig.all(line.query.clone()).await;
            assert_eq!(rows.len() as u64, line.count, "{:?} {}", platform.platform, line.label);
            assert_eq!(rig.list(line.query.clone()).await.matching, line.count, "{}", line.label);
            match line.tone {
                ReadyTone::All => all = Some(line.count),
                _ => parts += line.count,
            }
        }
        assert!(parts > 0);
        assert_eq!(Some(parts), all, "{:?}: {:?}", platform.platform, platform.counts);
        assert!(platform.counts.iter().any(|l| l.tone == ReadyTone::Ready && l.count > 0), "{platform:?}");
        assert!(platform.counts.iter().any(|l| l.tone == ReadyTone::NotReady && l.count > 0), "{platform:?}");
    }
}

/// The page can name any program; only an osquery that the core itself finds is started.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn no_program_is_run_because_the_page_names_it() {
    use std::os::unix::fs::PermissionsExt;
    let rig = Rig::new(10).await;
    rig.synced().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (program, trace) = (folder.path().join("osqueryi"), folder.path().join("ran"));
    std::fs::write(&program, format!("#!/bin/sh\ntouch {}\necho '[{{\"ok\":\"1\"}}]'\n", trace.display()))
        .expect("written");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("runnable");
    let found = rig.app.call(FindOsquery {}).await.expect("a look around");
    assert!(!found.looked.is_empty());
    let subject = subject(&content("Here", OsqueryPlatform::Macos, "SELECT 1 AS ok;"));
    let dotted = format!("/usr/bin/../../{}", program.display());
    for path in [program.display().to_string(), dotted, "/bin/sh".into(), "osqueryi".into(), String::new()] {
        for origin in [BinaryOrigin::Named, BinaryOrigin::OktaVerify, BinaryOrigin::SearchPath] {
            let binary = LocalBinary { path: path.clone(), kind: BinaryKind::Shell, origin, version: None };
            assert!(!found.found.iter().any(|known| known.path == path), "{path} is found here");
            let refused = rig.app.call(RunHere { binary, subject: subject.clone() }).await;
            assert_eq!(refused.expect_err(&path).kind, FailureKind::NotFound, "{path}");
        }
    }
    assert!(!trace.exists(), "it was run");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_copied_for_three_terminals() {
    let data = tempfile::tempdir().expect("a folder");
    let clock = Arc::new(app::SetClock::new(rig::start()));
    // No org has to be open for this.
    let core: App = rig::core(data.path().to_owned(), clock);
    let query = "-- a comment\nSELECT 'it''s' AS ok FROM os_version WHERE name LIKE \"%a\";";
    let line = async |terminal, platform, query: &str| {
        core.call(GetTerminalCommand { terminal, platform, query: query.into() }).await
    };
    let posix = line(Terminal::Posix, OsqueryPlatform::Macos, query).await.expect("a line");
    assert!(posix.starts_with("sudo '/") && posix.contains(r"'SELECT '\''it'\'''\''s'\'' AS ok"), "{posix}");
    let windows = OsqueryPlatform::Windows;
    let power = line(Terminal::PowerShell, windows, query).await.expect("a line");
    assert!(power.contains("SELECT ''it''''s'' AS ok") && !power.contains("sudo"), "{power}");
    let cmd = line(Terminal::Cmd, windows, query).await.expect("a line");
    assert!(!cmd.contains('\n') && !cmd.contains("comment") && cmd.contains("SELECT 'it''s' AS ok"), "{cmd}");
    for terminal in [Terminal::Posix, Terminal::PowerShell, Terminal::Cmd] {
        for wrong in ["", ".shell rm -rf x", "SELECT '\0';"] {
            let refused = line(terminal, windows, wrong).await.expect_err(wrong);
            assert_eq!(refused.kind, FailureKind::BadInput, "{wrong:?}");
        }
    }
}

/// What was judged is told with its reason, for every state that comes along.
#[tokio::test(flavor = "multi_thread")]
async fn every_template_is_proven_by_its_own_states() {
    let rig = Rig::new(10).await;
    rig.synced().await;
    let templates = rig.app.call(contract::checks::ListTemplates {}).await.expect("templates");
    assert!(!templates.is_empty());
    for template in templates {
        let subject = Subject { passes: template.passes.clone(), ..subject(&template.content) };
        let ask = TryCheck { subject, expectations: template.expectations.clone() };
        let tried = rig.app.call(ask).await.expect("tried");
        assert!(
            !tried.expected.is_empty() && tried.expected.iter().all(|e| e.met),
            "{}: {tried:?}",
            template.id
        );
        for (_, trial) in &tried.shipped {
            assert!(!matches!(trial.judgement, Judgement::Error(_)), "{}: {trial:?}", template.id);
        }
        let begun = NewDraft {
            content: template.content.clone(),
            expectations: template.expectations.clone(),
            passes: template.passes.clone(),
        };
        let key = rig.app.call(begun).await.expect("a draft");
        let all = template.expectations.len() as u32;
        let checks = rig.checks(None).await;
        let row = checks.rows.iter().find(|row| row.key == key).expect("in the list");
        assert_eq!((row.expectations, row.valid), (Some((all, all)), true), "{}", template.id);
        rig.app.call(contract::checks::DiscardDraft { key }).await.expect("discarded");
    }
    let checks = rig.checks(None).await;
    assert!(!row_of(&checks, "nwGatekeeper").draft);
}
