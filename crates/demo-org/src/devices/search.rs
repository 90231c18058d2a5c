//! Finding devices: the plain list, and `search` with its grammar.

use crate::filter::{Attributes, Field, Filter, Grammar, Op};
use crate::http::call::Call;
use crate::http::error::ApiError;
use crate::time::Time;
use crate::world::device::Device;
use crate::world::{PERIOD, World};
use crate::written::Written;
use std::collections::BTreeSet;

const GRAMMAR: Grammar = Grammar {
    allows: |name| {
        matches!(name, "id" | "status" | "lastUpdated")
            || PROFILE.iter().any(|p| name.strip_prefix("profile.") == Some(p))
    },
    operator: |name, op| match op {
        Op::Co | Op::Ew => {
            matches!(
                name,
                "profile.displayName"
                    | "profile.serialNumber"
                    | "profile.imei"
                    | "profile.meid"
                    | "profile.udid"
                    | "profile.sid"
            ) && op == Op::Co
        }
        _ => true,
    },
};

const PROFILE: &[&str] = &[
    "displayName",
    "platform",
    "manufacturer",
    "model",
    "osVersion",
    "serialNumber",
    "imei",
    "meid",
    "udid",
    "sid",
    "tpmPublicKeyHash",
    "registered",
    "secureHardwarePresent",
    "diskEncryptionType",
    "integrityJailbreak",
];

/// At most `most` devices that the call asks for, in order of their place in the list.
pub fn find(call: &Call, most: usize) -> Result<Vec<Device>, ApiError> {
    let start = call.after()?;
    let filter = match call.parameter("search") {
        None => None,
        Some(text) => {
            Some(Filter::parse(text, &GRAMMAR).map_err(|error| ApiError::bad_filter("E0000031", &error))?)
        }
    };
    let view = super::view(call);
    let written = call.org.written();
    let world = &call.org.world;
    let look = |index| {
        let device = call.org.stand(&written, world.device(index, call.now), view, call.now)?;
        let asked = Asked { world, device: &device };
        filter.as_ref().is_none_or(|f| f.matches(&asked)).then_some(device)
    };
    let since = filter.as_ref().and_then(|f| f.lower_bound("lastUpdated"));
    Ok(match since.and_then(|since| recent(call, &written, since)) {
        Some(candidates) => candidates.range(start..).copied().filter_map(look).take(most).collect(),
        None => (start..world.devices()).filter_map(look).take(most).collect(),
    })
}

/// The devices that can have changed since, when looking there is cheaper than looking at all of them.
fn recent(call: &Call, written: &Written, since: Time) -> Option<BTreeSet<u64>> {
    if call.now.0 - since.0 > PERIOD / 8 {
        return None;
    }
    let drifted = call.org.world.moments_between(since, call.now).map(|(_, device, _)| device);
    let played = call.org.incidents.devices_between(&call.org.world, since, call.now);
    let drifted = drifted.chain(played);
    Some(drifted.chain(written.devices_since(since).map(|number| number & u64::from(u32::MAX))).collect())
}

/// A device that a filter asks for its attributes.
struct Asked<'a> {
    world: &'a World,
    device: &'a Device,
}

impl Attributes for Asked<'_> {
    fn attribute(&self, name: &str) -> Option<Field<'_>> {
        let device = self.device;
        Some(match name {
            "id" => crate::ids::encode(self.world.seed, "guo", device.number()).into(),
            "status" => device.status.into(),
            "lastUpdated" => Field::Time(device.last_updated),
            "profile.displayName" => {
                device.display_name(self.world.name_of(self.world.owner_of(device.index)).0).into()
            }
            "profile.platform" => device.platform.name().into(),
            "profile.manufacturer" => device.model.make.into(),
            "profile.model" => device.model.model.into(),
            "profile.osVersion" => device.os_version?.into(),
            "profile.serialNumber" => device.serial_number()?.into(),
            "profile.imei" => device.imei()?.into(),
            "profile.meid" => device.meid()?.into(),
            "profile.udid" => device.udid()?.into(),
            "profile.sid" => device.sid()?.into(),
            "profile.tpmPublicKeyHash" => device.tpm_public_key_hash()?.into(),
            "profile.registered" => Field::Bool(device.registered),
            "profile.secureHardwarePresent" => Field::Bool(device.secure_hardware?),
            "profile.diskEncryptionType" => device.disk_encryption?.into(),
            "profile.integrityJailbreak" => Field::Bool(device.jailbreak?),
            _ => return None,
        })
    }
}
