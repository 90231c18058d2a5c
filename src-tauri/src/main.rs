//! The desktop shell: one window on the pages, the core behind it, and nothing of its own.
//!
//! It opens the window, carries commands in and events out, keeps the log, and sees to it that one data folder has one
//! Postern. It must not know what any command means: the same core runs headless (`posternctl`) and in browser mode.

// A console window beside the app would only confuse on Windows; in debug builds it shows what is printed.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod call;
mod first_org;
mod host;
mod instance;
mod log;
mod options;
mod pump;
mod redact;
mod window;

use std::{error::Error, path::PathBuf, process::ExitCode, time::Instant};

use app::App;
use browser::Bridge;
use clap::Parser;
use contract::Failure;
use first_org::Core;
use instance::{First, Instance};
use options::Options;
use tauri::{AppHandle, Manager, async_runtime::spawn};

fn main() -> ExitCode {
    let started = Instant::now();
    match run(Options::parse(), started) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the shell ended");
            eprintln!("postern: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options, started: Instant) -> Result<(), Box<dyn Error>> {
    let mut builder = tauri::Builder::default().invoke_handler(tauri::generate_handler![call::call]);
    // A size that was asked for is neither overruled by the last one nor remembered.
    if options.size.is_none() {
        let state = tauri_plugin_window_state::Builder::new().with_state_flags(window::remembered());
        builder = builder.plugin(state.skip_initial_state(window::LABEL).build());
    }
    let shell = builder.build(tauri::generate_context!())?;

    let data = match &options.data {
        Some(data) => data.clone(),
        None => shell.path().app_local_data_dir()?,
    };
    let Instance::First(instance) = Instance::take(&data)? else {
        println!("postern: already open; its window was called");
        return Ok(());
    };
    log::begin(&data)?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "the shell starts");
    begin(shell.handle(), &options, data, instance, started)?;
    shell.run(|_, _| {});
    Ok(())
}

/// Opens the window and starts everything that runs beside it. Nothing here waits: the window paints after it.
fn begin(
    shell: &AppHandle,
    options: &Options,
    data: PathBuf,
    instance: First,
    started: Instant,
) -> Result<(), Box<dyn Error>> {
    let core = Core::new(options, data);
    shell.manage(core.clone());
    spawn(pump::run(core.app_at_once().events(), shell.clone()));
    spawn(open_first(core, options.browser.clone(), shell.clone()));
    spawn(end_on_signal(shell.clone()));

    let window = window::open(shell, options)?;
    if options.announce {
        spawn(window::announce(window, started));
    }
    let to_front = shell.clone();
    instance.listen(move || window::show(&to_front))?;
    // Kept until the end: the lock on the data folder lives in it.
    shell.manage(instance);
    Ok(())
}

/// Opens the first org while the window is still being made, and then the way in for a browser.
async fn open_first(core: Core, pages: Option<PathBuf>, shell: AppHandle) {
    let app = match core.app().await {
        Ok(app) => app,
        // The page hears of it with its first call; this is for the log.
        Err(failure) => return log_failure(&failure),
    };
    if let Some(pages) = pages {
        serve(app.clone(), pages, &shell).await;
    }
}

fn log_failure(failure: &Failure) {
    tracing::error!(%failure, "the first org did not open");
}

async fn serve(app: App, dist: PathBuf, shell: &AppHandle) {
    match Bridge::open(app, browser::Options { dist, port: 0 }).await {
        Ok(bridge) => {
            println!("postern: the same in a browser: {}", bridge.url());
            shell.manage(bridge);
        }
        Err(error) => eprintln!("postern: browser mode did not start: {error}"),
    }
}

/// Ctrl-C and a polite kill end the shell the way closing its window does, so that its state is kept.
async fn end_on_signal(shell: AppHandle) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        return;
    }
    shell.exit(0);
}
