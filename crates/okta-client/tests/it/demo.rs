//! The client against the demo org, which was written by other hands from the same documentation.

use demo_org::{DemoOrg, Fault, FaultKind, Options};
use domain::{CheckContent, CheckKind, Mapping, OsqueryPlatform, Remediation};
use okta_client::{
    Client, Credentials, DeviceList, Error, ObjectList, OrgUrl, Pipeline, PolicyType, Secret, Settings,
    UserList, WriteError, read_access_policy, read_assurance_uses, read_posture_check, read_rule_assurances,
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

#[tokio::test]
async fn a_check_is_made_read_replaced_and_deleted() {
    let (_org, client) = org().await;
    let content = CheckContent {
        name: "Made by a test".into(),
        description: "For a moment".into(),
        variable_name: "testCheck".into(),
        platform: OsqueryPlatform::Windows,
        mapping: Mapping::Textbox,
        query: "SELECT version AS v FROM os_version;".into(),
        remediation: Remediation { link: Some("https://x.example/ü".into()), ..Remediation::default() },
    };
    assert!(client.posture_check_named("testCheck").await.expect("a list").is_none());
    let made = client.create_posture_check(&content).await.expect("made");
    let id = made.id.expect("the org names it");
    assert!(made.receipt.request_id.is_some());
    let read = client.posture_check_now(&id).await.expect("there");
    assert_eq!((&read.value.content, &read.value.kind), (&content, &CheckKind::Custom));
    assert!(read.value.created.is_some() && read.value.last_updated.is_some());
    assert_eq!(read_posture_check(&read.raw), Ok(read.value.clone()), "kept JSON reads alike");
    let named = client.posture_check_named("testCheck").await.expect("a list").expect("it is listed");
    assert_eq!(
        (named.value, read_posture_check(&named.raw).map(|check| check.id)),
        (read.value, Ok(id.clone()))
    );

    let taken = client.create_posture_check(&content).await.expect_err("the name is taken");
    assert!(matches!(taken, WriteError::NotDone(Error::BadRequest(_))), "{taken:?}");
    let other = CheckContent { query: "SELECT 1;".into(), remediation: Remediation::default(), ..content };
    client.replace_posture_check(&id, &other).await.expect("replaced");
    assert_eq!(client.posture_check_now(&id).await.expect("there").value.content, other);
    client.delete_posture_check(&id).await.expect("deleted");
    let gone = client.posture_check_now(&id).await.expect_err("gone");
    assert!(matches!(gone, Error::NotFound(_)), "{gone:?}");
    let again = client.delete_posture_check(&id).await.expect_err("gone");
    assert!(matches!(again, WriteError::NotDone(Error::NotFound(_))), "{again:?}");

    let used = client.posture_check_named("nwGatekeeper").await.expect("a list").expect("a seed");
    let refused = client.delete_posture_check(&used.value.id).await.expect_err("a policy uses it");
    assert!(matches!(refused, WriteError::NotDone(Error::Conflict(_))), "{refused:?}");
}

/// Everything that the org has is read: its checks whole, and where they are used.
#[tokio::test]
async fn kept_json_tells_checks_and_their_uses() {
    let (_org, client) = org().await;
    let mut kinds = HashSet::new();
    for list in [client.posture_checks(), client.default_posture_checks()] {
        for (object, raw) in list.first().await.expect("a page").rows() {
            let check = read_posture_check(raw).expect("reads");
            assert_eq!((&check.id, &*check.content.name), (&object.id, &*object.name));
            assert!(!check.content.query.is_empty() && !check.content.variable_name.is_empty());
            kinds.insert(check.kind);
        }
    }
    assert_eq!(kinds, HashSet::from([CheckKind::Builtin, CheckKind::Custom]));
    let page = client.device_assurances().first().await.expect("a page");
    let uses: Vec<_> = page.rows().flat_map(|(_, raw)| read_assurance_uses(raw)).collect();
    assert!(uses.iter().any(|u| &*u.variable_name == "nwEdrVersion" && u.value.as_deref() == Some("7.18")));
    let page = client.apps().first().await.expect("a page");
    let policies: HashSet<_> = page.rows().filter_map(|(_, raw)| read_access_policy(raw)).collect();
    assert_eq!(policies.len(), 5, "each app names its sign-in policy");
    let mut assurances = HashSet::new();
    for policy in policies {
        let rules = client.policy_rules(&policy).first().await.expect("a page");
        assurances.extend(rules.rows().flat_map(|(_, raw)| read_rule_assurances(raw)));
    }
    assert_eq!(assurances.len(), 6);
}
