//! A query tried against states, and attacked.

use super::{expect, states};
use crate::{failure, org::Org};
use contract::{
    Failure, FailureKind,
    lab::{AttackCheck, Attacked, Met, StateKey, Subject, Tried, TryCheck},
};
use domain::{DeviceState, Expect, Judgement, Trial, Want};
use posture::engine::{self, Engine, Limits};
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

/// So many trials of each judgement are told in full.
const FIRST: usize = 5;
/// After so long no further imported state is tried: somebody waits for the answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// More columns than these are no matrix.
const COLUMNS: usize = 8;

fn expected(subject: &Subject) -> Expect {
    expect(subject.mapping, subject.passes.as_deref())
}

/// Tries a query against what is expected of it, the states that come along, and every imported one.
pub(super) fn try_all(org: &Org, command: &TryCheck) -> Result<Tried, Failure> {
    let subject = &command.subject;
    let (expect, limits) = (expected(subject), Limits::of(subject.platform));
    let tried = engine::check_expectations(&subject.query, &expect, &command.expectations, &limits);
    let expected = command.expectations.iter().zip(tried);
    let mut bench = Engine::new(subject.platform).map_err(failure::bug)?;
    let compiled = bench.compile(&subject.query);
    let reads = compiled.iter().flat_map(|compiled| &compiled.reads).map(|(table, _)| table.as_str());
    let reads: Vec<&str> = reads.collect::<BTreeSet<_>>().into_iter().collect();
    let mut run = |state: &DeviceState| bench.run(state, &subject.query, &expect, &limits);
    let shipped = states::shipped(subject.platform);
    let shipped = shipped.map(|state| (states::key(state), run(state))).collect();
    let mut own = Counted::default();
    let begun = Instant::now();
    let (mut untried, mut unread) = (0, 0);
    states::each(org, subject.platform, &reads, |id, state| {
        if begun.elapsed() >= PATIENCE {
            untried += 1;
            return;
        }
        match bench.run_kept(state, &subject.query, &expect, &limits) {
            Ok(trial) => own.add(StateKey::Own(id), trial),
            Err(_) => unread += 1,
        }
    })?;
    Ok(Tried {
        expected: expected.map(|(e, (trial, met))| Met { want: e.want, trial, met }).collect(),
        shipped,
        own_total: own.counts.iter().map(|(_, n)| n).sum::<u64>() + untried + unread,
        own_untried: untried,
        own_unread: unread,
        own: own.counts,
        own_first: own.first,
    })
}

/// How many trials came out how, and the first of each.
#[derive(Default)]
struct Counted {
    counts: Vec<(Want, u64)>,
    first: Vec<(StateKey, Trial)>,
}

impl Counted {
    fn add(&mut self, key: StateKey, trial: Trial) {
        let want = match trial.judgement {
            Judgement::Pass => Want::Pass,
            Judgement::Fail => Want::Fail,
            Judgement::Error(_) => Want::Error,
            Judgement::Unknown(_) => Want::Unknown,
        };
        let place = self.counts.iter().position(|(known, _)| *known == want).unwrap_or_else(|| {
            self.counts.push((want, 0));
            self.counts.len() - 1
        });
        if let Some((_, count)) = self.counts.get_mut(place) {
            *count += 1;
            if *count <= FIRST as u64 {
                self.first.push((key, trial));
            }
        }
    }
}

/// Attacks each query from the same state.
pub(super) fn attack(org: &Org, command: &AttackCheck) -> Result<Attacked, Failure> {
    let Some((_, first)) = command.subjects.first() else {
        return Err(Failure::new(FailureKind::BadInput, "There is no query to attack."));
    };
    if command.subjects.len() > COLUMNS {
        return Err(Failure::new(
            FailureKind::BadInput,
            format!("More than {COLUMNS} queries are no matrix."),
        ));
    }
    let base = match &command.from {
        Some(key) => states::one(org, key)?,
        None => posture::states::healthy(first.platform).clone(),
    };
    // What was captured of one platform says nothing of another.
    let here = command.subjects.iter().filter(|(_, subject)| subject.platform == base.platform);
    let columns = here.map(|(name, subject)| {
        let attack =
            posture::attack(&base, &subject.query, &expected(subject), &Limits::of(subject.platform));
        (name.clone(), attack)
    });
    let columns = columns.collect();
    Ok(Attacked { from: base.name, columns })
}
