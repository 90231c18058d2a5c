//! Three doors that take any text an org may send: texts of risk and behaviours, whole events, and rules with zones. Each target
//! says what has to hold whatever comes in; it knows nothing of who makes the bytes up. Shared by libFuzzer and by the ordinary
//! tests.

use domain::{RiskReading, judge_chain, read_behaviour_text, read_risk_text};
use okta_client::{ZoneAddresses, read_event, read_mode_change, read_protection_rule, read_zone};

/// What was read is told in a form that reads the same, and everything told stands in the text.
pub fn risk(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let read = read_risk_text(&text);
    told_by(&read, &text);
    assert_eq!(read_risk_text(&read.to_text()), read, "{} reads otherwise", read.to_text());
    for (name, result) in read_behaviour_text(&text) {
        assert!(text.contains(&*name) && text.contains(&*result), "{name}={result} was made up");
        assert!(!name.is_empty() && !result.is_empty());
    }
}

fn told_by(read: &RiskReading, text: &str) {
    let texts = read.detection.iter().chain(&read.issuer).chain(&read.reasons);
    texts.for_each(|told| assert!(text.contains(&**told), "{told:?} was made up"));
    let capitals = text.to_ascii_uppercase();
    let levels = read.level.iter().chain(&read.previous);
    levels.for_each(|level| assert!(capitals.contains(level.as_str()), "{level:?} was made up"));
}

/// Whatever an event holds, no reading is empty, and a chain is judged hop by hop.
pub fn event(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let says = read_event(&text);
    for found in &says.risks {
        assert!(!found.reading.is_empty(), "a reading says nothing: {}", found.raw);
    }
    let mut names: Vec<&str> = says.behaviours.iter().map(|(name, _)| &**name).collect();
    names.sort_unstable();
    let before = names.len();
    names.dedup();
    assert_eq!(names.len(), before, "a behaviour is told twice");
    let hops: Vec<&str> = says.chain.iter().map(String::as_str).collect();
    assert_eq!(judge_chain(&hops, &[]).hops.len(), hops.len());
    let _ = read_mode_change(&text);
}

/// The first line is a rule or a zone, the others are addresses. A rule covers itself wherever this version knows all of it.
pub fn rule(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    if let Some(rule) = read_protection_rule(first) {
        let unknown = |condition: &_| matches!(condition, okta_client::RuleCondition::Unknown(_));
        assert!(
            rule.covers(&rule, &[]) || rule.conditions.iter().any(unknown),
            "{rule:?} does not cover itself"
        );
    }
    let Some(ZoneAddresses::Addresses(zone)) = read_zone(first) else { return };
    let hops: Vec<&str> = rest.lines().collect();
    let judged = judge_chain(&hops, std::slice::from_ref(&zone));
    assert_eq!(judged.hops.len(), hops.len());
    assert!(judged.zones.len() <= 1 && judged.would_change.len() <= 6);
    // Whether a request is in a zone, some single declaration would change; but for no address there is nothing to say.
    assert_eq!(judged.would_change.is_empty(), hops.is_empty(), "{judged:?}");
}
