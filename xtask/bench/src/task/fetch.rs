//! The first half of a sync's floor: the pages of people and devices, as the client asks for them, over the same HTTP
//! library with the same compression. What comes is dropped as it comes.

use super::org::TOKEN;
use crate::usage::{self, Usage};
use anyhow::{Context, Result};
use reqwest::{
    Client, Url,
    header::{ACCEPT, HeaderMap, LINK},
};
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// What it cost.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fetched {
    pub usage: Usage,
    /// Seconds.
    pub wall: f64,
    pub pages: u64,
    /// After decompression.
    pub bytes: u64,
}

/// The lists of a first sync.
const LISTS: [&str; 3] = [
    "/api/v1/users?limit=200",
    "/api/v1/users?limit=200&filter=status+eq+%22DEPROVISIONED%22",
    "/api/v1/devices?limit=200&expand=userSummary",
];

/// Fetches them all, one page after the other.
pub fn fetch(url: &str) -> Result<Fetched> {
    let start = Instant::now();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (pages, bytes) = runtime.block_on(async {
        let client = Client::builder().gzip(true).no_proxy().build()?;
        let (mut pages, mut bytes) = (0, 0);
        for list in LISTS {
            let mut next = Some(Url::parse(url)?.join(list)?);
            while let Some(page) = next {
                let request = client.get(page).header(ACCEPT, "application/json");
                let authorized = request.header("Authorization", format!("SSWS {TOKEN}"));
                let mut reply = authorized.send().await?.error_for_status()?;
                next = after(reply.headers())?;
                pages += 1;
                while let Some(chunk) = reply.chunk().await? {
                    bytes += chunk.len() as u64;
                }
            }
        }
        anyhow::Ok((pages, bytes))
    })?;
    Ok(Fetched { usage: usage::so_far()?, wall: start.elapsed().as_secs_f64(), pages, bytes })
}

/// Fetches so many pages of one list, each dropped as it comes.
pub fn fetch_pages(url: &str, list: &str, most: u64) -> Result<Fetched> {
    let start = Instant::now();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (pages, bytes) = runtime.block_on(async {
        let client = Client::builder().gzip(true).no_proxy().build()?;
        let (mut pages, mut bytes) = (0, 0);
        let mut next = Some(Url::parse(url)?.join(list)?);
        while let Some(page) = next.take().filter(|_| pages < most) {
            let request = client.get(page).header(ACCEPT, "application/json");
            let authorized = request.header("Authorization", format!("SSWS {TOKEN}"));
            let mut reply = authorized.send().await?.error_for_status()?;
            next = after(reply.headers())?;
            pages += 1;
            while let Some(chunk) = reply.chunk().await? {
                bytes += chunk.len() as u64;
            }
        }
        anyhow::Ok((pages, bytes))
    })?;
    Ok(Fetched { usage: usage::so_far()?, wall: start.elapsed().as_secs_f64(), pages, bytes })
}

/// The next page: `<address>; rel="next"`.
fn after(headers: &HeaderMap) -> Result<Option<Url>> {
    for link in headers.get_all(LINK) {
        if let Some(address) = link.to_str()?.strip_suffix(">; rel=\"next\"") {
            return Ok(Some(Url::parse(address.strip_prefix('<').context("a link")?)?));
        }
    }
    Ok(None)
}
