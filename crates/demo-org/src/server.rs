//! The server: all routes on one loopback port.

use crate::control::Control;
use crate::http::error::ApiError;
use crate::http::guard::guard;
use crate::options::Options;
use crate::org::Org;
use axum::Router;
use axum::middleware::from_fn_with_state;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower_http::compression::CompressionLayer;

/// A running demo org. Dropping it stops it.
#[derive(Debug)]
pub struct DemoOrg {
    url: String,
    token: String,
    control: Control,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<std::io::Result<()>>,
}

/// Binds 127.0.0.1 and serves on a task of the current runtime.
///
/// # Errors
/// When the port is taken.
pub async fn start(options: Options) -> std::io::Result<DemoOrg> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let token = options.token.clone();
    let org = Arc::new(Org::new(options));
    let (stop, stopped) = oneshot::channel();
    let app = router(org.clone());
    let task = tokio::spawn(async move {
        // A sender that is dropped stops the server like one that sends.
        axum::serve(listener, app).with_graceful_shutdown(async { drop(stopped.await) }).await
    });
    Ok(DemoOrg { url, token, control: Control::new(org), stop: Some(stop), task })
}

impl DemoOrg {
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The API token that may do everything.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Faults, clock, counters.
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// Stops listening and waits a moment for answers under way.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            // The server may have stopped by itself; then nobody listens.
            let _ = stop.send(());
        }
        if tokio::time::timeout(Duration::from_millis(500), &mut self.task).await.is_err() {
            self.task.abort();
        }
    }
}

impl Drop for DemoOrg {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn router(org: Arc<Org>) -> Router {
    Router::new()
        .merge(crate::devices::routes())
        .merge(crate::users::routes())
        .merge(crate::user_risk::routes())
        .merge(crate::user_roles::routes())
        .merge(crate::sessions::routes())
        .merge(crate::groups::routes())
        .merge(crate::apps::routes())
        .merge(crate::device_assurances::routes())
        .merge(crate::posture_checks::routes())
        .merge(crate::device_integrations::routes())
        .merge(crate::policies::routes())
        .merge(crate::policy_rules::routes())
        .merge(crate::network_zones::routes())
        .merge(crate::authenticators::routes())
        .merge(crate::system_log::routes())
        .merge(crate::org_settings::routes())
        .merge(crate::oauth::routes())
        .merge(crate::control::routes())
        .fallback(async || ApiError::unknown_path())
        .method_not_allowed_fallback(async || ApiError::wrong_method())
        .layer(from_fn_with_state(org.clone(), guard))
        .layer(CompressionLayer::new())
        .with_state(org)
}
