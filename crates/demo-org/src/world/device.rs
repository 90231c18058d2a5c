//! One device: what it is made of, and how it stood at a moment.

use super::drift::{Habit, Incident};
use super::hardware::{Model, Platform, serial};
use super::names::HOSTILE;
use super::{EPOCH, World, stream};
use crate::seeded::Dice;
use crate::time::{DAY, Time};
use std::borrow::Cow;

/// A device at a moment, with what has to be looked up once for it.
#[derive(Debug, Clone)]
pub struct Device {
    pub index: u64,
    /// Which enrolment of this device it is; a new one has a new id.
    pub generation: u64,
    pub status: &'static str,
    pub created: Time,
    pub last_updated: Time,
    pub platform: Platform,
    pub model: Model,
    pub os_version: Option<&'static str>,
    pub disk_encryption: Option<&'static str>,
    pub secure_hardware: Option<bool>,
    pub jailbreak: Option<bool>,
    pub registered: bool,
    /// False when every link was lost.
    pub has_links: bool,
    managed: bool,
    flipped: bool,
    screen_lock_lost: bool,
    hardware: Dice,
    dice: Dice,
}

/// One release comes out so often; versions of the ladders count from here (2025-12-01).
const FIRST_RELEASE: i64 = EPOCH.0 - 31 * DAY;
const RELEASE_EVERY: i64 = 42 * DAY;

impl World {
    /// How a device stood at `now`, for `index` below the number of devices.
    pub fn device(&self, index: u64, now: Time) -> Device {
        let dice = self.dice(stream::DEVICE, index);
        let hardware = self.dice(stream::HARDWARE, self.hardware_of(index));
        let platform = self.platform_of(index);
        let model = *hardware.weighted(1, platform.models());
        let period = self.period_of(index, now);
        let trouble = self.trouble(index, period);
        let (generation, renewed) = self.generation(index, period);
        let first_enrolled = self.enrolled(index);
        let created = match renewed {
            Some(at) if generation > 0 => self.moment(index, at).max(first_enrolled),
            _ => first_enrolled,
        };
        let last_heard = match self.last_heard(index, period) {
            Some(period) => self.moment(index, period).max(created),
            None => self.last_words(index, created),
        };
        let base = self.base_status(index);
        Device {
            index,
            generation,
            status: if trouble == Some(Incident::Suspended) { "SUSPENDED" } else { base },
            created,
            last_updated: last_heard,
            platform,
            model,
            os_version: (!dice.chance(30, 12)).then(|| os_version(platform, hardware, dice, last_heard)),
            disk_encryption: encryption(platform, dice, trouble == Some(Incident::EncryptionLost)),
            secure_hardware: match dice.below(32, 1000) {
                0..25 => None,
                25..60 => Some(false),
                _ => Some(true),
            },
            jailbreak: match (platform.is_mobile(), dice.below(33, 1000)) {
                (false, _) | (true, 0..20) => None,
                (true, roll) => Some(trouble == Some(Incident::Jailbroken) || roll < 26),
            },
            registered: base != "CREATED",
            has_links: base != "DEACTIVATED" && trouble != Some(Incident::LinksLost),
            managed: dice.chance(34, if platform == Platform::Android { 550 } else { 760 }),
            flipped: trouble == Some(Incident::ManagementFlipped),
            screen_lock_lost: trouble == Some(Incident::ScreenLockLost),
            hardware,
            dice,
        }
    }

    /// One device in 64 is an older enrolment of its neighbour's hardware, never removed.
    pub(crate) fn is_duplicate(&self, index: u64) -> bool {
        index % 64 == 13
    }

    fn hardware_of(&self, index: u64) -> u64 {
        if self.is_duplicate(index) { index - 1 } else { index }
    }

    pub(crate) fn platform_of(&self, index: u64) -> Platform {
        *self.dice(stream::HARDWARE, self.hardware_of(index)).weighted(0, Platform::MIX)
    }

    /// The status a device would have without incidents.
    pub(crate) fn base_status(&self, index: u64) -> &'static str {
        match self.dice(stream::DEVICE, index).below(35, 1000) {
            0..14 => "SUSPENDED",
            14..54 => "DEACTIVATED",
            54..61 if self.created_status => "CREATED",
            _ => "ACTIVE",
        }
    }

    /// First enrolled some time in the two and a half years before the epoch.
    fn enrolled(&self, index: u64) -> Time {
        let dice = self.dice(stream::DEVICE, index);
        let span = 900 * DAY as u64;
        let age = dice.below(36, span).max(dice.below(37, 30 * DAY as u64)) as i64 + DAY;
        // A duplicate is older than the enrolment that replaced it.
        let older = if self.is_duplicate(index) { 1_000 * DAY } else { 0 };
        Time(EPOCH.0 - age - older)
    }

    /// The last evidence of a device that is not heard of any more: some time between its enrolment and the epoch, a
    /// hundred days ago at the least.
    fn last_words(&self, index: u64, created: Time) -> Time {
        let last = (EPOCH.0 - 100 * DAY).max(created.0);
        let span = (last - created.0) as u64;
        let dice = self.dice(stream::DEVICE, index);
        if self.habit(index) == Habit::Gone {
            Time(created.0 + dice.below(38, span + 1) as i64)
        } else {
            created
        }
    }
}

impl Device {
    /// The id's number: which device, which enrolment.
    pub fn number(&self) -> u64 {
        (self.generation << 32) | self.index
    }

