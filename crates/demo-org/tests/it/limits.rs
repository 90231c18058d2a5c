//! Rate limits as callers meet them.

use super::{Org, options};
use demo_org::Options;

#[tokio::test]
async fn the_bucket_is_told_and_enforced() {
    let org = Org::start().await;
    let first = org.get("/api/v1/devices?limit=1").await;
    assert_eq!((first.header("x-rate-limit-limit"), first.header("x-rate-limit-remaining")), ("150", "149"));
    for _ in 0..149 {
        assert_eq!(org.get("/api/v1/devices?limit=1").await.status, 200);
    }
    let refused = org.get("/api/v1/devices?limit=1").await;
    assert_eq!((refused.status.as_u16(), refused.code()), (429, "E0000047"));
    let reset: i64 = refused.header("x-rate-limit-reset").parse().expect("a number");
    assert!(reset > 1_700_000_000 && !refused.header("date").is_empty());
    assert_eq!(org.get("/api/v1/users?limit=1").await.status, 200, "another bucket");
}

#[tokio::test]
async fn limits_can_be_switched_off() {
    let org = Org::with(Options { rate_limits: false, ..options() }).await;
    for _ in 0..160 {
        assert_eq!(org.get("/api/v1/devices?limit=1").await.status, 200);
    }
}
