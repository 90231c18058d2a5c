//! The core without a window: how every command that talks to the org opens it.

use crate::{args::OrgArgs, org};
use app::{App, ClientSettings, Config, DemoOrg, Host, OrgConnection, SealedKey, SystemClock, Timing};
use contract::Failure;
use futures::{FutureExt, future::BoxFuture};
use std::sync::Arc;

/// Opens the org that is named, in a tokio runtime. `writes` unlocks it for as long as this program runs, and no longer: how
/// the window opens the same org stays as it is.
pub async fn open(args: &OrgArgs, writes: bool) -> Result<App, Failure> {
    let mut settings = org::settings(args)?;
    settings.read_only = !writes;
    let cache = org::cache_home(args, &settings.url)?;
    let app = App::new(Config {
        data: args.data.clone(),
        clock: Arc::new(SystemClock),
        host: Arc::new(Headless),
        timing: Timing { second_thoughts: std::time::Duration::ZERO, ..Timing::ASKED },
        client: ClientSettings::default(),
    });
    app.open_org(OrgConnection::real(settings, cache)).await?;
    Ok(app)
}

/// There is no demo org here, and keys are looked up before the core starts.
struct Headless;

impl Host for Headless {
    fn demo_org(&self) -> BoxFuture<'_, Result<DemoOrg, Failure>> {
        async { Err(Failure::bug("there is no demo org here")) }.boxed()
    }

    fn cache_key(&self, _: &str) -> Result<SealedKey, Failure> {
        Err(Failure::bug("the key is given with the org"))
    }
}
