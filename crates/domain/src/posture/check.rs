//! What a posture check is made of. Source of names and rules:
//! <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/DevicePostureCheck/>.

use serde::{Deserialize, Serialize};

/// A platform that osquery runs on. Okta takes checks for macOS and Windows; the linter knows Linux, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OsqueryPlatform {
    Macos,
    Windows,
    Linux,
}

impl OsqueryPlatform {
    /// Every platform.
    pub const ALL: [Self; 3] = [Self::Macos, Self::Windows, Self::Linux];
    /// Those that Okta takes checks for.
    pub const OKTA: [Self; 2] = [Self::Macos, Self::Windows];

    /// The name in files and addresses; the same text that serde writes.
    pub fn key(self) -> &'static str {
        match self {
            Self::Macos => "macos",
            Self::Windows => "windows",
            Self::Linux => "linux",
        }
    }

    /// The platform of this name, in any case; `darwin` is osquery's own word for macOS.
    pub fn from_key(key: &str) -> Option<Self> {
        let key = key.to_ascii_lowercase();
        let key = if key == "darwin" { "macos" } else { &key };
        Self::ALL.into_iter().find(|p| p.key() == key)
    }

    /// The name in Okta's API. Okta has no checks for Linux.
    pub fn okta(self) -> Option<&'static str> {
        match self {
            Self::Macos => Some("MACOS"),
            Self::Windows => Some("WINDOWS"),
            Self::Linux => None,
        }
    }

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Macos => "macOS",
            Self::Windows => "Windows",
            Self::Linux => "Linux",
        }
    }

    /// How long Okta Verify lets a check run unless configured otherwise, in milliseconds; `None` where Okta runs none.
    pub fn time_limit(self) -> Option<u32> {
        match self {
            Self::Macos => Some(2_000),
            Self::Windows => Some(5_000),
            Self::Linux => None,
        }
    }
}

/// How Okta reads the answer of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "UPPERCASE")]
pub enum Mapping {
    /// `1` passes, `0` fails.
    #[default]
    Checkbox,
    /// The answer is compared with the text in the assurance policy.
    Textbox,
}

impl Mapping {
    /// The name in Okta's API.
    pub fn okta(self) -> &'static str {
        match self {
            Self::Checkbox => "CHECKBOX",
            Self::Textbox => "TEXTBOX",
        }
    }
}

/// What a person reads when a check fails, and where a link leads them. For custom checks Okta ignores the default halves.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Remediation {
    pub message_key: Option<String>,
    pub message: Option<String>,
    pub default_link: Option<String>,
    pub link: Option<String>,
}

/// A check as an admin writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CheckContent {
    pub name: String,
    #[serde(default)]
    pub description: String,
    /// What assurance policies call it; unique in the org.
    pub variable_name: String,
    pub platform: OsqueryPlatform,
    #[serde(default)]
    pub mapping: Mapping,
    pub query: String,
    #[serde(default)]
    pub remediation: Remediation,
}
