//! What triage keeps beside the log, and what it reads of it: events that tell of risk are taken in once, as of the run that
//! brought them; a person's marks are those that the log has; decisions stay as they were said.

use crate::org::{self, DAY, T0};
use cache::{Collection, Outcome, RiskEvent, RunKind, Store, TriageNote, Verdict};
use domain::{Assessment, DeviceId, LogEvent, RiskLevel, SnapshotId, Timestamp, UserId};

const DETECT: &str = "user.risk.detect";
const TYPES: &[&str] = &[DETECT, "analytics.feedback.provide"];
const EVER: Timestamp = Timestamp(i64::MIN);

fn of(uuid: &str, event_type: &str, user: usize, at: i64) -> LogEvent {
    let level = (event_type == DETECT).then_some(RiskLevel::High);
    LogEvent {
        published: Timestamp(at),
        event_type: event_type.into(),
        user: Some(org::user_id(user)),
        risk_level: level,
        ..org::event(uuid)
    }
}

fn log(store: &Store, events: Vec<LogEvent>, days: i64) -> SnapshotId {
    let now = Timestamp(T0 + days * DAY);
    let mut run = store.begin_or_resume_run(RunKind::Incremental, now).expect("begins");
    run.put_log_events(events.into_iter().map(org::raw).collect(), None).expect("takes");
    run.finish_collection(&Collection::Log, Outcome::Changes).expect("finishes");
    run.complete(now).expect("completes")
}

fn kept(event: LogEvent, raw: &str) -> RiskEvent {
    assert!(raw.contains(&*event.uuid), "an event comes with its own text");
    RiskEvent {
        uuid: event.uuid,
        published: event.published,
        event_type: event.event_type,
        user: event.user,
        device: event.device,
        session: event.session,
        ip: event.ip,
        actor: None,
        outcome: None,
        level: event.risk_level,
        previous: Some(RiskLevel::Other("SEVERE".into())),
        detection: Some("Moon phase".into()),
        reasons: vec!["a, b".into(), "{c}".into()],
        issuer: None,
        said: "{level=HIGH}".into(),
        rule: None,
        about: None,
        label: None,
    }
}

fn told(store: &Store, at: SnapshotId, types: &[&str]) -> Vec<String> {
    let events = store.risk_events(at, types, EVER).expect("reads");
    events.into_iter().map(|event| event.uuid.into()).collect()
}

#[test]
fn events_of_risk_are_taken_in_once_and_belong_to_their_run() {
    let store = org::memory();
    let first = log(&store, vec![of("a", DETECT, 1, 10), of("x", "user.session.start", 1, 11)], 0);
    assert_eq!(store.take_in_risk_events(TYPES, kept).expect("takes in"), 1);
    assert_eq!(store.take_in_risk_events(TYPES, kept).expect("takes in"), 0, "nothing new came");
    // A late one, from before what is known, and one that comes a second time.
    let second =
        log(&store, vec![of("b", DETECT, 2, 5), of("a", DETECT, 1, 10), of("f", TYPES[1], 1, 30)], 1);
    assert_eq!(store.take_in_risk_events(TYPES, kept).expect("takes in"), 2);
    assert_eq!(told(&store, first, TYPES), ["a"]);
    assert_eq!(told(&store, second, TYPES), ["b", "a", "f"]);
    assert_eq!(told(&store, second, &[DETECT]), ["b", "a"]);
    let again = store.risk_events(second, &[DETECT], Timestamp(6)).expect("reads");
    assert_eq!(again, [kept(of("a", DETECT, 1, 10), "a")], "it comes back as it was kept");
    org::assert_sound(&store);
}

#[test]
fn what_a_discarded_run_brought_is_taken_in_with_the_next_snapshot() {
    let store = org::memory();
    log(&store, vec![of("a", DETECT, 1, 10)], 0);
    let mut run = store.begin_or_resume_run(RunKind::Incremental, Timestamp(T0)).expect("begins");
    run.put_log_events(vec![org::raw(of("b", DETECT, 2, 20))], None).expect("takes");
    run.flush().expect("writes");
    assert_eq!(
        store.take_in_risk_events(TYPES, kept).expect("takes in"),
        1,
        "no snapshot shows the other yet"
    );
    run.discard().expect("is taken back");
    let next = log(&store, vec![of("c", DETECT, 3, 30)], 1);
    assert_eq!(store.take_in_risk_events(TYPES, kept).expect("takes in"), 2);
    assert_eq!(told(&store, next, TYPES), ["a", "b", "c"]);
}

