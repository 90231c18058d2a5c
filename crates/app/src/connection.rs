//! Everything that it takes to open one org: who it is, how it is called, and where its cache lies.

use crate::{
    clock::Clock,
    failure,
    host::{DemoOrg, SealedKey},
    settings::OrgSettings,
};
use cache::Location;
use contract::{
    Failure,
    session::{Environment, SealedBy},
};
use okta_client::{Credentials, OrgUrl};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// One org to open.
pub struct OrgConnection {
    /// As people know it: the host name, or what the demo org is called.
    pub name: String,
    /// Where it is.
    pub url: OrgUrl,
    /// Who we are to it.
    pub credentials: Credentials,
    /// What the stripe says.
    pub environment: Environment,
    /// Writes are locked.
    pub read_only: bool,
    /// The org's own clock, where it does not keep the core's time (a simulated org can run ahead).
    pub clock: Option<Arc<dyn Clock>>,
    /// Where its cache lies, and the key.
    pub cache: CacheHome,
}

/// Where a cache lies, and how it is sealed.
pub struct CacheHome {
    /// `None` is memory: it ends with the program.
    pub path: Option<PathBuf>,
    /// Its key, and what keeps it.
    pub key: SealedKey,
}

impl CacheHome {
    /// The cache of `org` among the caches of the data folder.
    pub fn of(data: &Path, org: &str, key: SealedKey) -> Self {
        let path = (key.sealed_by != SealedBy::Memory).then(|| cache_path(data, org));
        Self { path, key }
    }

    /// The same for the cache crate; makes the folder.
    pub(crate) fn location(&self) -> Result<Location, Failure> {
        let Some(path) = &self.path else { return Ok(Location::Memory) };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| failure::cache(error.into()))?;
        }
        Ok(Location::File(path.clone()))
    }
}

/// Where the cache of `org` lies in the data folder, if it has a file.
pub fn cache_path(data: &Path, org: &str) -> PathBuf {
    data.join("orgs").join(file_name(org))
}

/// A name that every file system takes. A port's colon is none of them.
fn file_name(org: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' };
    format!("{}.db", org.to_lowercase().chars().map(kept).collect::<String>())
}

impl OrgConnection {
    /// A real org, as its settings say.
    pub fn real(settings: OrgSettings, cache: CacheHome) -> Self {
        let OrgSettings { url, environment, read_only, credentials } = settings;
        Self { name: url.host(), url, credentials, environment, read_only, clock: None, cache }
    }

    /// The simulated org.
    pub fn demo(org: DemoOrg, cache: CacheHome) -> Self {
        let DemoOrg { name: _, url, credentials, clock } = org;
        // A name like a real org's, under a domain that nobody can own.
        let name = "northwind.okta.example".to_owned();
        Self { name, url, credentials, environment: Environment::Demo, read_only: false, clock, cache }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_file_has_a_plain_name() {
        assert_eq!(file_name("Acme.okta.com"), "acme.okta.com.db");
        assert_eq!(file_name("127.0.0.1:8080"), "127.0.0.1_8080.db");
        assert_eq!(file_name("../../etc"), ".._.._etc.db");
    }
}
