//! A measurement, not a test: how large a log is and how quickly a page of it comes, beside plain SQL with an index for each
//! question. `cargo xtask bench --log` measures the whole way from the org; this one needs nothing but the cache.

use crate::org::{self, T0};
use cache::floor::{LogSink, PlainLog, PrebuiltLog};
use cache::{Collection, Outcome, RunKind};
use domain::{LogEvent, LogField, LogFilter, Timestamp, UserId};
use fastrand::Rng;
use std::time::{Duration, Instant};

const KINDS: [(&str, &str, u8); 7] = [
    ("policy.evaluate_sign_on", "Evaluation of sign-on policy", 40),
    ("user.authentication.sso", "User single sign on to app", 25),
    ("user.authentication.auth_via_mfa", "Authentication of user via MFA", 15),
    ("user.session.start", "User login to Okta", 10),
    ("user.session.context.change", "User session context changed", 5),
    ("user.session.end", "User logout from Okta", 4),
    ("policy.auth_reevaluate.fail", "Evaluation of re-authentication policies failed", 1),
];

fn id(rng: &mut Rng, start: &str, of: u32) -> Box<str> {
    let mut one = Rng::with_seed(
        u64::from(rng.u32(..of)) + start.len() as u64 * 1_000_003 + u64::from(start.as_bytes()[2]),
    );
    let letters: String = (0..17).map(|_| one.alphanumeric()).collect();
    format!("{start}{letters}").into()
}

fn event(rng: &mut Rng, at: i64, people: u32) -> LogEvent {
    let mut pick = rng.u8(..100);
    let (kind, message, _) = KINDS
        .into_iter()
        .find(|(_, _, share)| {
            let is = pick < *share;
            pick = pick.saturating_sub(*share);
            is
        })
        .unwrap_or(KINDS[0]);
    let person = rng.u32(..people);
    let mut own = Rng::with_seed(u64::from(person));
    let user = id(&mut own, "00u", u32::MAX);
    let device = id(&mut own, "guo", u32::MAX);
    let session: Box<str> =
        format!("102{}", own.u64(..)).replace('0', &((at / 20_000_000) % 9).to_string()).into();
    let name = ["Ada", "Grace", "Alan", "Zoë", "Jörg"][own.usize(..5)];
    let outcome = if rng.u8(..20) == 0 { "FAILURE" } else { "SUCCESS" };
    LogEvent {
        uuid: format!(
            "{:08x}-{:04x}-11f1-{:04x}-{:012x}",
            rng.u32(..),
            rng.u16(..),
            rng.u16(..),
            rng.u64(..1 << 48)
        )
        .into(),
        published: Timestamp(at),
        event_type: kind.into(),
        severity: Some(if outcome == "SUCCESS" { "INFO" } else { "WARN" }.into()),
        message: Some(message.into()),
        outcome: Some(outcome.into()),
        reason: (outcome == "FAILURE").then(|| "INVALID_CREDENTIALS".into()),
        actor_id: Some(user.clone()),
        actor_name: Some(format!("{name} Lovelace{}", person % 1000).into()),
        user: Some(UserId(user)),
        device: (rng.u8(..10) < 7).then_some(domain::DeviceId(device)),
        session: Some(session.clone()),
        root_session: Some(session),
        transaction: Some(id(rng, "aXq", u32::MAX)),
        trace: None,
        ip: Some(format!("198.51.{}.{}", person % 100, own.u8(..)).into()),
        app: (rng.bool()).then(|| id(rng, "0oa", 80)),
        risk_level: None,
        told_risk: None,
        readings: Vec::new(),
    }
}

