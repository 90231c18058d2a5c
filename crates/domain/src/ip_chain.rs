//! Which network zones a request is in, judged from the chain of addresses that it passed. Okta reads the chain from the
//! right: a gateway of a zone puts the request in that zone, a trusted proxy of the same zone leads one step to the left,
//! anything else ends the search for that zone. Knows neither JSON nor what a zone looks like in the API.

use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// More hops than this are not evaluated.
pub const MOST_HOPS: usize = 5;

/// Addresses from one to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressRange {
    pub first: IpAddr,
    pub last: IpAddr,
}

impl AddressRange {
    /// Whether an address lies in it. One of IPv4 written as IPv6 is the one of IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        let (address, first, last) =
            (address.to_canonical(), self.first.to_canonical(), self.last.to_canonical());
        address.is_ipv4() == first.is_ipv4() && first <= address && address <= last
    }
}

/// A zone that is told by addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IpZone {
    pub name: Box<str>,
    pub gateways: Vec<AddressRange>,
    pub proxies: Vec<AddressRange>,
}

/// What an address is to a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum HopKind {
    Gateway,
    TrustedProxy,
    /// No zone names it.
    Unknown,
    /// Further left than the evaluation went.
    NotReached,
}

/// One address of a chain as it was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedHop {
    /// As the event has it.
    pub ip: Box<str>,
    pub kind: HopKind,
    /// The zones for which it is that.
    pub zones: Vec<Box<str>>,
}

/// A chain as it was judged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JudgedChain {
    /// In reading order: the rightmost address first.
    pub hops: Vec<JudgedHop>,
    /// Zones that the request is in.
    pub zones: Vec<Box<str>>,
    /// Single declarations that would change the answer; sentences, the nearest first.
    pub would_change: Vec<String>,
}

/// So many proposals are made at most.
const PROPOSALS: usize = 6;

/// Judges a chain, its rightmost address last, as an event has it.
pub fn judge_chain(chain: &[&str], zones: &[IpZone]) -> JudgedChain {
    let hops: Vec<Hop<'_>> =
        chain.iter().rev().map(|text| Hop { text, address: text.trim().parse().ok() }).collect();
    let walks: Vec<Walk<'_>> = zones.iter().map(|zone| walk(&hops, zone, None)).collect();
    let hop = |at: usize, hop: &Hop<'_>| {
        let (kind, zones) = label(at, &walks);
        JudgedHop { ip: hop.text.into(), kind, zones }
    };
    JudgedChain {
        hops: hops.iter().enumerate().map(|(at, one)| hop(at, one)).collect(),
        zones: walks.iter().filter(|walk| walk.is_in).map(|walk| walk.zone.name.clone()).collect(),
        would_change: proposals(&hops, &walks),
    }
}

struct Hop<'t> {
    text: &'t str,
    /// What can't be read is no address of any zone.
    address: Option<IpAddr>,
}

impl Hop<'_> {
    fn is_among(&self, ranges: &[AddressRange]) -> bool {
        self.address.is_some_and(|address| ranges.iter().any(|range| range.contains(address)))
    }
}

/// How far the evaluation of one zone came.
struct Walk<'z> {
    zone: &'z IpZone,
    /// Hops that were trusted proxies.
    passed: usize,
    /// The hop after them is a gateway.
    is_in: bool,
    /// The hop after them is neither; `None` where it is a gateway, or the chain or the allowance ended.
    stopped: bool,
}

/// Evaluates one zone; `assumed` is a hop that is taken for a trusted proxy.
fn walk<'z>(hops: &[Hop<'_>], zone: &'z IpZone, assumed: Option<usize>) -> Walk<'z> {
    let mut passed = 0;
    for (at, hop) in hops.iter().enumerate().take(MOST_HOPS) {
        if assumed != Some(at) && hop.is_among(&zone.gateways) {
            return Walk { zone, passed, is_in: true, stopped: false };
        }
        if assumed != Some(at) && !hop.is_among(&zone.proxies) {
            return Walk { zone, passed, is_in: false, stopped: true };
        }
        passed = at + 1;
    }
    Walk { zone, passed, is_in: false, stopped: false }
}

