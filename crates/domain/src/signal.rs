//! What a source said of a device at one time. Sources and names are open: whatever the org's data calls them is kept and
//! shown. Knows no vendor.

use crate::{OrgObject, Timestamp};
use serde::{Deserialize, Serialize};

/// What one source said in one log event. No values means that the source was named and said nothing, which is telling
/// too: a plug-in that is missing looks like that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// [`OKTA_VERIFY`], or the vendor's key as the org sent it, in capitals.
    pub source: Box<str>,
    /// Names in lower case with `_`, nested ones joined by a dot; values as they came.
    pub values: Vec<(Box<str>, Box<str>)>,
}

/// The source of what Okta Verify itself tells with a sign-in.
pub const OKTA_VERIFY: &str = "OKTA_VERIFY";
/// The name of a text that could not be understood, kept whole.
pub const RAW: &str = "raw";

/// The newest value of one name from one source, and when it was observed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    pub source: Box<str>,
    /// Empty where the source said nothing at all.
    pub name: Box<str>,
    pub value: Box<str>,
    pub observed: Timestamp,
    /// The log event's `uuid`.
    pub event: Box<str>,
}

/// What the org itself calls a source: the device integration one of whose words is the key, or whose first letters are
/// (`WSC` is Windows Security Center). `None` where the org has none that fits.
pub fn source_title<'a>(source: &str, integrations: &'a [OrgObject]) -> Option<&'a OrgObject> {
    let key = source.to_lowercase();
    let fits = |object: &&OrgObject| {
        let label = object.name.to_lowercase();
        let words = || label.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let initials: String = words().filter_map(|word| word.chars().next()).collect();
        key.chars().count() > 1 && (words().any(|word| word == key) || initials == key)
    };
    integrations.iter().find(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ObjectKind;

    #[test]
    fn a_source_is_called_as_the_org_calls_it() {
        let object = |name: &str| OrgObject {
            kind: ObjectKind::DeviceIntegration,
            id: "x".into(),
            parent: None,
            name: name.into(),
            variety: Some("WINDOWS".into()),
            status: None,
            last_updated: None,
        };
        let known = ["CrowdStrike", "Windows Security Center", "Chrome Device Trust"].map(object);
        let title = |source: &str| source_title(source, &known).map(|object| &*object.name);
        assert_eq!(title("CROWDSTRIKE"), Some("CrowdStrike"));
        assert_eq!(title("WSC"), Some("Windows Security Center"));
        assert_eq!(title("CHROME"), Some("Chrome Device Trust"));
        assert_eq!(title("SENTINEL"), None);
        assert_eq!(title(""), None);
    }
}
