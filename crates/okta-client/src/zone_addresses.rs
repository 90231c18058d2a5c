//! A network zone's addresses, read from the JSON that a sync kept: `CIDR` and `RANGE` entries of gateways and proxies. Zones
//! by country, ASN or service have none, and can't be judged from addresses.

use domain::{AddressRange, IpZone};
use ipnet::IpNet;
use serde_json::Value;
use std::net::IpAddr;

/// What a zone goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ZoneAddresses {
    Addresses(IpZone),
    /// By where an address is, or whose it is: the zone's name.
    Elsewhere(Box<str>),
}

/// Reads a zone; `None` for one that is not in force, or can't be read. An entry that makes no sense names no address.
pub fn read_zone(raw: &str) -> Option<ZoneAddresses> {
    let zone: Value = serde_json::from_str(raw).ok()?;
    if zone["status"].as_str().is_some_and(|status| status != "ACTIVE") {
        return None;
    }
    let name: Box<str> = zone["name"].as_str().or(zone["id"].as_str())?.into();
    if zone["type"].as_str() != Some("IP") {
        return Some(ZoneAddresses::Elsewhere(name));
    }
    let ranges = |of: &str| zone[of].as_array().into_iter().flatten().filter_map(range).collect();
    let (gateways, proxies) = (ranges("gateways"), ranges("proxies"));
    Some(ZoneAddresses::Addresses(IpZone { name, gateways, proxies }))
}

fn range(entry: &Value) -> Option<AddressRange> {
    let value = entry["value"].as_str()?.trim();
    let address = |text: &str| text.trim().parse::<IpAddr>().ok();
    if let Some((first, last)) = value.split_once('-') {
        return Some(AddressRange { first: address(first)?, last: address(last)? });
    }
    match value.parse::<IpNet>() {
        Ok(net) => Some(AddressRange { first: net.network(), last: net.broadcast() }),
        Err(_) => address(value).map(|one| AddressRange { first: one, last: one }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_networks_ranges_and_addresses() {
        let raw = r#"{"type":"IP","name":"Tunnel egress","status":"ACTIVE","usage":"POLICY","gateways":[
            {"type":"CIDR","value":"198.51.100.16/28"},{"type":"RANGE","value":"203.0.113.10-203.0.113.14"},
            {"type":"CIDR","value":"192.0.2.7"},{"type":"CIDR","value":"2001:db8::/32"},{"type":"CIDR","value":"nothing"},{}],
            "proxies":null}"#;
        let Some(ZoneAddresses::Addresses(zone)) = read_zone(raw) else {
            panic!("it is a zone of addresses")
        };
        let is_in = |text: &str| {
            let address = text.parse().expect("an address");
            zone.gateways.iter().any(|range| range.contains(address))
        };
        for inside in ["198.51.100.16", "198.51.100.31", "203.0.113.12", "192.0.2.7", "2001:db8::1"] {
            assert!(is_in(inside), "{inside}");
        }
        for outside in ["198.51.100.15", "198.51.100.32", "203.0.113.15", "192.0.2.8", "2001:db9::"] {
            assert!(!is_in(outside), "{outside}");
        }
        assert_eq!((zone.gateways.len(), zone.proxies.len()), (4, 0));
    }

    #[test]
    fn other_zones_are_named_and_those_not_in_force_are_not() {
        let elsewhere = |raw: &str| matches!(read_zone(raw), Some(ZoneAddresses::Elsewhere(_)));
        assert!(elsewhere(r#"{"type":"DYNAMIC","name":"Far away","status":"ACTIVE","asns":["64496"]}"#));
        assert!(elsewhere(r#"{"type":"DYNAMIC_V2","name":"Anonymisers"}"#));
        assert_eq!(read_zone(r#"{"type":"IP","name":"Old","status":"INACTIVE","gateways":[]}"#), None);
        assert_eq!(read_zone("nothing"), None);
    }
}
