//! Browser mode: the same pages and commands as the window, over HTTP on loopback, for a browser on this machine. Knows
//! nothing of what a command does. Nobody but the holder of the one-time address gets in: see `gate`.

mod call;
mod demo;
mod gate;
mod headers;
mod pages;

pub use demo::DemoHost;

use app::App;
use axum::{Router, extract::DefaultBodyLimit, middleware, routing};
use gate::Gate;
use std::{io, net::Ipv4Addr, path::PathBuf, sync::Arc};
use tokio::{net::TcpListener, task::JoinHandle};

/// The most that a command may carry, in bytes.
const MOST_BODY: usize = 64 << 20;

/// What to serve.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder of the built page.
    pub dist: PathBuf,
    /// 0 takes a free port.
    pub port: u16,
}

/// A running bridge. It ends when this is dropped.
#[derive(Debug)]
pub struct Bridge {
    url: String,
    server: JoinHandle<io::Result<()>>,
}

impl Bridge {
    /// Listens on loopback and serves `app` to the browser that opens [`url`](Self::url) first.
    pub async fn open(app: App, options: Options) -> io::Result<Self> {
        let index = options.dist.join("index.html");
        if !index.is_file() {
            let message = format!("{} is missing: `cargo xtask ui` builds the page", index.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, message));
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let port = listener.local_addr()?.port();
        let gate = Arc::new(Gate::new(port));
        let url = gate.entrance();
        let router = router(app, options, gate);
        let server = tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { url, server })
    }

    /// The address that lets one browser in, once.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn router(app: App, options: Options, gate: Arc<Gate>) -> Router {
    Router::new()
        .route("/call", routing::post(call::call))
        .route("/events", routing::get(call::events))
        .with_state(app)
        .fallback_service(pages::serve(&options.dist))
        // Drafts and captured states are larger than what a server takes unasked.
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(middleware::from_fn_with_state(gate, gate::guard))
        .layer(middleware::map_response(headers::harden))
}
