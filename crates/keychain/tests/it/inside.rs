//! What is done within the surroundings that `outside` builds. Run by it alone: each step needs its own bus.

use keychain::{Derived, Error, Forgotten, Keeper, Os, Secret, choose};
use std::time::{Duration, Instant};

const OS: Os = Os { greeting: Duration::from_millis(500), patience: Duration::from_secs(5) };

#[test]
#[ignore = "a step of the tests in outside.rs, run by them"]
fn step() {
    match std::env::var("KEYCHAIN_STEP").as_deref() {
        Ok("missing") => missing(),
        Ok("silent") => silent(),
        Ok("store") => store(),
        Ok("find") => find(),
        Ok("locked") => locked(),
        Ok("virgin") => virgin(),
        other => panic!("no such step: {other:?}"),
    }
}

fn missing() {
    let (keeper, reason) = choose(OS, "acme", None);
    assert!(matches!(reason, Some(Error::Unavailable(_))), "{reason:?}");
    assert!(matches!(keeper, Keeper::Memory(_)) && !keeper.remembers_credentials());
    assert!(matches!(Keeper::Os(OS).cache_key("acme").map(drop), Err(Error::Unavailable(_))));
}

fn silent() {
    let start = Instant::now();
    let error = OS.is_there().expect_err("nobody answers");
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

/// A fingerprint of the key of "acme" is kept as its credentials, so that the next session can compare without a file.
fn store() {
    assert!(Keeper::Os(OS).existing_cache_key("acme").expect("it answers").is_none());
    let (keeper, reason) = choose(OS, "acme", None);
    assert!(reason.is_none() && keeper.remembers_credentials(), "{reason:?}");
    let key = keeper.cache_key("acme").expect("a fresh key");
    let again = keeper.cache_key("acme").expect("the same key");
    assert!(key.expose() == again.expose());
    assert!(key.expose() != keeper.cache_key("other").expect("another key").expose());
    keeper.keep_credentials("acme", &Secret::new("first")).expect("kept");
    keeper.keep_credentials("acme", &Secret::new(fingerprint(key.expose()))).expect("kept in its place");
}

fn find() {
    let keeper = Keeper::Os(OS);
    let key = keeper.existing_cache_key("acme").expect("it answers").expect("it was stored");
    let kept = keeper.credentials("acme").expect("it answers").expect("they were stored");
    assert_eq!(kept.expose(), fingerprint(key.expose()));
    let both = Forgotten { key: true, credentials: true };
    assert_eq!(keeper.forget("acme").expect("forgotten"), both);
    assert_eq!(keeper.forget("acme").expect("nothing left to forget"), Forgotten::default());
    assert!(keeper.existing_cache_key("acme").expect("it answers").is_none());
    assert!(keeper.credentials("acme").expect("it answers").is_none());
    assert!(keeper.existing_cache_key("other").expect("it answers").is_some(), "the other org's stays");
}

fn locked() {
    let start = Instant::now();
    OS.is_there().expect("it is there");
    let folder = tempfile::tempdir().expect("a folder");
    let words = || Some(Derived::from_token(Secret::new("00token"), folder.path().join("acme.salt")));
    let (keeper, reason) = choose(OS, "acme", words());
    assert!(matches!((&keeper, &reason), (Keeper::Derived(..), Some(Error::Locked))), "{reason:?}");
    let key = keeper.cache_key("acme").expect("derived");
    let (keeper, reason) = choose(OS, "acme", words());
    assert!(reason.is_none(), "what was sealed with words is opened with words: {reason:?}");
    assert!(key.expose() == keeper.cache_key("acme").expect("derived").expose());
    for result in [
        Keeper::Os(OS).existing_cache_key("acme").map(drop),
        Keeper::Os(OS).keep_credentials("new", &Secret::new("x")),
    ] {
        assert!(matches!(result, Err(Error::Locked)), "{result:?}");
    }
    assert!(start.elapsed() < Duration::from_secs(12), "{:?}", start.elapsed());
}

/// A keyring without a collection can be read (there is nothing in it), but holds nothing either.
fn virgin() {
    let (keeper, reason) = choose(OS, "acme", None);
    assert!(matches!((&keeper, &reason), (Keeper::Memory(_), Some(Error::Unavailable(_)))), "{reason:?}");
}

/// Enough to tell two keys apart.
fn fingerprint(key: &[u8; 32]) -> String {
    key.iter().fold(0_u64, |sum, byte| sum.wrapping_mul(257) ^ u64::from(*byte)).to_string()
}
