//! What an event says of risk, read from the texts that Okta writes it in. The texts are no format that anybody promised: keys
//! come in any order, reasons are free and hold commas and braces. So known keys are looked for as anchors, and what stands
//! between two of them is the value. Knows no JSON.

use crate::RiskLevel;
use serde::{Deserialize, Serialize};

/// Whose risk a reading is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RiskScope {
    Login,
    Session,
    Entity,
}

impl RiskScope {
    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Login => "Login risk",
            Self::Session => "Session risk",
            Self::Entity => "Entity risk",
        }
    }
}

/// What was said of risk in one place of an event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RiskReading {
    pub level: Option<RiskLevel>,
    pub previous: Option<RiskLevel>,
    pub detection: Option<Box<str>>,
    /// As the event lists them. A text that names several is one entry: a comma may belong to a reason.
    pub reasons: Vec<Box<str>>,
    pub issuer: Option<Box<str>>,
}

impl RiskReading {
    /// Nothing was said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes from another reading of the same event what this one lacks.
    pub fn or(mut self, other: Self) -> Self {
        self.level = self.level.or(other.level);
        self.previous = self.previous.or(other.previous);
        self.detection = self.detection.or(other.detection);
        self.issuer = self.issuer.or(other.issuer);
        if self.reasons.is_empty() {
            self.reasons = other.reasons;
        }
        self
    }

    /// Detection and reasons in one line; `None` where neither was told.
    pub fn summary(&self) -> Option<String> {
        let reasons = self.reasons.join(", ");
        match (self.detection.as_deref(), reasons.as_str()) {
            (None, "") => None,
            (Some(name), "") => Some(name.to_owned()),
            (None, _) => Some(reasons),
            (Some(name), _) => Some(format!("{name}: {reasons}")),
        }
    }

    /// The text form, with every key, so that nothing in the reasons can be taken for one that is missing. Reading it gives the
    /// same again, but for a list of reasons, which becomes one text.
    pub fn to_text(&self) -> String {
        let level = |level: &Option<RiskLevel>| level.as_ref().map_or("", RiskLevel::as_str).to_owned();
        format!(
            "{{previousLevel={}, level={}, detectionName={}, issuer={}, reasons={}}}",
            level(&self.previous),
            level(&self.level),
            self.detection.as_deref().unwrap_or_default(),
            self.issuer.as_deref().unwrap_or_default(),
            self.reasons.join(", "),
        )
    }
}

/// The keys that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Level,
    Previous,
    Detection,
    Reasons,
    Issuer,
}

impl Key {
    const ALL: [Self; 5] = [Self::Level, Self::Previous, Self::Detection, Self::Reasons, Self::Issuer];

    /// The key of this name, compared without case and underscores.
    fn of(name: &str) -> Option<Self> {
        match plain(name).as_str() {
            "level" | "risklevel" => Some(Self::Level),
            "previouslevel" | "priorrisklevel" | "priorlevel" => Some(Self::Previous),
            "detectionname" => Some(Self::Detection),
            "reasons" | "reason" => Some(Self::Reasons),
            "issuer" => Some(Self::Issuer),
            _ => None,
        }
    }
}

/// A name as it is compared: without case and underscores, for the same one comes in camel, snake and Pascal case.
pub fn plain(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

/// A known key in a text: where its name begins and where its value does.
#[derive(Debug, Clone, Copy)]
struct Anchor {
    key: Key,
    begins: usize,
    value: usize,
}

/// Reads any of the text forms: `{level=HIGH}`, `{reasons=New ASN, New City, level=MEDIUM}`, the same without braces, or
/// `{previousLevel=LOW, level=HIGH, detectionName=…, reasons=…, issuer=OKTA}` in any order.
pub fn read_risk_text(text: &str) -> RiskReading {
    let text = text.trim();
    let found = anchors(text);
    let mut reading = RiskReading::default();
    for (anchor, end) in spans(&found) {
        let value = match end {
            Some(end) => between(text.get(anchor.value..end).unwrap_or_default()),
            None => last_value(text, text.get(anchor.value..).unwrap_or_default()),
        };
        set(&mut reading, anchor.key, value);
    }
    reading
}

fn set(reading: &mut RiskReading, key: Key, value: &str) {
    match key {
        Key::Level => reading.level = level(value),
        Key::Previous => reading.previous = level(value),
        Key::Detection => reading.detection = said(value),
        Key::Issuer => reading.issuer = said(value),
        Key::Reasons => reading.reasons = said(value).into_iter().collect(),
    }
}

/// A level as sent, in capitals; a word that nobody knows is kept.
pub fn level(value: &str) -> Option<RiskLevel> {
    let value = value.trim();
    let end = value.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(value.len());
    let word = value.get(..end).and_then(said)?;
    Some(RiskLevel::from(word.to_ascii_uppercase().as_str()))
}

fn said(value: &str) -> Option<Box<str>> {
    let value = value.trim();
    (!value.is_empty() && value != "null").then(|| value.into())
}

/// Without the blanks and the one comma that part it from the next key.
fn between(value: &str) -> &str {
    let value = value.trim();
    value.strip_suffix([',', ';']).map_or(value, str::trim_end)
}

/// Without the brace that closes the whole. One that the value opened itself stays with it.
fn last_value<'t>(text: &str, value: &'t str) -> &'t str {
    let value = value.trim_end();
    match value.strip_suffix('}') {
        Some(rest) if text.starts_with('{') || rest.matches('{').count() <= rest.matches('}').count() => rest,
        _ => value,
    }
}

