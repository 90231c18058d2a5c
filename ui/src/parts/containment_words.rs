//! How a containment is named, where it stands, and where its progress shows.

use crate::kit::text;
use contract::containment::Containment;
use domain::{ContainAct, ContainmentId, StepState};

/// The address of one containment on the Activity page.
pub fn containment_href(id: ContainmentId) -> String {
    format!("/activity?of=containments&id={}", id.0)
}

/// "Contain Amara Okafor", "Contain 12 people".
pub fn name_of(containment: &Containment) -> String {
    match &containment.only {
        Some(name) => format!("Contain {name}"),
        None => format!("Contain {}", text::plural(containment.people, "person", "people")),
    }
}

/// Steps that have come to their end.
pub fn over(containment: &Containment) -> u64 {
    containment.counts.iter().filter(|(state, _)| state.is_over()).map(|(_, n)| n).sum()
}

/// Steps in one state.
pub fn count(containment: &Containment, of: StepState) -> u64 {
    containment.counts.iter().find(|(state, _)| *state == of).map_or(0, |(_, n)| *n)
}

/// How far it is, in words.
pub fn progress_words(containment: &Containment) -> String {
    format!("{} of {}", text::count(over(containment)), text::plural(containment.steps, "step", "steps"))
}

/// The acts in a line: "Universal Logout, Suspend devices".
pub fn acts_line(containment: &Containment) -> String {
    let labels: Vec<_> = containment.acts.iter().map(ContainAct::label).collect();
    labels.join(", ")
}
