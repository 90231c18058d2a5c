//! Made-up names in place of people's, devices' and addresses': the same original always gets the same one, in every file of a
//! bundle, and nobody without the key can tell which was which. What counts as a name is learned from the evidence itself
//! (`learn`); what looks like an address, an e-mail or an id is replaced wherever it stands (`shape`).

mod learn;
mod shape;

use crate::json::{self, Place, Rewrite};
use aho_corasick::{AhoCorasick, MatchKind};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::net::Ipv6Addr;
use zeroize::Zeroizing;

/// The key of one case. Never in a bundle, never shown.
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

/// What an original is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A person's whole name.
    Name,
    /// A first or last name, which may be a common word, too.
    PartOfName,
    /// A login or an e-mail address.
    Login,
    Address,
    Device,
    Serial,
    Id,
    /// Anything else that tells of one person: a phone number, a street.
    Detail,
}

/// Gathers originals.
pub struct Pseudonyms {
    key: Key,
    /// The first kind that an original was learned as stays: its pseudonym must not depend on more.
    known: BTreeMap<String, Kind>,
}

/// Replaces originals.
pub struct Masks {
    key: Key,
    known: BTreeMap<String, Kind>,
    /// The same, in lower case.
    folded: BTreeMap<String, Kind>,
    finder: AhoCorasick,
    /// What each pattern of the finder stands for.
    found: Vec<(String, Kind)>,
}

/// A shorter original is only replaced where it is the whole of a value.
const SHORTEST: usize = 3;
/// A shorter one must stand by itself; a longer one is replaced inside of other words, too.
const ALONE: usize = 6;
/// Members whose values are Okta's own words: a first name that is also such a word is not looked for there.
const WORDS: &[&str] = &[
    "type",
    "eventType",
    "legacyEventType",
    "status",
    "severity",
    "result",
    "kind",
    "source",
    "platform",
    "level",
    "category",
    "what",
];
/// Members whose values only look like addresses.
const VERSIONS: &[&str] = &["osVersion", "os_version", "version", "rawUserAgent", "model"];
/// Numbers that tell where somebody was.
const COORDINATES: &[&str] = &["lat", "lon"];
/// Texts that do.
const PLACES: &[&str] = &["postalCode", "zipCode"];

impl Pseudonyms {
    pub fn new(key: Key) -> Self {
        Self { key, known: BTreeMap::new() }
    }

    /// Takes note of an original.
    pub fn learn(&mut self, kind: Kind, original: &str) {
        let original = original.trim();
        if original.is_empty() || shape::is_whole(original) {
            return;
        }
        let known = self.known.entry(original.to_owned()).or_insert(kind);
        *known = (*known).min(kind);
        if kind == Kind::Name {
            for part in original
                .split(|c: char| c.is_whitespace() || c == ',')
                .filter(|part| part.chars().count() >= SHORTEST)
            {
                self.known.entry(part.to_owned()).or_insert(Kind::PartOfName);
            }
        }
    }

    /// Takes note of every original in a JSON value as Okta sends it.
    pub fn learn_json(&mut self, text: &str) {
        if let Ok(value) = serde_json::from_str(text) {
            learn::from(&value, &mut |kind, original| self.learn(kind, original));
        }
    }

    /// Everything is learned.
    pub fn masks(self) -> Masks {
        let Self { key, known } = self;
        let folded: BTreeMap<String, Kind> =
            known.iter().map(|(text, kind)| (text.to_lowercase(), *kind)).collect();
        let mut patterns = BTreeMap::new();
        for (text, kind) in known.iter().filter(|(text, _)| text.chars().count() >= SHORTEST) {
            for spelled in spellings(text, *kind) {
                patterns.entry(spelled).or_insert((text.clone(), *kind));
            }
        }
        let found: Vec<(String, Kind)> = patterns.values().cloned().collect();
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(patterns.keys());
        // It fails for more text than a program's memory holds.
        let finder = finder.unwrap_or_else(|_| AhoCorasick::new([""; 0]).expect("nothing to look for"));
        Masks { key, known, folded, finder, found }
    }
}

/// The ways in which a text may be written.
fn spellings(text: &str, kind: Kind) -> Vec<String> {
    let mut all = vec![text.to_owned()];
    if kind != Kind::PartOfName && kind != Kind::Id {
        all.extend([text.to_lowercase(), text.to_uppercase()]);
    }
    let marked: Vec<String> = all
        .iter()
        .flat_map(|text| {
            let xml = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let quoted = xml.replace('"', "&quot;").replace('\'', "&apos;");
            [text.replace('@', "%40"), text.replace(' ', "+"), text.replace(' ', "%20"), xml, quoted]
        })
        .collect();
    all.extend(marked);
    all
}

