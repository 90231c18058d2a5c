//! A device and its links to users as JSON.

use crate::http::call::Call;
use crate::http::error::ApiError;
use crate::http::link::Links;
use crate::ids;
use crate::time::Time;
use crate::users::{UserBody, UserSummary};
use crate::world::device::Device;
use crate::written::View;
use serde::Serialize;

/// What a list embeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expand {
    Nothing,
    User,
    UserSummary,
}

impl Expand {
    pub fn parse(text: Option<&str>) -> Result<Self, ApiError> {
        match text {
            None => Ok(Self::Nothing),
            Some("user") => Ok(Self::User),
            Some("userSummary") => Ok(Self::UserSummary),
            Some(_) => Err(ApiError::invalid("expand", "must be user or userSummary")),
        }
    }
}

/// `Device` of the API.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceBody {
    id: String,
    status: &'static str,
    created: Time,
    last_updated: Time,
    profile: Profile,
    resource_type: &'static str,
    resource_display_name: DisplayName,
    resource_alternate_id: Option<()>,
    resource_id: String,
    #[serde(rename = "_links")]
    links: Links,
    #[serde(rename = "_embedded", skip_serializing_if = "Option::is_none")]
    embedded: Option<Embedded>,
}

#[derive(Serialize)]
struct DisplayName {
    value: String,
    sensitive: bool,
}

#[derive(Serialize)]
struct Embedded {
    users: Vec<DeviceUser>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Profile {
    display_name: String,
    platform: &'static str,
    manufacturer: &'static str,
    model: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    os_version: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    serial_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    udid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    imei: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tpm_public_key_hash: Option<String>,
    registered: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    secure_hardware_present: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disk_encryption_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    integrity_jailbreak: Option<bool>,
}

/// `DeviceUser` of the API.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceUser {
    created: Time,
    management_status: &'static str,
    screen_lock_type: Option<&'static str>,
    user: User,
}

#[derive(Serialize)]
#[serde(untagged)]
enum User {
    Full(Box<UserBody>),
    Summary(UserSummary),
}

/// `UserDevice` of the API: the same link seen from the user.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserDevice {
    created: Time,
    device_user_id: String,
    device: DeviceBody,
}

impl DeviceBody {
    pub fn new(call: &Call, device: &Device, expand: Expand) -> Self {
        let id = call.org.device_id(device);
        let world = &call.org.world;
        let display_name = device.display_name(world.name_of(world.owner_of(device.index)).0);
        Self {
            status: device.status,
            created: device.created,
            last_updated: device.last_updated,
            resource_type: "UDDevice",
            resource_display_name: DisplayName { value: display_name.clone(), sensitive: false },
            resource_alternate_id: None,
            resource_id: id.clone(),
            links: device_links(call, &id, device.status),
            embedded: (expand != Expand::Nothing).then(|| Embedded { users: links(call, device, expand) }),
            profile: Profile {
                display_name,
                platform: device.platform.name(),
                manufacturer: device.model.make,
                model: device.model.model,
                os_version: device.os_version,
                serial_number: device.serial_number(),
                udid: device.udid(),
                imei: device.imei(),
                meid: device.meid(),
                sid: device.sid(),
                tpm_public_key_hash: device.tpm_public_key_hash(),
                registered: device.registered,
                secure_hardware_present: device.secure_hardware,
                disk_encryption_type: device.disk_encryption,
                integrity_jailbreak: device.jailbreak,
            },
            id,
        }
    }
}

/// The links tell what may be done now.
fn device_links(call: &Call, id: &str, status: &str) -> Links {
    let at = |rest: &str| format!("{}/api/v1/devices/{id}{rest}", call.base);
    let lifecycle: &[&'static str] = match status {
        "ACTIVE" => &["suspend", "deactivate"],
        "SUSPENDED" => &["unsuspend", "deactivate"],
        _ => &["activate"],
    };
    let own: &[&str] = if status == "DEACTIVATED" { &["GET", "DELETE"] } else { &["GET", "PATCH", "PUT"] };
    let mut links = Links::default();
    for change in lifecycle {
        links = links.with(change, at(&format!("/lifecycle/{change}")), &["POST"]);
    }
    links = links.with("self", at(""), own);
    if status == "DEACTIVATED" { links } else { links.with("users", at("/users"), &["GET"]) }
}

/// The links of a device to its users.
pub fn links(call: &Call, device: &Device, expand: Expand) -> Vec<DeviceUser> {
    if !device.has_links {
        return Vec::new();
    }
    let people = call.org.world.people_of(device.index).into_iter().enumerate();
    people
        .map(|(position, person)| DeviceUser {
            created: device.link_created(position),
            management_status: device.management(position),
            screen_lock_type: device.screen_lock(position),
            user: if expand == Expand::User {
                User::Full(Box::new(UserBody::new(call, &call.org.person(person, View::ById, call.now))))
            } else {
                User::Summary(UserSummary::new(call, person))
            },
        })
        .collect()
}

/// The links of a user to their devices.
pub fn devices_of(call: &Call, person: u64) -> Vec<UserDevice> {
    let world = &call.org.world;
    let devices = world.devices_of(person).into_iter();
    devices
        .filter_map(|index| call.org.device(index, View::ById, call.now))
        .filter(|device| device.has_links)
        .filter_map(|device| {
            let position = world.people_of(device.index).iter().position(|p| *p == person)?;
            Some(UserDevice {
                created: device.link_created(position),
                device_user_id: ids::encode(world.seed, "lnk", (device.number() << 4) | position as u64),
                device: DeviceBody::new(call, &device, Expand::Nothing),
            })
        })
        .collect()
}
