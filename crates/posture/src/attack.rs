//! A check under attack: one state changed in many ways, to see which answers hang on what they should, and which stand where
//! nothing is known.

mod flips;

use crate::catalogue::{Catalogue, ColumnType, Table};
use crate::engine::{Engine, Limits, captured, run};
use domain::{
    Attack, AttackCase, AttackKind, Captured, DeviceState, Expect, Judgement, OsqueryPlatform, Reach,
    StateSource, TableState, Trial,
};
use std::collections::BTreeMap;

/// Cases that an attack has at most.
const MOST: usize = 60;
/// How many times a single run's time an attack may take.
const MOST_LIMITS: u64 = 5;
/// Rows that are doubled in turn until one makes a difference.
const MOST_ROWS: usize = 8;
/// Different values of one column that are flipped.
const MOST_VALUES: usize = 3;

/// Attacks a check from one state. The untouched state comes first.
pub fn attack(base: &DeviceState, query: &str, expect: &Expect, limits: &Limits) -> Attack {
    let Ok(mut engine) = Engine::new(base.platform) else {
        return alone(run(base, query, expect, limits));
    };
    let reads = match engine.compile(query) {
        Ok(compiled) if compiled.statements == 1 => reads(&compiled.reads, base.platform),
        _ => return alone(engine.run(base, query, expect, limits)),
    };
    // What the query doesn't read would only be copied with every case.
    let tables = base.tables.iter().filter(|(name, _)| {
        Catalogue::shipped().table(name).is_some_and(|table| reads.contains_key(&ByName(table)))
    });
    let base = DeviceState {
        name: base.name.clone(),
        tables: tables.map(|(name, table)| (name.clone(), table.clone())).collect(),
        ..*base
    };
    let mut field = Field { engine, base: &base, query, expect, limits, spent: 0, attack: Attack::default() };
    field.untouched();
    for table in reads.keys() {
        field.empty(table);
    }
    for (table, columns) in &reads {
        for column in columns {
            field.null(table, column);
        }
    }
    for table in reads.keys() {
        field.doubled(table);
    }
    field.other_versions(reads.keys().any(|table| table.name == "os_version"));
    let literals = flips::literals(query);
    for (table, columns) in &reads {
        for column in columns {
            field.flipped(table, column, &literals);
        }
    }
    field.attack.flips = flips_of(&field.attack);
    field.attack
}

/// An attack on what can't be attacked: a query that is refused.
fn alone(trial: Trial) -> Attack {
    let case =
        AttackCase { kind: AttackKind::AsCaptured, label: "As captured".to_owned(), trial, open: false };
    Attack { cases: vec![case], flips: None, left_out: 0 }
}

/// Tables and columns that the query reads, as the catalogue has them. Event tables are empty in any case.
fn reads(named: &[(String, String)], platform: OsqueryPlatform) -> BTreeMap<ByName, Vec<&'static str>> {
    let mut reads: BTreeMap<ByName, Vec<&'static str>> = BTreeMap::new();
    for (table, column) in named {
        let Some(table) = Catalogue::shipped().table(table).filter(|table| !table.evented) else { continue };
        let columns = reads.entry(ByName(table)).or_default();
        if let Some(column) = table.column(column).filter(|column| column.is_on(platform))
            && !columns.contains(&column.name.as_str())
        {
            columns.push(&column.name);
        }
    }
    reads
}

/// A table in the order of names.
#[derive(Clone, Copy)]
struct ByName(&'static Table);

impl std::ops::Deref for ByName {
    type Target = Table;
    fn deref(&self) -> &Table {
        self.0
    }
}
impl PartialEq for ByName {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}
impl Eq for ByName {}
impl PartialOrd for ByName {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for ByName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.name.cmp(&other.name)
    }
}