    /// What people call it. `owner` is its owner's first name.
    pub fn display_name(&self, owner: &str) -> String {
        if self.index % 641 == 640 {
            // After all of them comes one that is only long.
            let which = (self.index / 641) as usize % (HOSTILE.len() + 1);
            return HOSTILE.get(which).map_or_else(|| "endless-".repeat(1_250), |name| (*name).to_owned());
        }
        if self.index % 4_999 == 4_998 {
            return "Very long name ".repeat(20).chars().take(255).collect();
        }
        let n = self.index % 10_000;
        match (self.managed, self.dice.below(39, 10)) {
            (true, 0..8) | (false, 0) => format!("NW-{}-{n:04}", self.model.tag),
            (_, 8) if self.platform == Platform::Windows => {
                format!("DESKTOP-{}", self.hardware.text(39, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 7))
            }
            (_, 9) => self.model.called.to_owned(),
            _ => format!("{owner}’s {}", self.model.called),
        }
    }

    /// `None` for phones and for the few computers that report none.
    pub fn serial_number(&self) -> Option<String> {
        if self.hardware.chance(40, 8) { None } else { serial(self.model.serial, self.hardware, 41) }
    }

    pub fn udid(&self) -> Option<String> {
        const HEX: &[u8] = b"0123456789ABCDEF";
        let text = |n, salt| self.hardware.text(salt, HEX, n);
        match self.platform {
            Platform::Ios => Some(format!("0000{}-{}", text(4, 44), text(16, 45))),
            Platform::Android => None,
            _ => Some(format!(
                "{}-{}-{}-{}-{}",
                text(8, 44),
                text(4, 45),
                text(4, 46),
                text(4, 47),
                text(12, 48)
            )),
        }
    }

    pub fn imei(&self) -> Option<String> {
        let phone =
            self.platform.is_mobile() && !self.model.called.contains("Pad") && !self.hardware.chance(49, 300);
        phone.then(|| format!("35{}", self.hardware.text(50, b"0123456789", 13)))
    }

    pub fn meid(&self) -> Option<String> {
        let old = self.platform == Platform::Ios && self.hardware.chance(51, 60);
        old.then(|| format!("A1{}", self.hardware.text(52, b"0123456789ABCDEF", 12)))
    }

    pub fn sid(&self) -> Option<String> {
        (self.platform == Platform::Windows && !self.hardware.chance(53, 30)).then(|| {
            let part = |salt| self.hardware.below(salt, 4_000_000_000);
            format!("S-1-5-21-{}-{}-{}-{}", part(54), part(55), part(56), 1001 + self.hardware.below(57, 200))
        })
    }

    pub fn tpm_public_key_hash(&self) -> Option<String> {
        (self.platform == Platform::Windows && self.secure_hardware == Some(true))
            .then(|| self.hardware.text(58, b"0123456789abcdef", 64))
    }

    /// Management status of the link to its `position`th user.
    pub fn management(&self, position: usize) -> &'static str {
        // The accounts beyond the owner's are on shared devices, where a few were never put under management.
        let odd = position > 0 && self.dice.chance(60 + position as u64, 80);
        if self.managed ^ self.flipped ^ odd { "MANAGED" } else { "NOT_MANAGED" }
    }

    /// How the screen is locked for its `position`th user; `None` where that was never reported.
    pub fn screen_lock(&self, position: usize) -> Option<&'static str> {
        if self.screen_lock_lost {
            return Some("NONE");
        }
        match self.dice.below(80 + position as u64, 100) {
            0..3 => None,
            3..6 => Some("NONE"),
            6..36 => Some("PASSCODE"),
            _ => Some("BIOMETRIC"),
        }
    }

    /// When the link to its `position`th user was made.
    pub fn link_created(&self, position: usize) -> Time {
        let later = self.dice.below(100 + position as u64, 90 * DAY as u64) as i64;
        let created = if position == 0 { self.created.0 } else { self.created.0 + later };
        Time(created.min(self.last_updated.0))
    }

    /// Client version of Okta Verify on the device.
    pub fn okta_verify(&self) -> Cow<'static, str> {
        match self.platform {
            Platform::Windows => "6.5.1.0".into(),
            Platform::Macos => format!("9.{}.0", 40 + self.dice.below(110, 9)).into(),
            Platform::Ios => "9.51.0".into(),
            Platform::Android => "8.17.2".into(),
        }
    }
}

fn encryption(platform: Platform, dice: Dice, lost: bool) -> Option<&'static str> {
    let roll = dice.below(31, 1000);
    if roll < 40 {
        return None;
    }
    if lost {
        return Some("NONE");
    }
    Some(match platform {
        Platform::Windows if roll < 110 => "NONE",
        Platform::Windows if roll < 190 => "SYSTEM_VOLUME",
        Platform::Macos if roll < 90 => "NONE",
        Platform::Windows | Platform::Macos => "ALL_INTERNAL_VOLUMES",
        Platform::Ios => "FULL",
        Platform::Android if roll < 70 => "NONE",
        Platform::Android if roll < 350 => "FULL",
        Platform::Android => "USER",
    })
}

/// The newest release that had reached this device when it was last heard of. How late a device updates is part of its
/// nature: most within weeks, some within a year, a few never.
fn os_version(platform: Platform, hardware: Dice, dice: Dice, heard: Time) -> &'static str {
    let train = *hardware.weighted(2, platform.trains());
    let lag = match dice.below(70, 100) {
        0..55 => dice.below(71, 30 * DAY as u64) as i64,
        55..85 => dice.below(71, 120 * DAY as u64) as i64,
        85..95 => dice.below(71, 400 * DAY as u64) as i64,
        _ => i64::MAX / 4,
    };
    let reached = heard.0.saturating_sub(FIRST_RELEASE).saturating_sub(lag).div_euclid(RELEASE_EVERY);
    train[usize::try_from(reached).unwrap_or(0).min(train.len() - 1)]
}
