//! Lists from their first page to the last.

use crate::server::{Reply, Server, device};
use domain::Timestamp;
use okta_client::{Cursor, DeviceList, Error, LogQuery, UserList};

#[tokio::test]
async fn pages_follow_the_next_links_as_they_stand() {
    let server = Server::start(|number, seen| {
        let here = format!("http://127.0.0.1{}", seen.path);
        let next = "</api/v1/devices?after=a%2Bb&limit=200&expand=userSummary>; rel=\"next\"";
        match number {
            0 => Reply::ok(format!("[{},{}]", device("guo1"), device("guo2")))
                .header("link", format!("<{here}>; rel=\"self\""))
                .header("link", next)
                .header("x-okta-request-id", "req1"),
            // An empty page in the middle is not the end.
            1 => Reply::ok("[]").header("link", "</api/v1/devices?after=c>; rel=\"next\""),
            _ => Reply::ok(format!("[{}]", device("guo3"))).header("link", format!("<{here}>; rel=\"self\"")),
        }
    })
    .await;
    let list = server.client().devices(DeviceList::default());
    let mut ids = Vec::new();
    let mut cursor = None;
    loop {
        let page = list.from(cursor.as_ref()).await.expect("the page comes");
        ids.extend(page.rows().map(|(device, raw)| {
            assert_eq!(raw, crate::server::device(device.id.as_str()));
            device.id.to_string()
        }));
        // As a sync would, by way of its store.
        cursor = match page.next {
            None => break,
            Some(next) => {
                let stored = serde_json::to_string(&next).expect("a cursor can be stored");
                Some(serde_json::from_str(&stored).expect("and read"))
            }
        };
    }
    assert_eq!(ids, ["guo1", "guo2", "guo3"]);
    assert_eq!(
        server.asked(),
        [
            "/api/v1/devices?limit=200&expand=userSummary",
            "/api/v1/devices?after=a%2Bb&limit=200&expand=userSummary",
            "/api/v1/devices?after=c",
        ]
    );
    let first = &server.seen()[0];
    assert_eq!((first.authorization.as_str(), first.user_agent.as_str()), ("SSWS 00token", "Postern/0.1"));
}

#[tokio::test]
async fn a_full_list_of_users_includes_the_deprovisioned() {
    let server = Server::start(|_, seen| {
        let id = if seen.query.contains("DEPROVISIONED") { "00u2" } else { "00u1" };
        Reply::ok(format!(r#"[{{"id":"{id}","status":"ACTIVE"}}]"#))
    })
    .await;
    let list = server.client().users(UserList::default());
    let first = list.first().await.expect("the first part");
    let second = list.page(&first.next.expect("there is a second part")).await.expect("the second part");
    assert_eq!((first.items[0].value.id.as_str(), second.items[0].value.id.as_str()), ("00u1", "00u2"));
    assert_eq!(second.next, None);
    assert_eq!(server.asked()[1], "/api/v1/users?limit=200&filter=status+eq+%22DEPROVISIONED%22");
}

#[tokio::test]
async fn incremental_reads_name_the_time() {
    let server = Server::start(|_, _| Reply::ok("[]")).await;
    let client = server.client();
    let since = Timestamp::parse("2026-10-05T14:02:11.000Z");
    let devices = client.devices(DeviceList { updated_since: since, ..DeviceList::default() });
    devices.first().await.expect("devices");
    let users = client.users(UserList { updated_since: since }).first().await.expect("users");
    assert_eq!(users.next, None, "a filter of one's own includes every status already");
    assert_eq!(
        server.asked(),
        [
            "/api/v1/devices?limit=200&expand=userSummary&search=lastUpdated+ge+%222026-10-05T14%3A02%3A11.000Z%22",
            "/api/v1/users?limit=200&filter=lastUpdated+ge+%222026-10-05T14%3A02%3A11.000Z%22",
        ]
    );
}

#[tokio::test]
async fn a_poll_of_the_log_always_goes_on_and_another_list_naming_itself_ends() {
    let server = Server::start(|_, seen| {
        Reply::ok("[]").header("link", format!("<{}?{}>; rel=\"next\"", seen.path, seen.query))
    })
    .await;
    let client = server.client();
    let poll = client.log(&LogQuery::Poll { since: None, filter: None }).first().await.expect("a poll");
    assert!(poll.items.is_empty() && poll.next.is_some());
    let groups = client.groups().first().await.expect("groups");
    assert_eq!(groups.next, None, "following itself would never end");
}

#[tokio::test]
async fn a_next_link_to_another_host_is_refused() {
    let server = Server::start(|_, _| {
        Reply::ok("[]").header("link", "<http://127.0.0.1:9/api/v1/devices?after=1>; rel=\"next\"")
    })
    .await;
    let list = server.client().devices(DeviceList::default());
    let error = list.first().await.expect_err("the link is foreign");
    assert!(matches!(&error, Error::ForeignLink { host, .. } if &**host == "127.0.0.1"), "{error:?}");

    let stored: Cursor = serde_json::from_str(r#"{"part":0,"url":"https://evil.example/api/v1/devices"}"#)
        .expect("someone changed the store");
    let error = list.page(&stored).await.expect_err("the cursor is foreign");
    assert!(matches!(&error, Error::ForeignLink { host, .. } if &**host == "evil.example"), "{error:?}");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = Server::start(|_, _| Reply::new(302, "").header("location", "https://evil.example/x")).await;
    let error = server.client().org().await.expect_err("redirected");
    assert!(matches!(&error, Error::ForeignLink { host, .. } if &**host == "evil.example"), "{error:?}");
}

#[tokio::test]
async fn ids_can_not_climb_out_of_their_path() {
    let server = Server::start(|_, _| Reply::ok(device("guo1"))).await;
    let client = server.client();
    client.device(&"../users/00u1?x=1#y".into()).await.expect("the server answers anything");
    assert_eq!(server.asked(), ["/api/v1/devices/..%2Fusers%2F00u1%3Fx=1%23y?"]);
}

#[tokio::test]
async fn compressed_pages_are_read() {
    const PACKED: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x8b\xaeV\xcaLQ\xb2R\xca\xab\xca7T\xd2Q\xcaK\xccM\x05\xf2<\x02\x95jc\x01\x7f\x96\xdd\xfc\x1b\x00\x00\x00";
    let server = Server::start(|_, _| Reply::ok(PACKED).header("content-encoding", "gzip")).await;
    let page = server.client().zones().first().await.expect("zones");
    assert_eq!(&*page.items[0].value.name, "HQ");
    assert_eq!(page.bytes, 27, "counted as they were read, not as they travelled");
}
