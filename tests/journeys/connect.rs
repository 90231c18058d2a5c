//! Connecting an org, from its domain to the first sync; several orgs side by side; wiping one.

use crate::{
    place::{Desk, Paper, Place, is_clean, org, register, state, walk},
    rig::{core_of, idle_of, options, start},
};
use app::{SetClock, cache_path, seal::Vault};
use axum::{Router, response::Html};
use contract::{
    Command, FailureKind, Handle,
    devices::ListDevices,
    orgs::*,
    session::{Environment, GetSession, NoteActivity, SealedBy, SetReadOnly},
};
use demo_org::Options;
use domain::DeviceQuery;
use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

const TOKEN_NARROW: &str = "00narrowNarrowNarrowNarrowNarrowNarrowNarr";

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_is_checked_before_anything_else() {
    let place = Place::new();
    let good = org(10).await;
    let check =
        place.ask(CheckOrg { domain: format!("{}/admin/dashboard", good.url()) }).await.expect("an org");
    assert_eq!(check.engine, Engine::IdentityEngine);
    assert!(check.corrected.is_some_and(|text| text.contains("host")) && !check.connected);
    assert_eq!(good.control().calls().keys().collect::<Vec<_>>(), ["GET /.well-known/okta-organization"]);

    let classic = demo_org::start(Options { classic: true, ..options(10) }).await.expect("a free port");
    let check = place.ask(CheckOrg { domain: classic.url().to_owned() }).await.expect("an org");
    assert_eq!(check.engine, Engine::Classic);

    let site = Router::new().fallback(async || Html("<h1>Welcome to Acme</h1>"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, site).await });
    let failure = place.ask(CheckOrg { domain: url }).await.expect_err("no org");
    assert!(failure.to_string().contains("Check the domain"), "{failure}");

    for typed in ["", "acme", "http://acme.okta.com", "https://me:secret@acme.okta.com"] {
        let failure = place.ask(CheckOrg { domain: typed.to_owned() }).await.expect_err(typed);
        assert_eq!(failure.kind, FailureKind::BadInput, "{typed}: {failure}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_registered_tested_connected_and_synced() {
    let (place, org) = (Place::new(), org(120).await);
    let key = place.ask(NewKey {}).await.expect("a key");
    let source = CredentialSource::NewKey { draft: key.draft.clone(), client_id: " 0oapostern ".into() };
    let early = place.report(org.url(), source.clone()).await.expect_err("nobody knows the key yet");
    assert_eq!(early.kind, FailureKind::Unauthorized);
    assert!(place.files().is_empty(), "nothing is kept of what was not accepted: {:?}", place.files());

    register(&org, &key, &["okta.orgs.read", "okta.devices.read", "okta.users.read", "okta.logs.read"]);
    let report = place.report(org.url(), source).await.expect("accepted");
    let facts =
        CredentialFacts::ServiceApp { client_id: "0oapostern".into(), key_id: Some(key.key_id.clone()) };
    assert_eq!(report.credential, facts);
    assert_eq!(state(&report, "okta.devices.read"), &AreaState::Granted);
    let AreaState::Missing(why) = state(&report, "okta.policies.read") else { panic!("{report:?}") };
    assert!(why.to_string().contains("okta.policies.read") && why.org_error_id.is_some(), "{why}");
    assert!(matches!(state(&report, "okta.devices.manage"), AreaState::Missing(_)));
    assert!(report.areas.iter().all(|area| !area.unlocks.is_empty()));
    assert!(place.files().is_empty(), "testing keeps nothing");

    let session = place.connect(&report.draft).await.expect("connected");
    let open = session.org.expect("it is open");
    assert_eq!(
        (open.read_only, open.environment, open.auto_lock_minutes),
        (true, Environment::Production, Some(15))
    );
    idle_of(&place.app).await;
    let page = place
        .ask(ListDevices {
            as_of: None,
            query: DeviceQuery::default(),
            offset: 0,
            limit: 10,
            rows_only: false,
        })
        .await
        .expect("rows");
    assert_eq!(page.total, 120);
    assert!(place.files().contains(&"orgs.json".to_owned()));
    place.assert_files_are_clean();
    let again = place
        .report(org.url(), CredentialSource::NewKey { draft: key.draft, client_id: "0oapostern".into() });
    assert!(again.await.is_err(), "the draft of a kept key is forgotten");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_taken_from_the_clipboard_which_is_then_cleared() {
    let (place, org) = (Place::new(), org(20).await);
    *place.clipboard.0.lock().expect("whole") = "my shopping list".into();
    let failure = place.report(org.url(), CredentialSource::Clipboard).await.expect_err("no token");
    assert!(failure.kind == FailureKind::BadInput && !failure.to_string().contains("shopping"), "{failure}");
    assert_eq!(org.control().calls().len(), 0, "what is no token is sent nowhere");

    let name = place.connected(&org).await;
    assert_eq!(&*place.clipboard.0.lock().expect("whole"), "");
    assert!(place.keeper.credentials(&name).expect("memory").is_some());
    let list = place.orgs().await;
    assert_eq!((list.len(), &list[0].credential, list[0].open), (1, &CredentialFacts::ApiToken, true));
    place.assert_files_are_clean();

    let place = place.restart().await;
    let session = place.ask(GetSession {}).await.expect("a session");
    assert_eq!(session.org.map(|org| (org.name, org.read_only)), Some((name, true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_is_not_kept() {
    let (place, org) = (Place::new(), org(10).await);
    *place.clipboard.0.lock().expect("whole") = TOKEN_NARROW.into();
    let failure = place.report(org.url(), CredentialSource::Clipboard).await.expect_err("refused");
    assert_eq!(failure.kind, FailureKind::Unauthorized);
    assert!(failure.org_error_id.is_some());
    assert!(place.connect("draft-1").await.is_err(), "only what was tested can be connected");
    assert!(place.files().is_empty() && place.orgs().await.is_empty());
    assert!(!place.clipboard.0.lock().expect("whole").is_empty(), "what was not kept stays where it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_or_a_token_can_lie_in_a_file() {
    let (place, org) = (Place::new(), org(10).await);
    let path = place.data.path().join("t.txt");
    let file = |path: &Path| CredentialSource::TokenFile { path: path.display().to_string() };
    std::fs::write(&path, "PASSWORD=hunter2\n").expect("written");
    let failure = place.report(org.url(), file(&path)).await.expect_err("no token");
    assert!(!failure.to_string().contains("hunter2"), "{failure}");
    assert!(place.report(org.url(), file(Path::new("t.txt"))).await.is_err(), "a relative path is refused");
    std::fs::write(&path, format!("{}\n", org.token())).expect("written");
    assert!(place.report(org.url(), file(&path)).await.is_ok());
    // Whoever opens a pipe waits until somebody writes into it.
    #[cfg(unix)]
    {
        let pipe = place.data.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("it is there");
        assert!(made.success());
        let soon = tokio::time::timeout(Duration::from_secs(10), place.report(org.url(), file(&pipe)));
        let told = soon.await.map_err(|_| std::fs::write(&pipe, "")).expect("it is told at once");
        assert_eq!(told.expect_err("no file").kind, FailureKind::BadInput);
    }
    let key =
        CredentialSource::KeyFile { path: path.display().to_string(), client_id: "0oa".into(), key_id: None };
    let failure = place.report(org.url(), key).await.expect_err("a token is no key");
    assert_eq!(failure.kind, FailureKind::BadInput);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_org_has_a_file_of_its_own_and_leaves_the_first_alone() {
    let place = Place::new();
    let (one, two) = (org(30).await, org(50).await);
    let first = place.connected(&one).await;
    let second = place.connected(&two).await;
    assert_ne!(cache_path(place.data.path(), &first), cache_path(place.data.path(), &second));
    let calls = one.control().calls();
    assert_eq!(place.ask(GetSession {}).await.expect("a session").org.expect("open").name, second);
    assert_eq!(devices_of(&place).await, 50);
    assert_eq!(one.control().calls(), calls, "the first org hears nothing of the second");

    let session = place.ask(OpenOrg { name: first.clone() }).await.expect("back");
    assert_eq!(session.org.map(|org| org.name), Some(first.clone()));
    assert_eq!(devices_of(&place).await, 30, "read without a sync, as it was left");
    let failure = place.ask(OpenOrg { name: "nobody.okta.com".into() }).await.expect_err("unknown");
    assert_eq!(failure.kind, FailureKind::NotFound);
    assert_eq!(place.ask(GetSession {}).await.expect("a session").org.expect("open").name, first);
}

async fn devices_of(place: &Place) -> u64 {
    let session = place.ask(GetSession {}).await.expect("a session");
    session.org.and_then(|org| org.snapshot).expect("a snapshot").devices
}

#[tokio::test(flavor = "multi_thread")]
async fn wiping_removes_everything_of_that_org_and_nothing_else() {
    let place = Place::new();
    let (one, two) = (org(30).await, org(20).await);
    let (first, second) = (place.connected(&one).await, place.connected(&two).await);
    let mistyped = WipeOrg { name: second.clone(), typed: first.clone() };
    assert_eq!(place.ask(mistyped).await.expect_err("mistyped").kind, FailureKind::BadInput);

    let wiped = place.ask(WipeOrg { name: second.clone(), typed: second.clone() }).await.expect("wiped");
    assert_eq!(wiped.removed.len(), 3, "{wiped:?}");
    assert!(wiped.left.iter().any(|text| text.contains("Revoke")), "{wiped:?}");
    assert!(place.keeper.credentials(&second).expect("memory").is_none());
    assert!(place.keeper.existing_cache_key(&second).expect("memory").is_none());
    let port = second.rsplit(':').next().expect("a port");
    assert!(place.files().iter().all(|file| !file.contains(port)), "{:?}", place.files());
    assert!(place.ask(GetSession {}).await.expect("a session").org.is_none(), "the open org is closed first");

    let left: Vec<String> = place.orgs().await.into_iter().map(|org| org.name).collect();
    assert_eq!(left, std::slice::from_ref(&first));
    place.ask(OpenOrg { name: first }).await.expect("the other one is untouched");
    assert_eq!(place.connected(&two).await, second, "a wiped org can be connected again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_list_is_told_set_aside_and_can_be_built_anew() {
    let (place, org) = (Place::new(), org(20).await);
    let name = place.connected(&org).await;
    std::fs::write(place.data.path().join("orgs.json"), "{\"version\":1,").expect("written");
    let place = place.restart().await;
    let session = place.ask(GetSession {}).await.expect("a session");
    let trouble = session.trouble.expect("it is told");
    assert!(session.org.is_none() && trouble.to_string().contains("orgs.damaged-1.json"), "{trouble}");
    assert!(place.files().contains(&"orgs.damaged-1.json".to_owned()), "{:?}", place.files());
    assert_eq!(place.connected(&org).await, name);
    let session = place.ask(GetSession {}).await.expect("a session");
    assert!(session.trouble.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_between_keychain_and_list_leaves_nothing_in_the_way() {
    let (place, org) = (Place::new(), org(20).await);
    let name = place.connected(&org).await;
    // Cache, key and credential are there; the list never got its entry.
    std::fs::remove_file(place.data.path().join("orgs.json")).expect("removed");
    let place = place.restart().await;
    assert!(place.orgs().await.is_empty());
    assert_eq!(place.connected(&org).await, name);
    assert_eq!(place.orgs().await.len(), 1);

    // And the other way round: a wipe that was killed before it came to the list.
    place.keeper.forget(&name).expect("memory");
    std::fs::remove_file(cache_path(place.data.path(), &name)).expect("removed");
    let place = place.restart().await;
    let session = place.ask(GetSession {}).await.expect("a session");
    let trouble = session.trouble.expect("it is told");
    assert!(session.org.is_none() && trouble.to_string().contains("No credential"), "{trouble}");
    place.ask(WipeOrg { name: name.clone(), typed: name.clone() }).await.expect("wiped to the end");
    assert!(place.orgs().await.is_empty());
    assert_eq!(place.connected(&org).await, name);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unlocked_org_says_what_it_lacks_and_locks_itself() {
    let (place, org) = (Place::new(), org(20).await);
    let key = place.ask(NewKey {}).await.expect("a key");
    let reads: Vec<&str> = app::settings::READ_SCOPES.to_vec();
    register(&org, &key, &reads);
    let source = CredentialSource::NewKey { draft: key.draft.clone(), client_id: "0oapostern".into() };
    let report = place.report(org.url(), source).await.expect("accepted");
    place.connect(&report.draft).await.expect("connected");
    idle_of(&place.app).await;

    let open = place.ask(SetReadOnly { read_only: false }).await.expect("unlocked").org.expect("open");
    assert!(!open.read_only);
    assert_eq!(open.lacks, app::settings::WRITE_SCOPES);
    assert_eq!(crate::rig::sync_of(&place.app).await.failure, None, "reading goes on without the scope");

    register(&org, &key, &[reads, app::settings::WRITE_SCOPES.to_vec()].concat());
    place.ask(SetReadOnly { read_only: true }).await.expect("locked");
    let open = place.ask(SetReadOnly { read_only: false }).await.expect("unlocked").org.expect("open");
    assert!(open.lacks.is_empty(), "{:?}", open.lacks);

    let minute = 60_000;
    place.clock.advance(14 * minute);
    place.ask(NoteActivity {}).await.expect("noted");
    place.clock.advance(14 * minute);
    assert!(!place.ask(GetSession {}).await.expect("a session").org.expect("open").read_only);
    // The question before was the page's own: it does not count as somebody.
    place.clock.advance(minute);
    assert!(place.ask(GetSession {}).await.expect("a session").org.expect("open").read_only);
    let place = place.restart().await;
    assert!(place.orgs().await[0].read_only, "the lock outlives the program");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_is_replaced_only_by_one_that_works_on_the_same_org() {
    let place = Place::new();
    let (one, two) = (org(20).await, org(20).await);
    let name = place.connected(&one).await;
    *place.clipboard.0.lock().expect("whole") = two.token().to_owned();
    let foreign = place.report(two.url(), CredentialSource::Clipboard).await.expect("works there");
    let replace = |draft: String| ReplaceCredential { name: name.clone(), draft };
    assert_eq!(place.ask(replace(foreign.draft)).await.expect_err("another org").kind, FailureKind::BadInput);

    let key = place.ask(NewKey {}).await.expect("a key");
    register(&one, &key, app::settings::READ_SCOPES);
    let source = CredentialSource::NewKey { draft: key.draft, client_id: "0oapostern".into() };
    let report = place.report(&name, source).await.expect("a connected org is told by its name");
    let list = place.ask(replace(report.draft)).await.expect("replaced");
    assert!(
        matches!(&list[0].credential, CredentialFacts::ServiceApp { key_id: Some(id), .. } if *id == key.key_id)
    );
    assert!(list[0].open, "the open org goes on with the new one");
    let before = one.control().calls_to("POST /oauth2/v1/token");
    assert_eq!(crate::rig::sync_of(&place.app).await.failure, None);
    assert!(one.control().calls_to("POST /oauth2/v1/token") > before);
    place.assert_files_are_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_can_be_kept_that_is_told_first() {
    let data = tempfile::tempdir().expect("a folder");
    let app = crate::rig::core(data.path().to_owned(), Arc::new(SetClock::new(start())));
    let keeping = asked(&app, GetKeeping {}).await;
    assert!(keeping.by.is_err_and(|failure| failure.hint.is_some()) && !keeping.clipboard);
    let place = Place::new();
    assert_eq!(asked(&place.app, GetKeeping {}).await.by, Ok(SealedBy::Keychain));
}

async fn asked<C: Command>(app: &app::App, command: C) -> C::Reply
where
    app::App: Handle<C>,
{
    app.call(command).await.expect("a reply")
}

#[tokio::test(flavor = "multi_thread")]
async fn under_a_passphrase_the_credential_is_sealed_in_a_file() {
    let (data, org) = (tempfile::tempdir().expect("a folder"), org(10).await);
    let clock = Arc::new(SetClock::new(start()));
    let words = |text: &str| Some(keychain::Secret::new(text));
    let clipboard = Paper(Arc::new(Mutex::new(org.token().to_owned())));
    let program = |passphrase| {
        let vault = Vault::new(data.path(), passphrase);
        core_of(
            data.path().to_owned(),
            clock.clone(),
            Arc::new(Desk { vault, clipboard: clipboard.clone(), named: None }),
        )
    };
    let app = program(words("open sesame"));
    let command = TestCredential { domain: org.url().to_owned(), source: CredentialSource::Clipboard };
    let report = asked(&app, command).await;
    let connect =
        ConnectOrg { draft: report.draft, environment: Environment::Preview, auto_lock_minutes: None };
    let session = asked(&app, connect).await;
    assert_eq!(session.org.expect("open").sealed_by, SealedBy::Passphrase);
    idle_of(&app).await;
    drop(app);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let wrong = program(words("open barley"));
    wrong.open_first().await.expect("a start never fails for the last org");
    let session = asked(&wrong, GetSession {}).await;
    assert!(session.org.is_none() && session.trouble.is_some(), "{session:?}");
    drop(wrong);
    let right = program(words("open sesame"));
    right.open_first().await.expect("opens");
    let session = asked(&right, GetSession {}).await;
    assert!(session.org.is_some(), "{:?}", session.trouble);
    walk(data.path(), &mut |path| {
        let bytes = std::fs::read(path).expect("a file");
        assert!(is_clean(&String::from_utf8_lossy(&bytes)), "{} holds a secret", path.display());
    });
    drop(right);
}
