//! The org's own log, asked over HTTP by nobody of ours: what a core should have of it.

use crate::rig::{Rig, start};
use domain::Timestamp;
use serde_json::Value;

/// From when on an org has its log when a journey starts.
pub fn oldest() -> Timestamp {
    Timestamp(start().0 - 90 * Timestamp::DAY)
}

impl Rig {
    /// The events after one time and up to another (now, without one) that fit a filter of the org's own language, oldest first.
    pub async fn org_log(&self, since: Timestamp, until: Option<Timestamp>, filter: &str) -> Vec<Value> {
        let filter = filter.replace(' ', "%20").replace('"', "%22");
        let until = until.unwrap_or(Timestamp(self.org.control().now())).to_rfc3339();
        let mut next = Some(format!(
            "{}/api/v1/logs?since={}&until={until}&limit=1000&filter={filter}",
            self.org.url(),
            since.to_rfc3339()
        ));
        let mut found: Vec<Value> = Vec::new();
        while let Some(url) = next {
            let token = format!("SSWS {}", self.org.token());
            let reply = reqwest::Client::new().get(&url).header("authorization", token).send().await;
            let reply = reply.expect("an answer");
            assert_eq!(reply.status(), 200, "{url}");
            next = reply.headers().get_all("link").iter().find_map(|line| {
                let line = line.to_str().ok()?;
                line.contains("rel=\"next\"").then(|| line.split(['<', '>']).nth(1).map(str::to_owned))?
            });
            found.extend(reply.json::<Vec<Value>>().await.expect("events"));
        }
        found
    }

    /// The same by type.
    pub async fn org_log_of(&self, since: Timestamp, until: Option<Timestamp>, kinds: &[&str]) -> Vec<Value> {
        let any: Vec<String> = kinds.iter().map(|kind| format!("eventType eq \"{kind}\"")).collect();
        self.org_log(since, until, &any.join(" or ")).await
    }
}
