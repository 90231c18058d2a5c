//! What this process has spent so far. The one file that depends on the system.

use anyhow::Result;
use serde::{Deserialize, Serialize};

/// CPU time and memory.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Usage {
    /// Seconds of CPU in the program and in the system on its behalf.
    pub cpu: f64,
    /// The most memory that was resident at once, in MiB.
    pub peak: f64,
}

/// Of this process, from its start.
#[cfg(unix)]
pub fn so_far() -> Result<Usage> {
    use nix::sys::{
        resource::{UsageWho, getrusage},
        time::TimeVal,
    };
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    // Linux counts in KiB, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1.0 } else { 1024.0 };
    Ok(Usage {
        cpu: seconds(usage.user_time()) + seconds(usage.system_time()),
        peak: usage.max_rss() as f64 * unit / f64::from(1 << 20),
    })
}

/// Of this process, from its start.
#[cfg(not(unix))]
pub fn so_far() -> Result<Usage> {
    anyhow::bail!("CPU time and memory are measured on Unix alone")
}
