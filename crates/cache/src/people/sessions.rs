//! What the log tells of a person's sessions. No API lists them: an event names the session that it belongs to, and what
//! no event names is not known here.

use domain::{LogEvent, Timestamp, UserId};
use std::collections::HashMap;

/// One session, as far as the log tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: Box<str>,
    /// When it began; `None` where the log no longer holds the beginning.
    pub started: Option<Timestamp>,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    /// The address of the latest event that had one, and how many different ones there were.
    pub ip: Option<Box<str>>,
    pub addresses: u32,
    /// Different apps that were opened from it.
    pub apps: u32,
    pub events: u32,
    /// When the log told its end.
    pub ended: Option<Timestamp>,
}

const START: &str = "user.session.start";
/// One event per session that ends. Whoever ended it, the event names the one that ended.
const ENDS: [&str; 2] = ["user.session.end", "user.session.expire"];
/// Every session of the person ends.
const CLEAR: &str = "user.session.clear";

/// Groups a person's events, newest first, by session; those last seen come first.
pub(super) fn sessions(user: &UserId, events: &[LogEvent]) -> Vec<Session> {
    let mut found: Vec<Gathered> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut cleared: Option<Timestamp> = None;
    for event in events {
        if &*event.event_type == CLEAR {
            cleared = cleared.max(Some(event.published));
            continue;
        }
        let ends = ENDS.contains(&&*event.event_type);
        // What an admin or the system did to this person happened in a session of theirs.
        let own = event.actor_id.as_deref() == Some(user.as_str());
        let of_session = own || event.event_type.starts_with("user.session.");
        let Some(id) = event.session.as_deref().filter(|_| of_session) else { continue };
        let place = *places.entry(id).or_insert_with(|| {
            found.push(Gathered::new(id, event.published));
            found.len() - 1
        });
        found[place].add(event, ends);
    }
    let mut sessions: Vec<Session> = found.into_iter().map(|gathered| gathered.finish(cleared)).collect();
    sessions.sort_by_key(|session| std::cmp::Reverse(session.last_seen));
    sessions
}

struct Gathered<'e> {
    session: Session,
    addresses: Vec<&'e str>,
    apps: Vec<&'e str>,
}

impl<'e> Gathered<'e> {
    fn new(id: &str, at: Timestamp) -> Self {
        let session = Session {
            id: id.into(),
            started: None,
            first_seen: at,
            last_seen: at,
            ip: None,
            addresses: 0,
            apps: 0,
            events: 0,
            ended: None,
        };
        Self { session, addresses: Vec::new(), apps: Vec::new() }
    }

    fn add(&mut self, event: &'e LogEvent, ends: bool) {
        let (session, at) = (&mut self.session, event.published);
        session.events += 1;
        session.first_seen = session.first_seen.min(at);
        session.last_seen = session.last_seen.max(at);
        if &*event.event_type == START {
            session.started = Some(session.started.map_or(at, |before| before.min(at)));
        }
        if ends {
            session.ended = session.ended.max(Some(at));
        } else if let Some(ip) = event.ip.as_deref() {
            // The newest event comes first.
            session.ip.get_or_insert_with(|| ip.into());
            if !self.addresses.contains(&ip) {
                self.addresses.push(ip);
            }
        }
        if let Some(app) = event.app.as_deref()
            && !self.apps.contains(&app)
        {
            self.apps.push(app);
        }
    }

    fn finish(mut self, cleared: Option<Timestamp>) -> Session {
        let count = |list: &[&str]| u32::try_from(list.len()).unwrap_or(u32::MAX);
        (self.session.addresses, self.session.apps) = (count(&self.addresses), count(&self.apps));
        let by_clearing = cleared.filter(|cleared| *cleared >= self.session.last_seen);
        self.session.ended = self.session.ended.or(by_clearing);
        self.session
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(
        at: i64,
        kind: &str,
        session: &str,
        actor: &str,
        ip: Option<&str>,
        app: Option<&str>,
    ) -> LogEvent {
        LogEvent {
            uuid: at.to_string().into(),
            published: Timestamp(at),
            event_type: kind.into(),
            severity: None,
            message: None,
            outcome: None,
            reason: None,
            actor_id: Some(actor.into()),
            actor_name: None,
            user: Some("me".into()),
            device: None,
            session: (!session.is_empty()).then(|| session.into()),
            root_session: None,
            transaction: None,
            trace: None,
            ip: ip.map(Into::into),
            app: app.map(Into::into),
            risk_level: None,
            told_risk: None,
            readings: Vec::new(),
        }
    }

    fn told(mut events: Vec<LogEvent>) -> Vec<Session> {
        events.sort_by_key(|event| std::cmp::Reverse(event.published));
        sessions(&"me".into(), &events)
    }

    #[test]
    fn events_of_one_session_are_one_line() {
        let found = told(vec![
            event(1, START, "s1", "me", Some("192.0.2.1"), None),
            event(2, "user.authentication.sso", "s1", "me", Some("192.0.2.2"), Some("mail")),
            event(3, "user.authentication.sso", "s1", "me", Some("192.0.2.2"), Some("mail")),
            event(4, "policy.evaluate_sign_on", "s2", "me", None, Some("wiki")),
        ]);
        assert_eq!(found.iter().map(|s| &*s.id).collect::<Vec<_>>(), ["s2", "s1"]);
        let one = &found[1];
        assert_eq!(
            (one.started, one.first_seen, one.last_seen),
            (Some(Timestamp(1)), Timestamp(1), Timestamp(3))
        );
        assert_eq!((one.ip.as_deref(), one.addresses, one.apps, one.events), (Some("192.0.2.2"), 2, 1, 3));
        assert_eq!((one.ended, found[0].started), (None, None), "no beginning is made up");
    }

    #[test]
    fn an_end_is_an_end_whoever_brought_it() {
        let found = told(vec![
            event(1, START, "s1", "me", None, None),
            event(1, START, "s2", "me", None, None),
            event(5, "user.session.end", "s1", "admin", None, None),
        ]);
        let ended: Vec<_> = found.iter().map(|s| (&*s.id, s.ended)).collect();
        assert_eq!(ended, [("s1", Some(Timestamp(5))), ("s2", None)]);
        let found = told(vec![
            event(1, START, "s1", "me", None, None),
            event(5, CLEAR, "", "admin", None, None),
            event(9, START, "s2", "me", None, None),
        ]);
        let ended: Vec<_> = found.iter().map(|s| (&*s.id, s.ended)).collect();
        assert_eq!(ended, [("s2", None), ("s1", Some(Timestamp(5)))], "a later session was not cleared");
    }

    #[test]
    fn an_admins_session_is_not_the_persons() {
        assert_eq!(told(vec![event(1, "user.lifecycle.suspend", "s9", "admin", None, None)]), []);
    }
}
