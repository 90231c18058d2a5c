//! Whether one rule takes everything that another one would: then the other, standing below it, is never reached. Where it can't
//! be told, it is not said.

use super::{ProtectionRule, RuleCondition, RulePeople};
use domain::RiskLevel;

impl ProtectionRule {
    /// Whether everything that fits `other` fits this rule, too. `everyone` are the groups that everybody is in.
    pub fn covers(&self, other: &Self, everyone: &[&str]) -> bool {
        self.conditions.iter().all(|wide| {
            holds_for_all(wide, everyone) || other.conditions.iter().any(|narrow| implies(narrow, wide))
        })
    }
}

/// A condition that leaves nobody out.
fn holds_for_all(condition: &RuleCondition, everyone: &[&str]) -> bool {
    match condition {
        RuleCondition::People(RulePeople { groups, but_groups, but_users, .. }) => {
            but_groups.is_empty()
                && but_users.is_empty()
                && groups.iter().any(|group| everyone.contains(&group.as_str()))
        }
        RuleCondition::LevelFrom(level) => level == "LOW",
        _ => false,
    }
}

/// Whether a condition can't hold without the wider one.
fn implies(narrow: &RuleCondition, wide: &RuleCondition) -> bool {
    let within = |few: &[String], many: &[String]| few.iter().all(|one| many.contains(one));
    match (narrow, wide) {
        // What this version does not know of may depend on more than its name.
        (RuleCondition::Unknown(_), _) | (_, RuleCondition::Unknown(_)) => false,
        // Levels are declared from the highest down.
        (RuleCondition::LevelFrom(narrow), RuleCondition::LevelFrom(wide)) => {
            narrow == wide || RiskLevel::from(narrow.as_str()) < RiskLevel::from(wide.as_str())
        }
        (RuleCondition::Detections(narrow), RuleCondition::Detections(wide))
        | (RuleCondition::Zones(narrow), RuleCondition::Zones(wide)) => within(narrow, wide),
        (RuleCondition::NotDetections(narrow), RuleCondition::NotDetections(wide))
        | (RuleCondition::NotZones(narrow), RuleCondition::NotZones(wide)) => within(wide, narrow),
        (RuleCondition::Detections(only), RuleCondition::NotDetections(none)) => {
            only.iter().all(|one| !none.contains(one))
        }
        (narrow, wide) => narrow == wide,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(conditions: Vec<RuleCondition>) -> ProtectionRule {
        ProtectionRule { conditions, ..ProtectionRule::default() }
    }

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn a_rule_covers_what_is_narrower() {
        let level = |level: &str| RuleCondition::Level(level.to_owned());
        let of = |list: &[&str]| RuleCondition::Detections(texts(list));
        let check = |wide: Vec<RuleCondition>, narrow: Vec<RuleCondition>, want: bool| {
            let told = format!("{wide:?} covers {narrow:?}");
            assert_eq!(rule(wide).covers(&rule(narrow), &["00gAll"]), want, "{told}");
        };
        check(vec![], vec![level("HIGH")], true);
        check(vec![level("HIGH")], vec![], false);
        check(vec![level("HIGH")], vec![level("HIGH"), of(&["A"])], true);
        check(vec![level("HIGH")], vec![level("MEDIUM")], false);
        check(vec![of(&["A", "B"])], vec![of(&["A"])], true);
        check(vec![of(&["A"])], vec![of(&["A", "B"])], false);
        check(vec![RuleCondition::NotDetections(texts(&["A"]))], vec![of(&["B"])], true);
        check(vec![RuleCondition::NotDetections(texts(&["A"]))], vec![of(&["A", "B"])], false);
        check(
            vec![RuleCondition::NotZones(texts(&["1"]))],
            vec![RuleCondition::NotZones(texts(&["1", "2"]))],
            true,
        );
        let from = |level: &str| RuleCondition::LevelFrom(level.to_owned());
        check(vec![from("MEDIUM")], vec![from("HIGH")], true);
        check(vec![from("HIGH")], vec![from("MEDIUM")], false);
        check(vec![from("LOW")], vec![], true);
        let unknown = || RuleCondition::Unknown("weather".to_owned());
        check(vec![unknown()], vec![unknown()], false);
        let group = |group: &str, but: &[&str]| {
            RuleCondition::People(RulePeople {
                groups: texts(&[group]),
                but_users: texts(but),
                ..RulePeople::default()
            })
        };
        check(vec![group("00gAll", &[])], vec![group("00g1", &[])], true);
        check(vec![group("00gAll", &["00u1"])], vec![group("00g1", &[])], false);
        check(vec![group("00g1", &[])], vec![group("00g1", &[])], true);
    }
}
