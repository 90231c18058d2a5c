//! How a plan is told to people and programs.

use super::{
    args::Format,
    compare,
    plan::{Action, Planned, Whole},
    report::many,
};
use contract::check_changes::{CheckReach, CheckUse};
use serde_json::json;
use std::io::{self, Write};

/// Writes the whole plan.
pub fn write(whole: &Whole, format: Format, to: &mut impl Write) -> io::Result<()> {
    match format {
        Format::Text => text(whole, to),
        Format::Json => {
            let mut all = serde_json::to_value(whole).map_err(io::Error::from)?;
            let count = |action| whole.count(action);
            all["summary"] = json!({
                "create": count(Action::Create),
                "replace": count(Action::Replace),
                "delete": count(Action::Delete),
                "unchanged": count(Action::Unchanged),
                "keep": count(Action::Keep),
                "refused": whole.checks.iter().filter(|check| !check.refused.is_empty()).count(),
            });
            serde_json::to_writer_pretty(&mut *to, &all)?;
            writeln!(to)
        }
    }
}

/// `1 to create, 2 to replace, …`
pub fn summary(whole: &Whole) -> String {
    let count = |action| whole.count(action);
    let refused = whole.checks.iter().filter(|check| !check.refused.is_empty()).count();
    let mut text = format!(
        "{} to create, {} to replace, {} to delete, {} unchanged, {} only in the org.",
        count(Action::Create),
        count(Action::Replace),
        count(Action::Delete),
        count(Action::Unchanged),
        count(Action::Keep)
    );
    if refused > 0 {
        text.push_str(&format!(" {} refused.", many(refused, "check")));
    }
    text
}

fn text(whole: &Whole, to: &mut impl Write) -> io::Result<()> {
    for (name, why) in &whole.unread {
        writeln!(to, "The org's check {name} can't be understood and is left alone: {why}.")?;
    }
    for check in whole.changes() {
        one(check, to)?;
    }
    for (action, word) in [(Action::Unchanged, "unchanged"), (Action::Keep, "only in the org")] {
        for check in whole.checks.iter().filter(|check| check.action == action) {
            let used = match check.used_by.policies.len() {
                0 => String::new(),
                count => format!(" (used by {})", policies(count)),
            };
            writeln!(to, "{word}: {}{used}", check.variable_name)?;
            check.warnings.iter().try_for_each(|warning| writeln!(to, "    {warning}"))?;
        }
    }
    Ok(())
}

fn one(check: &Planned, to: &mut impl Write) -> io::Result<()> {
    let path = check.path.as_ref().map_or_else(String::new, |path| format!(" ({})", path.display()));
    writeln!(to, "{}: {} “{}”{path}", check.action.word(), check.variable_name, check.name)?;
    used(&check.used_by, to)?;
    if let Some(reach) = check.reach.filter(|_| check.used_by.is_used()) {
        writeln!(to, "    {}", reached(reach))?;
    }
    check.warnings.iter().try_for_each(|warning| writeln!(to, "    {warning}"))?;
    check.refused.iter().try_for_each(|why| writeln!(to, "    refused: {why}"))?;
    compare::fields(&check.fields, "    ", to)
}

fn used(used_by: &CheckUse, to: &mut impl Write) -> io::Result<()> {
    for policy in &used_by.policies {
        let rules = policy.rules.iter().map(|rule| {
            let of = rule.policy_name.as_deref().map_or_else(String::new, |name| format!(" of “{name}”"));
            format!("“{}”{of}{}", rule.name, if rule.active { "" } else { " (not active)" })
        });
        let rules: Vec<String> = rules.collect();
        let rules = if rules.is_empty() { "no rule demands it".to_owned() } else { rules.join(", ") };
        writeln!(to, "    used by the policy “{}”: {rules}", policy.name)?;
    }
    let apps = used_by.apps();
    if !apps.is_empty() {
        let names: Vec<&str> = apps.iter().take(5).map(|app| app.name.as_str()).collect();
        let more = apps.len() - names.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(to, "    behind it: {}{more}", names.join(", "))?;
    }
    Ok(())
}

fn policies(count: usize) -> String {
    if count == 1 { "1 policy".to_owned() } else { format!("{count} policies") }
}

fn reached(reach: CheckReach) -> String {
    let number =
        |count: Option<u64>| count.map_or_else(|| "an unknown number of".to_owned(), |n| n.to_string());
    format!("affects at most {} devices and {} people", number(reach.devices), number(reach.people))
}
