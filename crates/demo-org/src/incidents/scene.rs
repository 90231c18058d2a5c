//! What the events of one incident have in common: person, device, sessions, trace, addresses. One scene per event.

use super::Plan;
use crate::apps;
use crate::catalog::{Catalog, text};
use crate::org::Org;
use crate::seeded::Dice;
use crate::system_log::record::{self, Actor};
use crate::time::Time;
use crate::world::device::Device;
use crate::world::stream;
use crate::{entity_risk, ids};
use serde_json::{Value, json};

/// One beat about to be told.
pub struct Scene<'a> {
    pub org: &'a Org,
    plan: Plan,
    beat: usize,
}

impl<'a> Scene<'a> {
    pub fn new(org: &'a Org, plan: Plan, beat: usize) -> Self {
        Self { org, plan, beat }
    }

    /// The event.
    pub fn play(&self) -> Option<Value> {
        (self.plan.story().beats.get(self.beat)?.make)(self)
    }

    pub fn at(&self) -> Time {
        let beat = self.plan.story().beats.get(self.beat);
        beat.map_or(self.plan.begun, |beat| self.plan.time_of(beat))
    }

    pub fn seed(&self) -> u64 {
        self.org.world.seed
    }

    /// Dice for the whole incident.
    pub fn dice(&self) -> Dice {
        self.org.world.dice(stream::STORY, self.plan.key)
    }

    fn dice_of(&self, beat: usize) -> Dice {
        self.dice().at(beat as i64)
    }

    /// The identity of the event of another beat.
    pub fn uuid_of(&self, beat: usize) -> String {
        record::uuid(self.dice_of(beat))
    }

    pub fn trace(&self) -> String {
        ids::encode(self.seed(), "trc", 1 << 56 | self.plan.key)
    }

    /// The session that it is about.
    pub fn session(&self) -> String {
        ids::encode(self.seed(), "trs", 1 << 59 | self.plan.key << 4)
    }

    /// Another one of the same person.
    pub fn other_session(&self) -> String {
        ids::encode(self.seed(), "trs", 1 << 59 | self.plan.key << 4 | 1)
    }

    pub fn device(&self) -> Device {
        self.org.world.device(self.plan.device, self.plan.begun)
    }

    pub fn user(&self) -> Value {
        record::user_target(self.org, self.plan.person)
    }

    /// The person as actor.
    pub fn themselves(&self) -> Actor {
        Actor::Person(self.user())
    }

    pub fn admin(&self) -> Actor {
        Actor::Person(record::admin(self.org))
    }

    pub fn device_target(&self) -> Value {
        record::device_target(self.org, &self.device())
    }

    pub fn session_target(&self) -> Value {
        json!({ "id": self.session(), "type": "Session", "alternateId": "unknown", "displayName": "Session", "detailEntry": null })
    }

