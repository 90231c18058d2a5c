//! One posture check's way through the lab: found with a mistake in the list, mended, attacked, kept as a draft over a restart,
//! published and read back.

use crate::rig::Rig;
use contract::{
    FailureKind,
    check_changes::CheckAsk,
    checks::{
        AdoptDraft, CheckKey, CheckRow, CheckSheet, Checks, DiscardDraft, GetCheck, Line, ListChecks,
        ListVersions, NewDraft, SaveDraft, SaveVersion, VersionFrom, Versions,
    },
    lab::{AttackCheck, GetState, LintCheck, Linted, ListStates, StateKey, Subject, TryCheck},
};
use domain::{
    CheckContent, DeviceState, Expectation, Mapping, ObjectId, OsqueryPlatform, Remediation, Severity,
    SnapshotId, Want,
};
use reqwest::Method;

pub const HEALTHY: &str = "windows/Healthy laptop";

pub fn content(name: &str, platform: OsqueryPlatform, query: &str) -> CheckContent {
    CheckContent {
        name: name.into(),
        description: "Made by a journey".into(),
        variable_name: format!("nw{}", name.replace(' ', "")),
        platform,
        mapping: Mapping::Checkbox,
        query: query.into(),
        remediation: Remediation { message: Some("Turn it on.".into()), ..Remediation::default() },
    }
}

pub fn subject(content: &CheckContent) -> Subject {
    Subject {
        platform: content.platform,
        mapping: content.mapping,
        query: content.query.clone(),
        passes: None,
    }
}

impl Rig {
    pub async fn checks(&self, as_of: Option<SnapshotId>) -> Checks {
        self.app.call(ListChecks { as_of }).await.expect("the checks")
    }

    pub async fn check_row(&self, variable_name: &str) -> CheckRow {
        let checks = self.checks(None).await;
        row_of(&checks, variable_name).clone()
    }

    pub async fn check_sheet(&self, as_of: Option<SnapshotId>, key: &CheckKey) -> CheckSheet {
        self.app.call(GetCheck { as_of, key: key.clone() }).await.expect("the check")
    }

    async fn linted(&self, content: &CheckContent) -> Linted {
        self.app.call(LintCheck { subject: subject(content) }).await.expect("the linter answers")
    }

    async fn versions(&self, key: &CheckKey) -> Versions {
        self.app.call(ListVersions { key: key.clone() }).await.expect("the versions")
    }

    pub async fn shipped_state(&self, name: &str) -> DeviceState {
        self.app
            .call(GetState { key: StateKey::Shipped(name.into()) })
            .await
            .expect("a state that comes along")
    }

    /// What the org itself has, read by the client that Postern uses.
    async fn read_back(&self, id: &ObjectId) -> CheckContent {
        let (status, body) =
            self.org_says(Method::GET, &format!("/api/v1/device-posture-checks/{id}"), None).await;
        assert_eq!(status, 200);
        okta_client::read_posture_check(&body.to_string()).expect("a check").content
    }
}

pub fn row_of<'a>(checks: &'a Checks, variable_name: &str) -> &'a CheckRow {
    let mut named = checks.rows.iter().filter(|row| row.variable_name == variable_name);
    let row = named.next().unwrap_or_else(|| panic!("no {variable_name} in the list"));
    assert_eq!(named.next(), None, "{variable_name} is there once");
    row
}

/// How many findings of a severity the list counts.
fn counted(row: &CheckRow, severity: Severity) -> u32 {
    row.findings.iter().find(|(s, _)| *s == severity).map_or(0, |(_, n)| *n)
}

