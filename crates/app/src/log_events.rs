//! One System Log event as the org sent it.

use crate::{App, failure, snapshot};
use contract::{
    Failure, Handle,
    log_events::{GetLogEvent, RawEvent},
};

impl Handle<GetLogEvent> for App {
    async fn handle(&self, command: GetLogEvent) -> Result<RawEvent, Failure> {
        let read = move |org: &crate::org::Org| {
            let snapshot = snapshot::chosen(org, command.as_of)?;
            let found = org.cache.raw_event(snapshot, &command.uuid).map_err(failure::cache)?;
            let raw = found.ok_or_else(|| failure::not_found("log event", &command.uuid))?;
            Ok(RawEvent { raw: set_out(raw) })
        };
        self.org()?.read(read).await
    }
}

/// Over lines, for reading. What is not JSON stays as it is.
fn set_out(raw: String) -> String {
    let value: Result<serde_json::Value, _> = serde_json::from_str(&raw);
    value.ok().and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or(raw)
}