    /// The objects as they were when the org was set up: what happened long ago does not change with them.
    pub fn catalog(&self) -> &'a Catalog {
        &self.org.seeds
    }

    /// The apps of this person that Universal Logout calls.
    pub fn logged_out(&self) -> Vec<&'a Value> {
        apps::logged_out(
            self.catalog(),
            &self.org.world,
            &self.org.world.person(self.plan.person, self.plan.begun),
        )
    }

    /// The app of this name.
    pub fn app(&self, name: &str) -> Option<&'a Value> {
        self.catalog().apps.all().find(|app| text(app, "name") == name)
    }

    /// The rule of the entity risk policy that takes this person.
    pub fn entity_rule(&self, level: &str, detection: Option<&str>) -> Option<&'a Value> {
        let person = self.org.world.person(self.plan.person, self.plan.begun);
        entity_risk::matching(self.catalog(), &self.org.world, &person, level, detection)
    }

    /// The first rule of the policy of a type.
    pub fn rule(&self, kind: &str) -> Option<&'a Value> {
        self.catalog().rules.all().find(|rule| rule["type"] == kind && rule["system"] != true)
    }

    /// An event with the trace of this incident.
    pub fn event(
        &self,
        kind: &str,
        severity: &str,
        message: &str,
        actor: Actor,
        targets: Vec<Value>,
        debug: Value,
    ) -> Value {
        let system = matches!(actor, Actor::System);
        let dice = self.dice_of(self.beat);
        let mut body =
            record::envelope(self.seed(), dice, self.at(), kind, severity, message, actor, targets);
        let trace = self.trace();
        if system {
            body["transaction"] = json!({ "type": "JOB", "id": trace, "detail": {} });
        }
        body["debugContext"]["debugData"]["traceId"] = trace.into();
        add(&mut body, debug);
        body
    }

    /// The same by the person, on the device, in the session of this incident.
    pub fn act(&self, kind: &str, message: &str, targets: Vec<Value>, from: &From, debug: Value) -> Value {
        let mut body = self.event(kind, "INFO", message, self.themselves(), targets, debug);
        self.place(&mut body, from);
        body["device"] = record::device_context(self.org, &self.device(), 0);
        body
    }

    /// Where something came from.
    pub fn place(&self, body: &mut Value, from: &From) {
        let world = &self.org.world;
        record::from_client(body, self.dice(), world.culture_of(self.plan.person), self.device().platform);
        let place = match from.place {
            Some((city, country, lat, lon)) => json!({
                "city": city, "state": null, "country": country, "postalCode": null, "geolocation": { "lat": lat, "lon": lon },
            }),
            None => body["client"]["geographicalContext"].clone(),
        };
        body["client"]["ipAddress"] = from.ip.clone().into();
        body["client"]["zone"] = from.zone.into();
        body["client"]["geographicalContext"] = place.clone();
        let hop =
            |ip: &String| json!({ "ip": ip, "geographicalContext": place, "version": "V4", "source": null });
        body["request"]["ipChain"] = from.chain.iter().chain([&from.ip]).map(hop).collect();
        if from.foreign {
            body["securityContext"] = json!({
                "asNumber": 64511, "asOrg": "harbour hosting, {transit}", "isp": "harbour hosting", "domain": ".", "isProxy": true,
            });
        }
        let session = self.session();
        body["authenticationContext"]["externalSessionId"] = session.clone().into();
        body["authenticationContext"]["rootSessionId"] = session.into();
        body["debugContext"]["debugData"]["dtHash"] =
            self.dice().text(from.cookie, b"0123456789abcdef", 64).into();
    }

    /// Where the person sits.
    pub fn office(&self) -> From {
        From::new(format!("203.0.113.{}", 32 + self.dice().below(20, 31)), "Offices", 1)
    }

    /// Where somebody else sits; `n` tells one cookie of theirs from another.
    pub fn elsewhere(&self, n: u64) -> From {
        let ip = format!("198.51.100.{}", 200 + self.dice().below(21, 40));
        From {
            place: Some(("Reykjavík", "IS", 64.15, -21.94)),
            foreign: true,
            ..From::new(ip, "null", 1 + n)
        }
    }
}

/// Where a call came from.
pub struct From {
    pub ip: String,
    pub zone: &'static str,
    /// Hops before the last one, leftmost first.
    chain: Vec<String>,
    place: Option<(&'static str, &'static str, f64, f64)>,
    foreign: bool,
    /// Which device cookie was sent.
    cookie: u64,
}

impl From {
    pub fn new(ip: String, zone: &'static str, cookie: u64) -> Self {
        Self { ip, zone, chain: Vec::new(), place: None, foreign: false, cookie }
    }

    /// The same through other hops before it.
    pub fn through(self, chain: Vec<String>) -> Self {
        Self { chain, ..self }
    }
}

/// Adds members to the debug data.
pub fn add(body: &mut Value, debug: Value) {
    if let Value::Object(more) = debug {
        for (name, value) in more {
            body["debugContext"]["debugData"][name] = value;
        }
    }
}
