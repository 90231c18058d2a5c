//! The shipped templates: each is right, says what it is for, and fails when nothing is known.

use domain::{AttackKind, OsqueryPlatform, Severity, Want};
use posture::{Catalogue, Limits, attack, engine, files, library, lint};
use std::{collections::BTreeSet, path::Path};

#[test]
fn every_file_is_in_the_list_and_written_as_we_write() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/checks");
    let mut ids = BTreeSet::new();
    for found in files::read_folder(&root) {
        let found = found.unwrap_or_else(|error| panic!("{error}"));
        let content = &found.check.content;
        let folder = found.path.parent().and_then(Path::file_name).expect("a folder");
        assert_eq!(folder, content.platform.key(), "{}", found.path.display());
        assert!(
            found.path.ends_with(format!("{}.check.yaml", content.variable_name)),
            "{}",
            found.path.display()
        );
        assert!(found.query_at.path.ends_with(format!("{}.sql", content.variable_name)));
        ids.insert(content.variable_name.clone());
    }
    let listed: BTreeSet<String> =
        library::templates().iter().map(|template| template.id.to_owned()).collect();
    assert_eq!(listed, ids);
    assert_eq!(listed.len(), library::templates().len(), "a template is in the list twice");
    for platform in OsqueryPlatform::OKTA {
        assert!(library::templates_on(platform).count() >= 14);
    }
}

#[test]
fn every_template_says_what_it_is_for_and_where_it_may_be_wrong() {
    for library::Template { id, check, .. } in library::templates() {
        assert_eq!(*id, check.content.variable_name);
        for words in ["Purpose: ", "Platform: ", "May be wrong: "] {
            assert!(check.notes.contains(words), "{id} lacks {words:?}");
        }
        assert!(!check.content.description.is_empty(), "{id}");
        // Okta's text; an osquery shell takes what begins with a dash or a dot for something else.
        assert!(check.content.query.starts_with("SELECT") && check.content.query.ends_with(';'), "{id}");
        let message = check.content.remediation.message.as_deref().unwrap_or_default();
        assert!((20..250).contains(&message.len()) && message.ends_with('.'), "{id}: {message}");
        let link = check.content.remediation.link.as_deref();
        assert!(link.is_none_or(|link| link.starts_with("https://")), "{id}");
        assert_eq!(check.expectations.len(), {
            let names: BTreeSet<_> = check.expectations.iter().map(|each| &each.state.name).collect();
            names.len()
        });
    }
}

#[test]
fn every_template_has_the_states_that_prove_it() {
    for library::Template { id, check, .. } in library::templates() {
        let wants = |want| check.expectations.iter().filter(move |each| each.want == want);
        assert!(wants(Want::Pass).count() >= 1 && wants(Want::Fail).count() >= 2, "{id}");
        let empty = |each: &domain::Expectation| {
            !each.state.tables.is_empty() && each.state.tables.values().all(|table| table.rows.is_empty())
        };
        assert!(wants(Want::Fail).any(empty), "{id} is not tried with empty tables");
        assert!(
            wants(Want::Unknown).any(|each| each.state.tables.is_empty()),
            "{id} is not tried uncaptured"
        );
    }
}

#[test]
fn every_template_lints_clean() {
    let mut wrong = Vec::new();
    for library::Template { id, check, .. } in library::templates() {
        let content = &check.content;
        let report = lint::lint(Catalogue::shipped(), content.platform, content.mapping, &content.query);
        let found = report.findings.iter().filter(|finding| finding.severity != Severity::Note);
        wrong.extend(found.map(|finding| format!("{id}: {} {}", finding.code, finding.message)));
        if !report.valid {
            wrong.push(format!("{id} is not valid"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_template_answers_as_its_states_want() {
    let mut wrong = Vec::new();
    for library::Template { id, check, .. } in library::templates() {
        let limits = Limits::of(check.content.platform);
        let tried =
            engine::check_expectations(&check.content.query, &check.expect(), &check.expectations, &limits);
        for (expectation, (trial, met)) in check.expectations.iter().zip(tried) {
            if !met {
                let (want, got) = (expectation.want, &trial.judgement);
                wrong.push(format!("{id}: {}: wanted {want:?}, got {got:?}", trial.state));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_template_passes_its_own_attack() {
    let mut wrong = Vec::new();
    for library::Template { id, check, .. } in library::templates() {
        let limits = Limits::of(check.content.platform);
        for expectation in &check.expectations {
            let name = &expectation.state.name;
            let attack = attack(&expectation.state, &check.content.query, &check.expect(), &limits);
            for case in &attack.cases {
                let verdict = &case.trial.judgement;
                let untold =
                    matches!(case.kind, AttackKind::TableEmpty { .. } | AttackKind::ColumnNull { .. });
                if case.open || (untold && Want::Pass.is_met_by(verdict)) {
                    wrong.push(format!("{id}: {name}: {} passes", case.label));
                }
                if matches!(case.kind, AttackKind::RowDoubled { .. }) && !expectation.want.is_met_by(verdict)
                {
                    wrong.push(format!("{id}: {name}: {} gives {verdict:?}", case.label));
                }
            }
            if expectation.want == Want::Pass && attack.flips != Some(true) {
                wrong.push(format!("{id}: {name}: flipping gives {:?}", attack.flips));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
