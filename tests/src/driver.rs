//! The two WebDrivers: WebKit's, which starts the built app in its own window, and Chromium's on browser mode.

use std::{path::Path, process::Command, time::Duration};

use fantoccini::{ClientBuilder, wd::Capabilities};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    Result,
    page::Page,
    program::{Program, built, free_port, until_free},
};

/// How long a browser may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// The built app on a demo org, with its data in `data`.
pub async fn window(data: &Path, devices: u32) -> Result<Page> {
    until_free(data)?;
    let port = free_port()?;
    let mut driver = Command::new("WebKitWebDriver");
    // What Tauri's own driver sets: the web view then lets itself be driven.
    driver
        .arg(format!("--port={port}"))
        .env("TAURI_AUTOMATION", "true")
        .env("TAURI_WEBVIEW_AUTOMATION", "true");
    let driver = Program::listening(&mut driver, port)?;
    let data = data.to_str().ok_or("a temporary folder has a plain name")?;
    let devices = devices.to_string();
    let args = ["--demo", "--devices", &devices, "--seed", "1", "--size", "1280x800", "--data", data];
    let app = json!({ "binary": built("postern")?, "args": args });
    connect(driver, port, json!({ "browserName": "wry", "webkitgtk:browserOptions": app })).await
}

/// Headless Chromium in a window of `size`, at `address`.
pub async fn chromium(size: (u32, u32), address: &str) -> Result<Page> {
    let port = free_port()?;
    let driver = Program::listening(Command::new("chromedriver").arg(format!("--port={port}")), port)?;
    let args = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--no-first-run",
        "--hide-scrollbars",
        &format!("--window-size={},{}", size.0, size.1),
    ];
    let page = connect(driver, port, json!({ "goog:chromeOptions": { "args": args } })).await?;
    page.size(size).await?;
    page.client().goto(address).await?;
    Ok(page)
}

async fn connect(driver: Program, port: u16, wanted: Value) -> Result<Page> {
    let Value::Object(wanted) = wanted else { return Err("capabilities are an object".into()) };
    let address = format!("http://127.0.0.1:{port}");
    let mut client = ClientBuilder::new(HttpConnector::new());
    let session = client.capabilities(Capabilities::from_iter(wanted)).connect(&address);
    // A driver waits without end for a browser that ended as soon as it was started.
    let client = timeout(PATIENCE, session).await.map_err(|_| "the driver got no session")??;
    Ok(Page::new(client, driver))
}
