//! A place to connect orgs from: a desk with a keychain and a clipboard, and a data folder that outlives the program. What
//! must not leak is looked for in every reply and every file.

use crate::rig::{core_of, idle_of, options, start};
use app::{
    App, Clipboard, DemoOrg as DemoAddress, Host, OrgSettings, SealedKey, Secret, SetClock, seal::Vault,
};
use contract::{Command, Failure, orgs::*, session::Environment};
use demo_org::{DemoOrg, OAuthClient};
use futures::{FutureExt, future::BoxFuture};
use keychain::Keeper;
use std::{
    path::Path,
    sync::{Arc, Mutex},
};
use tempfile::TempDir;

/// A desktop of the test's own: a keychain in memory and a clipboard.
pub struct Desk {
    pub vault: Vault,
    pub clipboard: Paper,
    /// The org that its `org.toml` names, with a cache sealed by the org's token.
    pub named: Option<OrgSettings>,
}

/// What was copied.
#[derive(Clone, Default)]
pub struct Paper(pub Arc<Mutex<String>>);

impl Clipboard for Paper {
    fn text(&self) -> Result<Secret, Failure> {
        Ok(Secret::new(self.0.lock().expect("whole").clone()))
    }
    fn clear_if(&self, held: &Secret) {
        let mut text = self.0.lock().expect("whole");
        if text.trim() == held.expose() {
            text.clear();
        }
    }
}

impl Host for Desk {
    fn demo_org(&self) -> BoxFuture<'_, Result<DemoAddress, Failure>> {
        async { Err(Failure::bug("no journey asks for this")) }.boxed()
    }
    fn cache_key(&self, name: &str) -> Result<SealedKey, Failure> {
        self.vault.cache_key(name)
    }
    fn settings(&self) -> Result<Option<OrgSettings>, Failure> {
        Ok(self.named.clone())
    }
    fn vault(&self) -> Result<Vault, Failure> {
        Ok(self.vault.clone())
    }
    fn clipboard(&self) -> Option<&dyn Clipboard> {
        Some(&self.clipboard)
    }
}

/// One desk with its data folder. The program may start again; keychain and clipboard stay.
pub struct Place {
    pub data: TempDir,
    pub keeper: Keeper,
    pub clipboard: Paper,
    pub clock: Arc<SetClock>,
    pub app: App,
}

impl Place {
    pub fn new() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let (keeper, clipboard) = (Keeper::memory(), Paper::default());
        let clock = Arc::new(SetClock::new(start()));
        let app = program(data.path(), &keeper, &clipboard, &clock);
        Self { data, keeper, clipboard, clock, app }
    }

    /// Ends the program and starts it again, as far as its first org.
    pub async fn restart(self) -> Self {
        let Self { data, keeper, clipboard, clock, app } = self;
        drop(app);
        // What the program before still held is let go of meanwhile.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let app = program(data.path(), &keeper, &clipboard, &clock);
        app.open_first().await.expect("a start never fails for the last org");
        Self { data, keeper, clipboard, clock, app }
    }

    /// Asks as a page does: the reply is what crosses, and it must not hold a secret.
    pub async fn ask<C: Command>(&self, command: C) -> Result<C::Reply, Failure> {
        let crossed = self.app.dispatch(command.into()).await;
        let text = match &crossed {
            Ok(reply) => reply.get().to_owned(),
            Err(failure) => serde_json::to_string(failure).expect("JSON"),
        };
        assert!(is_clean(&text), "a secret crosses: {text}");
        crossed.map(|reply| serde_json::from_str(reply.get()).expect("the reply's own type"))
    }

    pub async fn report(&self, url: &str, source: CredentialSource) -> Result<CredentialReport, Failure> {
        self.ask(TestCredential { domain: url.to_owned(), source }).await
    }

    pub async fn connect(&self, draft: &str) -> Result<contract::session::Session, Failure> {
        let command = ConnectOrg {
            draft: draft.to_owned(),
            environment: Environment::Production,
            auto_lock_minutes: Some(15),
        };
        self.ask(command).await
    }

    /// Connects with a token from the clipboard, and waits for the first sync.
    pub async fn connected(&self, org: &DemoOrg) -> String {
        *self.clipboard.0.lock().expect("whole") = org.token().to_owned();
        let report = self.report(org.url(), CredentialSource::Clipboard).await.expect("the token works");
        self.connect(&report.draft).await.expect("connected");
        idle_of(&self.app).await;
        report.name
    }

    pub async fn orgs(&self) -> Vec<OrgEntry> {
        self.ask(ListOrgs {}).await.expect("a list")
    }

    /// Every file of the data folder, as paths inside it.
    pub fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        walk(self.data.path(), &mut |path| {
            found.push(path.strip_prefix(self.data.path()).expect("inside").display().to_string());
        });
        found.sort();
        found
    }

    /// No file holds a secret in the clear.
    pub fn assert_files_are_clean(&self) {
        walk(self.data.path(), &mut |path| {
            let bytes = std::fs::read(path).expect("a file");
            assert!(is_clean(&String::from_utf8_lossy(&bytes)), "{} holds a secret", path.display());
        });
    }
}

pub fn program(data: &Path, keeper: &Keeper, clipboard: &Paper, clock: &Arc<SetClock>) -> App {
    let vault = Vault::with(data, None, keeper.clone());
    core_of(
        data.to_owned(),
        clock.clone(),
        Arc::new(Desk { vault, clipboard: clipboard.clone(), named: None }),
    )
}

pub fn walk(folder: &Path, see: &mut impl FnMut(&Path)) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { walk(&path, see) } else { see(&path) }
    }
}

/// Whether none of the secrets of these journeys is in the text: tokens, and the private member of any JWK.
pub fn is_clean(text: &str) -> bool {
    !["00demo", "00narrow", "\"d\":", "\\\"d\\\""].iter().any(|secret| text.contains(secret))
}

pub async fn org(devices: u64) -> DemoOrg {
    demo_org::start(options(devices)).await.expect("a free port")
}

/// Registers the public key as an admin does who pastes it.
pub fn register(org: &DemoOrg, key: &PublicKey, scopes: &[&str]) {
    let jwk: serde_json::Value = serde_json::from_str(&key.jwk).expect("a JWK");
    org.control().register_client(OAuthClient {
        client_id: "0oapostern".into(),
        jwks: serde_json::json!({ "keys": [jwk] }),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
    });
}

pub fn state<'r>(report: &'r CredentialReport, scope: &str) -> &'r AreaState {
    &report.areas.iter().find(|area| area.scope == scope).expect(scope).state
}
