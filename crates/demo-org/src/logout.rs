//! What a logout leaves in the org: ended sessions, revoked tokens, apps that were called and what they show of it, devices
//! that are told to log out, and a level of risk that falls by itself. Decides nothing about who is logged out.

use crate::apps::{self, Answer};
use crate::http::call::Call;
use crate::ids;
use crate::system_log::record::{self, Actor};
use crate::time::{MINUTE, SECOND, Time};
use crate::written::{RiskWrite, View, Written};
use serde_json::{Value, json};

/// The first app shows that it ended so long after it was called, the others one after the other.
pub const FIRST_ANSWER: i64 = 4 * SECOND;
pub const BETWEEN_ANSWERS: i64 = 800;
/// A device asks about every quarter of an hour whether it has to log out.
const DEVICE_ANSWER: i64 = 14 * MINUTE;
/// So long after a logout the level has fallen.
pub const FALL: i64 = 5 * SECOND;

/// Whom an event names as the one who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Caller,
    System,
}

/// Everything that one call sets off about one person, joined by one trace and one transaction.
pub struct Run<'a> {
    pub call: &'a Call,
    pub person: u64,
    trace: String,
    /// Looked up before anything is written: what is written to can't be read meanwhile.
    sessions: Vec<String>,
    apps: Vec<Value>,
    computers: Vec<(Value, bool)>,
    at_risk: bool,
}

impl<'a> Run<'a> {
    /// Looks up what a logout of this person would reach now.
    pub fn new(call: &'a Call, person: u64) -> Self {
        let org = &call.org;
        let subject = org.person(person, View::ById, call.now);
        let catalog = org.catalog();
        let apps = apps::logged_out(&catalog, &org.world, &subject).into_iter().cloned().collect();
        let devices = org.world.devices_of(person).into_iter();
        let devices = devices.filter_map(|device| org.device(device, View::ById, call.now));
        let computers = devices.filter(|d| !d.platform.is_mobile() && d.status == "ACTIVE" && d.has_links);
        Self {
            call,
            person,
            trace: ids::encode(org.world.seed, "trc", (1 << 55) | org.counters.event()),
            sessions: org.sessions_of(person, call.now),
            apps,
            // Best effort: every other computer never answers.
            computers: computers.map(|d| (record::device_target(org, &d), d.index % 2 == 0)).collect(),
            at_risk: crate::user_risk::level(call, person).is_some_and(|(level, _)| level != "LOW"),
        }
    }

    /// Logs one event of the run.
    #[expect(clippy::too_many_arguments, reason = "an event has that many parts, each used once")]
    pub fn log(
        &self,
        written: &mut Written,
        at: Time,
        by: By,
        kind: &str,
        message: &str,
        targets: Vec<Value>,
        debug: Value,
    ) {
        let actor = match by {
            By::Caller => record::caller(self.call),
            By::System => Actor::System,
        };
        let mut event = record::caused(self.call, at, actor, kind, message, targets, debug);
        event["debugContext"]["debugData"]["traceId"] = self.trace.clone().into();
        event["transaction"]["id"] = self.trace.clone().into();
        if by == By::System {
            event["transaction"]["type"] = "JOB".into();
        }
        written.event(at, event);
    }

    fn user(&self) -> Value {
        record::user_target(&self.call.org, self.person)
    }

    /// One event per session of the person.
    pub fn end_sessions(&self, written: &mut Written, at: Time, by: By, reason: &str) {
        for session in &self.sessions {
            let debug = json!({
                "endedSessionId": session, "terminationReason": reason, "totalOidcLogoutRequests": "0",
                "totalSamlLogoutRequests": "0",
            });
            let (kind, message) = ("user.session.end", "User logout from Okta");
            self.log(written, at, by, kind, message, vec![self.user()], debug);
        }
        written.cleared(self.person, at);
    }

