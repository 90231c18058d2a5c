//! `posternctl case` as scripts see it: evidence is frozen without the org, written as one file, and checked by anybody.

use crate::{org, run, sync};
use serde_json::Value;
use std::path::Path;

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_frozen_offline_exported_and_verified() {
    let (org, data) = (org(60).await, tempfile::tempdir().expect("a folder"));
    sync(&org, data.path()).await;
    let (url, token) = (org.url().to_owned(), org.token().to_owned());
    org.stop().await;
    let folder = data.path().to_str().expect("a path").to_owned();
    let case = async |args: &[&str]| {
        let all = [&["case"], args, &["--org", &url, "--data", &folder]].concat();
        run(&all, &[("POSTERN_TOKEN", &token)]).await
    };
    let (_, users, _) =
        run(&["export", "users", "--format", "jsonl", "--org", &url, "--data", &folder], &[]).await;
    let user: Value = serde_json::from_str(users.lines().next().expect("somebody")).expect("JSON");
    let id = user["id"].as_str().expect("an id");

    assert_eq!(case(&["freeze", "--title", "Nobody"]).await.0, Some(2), "nothing to freeze");
    assert_eq!(case(&["freeze", "--user", id]).await.0, Some(2), "a new case has a title");
    let (code, out, err) =
        case(&["freeze", "--title", "Lost badge", "--user", id, "--event-type", "user.session.*"]).await;
    assert_eq!(code, Some(0), "{err}");
    let frozen: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&frozen["id"], &frozen["title"]), (&1.into(), &"Lost badge".into()));
    let more = case(&["freeze", "--case", "1", "--user", id, "--note", "again"]).await;
    assert_eq!(more.0, Some(0), "{}", more.2);
    let (_, list, _) = case(&["list", "--open", "--search", "badge"]).await;
    assert_eq!(list.lines().count(), 1);
    assert_eq!(case(&["list", "--search", "nothing like it"]).await.1, "");

    let (code, out, err) = case(&["export", "1"]).await;
    assert_eq!(code, Some(0), "{err}");
    let done: Value = serde_json::from_str(&out).expect("JSON");
    let (file, hash) = (done["path"].as_str().expect("a path"), done["sha256"].as_str().expect("a hash"));
    verified(file, hash).await;
    let (code, out, _) = run(&["case", "open", file], &[]).await;
    assert_eq!((code, out.lines().count() as u64), (Some(0), done["files"].as_u64().expect("a count") - 2));
    let (code, notes, _) = run(&["case", "open", file, "--print", "notes.jsonl"], &[]).await;
    assert!(code == Some(0) && notes.contains("again"), "{notes}");
    assert_eq!(run(&["case", "open", file, "--print", "nosuch"], &[]).await.0, Some(1));
}

/// A whole bundle is told from a damaged one, from another one, and from what is none.
async fn verified(file: &str, hash: &str) {
    let verify = async |args: &[&str]| run(&[&["case", "verify"], args].concat(), &[]).await;
    let (code, out, err) = verify(&[file]).await;
    assert_eq!((code, out.trim()), (Some(0), hash), "{err}");
    assert!(err.contains("Whole: “Lost badge”"), "{err}");
    assert_eq!(verify(&[file, "--sha256", &hash.to_uppercase()]).await.0, Some(0));
    assert_eq!(verify(&[file, "--sha256", &"0".repeat(64)]).await.0, Some(1), "another bundle");
    let mut bytes = std::fs::read(file).expect("reads");
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    let changed = format!("{file}.changed");
    std::fs::write(&changed, &bytes).expect("writes");
    let (code, out, err) = verify(&[&changed]).await;
    assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
    bytes.truncate(at);
    std::fs::write(&changed, &bytes).expect("writes");
    assert_eq!(verify(&[&changed]).await.0, Some(1));
    std::fs::write(&changed, "no bundle").expect("writes");
    assert_eq!(verify(&[&changed]).await.0, Some(2));
    assert_eq!(verify(&["/no/such/file"]).await.0, Some(2));
    let locked = Path::new(&changed);
    std::fs::write(locked, "age-encryption.org/v1\n").expect("writes");
    assert_eq!(verify(&[&changed]).await.0, Some(3), "encrypted, and no identity");
}
