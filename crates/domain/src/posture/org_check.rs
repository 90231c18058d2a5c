//! A posture check as the org has it, and how assurance policies name one.

use crate::{CheckContent, ObjectId, Timestamp, open_enum};
use serde::{Deserialize, Serialize};

open_enum! {
    /// Who wrote a check.
    CheckKind {
        /// Okta: it can be used, and neither changed nor deleted.
        Builtin = "BUILTIN", "Built-in";
        Custom = "CUSTOM", "Custom";
    }
}

/// A check of the org.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgCheck {
    pub id: ObjectId,
    pub kind: CheckKind,
    pub content: CheckContent,
    pub created: Option<Timestamp>,
    /// The id of whoever made it.
    pub created_by: Option<Box<str>>,
    pub last_updated: Option<Timestamp>,
    pub last_updated_by: Option<Box<str>>,
}

/// One check that an assurance policy asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AssuranceUse {
    /// The check's variable name: policies know no id.
    pub variable_name: Box<str>,
    /// What the answer is compared with; `None` where the policy does not say.
    pub value: Option<Box<str>>,
}

impl CheckContent {
    /// Whether two contents are the same check to the org. It trims texts, an empty text is none, and the default halves
    /// of a remediation count for built-in checks alone.
    pub fn is_same_check(&self, other: &Self) -> bool {
        self.platform == other.platform
            && self.mapping == other.mapping
            && self.texts().into_iter().zip(other.texts()).all(|(a, b)| a.trim() == b.trim())
    }

    fn texts(&self) -> [&str; 6] {
        [
            &self.name,
            &self.description,
            &self.variable_name,
            &self.query,
            self.remediation.message.as_deref().unwrap_or_default(),
            self.remediation.link.as_deref().unwrap_or_default(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mapping, OsqueryPlatform, Remediation};

    #[test]
    fn contents_that_are_the_same_to_the_org_are_the_same() {
        let base = CheckContent {
            name: "Gatekeeper".into(),
            description: String::new(),
            variable_name: "nwGatekeeper".into(),
            platform: OsqueryPlatform::Macos,
            mapping: Mapping::Checkbox,
            query: "SELECT 1;".into(),
            remediation: Remediation::default(),
        };
        let check = |change: &dyn Fn(&mut CheckContent), same: bool| {
            let mut other = base.clone();
            change(&mut other);
            assert_eq!((base.is_same_check(&other), other.is_same_check(&base)), (same, same), "{other:?}");
        };
        check(&|_| {}, true);
        check(&|c| c.query.push('\n'), true);
        check(&|c| c.remediation.message = Some(String::new()), true);
        check(&|c| c.remediation.message_key = Some("device.posture.firewall".into()), true);
        check(&|c| c.name.push('x'), false);
        check(&|c| c.description.push('x'), false);
        check(&|c| c.variable_name.push('x'), false);
        check(&|c| c.platform = OsqueryPlatform::Windows, false);
        check(&|c| c.mapping = Mapping::Textbox, false);
        check(&|c| c.query = "SELECT 0;".into(), false);
        check(&|c| c.remediation.message = Some("x".into()), false);
        check(&|c| c.remediation.link = Some("https://x.example".into()), false);
    }
}
