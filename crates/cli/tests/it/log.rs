//! `posternctl log` as scripts see it: what is listed is what is counted, and neither needs the org.

use crate::{org, run, sync};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn events_are_listed_and_counted_without_the_org() {
    let (org, data) = (org(80).await, tempfile::tempdir().expect("a folder"));
    sync(&org, data.path()).await;
    let (url, token) = (org.url().to_owned(), org.token().to_owned());
    org.stop().await;
    let folder = data.path().to_str().expect("a path").to_owned();
    let log = async |args: &[&str]| {
        let all = [&["log", "--org", &url, "--data", &folder], args].concat();
        run(&all, &[("POSTERN_TOKEN", &token)]).await
    };

    let (code, out, err) = log(&[]).await;
    assert_eq!((code, out.lines().count()), (Some(0), 100), "{err}");
    assert!(err.contains("older events fit, too"), "{err}");
    let times: Vec<&str> = out.lines().map(|line| line.split('\t').next().expect("a time")).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "newest first");
    assert!(out.lines().all(|line| line.split('\t').count() == 7), "seven cells a line");

    // All of them, as JSON; what is counted is what is listed.
    let (code, all, _) = log(&["--limit", "0", "--json"]).await;
    let rows: Vec<Value> = all.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(code, Some(0));
    assert!(rows.len() > 600, "more than one page: {}", rows.len());
    let (_, counts, told) = log(&["--count-by", "event_type"]).await;
    assert!(told.contains(&format!("{} events fit.", rows.len())), "{told}");
    let of = |line: &str| -> (usize, String) {
        let mut cells = line.split('\t');
        let count = cells.next().and_then(|n| n.parse().ok()).expect("a count");
        (count, cells.next().expect("a value").to_owned())
    };
    let is = |row: &Value, kind: &str| row["event"]["event_type"] == kind;
    for (count, kind) in counts.lines().map(of) {
        assert_eq!(rows.iter().filter(|row| is(row, &kind)).count(), count, "{kind}");
        let narrow = format!("event_type={kind}");
        let (_, listed, _) = log(&["--filter", &narrow, "--limit", "0"]).await;
        assert_eq!(listed.lines().count(), count, "{kind}");
    }
    // With several fields each line says which it is of.
    let (_, json, _) = log(&["--count-by", "outcome", "--count-by", "user", "--json"]).await;
    let parsed = json.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let fields: Vec<String> = parsed.map(|one| one["field"].as_str().expect("a field").to_owned()).collect();
    assert!(fields.contains(&"outcome".to_owned()) && fields.contains(&"user".to_owned()));
    let (_, both, _) = log(&["--count-by", "outcome", "--count-by", "user"]).await;
    assert!(
        both.lines().all(|line| ["outcome", "user"].contains(&line.split('\t').nth(1).expect("a field")))
    );

    // A span has its beginning and not its end.
    let edge = rows[300]["event"]["published"].as_i64().expect("milliseconds");
    let edge = domain_time(edge);
    let (_, after, _) = log(&["--since", &edge, "--limit", "0", "--json"]).await;
    let (_, before, _) = log(&["--until", &edge, "--limit", "0", "--json"]).await;
    assert_eq!(after.lines().count() + before.lines().count(), rows.len());
    assert!(after.lines().count() > 300);
    let (_, week, err) = log(&["--since", "2d", "--limit", "0"]).await;
    assert!(week.lines().count() < rows.len() && !err.contains("rare kinds"), "{err}");
    let (_, _, err) = log(&["--since", "60d", "--filter", "event_type=user.session.start"]).await;
    assert!(err.contains("only events of rare kinds"), "what is not known is told: {err}");
    let (code, none, _) = log(&["--search", "nothing has this word"]).await;
    assert_eq!((code, none.as_str()), (Some(0), ""));

    for wrong in [
        &["--filter", "colour=red"][..],
        &["--filter", "ip="][..],
        &["--since", "yesterday"][..],
        &["--count-by", "colour"][..],
        &["--count-by", "ip", "--limit", "3"][..],
    ] {
        let (code, out, err) = log(wrong).await;
        assert_eq!((code, out.as_str()), (Some(2), ""), "{wrong:?}: {err}");
    }
}

/// A time as the command takes it.
fn domain_time(ms: i64) -> String {
    domain::Timestamp(ms).to_rfc3339()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_copy_there_is_no_log() {
    let (org, data) = (org(10).await, tempfile::tempdir().expect("a folder"));
    let folder = data.path().to_str().expect("a path");
    let args = ["log", "--org", org.url(), "--data", folder];
    let (code, out, err) = run(&args, &[("POSTERN_TOKEN", org.token())]).await;
    assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
    assert!(err.contains("sync"), "{err}");
}
