//! Devices with their users. Source: <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Device/>.
//!
//! The search behind the list is eventually consistent: whoever is going to change a device reads it by id first.

use crate::listing::listing_of;
use crate::page::{Wire, parse_one};
use crate::wire::{Soft, Text};
use crate::{Client, Error, Listing, Single};
use domain::{Device, DeviceId, DeviceProfile, DeviceUser, Lifecycle, Timestamp, UserId};
use serde::{Deserialize, Deserializer};
use url::Url;

pub(crate) const SCOPE: &str = "okta.devices.read";

/// What of a device's users comes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Expand {
    /// Only the devices: [`Device::users`] is `None`.
    Nothing,
    /// Id and names of each user with the link; one call per 200 devices for all of it.
    #[default]
    UserSummary,
    /// Whole user objects.
    User,
}

/// Which devices to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeviceList {
    /// Only those changed at this time or later.
    pub updated_since: Option<Timestamp>,
    pub expand: Expand,
}

impl Client {
    /// Devices, 200 a page.
    pub fn devices(&self, list: DeviceList) -> Listing<Device> {
        let mut url = self.inner.org.at("/api/v1/devices");
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("limit", "200");
            match list.expand {
                Expand::Nothing => {}
                Expand::UserSummary => drop(query.append_pair("expand", "userSummary")),
                Expand::User => drop(query.append_pair("expand", "user")),
            }
            if let Some(since) = list.updated_since {
                query.append_pair("search", &format!("lastUpdated ge \"{since}\""));
            }
        }
        listing_of!(WireDevice<'_>, self, url, SCOPE)
    }

    /// One device by id, as it is now. Its users do not come along.
    pub async fn device(&self, id: &DeviceId) -> Result<Single<Device>, Error> {
        let url = below(self.inner.org.at("/"), &["api", "v1", "devices", id.as_str()]);
        self.single(url, SCOPE, |body| parse_one::<WireDevice<'_>>(body)).await
    }
}

/// `base` with these path segments, each escaped: an id is opaque text and may hold anything.
pub(crate) fn below(mut base: Url, segments: &[&str]) -> Url {
    if let Ok(mut path) = base.path_segments_mut() {
        path.clear().extend(segments);
    }
    base
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireDevice<'a> {
    id: DeviceId,
    status: Lifecycle,
    #[serde(default)]
    created: Soft<Timestamp>,
    #[serde(default)]
    last_updated: Soft<Timestamp>,
    profile: Option<WireProfile>,
    #[serde(borrow, rename = "_embedded")]
    embedded: Option<WireEmbedded<'a>>,
}

#[derive(Deserialize)]
struct WireEmbedded<'a> {
    /// Outer `None`: the org said nothing about users. Inner `None`: it said `null`, which is an orphan, as `[]` is.
    #[serde(borrow, default, deserialize_with = "said")]
    users: Option<Option<Vec<WireLink<'a>>>>,
}

/// Tells a key that is there, with `null` or a value, from one that is absent.
fn said<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireProfile {
    display_name: Soft<Box<str>>,
    platform: Soft<domain::Platform>,
    manufacturer: Soft<Box<str>>,
    model: Soft<Box<str>>,
    os_version: Soft<Box<str>>,
    serial_number: Soft<Box<str>>,
    udid: Soft<Box<str>>,
    imei: Soft<Box<str>>,
    meid: Soft<Box<str>>,
    sid: Soft<Box<str>>,
    tpm_public_key_hash: Soft<Box<str>>,
    registered: Soft<bool>,
    secure_hardware_present: Soft<bool>,
    disk_encryption_type: Soft<domain::DiskEncryption>,
    integrity_jailbreak: Soft<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireLink<'a> {
    #[serde(default)]
    created: Soft<Timestamp>,
    #[serde(default)]
    management_status: Soft<domain::Management>,
    #[serde(default)]
    screen_lock_type: Soft<domain::ScreenLock>,
    #[serde(borrow)]
    user: Option<WireSummary<'a>>,
}

#[derive(Deserialize)]
struct WireSummary<'a> {
    id: Option<UserId>,
    #[serde(borrow)]
    profile: Option<WireName<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireName<'a> {
    #[serde(borrow)]
    first_name: Soft<Text<'a>>,
    #[serde(borrow)]
    last_name: Soft<Text<'a>>,
    login: Soft<Box<str>>,
    email: Soft<Box<str>>,
}

impl<'de: 'a, 'a> Wire<'de> for WireDevice<'a> {
    type Noun = Device;
    fn noun(self) -> Result<Device, &'static str> {
        if self.id.as_str().is_empty() {
            return Err("the device has no id");
        }
        let users = self.embedded.and_then(|embedded| embedded.users).map(Option::unwrap_or_default);
        Ok(Device {
            id: self.id,
            status: self.status,
            created: self.created.0,
            last_updated: self.last_updated.0,
            profile: self.profile.unwrap_or_default().noun(),
            // A link that names nobody links nothing.
            users: users.map(|links| links.into_iter().filter_map(WireLink::noun).collect()),
        })
    }
}

impl WireProfile {
    fn noun(self) -> DeviceProfile {
        DeviceProfile {
            display_name: self.display_name.0,
            platform: self.platform.0,
            manufacturer: self.manufacturer.0,
            model: self.model.0,
            os_version: self.os_version.0,
            serial_number: self.serial_number.0,
            udid: self.udid.0,
            imei: self.imei.0,
            meid: self.meid.0,
            sid: self.sid.0,
            tpm_public_key_hash: self.tpm_public_key_hash.0,
            registered: self.registered.0,
            secure_hardware_present: self.secure_hardware_present.0,
            disk_encryption: self.disk_encryption_type.0,
            jailbreak: self.integrity_jailbreak.0,
        }
    }
}

