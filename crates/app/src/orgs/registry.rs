//! The list of connected orgs: one small file in the data folder. It holds nothing secret, and a field that it does not know
//! makes it a damaged file, so that nobody puts a token into it and believes it to be in good hands.

use crate::{failure, private_file};
use contract::{Failure, orgs::CredentialFacts, session::Environment};
use domain::Timestamp;
use okta_client::OrgUrl;
use serde::{Deserialize, Serialize};
use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// The file's name in the data folder.
const FILE: &str = "orgs.json";
/// The format written today.
const VERSION: u32 = 1;

/// One connected org.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Registered {
    /// Its address; the host in it is its name.
    pub url: String,
    pub environment: Environment,
    pub read_only: bool,
    pub credential: CredentialFacts,
    pub auto_lock_minutes: Option<u32>,
    pub added: Timestamp,
}

impl Registered {
    /// The address, checked when the file was read.
    pub fn url(&self) -> Result<OrgUrl, Failure> {
        OrgUrl::parse(&self.url).map_err(failure::invalid_org)
    }

    /// What it is called.
    pub fn name(&self) -> String {
        self.url().map_or_else(|_| self.url.clone(), |url| url.host())
    }
}

/// All of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Known {
    version: u32,
    /// The name of the org that was opened last.
    pub last: Option<String>,
    pub orgs: Vec<Registered>,
}

impl Default for Known {
    fn default() -> Self {
        Self { version: VERSION, last: None, orgs: Vec::new() }
    }
}

impl Known {
    /// The org of this name.
    pub fn find(&self, name: &str) -> Option<&Registered> {
        self.orgs.iter().find(|org| org.name() == name)
    }

    /// The same, to be changed.
    pub fn find_mut(&mut self, name: &str) -> Option<&mut Registered> {
        self.orgs.iter_mut().find(|org| org.name() == name)
    }
}

/// The file. All calls block for the moment that a small file takes.
pub(crate) struct Registry {
    path: PathBuf,
    /// Held from reading to writing, so that two changes don't undo each other.
    turn: Mutex<()>,
}

impl Registry {
    /// The registry of this data folder.
    pub fn of(data: &Path) -> Self {
        Self { path: data.join(FILE), turn: Mutex::default() }
    }

    /// Everything known. A file that makes no sense is set aside and told once; from then on nothing is known.
    pub fn read(&self) -> Result<Known, Failure> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.load()
    }

    /// Changes what is known.
    pub fn change<T>(&self, change: impl FnOnce(&mut Known) -> T) -> Result<T, Failure> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.load()?;
        let mut known = before.clone();
        let done = change(&mut known);
        if known != before {
            let text = serde_json::to_vec_pretty(&known).map_err(failure::bug)?;
            private_file::replace(&self.path, &text).map_err(|error| failure::cache(error.into()))?;
        }
        Ok(done)
    }

    fn load(&self) -> Result<Known, Failure> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Known::default()),
            Err(error) if error.kind() == ErrorKind::InvalidData => return Err(self.set_aside()),
            Err(error) => return Err(failure::cache(error.into())),
        };
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        if serde_json::from_str::<Versioned>(&text).is_ok_and(|file| file.version > VERSION) {
            return Err(failure::newer_registry(&self.path));
        }
        // The parser's own message might repeat what somebody put here by mistake.
        let known = serde_json::from_str::<Known>(&text).ok();
        let sound = known.filter(|known| known.orgs.iter().all(|org| org.url().is_ok()));
        sound.ok_or_else(|| self.set_aside())
    }

    /// Renames the file, so that nothing is lost and the next start is a clean one.
    fn set_aside(&self) -> Failure {
        let free = (1_u32..).map(|n| self.path.with_extension(format!("damaged-{n}.json")));
        let target = free.into_iter().find(|path| !path.exists()).unwrap_or_else(|| self.path.clone());
        match std::fs::rename(&self.path, &target) {
            Ok(()) => failure::damaged_registry(&target),
            Err(error) => failure::cache(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acme() -> Registered {
        Registered {
            url: "https://acme.okta.com".into(),
            environment: Environment::Production,
            read_only: true,
            credential: CredentialFacts::ApiToken,
            auto_lock_minutes: Some(15),
            added: Timestamp(7),
        }
    }

    #[test]
    fn what_was_changed_is_read_back() {
        let data = tempfile::tempdir().expect("a folder");
        let registry = Registry::of(data.path());
        assert_eq!(registry.read(), Ok(Known::default()));
        registry.change(|known| known.orgs.push(acme())).expect("written");
        let known = Registry::of(data.path()).read().expect("read");
        assert_eq!(known.find("acme.okta.com"), Some(&acme()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(data.path().join(FILE)).expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_file_is_told_once_and_set_aside_without_being_repeated() {
        let data = tempfile::tempdir().expect("a folder");
        let registry = Registry::of(data.path());
        for (n, text) in [
            r#"{"version":1,"last":null,"orgs":[],"token":"00hush"}"#,
            "00hush",
            r#"{"version":1,"last":null,"orgs":[{"url":"ftp://x"}]}"#,
        ]
        .iter()
        .enumerate()
        {
            std::fs::write(data.path().join(FILE), text).expect("written");
            let told = registry.read().expect_err("damaged").to_string();
            let aside = format!("orgs.damaged-{}.json", n + 1);
            assert!(told.contains(&aside) && !told.contains("00hush"), "{told}");
            assert_eq!(std::fs::read_to_string(data.path().join(&aside)).expect("kept"), *text);
            assert_eq!(registry.read(), Ok(Known::default()));
        }
    }

    #[test]
    fn a_newer_file_is_left_alone() {
        let data = tempfile::tempdir().expect("a folder");
        let text = r#"{"version":2,"worlds":[]}"#;
        std::fs::write(data.path().join(FILE), text).expect("written");
        let told = Registry::of(data.path()).change(|known| known.last = None).expect_err("newer");
        assert!(told.to_string().contains("newer"), "{told}");
        assert_eq!(std::fs::read_to_string(data.path().join(FILE)).expect("there"), text);
    }
}
