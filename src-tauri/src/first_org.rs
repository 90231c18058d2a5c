//! The core as the shell starts it: which org is opened first, and what waits for that. Knows no command.

use std::{path::PathBuf, sync::Arc};

use app::{App, Config, SystemClock, Timing};
use contract::Failure;
use tokio::sync::OnceCell;

use crate::{host::Outside, options::Options};

/// The core, and the opening of its first org. Clones are the same core.
#[derive(Clone)]
pub struct Core(Arc<Inner>);

struct Inner {
    app: App,
    demo: bool,
    opened: OnceCell<()>,
}

impl Core {
    /// Makes the core; nothing slow happens before [`app`](Self::app).
    pub fn new(options: &Options, data: PathBuf) -> Self {
        let org = demo_org::Options { devices: options.devices, seed: options.seed, ..Default::default() };
        let app = App::new(Config {
            data: data.clone(),
            clock: Arc::new(SystemClock),
            host: Arc::new(Outside::new(data.clone(), org)),
            timing: Timing::WATCHED,
            client: Default::default(),
        });
        Self(Arc::new(Inner { app, demo: options.demo, opened: OnceCell::new() }))
    }

    /// The core once its first org is open, or if there is none yet. The window does not wait for this, but what its page
    /// asks does: otherwise the page would show the first run for a moment. When the org can't be opened, the page is told
    /// why, and the next call tries again.
    pub async fn app(&self) -> Result<&App, Failure> {
        self.0.opened.get_or_try_init(|| self.open()).await?;
        Ok(&self.0.app)
    }

    async fn open(&self) -> Result<(), Failure> {
        let Inner { app, demo, .. } = &*self.0;
        if *demo {
            return app.open_demo_org().await;
        }
        app.open_first().await
    }

    /// The core, whatever is open.
    pub fn app_at_once(&self) -> &App {
        &self.0.app
    }
}
