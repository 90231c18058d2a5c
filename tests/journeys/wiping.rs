//! Wiping an org whose secrets lie elsewhere than where the program would put them today: nothing of it stays on the machine,
//! and no more is claimed than was removed.

use crate::{
    place::{Desk, Paper, Place, org, walk},
    rig::{core_of, start},
};
use app::{App, Credentials, OrgSettings, OrgUrl, Secret, SetClock, cache_path, seal::Vault};
use contract::{
    orgs::{WipeOrg, Wiped},
    session::Environment,
};
use keychain::Keeper;
use std::{path::Path, sync::Arc, time::Duration};

/// A program beside an earlier one's keychain, started with other words.
fn program(data: &Path, passphrase: Option<&str>, keeper: &Keeper, named: Option<OrgSettings>) -> App {
    let vault = Vault::with(data, passphrase.map(keychain::Secret::new), keeper.clone());
    let desk = Desk { vault, clipboard: Paper::default(), named };
    core_of(data.to_owned(), Arc::new(SetClock::new(start())), Arc::new(desk))
}

async fn wipe(app: &App, name: &str) -> Wiped {
    app.call(WipeOrg { name: name.to_owned(), typed: name.to_owned() }).await.expect("wiped")
}

/// Files of the data folder that belong to an org.
fn files_of(data: &Path, name: &str) -> Vec<String> {
    let port = name.rsplit(':').next().expect("a port");
    let mut found = Vec::new();
    walk(data, &mut |path| found.push(path.display().to_string()));
    found.retain(|path| path.contains(port));
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_keychain_holds_goes_even_when_a_passphrase_is_set_now() {
    let (place, org) = (Place::new(), org(20).await);
    let name = place.connected(&org).await;
    let Place { data, keeper, app, .. } = place;
    drop(app);
    tokio::time::sleep(Duration::from_millis(300)).await;

    let app = program(data.path(), Some("open sesame"), &keeper, None);
    let wiped = wipe(&app, &name).await;
    assert!(keeper.credentials(&name).expect("memory").is_none(), "the token stays in the keychain");
    assert!(keeper.existing_cache_key(&name).expect("memory").is_none());
    let told = wiped.removed.iter().find(|text| text.contains("keychain")).expect("it is told");
    assert!(told.contains("key") && told.contains("credential"), "{told}");
    assert_eq!(wiped.removed.len(), 3, "no sealed file was there, and none is claimed: {wiped:?}");
    assert_eq!(files_of(data.path(), &name), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_org_that_its_token_sealed_is_wiped_without_the_token() {
    let (data, org, keeper) = (tempfile::tempdir().expect("a folder"), org(20).await, Keeper::memory());
    let url = OrgUrl::parse(org.url()).expect("an address");
    let name = url.host();
    let named = OrgSettings {
        url,
        environment: Environment::Preview,
        read_only: true,
        credentials: Credentials::ApiToken(Secret::new(org.token())),
    };
    // As the command line tool seals it on a machine without a keychain.
    let salt = cache_path(data.path(), &name).with_extension("salt");
    std::fs::create_dir_all(salt.parent().expect("a folder")).expect("made");
    let token = keychain::Secret::new(org.token());
    Keeper::derived(keychain::Derived::from_token(token, &salt)).cache_key(&name).expect("derived");
    std::fs::write(cache_path(data.path(), &name), b"sealed").expect("written");

    let app = program(data.path(), None, &keeper, Some(named));
    let wiped = wipe(&app, &name).await;
    assert_eq!(files_of(data.path(), &name), [""; 0]);
    assert_eq!(wiped.removed.len(), 2, "the copy and its salt: {wiped:?}");
    assert!(wiped.removed.iter().all(|text| !text.contains("credential")), "none was kept: {wiped:?}");
    let again = wipe(&app, &name).await;
    assert!(again.removed.is_empty(), "nothing was left to remove: {again:?}");
}
