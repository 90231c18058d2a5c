//! Counts of the log under a filter.

use crate::{App, failure, org::Org, snapshot};
use cache::FieldCount;
use contract::{
    Failure, Handle,
    log::{CountLog, LogCounts, LogFieldCounts, LogValueCount},
};
use domain::{LogField, SnapshotId};
use std::collections::{BTreeSet, HashMap};

impl Handle<CountLog> for App {
    async fn handle(&self, command: CountLog) -> Result<LogCounts, Failure> {
        self.org()?.read(move |org| count(org, &command)).await
    }
}

fn count(org: &Org, command: &CountLog) -> Result<LogCounts, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let mut by = command.by.clone();
    by.sort_unstable();
    by.dedup();
    by.sort_by_key(|field| command.by.iter().position(|asked| asked == field));
    let found = org.cache.count_log(snapshot, &command.filter, &by).map_err(failure::cache)?;
    let mut fields = Vec::new();
    for FieldCount { field, values, further, since } in found.fields {
        let names = names(org, snapshot, field, &values)?;
        let value = |(value, count): (Box<str>, u64)| LogValueCount {
            name: names.get(&value).cloned(),
            value: value.into(),
            count,
        };
        let values = values.into_iter().map(value).collect();
        fields.push(LogFieldCounts { field, values, further, since });
    }
    Ok(LogCounts { snapshot, matching: found.matching, fields, days: found.days })
}

/// What the values of a field are called, where they are ids.
fn names(
    org: &Org,
    snapshot: SnapshotId,
    field: LogField,
    values: &[(Box<str>, u64)],
) -> Result<HashMap<Box<str>, String>, Failure> {
    let (ids, none): (BTreeSet<&str>, BTreeSet<&str>) =
        (values.iter().map(|(value, _)| &**value).collect(), BTreeSet::new());
    let (users, devices, apps) = match field {
        LogField::User | LogField::Actor => (&ids, &none, &none),
        LogField::Device => (&none, &ids, &none),
        LogField::App => (&none, &none, &ids),
        _ => return Ok(HashMap::new()),
    };
    let names = org.cache.log_names(snapshot, users, devices, apps).map_err(failure::cache)?;
    Ok(names.users.into_iter().chain(names.devices).chain(names.apps).collect())
}
