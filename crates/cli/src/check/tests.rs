//! `check test`: every check against its own states, under attack, and against states that somebody brings.

use super::{
    args::{Format, TestArgs},
    ended,
    input::Input,
    report::{Unread, many},
};
use crate::{exit::Exit, progress::say};
use contract::{Failure, FailureKind};
use domain::{DeviceState, Judgement, OsqueryPlatform, Want};
use posture::{Engine, Limits, attack, files::FoundCheck};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write, stdout},
    path::{Path, PathBuf},
};

/// The most bytes of a state; a captured device has a few megabytes.
const MOST_STATE: u64 = 512 << 20;

/// What came of one check.
#[derive(Debug, Serialize)]
struct Tested {
    path: PathBuf,
    variable_name: String,
    ok: bool,
    /// Its own states.
    expectations: Vec<Tried>,
    /// Attacks on the states that pass.
    attacks: Vec<Attacked>,
    /// Brought by `--state`.
    states: Vec<Tried>,
}

/// One run.
#[derive(Debug, Serialize)]
struct Tried {
    state: String,
    /// `None`: nothing was expected.
    want: Option<Want>,
    got: Judgement,
    met: bool,
}

/// One state under attack.
#[derive(Debug, Serialize)]
struct Attacked {
    state: String,
    cases: usize,
    left_out: u32,
    /// What was done when it passed although nothing was known.
    open: Vec<String>,
    /// Whether some flipped value changed the answer; `None` where there was nothing to flip.
    flips: Option<bool>,
}

impl Tested {
    /// Whether in some state that passes another value would have changed the answer; else it is right by chance. In a single
    /// state none may, where the query takes one thing or another for good.
    fn hangs_on_something(&self) -> bool {
        self.attacks.iter().any(|attack| attack.flips == Some(true))
    }
}

pub fn run(args: &TestArgs) -> Result<Exit, Failure> {
    let input = Input::read(&args.paths);
    let states = args.state.iter().map(|path| read_state(path)).collect::<Result<Vec<_>, _>>()?;
    let mut engines = BTreeMap::new();
    let tested = input.checks.iter().map(|found| test(found, &states, &mut engines));
    let tested = tested.collect::<Result<Vec<_>, _>>()?;
    let failed = tested.iter().filter(|check| !check.ok).count();
    let mut to = BufWriter::new(stdout().lock());
    let written = match args.format {
        Format::Text => text(&tested, &input, &mut to),
        Format::Json => json(&tested, &input, &mut to),
    };
    let exit = ended(written.and_then(|()| to.flush()).map(|()| input.exit(failed > 0)))?;
    say(&format!("{}, {failed} failed.", many(tested.len(), "check")));
    Ok(exit)
}

fn read_state(path: &Path) -> Result<DeviceState, Failure> {
    let bad = |why: &dyn std::fmt::Display| {
        Failure::new(
            FailureKind::BadInput,
            format!("{}: no state of a device can be read: {why}.", path.display()),
        )
    };
    let file = File::open(path).map_err(|error| bad(&error))?;
    serde_json::from_reader(BufReader::new(file.take(MOST_STATE))).map_err(|error| bad(&error))
}

fn test(
    found: &FoundCheck,
    states: &[DeviceState],
    engines: &mut BTreeMap<OsqueryPlatform, Engine>,
) -> Result<Tested, Failure> {
    let (content, expect) = (&found.check.content, found.check.expect());
    let limits = Limits::of(content.platform);
    let engine = match engines.entry(content.platform) {
        std::collections::btree_map::Entry::Occupied(there) => there.into_mut(),
        std::collections::btree_map::Entry::Vacant(place) => {
            place.insert(Engine::new(content.platform).map_err(Failure::bug)?)
        }
    };
    let mut tried = |state: &DeviceState, want: Option<Want>| {
        let got = engine.run(state, &content.query, &expect, &limits).judgement;
        let met = want.is_none_or(|want| want.is_met_by(&got));
        Tried { state: state.name.clone(), want, got, met }
    };
    let own = &found.check.expectations;
    let expectations: Vec<Tried> = own.iter().map(|each| tried(&each.state, Some(each.want))).collect();
    let of_platform = states.iter().filter(|state| state.platform == content.platform);
    let states = of_platform.map(|state| tried(state, None)).collect();
    let passing = own.iter().filter(|each| each.want == Want::Pass).map(|each| &each.state);
    let attacks: Vec<Attacked> = passing
        .map(|state| {
            let attack = attack(state, &content.query, &expect, &limits);
            let open = attack.cases.iter().filter(|case| case.open).map(|case| case.label.clone());
            Attacked {
                state: state.name.clone(),
                cases: attack.cases.len(),
                left_out: attack.left_out,
                open: open.collect(),
                flips: attack.flips,
            }
        })
        .collect();
    let (path, variable_name) = (found.path.clone(), content.variable_name.clone());
    let mut tested = Tested { path, variable_name, ok: false, expectations, attacks, states };
    // A check without a state that passes was never seen working; it hangs on nothing either.
    tested.ok = tested.expectations.iter().all(|each| each.met)
        && tested.attacks.iter().all(|attack| attack.open.is_empty())
        && tested.hangs_on_something();
    Ok(tested)
}

fn text(tested: &[Tested], input: &Input, to: &mut impl Write) -> io::Result<()> {
    for error in &input.errors {
        writeln!(to, "{error}")?;
    }
    for check in tested {
        let word = if check.ok { "ok    " } else { "failed" };
        let cases = check.attacks.iter().map(|attack| attack.cases).sum();
        let (states, cases) = (many(check.expectations.len(), "state"), many(cases, "case"));
        writeln!(to, "{word} {} ({states}, {cases} of attack)", check.path.display())?;
        if check.attacks.is_empty() {
            writeln!(to, "       No state in its file is expected to pass, so it was never seen working.")?;
        }
        for Tried { state, want, got, .. } in check.expectations.iter().filter(|each| !each.met) {
            let want = want.map_or("", Want::label).to_lowercase();
            writeln!(to, "       {state}: {want} is wanted, the answer is {}", told(got))?;
        }
        for Attacked { state, open, .. } in &check.attacks {
            for label in open {
                writeln!(to, "       {state}, {label}: it passes although nothing is known there")?;
            }
        }
        if !check.attacks.is_empty() && !check.hangs_on_something() {
            writeln!(to, "       No value that is flipped changes its answer.")?;
        }
        for Tried { state, got, .. } in &check.states {
            writeln!(to, "       {state}: {}", told(got))?;
        }
    }
    Ok(())
}

fn told(got: &Judgement) -> String {
    let label = got.label().to_lowercase();
    got.why().map_or(label.clone(), |why| format!("{label}: {why}"))
}

fn json(tested: &[Tested], input: &Input, to: &mut impl Write) -> io::Result<()> {
    let errors: Vec<Unread> = input.errors.iter().map(Unread::from).collect();
    serde_json::to_writer_pretty(&mut *to, &serde_json::json!({ "checks": tested, "errors": errors }))?;
    writeln!(to)
}
