//! Where a list goes on. Opaque to everyone else: an address that the org gave, to be followed as it stands.

use crate::{Error, OrgUrl};
use serde::{Deserialize, Serialize};
use url::Url;

/// The next page of a list. May be stored and used in another run: that is how a sync resumes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cursor {
    /// A list may be made of several requests, one after the other; this is the one to go on with.
    pub(crate) part: u8,
    pub(crate) url: Box<str>,
}

impl Cursor {
    /// The address, if it is the org's own. A stored cursor is checked as well as a fresh link: whoever can change either
    /// would otherwise be sent the token.
    pub(crate) fn address(&self, org: &OrgUrl) -> Result<Url, Error> {
        own_address(org, &self.url, "a stored cursor")
    }
}

/// Reads `link` relative to the org and refuses another host.
pub(crate) fn own_address(org: &OrgUrl, link: &str, path: &str) -> Result<Url, Error> {
    let url = org.at("/").join(link).map_err(|reason| Error::Malformed {
        path: path.into(),
        byte: 0,
        reason: format!("the link to the next page is no address: {reason}").into(),
        request_id: None,
    })?;
    if org.owns(&url) {
        return Ok(url);
    }
    let host = url.host_str().unwrap_or("an address without a host").into();
    Err(Error::ForeignLink { path: path.into(), host })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_orgs_own_addresses_are_followed() {
        let org = OrgUrl::parse("https://acme.okta.com").expect("an address");
        let check =
            |link: &str, ours: bool| assert_eq!(own_address(&org, link, "/x").is_ok(), ours, "{link}");
        check("https://acme.okta.com/api/v1/devices?after=1", true);
        check("/api/v1/devices?after=1", true);
        check("https://acme.okta.com:444/api/v1/devices", false);
        check("http://acme.okta.com/api/v1/devices", false);
        check("https://acme.okta.com.evil.example/api/v1/devices", false);
        check("//evil.example/", false);
        check("https://acme.okta.com@evil.example/", false);
        check("data:text/plain,x", false);
    }
}
