//! How complete the log is: what a broken chain left out is seen and read again, what the org threw away stays a gap and says so,
//! and what comes late, twice or in another order ends up in its place, once.

use crate::{
    log::{counts, rows},
    rig::{Rig, start},
};
use contract::{
    log::{GetLogCoverage, LogCoverage, LogGap},
    log_events::GetLogEvent,
};
use demo_org::{Fault, FaultKind, Faults};
use domain::{LogFilter, SnapshotId, Timestamp};
use std::{collections::BTreeSet, time::Duration};

const LOGS: &str = "/api/v1/logs";
const DAY: Duration = Duration::from_secs(86_400);

/// Lets the org date its answers by its own clock, which stands still, and sets these faults beside.
async fn dated(rig: &Rig, faults: Faults) {
    rig.no_faults();
    let reply = reqwest::get(rig.org.url()).await.expect("an answer");
    let date = reply.headers()["date"].to_str().expect("a date").to_owned();
    let date = httpdate(&date);
    let seconds = rig.org.control().now() / 1000 - date;
    let skewed = faults.and(Fault::on("", FaultKind::ClockSkew { seconds }));
    rig.org.control().set_faults(skewed);
}

/// Seconds since 1970 of a date like `Thu, 26 Nov 2026 08:00:00 GMT`.
fn httpdate(text: &str) -> i64 {
    let part: Vec<&str> = text.split([' ', ',']).filter(|part| !part.is_empty()).collect();
    let months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let month = months.find(part[2]).expect("a month") / 3 + 1;
    let iso = format!("{}-{month:02}-{}T{}.000Z", part[3], part[1], part[4]);
    Timestamp::parse(&iso).expect("a date").0 / 1000
}

/// The org does not know where the last sync had stopped.
fn forgotten() -> Fault {
    Fault::on(LOGS, FaultKind::Status { status: 400 }).times(1)
}

async fn coverage(rig: &Rig, as_of: Option<SnapshotId>) -> LogCoverage {
    rig.app.call(GetLogCoverage { as_of }).await.expect("the coverage")
}

fn ago(time: Duration) -> Timestamp {
    Timestamp(start().0 - time.as_millis() as i64)
}

/// By the org's clock, which may go on by seconds while a test runs, a gap begins where the log had ended.
fn begins_at_end_of(before: &LogCoverage, gap: &LogGap) -> bool {
    before.until.is_some_and(|until| (0..10_000).contains(&gap.from.since(until)))
}