    /// Tokens that Okta gave out.
    pub fn revoke_tokens(&self, written: &mut Written, at: Time, by: By) {
        let (kind, message) = ("app.oauth2.token.revoke.implicit.user", "Revoke all tokens of a user");
        self.log(written, at, by, kind, message, vec![self.user()], Value::Null);
    }

    /// Sessions, tokens and apps; what the apps and devices show of it follows by and by.
    pub fn everywhere(&self, written: &mut Written, at: Time, by: By, device_logout: &str) {
        let reason = if by == By::System { "ENTITY_RISK" } else { "UNIVERSAL_LOGOUT" };
        self.end_sessions(written, at, by, reason);
        self.revoke_tokens(written, at, by);
        let called: Vec<&Value> = self.apps.iter().collect();
        let debug = json!({ "appInstanceIds": apps::listed(&called) });
        let (kind, message) = ("user.authentication.universal_logout", "Universal Logout triggered");
        self.log(written, at, by, kind, message, vec![self.user()], debug);
        self.answers(written, at);
        self.devices(written, Time(at.0 + 500), device_logout);
        self.fall(written, Time(at.0 + FALL));
    }

    fn answers(&self, written: &mut Written, called: Time) {
        for (n, app) in self.apps.iter().enumerate() {
            let at = Time(called.0 + FIRST_ANSWER + n as i64 * BETWEEN_ANSWERS);
            let answer = apps::answer(app);
            if answer == Answer::Silent {
                continue;
            }
            let mut event =
                record::caused(self.call, at, Actor::System, APP_ENDED.0, APP_ENDED.1, vec![], Value::Null);
            app_answer(&mut event, self.user(), app, answer, &self.trace);
            written.event(at, event);
        }
    }

    fn devices(&self, written: &mut Written, at: Time, why: &str) {
        for (device, completes) in &self.computers {
            let targets = || vec![device.clone(), self.user()];
            let debug = || json!({ "deviceLogoutType": why });
            let (kind, message) = ("device.desktop_mfa.device_logout.started", "Device logout started");
            self.log(written, at, By::System, kind, message, targets(), debug());
            if *completes {
                let (kind, message) =
                    ("device.desktop_mfa.device_logout.completed", "Device logout completed");
                let later = Time(at.0 + DEVICE_ANSWER);
                self.log(written, later, By::System, kind, message, targets(), debug());
            }
        }
    }

    /// The level falls by itself when everything was ended: nobody has to set it.
    pub fn fall(&self, written: &mut Written, at: Time) {
        if !self.at_risk && !written.is_at_risk(self.person, at) {
            return;
        }
        let risk = "{previousLevel=HIGH, level=LOW, reasons=Risk resolved, issuer=OKTA}";
        let change = json!({
            "riskLevel": "LOW", "priorRiskLevel": "HIGH", "direction": "DECREASE", "reasonCode": "SESSIONS_CLEARED",
        });
        let debug = json!({ "risk": risk, "riskChange": change.to_string() });
        let (kind, message) = ("user.risk.change", "User risk level changed");
        self.log(written, at, By::System, kind, message, vec![self.user()], debug);
        written.risk(self.person, at, RiskWrite { level: "LOW", reason: "Risk resolved".into() });
    }
}

/// The event by which an app shows that a session there ended: type and message.
pub const APP_ENDED: (&str, &str) = ("user.authentication.slo", "User single sign out from app");

/// Fills in what is common to such events, whoever set off the logout.
pub fn app_answer(event: &mut Value, user: Value, app: &Value, answer: Answer, trace: &str) {
    event["target"] = json!([apps::target(app), user]);
    event["debugContext"]["debugData"]["traceId"] = trace.into();
    event["transaction"] = json!({ "type": "JOB", "id": trace, "detail": {} });
    if let Answer::Failed(why) = answer {
        event["severity"] = "WARN".into();
        event["outcome"] = json!({ "result": "FAILURE", "reason": why });
    }
}
