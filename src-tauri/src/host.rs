//! What the core gets from outside of it in the shell: the simulated org, the clipboard, and where keys and credentials
//! are kept. It decides where a key comes from, and never sees what the key opens.

use std::{
    env,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use app::{
    Clipboard, DemoOrg, Host, OrgSettings, SealedKey,
    seal::{self, Vault, Words},
};
use browser::DemoHost;
use contract::{Failure, FailureKind, session::SealedBy};
use futures::{FutureExt, future::BoxFuture};
use keychain::Secret;

/// The shell's outside.
pub struct Outside {
    data: PathBuf,
    /// Keeps caches in memory; only its org is used here.
    demo: DemoHost,
    /// The name of the simulated org's cache, once that runs.
    demo_name: Mutex<Option<String>>,
}

impl Outside {
    /// With caches in `data`, and a simulated org as `org` says.
    pub fn new(data: PathBuf, org: demo_org::Options) -> Self {
        Self { data, demo: DemoHost::new(org, None), demo_name: Mutex::default() }
    }

    async fn start_demo(&self) -> Result<DemoOrg, Failure> {
        let org = self.demo.demo_org().await?;
        *self.demo_name.lock().unwrap_or_else(PoisonError::into_inner) = Some(org.name.clone());
        Ok(org)
    }

    fn is_demo(&self, name: &str) -> bool {
        self.demo_name.lock().unwrap_or_else(PoisonError::into_inner).as_deref() == Some(name)
    }
}

impl Host for Outside {
    fn demo_org(&self) -> BoxFuture<'_, Result<DemoOrg, Failure>> {
        self.start_demo().boxed()
    }

    fn cache_key(&self, name: &str) -> Result<SealedKey, Failure> {
        match seal::key(&self.data, name, words()) {
            Ok((key, told)) => {
                told.iter().for_each(|told| tracing::warn!("{told}"));
                Ok(key)
            }
            // Nobody should have to set up a keychain to look at a simulated org: its rows then live in memory.
            Err(failure) if self.is_demo(name) => {
                tracing::warn!(%failure, "the simulated org is kept in memory");
                Ok(SealedKey { key: cache::Key::new([0; 32]), sealed_by: SealedBy::Memory })
            }
            Err(failure) => Err(failure),
        }
    }

    fn downloads(&self) -> Option<PathBuf> {
        self.demo.downloads()
    }

    fn vault(&self) -> Result<Vault, Failure> {
        Ok(Vault::new(&self.data, words().passphrase))
    }

    fn settings(&self) -> Result<Option<OrgSettings>, Failure> {
        OrgSettings::read(&self.data, |name| env::var(name).ok())
    }

    fn clipboard(&self) -> Option<&dyn Clipboard> {
        Some(&Desk)
    }
}

/// The desktop's clipboard.
struct Desk;

impl Clipboard for Desk {
    fn text(&self) -> Result<app::Secret, Failure> {
        let text = arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get_text());
        text.map(app::Secret::new).map_err(|error| {
            // The library's messages tell of formats and displays, never of what was copied.
            tracing::info!(%error, "nothing was taken from the clipboard");
            Failure::new(FailureKind::BadInput, "There is no text on the clipboard.")
                .hint("Copy the token, then try again.")
        })
    }

    fn clear_if(&self, held: &app::Secret) {
        let cleared = arboard::Clipboard::new().and_then(|mut clipboard| {
            let now = clipboard.get_text().map(zeroize::Zeroizing::new);
            // Whatever else is there by now is the person's own.
            if now.is_ok_and(|text| text.trim() == held.expose()) { clipboard.clear() } else { Ok(()) }
        });
        if let Err(error) = cleared {
            tracing::warn!(%error, "the clipboard was not cleared");
        }
    }
}

/// The environment is read here, at the edge, and nowhere deeper.
fn words() -> Words {
    let secret = |name| env::var(name).ok().filter(|words| !words.is_empty()).map(Secret::new);
    Words { passphrase: secret("POSTERN_PASSPHRASE"), token: secret("POSTERN_TOKEN") }
}
