//! What the shell can be told on its command line.

use std::path::PathBuf;

use clap::Parser;

/// Postern: device posture of an Okta org, on your desk.
#[derive(Parser, Debug, Clone)]
#[command(name = "postern", version)]
pub struct Options {
    /// Open the simulated org at once
    #[arg(long)]
    pub demo: bool,
    /// How many devices the simulated org has
    #[arg(long, default_value_t = 10_000)]
    pub devices: u64,
    /// The same seed gives the same simulated org
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Keep caches, settings and the log here instead of the usual place
    #[arg(long, value_name = "DIR", env = "POSTERN_DATA")]
    pub data: Option<PathBuf>,
    /// The window's size; without it, the size and place of the last time
    #[arg(long, value_name = "WxH", value_parser = size)]
    pub size: Option<(u32, u32)>,
    /// Also serve the pages in DIR on loopback, for a browser on this machine; the address is printed
    #[arg(long, value_name = "DIR")]
    pub browser: Option<PathBuf>,
    /// Print a line once the page shows data
    #[arg(long)]
    pub announce: bool,
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let wrong = || "width x height in pixels, such as 1280x800".to_owned();
    let (width, height) = text.split_once('x').ok_or_else(wrong)?;
    Ok((width.parse().map_err(|_| wrong())?, height.parse().map_err(|_| wrong())?))
}
