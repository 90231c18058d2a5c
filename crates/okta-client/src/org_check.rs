//! A posture check in full, read from its JSON: asked for by itself, or kept by a sync. Source:
//! <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/DevicePostureCheck/>.
//!
//! The API's description makes no field mandatory, so nothing but the id is. What an edit would destroy because this version
//! does not understand it (a platform, a way to map the answer) makes the check unreadable instead of being guessed.

use crate::page::Wire;
use crate::wire::Soft;
use domain::{CheckContent, CheckKind, Mapping, OrgCheck, OsqueryPlatform, Remediation, Timestamp};
use serde::Deserialize;

/// Why a check's JSON makes no check here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableCheck {
    /// It is not JSON, or has no id.
    #[error("its JSON can't be read: {0}")]
    Json(Box<str>),
    /// Checks are known for macOS and Windows.
    #[error("its platform is {0}, which this version does not know")]
    Platform(Box<str>),
    #[error("it does not say which platform it is for")]
    NoPlatform,
    /// Neither `CHECKBOX` nor `TEXTBOX`.
    #[error("its answer is mapped as {0}, which this version does not know")]
    Mapping(Box<str>),
}

/// Reads the JSON of one check.
pub fn read_posture_check(raw: &str) -> Result<OrgCheck, UnreadableCheck> {
    let wire: WireOrgCheck =
        serde_json::from_str(raw).map_err(|error| UnreadableCheck::Json(error.to_string().into()))?;
    wire.check()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireOrgCheck {
    pub id: Box<str>,
    #[serde(default)]
    name: Soft<Box<str>>,
    #[serde(default)]
    description: Soft<Box<str>>,
    #[serde(default)]
    variable_name: Soft<Box<str>>,
    #[serde(default)]
    platform: Soft<Box<str>>,
    #[serde(default, rename = "type")]
    kind: Soft<Box<str>>,
    #[serde(default)]
    mapping_type: Soft<Box<str>>,
    #[serde(default)]
    query: Soft<Box<str>>,
    #[serde(default)]
    remediation_settings: serde_json::Value,
    #[serde(default)]
    created_by: Soft<Box<str>>,
    #[serde(default)]
    created_date: Soft<Timestamp>,
    /// What one example of the documentation calls the date of creation.
    #[serde(default)]
    created_update: Soft<Timestamp>,
    #[serde(default)]
    last_update: Soft<Timestamp>,
    #[serde(default)]
    last_updated_by: Soft<Box<str>>,
}

impl WireOrgCheck {
    fn check(self) -> Result<OrgCheck, UnreadableCheck> {
        let Some(platform) = self.platform.0 else { return Err(UnreadableCheck::NoPlatform) };
        let known = OsqueryPlatform::OKTA.into_iter().find(|p| p.okta() == Some(&*platform));
        let Some(known) = known else { return Err(UnreadableCheck::Platform(platform)) };
        let mapping = match self.mapping_type.0 {
            None => Mapping::default(),
            Some(text) if *text == *Mapping::Checkbox.okta() => Mapping::Checkbox,
            Some(text) if *text == *Mapping::Textbox.okta() => Mapping::Textbox,
            Some(text) => return Err(UnreadableCheck::Mapping(text)),
        };
        let text = |soft: Soft<Box<str>>| soft.0.map(String::from).unwrap_or_default();
        let variable_name = text(self.variable_name);
        let name = self.name.0.map(String::from).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| {
            if variable_name.is_empty() { self.id.to_string() } else { variable_name.clone() }
        });
        let half = |part: &str, half: &str| {
            let text = self.remediation_settings.get(part)?.get(half)?.as_str()?;
            Some(text.to_owned())
        };
        Ok(OrgCheck {
            content: CheckContent {
                name,
                description: text(self.description),
                variable_name,
                platform: known,
                mapping,
                query: text(self.query),
                remediation: Remediation {
                    message_key: half("message", "defaultI18nKey"),
                    message: half("message", "customText"),
                    default_link: half("link", "defaultUrl"),
                    link: half("link", "customUrl"),
                },
            },
            id: domain::ObjectId(self.id),
            // One without a type was made by a caller: built-in ones come from a list of their own, and say so.
            kind: self.kind.0.map_or(CheckKind::Custom, |kind| CheckKind::from(&*kind)),
            created: self.created_date.0.or(self.created_update.0),
            created_by: self.created_by.0,
            last_updated: self.last_update.0,
            last_updated_by: self.last_updated_by.0,
        })
    }
}

