//! Making, replacing and deleting posture checks, each sent once, and the reads by which such a change is settled. Source:
//! <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/DevicePostureCheck/>.

use crate::devices::below;
use crate::listing::listing_of;
use crate::org_check::WireOrgCheck;
use crate::page::parse_one;
use crate::posture_checks::SCOPE;
use crate::send::Call;
use crate::write::{Receipt, WriteError};
use crate::{Client, Error, Single};
use domain::{CheckContent, CheckWish, ObjectId, OrgCheck};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;
use url::Url;

const MANAGE: &str = "okta.devicePostureChecks.manage";

/// A check that the org made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedCheck {
    pub receipt: Receipt,
    /// `None` where the answer can't be read: the list has it.
    pub id: Option<ObjectId>,
}

impl Client {
    /// One check by id, as it is now.
    pub async fn posture_check_now(&self, id: &ObjectId) -> Result<Single<OrgCheck>, Error> {
        self.single(self.check_url(Some(id)), SCOPE, |body| parse_one::<WireOrgCheck>(body)).await
    }

    /// The check that has this variable name now, if any has; it is looked for in the list of custom ones.
    pub async fn posture_check_named(&self, variable_name: &str) -> Result<Option<Single<OrgCheck>>, Error> {
        let listing = listing_of!(WireOrgCheck, self, self.check_url(None), SCOPE);
        let mut cursor = None;
        loop {
            let page = listing.from(cursor.as_ref()).await?;
            let named = page
                .items
                .iter()
                .find(|item| item.value.content.variable_name.trim() == variable_name.trim());
            if let Some(item) = named {
                return Ok(Some(Single {
                    value: item.value.clone(),
                    raw: page.raw(item).into(),
                    server_time: page.server_time,
                    request_id: page.request_id.clone(),
                }));
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(None);
            }
        }
    }

    /// Waits until the rate limit has room for a change of a check, and counts it; answers how long that took.
    pub async fn admit_check_change(&self, wish: &CheckWish) -> Result<Duration, Error> {
        self.admit(&self.a_write(wish.id(), wish.after())).await
    }

    /// Makes a custom check, once. Nothing is tried again.
    pub async fn create_posture_check(&self, content: &CheckContent) -> Result<CreatedCheck, WriteError> {
        let call = self.a_write(None, Some(content));
        let (receipt, body) = self.change_and_hear(Method::POST, &call).await?;
        Ok(CreatedCheck { receipt, id: created_id(&body) })
    }

    /// Replaces the whole content of a custom check, once. Nothing is tried again.
    pub async fn replace_posture_check(
        &self,
        id: &ObjectId,
        content: &CheckContent,
    ) -> Result<Receipt, WriteError> {
        self.change(Method::PUT, &self.a_write(Some(id), Some(content))).await
    }

    /// Deletes a custom check, once. The org refuses one that a device assurance policy uses.
    pub async fn delete_posture_check(&self, id: &ObjectId) -> Result<Receipt, WriteError> {
        self.change(Method::DELETE, &self.a_write(Some(id), None)).await
    }

    fn a_write(&self, id: Option<&ObjectId>, content: Option<&CheckContent>) -> Call {
        let body = content.map(|content| body(content).to_string().into());
        Call { url: self.check_url(id), scope: Some(MANAGE), signed: true, body }
    }

    fn check_url(&self, id: Option<&ObjectId>) -> Url {
        let segments = ["api", "v1", "device-posture-checks"].into_iter().chain(id.map(ObjectId::as_str));
        below(self.inner.org.at("/"), &segments.collect::<Vec<_>>())
    }
}

/// What is sent. The default halves of a remediation count for built-in checks alone, which nobody can write.
fn body(content: &CheckContent) -> serde_json::Value {
    let custom = |text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    json!({
        "name": content.name,
        "description": content.description,
        "variableName": content.variable_name,
        "platform": content.platform.okta(),
        "type": "CUSTOM",
        "mappingType": content.mapping.okta(),
        "query": content.query,
        "remediationSettings": {
            "message": { "defaultI18nKey": null, "customText": custom(&content.remediation.message) },
            "link": { "defaultUrl": null, "customUrl": custom(&content.remediation.link) },
        },
    })
}

fn created_id(body: &str) -> Option<ObjectId> {
    #[derive(Deserialize)]
    struct Created {
        id: Box<str>,
    }
    serde_json::from_str::<Created>(body).ok().map(|created| ObjectId(created.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Mapping, OsqueryPlatform, Remediation};

    #[test]
    fn what_is_sent_has_the_apis_names() {
        let content = CheckContent {
            name: "BitLocker".into(),
            description: String::new(),
            variable_name: "nwBitLocker".into(),
            platform: OsqueryPlatform::Windows,
            mapping: Mapping::Textbox,
            query: "SELECT 1;".into(),
            remediation: Remediation {
                message: Some(" Ask. ".into()),
                link: Some(" ".into()),
                message_key: Some("x".into()),
                ..Remediation::default()
            },
        };
        let want = json!({
            "name": "BitLocker", "description": "", "variableName": "nwBitLocker", "platform": "WINDOWS", "type": "CUSTOM",
            "mappingType": "TEXTBOX", "query": "SELECT 1;",
            "remediationSettings": {
                "message": { "defaultI18nKey": null, "customText": "Ask." }, "link": { "defaultUrl": null, "customUrl": null },
            },
        });
        assert_eq!(body(&content), want);
    }

    #[test]
    fn an_answer_that_cannot_be_read_is_still_an_answer() {
        assert_eq!(created_id(r#"{"id":"dch1","name":7}"#), Some(ObjectId("dch1".into())));
        assert_eq!(created_id("{}"), None);
        assert_eq!(created_id("<html>"), None);
    }
}
