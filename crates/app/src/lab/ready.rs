//! Which devices could run a custom check at all, as far as the org tells: system version and integration. Okta Verify's version
//! and the keys that an MDM sets are in no API. Source of the minimums:
//! <https://help.okta.com/oie/en-us/content/topics/identity-engine/devices/adv-posture-checks.htm>.

use crate::{failure, org::Org, snapshot};
use contract::{
    Failure,
    lab::{CheckReadiness, PlatformCheckReadiness, ReadyCount, ReadyTone},
};
use domain::{DeviceQuery, Facet, FacetFilter, ObjectKind, OrgObject, OsqueryPlatform, SnapshotId, Where};

/// How Okta calls its osquery integration.
const INTEGRATION: &str = "com.okta.device.osquery";

/// What one platform asks of a device.
struct Minimum {
    platform: OsqueryPlatform,
    facet: &'static str,
    /// The oldest system, as a typed filter compares it, and as people call it.
    system: &'static str,
    name: &'static str,
    rest: &'static [&'static str],
}

const MINIMUMS: [Minimum; 2] = [
    Minimum {
        platform: OsqueryPlatform::Macos,
        facet: "MACOS",
        system: "14.4",
        name: "macOS 14.4",
        rest: &[
            "Okta Verify 9.39.0 or later: its version is in no API",
            "System Integrity Protection on",
            "MDM keys: OktaVerify.EnableOSQueryCustomChecks, and OktaVerify.OSQueryAllowedDomains with the org’s sign-in URL",
            "Another browser than Safari with the SSO extension",
        ],
    },
    Minimum {
        platform: OsqueryPlatform::Windows,
        facet: "WINDOWS",
        system: "10.0.19045",
        name: "Windows 10 22H2, 64-bit",
        rest: &[
            "Okta Verify 6.7.0 or later: its version is in no API",
            "Okta Verify installed with EnableOSQueryCustomChecks=True, and the plugin’s manifest file",
        ],
    },
];

/// The counts of every platform.
pub(super) fn readiness(org: &Org, as_of: Option<SnapshotId>) -> Result<CheckReadiness, Failure> {
    let snapshot = snapshot::chosen(org, as_of)?;
    let mut integrations = Vec::new();
    let each = |object: OrgObject, raw: &str| {
        if okta_client::read_integration_key(raw).as_deref() == Some(INTEGRATION) {
            integrations.push(object);
        }
    };
    org.cache.each_object(snapshot, &[ObjectKind::DeviceIntegration], each).map_err(failure::cache)?;
    let platforms = MINIMUMS.iter().map(|minimum| platform(org, snapshot, minimum, &integrations));
    Ok(CheckReadiness { snapshot, platforms: platforms.collect::<Result<_, _>>()? })
}

fn platform(
    org: &Org,
    snapshot: SnapshotId,
    minimum: &Minimum,
    integrations: &[OrgObject],
) -> Result<PlatformCheckReadiness, Failure> {
    let Minimum { platform, facet, system, name, rest } = minimum;
    let integration = integrations.iter().find(|i| i.variety.as_deref() == Some(facet));
    let here = FacetFilter::include(Facet::Platform, [*facet]);
    let managed = FacetFilter::include(Facet::Managed, ["MANAGED"]);
    let unmanaged = FacetFilter::include(Facet::Managed, ["NOT_MANAGED"]);
    let others =
        FacetFilter { exclude: true, ..FacetFilter::include(Facet::Managed, ["MANAGED", "NOT_MANAGED"]) };
    let (new, old, unread) =
        (format!("os >= {system}"), format!("os < {system}"), "os is unknown".to_owned());
    let lines: [(&str, String, Vec<FacetFilter>, &str, ReadyTone); 6] = [
        ("All devices", String::new(), vec![], "Every device of the platform.", ReadyTone::All),
        (
            "New enough, managed",
            new.clone(),
            vec![managed],
            "An MDM can set the keys there; whether it did is in no API.",
            ReadyTone::Ready,
        ),
        (
            "New enough, not managed",
            new.clone(),
            vec![unmanaged],
            "Without an MDM nothing sets the keys.",
            ReadyTone::NotReady,
        ),
        (
            "New enough, management unclear",
            new,
            vec![others],
            "Managed for some users only, or never reported.",
            ReadyTone::Unknown,
        ),
        ("System too old", old, vec![], "Custom checks never run there.", ReadyTone::NotReady),
        ("System version unknown", unread, vec![], "The org never reported it.", ReadyTone::Unknown),
    ];
    let mut counts = Vec::new();
    for (label, conditions, more, note, tone) in lines {
        let conditions = if conditions.is_empty() {
            Where::default()
        } else {
            // Written above; a test counts with it.
            Where::parse(&conditions).map_err(|mistake| failure::bug(format!("{mistake:?}")))?
        };
        let filters = std::iter::once(here.clone()).chain(more).collect();
        let query = DeviceQuery { filters, conditions, ..DeviceQuery::default() };
        let count = org.cache.count(snapshot, &query).map_err(failure::cache)?;
        counts.push(ReadyCount { label: label.into(), note: note.into(), count, query, tone });
    }
    Ok(PlatformCheckReadiness {
        platform: *platform,
        integration: integration.map(|found| found.name.to_string()),
        integration_active: integration.and_then(|i| i.status.as_deref()).map(|status| status == "ACTIVE"),
        needs: std::iter::once(*name).chain(rest.iter().copied()).map(str::to_owned).collect(),
        counts,
    })
}