/// Every place where a known key stands with `=` after it and nothing but a beginning, a brace or a comma before it.
fn anchors(text: &str) -> Vec<Anchor> {
    let named = text.match_indices('=').filter_map(|(equals, _)| {
        let name = text[..equals].trim_end();
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let begins = name.char_indices().rev().take_while(|(_, c)| word(*c)).last().map(|(at, _)| at)?;
        Some(Anchor { key: Key::of(&name[begins..])?, begins, value: equals + 1 })
    });
    let parted = |anchor: &Anchor| {
        let before = text[..anchor.begins].trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with(['{', ',', ';', '\n'])
    };
    let all: Vec<Anchor> = named.collect();
    let strict: Vec<Anchor> = all.iter().copied().filter(parted).collect();
    // Parted by blanks alone, as nobody has seen it yet.
    if strict.iter().any(|anchor| anchor.key == Key::Level) { strict } else { all }
}

/// One anchor per key with where its value ends, if not with the text. Only reasons are free: what looks like a second key of a
/// kind stands inside them. A key that came before them is taken from there, one that did not is the last of its kind.
fn spans(found: &[Anchor]) -> Vec<(Anchor, Option<usize>)> {
    let reasons = found.iter().position(|anchor| anchor.key == Key::Reasons).unwrap_or(found.len());
    let (before, after) = found.split_at(reasons);
    let first = |key: Key| before.iter().position(|anchor| anchor.key == key);
    let last = |key: Key| after.iter().rposition(|anchor| anchor.key == key).map(|at| at + reasons);
    let of = |key: Key| match key {
        Key::Reasons => (!after.is_empty()).then_some(reasons),
        key => first(key).or_else(|| last(key)),
    };
    let mut chosen: Vec<usize> = Key::ALL.into_iter().filter_map(of).collect();
    chosen.sort_unstable();
    // The reasons end with the first key that was chosen after them; every other value ends with the next key, whichever.
    let end = |at: usize| match at == reasons {
        true => chosen.iter().find(|next| **next > reasons).copied(),
        false => (at + 1 < found.len()).then_some(at + 1),
    };
    chosen.iter().map(|at| (found[*at], end(*at).map(|next| found[next].begins))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Told<'t> = (Option<&'t str>, Option<&'t str>, Option<&'t str>, &'t [&'t str], Option<&'t str>);

    fn check(text: &str, (level, previous, detection, reasons, issuer): Told<'_>) {
        let read = read_risk_text(text);
        let told = (
            read.level.as_ref().map(RiskLevel::as_str),
            read.previous.as_ref().map(RiskLevel::as_str),
            read.detection.as_deref(),
            read.reasons.iter().map(|reason| &**reason).collect::<Vec<_>>(),
            read.issuer.as_deref(),
        );
        assert_eq!(told, (level, previous, detection, reasons.to_vec(), issuer), "{text}");
    }

    #[test]
    fn every_text_form_that_was_seen() {
        check("{level=HIGH}", (Some("HIGH"), None, None, &[], None));
        check("level=LOW", (Some("LOW"), None, None, &[], None));
        check(
            "{reasons=New ASN, New City, level=MEDIUM}",
            (Some("MEDIUM"), None, None, &["New ASN, New City"], None),
        );
        check(
            "reasons=Anomalous Location, Anomalous Device, level=HIGH",
            (Some("HIGH"), None, None, &["Anomalous Location, Anomalous Device"], None),
        );
        check(
            "{previousLevel=LOW, level=HIGH, detectionName=Okta Threat Intelligence, reasons=Seen before, issuer=OKTA}",
            (Some("HIGH"), Some("LOW"), Some("Okta Threat Intelligence"), &["Seen before"], Some("OKTA")),
        );
        check(
            "{issuer=OKTA, reasons=a, b, detectionName=Suspected, sort of, brute force, level=MEDIUM, previousLevel=HIGH}",
            (Some("MEDIUM"), Some("HIGH"), Some("Suspected, sort of, brute force"), &["a, b"], Some("OKTA")),
        );
    }

    #[test]
    fn the_level_is_not_the_level_before() {
        check("{previousLevel=HIGH, level=LOW}", (Some("LOW"), Some("HIGH"), None, &[], None));
        check("{level=LOW, previousLevel=HIGH}", (Some("LOW"), Some("HIGH"), None, &[], None));
        check("{previousLevel=HIGH}", (None, Some("HIGH"), None, &[], None));
        check("{previous_level=HIGH, Level = low}", (Some("LOW"), Some("HIGH"), None, &[], None));
    }

    #[test]
    fn reasons_may_say_anything() {
        check(
            "{level=HIGH, reasons=Odd {x, y} thing}",
            (Some("HIGH"), None, None, &["Odd {x, y} thing"], None),
        );
        check("{level=HIGH, reasons=ends {so}}", (Some("HIGH"), None, None, &["ends {so}"], None));
        check("level=HIGH, reasons=ends {so}", (Some("HIGH"), None, None, &["ends {so}"], None));
        check("{reasons={a=1, b=2}, level=LOW}", (Some("LOW"), None, None, &["{a=1, b=2}"], None));
        check(
            "{reasons=saw level=HIGH there, level=LOW}",
            (Some("LOW"), None, None, &["saw level=HIGH there"], None),
        );
        check(
            "{level=HIGH, reasons=they wrote, level=LOW, in it, issuer=CrowdStrike}",
            (Some("HIGH"), None, None, &["they wrote, level=LOW, in it"], Some("CrowdStrike")),
        );
        check(
            "{reasons=x, level=HIGH, y, level=LOW}",
            (Some("LOW"), None, None, &["x, level=HIGH, y"], None),
        );
        check("{level=HIGH, reasons=}", (Some("HIGH"), None, None, &[], None));
        check("{level=HIGH, reasons=null, issuer=null}", (Some("HIGH"), None, None, &[], None));
    }

    #[test]
    fn what_is_not_known_is_kept_and_what_makes_no_sense_tells_nothing() {
        check(
            "{level=SEVERE, detectionName=Moon phase}",
            (Some("SEVERE"), None, Some("Moon phase"), &[], None),
        );
        check("reasons=so level=HIGH", (Some("HIGH"), None, None, &["so"], None));
        check("sealevel=HIGH", (None, None, None, &[], None));
        for text in [
            "",
            "{}",
            "=",
            "level",
            "level=",
            "{level=}",
            "{{{",
            "null",
            "HIGH",
            "ü=ä, =",
            "{level=, level=}",
        ] {
            check(text, (None, None, None, &[], None));
        }
    }

    #[test]
    fn only_reasons_swallow_keys_and_what_is_written_reads_the_same() {
        check(
            "{issuer=A, detectionName=x, issuer=B, level=LOW}",
            (Some("LOW"), None, Some("x"), &[], Some("A")),
        );
        check("{reasons=r, issuer=x, level=HIGH, level=LOW}", (Some("LOW"), None, None, &["r"], Some("x")));
        check("level=HIGH\nreasons=a, b", (Some("HIGH"), None, None, &["a, b"], None));
        for text in [
            "{issuer=, reasons=b, issuer=Z}",
            "{reasons=a,, level=LOW}",
            "{level=LOW, reasons=a,}",
            "{level=LOW, detectionName=x {, reasons={level=HIGH}, }}",
        ] {
            let read = read_risk_text(text);
            assert_eq!(read_risk_text(&read.to_text()), read, "{text}");
        }
    }

    #[test]
    fn what_one_place_lacks_another_may_tell() {
        let structured = RiskReading { level: Some(RiskLevel::High), ..RiskReading::default() };
        let told = structured.or(read_risk_text("{level=LOW, reasons=New IP}"));
        assert_eq!((told.level, told.reasons.len()), (Some(RiskLevel::High), 1));
        assert_eq!(read_risk_text("{detectionName=A, reasons=b, c}").summary().as_deref(), Some("A: b, c"));
        assert_eq!(RiskReading::default().summary(), None);
    }
}
