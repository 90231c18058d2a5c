//! What happened to a person, lane by lane. There may be fifty thousand events, so they come as columns, with the level that was
//! kept beside each. Only events from before levels were kept have theirs read from their JSON, the newest of them, until
//! all of them were read after some sync.

use crate::{failure, org::Org, snapshot};
use cache::{PersonMark, PersonMarks};
use contract::{
    Failure,
    triage::{GetPersonLanes, LaneMarks, PersonLanes},
};
use domain::{Lane, RiskLevel, SnapshotId, lane_of};

/// More events are not drawn; the older ones are left out.
const MOST_MARKS: usize = 60_000;
/// Events of more devices than this are not looked for.
const MOST_DEVICES: usize = 50;
/// Of so many sign-ins and sessions without a level of their own the JSON is read.
const READ: usize = 500;
/// So many events are read in one transaction, and …
const BATCH: usize = 5_000;
/// … so many batches after one sync: some seconds' work.
const BATCHES: usize = 40;

/// Reads the levels of events that were kept before levels were, as many as one sync may take. Cheap where there are none.
pub(crate) fn read_older(org: &Org) -> Result<(), Failure> {
    for _ in 0..BATCHES {
        if org.cache.read_told_levels(BATCH, gravest).map_err(failure::cache)? == 0 {
            break;
        }
    }
    Ok(())
}

/// The gravest level that an event tells of: levels are declared from the highest down.
fn gravest(raw: &str) -> Option<RiskLevel> {
    okta_client::read_event(raw).risks.into_iter().filter_map(|found| found.reading.level).min()
}

pub(super) fn get(org: &Org, command: &GetPersonLanes) -> Result<PersonLanes, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let person = org.cache.person(snapshot, &command.user, 0).map_err(failure::cache)?;
    let devices = person.map(|person| person.devices).unwrap_or_default();
    let devices: Vec<_> = devices.into_iter().map(|device| device.id).take(MOST_DEVICES).collect();
    let found =
        org.cache.person_marks(snapshot, &command.user, &devices, MOST_MARKS).map_err(failure::cache)?;
    let (levels, unread) = levels(org, snapshot, &found)?;
    Ok(PersonLanes {
        snapshot,
        now: org.now(),
        lanes: lanes(&found, &levels),
        types: found.types.iter().map(|kind| kind.to_string()).collect(),
        capped: found.capped,
        unread,
        begins: org.cache.log_begins(snapshot).map_err(failure::cache)?,
    })
}

fn lane(found: &PersonMarks, mark: &PersonMark) -> Lane {
    let kind = found.types.get(mark.kind as usize).map_or("", |kind| kind);
    lane_of(kind, mark.by_somebody_else)
}

/// The level of every mark, as the columns tell it, and how many could not be told yet. Elsewhere than among sign-ins and
/// sessions only the person's own level counts: what another's sign-in was like is not theirs.
fn levels(org: &Org, at: SnapshotId, found: &PersonMarks) -> Result<(Vec<u8>, u64), Failure> {
    let mut levels = Vec::with_capacity(found.marks.len());
    let mut unread = Vec::new();
    for (place, mark) in found.marks.iter().enumerate() {
        let counts = mark.level.is_none() && matches!(lane(found, mark), Lane::Login | Lane::Session);
        let level = if counts { &mark.told } else { &mark.level };
        levels.push(code(level.as_ref()));
        if counts && mark.unread {
            unread.push((place, mark.id));
        }
    }
    let left = unread.len().saturating_sub(READ);
    let wanted = &unread[left..];
    let ids: Vec<i64> = wanted.iter().map(|(_, id)| *id).collect();
    let read = |place: usize, raw: &str| levels[wanted[place].0] = code(gravest(raw).as_ref());
    org.cache.each_event_text(at, &ids, read).map_err(failure::cache)?;
    Ok((levels, left as u64))
}

fn code(level: Option<&RiskLevel>) -> u8 {
    match level {
        None | Some(RiskLevel::None) => 0,
        Some(RiskLevel::Low) => 1,
        Some(RiskLevel::Medium) => 2,
        Some(RiskLevel::High) => 3,
        Some(RiskLevel::Other(_)) => 4,
    }
}

fn lanes(found: &PersonMarks, levels: &[u8]) -> Vec<LaneMarks> {
    let empty =
        |lane| LaneMarks { lane, at: Vec::new(), kind: Vec::new(), level: Vec::new(), id: Vec::new() };
    let mut lanes: Vec<LaneMarks> = Lane::ALL.into_iter().map(empty).collect();
    for (mark, level) in found.marks.iter().zip(levels) {
        let of = lane(found, mark);
        if let Some(lane) = lanes.iter_mut().find(|lane| lane.lane == of) {
            lane.at.push(mark.published);
            lane.kind.push(mark.kind);
            lane.level.push(*level);
            lane.id.push(mark.id);
        }
    }
    lanes
}