/// Of the shape and about the length of a real one.
fn json(event: &LogEvent, rng: &mut Rng) -> String {
    let text = |t: &Option<Box<str>>| t.as_deref().unwrap_or("null").to_owned();
    let (user, name) = (text(&event.actor_id), text(&event.actor_name));
    let (session, transaction, ip) = (text(&event.session), text(&event.transaction), text(&event.ip));
    let (hash, request) =
        (format!("{:032x}{:032x}", rng.u128(..), rng.u128(..)), format!("{:032x}", rng.u128(..)));
    let mut targets = format!(
        r#"{{"id":"{user}","type":"User","alternateId":"person@northwind.example","displayName":"{name}","detailEntry":null}}"#
    );
    if let Some(app) = &event.app {
        targets.push_str(&format!(r#",{{"id":"{app}","type":"AppInstance","alternateId":"Northwind Wiki","displayName":"Northwind Wiki","detailEntry":{{"signOnModeType":"SAML_2_0"}}}}"#));
    }
    if let Some(device) = &event.device {
        targets.push_str(&format!(r#",{{"id":"{device}","type":"UDDevice","alternateId":null,"displayName":"NW-LT-{}","detailEntry":{{"managed":"true","device_status":"ACTIVE","os_platform":"WINDOWS","os_version":"10.0.26100.1","serial_number":"C02{}","tpm_present":"true"}}}}"#, rng.u16(..), rng.u32(..)));
    }
    format!(
        r#"{{"actor":{{"id":"{user}","type":"User","alternateId":"person@northwind.example","displayName":"{name}","detailEntry":null}},"client":{{"userAgent":{{"rawUserAgent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36","os":"Windows 10","browser":"CHROME"}},"zone":"Office","device":"Computer","id":null,"ipAddress":"{ip}","geographicalContext":{{"city":"Hamburg","state":"Hamburg","country":"Germany","postalCode":"20095","geolocation":{{"lat":53.55,"lon":9.99}}}}}},"device":null,"authenticationContext":{{"authenticationProvider":null,"credentialProvider":null,"credentialType":null,"issuer":null,"interface":null,"authenticationStep":0,"rootSessionId":"{session}","externalSessionId":"{session}"}},"displayMessage":"{}","eventType":"{}","outcome":{{"result":"{}","reason":null}},"published":"{}","securityContext":{{"asNumber":3320,"asOrg":"deutsche telekom ag","isp":"deutsche telekom ag","domain":"t-ipconnect.de","isProxy":false}},"severity":"INFO","debugContext":{{"debugData":{{"requestId":"{request}","dtHash":"{hash}","requestUri":"/idp/idx/identify","threatSuspected":"false","url":"/idp/idx/identify?","risk":"{{level=LOW}}","behaviors":"{{New Geo-Location=NEGATIVE, New Device=NEGATIVE, New IP=NEGATIVE, New State=NEGATIVE, New Country=NEGATIVE, Velocity=NEGATIVE, New City=NEGATIVE}}","logOnlySecurityData":"{{\"risk\":{{\"level\":\"LOW\"}},\"behaviors\":{{\"New Geo-Location\":\"NEGATIVE\",\"New Device\":\"NEGATIVE\",\"New IP\":\"NEGATIVE\"}}}}"}}}},"legacyEventType":"core.user_auth.login_success","transaction":{{"type":"WEB","id":"{transaction}","detail":{{}}}},"uuid":"{}","version":"0","request":{{"ipChain":[{{"ip":"{ip}","geographicalContext":{{"city":"Hamburg","state":"Hamburg","country":"Germany","postalCode":"20095","geolocation":{{"lat":53.55,"lon":9.99}}}},"version":"V4","source":null}}]}},"target":[{targets}]}}"#,
        text(&event.message),
        event.event_type,
        text(&event.outcome),
        event.published,
        event.uuid
    )
}

/// CPU seconds of this process, where the system tells them.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> =
        stat.rsplit(')').next().unwrap_or_default().split(' ').filter_map(|f| f.parse().ok()).collect();
    fields.get(10).zip(fields.get(11)).map_or(0.0, |(user, system)| (user + system) / 100.0)
}

fn times(mut samples: Vec<Duration>) -> (f64, f64) {
    samples.sort();
    let at = |part: f64| samples[((samples.len() - 1) as f64 * part) as usize].as_secs_f64() * 1000.0;
    (at(0.5), at(0.95))
}

/// `LOG_EVENTS=1000000 cargo test -p cache --test it -- --ignored --nocapture size_and_speed`
#[test]
#[ignore = "a measurement, not a test"]
fn size_and_speed() {
    let count: i64 = std::env::var("LOG_EVENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(200_000);
    let folder = tempfile::tempdir().expect("a folder");
    let (path, copy) = (folder.path().join("org.db"), folder.path().join("floor.db"));
    let store = org::open(&path).expect("opens");
    let mut rng = Rng::with_seed(1);
    let (mut put, mut made) = (0.0, 0.0);
    let step = 90 * Timestamp::DAY / count;
    let mut run = store.begin_or_resume_run(RunKind::Full, Timestamp(T0)).expect("begins");
    for page in 0..count / 1000 {
        let before = cpu();
        let page: Vec<(LogEvent, String)> = (0..1000)
            .map(|n| {
                let event = event(&mut rng, T0 + (page * 1000 + n) * step, (count / 50) as u32);
                let json = json(&event, &mut rng);
                (event, json)
            })
            .collect();
        let between = cpu();
        run.put_log_events(page, Some("next")).expect("takes");
        made += between - before;
        put += cpu() - between;
    }
    let before = cpu();
    run.finish_collection(&Collection::Log, Outcome::Changes).expect("finishes");
    let at = run.complete(Timestamp(T0 + 91 * Timestamp::DAY)).expect("completes");
    put += cpu() - before;
    let cover = store.log_cover(at, Timestamp(i64::MAX)).expect("reads");
    println!("{count} events: put {put:.1} s CPU (made {made:.1} s)");
    println!(
        "JSON {} bytes an event, kept in {:.3}",
        cover.raw / count as u64,
        cover.kept as f64 / cover.raw as f64
    );

    let mut asked: Vec<(&str, Vec<LogFilter>)> = Vec::new();
    let sample: Vec<LogEvent> = (1..150)
        .map(|n| {
            let until = Some(Timestamp(T0 + n * 90 * Timestamp::DAY / 150));
            store.log(at, &LogFilter { until, ..LogFilter::default() }, None, 1).expect("lists").remove(0).1
        })
        .collect();
    let each = |field, value: fn(&LogEvent) -> Option<&str>| -> Vec<LogFilter> {
        sample.iter().filter_map(|e| value(e)).map(|v| LogFilter::of(field, v)).collect()
    };
    let kind = |kind: &str| LogFilter::of(LogField::EventType, kind);
    let both = |mut a: LogFilter, b: LogFilter| {
        a.conditions.extend(b.conditions);
        a
    };
    let failed = || LogFilter::of(LogField::Outcome, "FAILURE");
    let users = each(LogField::User, |e| e.user.as_ref().map(|u| u.as_str()));
    let text = |t: &str| LogFilter { text: t.into(), ..LogFilter::default() };
    asked.push(("everything", vec![LogFilter::default()]));
    asked.push(("a common type", vec![kind("policy.evaluate_sign_on")]));
    asked.push(("a rare type", vec![kind("policy.auth_reevaluate.fail")]));
    asked.push(("a type that failed", vec![both(kind("user.session.start"), failed())]));
    asked.push(("one person's failures", users.iter().map(|u| both(u.clone(), failed())).collect()));
    asked.push(("one person", users));
    asked.push(("one device", each(LogField::Device, |e| e.device.as_ref().map(|u| u.as_str()))));
    asked.push(("one session", each(LogField::Session, |e| e.session.as_deref())));
    asked.push(("one transaction", each(LogField::Transaction, |e| e.transaction.as_deref())));
    asked.push(("one address", each(LogField::Ip, |e| e.ip.as_deref())));
    asked.push(("types by beginning", vec![kind("policy.*")]));
    asked.push(("a name", vec![text("lovelace17 ada"), text("lovelace18 grace")]));
    asked.push(("a word that is everywhere", vec![text("evaluation")]));
    asked.push(("two letters", vec![text("lo")]));
    let by = [LogField::EventType, LogField::Outcome, LogField::Severity, LogField::Risk];
    let mut ours = Vec::new();
    for (_, filters) in &asked {
        let mut samples = Vec::new();
        for n in 0..220 {
            let start = Instant::now();
            std::hint::black_box(store.log(at, &filters[n % filters.len()], None, 50).expect("lists"));
            if n >= 20 {
                samples.push(start.elapsed())
            }
        }
        let start = Instant::now();
        let count = store.count_log(at, &filters[0], &by).expect("counts").matching;
        ours.push((times(samples), count, start.elapsed().as_secs_f64() * 1000.0));
    }
    drop(store);
    let file = std::fs::metadata(&path).expect("is there").len();
    println!(
        "{:.0} MiB a million, {:.0} of them JSON",
        file as f64 / count as f64 * 1e6 / 1048576.0,
        cover.kept as f64 / count as f64 * 1e6 / 1048576.0
    );
    {
        let mut log = PrebuiltLog::new(org::open(&path).expect("opens"));
        let sink = LogSink::open(&copy, &org::key()).expect("opens");
        let (mut inserted, mut rows) = (0.0, 0);
        while let Some(next) = log.next_rows(20_000).expect("reads") {
            let before = cpu();
            rows += sink.insert(&next).expect("inserts");
            inserted += cpu() - before;
        }
        println!(
            "floor: {inserted:.1} s CPU to insert {rows} finished rows; put is {:.2} of it",
            put / inserted
        );
    }
    std::fs::remove_file(&copy).expect("goes");
    PlainLog::build(&path, &org::key()).expect("builds");
    println!("plain file {} MiB more", (std::fs::metadata(&path).expect("is there").len() - file) >> 20);
    let plain = PlainLog::open(&path, &org::key()).expect("opens");
    for ((name, filters), ((p50, p95), count, counted)) in asked.iter().zip(ours) {
        let mut samples = Vec::new();
        if filters[0].text.is_empty() {
            for n in 0..220 {
                let start = Instant::now();
                plain.rows(&filters[n % filters.len()], 50).expect("reads");
                if n >= 20 {
                    samples.push(start.elapsed())
                }
            }
        } else {
            samples.push(Duration::MAX);
        }
        let (q50, q95) = times(samples);
        println!(
            "{name:26} page {p50:7.3} {p95:7.3}  SQL {q50:7.3} {q95:7.3}  ratio {:5.2} {:5.2}  count {count} in {counted:.1} ms",
            p50 / q50,
            p95 / q95
        );
    }
}
