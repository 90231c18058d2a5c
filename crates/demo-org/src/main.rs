//! `demo-org`: the simulated org as a program of its own, for clients in other processes.

use clap::{Parser, ValueEnum};
use demo_org::{ClockMode, OAuthClient, Options};
use std::path::PathBuf;
use std::process::ExitCode;

/// A simulated Okta org on loopback. Not affiliated with Okta.
///
/// Prints one line with its address and token when it is ready, and runs until Ctrl-C.
#[derive(Parser)]
#[command(name = "demo-org", version)]
struct Arguments {
    /// Port on 127.0.0.1; 0 takes any free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The API token (SSWS) that may do everything.
    #[arg(long)]
    token: Option<String>,
    /// Number of devices; users and the log grow with it.
    #[arg(long)]
    devices: Option<u64>,
    /// The same seed makes the same org.
    #[arg(long)]
    seed: Option<u64>,
    /// Whether rate limits are enforced.
    #[arg(long, value_enum, default_value_t = Switch::On)]
    rate_limits: Switch,
    /// `live`, `frozen:DATE` or `from:DATE` (ISO 8601, as 2026-10-05T14:00:00Z).
    #[arg(long, default_value = "live", value_parser = clock)]
    clock: ClockMode,
    /// How many times faster than real the clock runs.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// Faults as JSON, e.g. [{"path":"/api/v1/logs","kind":"html_page","status":502,"times":1}].
    #[arg(long, value_parser = json::<demo_org::Faults>)]
    faults: Option<demo_org::Faults>,
    /// A file with one service app: {"client_id": …, "jwks": {"keys": […]}, "scopes": […]}. May be given again.
    #[arg(long)]
    client: Vec<PathBuf>,
    /// Puts some devices into CREATED, which Okta's Python SDK refuses to list.
    #[arg(long)]
    created_status: bool,
    /// Says that it runs on Classic Engine.
    #[arg(long)]
    classic: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Switch {
    On,
    Off,
}

fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_str(text)
}

fn clock(text: &str) -> Result<ClockMode, String> {
    let date = |text: &str| {
        let moment = text.parse::<jiff::Timestamp>().map_err(|error| error.to_string())?;
        Ok::<_, String>(moment.as_millisecond())
    };
    match text.split_once(':') {
        None if text == "live" => Ok(ClockMode::Live),
        Some(("frozen", at)) => Ok(ClockMode::Frozen(date(at)?)),
        Some(("from", at)) => Ok(ClockMode::From(date(at)?)),
        _ => Err("expected live, frozen:DATE or from:DATE".into()),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo-org: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let defaults = Options::default();
    let clients: Result<Vec<OAuthClient>, Box<dyn std::error::Error>> = arguments
        .client
        .iter()
        .map(|path| {
            let text =
                std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
            Ok(serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?)
        })
        .collect();
    let org = demo_org::start(Options {
        port: arguments.port,
        token: arguments.token.unwrap_or(defaults.token),
        devices: arguments.devices.unwrap_or(defaults.devices),
        seed: arguments.seed.unwrap_or(defaults.seed),
        rate_limits: matches!(arguments.rate_limits, Switch::On),
        clock: arguments.clock,
        speed: arguments.speed,
        faults: arguments.faults.unwrap_or(defaults.faults),
        clients: clients?,
        created_status: arguments.created_status,
        classic: arguments.classic,
        index_lag: defaults.index_lag,
    })
    .await?;
    println!("demo org ready at {} token {}", org.url(), org.token());
    stop_signal().await?;
    org.stop().await;
    Ok(())
}

/// Ctrl-C, and on Unix also the polite kill.
async fn stop_signal() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
