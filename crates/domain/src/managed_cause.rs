//! Why a device is not managed for one of its users: the questions in the order in which an admin asks them, each with the
//! evidence at hand and with what would settle it. What is not known stays unknown; it never counts as a fault.
//!
//! Source of the order and of what breaks the proof: Okta's help on managed devices. A phone proves management by a hint in
//! its app configuration, a computer by a certificate; both are looked at only at a sign-in with Okta Verify.

mod questions;

use crate::{DeviceId, ManagedStatus, Platform, Timestamp};
use serde::{Deserialize, Serialize};

/// What is known of one device-user link and of what surrounds it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ManagedFacts {
    pub platform: Option<Platform>,
    pub registered: Option<bool>,
    /// When the record was made, and last updated.
    pub created: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    /// When the link was made.
    pub linked: Option<Timestamp>,
    /// From when on every sign-in is known; `None` while the log was not read.
    pub log_begins: Option<Timestamp>,
    /// The newest sign-in of this user in which Okta Verify on this device took part.
    pub sign_in: Option<SignIn>,
    /// Changes of how the org manages devices, newest first.
    pub set_up: Vec<SetUp>,
    /// How many other devices of the platform are managed.
    pub managed_elsewhere: u64,
    /// Whether the record has a serial number or UDID to tell others of the same machine by.
    pub identified: bool,
    /// Other records of the same machine.
    pub twins: Vec<Twin>,
    /// The device's other users.
    pub others: Vec<(Box<str>, ManagedStatus)>,
}

/// One sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    pub at: Timestamp,
    pub event: Box<str>,
    /// What the event's debug data says of the proof, as sent.
    pub result: Option<Box<str>>,
}

/// One `device.platform.…` event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetUp {
    pub at: Timestamp,
    pub event: Box<str>,
    pub event_type: Box<str>,
    /// `None` where the event does not say.
    pub platform: Option<Platform>,
}

/// Another record of the same machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    pub id: DeviceId,
    pub created: Option<Timestamp>,
    /// Whether the org still lists it.
    pub listed: bool,
}

/// One question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    Registered,
    SignedInSince,
    Configured,
    HintAccepted,
    SecretStands,
    IssuerKnown,
    CertificateStands,
    OneRecord,
    NotRecreated,
    NotOnlyOthers,
}

/// What the evidence says. `No` is a cause, or the mark of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    Yes,
    No,
    Unknown,
}

/// One question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub question: Question,
    pub answer: Answer,
    /// The evidence in words, and when it was observed.
    pub because: String,
    pub at: Option<Timestamp>,
    /// The log event that it is from, by its `uuid`.
    pub event: Option<Box<str>>,
    /// What to look at, or to do, so that the question is settled; nothing where it is.
    pub settle: Option<std::borrow::Cow<'static, str>>,
}

/// Every question that applies to the platform, in order.
pub fn managed_steps(facts: &ManagedFacts) -> Vec<Step> {
    let mobile = match facts.platform {
        Some(Platform::Ios | Platform::Android) => Some(true),
        Some(Platform::Windows | Platform::Macos) => Some(false),
        _ => None,
    };
    let mut steps = vec![facts.registered(), facts.signed_in_since(), facts.configured()];
    // Of other platforms, nobody knows which kind of proof they have.
    if mobile == Some(true) {
        steps.extend([facts.hint_accepted(), facts.secret_stands()]);
    }
    if mobile == Some(false) {
        steps.extend([facts.issuer_known(), facts.certificate_stands(), facts.one_record()]);
    }
    steps.extend([facts.not_recreated(), facts.not_only_others()]);
    steps
}

/// The first cause that the evidence shows; `None` where it shows none.
pub fn likely_cause(steps: &[Step]) -> Option<&Step> {
    steps.iter().find(|step| step.answer == Answer::No)
}

impl Question {
    /// The question for a person; `Yes` is good.
    pub fn label(self) -> &'static str {
        match self {
            Self::Registered => "Is Okta Verify registered on it?",
            Self::SignedInSince => "Has it signed in with Okta Verify since the last change?",
            Self::Configured => "Does the org manage this platform?",
            Self::HintAccepted => "Was the management hint accepted?",
            Self::SecretStands => "Is the secret key still the one it has?",
            Self::IssuerKnown => "Does the org know the certificate’s issuer?",
            Self::CertificateStands => "Is its certificate still good?",
            Self::OneRecord => "Is it the only record of this machine?",
            Self::NotRecreated => "Is the record the first of this machine?",
            Self::NotOnlyOthers => "Is no other user of it managed?",
        }
    }
}

#[cfg(test)]
mod tests;
