//! Conditions and actions of a rule as sentences.

use super::names::{Names, listed};
use domain::{RiskLevel, known_detection};
use okta_client::{RuleAction, RuleCondition, RulePeople};

/// What has to hold, each a sentence; none means everything.
pub(super) fn when(conditions: &[RuleCondition], names: &Names) -> Vec<String> {
    conditions.iter().flat_map(|condition| one(condition, names)).collect()
}

fn one(condition: &RuleCondition, names: &Names) -> Vec<String> {
    let level = |level: &str| RiskLevel::from(level).label().to_lowercase();
    let sentence = match condition {
        RuleCondition::People(people) => return whom(people, names),
        RuleCondition::Level(of) => format!("The person's risk is {}.", level(of)),
        RuleCondition::LevelFrom(of) if of == "HIGH" => "The session's risk is high.".to_owned(),
        RuleCondition::LevelFrom(of) => format!("The session's risk is {} or higher.", level(of)),
        RuleCondition::Detections(kinds) => format!("The detection is {}.", detections(kinds)),
        RuleCondition::NotDetections(kinds) => format!("The detection is not {}.", detections(kinds)),
        RuleCondition::Zones(zones) => format!("The address is in {}.", names.list(zones)),
        RuleCondition::NotZones(zones) => format!("The address is not in {}.", names.list(zones)),
        RuleCondition::Unknown(name) => {
            format!("A condition that this version does not know has to hold: “{name}”.")
        }
    };
    vec![sentence]
}

fn whom(people: &RulePeople, names: &Names) -> Vec<String> {
    let mut sentences = Vec::new();
    let either = [&people.groups[..], &people.users[..]].concat();
    if !either.is_empty() {
        let kind = if people.users.is_empty() { "in the group" } else { "one of, or in the group," };
        sentences.push(format!("The person is {kind} {}.", names.list(&either)));
    }
    if !people.but_groups.is_empty() {
        sentences.push(format!("The person is not in the group {}.", names.list(&people.but_groups)));
    }
    if !people.but_users.is_empty() {
        sentences.push(format!("The person is not {}.", names.list(&people.but_users)));
    }
    sentences
}

/// Detections by the names that the log gives them, so that the two are recognised as one.
fn detections(kinds: &[String]) -> String {
    listed(
        kinds
            .iter()
            .map(|kind| known_detection(kind).map_or(kind.clone(), |known| known.name.to_owned()))
            .collect(),
    )
}

/// What it does, each a sentence.
pub(super) fn then(actions: &[RuleAction]) -> Vec<String> {
    if actions.is_empty() {
        return vec!["Nothing: that it matched is written to the log.".to_owned()];
    }
    let one = |action: &RuleAction| {
        match action {
        RuleAction::TerminateAllSessions => {
            "Ends every Okta session and token of the person, and logs out of the apps that Universal Logout reaches.".to_owned()
        }
        RuleAction::TerminateSession => {
            "Ends the session concerned, and logs out of the apps chosen for it.".to_owned()
        }
        RuleAction::RunWorkflow(Some(id)) => format!("Starts the delegated workflow {id}."),
        RuleAction::RunWorkflow(None) => "Starts a delegated workflow.".to_owned(),
        RuleAction::Evaluate(true) => {
            "Evaluates the session's policies again: what no longer holds is a violation.".to_owned()
        }
        RuleAction::Evaluate(false) => "Evaluates nothing again.".to_owned(),
        RuleAction::Unknown(name) => format!("Does something that this version does not know: “{name}”."),
    }
    };
    actions.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_sentences_with_names() {
        let names = Names::made_up(&[("00g1", "Everyone"), ("00u9", "Ada Break-Glass"), ("nzo5", "Offices")]);
        let text = |text: &str| text.to_owned();
        let people = RulePeople {
            groups: vec![text("00g1"), text("00g2")],
            but_users: vec![text("00u9")],
            ..RulePeople::default()
        };
        let conditions = [
            RuleCondition::People(people),
            RuleCondition::Level(text("HIGH")),
            RuleCondition::LevelFrom(text("MEDIUM")),
            RuleCondition::Detections(vec![text("OKTA_THREAT_INTELLIGENCE"), text("MOON_PHASE")]),
            RuleCondition::NotZones(vec![text("nzo5")]),
            RuleCondition::Unknown(text("weather")),
        ];
        assert_eq!(
            when(&conditions, &names),
            [
                "The person is in the group “Everyone” or “00g2”.",
                "The person is not “Ada Break-Glass”.",
                "The person's risk is high.",
                "The session's risk is medium or higher.",
                "The detection is Okta Threat Intelligence or MOON_PHASE.",
                "The address is not in “Offices”.",
                "A condition that this version does not know has to hold: “weather”.",
            ]
        );
        assert_eq!(when(&[], &names), [] as [String; 0]);
    }

    #[test]
    fn actions_are_sentences_and_nothing_is_said() {
        assert_eq!(then(&[]), ["Nothing: that it matched is written to the log."]);
        assert_eq!(then(&[RuleAction::RunWorkflow(Some("7".into()))]), ["Starts the delegated workflow 7."]);
        assert!(then(&[RuleAction::Unknown("SHOUT".into())])[0].contains("SHOUT"));
    }
}
