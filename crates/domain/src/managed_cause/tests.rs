//! Every branch of every question.

use super::*;

const EVENT: &str = "event";

fn sign_in(at: i64, result: Option<&str>) -> Option<SignIn> {
    Some(SignIn { at: Timestamp(at), event: EVENT.into(), result: result.map(Into::into) })
}

fn set_up(kind: &str, at: i64, platform: Option<Platform>) -> SetUp {
    SetUp {
        at: Timestamp(at),
        event: EVENT.into(),
        event_type: format!("device.platform.{kind}").into(),
        platform,
    }
}

fn facts(platform: Platform) -> ManagedFacts {
    ManagedFacts {
        platform: Some(platform),
        created: Some(Timestamp(50)),
        linked: Some(Timestamp(100)),
        log_begins: Some(Timestamp(10)),
        identified: true,
        ..ManagedFacts::default()
    }
}

/// The answer to `question`, with whether it has evidence from the log, and something to settle it unless it is settled.
fn check(facts: &ManagedFacts, question: Question, want: Answer) {
    let steps = managed_steps(facts);
    let step = steps.iter().find(|step| step.question == question).expect("is asked");
    assert_eq!(step.answer, want, "{question:?}: {}\n{facts:#?}", step.because);
    assert_eq!(step.settle.is_some(), want != Answer::Yes, "{step:?}");
    assert!(step.because.ends_with('.') && question.label().ends_with('?'));
    assert_eq!(step.event.is_some(), step.event.is_some() && step.at.is_some());
}

#[test]
fn the_questions_fit_the_platform() {
    use Question as Q;
    let asked = |platform: Option<Platform>| -> Vec<Question> {
        managed_steps(&ManagedFacts { platform, ..ManagedFacts::default() })
            .iter()
            .map(|s| s.question)
            .collect()
    };
    let phone = [Q::Registered, Q::SignedInSince, Q::Configured, Q::HintAccepted, Q::SecretStands];
    let computer =
        [Q::Registered, Q::SignedInSince, Q::Configured, Q::IssuerKnown, Q::CertificateStands, Q::OneRecord];
    let last = [Q::NotRecreated, Q::NotOnlyOthers];
    assert_eq!(asked(Some(Platform::Ios)), [&phone[..], &last].concat());
    assert_eq!(asked(Some(Platform::Macos)), [&computer[..], &last].concat());
    assert_eq!(asked(None), [&phone[..3], &last].concat());
}

#[test]
fn what_is_not_known_is_no_cause() {
    for platform in
        [None, Some(Platform::Android), Some(Platform::Windows), Some(Platform::Other("TIZEN".into()))]
    {
        let steps = managed_steps(&ManagedFacts { platform, ..ManagedFacts::default() });
        assert_eq!(likely_cause(&steps), None, "{steps:#?}");
    }
}

#[test]
fn registered() {
    let of = |registered| ManagedFacts { registered, ..facts(Platform::Ios) };
    check(&of(Some(true)), Question::Registered, Answer::Yes);
    check(&of(Some(false)), Question::Registered, Answer::No);
    check(&of(None), Question::Registered, Answer::Unknown);
}

#[test]
fn signed_in_since() {
    let of = |sign_in, set_up: Vec<SetUp>, log_begins: Option<i64>| ManagedFacts {
        sign_in,
        set_up,
        log_begins: log_begins.map(Timestamp),
        ..facts(Platform::Macos)
    };
    let ask = |facts: &ManagedFacts, want| check(facts, Question::SignedInSince, want);
    ask(&of(sign_in(101, None), vec![], Some(10)), Answer::Yes);
    ask(&of(sign_in(100, None), vec![], Some(10)), Answer::No);
    ask(&of(sign_in(150, None), vec![set_up("renew", 200, Some(Platform::Macos))], Some(10)), Answer::No);
    ask(&of(sign_in(150, None), vec![set_up("renew", 200, Some(Platform::Ios))], Some(10)), Answer::Yes);
    ask(&of(sign_in(150, None), vec![set_up("delete", 200, Some(Platform::Macos))], Some(10)), Answer::Yes);
    ask(&of(None, vec![], Some(10)), Answer::No);
    ask(&of(None, vec![], Some(101)), Answer::Unknown);
    ask(&of(None, vec![], None), Answer::Unknown);
    ask(&ManagedFacts { linked: None, ..of(sign_in(1, None), vec![], None) }, Answer::Yes);
}

#[test]
fn configured() {
    let of = |set_up: Vec<SetUp>, managed_elsewhere| ManagedFacts {
        set_up,
        managed_elsewhere,
        ..facts(Platform::Ios)
    };
    let ask = |facts: &ManagedFacts, want| check(facts, Question::Configured, want);
    let ios = || Some(Platform::Ios);
    ask(&of(vec![set_up("add", 5, ios())], 0), Answer::Yes);
    ask(&of(vec![set_up("delete", 9, ios()), set_up("add", 5, ios())], 7), Answer::No);
    ask(&of(vec![set_up("delete", 9, None)], 0), Answer::Unknown);
    ask(&of(vec![], 7), Answer::Yes);
    ask(&of(vec![], 0), Answer::Unknown);
}

