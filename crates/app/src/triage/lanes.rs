//! What happened to a person, lane by lane. There may be fifty thousand events, so they come as columns, and only the newest
//! sign-ins and sessions are read for the level that they tell: it stands in their JSON alone.

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
/// Of so many sign-ins and sessions the JSON is read.
const READ: usize = 500;

pub(super) fn get(org: &Org, command: &GetPersonLanes) -> Result<PersonLanes, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let person = org.cache.person(snapshot, &command.user, 0).map_err(failure::cache)?;
    let devices = person.map(|person| person.devices).unwrap_or_default();
    let devices: Vec<_> = devices.into_iter().map(|device| device.id).take(MOST_DEVICES).collect();
    let found =
        org.cache.person_marks(snapshot, &command.user, &devices, MOST_MARKS).map_err(failure::cache)?;
    let levels = levels(org, snapshot, &found)?;
    Ok(PersonLanes {
        snapshot,
        now: org.now(),
        lanes: lanes(&found, &levels),
        types: found.types.iter().map(|kind| kind.to_string()).collect(),
        capped: found.capped,
        begins: org.cache.log_begins(snapshot).map_err(failure::cache)?,
    })
}

fn lane(found: &PersonMarks, mark: &PersonMark) -> Lane {
    let kind = found.types.get(mark.kind as usize).map_or("", |kind| kind);
    lane_of(kind, mark.by_somebody_else)
}

/// The level of every mark, as the columns tell it.
fn levels(org: &Org, at: SnapshotId, found: &PersonMarks) -> Result<Vec<u8>, Failure> {
    let mut levels: Vec<u8> = found.marks.iter().map(|mark| code(mark.level.as_ref())).collect();
    let wanted = found.marks.iter().enumerate().rev();
    let wanted = wanted
        .filter(|(_, mark)| mark.level.is_none() && matches!(lane(found, mark), Lane::Login | Lane::Session));
    let wanted: Vec<(usize, i64)> = wanted.take(READ).map(|(place, mark)| (place, mark.id)).collect();
    let ids: Vec<i64> = wanted.iter().map(|(_, id)| *id).collect();
    org.cache
        .each_event_text(at, &ids, |place, raw| {
            // Where it tells several, the gravest: levels are declared from the highest down.
            let says = okta_client::read_event(raw);
            let level = says.risks.into_iter().filter_map(|found| found.reading.level).min();
            levels[wanted[place].0] = code(level.as_ref());
        })
        .map_err(failure::cache)?;
    Ok(levels)
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
