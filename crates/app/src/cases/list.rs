//! Cases as lists, one case whole, and pages of its evidence.

use super::no_case;
use crate::{failure, org::Org};
use contract::{
    Failure,
    cases::{Case, CaseDetail, CaseId, CaseItem, CaseNote, CasePage, CaseText, GetCaseItem, ListCases},
};

/// Most cases, and most lines, of one page.
const MOST_CASES: u32 = 200;
const MOST_LINES: u32 = 500;

pub(super) fn list(org: &Org, command: &ListCases) -> Result<CasePage, Failure> {
    let cases = org.cache.cases().map_err(failure::cache)?;
    let words: Vec<String> = command.search.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let (total, open) =
        (cases.len() as u64, cases.iter().filter(|case| case.closed.is_none()).count() as u64);
    let wanted = |case: &cache::Case| (!command.open || case.closed.is_none()) && found(case, &words);
    let matching: Vec<cache::Case> = cases.into_iter().filter(wanted).collect();
    let limit = command.limit.min(MOST_CASES) as usize;
    let offset = usize::try_from(command.offset).unwrap_or(usize::MAX);
    let count = matching.len() as u64;
    let page = matching.into_iter().skip(offset).take(limit).map(shown).collect();
    Ok(CasePage { now: org.now(), total, matching: count, open, cases: page })
}

/// Every word stands in the title, in a person's name or id, or in a note.
fn found(case: &cache::Case, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let people = case.people.iter().flat_map(|(id, name)| [id.as_str(), name.as_str()]);
    let notes = case.notes.iter().map(|note| note.text.as_str());
    let all = std::iter::once(case.title.as_str()).chain(people).chain(notes);
    let text = all.map(str::to_lowercase).collect::<Vec<_>>().join("\n");
    words.iter().all(|word| text.contains(word))
}

pub(super) fn shown(case: cache::Case) -> Case {
    Case {
        id: CaseId(case.id),
        title: case.title,
        created: case.created,
        by: case.actor,
        closed: case.closed,
        people: case.people.into_iter().map(|(_, name)| name).collect(),
        notes: case.notes.len() as u64,
        items: case.items,
        bytes: case.bytes,
    }
}

pub(super) fn get(org: &Org, id: CaseId) -> Result<CaseDetail, Failure> {
    let case = org.cache.case(id.0).map_err(failure::cache)?.ok_or_else(|| no_case(id))?;
    let items = org.cache.case_items(id.0).map_err(failure::cache)?;
    let note =
        |note: &cache::CaseNote| CaseNote { at: note.at, by: note.actor.clone(), text: note.text.clone() };
    Ok(CaseDetail {
        users: case.people.clone(),
        notes: case.notes.iter().map(note).collect(),
        items: items.into_iter().map(item).collect(),
        case: shown(case),
    })
}

fn item(item: cache::CaseItem) -> CaseItem {
    CaseItem {
        path: item.path,
        title: item.title,
        rows: item.rows,
        bytes: item.bytes,
        sha256: bundle::hex(&item.sha256),
        frozen: item.frozen,
        snapshot: item.snapshot,
    }
}

pub(super) fn lines(org: &Org, command: &GetCaseItem) -> Result<CaseText, Failure> {
    let limit = command.limit.min(MOST_LINES) as usize;
    let found =
        org.cache.case_lines(command.id.0, &command.path, command.offset, limit).map_err(failure::cache)?;
    let found = found.ok_or_else(|| failure::not_found("piece of evidence", &command.path))?;
    Ok(CaseText { lines: found.lines, total: found.total })
}
