//! What System Log event types are called, and what the known ones mean. One that nobody knows here is shown whole, with the
//! org's own words.

mod known;

use known::KNOWN;

/// One type that is known.
struct Known {
    event_type: &'static str,
    words: &'static str,
    /// One or two sentences; empty where the words say it all.
    means: &'static str,
}

fn find(event_type: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.event_type == event_type)
}

/// The words for an event: ours for a type that is known, else the org's message, else the type itself.
pub fn event_words(event_type: &str, message: Option<&str>) -> String {
    let known = find(event_type).map(|known| known.words);
    known.or(message.filter(|message| !message.trim().is_empty())).unwrap_or(event_type).to_owned()
}

/// Whether the type has words of ours.
pub fn is_known(event_type: &str) -> bool {
    find(event_type).is_some()
}

/// What an event of the type means, and what follows from it; `None` where nobody knows more than its words say.
pub fn event_meaning(event_type: &str) -> Option<&'static str> {
    find(event_type).map(|known| known.means).filter(|means| !means.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_type_is_shown_whole() {
        assert_eq!(event_words("device.lifecycle.suspend", Some("Suspend device")), "Device suspended");
        assert_eq!(event_words("device.new.thing", Some("A new thing")), "A new thing");
        assert_eq!(event_words("device.new.thing", Some(" ")), "device.new.thing");
        assert_eq!(event_words("device.new.thing", None), "device.new.thing");
        assert_eq!(event_meaning("device.new.thing"), None);
    }

    #[test]
    fn every_known_type_is_told_once_and_in_sentences() {
        for (at, known) in KNOWN.iter().enumerate() {
            let again = KNOWN[at + 1..].iter().any(|other| other.event_type == known.event_type);
            assert!(!again, "{} is told twice", known.event_type);
            assert!(known.words.starts_with(char::is_uppercase), "{}", known.event_type);
            assert!(known.means.is_empty() || known.means.ends_with('.'), "{}", known.event_type);
        }
    }
}