/// What a hop is to the zones whose evaluation reached it.
fn label(at: usize, walks: &[Walk<'_>]) -> (HopKind, Vec<Box<str>>) {
    let names = |which: &dyn Fn(&Walk<'_>) -> bool| -> Vec<Box<str>> {
        walks.iter().filter(|walk| which(walk)).map(|walk| walk.zone.name.clone()).collect()
    };
    let gateways = names(&|walk| walk.is_in && walk.passed == at);
    if !gateways.is_empty() {
        return (HopKind::Gateway, gateways);
    }
    let proxies = names(&|walk| walk.passed > at);
    if !proxies.is_empty() {
        return (HopKind::TrustedProxy, proxies);
    }
    // Without any zone the rightmost address is still looked at.
    let reached = walks.iter().any(|walk| walk.stopped && walk.passed == at) || (walks.is_empty() && at == 0);
    (if reached { HopKind::Unknown } else { HopKind::NotReached }, Vec::new())
}

fn proposals(hops: &[Hop<'_>], walks: &[Walk<'_>]) -> Vec<String> {
    let Some(rightmost) = hops.first() else { return Vec::new() };
    let mut told = Vec::new();
    for walk in walks.iter().filter(|walk| walk.is_in) {
        told.push(format!(
            "Without {} among the gateways of {}, the request would not be in that zone.",
            hops[walk.passed].text, walk.zone.name
        ));
    }
    let outside = || walks.iter().filter(|walk| !walk.is_in);
    for walk in outside().filter(|walk| walk.stopped) {
        let (at, zone) = (walk.passed, walk.zone);
        let further = self::walk(hops, zone, Some(at));
        if further.is_in {
            told.push(format!(
                "With {} as a trusted proxy of {}, the request would be in that zone: {} is one of its gateways.{}",
                hops[at].text,
                zone.name,
                hops[further.passed].text,
                elsewhere(at, zone, walks),
            ));
        }
    }
    for walk in outside().filter(|walk| walk.passed > 0) {
        // A chain of proxies alone ends at its last one.
        let at = if walk.stopped { walk.passed } else { walk.passed - 1 };
        told.push(format!(
            "With {} as a gateway of {}, the request would be in that zone.",
            hops[at].text, walk.zone.name
        ));
    }
    if walks.iter().all(|walk| !walk.is_in && walk.passed == 0) {
        told.push(format!(
            "With {} as a gateway of a zone, the request would be in that zone.",
            rightmost.text
        ));
    }
    told.truncate(PROPOSALS);
    told
}

/// That an address is declared in another zone, which does not count: gateway and proxy have to stand in the same one.
fn elsewhere(at: usize, zone: &IpZone, walks: &[Walk<'_>]) -> String {
    let other = walks.iter().find(|walk| walk.zone.name != zone.name && walk.passed > at);
    other.map_or_else(String::new, |other| {
        format!(" That it is a trusted proxy of {} does not count for another zone.", other.zone.name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(address: &str) -> AddressRange {
        let address = address.parse().expect("an address");
        AddressRange { first: address, last: address }
    }

    fn zone(name: &str, gateways: &[&str], proxies: &[&str]) -> IpZone {
        let ranges = |list: &[&str]| list.iter().map(|address| one(address)).collect();
        IpZone { name: name.into(), gateways: ranges(gateways), proxies: ranges(proxies) }
    }

    fn kinds(judged: &JudgedChain) -> Vec<(&str, HopKind)> {
        judged.hops.iter().map(|hop| (&*hop.ip, hop.kind)).collect()
    }

    use HopKind::{Gateway, NotReached, TrustedProxy, Unknown};

    #[test]
    fn the_rightmost_address_is_read_first() {
        let offices = [zone("Offices", &["203.0.113.9"], &["198.51.100.7"])];
        let judged = judge_chain(&["192.0.2.1", "203.0.113.9"], &offices);
        assert_eq!(kinds(&judged), [("203.0.113.9", Gateway), ("192.0.2.1", NotReached)]);
        assert_eq!(*judged.zones, ["Offices".into()]);
        let judged = judge_chain(&["203.0.113.9", "192.0.2.1"], &offices);
        assert_eq!(kinds(&judged), [("192.0.2.1", Unknown), ("203.0.113.9", NotReached)]);
        assert!(judged.zones.is_empty());
        assert!(judged.would_change[0].contains("192.0.2.1 as a trusted proxy of Offices"), "{judged:?}");
    }

    #[test]
    fn a_trusted_proxy_leads_one_step_to_the_left() {
        let offices = [zone("Offices", &["203.0.113.9"], &["198.51.100.7", "198.51.100.8"])];
        let judged = judge_chain(&["203.0.113.9", "198.51.100.8", "198.51.100.7"], &offices);
        assert_eq!(
            kinds(&judged),
            [("198.51.100.7", TrustedProxy), ("198.51.100.8", TrustedProxy), ("203.0.113.9", Gateway)]
        );
        assert_eq!(*judged.zones, ["Offices".into()]);
        assert_eq!(judged.would_change.len(), 1, "{judged:?}");
    }

    #[test]
    fn gateway_and_proxy_have_to_stand_in_the_same_zone() {
        let zones =
            [zone("Proxies", &["192.0.2.200"], &["198.51.100.7"]), zone("Offices", &["203.0.113.9"], &[])];
        let judged = judge_chain(&["203.0.113.9", "198.51.100.7"], &zones);
        assert!(judged.zones.is_empty());
        assert_eq!(kinds(&judged), [("198.51.100.7", TrustedProxy), ("203.0.113.9", Unknown)]);
        assert!(judged.would_change[0].contains("198.51.100.7 as a trusted proxy of Offices"), "{judged:?}");
        assert!(judged.would_change[0].ends_with("does not count for another zone."), "{judged:?}");
    }

    #[test]
    fn no_more_than_five_hops() {
        let proxies: Vec<String> = (1..=6).map(|n| format!("198.51.100.{n}")).collect();
        let proxies: Vec<&str> = proxies.iter().map(String::as_str).collect();
        let zones = [zone("Offices", &["203.0.113.9"], &proxies)];
        let chain = |hops: usize| {
            let mut chain = vec!["203.0.113.9"];
            chain.extend(&proxies[..hops]);
            chain
        };
        assert_eq!(judge_chain(&chain(4), &zones).zones.len(), 1);
        let judged = judge_chain(&chain(5), &zones);
        assert_eq!(judged.zones.len(), 0, "the gateway is the sixth");
        assert_eq!(judged.hops[5].kind, NotReached);
    }

    #[test]
    fn what_can_not_be_read_is_unknown_and_nothing_panics() {
        let judged = judge_chain(&["203.0.113.9", "unknown"], &[zone("Offices", &["203.0.113.9"], &[])]);
        assert_eq!(judged.hops[0].kind, Unknown);
        assert_eq!(judge_chain(&[], &[]), JudgedChain::default());
        assert_eq!(judge_chain(&["192.0.2.1"], &[]).hops[0].kind, Unknown);
    }

    #[test]
    fn ipv4_written_as_ipv6_is_ipv4() {
        assert!(one("192.0.2.1").contains("::ffff:192.0.2.1".parse().expect("an address")));
        assert!(!one("::1").contains("0.0.0.1".parse().expect("an address")));
    }
}
