//! The simulated org, without rate limits: what is measured is the client, not the wait.

use anyhow::Result;
use demo_org::Options;

/// The API token of the org, and of everyone who calls it here.
pub const TOKEN: &str = "00benchBenchBenchBenchBenchBenchBenchBench";

/// Says where it answers, then answers until it is killed.
pub fn serve(devices: u64) -> Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let options = Options { token: TOKEN.into(), devices, rate_limits: false, ..Options::default() };
        let org = demo_org::start(options).await?;
        println!("{}", org.url());
        std::future::pending().await
    })
}
