//! A device's attributes as words, values and filters: for copying a row, and for "filter by this value".

use super::{device_link::DevicesView, words};
use crate::kit::text;
use contract::devices::DeviceRow;
use domain::{
    Attribute, Compare, Condition, Day, FacetFilter, Group, ManagedStatus, OsVersion, Test, TextTest,
    Timestamp, UNKNOWN, Where,
};
use serde_json::Value;

/// The wire name of a value that is one of a few; `None` is unknown.
fn choice(row: &DeviceRow, attribute: Attribute) -> Option<String> {
    let yes_no = |yes: Option<bool>| yes.map(|yes| if yes { "YES" } else { "NO" }.to_owned());
    match attribute {
        Attribute::Platform => row.platform.as_ref().map(|p| p.as_str().to_owned()),
        Attribute::Managed => match row.managed {
            ManagedStatus::Managed => Some("MANAGED".to_owned()),
            ManagedStatus::NotManaged => Some("NOT_MANAGED".to_owned()),
            ManagedStatus::Mixed => Some("MIXED".to_owned()),
            ManagedStatus::Unknown => None,
        },
        Attribute::Risk => row.risk.as_ref().map(|r| r.as_str().to_owned()),
        Attribute::Lifecycle => Some(row.lifecycle.as_str().to_owned()),
        Attribute::Encryption => row.encryption.as_ref().map(|e| e.as_str().to_owned()),
        Attribute::ScreenLock => row.screen_lock.as_ref().map(|l| l.as_str().to_owned()),
        Attribute::SecureHardware => yes_no(row.secure_hardware),
        Attribute::Registered => yes_no(row.registered),
        Attribute::Jailbreak => yes_no(row.jailbreak),
        _ => None,
    }
}

fn own_text(row: &DeviceRow, attribute: Attribute) -> Option<&String> {
    match attribute {
        Attribute::Name => row.name.as_ref(),
        Attribute::User => row.user.as_ref(),
        Attribute::Serial => row.serial.as_ref(),
        Attribute::Model => row.model.as_ref(),
        Attribute::Manufacturer => row.manufacturer.as_ref(),
        Attribute::OsVersion => row.os_version.as_ref(),
        Attribute::Udid => row.udid.as_ref(),
        Attribute::Imei => row.imei.as_ref(),
        Attribute::Meid => row.meid.as_ref(),
        Attribute::Sid => row.sid.as_ref(),
        Attribute::TpmPublicKeyHash => row.tpm_public_key_hash.as_ref(),
        _ => None,
    }
}

fn number(row: &DeviceRow, attribute: Attribute) -> Option<u64> {
    match attribute {
        Attribute::Users => row.users.map(u64::from),
        Attribute::Duplicates => row.serial.as_ref().map(|_| row.same_serial),
        _ => None,
    }
}

fn time(row: &DeviceRow, attribute: Attribute) -> Option<Timestamp> {
    match attribute {
        Attribute::LastUpdated => row.last_updated,
        Attribute::Created => row.created,
        _ => None,
    }
}

/// The value for a person; `None` was never reported.
pub fn words(row: &DeviceRow, attribute: Attribute) -> Option<String> {
    match attribute {
        Attribute::Managed => choice(row, attribute).map(|_| words::managed(row.managed).to_owned()),
        Attribute::Jailbreak => row.jailbreak.map(|yes| if yes { "Yes" } else { "No" }.to_owned()),
        attribute => choice(row, attribute)
            .map(|value| attribute.value_label(&value))
            .or_else(|| own_text(row, attribute).cloned())
            .or_else(|| number(row, attribute).map(text::count))
            .or_else(|| time(row, attribute).map(Timestamp::to_rfc3339)),
    }
}

/// Whether the value is a number or a time, which no spreadsheet takes for a formula.
pub fn is_number(attribute: Attribute) -> bool {
    matches!(attribute, Attribute::Users | Attribute::Duplicates)
}

/// The value for a program: wire names and plain values.
pub fn value(row: &DeviceRow, attribute: Attribute) -> Value {
    match attribute {
        Attribute::SecureHardware => row.secure_hardware.into(),
        Attribute::Registered => row.registered.into(),
        Attribute::Jailbreak => row.jailbreak.into(),
        attribute => match number(row, attribute) {
            Some(number) => number.into(),
            None => choice(row, attribute)
                .or_else(|| own_text(row, attribute).cloned())
                .or_else(|| time(row, attribute).map(Timestamp::to_rfc3339))
                .into(),
        },
    }
}

/// Narrows a view to the devices that have the row's value, or (`leave_out`) to those that have another. `false` where the
/// view's filters are alternatives that nothing can be joined to.
pub fn filter_by(view: &mut DevicesView, row: &DeviceRow, attribute: Attribute, leave_out: bool) -> bool {
    if let Some(facet) = attribute.facet() {
        let value = choice(row, attribute).unwrap_or_else(|| UNKNOWN.to_owned());
        view.query.filters.retain(|f| f.facet != facet);
        view.query.filters.push(FacetFilter { exclude: leave_out, ..FacetFilter::include(facet, [value]) });
        return true;
    }
    let conditions: Vec<Condition> =
        tests(row, attribute, leave_out).into_iter().map(|test| Condition::new(attribute, test)).collect();
    // Leaving a day out keeps what was before it or after it.
    let any = leave_out && conditions.len() > 1;
    view.query.conditions.and(Where { any: false, groups: vec![Group { any, conditions }] })
}

/// The questions that the row's value answers with yes, or with no.
fn tests(row: &DeviceRow, attribute: Attribute, leave_out: bool) -> Vec<Test> {
    let known = if leave_out { Test::Known } else { Test::Unknown };
    let compare = if leave_out { Compare::Unequal } else { Compare::Equal };
    let test = match attribute {
        Attribute::Jailbreak => row.jailbreak.map(|yes| Test::YesNo(yes != leave_out)),
        Attribute::OsVersion => row.os_version.as_deref().map(|version| match OsVersion::parse(version) {
            Some(version) => Test::Version(compare, version),
            // A version that is none can still be left out by asking for those that are known.
            None => Test::Known,
        }),
        Attribute::LastUpdated | Attribute::Created => {
            // A moment is shared by nobody; its day may be.
            let day = time(row, attribute).and_then(Day::of);
            return match day {
                Some(day) if leave_out => vec![Test::Before(day), Test::After(day)],
                Some(day) => day.around(),
                None => vec![known],
            };
        }
        attribute if is_number(attribute) => {
            let number = number(row, attribute).and_then(|n| u32::try_from(n).ok());
            number.map(|n| Test::Number(compare, n))
        }
        attribute => own_text(row, attribute).filter(|text| !text.trim().is_empty()).map(|text| {
            let is = if leave_out { TextTest::IsNot } else { TextTest::Is };
            Test::Text(is, text.as_str().into())
        }),
    };
    vec![test.unwrap_or(known)]
}