impl WireLink<'_> {
    fn noun(self) -> Option<DeviceUser> {
        let user = self.user?;
        let id = user.id?;
        let who = user.profile.unwrap_or_default();
        Some(DeviceUser {
            name: full_name(&who).unwrap_or_else(|| who.login.0.as_deref().unwrap_or(id.as_str()).into()),
            user: id,
            created: self.created.0,
            management: self.management_status.0,
            screen_lock: self.screen_lock_type.0,
            login: who.login.0,
            email: who.email.0,
        })
    }
}

/// First and last name; `None` where both are blank.
fn full_name(who: &WireName<'_>) -> Option<Box<str>> {
    let part = |name: &Soft<Text<'_>>| name.0.as_deref().unwrap_or_default().trim().to_owned();
    let mut name = part(&who.first_name);
    let last = part(&who.last_name);
    if !name.is_empty() && !last.is_empty() {
        name.push(' ');
    }
    name.push_str(&last);
    (!name.is_empty()).then(|| name.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::parse_list;
    use domain::{DiskEncryption, Management, Platform};

    /// The only device of a page with this one item.
    fn read(json: &str) -> Device {
        let body = format!("[{json}]");
        let mut parsed = parse_list::<WireDevice<'_>>(&body).expect("the page is JSON");
        assert_eq!(parsed.rejected, []);
        parsed.items.remove(0).value
    }

    #[test]
    fn a_device_as_okta_sends_it() {
        let device = read(
            r#"{"id":"guo1","status":"ACTIVE","created":"2026-03-02T08:11:40.000Z","lastUpdated":"2026-11-20T17:05:09.000Z",
            "profile":{"displayName":"NW-MBP-0412","platform":"MACOS","manufacturer":"Apple","osVersion":"15.6.1",
            "serialNumber":"F2LNW0412","registered":true,"diskEncryptionType":"ALL_INTERNAL_VOLUMES"},
            "_links":{"self":{"href":"https://x"}},
            "_embedded":{"users":[{"created":"2026-03-02T08:11:40.000Z","managementStatus":"MANAGED",
            "screenLockType":"BIOMETRIC","user":{"id":"00u1","realmId":"guo","profile":{"firstName":"Ada",
            "lastName":" Lovelace ","login":"ada@n.example","email":"ada@n.example"}}}]}}"#,
        );
        assert_eq!(device.status, Lifecycle::Active);
        assert_eq!(device.last_updated, Timestamp::parse("2026-11-20T17:05:09.000Z"));
        assert_eq!(device.profile.platform, Some(Platform::Macos));
        assert_eq!(device.profile.disk_encryption, Some(DiskEncryption::AllInternalVolumes));
        assert_eq!((device.profile.registered, device.profile.jailbreak), (Some(true), None));
        let users = device.users.expect("they came along");
        assert_eq!((&*users[0].name, users[0].user.as_str()), ("Ada Lovelace", "00u1"));
        assert_eq!(users[0].management, Some(Management::Managed));
    }

    #[test]
    fn no_users_and_no_word_about_users_are_two_things() {
        let users =
            |rest: &str| read(&format!(r#"{{"id":"guo1","status":"CREATED"{rest}}}"#)).users.map(|u| u.len());
        assert_eq!(users(""), None);
        assert_eq!(users(r#","_embedded":null"#), None);
        assert_eq!(users(r#","_embedded":{}"#), None);
        assert_eq!(users(r#","_embedded":{"users":null}"#), Some(0));
        assert_eq!(users(r#","_embedded":{"users":[]}"#), Some(0));
        assert_eq!(users(r#","_embedded":{"users":[{"user":null},{"user":{"id":"00u1"}}]}"#), Some(1));
    }

    #[test]
    fn what_nobody_expected_is_unknown_or_kept_but_never_fatal() {
        let device = read(
            r#"{"id":"guo1","status":"QUARANTINED","created":"soon","lastUpdated":17,"new":{"field":[1]},
            "profile":{"platform":null,"osVersion":15,"registered":"true","diskEncryptionType":"QUANTUM","model":{"a":1},
            "secureHardwarePresent":"perhaps","displayName":"\ud83d\ude80 \u0000"}}"#,
        );
        assert_eq!(device.status, Lifecycle::Other("QUARANTINED".into()));
        assert_eq!((device.created, device.last_updated), (None, None));
        let profile = device.profile;
        assert_eq!((profile.platform, profile.model), (None, None));
        assert_eq!(profile.os_version.as_deref(), Some("15"));
        assert_eq!((profile.registered, profile.secure_hardware_present), (Some(true), None));
        assert_eq!(profile.disk_encryption, Some(DiskEncryption::Other("QUANTUM".into())));
        assert_eq!(profile.display_name.as_deref(), Some("🚀 \0"));
    }

    #[test]
    fn a_person_without_a_name_is_called_by_login_or_id() {
        let name = |profile: &str| {
            let json = format!(
                r#"{{"id":"guo1","status":"ACTIVE","_embedded":{{"users":[{{"user":{{"id":"00u1"{profile}}}}}]}}}}"#
            );
            read(&json).users.expect("they came along").remove(0).name
        };
        assert_eq!(&*name(r#","profile":{"firstName":null,"lastName":" ","login":"ada@n"}"#), "ada@n");
        assert_eq!(&*name(r#","profile":{"lastName":"Ko\u0308nig"}"#), "Ko\u{308}nig");
        assert_eq!(&*name(""), "00u1");
    }
}
