//! `browser`: browser mode as a program of its own, on the demo org or on the org of the settings. Prints one line with
//! the address when it is ready, and runs until Ctrl-C.

use app::{App, ClientSettings, Config, Host, SystemClock, Timing};
use browser::{Bridge, DemoHost, Options};
use clap::{Parser, ValueEnum};
use contract::{
    Failure,
    sync::{GetSync, StartSync, SyncPhase},
};
use std::{error::Error, path::PathBuf, process::ExitCode, sync::Arc};

/// Postern in a browser on this machine.
#[derive(Parser)]
#[command(name = "browser", version)]
struct Arguments {
    /// Open the simulated org
    #[arg(long)]
    demo: bool,
    /// How many devices the simulated org has
    #[arg(long, default_value_t = 10_000)]
    devices: u64,
    /// The same seed makes the same org
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder of the built page
    #[arg(long)]
    dist: PathBuf,
    /// Port on 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Keep caches here, their keys in the OS keychain or under POSTERN_PASSPHRASE; without it they live in memory
    #[arg(long)]
    data: Option<PathBuf>,
    /// Bring the simulated org into this state before the address is printed
    #[arg(long, value_enum)]
    state: Option<State>,
}

/// States that are hard to come by, for pictures and tests.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum State {
    /// A first sync has completed
    Full,
    /// The org has no devices
    Empty,
    /// The credential may not read devices
    Error,
    /// The cache is full and the org is gone
    Offline,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("browser: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let mut org =
        demo_org::Options { devices: arguments.devices, seed: arguments.seed, ..Default::default() };
    if arguments.state == Some(State::Empty) {
        org.devices = 0;
    }
    let passphrase = std::env::var("POSTERN_PASSPHRASE").ok().filter(|words| !words.is_empty());
    let mut host =
        DemoHost::new(org, arguments.data.clone()).with_passphrase(passphrase.map(keychain::Secret::new));
    if arguments.state == Some(State::Error) {
        host = host.without_devices();
    }
    let host = Arc::new(host);
    let app = App::new(Config {
        data: arguments.data.clone().unwrap_or_default(),
        clock: Arc::new(SystemClock),
        host: host.clone() as Arc<dyn Host>,
        timing: Timing::WATCHED,
        client: ClientSettings::default(),
    });
    if arguments.demo || arguments.state.is_some() {
        app.open_demo_org().await?;
    } else {
        app.open_first().await?;
    }
    if let Some(state) = arguments.state {
        reach(&app, &host, state).await?;
    }
    let bridge = Bridge::open(app, Options { dist: arguments.dist, port: arguments.port }).await?;
    println!("postern: ready at {}", bridge.url());
    tokio::signal::ctrl_c().await?;
    Ok(())
}

/// Brings the org into the state that was asked for.
async fn reach(app: &App, host: &DemoHost, state: State) -> Result<(), Failure> {
    sync(app).await?;
    if state == State::Offline {
        host.stop().await;
        sync(app).await?;
    }
    Ok(())
}

/// Syncs to the end, whether that is a good one or not.
async fn sync(app: &App) -> Result<(), Failure> {
    let mut events = app.events();
    app.call(StartSync { full: false }).await?;
    while app.call(GetSync {}).await?.phase != SyncPhase::Idle {
        // Any push may be the one; a lagging channel only means that there were many.
        let _ = events.recv().await;
    }
    Ok(())
}
