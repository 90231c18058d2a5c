//! `posternctl` as scripts see it: what it writes where, and how it ends.

mod case;
mod check;
mod check_org;
mod contain;
mod log;

use demo_org::{DemoOrg, Fault, FaultKind, Faults, Options};
use std::{
    path::Path,
    process::{Command, Output},
};

const PASSPHRASE: &str = "open sesame";

fn command(args: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_posternctl"));
    for name in ["POSTERN_ORG", "POSTERN_TOKEN", "POSTERN_DATA", "POSTERN_CLIENT_ID", "POSTERN_KEY_FILE"] {
        command.env_remove(name);
    }
    command.args(args).env("POSTERN_PASSPHRASE", PASSPHRASE).envs(variables.iter().copied());
    command
}

fn posternctl(args: &[&str], variables: &[(&str, &str)]) -> Output {
    command(args, variables).output().expect("posternctl starts")
}

/// Runs it away from the threads that serve the org.
async fn run(args: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    let variables: Vec<(String, String)> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let work = move || {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let variables: Vec<(&str, &str)> = variables.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        posternctl(&args, &variables)
    };
    let output = tokio::task::spawn_blocking(work).await.expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

async fn org(devices: u64) -> DemoOrg {
    demo_org::start(Options { devices, rate_limits: false, ..Options::default() }).await.expect("a free port")
}

async fn sync(org: &DemoOrg, data: &Path) -> (Option<i32>, String, String) {
    let data = data.to_str().expect("a path");
    run(&["sync", "--org", org.url(), "--data", data], &[("POSTERN_TOKEN", org.token())]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_synced_can_be_exported_without_the_org() {
    let (org, data) = (org(450).await, tempfile::tempdir().expect("a folder"));
    let (code, out, err) = sync(&org, data.path()).await;
    assert_eq!((code, out.as_str()), (Some(0), ""), "{err}");
    assert!(err.contains("Synced 450 devices"), "{err}");
    let url = org.url().to_owned();
    org.stop().await;

    let folder = data.path().to_str().expect("a path");
    let export = |args: &[&str]| {
        let mut all = vec!["export"];
        all.extend(args.iter().copied());
        all.extend(["--org", &url, "--data", folder]);
        let all: Vec<String> = all.into_iter().map(str::to_owned).collect();
        async move { run(&all.iter().map(String::as_str).collect::<Vec<_>>(), &[]).await }
    };
    let (code, csv, err) = export(&["devices"]).await;
    assert_eq!(code, Some(0), "{err}");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("sound CSV");
    assert_eq!(rows.len(), 450);
    let risky = |cell: &str| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    assert!(
        rows.iter().all(|row| row.iter().all(|cell| !risky(cell))),
        "a cell that a spreadsheet would run"
    );

    let (_, json, _) = export(&["devices", "--format", "json", "--filter", "platform=MACOS"]).await;
    let macs: Vec<serde_json::Value> = serde_json::from_str(&json).expect("JSON");
    assert!(!macs.is_empty() && macs.iter().all(|mac| mac["platform"] == "MACOS"));
    let in_csv = rows.iter().filter(|row| &row[3] == "MACOS").count();
    assert_eq!(macs.len(), in_csv);

    for what in ["links", "users", "objects"] {
        let (code, lines, err) = export(&[what, "--format", "jsonl"]).await;
        assert_eq!(code, Some(0), "{what}: {err}");
        let parsed = lines.lines().map(serde_json::from_str::<serde_json::Value>);
        assert!(parsed.collect::<Result<Vec<_>, _>>().expect("JSON lines").len() > 10, "{what}");
    }

    let file = data.path().join("out.csv");
    let (code, out, _) = export(&["devices", "--output", file.to_str().expect("a path")]).await;
    assert_eq!((code, out.as_str()), (Some(0), ""));
    assert_eq!(std::fs::read_to_string(file).expect("the file"), csv);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_end_has_its_code() {
    let (org, data) = (org(40).await, tempfile::tempdir().expect("a folder"));
    let folder = data.path().to_str().expect("a path");
    let ends = async |args: &[&str], token: &str, want: i32| {
        let (code, out, err) = run(args, &[("POSTERN_TOKEN", token)]).await;
        assert_eq!(code, Some(want), "{args:?}: {err}");
        assert_eq!(out, "", "only data goes to stdout");
        assert!(!err.is_empty() && (token.is_empty() || !err.contains(token)), "{err}");
    };
    let url = org.url();
    ends(&["sync", "--nonsense"], "", 2).await;
    ends(&["sync", "--data", folder], org.token(), 2).await;
    ends(&["sync", "--org", url, "--data", folder], "", 2).await;
    ends(&["export", "users", "--filter", "os=1", "--org", url, "--data", folder], "", 2).await;
    ends(&["export", "devices", "--org", url, "--data", folder], "", 1).await;
    ends(&["sync", "--org", url, "--data", folder], "00wrong", 3).await;
    ends(&["sync", "--org", "http://127.0.0.1:9", "--data", folder], org.token(), 4).await;
    org.control().set_faults(Faults::from(Fault::on("/api/v1/groups", FaultKind::Forbidden)));
    ends(&["sync", "--org", url, "--data", folder], org.token(), 5).await;
    let cache = std::fs::read_dir(data.path().join("orgs")).expect("a folder").filter_map(Result::ok);
    let port = url.rsplit(':').next().expect("a port").to_owned();
    let cache =
        cache.map(|entry| entry.path()).find(|path| path.to_string_lossy().ends_with(&format!("{port}.db")));
    std::fs::write(cache.expect("the cache"), b"no cache at all").expect("writes");
    ends(&["sync", "--org", url, "--data", folder], org.token(), 6).await;
}

#[test]
fn the_help_teaches() {
    for (args, words) in [
        (&["--help"][..], &["POSTERN_TOKEN", "Exit codes", "Examples"][..]),
        (&["sync", "--help"][..], &["--full", "Examples"][..]),
        (&["export", "--help"][..], &["--format", "--filter", "last_evidence", "Examples"][..]),
        (
            &["check", "--help"][..],
            &["lint", "test", "templates", "diff", "plan", "apply", "Exit codes", "Examples"][..],
        ),
        (&["check", "plan", "--help"][..], &["--prune", "--force", "Exit codes", "Examples"][..]),
        (&["check", "apply", "--help"][..], &["--yes", "--keep-going", "Exit codes", "Examples"][..]),
        (&["check", "resume", "--help"][..], &["--cancel", "Examples"][..]),
        (&["case", "verify", "--help"][..], &["--identity", "--sha256", "Exit codes", "Examples"][..]),
        (&["log", "--help"][..], &["--count-by", "--since", "root_session", "--json", "Examples"][..]),
        (&["contain", "run", "--help"][..], &["--confirm", "revoke_sessions", "--note", "Examples"][..]),
        (&["check", "lint", "--help"][..], &["--jsonl", "sarif", "--fail-on", "Examples"][..]),
    ] {
        let help = String::from_utf8(posternctl(args, &[]).stdout).expect("text");
        words.iter().for_each(|word| assert!(help.contains(word), "{args:?} lacks {word}"));
    }
}