#[test]
fn hint_accepted() {
    let of = |sign_in| ManagedFacts { sign_in, ..facts(Platform::Android) };
    let ask = |facts: &ManagedFacts, want| check(facts, Question::HintAccepted, want);
    ask(&of(sign_in(101, Some("INVALID_MANAGEMENT_HINT"))), Answer::No);
    ask(&of(sign_in(101, Some("TRUSTED"))), Answer::Yes);
    ask(&of(sign_in(101, None)), Answer::Unknown);
    ask(&of(None), Answer::Unknown);
}

#[test]
fn secret_stands() {
    let of = |set_up: Vec<SetUp>, sign_in| ManagedFacts { set_up, sign_in, ..facts(Platform::Ios) };
    let ask = |facts: &ManagedFacts, want| check(facts, Question::SecretStands, want);
    let reset = |at, platform| vec![set_up("secret_key.reset", at, platform)];
    ask(&of(reset(200, Some(Platform::Ios)), sign_in(150, None)), Answer::No);
    ask(&of(reset(140, Some(Platform::Ios)), sign_in(150, None)), Answer::Yes);
    ask(&of(reset(200, Some(Platform::Ios)), None), Answer::Unknown);
    ask(&of(reset(200, Some(Platform::Android)), sign_in(150, None)), Answer::Yes);
    ask(&of(reset(200, None), sign_in(150, None)), Answer::Unknown);
    ask(&of(vec![], sign_in(150, None)), Answer::Yes);
    ask(&of(vec![], None), Answer::Unknown);
}

#[test]
fn issuer_known() {
    let of = |set_up: Vec<SetUp>, managed_elsewhere| ManagedFacts {
        set_up,
        managed_elsewhere,
        ..facts(Platform::Windows)
    };
    let ask = |facts: &ManagedFacts, want| check(facts, Question::IssuerKnown, want);
    ask(&of(vec![set_up("update", 5, Some(Platform::Windows))], 0), Answer::Yes);
    ask(&of(vec![set_up("delete", 5, Some(Platform::Windows))], 3), Answer::Yes);
    ask(&of(vec![set_up("update", 5, Some(Platform::Macos))], 0), Answer::Unknown);
    ask(&of(vec![], 0), Answer::Unknown);
}

#[test]
fn certificate_stands() {
    let of = |at, sign_in| ManagedFacts {
        set_up: vec![set_up("renew", at, Some(Platform::Macos))],
        sign_in,
        ..facts(Platform::Macos)
    };
    let ask = |facts: &ManagedFacts, want| check(facts, Question::CertificateStands, want);
    ask(&of(200, sign_in(150, None)), Answer::No);
    ask(&of(140, sign_in(150, None)), Answer::Unknown);
    ask(&of(200, None), Answer::Unknown);
}

#[test]
fn records() {
    let twin =
        |created: Option<i64>, listed| Twin { id: "guo2".into(), created: created.map(Timestamp), listed };
    let of = |twins: Vec<Twin>, identified| ManagedFacts { twins, identified, ..facts(Platform::Windows) };
    let ask = |facts: &ManagedFacts, one, first| {
        check(facts, Question::OneRecord, one);
        check(facts, Question::NotRecreated, first);
    };
    ask(&of(vec![], true), Answer::Yes, Answer::Yes);
    ask(&of(vec![], false), Answer::Unknown, Answer::Unknown);
    ask(&of(vec![twin(Some(40), true)], true), Answer::No, Answer::No);
    ask(&of(vec![twin(Some(40), false)], true), Answer::Yes, Answer::No);
    ask(&of(vec![twin(Some(60), true)], true), Answer::No, Answer::Yes);
    ask(&of(vec![twin(None, true)], true), Answer::No, Answer::Yes);
}

#[test]
fn other_users() {
    let of = |others: &[ManagedStatus]| ManagedFacts {
        others: others.iter().map(|status| ("Ada".into(), *status)).collect(),
        ..facts(Platform::Ios)
    };
    let ask = |facts: &ManagedFacts, want| check(facts, Question::NotOnlyOthers, want);
    ask(&of(&[]), Answer::Yes);
    ask(&of(&[ManagedStatus::NotManaged]), Answer::Yes);
    ask(&of(&[ManagedStatus::Unknown, ManagedStatus::Managed]), Answer::No);
    ask(&of(&[ManagedStatus::Unknown]), Answer::Unknown);
}

#[test]
fn the_first_cause_is_the_likely_one() {
    let facts = ManagedFacts { registered: Some(false), sign_in: sign_in(1, None), ..facts(Platform::Ios) };
    assert_eq!(likely_cause(&managed_steps(&facts)).map(|step| step.question), Some(Question::Registered));
}
