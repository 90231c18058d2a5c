//! `posternctl check plan`, `apply`, `resume` and `export` against the demo org, as CI sees them.

use super::{org, run};
use demo_org::{DemoOrg, Fault, FaultKind, Faults};
use serde_json::Value;
use std::{fs, path::PathBuf};
use tempfile::TempDir;

const CHECKS: &str = "/api/v1/device-posture-checks";
const POST: &str = "POST /api/v1/device-posture-checks";
const PUT: &str = "PUT /api/v1/device-posture-checks/{id}";
const DELETE: &str = "DELETE /api/v1/device-posture-checks/{id}";

/// An org, a local copy, and a folder of checks.
struct Room {
    org: DemoOrg,
    data: TempDir,
    checks: TempDir,
}

impl Room {
    async fn new() -> Self {
        let folder = || tempfile::tempdir().expect("a folder");
        Self { org: org(40).await, data: folder(), checks: folder() }
    }

    fn checks(&self) -> &str {
        self.checks.path().to_str().expect("a path")
    }

    /// `check`, with this org.
    async fn check(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let data = self.data.path().to_str().expect("a path");
        let mut all = vec!["check"];
        all.extend(args);
        all.extend(["--org", self.org.url(), "--data", data]);
        run(&all, &[("POSTERN_TOKEN", self.org.token())]).await
    }

    async fn json(&self, args: &[&str], code: i32) -> Value {
        let (got, out, err) = self.check(args).await;
        assert_eq!(got, Some(code), "{args:?}: {out}{err}");
        serde_json::from_str(&out).expect("JSON")
    }

    async fn lines(&self, args: &[&str], code: i32) -> Vec<Value> {
        let (got, out, err) = self.check(args).await;
        assert_eq!(got, Some(code), "{args:?}: {out}{err}");
        out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    async fn plan(&self, more: &[&str], code: i32) -> Value {
        let mut all = vec!["plan", self.checks(), "--format", "json"];
        all.extend(more);
        self.json(&all, code).await
    }

    async fn apply(&self, more: &[&str], code: i32) -> Vec<Value> {
        let mut all = vec!["apply", self.checks(), "--format", "json", "--yes"];
        all.extend(more);
        self.lines(&all, code).await
    }

    async fn template(&self, id: &str) {
        let (code, _, err) =
            run(&["check", "templates", id, "--write", self.checks(), "--replace"], &[]).await;
        assert_eq!(code, Some(0), "{err}");
    }

    fn file(&self, name: &str) -> PathBuf {
        self.checks.path().join(name)
    }

    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.file(name)).expect("the file");
        assert!(text.contains(from), "{text}");
        fs::write(self.file(name), text.replace(from, to)).expect("writes");
    }

    fn sent(&self) -> [u64; 3] {
        [POST, PUT, DELETE].map(|endpoint| self.org.control().calls_to(endpoint))
    }

    fn faults(&self, faults: impl Into<Faults>) {
        self.org.control().set_faults(faults);
    }
}

