//! The core as a program without a window uses it.

use super::{key, org::TOKEN};
use anyhow::Result;
use app::{
    App, CacheHome, ClientSettings, Config, Credentials, DemoOrg, Host, OrgConnection, OrgUrl, SealedKey,
    Secret, SystemClock, Timing,
};
use contract::{
    Failure,
    session::{Environment, SealedBy},
};
use futures::{FutureExt, future::BoxFuture};
use std::{path::PathBuf, sync::Arc};

/// A core that has opened this cache of the org at `url`. No sync starts by itself.
pub async fn open(url: &str, cache: PathBuf) -> Result<App> {
    let app = App::new(Config {
        data: PathBuf::new(),
        clock: Arc::new(SystemClock),
        host: Arc::new(Alone),
        timing: Timing::ASKED,
        client: ClientSettings::default(),
    });
    let connection = OrgConnection {
        name: "bench".into(),
        url: OrgUrl::parse(url)?,
        credentials: Credentials::ApiToken(Secret::new(TOKEN)),
        environment: Environment::Demo,
        read_only: true,
        clock: None,
        cache: CacheHome { path: Some(cache), key: SealedKey { key: key(), sealed_by: SealedBy::Keychain } },
    };
    app.open_org(connection).await?;
    Ok(app)
}

/// The org and the key are given along, so the core asks for neither.
struct Alone;

impl Host for Alone {
    fn demo_org(&self) -> BoxFuture<'_, Result<DemoOrg, Failure>> {
        async { Err(Failure::bug("there is no demo org here")) }.boxed()
    }

    fn cache_key(&self, _: &str) -> Result<SealedKey, Failure> {
        Err(Failure::bug("the key is given with the org"))
    }
}