impl Wire<'_> for WireOrgCheck {
    type Noun = OrgCheck;
    fn noun(self) -> Result<OrgCheck, &'static str> {
        self.check().map_err(|unreadable| match unreadable {
            UnreadableCheck::Json(_) => "its JSON can't be read",
            UnreadableCheck::Platform(_) => "its platform is not known to this version",
            UnreadableCheck::NoPlatform => "it has no platform",
            UnreadableCheck::Mapping(_) => "its mapping type is not known to this version",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"id":"dch1","name":"Gatekeeper on","description":"App origin","variableName":"nwGatekeeper",
        "platform":"MACOS","type":"CUSTOM","mappingType":"CHECKBOX","query":"SELECT 1;","createdBy":"00u1",
        "createdDate":"2026-03-02T08:11:40.000Z","lastUpdate":"2026-03-02T08:11:41.000Z","lastUpdatedBy":"00u2",
        "remediationSettings":{"message":{"defaultI18nKey":null,"customText":"Switch it on."},
        "link":{"defaultUrl":null,"customUrl":"https://x.example"}},"_links":{"self":{"href":"x"}},"novel":[1]}"#;

    #[test]
    fn a_check_is_read_whole() {
        let check = read_posture_check(WHOLE).expect("reads");
        assert_eq!((check.id.as_str(), &check.kind), ("dch1", &CheckKind::Custom));
        assert_eq!(check.created, Some(Timestamp(1_772_439_100_000)));
        assert_eq!(check.last_updated, Some(Timestamp(1_772_439_101_000)));
        assert_eq!(check.last_updated_by.as_deref(), Some("00u2"));
        let content = check.content;
        assert_eq!((content.platform, content.mapping), (OsqueryPlatform::Macos, Mapping::Checkbox));
        assert_eq!((&*content.variable_name, &*content.query), ("nwGatekeeper", "SELECT 1;"));
        let want = Remediation {
            message: Some("Switch it on.".into()),
            link: Some("https://x.example".into()),
            ..Remediation::default()
        };
        assert_eq!(content.remediation, want);
    }

    #[test]
    fn what_is_missing_or_odd_is_told_and_never_guessed() {
        let check = |change: &dyn Fn(&mut serde_json::Value), want: &str| {
            let mut json: serde_json::Value = serde_json::from_str(WHOLE).expect("JSON");
            change(&mut json);
            let told = match read_posture_check(&json.to_string()) {
                Ok(check) => {
                    format!("{} {} {}", check.content.name, check.kind.as_str(), check.content.query)
                }
                Err(error) => error.to_string(),
            };
            assert_eq!(told, want);
        };
        check(&|json| json["type"] = "PARTNER".into(), "Gatekeeper on PARTNER SELECT 1;");
        check(&|json| json["name"] = serde_json::Value::Null, "nwGatekeeper CUSTOM SELECT 1;");
        check(&|json| json["query"] = serde_json::json!([1]), "Gatekeeper on CUSTOM ");
        check(&|json| json["remediationSettings"] = "none".into(), "Gatekeeper on CUSTOM SELECT 1;");
        check(
            &|json| json["platform"] = "LINUX".into(),
            "its platform is LINUX, which this version does not know",
        );
        check(&|json| json["platform"] = 7.into(), "its platform is 7, which this version does not know");
        check(&|json| json["platform"] = serde_json::Value::Null, "it does not say which platform it is for");
        check(
            &|json| json["mappingType"] = "SLIDER".into(),
            "its answer is mapped as SLIDER, which this version does not know",
        );
        assert!(matches!(read_posture_check("{}"), Err(UnreadableCheck::Json(_))));
        assert!(matches!(read_posture_check("nothing"), Err(UnreadableCheck::Json(_))));
        let bare = read_posture_check(r#"{"id":"dch1","platform":"WINDOWS"}"#).expect("reads");
        assert_eq!((&*bare.content.name, bare.content.platform), ("dch1", OsqueryPlatform::Windows));
    }

    #[test]
    fn the_date_of_creation_has_two_names() {
        let raw = r#"{"id":"dch1","platform":"WINDOWS","createdUpdate":"2026-03-02T08:11:40.000Z"}"#;
        assert_eq!(read_posture_check(raw).expect("reads").created, Some(Timestamp(1_772_439_100_000)));
    }
}
