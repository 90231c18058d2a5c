//! The one command of the shell: whatever a page asks goes through here to the core, and through nothing else.
//!
//! The page reaches it as `window.__TAURI__.core.invoke("call", { request })` and hears pushes by `window.__TAURI__.event`
//! (`withGlobalTauri` in tauri.conf.json): no npm package, no bundler.

use contract::{Failure, Request};
use tauri::{State, ipc::Response};

use crate::first_org::Core;

/// Carries a request to the core. The reply travels as the bytes of its JSON: the page decodes it in WebAssembly, so that
/// JavaScript never builds the objects.
#[tauri::command]
pub async fn call(request: Request, core: State<'_, Core>) -> Result<Response, Failure> {
    let reply = core.app().await?.dispatch(request).await?;
    Ok(Response::new(Box::<str>::from(reply).into_string().into_bytes()))
}
