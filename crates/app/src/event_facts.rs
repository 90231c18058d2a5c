//! What one event says beyond its row: risk, behaviours, the chain of addresses judged against the snapshot's zones, device
//! signals that changed, and by which keys it is joined to how many others.

use crate::{App, failure, log::rows::rows, org::Org, snapshot};
use contract::{
    Failure, Handle,
    log::{EventFacts, GetEventFacts, Hop, IpChain, Join, LogRow, RiskTold},
};
use domain::{LogField, LogFilter, ObjectKind, SnapshotId, judge_chain};
use okta_client::{RiskFound, ZoneAddresses};

impl Handle<GetEventFacts> for App {
    async fn handle(&self, command: GetEventFacts) -> Result<EventFacts, Failure> {
        self.org()?.read(move |org| get(org, &command)).await
    }
}

fn get(org: &Org, command: &GetEventFacts) -> Result<EventFacts, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let missing = || failure::not_found("log event", &command.uuid);
    let found = org.cache.log_event(snapshot, &command.uuid).map_err(failure::cache)?;
    let found = vec![found.ok_or_else(missing)?];
    let raw = org.cache.raw_event(snapshot, &command.uuid).map_err(failure::cache)?.ok_or_else(missing)?;
    let says = okta_client::read_event(&raw);
    let row = rows(org, snapshot, found)?.pop().ok_or_else(missing)?;
    Ok(EventFacts {
        snapshot,
        risks: says.risks.into_iter().map(told).collect(),
        behaviours: says.behaviours.into_iter().map(|(name, result)| (name.into(), result.into())).collect(),
        chain: if says.chain.is_empty() { None } else { Some(chain(org, snapshot, &says.chain)?) },
        changed: says.changed,
        joins: joins(org, snapshot, &row)?,
        row,
    })
}

fn told(found: RiskFound) -> RiskTold {
    let reading = found.reading;
    RiskTold {
        scope: found.scope,
        level: reading.level,
        previous: reading.previous,
        detection: reading.detection.map(String::from),
        reasons: reading.reasons.into_iter().map(String::from).collect(),
        issuer: reading.issuer.map(String::from),
        raw: found.raw,
    }
}

fn chain(org: &Org, at: SnapshotId, chain: &[String]) -> Result<IpChain, Failure> {
    let (mut zones, mut not_judged) = (Vec::new(), Vec::new());
    org.cache
        .each_object(at, &[ObjectKind::Zone], |_, raw| match okta_client::read_zone(raw) {
            Some(ZoneAddresses::Addresses(zone)) => zones.push(zone),
            Some(ZoneAddresses::Elsewhere(name)) => not_judged.push(String::from(name)),
            None => {}
        })
        .map_err(failure::cache)?;
    zones.sort_by(|a, b| a.name.cmp(&b.name));
    not_judged.sort();
    let hops: Vec<&str> = chain.iter().map(String::as_str).collect();
    let judged = judge_chain(&hops, &zones);
    let hop = |hop: domain::JudgedHop| Hop {
        ip: hop.ip.into(),
        kind: hop.kind,
        zone: (!hop.zones.is_empty()).then(|| hop.zones.join(", ")),
    };
    Ok(IpChain {
        hops: judged.hops.into_iter().map(hop).collect(),
        zones: judged.zones.into_iter().map(String::from).collect(),
        would_change: judged.would_change,
        not_judged,
    })
}

/// Each number is that of the rows which its filter opens.
fn joins(org: &Org, at: SnapshotId, row: &LogRow) -> Result<Vec<Join>, Failure> {
    let event = &row.event;
    let of = |field: LogField| match field {
        LogField::Transaction => event.transaction.as_deref(),
        LogField::Trace => event.trace.as_deref(),
        LogField::Session => event.session.as_deref(),
        LogField::RootSession => event.root_session.as_deref(),
        LogField::Device => event.device.as_ref().map(domain::DeviceId::as_str),
        LogField::Ip => event.ip.as_deref(),
        _ => None,
    };
    let named = LogField::JOINS.into_iter().filter_map(|field| Some((field, of(field)?)));
    let join = |(field, value): (LogField, &str)| {
        let events = org.cache.count_log_quietly(at, &LogFilter::of(field, value)).map_err(failure::cache)?;
        let name = if field == LogField::Device { row.device_name.clone() } else { None };
        Ok(Join { field, value: value.to_owned(), name, events })
    };
    named.map(join).collect()
}