fn of<'p>(plan: &'p Value, name: &str) -> &'p Value {
    let checks = plan["checks"].as_array().expect("checks");
    let found = checks.iter().find(|check| check["variable_name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {plan:#}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_files_say_is_made_changed_and_left_alone() {
    let room = Room::new().await;
    // An empty folder says nothing, least of all that everything has to go.
    let (code, out, err) = room.check(&["plan", room.checks(), "--prune"]).await;
    assert_eq!((code, out.as_str()), (Some(2), ""), "{err}");
    assert!(err.contains("There is no file in it"), "{err}");

    room.template("macos_firewall").await;
    let plan = room.plan(&[], 7).await;
    let firewall = of(&plan, "macos_firewall");
    assert_eq!((&firewall["action"], &firewall["id"]), (&"create".into(), &Value::Null));
    assert_eq!(firewall["refused"], Value::Array(Vec::new()));
    let fields = firewall["fields"].as_array().expect("fields");
    let query = fields.iter().find(|field| field["field"] == "query").expect("the query");
    assert!(
        query["lines"].as_array().is_some_and(|lines| lines.iter().any(|line| line["change"] == "added"))
    );
    let known = plan["summary"]["keep"].as_u64().expect("a count");
    assert_eq!((&plan["summary"]["create"], known >= 6), (&1.into(), true), "{plan:#}");
    assert!(plan["snapshot"]["at"].is_string() || plan["snapshot"]["at"].is_number(), "{plan:#}");

    // Without a yes nothing is sent; with one it is, once.
    let (code, out, err) = room.check(&["apply", room.checks()]).await;
    assert_eq!(code, Some(2), "{out}{err}");
    assert!(out.contains("create: macos_firewall") && err.contains("--yes"), "{out}{err}");
    assert_eq!(room.sent(), [0, 0, 0]);
    let [made] = &room.apply(&["--note", "from a test"], 0).await[..] else { panic!("one line") };
    assert_eq!((&made["outcome"], &made["action"]), (&"verified".into(), &"create".into()));
    let id = made["check"].as_str().expect("an id").to_owned();
    assert!(id.starts_with("dch") && made["request_id"].is_string(), "{made}");
    assert_eq!(room.sent(), [1, 0, 0]);
    assert_eq!(room.apply(&[], 0).await, Vec::<Value>::new(), "the second apply does nothing");
    assert_eq!(of(&room.plan(&[], 0).await, "macos_firewall")["action"], "unchanged");
    assert_eq!(room.sent(), [1, 0, 0]);

    // The org trims texts.
    room.edit("macos_firewall.check.yaml", "name: Firewall is on", "name: 'Firewall is on '");
    assert_eq!(of(&room.plan(&["--no-sync"], 0).await, "macos_firewall")["action"], "unchanged");
    room.edit("macos_firewall.check.yaml", "description: ", "description: New, ");
    let plan = room.plan(&[], 7).await;
    let firewall = of(&plan, "macos_firewall");
    assert_eq!((&firewall["action"], &firewall["id"]), (&"replace".into(), &id.as_str().into()));
    let fields = firewall["fields"].as_array().expect("fields");
    assert_eq!(fields.iter().map(|field| &field["field"]).collect::<Vec<_>>(), ["description"]);
    let (code, out, err) = room.check(&["apply", room.checks(), "--yes"]).await;
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("replace macos_firewall: verified, change 2, request "), "{out}");
    assert_eq!(room.sent(), [1, 1, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_is_wrong_is_refused_and_nothing_is_sent() {
    let room = Room::new().await;
    room.template("macos_firewall").await;
    room.template("macos_gatekeeper").await;
    let refused = async |word: &str| {
        let plan = room.plan(&[], 1).await;
        let why = of(&plan, "macos_firewall")["refused"].to_string();
        assert!(why.contains(word), "{why}");
        assert_eq!(plan["summary"]["refused"], 1);
        let (code, out, err) = room.check(&["apply", room.checks(), "--yes", "--no-sync"]).await;
        assert_eq!(code, Some(1), "{out}{err}");
        assert!(out.contains("refused: ") && err.contains("Nothing was sent."), "{out}{err}");
        assert_eq!(room.sent(), [0, 0, 0]);
    };
    let sql = fs::read_to_string(room.file("macos_firewall.sql")).expect("the file");
    fs::write(room.file("macos_firewall.sql"), "SELECT 0 AS pass FROM alf;").expect("writes");
    refused("pass is wanted, the answer is fail").await;
    fs::write(room.file("macos_firewall.sql"), sql.replace("alf", "no_such_table")).expect("writes");
    refused("no_such_table").await;
    let forced = room.plan(&["--force"], 7).await;
    assert_eq!(of(&forced, "macos_firewall")["refused"], Value::Array(Vec::new()));

    // One file that can't be read stops everything.
    fs::write(room.file("macos_firewall.check.yaml"), "nonsense: 1").expect("writes");
    for command in ["plan", "apply"] {
        let (code, out, err) = room.check(&[command, room.checks()]).await;
        assert_eq!((code, out.as_str()), (Some(2), ""), "{err}");
        assert!(err.contains("nonsense"), "{err}");
    }
    // So does a name that two files have, wherever they stand.
    let file = room.file("macos_gatekeeper.check.yaml");
    let file = file.to_str().expect("a path");
    let (code, _, err) = room.check(&["plan", file, file]).await;
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("has the variable name"), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_use_is_never_pruned() {
    let room = Room::new().await;
    room.template("macos_firewall").await;
    let kept = room.plan(&[], 7).await;
    assert_eq!(kept["summary"]["delete"], 0, "nothing is deleted unless asked for");
    let plan = room.plan(&["--prune"], 7).await;
    let used = of(&plan, "nwGatekeeper");
    assert_eq!(used["action"], "keep");
    assert!(used["used_by"]["policies"].as_array().is_some_and(|policies| !policies.is_empty()), "{used}");
    assert!(used["warnings"].to_string().contains("It stays"), "{used}");
    let deleted = plan["summary"]["delete"].as_u64().expect("a count");
    assert!(deleted >= 2, "{plan:#}");
    let lines = room.apply(&["--prune"], 0).await;
    assert_eq!(lines.iter().filter(|line| line["action"] == "delete").count() as u64, deleted);
    assert!(lines.iter().all(|line| line["outcome"] == "verified"), "{lines:?}");
    assert_eq!(room.sent(), [1, 0, deleted]);
    let after = room.plan(&["--prune"], 0).await;
    assert_eq!(of(&after, "nwGatekeeper")["action"], "keep");

    // What could not be read may hide a use.
    room.faults(Fault::on("/api/v1/device-assurances", FaultKind::Forbidden));
    let other = Room { data: tempfile::tempdir().expect("a folder"), ..room };
    let blind = other.plan(&["--prune"], 0).await;
    assert_eq!(blind["summary"]["delete"], 0, "{blind:#}");
    // Checks that can't be read are none that are missing.
    other.faults(Fault::on(CHECKS, FaultKind::Forbidden));
    let (code, out, err) = other.check(&["plan", other.checks()]).await;
    assert_eq!((code, out.as_str()), (Some(3), ""), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_that_is_not_done_stops_the_rest_unless_told_to_go_on() {
    let room = Room::new().await;
    room.template("macos_firewall").await;
    room.template("macos_gatekeeper").await;
    let fault = || Fault::on(CHECKS, FaultKind::Status { status: 500 }).method("POST");
    room.faults(fault());
    let outcomes = |lines: Vec<Value>| -> Vec<String> {
        lines.iter().map(|line| line["outcome"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(outcomes(room.apply(&[], 5).await), ["not_applied", "not_started"]);
    assert_eq!(room.sent()[0], 1);
    assert_eq!(outcomes(room.apply(&["--keep-going"], 5).await), ["not_applied", "not_applied"]);
    room.faults(Faults::none());
    assert_eq!(outcomes(room.apply(&[], 0).await), ["verified", "verified"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_is_listed_and_gone_on_with() {
    let room = Room::new().await;
    room.template("macos_firewall").await;
    room.template("macos_gatekeeper").await;
    room.faults(Fault::on(CHECKS, FaultKind::Forbidden).method("POST"));
    let (code, out, err) = room.check(&["apply", room.checks(), "--yes"]).await;
    assert_eq!(code, Some(3), "{out}{err}");
    assert!(
        err.contains("posternctl check resume 1 ") && err.contains("devicePostureChecks.manage"),
        "{err}"
    );
    assert!(out.contains("macos_gatekeeper: not started"), "{out}");
    room.faults(Faults::none());
    // Until then the check is in its hands.
    let plan = room.plan(&[], 1).await;
    assert!(of(&plan, "macos_firewall")["refused"].to_string().contains("not over yet"), "{plan:#}");
    let [held] = &room.lines(&["resume"], 7).await[..] else { panic!("one line") };
    assert_eq!((&held["change"], &held["variable_name"]), (&1.into(), &"macos_firewall".into()));
    let [done] = &room.lines(&["resume", "1"], 0).await[..] else { panic!("one line") };
    assert_eq!(done["outcome"], "verified");
    assert_eq!(room.lines(&["resume"], 0).await, Vec::<Value>::new());
    assert_eq!(room.check(&["resume", "99"]).await.0, Some(1));

    room.faults(Fault::on(CHECKS, FaultKind::Forbidden).method("POST"));
    room.apply(&[], 3).await;
    let sent = room.sent();
    room.faults(Faults::none());
    let [ended] = &room.lines(&["resume", "2", "--cancel"], 0).await[..] else { panic!("one line") };
    assert_eq!(ended["outcome"], "cancelled");
    assert_eq!(room.sent(), sent, "nothing is sent for it");
    assert_eq!(of(&room.plan(&[], 7).await, "macos_gatekeeper")["action"], "create");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_that_is_killed_is_settled_and_nothing_is_made_twice() {
    let room = Room::new().await;
    room.template("macos_firewall").await;
    room.plan(&[], 7).await;
    // The org does it, and its answer takes longer than the program lives.
    room.faults(Fault::on(CHECKS, FaultKind::Latency { ms: 20_000 }).method("POST"));
    let data = room.data.path().to_str().expect("a path");
    let mut child = super::command(
        &["check", "apply", room.checks(), "--yes", "--org", room.org.url(), "--data", data],
        &[("POSTERN_TOKEN", room.org.token())],
    )
    .stdout(std::process::Stdio::null())
    .stderr(std::process::Stdio::null())
    .spawn()
    .expect("posternctl starts");
    while room.org.control().calls_to(POST) == 0 {
        assert!(child.try_wait().expect("its state").is_none(), "it ended by itself");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    child.kill().expect("it is killed");
    child.wait().expect("it ended");
    room.faults(Faults::none());
    assert_eq!(room.lines(&["resume"], 0).await, Vec::<Value>::new(), "it needs nobody");
    let posts = room.sent()[0];
    let [settled] = &room.lines(&["resume", "1"], 5).await[..] else { panic!("one line") };
    assert_eq!(settled["outcome"], "not_applied", "the org was cut off before it did it");
    assert_eq!(room.sent()[0], posts);
    let [made] = &room.apply(&[], 0).await[..] else { panic!("one line") };
    assert_eq!(made["outcome"], "verified");
    assert_eq!(room.apply(&[], 0).await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_is_what_the_org_has() {
    let room = Room::new().await;
    let (code, _, err) = room.check(&["export", room.checks()]).await;
    assert_eq!(code, Some(0), "{err}");
    let plan = room.plan(&["--force", "--prune"], 0).await;
    assert_eq!((&plan["summary"]["keep"], &plan["summary"]["delete"]), (&0.into(), &0.into()), "{plan:#}");
    assert!(plan["summary"]["unchanged"].as_u64().is_some_and(|count| count >= 6), "{plan:#}");
    let (code, _, err) = room.check(&["export", room.checks(), "--no-sync"]).await;
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("--replace"), "{err}");

    // What only the file knows outlives what the org changed.
    room.template("macos_firewall").await;
    room.apply(&[], 0).await;
    let states = |text: &str| text.split("expectations:").nth(1).map(str::to_owned);
    let name = "macos_firewall.check.yaml";
    let before = fs::read_to_string(room.file(name)).expect("the file");
    room.edit(name, "description: ", "description: Another, ");
    let (code, _, err) = room.check(&["export", room.checks(), "--replace"]).await;
    assert_eq!(code, Some(0), "{err}");
    assert!(err.contains("Wrote 1 check to"), "{err}");
    let after = fs::read_to_string(room.file(name)).expect("the file");
    assert_eq!(states(&after), states(&before));
    assert!(states(&after).is_some() && !after.contains("Another"), "{after}");
}
