//! The address of an org as a person types it, checked and brought into one form. Does no I/O: whether an org answers
//! there is for [`crate::Client::organization`] to find out.

use url::{Host, Url};

/// Scheme, host and port of an org. `https` only, except on loopback, where simulated orgs live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgUrl(Url);

/// What [`OrgUrl::parse_explained`] changed about the address, for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Correction {
    /// `acme-admin.okta.com` is the Admin Console; the API lives on `acme.okta.com`.
    AdminConsole,
    /// A path or query was dropped: an org is told by its host alone.
    PathDropped,
}

impl std::fmt::Display for Correction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::AdminConsole => {
                "That is the Admin Console's address; the org's API is at the same name without -admin."
            }
            Self::PathDropped => "Only the host counts; what came after it was left out.",
        })
    }
}

/// Why a text is not the address of an org.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidOrg {
    #[error("no address was given")]
    Empty,
    #[error("this is not an address: {0}")]
    NotAUrl(#[from] url::ParseError),
    #[error("an org is reached over https, not {scheme}")]
    NotHttps { scheme: Box<str> },
    #[error("this has no host name with a domain, such as acme.okta.com")]
    NoDomain,
    #[error("leave user name and password out of the address")]
    HasCredentials,
}

impl OrgUrl {
    /// Reads `acme.okta.com`, `https://acme.okta.com/…` or `http://127.0.0.1:8080`.
    pub fn parse(text: &str) -> Result<Self, InvalidOrg> {
        Self::parse_explained(text).map(|(org, _)| org)
    }

    /// As [`parse`](Self::parse), telling what was corrected on the way.
    pub fn parse_explained(text: &str) -> Result<(Self, Option<Correction>), InvalidOrg> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidOrg::Empty);
        }
        let mut url =
            if text.contains("://") { Url::parse(text)? } else { Url::parse(&format!("https://{text}"))? };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidOrg::HasCredentials);
        }
        check_scheme(&url)?;
        let mut correction =
            (!matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some())
                .then_some(Correction::PathDropped);
        if let Some(host) = without_admin(&url) {
            url.set_host(Some(&host))?;
            correction = Some(Correction::AdminConsole);
        }
        url.set_path("/");
        url.set_query(None);
        url.set_fragment(None);
        Ok((Self(url), correction))
    }

    /// Host name, with the port where it is not the usual one: `acme.okta.com`.
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Whether the org is on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// The address without a trailing slash: `https://acme.okta.com`.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// An address below this org; `path` starts with a slash and holds only what needs no escaping.
    pub(crate) fn at(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(path);
        url
    }

    /// Whether `url` has this org's scheme, host and port.
    pub(crate) fn owns(&self, url: &Url) -> bool {
        url.origin() == self.0.origin()
    }
}

impl std::fmt::Display for OrgUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for OrgUrl {
    type Err = InvalidOrg;
    fn from_str(text: &str) -> Result<Self, InvalidOrg> {
        Self::parse(text)
    }
}

fn check_scheme(url: &Url) -> Result<(), InvalidOrg> {
    match (url.scheme(), url.host()) {
        (_, None) => Err(InvalidOrg::NoDomain),
        ("http" | "https", Some(_)) if is_loopback(url) => Ok(()),
        ("https", Some(Host::Domain(name))) if name.trim_matches('.').contains('.') => Ok(()),
        ("https", Some(_)) => Err(InvalidOrg::NoDomain),
        (scheme, _) => Err(InvalidOrg::NotHttps { scheme: scheme.into() }),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// The host without `-admin`, for Okta's own domains: a custom domain may be called anything.
fn without_admin(url: &Url) -> Option<String> {
    const OKTAS: [&str; 6] =
        ["okta.com", "oktapreview.com", "okta-emea.com", "okta-gov.com", "okta.mil", "trex-govcloud.com"];
    let (first, rest) = url.host_str()?.split_once('.')?;
    let name = first.strip_suffix("-admin")?;
    OKTAS.contains(&rest).then(|| format!("{name}.{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_people_type() {
        let check = |text: &str, want: Result<&str, InvalidOrg>| {
            assert_eq!(
                OrgUrl::parse(text).map(|org| org.as_str().to_owned()),
                want.map(str::to_owned),
                "{text:?}"
            );
        };
        check(" northwind.okta.com ", Ok("https://northwind.okta.com"));
        check("https://Northwind.okta.com/admin/dashboard?x=1#y", Ok("https://northwind.okta.com"));
        check("https://northwind-admin.okta.com/", Ok("https://northwind.okta.com"));
        check("login-admin.example.com", Ok("https://login-admin.example.com"));
        check("http://127.0.0.1:8080", Ok("http://127.0.0.1:8080"));
        check("http://[::1]:8080/", Ok("http://[::1]:8080"));
        check("http://localhost:3000", Ok("http://localhost:3000"));
        check("http://northwind.okta.com", Err(InvalidOrg::NotHttps { scheme: "http".into() }));
        check("ftp://northwind.okta.com", Err(InvalidOrg::NotHttps { scheme: "ftp".into() }));
        check("https://user:pass@northwind.okta.com", Err(InvalidOrg::HasCredentials));
        check("northwind", Err(InvalidOrg::NoDomain));
        check("", Err(InvalidOrg::Empty));
        check("https://exa mple.com", Err(InvalidOrg::NotAUrl(url::ParseError::IdnaError)));
    }

    #[test]
    fn a_correction_is_explained() {
        let correction = |text| OrgUrl::parse_explained(text).map(|(_, correction)| correction);
        assert_eq!(correction("acme-admin.okta.com/x"), Ok(Some(Correction::AdminConsole)));
        assert_eq!(correction("acme.okta.com/x"), Ok(Some(Correction::PathDropped)));
        assert_eq!(correction("https://acme.okta.com/"), Ok(None));
    }

    #[test]
    fn another_port_is_another_org() {
        let org = OrgUrl::parse("http://127.0.0.1:8080").expect("an address");
        assert!(org.owns(&Url::parse("http://127.0.0.1:8080/api/v1/devices").expect("a url")));
        assert!(!org.owns(&Url::parse("http://127.0.0.1:8081/api/v1/devices").expect("a url")));
    }
}
