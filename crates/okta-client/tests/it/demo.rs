//! The client against the demo org, which was written by other hands from the same documentation.

use demo_org::{DemoOrg, Fault, FaultKind, Options};
use okta_client::{
    Client, Credentials, DeviceList, Error, ObjectList, OrgUrl, Pipeline, PolicyType, Secret, Settings,
    UserList,
};
use std::collections::HashSet;
use std::time::Duration;

async fn org() -> (DemoOrg, Client) {
    let org =
        demo_org::start(Options { devices: 1_000, ..Options::default() }).await.expect("a port is free");
    let url = OrgUrl::parse(org.url()).expect("an address");
    let settings = Settings { backoff: Duration::from_millis(10), ..Settings::default() };
    let client =
        Client::new(url, Credentials::ApiToken(Secret::new(org.token())), settings).expect("a client");
    (org, client)
}

/// Ids of all items, page by page; nothing may be rejected and no id may come twice.
macro_rules! all {
    ($list:expr) => {{
        let list = $list;
        let (mut ids, mut cursor) = (HashSet::new(), None);
        loop {
            let page = list.from(cursor.as_ref()).await.expect("the page comes");
            assert_eq!(page.rejected, []);
            for (item, raw) in page.rows() {
                assert!(raw.contains(&format!("\"{}\"", item.id)), "{raw}");
                assert!(ids.insert(item.id.to_string()), "{} came twice", item.id);
            }
            match page.next {
                Some(next) => cursor = Some(next),
                None => break ids,
            }
        }
    }};
}

#[tokio::test]
async fn all_devices_and_users_come_once() {
    let (org, client) = org().await;
    let devices = all!(client.devices(DeviceList::default()));
    assert_eq!(devices.len(), 1_000);
    assert!((0..1_000).filter_map(|index| org.control().device_id(index)).all(|id| devices.contains(&id)));
    let users = all!(client.users(UserList::default()));
    assert!(users.len() > 100, "{}", users.len());
}

#[tokio::test]
async fn one_device_is_read_as_the_list_told_it() {
    let (_org, client) = org().await;
    let page = client.devices(DeviceList::default()).first().await.expect("a page");
    let listed = &page.items[0].value;
    let single = client.device(&listed.id).await.expect("it is there").value;
    assert_eq!((single.id, single.profile), (listed.id.clone(), listed.profile.clone()));
    assert_eq!(single.users, None);
    let missing = client.device(&"guoNoSuchDevice00001".into()).await.expect_err("there is none");
    assert!(matches!(missing, Error::NotFound(_)), "{missing:?}");
}

#[tokio::test]
async fn the_org_tells_what_it_is() {
    let (_org, client) = org().await;
    let organization = client.organization().await.expect("anyone may ask").value;
    assert_eq!(organization.pipeline, Some(Pipeline::IdentityEngine));
    assert!(!client.org().await.expect("the token is good").value.name.is_empty());
}

#[tokio::test]
async fn faults_on_the_way_change_nothing() {
    let (org, client) = org().await;
    for kind in [
        FaultKind::CutBody { at: 5_000 },
        FaultKind::TruncatedBody { at: 5_000 },
        FaultKind::HtmlPage { status: 502 },
        FaultKind::Status { status: 500 },
        FaultKind::RateLimited { seconds: 1 },
        FaultKind::ClockSkew { seconds: 86_400 },
        FaultKind::UnknownFields,
        FaultKind::UnknownValues,
        FaultKind::NoPlatform,
    ] {
        let name = format!("{kind:?}");
        let fault = match kind {
            FaultKind::RateLimited { .. } => Fault::on("/api/v1/devices", kind),
            _ => Fault::on("/api/v1/devices", kind).skip(1).times(2),
        };
        org.control().set_faults(fault);
        assert_eq!(all!(client.devices(DeviceList::default())).len(), 1_000, "{name}");
    }
}

#[tokio::test]
async fn collections_are_read_or_say_why_not() {
    let (_org, client) = org().await;
    let mut lists = vec![
        ObjectList::Groups,
        ObjectList::Apps,
        ObjectList::DeviceAssurances,
        ObjectList::PostureChecks,
        ObjectList::DefaultPostureChecks,
        ObjectList::DeviceIntegrations,
        ObjectList::Zones,
        ObjectList::Features,
    ];
    lists.extend(PolicyType::KNOWN.iter().cloned().map(ObjectList::Policies));
    let mut read = 0;
    for list in lists {
        match client.objects(&list).first().await {
            Ok(page) => {
                assert_eq!(page.rejected, [], "{list:?}");
                read += 1;
            }
            Err(error) => assert!(matches!(error, Error::NotAvailable(_)), "{list:?}: {error:?}"),
        }
    }
    assert!(read > 0);
}