/// Everything that happened in a time is kept, once, and nothing else.
async fn is_whole(rig: &Rig, since: Timestamp, until: Timestamp) {
    // The org tells what happened after a moment up to another; here it is from one on and before another.
    let sent = rig.org_log(since, Some(until), "uuid pr").await;
    let filter = LogFilter {
        since: Some(Timestamp(since.0 + 1)),
        until: Some(Timestamp(until.0 + 1)),
        ..LogFilter::default()
    };
    let kept = rows(rig, None, &filter).await;
    let kept: BTreeSet<String> = kept.into_iter().map(|row| row.event.uuid.into()).collect();
    let sent: BTreeSet<String> =
        sent.iter().map(|event| event["uuid"].as_str().expect("an id").to_owned()).collect();
    let missing: Vec<_> = sent.difference(&kept).collect();
    let extra: Vec<_> = kept.difference(&sent).collect();
    assert!(missing.is_empty() && extra.is_empty(), "missing {missing:?}, nobody sent {extra:?}");
    assert_eq!(counts(rig, None, &filter, &[]).await.matching, sent.len() as u64);
    assert!(!sent.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_is_seen_and_the_next_sync_reads_it() {
    let rig = Rig::new(60).await;
    dated(&rig, Faults::none()).await;
    rig.synced().await;
    let first = coverage(&rig, None).await;
    assert_eq!((first.begins, first.gaps.len()), (Some(ago(7 * DAY)), 0));
    assert_eq!(first.events, counts(&rig, None, &LogFilter::default(), &[]).await.matching);
    assert!(first.kept_bytes > 0 && first.kept_bytes * 3 <= first.raw_bytes, "{first:?}");
    let then = rig.snapshot().await;
    is_whole(&rig, ago(7 * DAY), start()).await;

    // For twenty days nobody syncs, and the org forgets the place. It answers for the week that is read first, and no more.
    rig.pass(20 * DAY);
    let now = Timestamp(start().0 + 20 * DAY.as_millis() as i64);
    let week = Timestamp(now.0 - 7 * Timestamp::DAY);
    let news = rig.org_log(week, Some(now), "uuid pr").await.len() as u64;
    // The pages of the news, the last of them empty, after the one that was refused.
    let pages = 1 + news.div_ceil(1000) + 1;
    let silent = Fault::on(LOGS, FaultKind::Forbidden).skip(pages - 1);
    dated(&rig, Faults::from(forgotten()).and(silent)).await;
    rig.synced().await;
    let second = coverage(&rig, None).await;
    assert_eq!(second.begins, first.begins);
    let [gap] = &second.gaps[..] else { panic!("one gap: {second:?}") };
    assert!(begins_at_end_of(&first, gap) && gap.to == week, "{gap:?}");
    assert!(gap.can_be_read && !gap.why.is_empty());
    let between = LogFilter { since: Some(gap.from), until: Some(gap.to), ..LogFilter::default() };
    assert_eq!(counts(&rig, None, &between, &[]).await.matching, 0, "nothing of the gap is there yet");
    dated(&rig, Faults::none()).await;
    is_whole(&rig, week, now).await;
    // Who looks at the time before sees no gap: there was none.
    let past = coverage(&rig, Some(then)).await;
    assert_eq!((past.gaps, past.events), (Vec::new(), first.events));

    rig.synced().await;
    let third = coverage(&rig, None).await;
    assert_eq!((third.gaps.len(), third.begins), (0, first.begins));
    assert!(third.until >= second.until);
    assert_eq!(third.late, 0, "what a gap held is not late");
    is_whole(&rig, ago(7 * DAY), now).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_org_threw_away_stays_a_gap() {
    let rig = Rig::new(20).await;
    dated(&rig, Faults::none()).await;
    rig.synced().await;
    let first = coverage(&rig, None).await;
    rig.pass(120 * DAY);
    let now = Timestamp(rig.org.control().now());
    dated(&rig, forgotten().into()).await;
    rig.synced().await;
    let second = coverage(&rig, None).await;
    let edge = Timestamp(now.0 - 90 * Timestamp::DAY);
    let [gap] = &second.gaps[..] else { panic!("one gap: {:?}", second.gaps) };
    assert!(begins_at_end_of(&first, gap) && gap.to == edge && !gap.can_be_read, "{gap:?}");
    assert!(gap.why.contains("90 days"), "{}", gap.why);
    is_whole(&rig, edge, now).await;
    // It is not asked for again: the chain goes on with one call.
    let before = rig.calls("GET /api/v1/logs");
    rig.synced().await;
    assert_eq!(rig.calls("GET /api/v1/logs") - before, 1);
    assert_eq!(coverage(&rig, None).await.gaps, second.gaps);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_twice_is_kept_once() {
    let rig = Rig::new(400).await;
    dated(&rig, Faults::none()).await;
    rig.synced().await;
    let kept = counts(&rig, None, &LogFilter::default(), &[]).await;
    // The chain is begun anew an hour behind its end, at the very same moment: everything comes again.
    let hour = LogFilter { since: Some(ago(Duration::from_secs(3500))), ..LogFilter::default() };
    assert!(counts(&rig, None, &hour, &[]).await.matching > 5, "the test says nothing");
    dated(&rig, forgotten().into()).await;
    rig.synced().await;
    assert_eq!(counts(&rig, None, &LogFilter::default(), &[]).await.matching, kept.matching);
    // And so it does when time has passed, with news among it.
    for _ in 0..3 {
        rig.pass(Duration::from_secs(1200));
        dated(&rig, forgotten().into()).await;
        rig.synced().await;
    }
    is_whole(&rig, ago(7 * DAY), Timestamp(rig.org.control().now())).await;
    assert_eq!(coverage(&rig, None).await.gaps, Vec::new());
}

/// Events of the background come into the log some time after they happened: the org tells them behind younger ones.
#[tokio::test(flavor = "multi_thread")]
async fn what_comes_late_finds_its_place() {
    let rig = Rig::new(400).await;
    dated(&rig, Faults::none()).await;
    rig.synced().await;
    assert_eq!(coverage(&rig, None).await.late, 0);
    let begin = |name| rig.org.control().start_incident(name).expect("the org knows this incident");
    let mut all = begin("hijacked_session").events;
    all.extend(begin("unknown_detection").events);
    // It is read while some of it has happened and is not in the log yet.
    rig.pass(Duration::from_secs(18));
    dated(&rig, Faults::none()).await;
    rig.synced().await;
    let (then, read) = (rig.snapshot().await, rig.org.control().now());
    let late: Vec<_> = all.iter().filter(|one| one.published <= read && one.persisted > read).collect();
    assert!(late.len() > 1, "the org told nothing late: the test says nothing");
    let find =
        async |as_of, uuid: &str| rig.app.call(GetLogEvent { as_of, uuid: uuid.to_owned() }).await.is_ok();
    for event in &late {
        assert!(!find(None, &event.uuid).await, "{event:?} is not in the org's log yet");
    }
    for _ in 0..4 {
        rig.pass(Duration::from_secs(150));
        dated(&rig, Faults::none()).await;
        rig.synced().await;
    }
    for event in &late {
        assert!(find(None, &event.uuid).await && !find(Some(then), &event.uuid).await, "{event:?}");
    }
    is_whole(&rig, ago(7 * DAY), Timestamp(rig.org.control().now())).await;
    let rows = rows(&rig, None, &LogFilter::default()).await;
    assert!(rows.windows(2).all(|pair| pair[0].event.published >= pair[1].event.published));
    // What came more than a minute after the org had told everything up to its time is counted as late.
    let behind = all.iter().filter(|one| one.published <= read && one.persisted - read > 60_000).count();
    assert!(behind > 0);
    assert_eq!(coverage(&rig, None).await.late, behind as u64);
}