/// Whether a flip turned a pass into a fail or the other way; `None` where nothing could be flipped or there was no answer.
fn flips_of(attack: &Attack) -> Option<bool> {
    let base = &attack.cases.first()?.trial.judgement;
    let turned = match base {
        Judgement::Pass => Judgement::Fail,
        Judgement::Fail => Judgement::Pass,
        Judgement::Error(_) | Judgement::Unknown(_) => return None,
    };
    let mut flipped = attack
        .cases
        .iter()
        .filter(|case| matches!(case.kind, AttackKind::Flipped { .. } | AttackKind::OtherVersion { .. }))
        .peekable();
    flipped.peek()?;
    Some(flipped.any(|case| case.trial.judgement == turned))
}

/// Where an attack takes place.
struct Field<'a> {
    engine: Engine,
    base: &'a DeviceState,
    query: &'a str,
    expect: &'a Expect,
    limits: &'a Limits,
    /// Microseconds of all runs.
    spent: u64,
    attack: Attack,
}

impl Field<'_> {
    fn untouched(&mut self) {
        let trial = self.try_on(self.base);
        self.add(AttackKind::AsCaptured, "As captured".to_owned(), trial);
    }

    fn empty(&mut self, table: &Table) {
        let kind = AttackKind::TableEmpty { table: table.name.clone() };
        self.case(kind, format!("{} empty", table.name), |state| {
            replace(state, table, TableState { reach: Reach::Whole, rows: Vec::new() });
        });
    }

    /// A required column is what a row was asked for by: a row without it can't be.
    fn null(&mut self, table: &Table, column: &str) {
        if table.column(column).is_none_or(|column| column.required) {
            return;
        }
        let kind = AttackKind::ColumnNull { table: table.name.clone(), column: column.to_owned() };
        self.case(kind, format!("{column} of {} NULL", table.name), |state| {
            change(state, table, |rows| {
                if rows.is_empty() {
                    // Nobody knows a row: one that tells nothing.
                    rows.push(table.columns.iter().map(|column| (column.name.clone(), None)).collect());
                }
                for row in rows {
                    row.insert(column.to_owned(), None);
                }
            });
        });
    }

    fn doubled(&mut self, table: &Table) {
        let count = captured(self.base, table).map_or(0, |state| state.rows.len());
        if count == 0 {
            return;
        }
        let kind = AttackKind::RowDoubled { table: table.name.clone() };
        let label = format!("A row of {} twice", table.name);
        if self.is_full() {
            return;
        }
        let untouched = self.attack.cases.first().map(|case| case.trial.judgement.clone());
        let mut shown = None;
        for at in 0..count.min(MOST_ROWS) {
            let mut state = self.changed(&label);
            change(&mut state, table, |rows| {
                if let Some(row) = rows.get(at).cloned() {
                    rows.push(row);
                }
            });
            let trial = self.try_on(&state);
            let differs = Some(&trial.judgement) != untouched.as_ref();
            if differs || shown.is_none() {
                shown = Some(trial);
            }
            if differs {
                break;
            }
        }
        if let Some(trial) = shown {
            self.add(kind, label, trial);
        }
    }

    fn flipped(&mut self, table: &Table, column: &str, literals: &[String]) {
        let Some(state) = captured(self.base, table) else { return };
        let mut values: Vec<Option<String>> = Vec::new();
        for value in state.rows.iter().filter_map(|row| row.get(column)) {
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
        // Of many values, those that the query names tell the most.
        values.sort_by_key(|value| !value.as_ref().is_some_and(|value| literals.contains(value)));
        let known = table.column(column);
        let required = known.is_some_and(|column| column.required);
        // A number's column never holds a word.
        let fits = |to: &String| {
            known.is_none_or(|column| column.kind == ColumnType::Text) || to.parse::<f64>().is_ok()
        };
        for from in values.into_iter().take(MOST_VALUES) {
            let others = flips::of(from.as_deref(), if required { &[] } else { literals });
            for to in others.into_iter().filter(fits) {
                let kind = AttackKind::Flipped {
                    table: table.name.clone(),
                    column: column.to_owned(),
                    from: from.clone(),
                    to: to.clone(),
                };
                let was = from.as_deref().unwrap_or("NULL");
                self.case(kind, format!("{column} of {}: {was} → {to}", table.name), |state| {
                    change(state, table, |rows| {
                        for value in
                            rows.iter_mut().filter_map(|row| row.get_mut(column)).filter(|v| **v == from)
                        {
                            *value = Some(to.clone());
                        }
                    });
                });
            }
        }
    }

    fn other_versions(&mut self, reads: bool) {
        let Some(table) = Catalogue::shipped().table("os_version").filter(|_| reads) else { return };
        let versions: &[&str] = match self.base.platform {
            OsqueryPlatform::Macos => &["13.7.8", "14.4", "15.0", "26.1"],
            OsqueryPlatform::Windows => &["10.0.19045", "10.0.22631", "10.0.26100"],
            OsqueryPlatform::Linux => &["20.04", "24.04"],
        };
        for version in versions {
            let kind = AttackKind::OtherVersion { version: (*version).to_owned() };
            let label = format!("{} {version}", self.base.platform.label());
            let platform = self.base.platform;
            self.case(kind, label, |state| {
                change(state, table, |rows| {
                    for row in rows {
                        set_version(row, version, platform);
                    }
                });
            });
        }
    }

    /// Runs against the base with a change.
    fn case(&mut self, kind: AttackKind, label: String, change: impl FnOnce(&mut DeviceState)) {
        if self.is_full() {
            return;
        }
        let mut state = self.changed(&label);
        change(&mut state);
        let trial = self.try_on(&state);
        self.add(kind, label, trial);
    }

    fn try_on(&mut self, state: &DeviceState) -> Trial {
        let trial = self.engine.run(state, self.query, self.expect, self.limits);
        self.spent += trial.micros;
        trial
    }

    /// Whether there are enough cases, or whether they took long enough; what comes now is left out.
    fn is_full(&mut self) -> bool {
        let patience = u64::from(self.limits.millis) * 1_000 * MOST_LIMITS;
        let full = self.attack.cases.len() >= MOST || self.spent > patience;
        self.attack.left_out += u32::from(full);
        full
    }

    fn changed(&self, label: &str) -> DeviceState {
        DeviceState { name: label.to_owned(), source: StateSource::Generated, ..self.base.clone() }
    }

    fn add(&mut self, kind: AttackKind, label: String, trial: Trial) {
        let blind = matches!(kind, AttackKind::TableEmpty { .. } | AttackKind::ColumnNull { .. });
        let open = blind && trial.judgement == Judgement::Pass;
        self.attack.cases.push(AttackCase { kind, label, trial, open });
    }
}

/// Changes the rows of a table; one that was not captured is captured whole from then on.
fn change(state: &mut DeviceState, table: &Table, with: impl FnOnce(&mut Vec<Captured>)) {
    let mut changed = captured(state, table).cloned().unwrap_or_default();
    with(&mut changed.rows);
    replace(state, table, changed);
}

fn replace(state: &mut DeviceState, table: &Table, with: TableState) {
    for alias in &table.aliases {
        state.tables.remove(alias);
    }
    state.tables.insert(table.name.clone(), with);
}

/// Gives a row of `os_version` another version, in the columns that it has.
fn set_version(row: &mut Captured, version: &str, platform: OsqueryPlatform) {
    let parts: Vec<&str> = version.split('.').collect();
    let third = if platform == OsqueryPlatform::Windows { "build" } else { "patch" };
    let mut set = |column: &str, value: Option<&str>| {
        if let Some(place) = row.get_mut(column) {
            *place = value.map(str::to_owned);
        }
    };
    set("version", Some(version));
    set("major", parts.first().copied());
    set("minor", parts.get(1).copied());
    set(third, parts.get(2).copied());
}