fn published(sheet: &CheckSheet) -> &CheckContent {
    &sheet.published.as_ref().expect("the org has it").content
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_with_a_mistake_is_mended_attacked_and_published() {
    let mut rig = Rig::new(200).await;
    rig.synced().await;

    // Both published examples are told apart in the list: one does not run, one passes where nothing is known.
    let listed = rig.checks(None).await;
    assert_eq!(listed.unread, []);
    let row = row_of(&listed, "nwWinFirewall").clone();
    assert!(!row.valid && counted(&row, Severity::Error) >= 1, "{row:?}");
    let mac = row_of(&listed, "nwMacFirewall").clone();
    assert!(mac.valid && counted(&mac, Severity::Warning) >= 1, "{mac:?}");
    let mac = rig.check_sheet(None, &mac.key).await;
    let open = rig.linted(published(&mac)).await.report;
    assert!(open.findings.iter().any(|f| f.code == "fails-open"), "{:?}", open.findings);
    // The counts of the list are the findings that the lab shows.
    for row in &listed.rows {
        let sheet = rig.check_sheet(None, &row.key).await;
        let report = rig.linted(published(&sheet)).await.report;
        assert_eq!(row.valid, report.valid, "{}", row.variable_name);
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            assert_eq!(counted(row, severity) as usize, report.count(severity), "{}", row.variable_name);
        }
    }

    // Opened: the finding, why, and a fix that a device would run.
    let key = row.key.clone();
    let before = rig.check_sheet(None, &key).await;
    assert_eq!((&before.draft, before.drifted), (&None, false));
    let was = published(&before).clone();
    let linted = rig.linted(&was).await;
    assert_eq!(linted.query, was.query);
    let finding = linted.report.findings.first().expect("a finding");
    let there = was.query.get(finding.start as usize..finding.end as usize);
    assert_eq!((finding.code.as_str(), there), ("unknown-table", Some("windows_firewall_profiles")));
    assert!(!finding.explain.is_empty());
    let fix = finding.fix.as_ref().expect("a fix is offered");
    let fixed = CheckContent { query: fix.applied_to(&was.query), ..was.clone() };
    let report = rig.linted(&fixed).await.report;
    assert!(report.valid, "{}: {:?}", fixed.query, report.findings);
    // Every fix that is offered, one after the other.
    let all = CheckContent { query: linted.fixed.expect("a mended query"), ..was.clone() };
    let report = rig.linted(&all).await.report;
    assert!(report.valid && report.count(Severity::Error) == 0, "{}: {:?}", all.query, report.findings);
    let fixed = all;

    // Attacked beside the published one.
    let subjects = vec![("Published".into(), subject(&was)), ("This draft".into(), subject(&fixed))];
    let attacked = rig.app.call(AttackCheck { subjects, from: None }).await.expect("an attack");
    let [(_, then), (_, now)] = attacked.columns.as_slice() else { panic!("two columns") };
    assert!(then.cases.iter().all(|case| Want::Error.is_met_by(&case.trial.judgement)), "it never runs");
    assert!(!now.fails_open(), "{:?}", now.cases);
    assert_eq!(now.flips, Some(true));
    assert!(Want::Pass.is_met_by(&now.cases[0].trial.judgement), "the healthy state: {:?}", now.cases[0]);
    let mac = published(&mac).clone();
    let subjects = vec![("Published".into(), subject(&mac))];
    let attacked = rig.app.call(AttackCheck { subjects, from: None }).await.expect("an attack");
    assert!(attacked.columns[0].1.fails_open(), "the macOS example");

    // Kept, with what is expected of it, over a restart.
    let healthy = rig.shipped_state(HEALTHY).await;
    let expectations = vec![Expectation { state: healthy, want: Want::Pass }];
    let draft = SaveDraft {
        key: key.clone(),
        content: fixed.clone(),
        expectations: expectations.clone(),
        passes: None,
    };
    rig.app.call(draft).await.expect("kept");
    let note = SaveVersion {
        key: key.clone(),
        content: fixed.clone(),
        expectations: expectations.clone(),
        passes: None,
        note: " The table exists ".into(),
    };
    rig.app.call(note).await.expect("kept");
    rig = rig.restart().await;
    let sheet = rig.check_sheet(None, &key).await;
    assert_eq!((sheet.draft.as_ref(), &sheet.expectations), (Some(&fixed), &expectations));
    let row = rig.check_row("nwWinFirewall").await;
    assert!(row.draft && !row.valid, "what the org runs is still the old one: {row:?}");
    rig.unlock().await;

    // Published.
    let old = rig.snapshot().await;
    let CheckKey::Org(id) = key.clone() else { panic!("the org's") };
    let base = Some(Box::new(was.clone()));
    let ask = CheckAsk::Replace { id: id.clone(), content: fixed.clone(), base };
    rig.change_check(ask).await;
    assert!(rig.read_back(&id).await.is_same_check(&fixed), "read back from the org");
    let row = rig.check_row("nwWinFirewall").await;
    assert!(row.valid && !row.draft, "{row:?}");
    assert_eq!(row.expectations, Some((1, 1)));
    let sheet = rig.check_sheet(None, &key).await;
    assert!(published(&sheet).is_same_check(&fixed));
    assert_eq!((&sheet.draft, sheet.drifted), (&None, false));

    // Both versions, and what changed.
    let new = rig.until_snapshot_shows(old).await;
    let versions = rig.versions(&key).await.versions;
    let from: Vec<_> = versions.iter().map(|v| v.from.clone()).collect();
    let saved = VersionFrom::Saved("The table exists".into());
    assert_eq!(from.len(), 3, "{from:?}");
    assert!(from.contains(&VersionFrom::Org(old)) && from.contains(&VersionFrom::Org(new)), "{from:?}");
    assert!(from.contains(&saved), "{from:?}");
    let first = versions.iter().find(|v| v.from == VersionFrom::Org(old)).expect("the old one");
    assert!(first.content.is_same_check(&was) && first.changes.is_empty());
    let kept = versions.iter().find(|v| v.from == saved).expect("the saved one");
    assert_eq!(kept.met, Some((1, 1)));
    let lines: Vec<&Line> = versions
        .iter()
        .flat_map(|v| v.changes.iter().filter(|c| c.field == "query").flat_map(|c| &c.lines))
        .collect();
    let has =
        |line: &dyn Fn(&str) -> Line, query: &str| query.lines().all(|text| lines.contains(&&line(text)));
    assert!(has(&|text| Line::Removed(text.into()), &was.query), "{lines:?}");
    assert!(has(&|text| Line::Added(text.into()), &fixed.query), "{lines:?}");

    // The past is as it was.
    let then = rig.check_sheet(Some(old), &key).await;
    assert!(published(&then).is_same_check(&was) && then.snapshot == old);
    assert!(!row_of(&rig.checks(Some(old)).await, "nwWinFirewall").valid);
    let now = rig.check_sheet(Some(new), &key).await;
    assert!(published(&now).is_same_check(&fixed));
    assert!(row_of(&rig.checks(Some(new)).await, "nwWinFirewall").valid);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_begun_kept_discarded_brought_back_and_adopted() {
    let mut rig = Rig::new(50).await;
    rig.synced().await;
    let healthy = rig.shipped_state(HEALTHY).await;
    let expectations = vec![Expectation { state: healthy, want: Want::Pass }];
    let first = content("Ours", OsqueryPlatform::Windows, "SELECT 1 AS ok FROM os_version;");
    let begun = NewDraft { content: first.clone(), expectations: expectations.clone(), passes: None };
    let count = rig.checks(None).await.rows.len();
    let key = rig.app.call(begun.clone()).await.expect("a draft");
    assert!(matches!(key, CheckKey::Draft(_)));
    assert_eq!(rig.checks(None).await.rows.len(), count + 1);
    let row = rig.check_row("nwOurs").await;
    assert_eq!(
        (row.key.clone(), row.draft, row.policies, row.last_updated),
        (key.clone(), true, Some(0), None)
    );

    // Written on, and kept.
    let second = CheckContent { query: "SELECT 0 AS ok FROM os_version;".into(), ..first.clone() };
    let save = |content: &CheckContent| SaveDraft {
        key: key.clone(),
        content: content.clone(),
        expectations: expectations.clone(),
        passes: None,
    };
    rig.app.call(save(&second)).await.expect("kept");
    rig = rig.restart().await;
    let sheet = rig.check_sheet(None, &key).await;
    assert_eq!((sheet.published, sheet.draft, sheet.used_by), (None, Some(second.clone()), None));
    assert_eq!(rig.check_row("nwOurs").await.expectations, Some((0, 1)), "it answers 0 everywhere");

    // Thrown away; the answer brings it back.
    let gone = rig.app.call(DiscardDraft { key: key.clone() }).await.expect("discarded").expect("the draft");
    assert_eq!(gone, NewDraft { content: second.clone(), expectations: expectations.clone(), passes: None });
    assert_eq!(rig.app.call(DiscardDraft { key: key.clone() }).await.expect("nothing there"), None);
    let ask = GetCheck { as_of: None, key: key.clone() };
    assert_eq!(rig.app.call(ask).await.expect_err("gone").kind, FailureKind::NotFound);
    assert_eq!(rig.app.call(save(&first)).await.expect_err("gone").kind, FailureKind::NotFound);
    assert_eq!(rig.checks(None).await.rows.len(), count);
    let back = rig.app.call(gone).await.expect("back");
    assert_ne!(back, key, "a number is not given twice");
    assert_eq!(rig.check_sheet(None, &back).await.draft, Some(second.clone()));

    // Published: what belonged to the draft belongs to the org's check.
    let note = SaveVersion {
        key: back.clone(),
        content: second.clone(),
        expectations: expectations.clone(),
        passes: None,
        note: "First".into(),
    };
    rig.app.call(note).await.expect("kept");
    rig.unlock().await;
    let then = rig.snapshot().await;
    let made = rig.change_check(CheckAsk::Create { content: second.clone() }).await;
    let id = made.check.expect("its id");
    assert!(rig.read_back(&id).await.is_same_check(&second));
    rig.app.call(AdoptDraft { key: back.clone(), id: id.clone() }).await.expect("adopted");
    let key = CheckKey::Org(id);
    let sheet = rig.check_sheet(None, &key).await;
    assert_eq!((&sheet.draft, &sheet.expectations), (&None, &expectations));
    let past = GetCheck { as_of: Some(then), key: key.clone() };
    assert_eq!(rig.app.call(past).await.expect_err("not there then").kind, FailureKind::NotFound);
    let row = rig.check_row("nwOurs").await;
    assert_eq!((&row.key, row.draft, row.expectations), (&key, false, Some((0, 1))));
    assert_eq!(rig.checks(None).await.rows.len(), count + 1, "the draft is no row of its own any more");
    let saved = |v: &Versions| v.versions.iter().filter(|v| matches!(v.from, VersionFrom::Saved(_))).count();
    assert_eq!((saved(&rig.versions(&key).await), saved(&rig.versions(&back).await)), (1, 0));
}

/// The org's check was changed by another admin after the draft was begun.
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_of_what_another_admin_changed_says_so() {
    let rig = Rig::new(50).await;
    rig.synced().await;
    let key = rig.check_row("nwNoSsh").await.key;
    let was = published(&rig.check_sheet(None, &key).await).clone();
    let ours = CheckContent { description: "Ours".into(), ..was.clone() };
    let save = SaveDraft { key: key.clone(), content: ours.clone(), expectations: vec![], passes: None };
    rig.app.call(save).await.expect("kept");
    assert!(!rig.check_sheet(None, &key).await.drifted);
    rig.pass(std::time::Duration::from_secs(3600));
    let theirs = serde_json::json!({ "name": "Theirs", "variableName": "nwNoSsh", "platform": "MACOS", "query": "SELECT 2;" });
    let path = format!("/api/v1/device-posture-checks/{key}");
    assert_eq!(rig.org_says(Method::PUT, &path, Some(theirs)).await.0, 200);
    rig.sync_all().await;
    let sheet = rig.check_sheet(None, &key).await;
    assert_eq!((published(&sheet).name.as_str(), sheet.draft.as_ref()), ("Theirs", Some(&ours)));
    assert!(sheet.drifted);
}

/// What is expected of a check counts in the list as the lab tries it, a text that passes included.
#[tokio::test(flavor = "multi_thread")]
async fn expectations_count_what_the_bench_shows() {
    let rig = Rig::new(50).await;
    rig.synced().await;
    let listed = rig.app.call(ListStates { platform: OsqueryPlatform::Windows }).await.expect("states");
    let mut expectations = Vec::new();
    for row in &listed.shipped {
        let StateKey::Shipped(name) = &row.key else { panic!("{row:?} comes along") };
        expectations.push(Expectation { state: rig.shipped_state(name).await, want: Want::Pass });
    }
    let version = "SELECT version AS ok FROM os_version;";
    let passing = {
        let table = &expectations[0].state.tables["os_version"];
        table.rows[0]["version"].clone().expect("a version")
    };
    let mut textbox = content("System", OsqueryPlatform::Windows, version);
    textbox.mapping = Mapping::Textbox;
    let draft = |passes: Option<&str>| NewDraft {
        content: textbox.clone(),
        expectations: expectations.clone(),
        passes: passes.map(str::to_owned),
    };
    for (passes, some) in [(Some(&*passing), true), (Some("none like it"), false), (None, false)] {
        let key = rig.app.call(draft(passes)).await.expect("a draft");
        let subject = Subject { passes: passes.map(str::to_owned), ..subject(&textbox) };
        let ask = TryCheck { subject, expectations: expectations.clone() };
        let tried = rig.app.call(ask).await.expect("tried");
        assert_eq!(tried.expected.len(), expectations.len());
        let met = tried.expected.iter().filter(|e| e.met).count() as u32;
        for one in &tried.expected {
            assert_eq!(one.met, one.want.is_met_by(&one.trial.judgement), "{one:?}");
        }
        assert_eq!(met > 0, some, "{passes:?}: {tried:?}");
        assert_eq!(rig.check_row("nwSystem").await.expectations, Some((met, expectations.len() as u32)));
        let sheet = rig.check_sheet(None, &key).await;
        assert_eq!((sheet.passes.as_deref(), sheet.expectations.len()), (passes, expectations.len()));
        rig.app.call(DiscardDraft { key }).await.expect("discarded");
    }
}