#[test]
fn a_persons_marks_are_theirs_their_doings_and_their_devices() {
    let store = org::memory();
    org::sync(&store, &[], 0).expect("syncs");
    let (me, device) = (org::user_id(1), DeviceId::from("guo1"));
    let on_device = |uuid: &str, user: Option<usize>, at| LogEvent {
        device: Some(device.clone()),
        user: user.map(org::user_id),
        ..of(uuid, "device.lifecycle.suspend", 1, at)
    };
    let by = |uuid: &str, actor: &str, user: usize, at| LogEvent {
        actor_id: Some(actor.into()),
        ..of(uuid, "user.lifecycle.suspend", user, at)
    };
    let events = vec![
        of("risk", DETECT, 1, 10),
        by("by an admin", org::user_id(2).as_str(), 1, 20),
        by("by the system", "spr1", 1, 30),
        by("to another", me.as_str(), 2, 40),
        by("own", me.as_str(), 1, 50),
        on_device("device alone", None, 60),
        on_device("device and another", Some(2), 70),
        of("another", DETECT, 2, 80),
    ];
    let first = log(&store, events, 1);
    let marks = |at, limit| store.person_marks(at, &me, std::slice::from_ref(&device), limit).expect("reads");
    let found = marks(first, 100);
    let told: Vec<(i64, &str, bool)> = found
        .marks
        .iter()
        .map(|mark| (mark.published.0, &*found.types[mark.kind as usize], mark.by_somebody_else))
        .collect();
    let suspend = "user.lifecycle.suspend";
    assert_eq!(
        told,
        [
            (10, DETECT, false),
            (20, suspend, true),
            (30, suspend, false),
            (40, suspend, false),
            (50, suspend, false),
            (60, "device.lifecycle.suspend", false),
        ]
    );
    assert_eq!((found.marks[0].level.clone(), found.capped), (Some(RiskLevel::High), false));
    let newest = marks(first, 2);
    assert_eq!((newest.marks.len(), newest.marks[0].published.0, newest.capped), (2, 50, true));
    log(&store, vec![of("later", DETECT, 1, 15)], 2);
    assert_eq!(marks(first, 100), found, "as it was known then");
    // A place leads to the event's own text.
    let mut texts = vec![String::new(); found.marks.len()];
    let ids: Vec<i64> = found.marks.iter().map(|mark| mark.id).collect();
    store.each_event_text(first, &ids, |place, raw| texts[place] = raw.to_owned()).expect("reads");
    assert!(texts[1].contains("by an admin") && texts[5].contains("device alone"), "{texts:?}");
}

#[test]
fn decisions_stay_as_they_were_said() {
    let store = org::memory();
    let (a, b) = (org::user_id(1), org::user_id(2));
    let verdict =
        |assessment, at| Verdict { assessment, note: Some("n".into()), by: "me".into(), at: Timestamp(at) };
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let given = verdict(Assessment::FalsePositive, 5);
    store.set_verdicts(&a, &names(&["x", "y"]), Some(&verdict(Assessment::Unsure, 1))).expect("writes");
    store.set_verdicts(&a, &names(&["x"]), Some(&given)).expect("writes");
    store.set_verdicts(&a, &names(&["y"]), None).expect("writes");
    let verdicts = store.verdicts().expect("reads");
    assert_eq!(verdicts.len(), 1);
    assert_eq!(verdicts[&a].iter().map(|(name, v)| (&**name, v)).collect::<Vec<_>>(), [("x", &given)]);

    let note = TriageNote { at: Timestamp(7), by: "me".into(), text: "seen".into() };
    let both = [a.clone(), b.clone()];
    let (now, later) = (Timestamp(10), Timestamp(20));
    store.set_triage(&both, Some("Ada"), Some(later), Some(&note), now).expect("writes");
    store.set_triage(std::slice::from_ref(&b), Some(""), None, None, now).expect("writes");
    store.set_triage(std::slice::from_ref(&a), None, Some(Timestamp(3)), None, now).expect("writes");
    let people = store.triage_people().expect("reads");
    let of = |user: &UserId| (people[user].assignee.clone(), people[user].snoozed);
    assert_eq!(of(&a), (Some("Ada".to_owned()), None), "a date that is over ends it");
    assert_eq!(of(&b), (None, Some((later, now))), "what is not said stays");
    assert_eq!(store.triage_notes(&a).expect("reads"), [note]);

    assert_eq!(store.triage_setting("weights").expect("reads"), None);
    store.set_triage_setting("weights", Some("1")).expect("writes");
    store.set_triage_setting("weights", Some("2")).expect("writes");
    assert_eq!(store.triage_setting("weights").expect("reads").as_deref(), Some("2"));
    store.set_triage_setting("weights", None).expect("writes");
    assert_eq!(store.triage_setting("weights").expect("reads"), None);
}
