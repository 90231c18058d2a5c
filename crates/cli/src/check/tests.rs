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
use posture::{
    Engine, Limits, attack,
    capture::{self, ReadOptions},
    files::FoundCheck,
};
use serde::Serialize;
use std::{
    collections::{BTreeMap, btree_map::Entry},
    fs::File,
    io::{self, BufReader, BufWriter, Write, stdout},
    path::{Path, PathBuf},
};

/// Of more states than this, a person is told how many gave which answer.
const FEW: usize = 20;

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
    let mut engines = Engines::new();
    let mut tested = Vec::new();
    for found in &input.checks {
        tested.push(test(found, &mut engines)?);
    }
    for path in &args.state {
        try_states(path, &input.checks, &mut tested, &mut engines)?;
    }
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

/// One for each platform, made when it is asked for.
type Engines = BTreeMap<OsqueryPlatform, Engine>;

fn engine(engines: &mut Engines, platform: OsqueryPlatform) -> Result<&mut Engine, Failure> {
    match engines.entry(platform) {
        Entry::Occupied(there) => Ok(there.into_mut()),
        Entry::Vacant(place) => Ok(place.insert(Engine::new(platform).map_err(Failure::bug)?)),
    }
}

/// Tries the checks of its platform against every state that a capture holds, one state at a time.
fn try_states(
    path: &Path,
    checks: &[FoundCheck],
    tested: &mut [Tested],
    engines: &mut Engines,
) -> Result<(), Failure> {
    let mut failed = Ok(());
    let mut each = |state: DeviceState| {
        for (found, tested) in checks.iter().zip(tested.iter_mut()) {
            if found.check.content.platform == state.platform {
                match engine(engines, state.platform) {
                    Ok(engine) => tested.states.push(tried(engine, found, &state, None)),
                    Err(failure) => failed = Err(failure),
                }
            }
        }
    };
    let options = ReadOptions::default().for_file(path);
    let read = if path.is_dir() {
        capture::read_folder(path, &options, &mut each)
    } else {
        File::open(path)
            .map_err(capture::CaptureError::from)
            .and_then(|file| capture::read(BufReader::new(file), &options, &mut each))
    };
    let report = read.map_err(|error| {
        let why = std::error::Error::source(&error).map_or_else(String::new, |why| format!(": {why}"));
        Failure::new(FailureKind::BadInput, format!("{}: {error}{why}.", path.display()))
    })?;
    for note in &report.notes {
        let file = note.file.as_ref().map_or_else(String::new, |file| format!("/{file}"));
        say(&format!("{}{file}:{}: {}", path.display(), note.line, note.what));
    }
    if report.notes_left_out > 0 {
        say(&format!("{}: {} more notes.", path.display(), report.notes_left_out));
    }
    failed
}

fn tried(engine: &mut Engine, found: &FoundCheck, state: &DeviceState, want: Option<Want>) -> Tried {
    let limits = Limits::of(state.platform);
    let got = engine.run(state, &found.check.content.query, &found.check.expect(), &limits).judgement;
    let met = want.is_none_or(|want| want.is_met_by(&got));
    Tried { state: state.name.clone(), want, got, met }
}

fn test(found: &FoundCheck, engines: &mut Engines) -> Result<Tested, Failure> {
    let (content, expect) = (&found.check.content, found.check.expect());
    let limits = Limits::of(content.platform);
    let engine = engine(engines, content.platform)?;
    let own = &found.check.expectations;
    let expectations = own.iter().map(|each| tried(engine, found, &each.state, Some(each.want))).collect();
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
    let mut tested = Tested { path, variable_name, ok: false, expectations, attacks, states: Vec::new() };
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
        brought(&check.states, to)?;
    }
    Ok(())
}

/// What came of states from outside.
fn brought(states: &[Tried], to: &mut impl Write) -> io::Result<()> {
    if states.len() <= FEW {
        return states
            .iter()
            .try_for_each(|Tried { state, got, .. }| writeln!(to, "       {state}: {}", told(got)));
    }
    let mut counts = BTreeMap::new();
    for tried in states {
        *counts.entry(tried.got.label().to_lowercase()).or_insert(0_usize) += 1;
    }
    let counts: Vec<String> = counts.into_iter().map(|(label, count)| format!("{count} {label}")).collect();
    writeln!(to, "       {}: {}", many(states.len(), "state"), counts.join(", "))
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
