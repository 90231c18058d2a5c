//! The window, and how the outside learns that its page is there.

use std::time::{Duration, Instant};

use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tauri_plugin_window_state::{StateFlags, WindowExt};
use tokio::{sync::oneshot, time::sleep};

use crate::options::Options;

/// The one window; capabilities name it.
pub const LABEL: &str = "main";
/// Pages set this attribute once they show what they are for.
const IS_READY: &str = "document.querySelector('[data-ready]') !== null";

/// Opens the window.
pub fn open(shell: &AppHandle, options: &Options) -> tauri::Result<WebviewWindow> {
    let (width, height) = options.size.unwrap_or((1280, 800));
    let window = WebviewWindowBuilder::new(shell, LABEL, WebviewUrl::default())
        .title("Postern")
        .inner_size(f64::from(width), f64::from(height))
        .min_inner_size(640.0, 400.0)
        .on_document_title_changed(|window, title| {
            // A title is for people; that it could not be set is not worth more than a line in the log.
            if let Err(error) = window.set_title(&title) {
                tracing::warn!(%error, "the title was not set");
            }
        })
        // Pages stay inside: a link out of them is not followed in the window that can call the core.
        .on_navigation(|url| url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost"))
        .build()?;
    if options.size.is_none() {
        window.restore_state(remembered())?;
    }
    Ok(window)
}

/// What of the window is remembered; whether it was visible is not, or a bug could hide it for good.
pub fn remembered() -> StateFlags {
    StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN
}

/// Brings the window to the front, for someone who started Postern a second time.
pub fn show(shell: &AppHandle) {
    let to_front = |window: WebviewWindow| {
        window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus())
    };
    if let Some(Err(error)) = shell.get_webview_window(LABEL).map(to_front) {
        tracing::warn!(%error, "the window did not come to the front");
    }
}

/// Prints a line once the page shows data: `cargo xtask demo` waits for it instead of sleeping. Asks the page, and stops
/// asking with the first yes, so that the window costs nothing afterwards.
pub async fn announce(window: WebviewWindow, started: Instant) {
    while !is_ready(&window).await {
        sleep(Duration::from_millis(50)).await;
    }
    let ms = started.elapsed().as_millis();
    tracing::info!(ms, "the page is ready");
    println!("postern: ready after {ms} ms");
}

async fn is_ready(window: &WebviewWindow) -> bool {
    let (sender, answer) = oneshot::channel();
    let sender = std::sync::Mutex::new(Some(sender));
    let asked = window.eval_with_callback(IS_READY, move |value| {
        if let Some(sender) = sender.lock().ok().and_then(|mut sender| sender.take()) {
            // Whoever asked may have gone; then nobody wants to know.
            let _ = sender.send(value == "true");
        }
    });
    asked.is_ok() && answer.await.unwrap_or(false)
}