impl Masks {
    /// A text with every original replaced.
    pub fn text(&self, text: &str) -> String {
        self.of(text, "")
    }

    /// A JSON value with every original in it replaced, and everything else as it stood. What is no JSON is taken as text.
    pub fn json(&self, text: &str) -> String {
        json::rewritten(text, &mut Rule(self)).unwrap_or_else(|| self.text(text))
    }

    fn of(&self, text: &str, member: &str) -> String {
        if let Some(kind) = self.known.get(text).or_else(|| self.folded.get(&text.to_lowercase())).copied()
            && !(kind == Kind::PartOfName && WORDS.contains(&member))
        {
            return self.pseudonym(kind, text);
        }
        if PLACES.contains(&member) && !text.is_empty() {
            return self.pseudonym(Kind::Detail, text);
        }
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for found in shape::find(text, !VERSIONS.contains(&member)) {
            self.known_in(&text[at..found.start], member, &mut out);
            out.push_str(&self.pseudonym(found.kind, &text[found.start..found.end]));
            at = found.end;
        }
        self.known_in(&text[at..], member, &mut out);
        out
    }

    /// Replaces what was learned, in a text without shapes.
    fn known_in(&self, text: &str, member: &str, out: &mut String) {
        let mut at = 0;
        let mut from = 0;
        while let Some(found) = self.finder.find(&text[from..]) {
            let (start, end) = (from + found.start(), from + found.end());
            let (original, kind) = &self.found[found.pattern().as_usize()];
            let alone = stands_alone(text, start, end);
            let skipped = match kind {
                Kind::PartOfName => !alone || WORDS.contains(&member),
                _ => !alone && original.chars().count() < ALONE,
            };
            if skipped {
                from = start + text[start..].chars().next().map_or(1, char::len_utf8);
                continue;
            }
            out.push_str(&text[at..start]);
            out.push_str(&self.pseudonym(*kind, original));
            (at, from) = (end, end);
        }
        out.push_str(&text[at..]);
    }

    /// The made-up name of an original.
    fn pseudonym(&self, kind: Kind, original: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key.0[..]).expect("a key of any length is taken");
        // Upper and lower case make no other person, but another id.
        let same =
            if kind == Kind::Id { original.to_owned() } else { original.to_lowercase().replace("%40", "@") };
        let what = match kind {
            Kind::Name | Kind::PartOfName => "name",
            Kind::Login => "login",
            Kind::Address => "address",
            Kind::Device => "device",
            Kind::Serial => "serial",
            Kind::Id => "id",
            Kind::Detail => "detail",
        };
        mac.update(what.as_bytes());
        mac.update(&[0]);
        mac.update(same.as_bytes());
        let bytes: [u8; 32] = mac.finalize().into_bytes().into();
        let short = crate::hex(&bytes[..6]);
        match kind {
            Kind::Name => format!("Person {short}"),
            Kind::PartOfName => format!("Name-{short}"),
            Kind::Login => format!("user-{short}@example.invalid"),
            // Addresses for documentation: they parse, and lead nowhere.
            Kind::Address => {
                let mut address = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
                address[4..].copy_from_slice(&bytes[..12]);
                Ipv6Addr::from(address).to_string()
            }
            Kind::Id => format!("id-{}", crate::hex(&bytes[..10])),
            Kind::Device | Kind::Serial | Kind::Detail => format!("{what}-{short}"),
        }
    }
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back().is_some_and(char::is_alphanumeric);
    let after = text[end..].chars().next().is_some_and(char::is_alphanumeric);
    !before && !after
}

struct Rule<'m>(&'m Masks);

impl Rewrite for Rule<'_> {
    fn string(&mut self, place: Place<'_>, text: &str) -> Option<String> {
        let masked = match place {
            // Okta's own names of members are no names of people; ids stand there, too.
            Place::Name => self.0.of(text, "type"),
            // A value that is JSON itself keeps its shape.
            Place::Value(_) if text.starts_with(['{', '[']) && json::is_json(text) => self.0.json(text),
            Place::Value(member) => self.0.of(text, member),
        };
        (masked != text).then_some(masked)
    }

    fn forget(&mut self, place: Place<'_>) -> bool {
        matches!(place, Place::Value(member) if COORDINATES.contains(&member))
    }
}
