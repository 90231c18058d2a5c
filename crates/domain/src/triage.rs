//! The queue of people at risk: what a score is made of, and what an analyst decided.

use serde::{Deserialize, Serialize};

/// What an analyst holds a detection to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assessment {
    TruePositive,
    FalsePositive,
    Unsure,
}

impl Assessment {
    /// Every assessment, in the order to offer them.
    pub const ALL: [Self; 3] = [Self::TruePositive, Self::FalsePositive, Self::Unsure];

    /// The name in a file; the same text that serde writes, and Okta's own label where it has one.
    pub fn key(self) -> &'static str {
        match self {
            Self::TruePositive => "true_positive",
            Self::FalsePositive => "false_positive",
            Self::Unsure => "unsure",
        }
    }

    /// The assessment of this name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|assessment| assessment.key() == key)
    }

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::TruePositive => "True positive",
            Self::FalsePositive => "False positive",
            Self::Unsure => "Unsure",
        }
    }
}

/// How much each part counts in a person's place in the queue, from 0 (not at all) to 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TriageWeights {
    pub level: u8,
    pub age: u8,
    pub privilege: u8,
    pub reach: u8,
}

impl Default for TriageWeights {
    fn default() -> Self {
        Self { level: 10, age: 4, privilege: 6, reach: 3 }
    }
}

/// A part of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScorePart {
    /// The highest level since somebody last judged the person's detections.
    Level,
    /// How long it has been waiting.
    Age,
    /// Admin roles.
    Privilege,
    /// Devices and apps.
    Reach,
}

impl ScorePart {
    /// Every part, in the order to show them.
    pub const ALL: [Self; 4] = [Self::Level, Self::Age, Self::Privilege, Self::Reach];

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Level => "Level",
            Self::Age => "Age",
            Self::Privilege => "Privilege",
            Self::Reach => "Reach",
        }
    }
}

/// A lane of a person's time axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Risk of one sign-in.
    Login,
    /// Risk of a session, and what changed in it.
    Session,
    /// Risk of the person.
    Entity,
    /// What happened on and to devices.
    Device,
    /// What admins did, to the person or to what decides about them.
    Admin,
    /// Sessions ended, logouts, and what confirms them.
    Logout,
    Other,
}

impl Lane {
    /// Every lane, from top to bottom.
    pub const ALL: [Self; 7] =
        [Self::Entity, Self::Session, Self::Login, Self::Device, Self::Admin, Self::Logout, Self::Other];

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Login => "Login",
            Self::Session => "Session",
            Self::Entity => "Entity risk",
            Self::Device => "Device",
            Self::Admin => "Admin action",
            Self::Logout => "Logout",
            Self::Other => "Other",
        }
    }
}
