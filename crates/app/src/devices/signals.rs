//! A device's signals: what the Devices API has of it, what Okta Verify told with log events, and what vendors told through
//! them. A source that the org has for the platform and that told nothing is named too.

use crate::{failure, org::Org, snapshot};
use cache::DeviceRow;
use contract::{
    Failure,
    signals::{DeviceSignals, Fact, GetDeviceSignals, SignalSource, SourceKind},
};
use domain::{
    DeviceUser, DiskEncryption, Management, OKTA_VERIFY, ObjectKind, OrgObject, ScreenLock, Signal,
    source_title,
};

/// What the org's own device, not a vendor, is called.
const RECORD: &str = "Okta Verify, as the Devices API has it";
const LOG: &str = "Okta Verify, with sign-ins in the System Log";

pub(super) fn get(org: &Org, command: &GetDeviceSignals) -> Result<DeviceSignals, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let found = org.cache.device(snapshot, &command.id, 0).map_err(failure::cache)?;
    let found = found.ok_or_else(|| failure::not_found("device", command.id.as_str()))?;
    let signals = org.cache.signals(snapshot, &command.id).map_err(failure::cache)?;
    let integrations = org.cache.objects(snapshot, &ObjectKind::DeviceIntegration).map_err(failure::cache)?;
    let mut sources = vec![record(&found.row, found.links.as_deref().unwrap_or_default())];
    sources.extend(told(signals, &integrations));
    sources.extend(silent(&found.row, &integrations, &sources));
    Ok(DeviceSignals { snapshot, now: org.now(), sources })
}

fn record(row: &DeviceRow, links: &[DeviceUser]) -> SignalSource {
    let text = |text: Option<&str>| text.map(str::to_owned);
    let yes = |value: Option<bool>| value.map(|yes| yes.to_string());
    let p = &row.profile;
    let mut named = vec![
        ("osVersion", None, text(p.os_version.as_deref())),
        ("registered", None, yes(p.registered)),
        ("diskEncryptionType", None, text(p.disk_encryption.as_ref().map(DiskEncryption::label))),
        ("secureHardwarePresent", None, yes(p.secure_hardware_present)),
        ("jailbreak", None, yes(p.jailbreak)),
    ];
    for link in links {
        let user = || (links.len() > 1).then(|| link.name.to_string());
        let status = link.management.as_ref().map(Management::label);
        named.push(("managementStatus", user(), text(status)));
        named.push(("screenLockType", user(), text(link.screen_lock.as_ref().map(ScreenLock::label))));
    }
    let fact = |(name, user, value): (&str, Option<String>, Option<String>)| Fact {
        name: name.to_owned(),
        user,
        observed: row.last_updated.filter(|_| value.is_some()),
        value,
        event: None,
    };
    let facts = named.into_iter().map(fact).collect();
    SignalSource { title: RECORD.to_owned(), kind: SourceKind::Record, facts, silent_at: None }
}

fn told(signals: Vec<Signal>, integrations: &[OrgObject]) -> Vec<SignalSource> {
    let mut sources: Vec<(Box<str>, SignalSource)> = Vec::new();
    for signal in signals {
        let at = match sources.iter().position(|(key, _)| *key == signal.source) {
            Some(at) => at,
            None => {
                sources.push((signal.source.clone(), source(&signal.source, integrations)));
                sources.len() - 1
            }
        };
        let (_, source) = &mut sources[at];
        if signal.name.is_empty() {
            source.silent_at = Some(signal.observed);
            continue;
        }
        source.facts.push(Fact {
            name: signal.name.into(),
            user: None,
            value: Some(signal.value.into()),
            observed: Some(signal.observed),
            event: Some(signal.event.into()),
        });
    }
    let mut sources: Vec<SignalSource> = sources.into_iter().map(|(_, source)| source).collect();
    sources.sort_by_key(|source| source.kind != SourceKind::Log);
    sources
}

fn source(key: &str, integrations: &[OrgObject]) -> SignalSource {
    let (title, kind) = if key == OKTA_VERIFY {
        (LOG.to_owned(), SourceKind::Log)
    } else {
        let known = source_title(key, integrations).map(|object| object.name.to_string());
        (known.unwrap_or_else(|| key.to_owned()), SourceKind::Vendor)
    };
    SignalSource { title, kind, facts: Vec::new(), silent_at: None }
}

/// The org's active integrations for the platform that told nothing of this device.
fn silent(row: &DeviceRow, integrations: &[OrgObject], told: &[SignalSource]) -> Vec<SignalSource> {
    let platform = row.profile.platform.as_ref().map(domain::Platform::as_str);
    let fits = |object: &&OrgObject| {
        object.status.as_deref() == Some("ACTIVE")
            && platform.is_some()
            && object.variety.as_deref() == platform
            && told.iter().all(|source| *source.title != *object.name)
    };
    let source = |object: &OrgObject| SignalSource {
        title: object.name.to_string(),
        kind: SourceKind::Vendor,
        facts: Vec::new(),
        silent_at: None,
    };
    integrations.iter().filter(fits).map(source).collect()
}
