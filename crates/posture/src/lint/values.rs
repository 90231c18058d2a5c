//! Columns that hold one of a few words or numbers: a comparison with anything else is never true. And what Okta Verify
//! itself asks of a device, where a check asks for less.

use super::Lint;
use super::code::{Code, fix};
use super::tree::{Call, Expr, Kind, Op, Origin, Select};
use domain::{Finding, OsqueryPlatform, Severity};

/// Table, column, the words that it can hold, and whether case matters.
type Words = (&'static str, &'static [&'static str], &'static [&'static str], bool);

const CENTER: &[&str] = &["Good", "Poor", "Snoozed", "Not Monitored", "Error"];
const WORDS: &[Words] = &[
    ("disk_encryption", &["filevault_status"], &["on", "off", "unknown"], true),
    ("disk_encryption", &["encryption_status"], &["encrypted", "not encrypted", "undefined"], true),
    (
        "windows_security_center",
        &[
            "firewall",
            "autoupdate",
            "antivirus",
            "internet_settings",
            "windows_security_center_service",
            "user_account_control",
        ],
        CENTER,
        true,
    ),
    ("windows_security_products", &["type"], &["Firewall", "Antivirus", "Antispyware"], false),
    ("windows_security_products", &["state"], &["On", "Off", "Snoozed", "Expired"], false),
    (
        "services",
        &["status"],
        &[
            "STOPPED",
            "START_PENDING",
            "STOP_PENDING",
            "RUNNING",
            "CONTINUE_PENDING",
            "PAUSE_PENDING",
            "PAUSED",
        ],
        true,
    ),
    (
        "services",
        &["start_type"],
        &["BOOT_START", "SYSTEM_START", "AUTO_START", "DEMAND_START", "DISABLED"],
        true,
    ),
];

/// All such comparisons.
pub fn check(lint: &Lint<'_>, tree: &Select<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    tree.all_exprs(&mut |expr| match &expr.kind {
        Kind::Binary(op, left, right) if op.compares() => {
            found.extend(compared(lint, expr, *op, left, right, true));
            found.extend(compared(lint, expr, *op, right, left, false));
        }
        Kind::Call(call) => found.extend(null_argument(lint, call)),
        Kind::InList { value, list, .. } => {
            if let Some(origin) = value.origin() {
                found.extend(list.iter().filter_map(|item| word(origin, item)));
            }
        }
        _ => {}
    });
    found
}

fn compared(
    lint: &Lint<'_>,
    whole: &Expr<'_>,
    op: Op,
    column: &Expr<'_>,
    value: &Expr<'_>,
    in_order: bool,
) -> Option<Finding> {
    if let Some(finding) = minimum(lint, op, column, value, in_order) {
        return Some(finding);
    }
    let origin = column.origin()?;
    if matches!(op, Op::Equals | Op::NotEquals | Op::Is | Op::IsNot)
        && let Some(finding) = word(origin, value)
    {
        return Some(finding);
    }
    let number = value.number();
    let named = |table: &str, name: &str| origin.table.name == table && origin.column.name == name;
    if named("alf", "global_state") && op == Op::Equals && number == Some(1.0) {
        let mut finding = Code::Trap.at(
            value.span,
            "The firewall is on with 2, too: then it blocks all connections.",
            "alf.global_state is 0 for off, 1 for on and 2 for blocking everything.",
        );
        finding.severity = Severity::Note;
        finding.fix = fix("Take 1 and 2", [(whole.span, format!("{} >= 1", lint.text(column.span)))]);
        return Some(finding);
    }
    if lint.platform == OsqueryPlatform::Windows
        && named("os_version", "major")
        && number.is_some_and(|n| n >= 11.0)
    {
        let mut finding = Code::Trap.at(
            whole.span,
            "Windows 11 still has the major version 10.",
            "Windows 11 is told by its build: 22000 or more.",
        );
        let text = lint.text(column.span);
        let build = text.strip_suffix("major").map(|table| format!("{table}build"));
        if let (Some(build), true) = (build, matches!(op, Op::Equals | Op::GreaterEquals)) {
            finding.fix =
                fix("Ask for the build", [(whole.span, format!("CAST({build} AS INTEGER) >= 22000"))]);
        }
        return Some(finding);
    }
    None
}

/// Functions for which a NULL is an error, given what is NULL where there is no row.
fn null_argument(lint: &Lint<'_>, call: &Call<'_>) -> Option<Finding> {
    let function = lint.catalogue.function(&call.name).filter(|function| function.nulls == "error")?;
    let empty = |expr: &&Expr<'_>| match &expr.bare().kind {
        Kind::Subquery(_) | Kind::Null => true,
        Kind::Call(call) => call.aggregates(),
        _ => false,
    };
    let argument = call.args.iter().find(empty)?;
    let mut finding = Code::Trap.at(
        argument.span,
        format!("Where this finds nothing, {} is an error.", function.name),
        format!("A NULL makes {} end the query with an error, and the check has no answer.", function.name),
    );
    let text = lint.text(argument.span);
    finding.fix = fix("Take an empty text instead", [(argument.span, format!("COALESCE({text}, '')"))]);
    Some(finding)
}

/// A text that the column never holds.
fn word(origin: Origin<'_>, value: &Expr<'_>) -> Option<Finding> {
    let text = value.text()?;
    let known = |(table, columns, ..): &&Words| {
        *table == origin.table.name && columns.contains(&origin.column.name.as_str())
    };
    let (_, _, words, exact) = WORDS.iter().find(known)?;
    let same = words.iter().find(|word| word.eq_ignore_ascii_case(text));
    if text.is_empty() || same.is_some_and(|word| *word == text || !exact) {
        return None;
    }
    let name = format!("{}.{}", origin.table.name, origin.column.name);
    let mut finding = Code::Trap.at(
        value.span,
        format!("{name} is never '{text}'."),
        format!("It holds one of: {}. Case matters to =.", words.join(", ")),
    );
    if let Some(word) = same {
        finding.fix = fix(format!("Use '{word}'"), [(value.span, format!("'{word}'"))]);
    }
    Some(finding)
}

/// What a device needs to run a check at all: macOS 14.4, Windows 10 22H2 (build 19045).
fn minimum(lint: &Lint<'_>, op: Op, left: &Expr<'_>, right: &Expr<'_>, in_order: bool) -> Option<Finding> {
    let at_least = match op {
        Op::Greater | Op::GreaterEquals => in_order,
        Op::Less | Op::LessEquals => !in_order,
        _ => return None,
    };
    if !at_least {
        return None;
    }
    let (needed, text) = match lint.platform {
        OsqueryPlatform::Macos => ("macOS 14.4", (14.0, 14.04)),
        OsqueryPlatform::Windows => ("Windows 10 22H2, build 19045", (10.0, 19045.0)),
        OsqueryPlatform::Linux => return None,
    };
    let (column, value, mark) = match &left.bare().kind {
        Kind::Call(call) if call.name.eq_ignore_ascii_case("version_compare") => {
            let version = call.args.get(1)?;
            (call.args.first()?, version.text().and_then(two_parts)?, version)
        }
        Kind::Collate { value } => (&**value, right.text().and_then(two_parts)?, right),
        Kind::Cast { value, .. } => (&**value, right.number()?, right),
        _ => (left, right.number().or_else(|| right.text().and_then(two_parts))?, right),
    };
    let origin = column.origin().filter(|origin| origin.table.name == "os_version")?;
    let less = match (origin.column.name.as_str(), lint.platform) {
        ("major", _) => value < text.0,
        ("version", OsqueryPlatform::Macos) => value < text.1,
        ("build", OsqueryPlatform::Windows) => value < text.1,
        _ => false,
    };
    if !less {
        return None;
    }
    let mut finding = Code::Minimum.at(
        mark.span,
        format!("Every device that can run a check has at least {needed}."),
        "Okta Verify runs custom checks on such devices only; an older one gives no answer at all, whatever is asked here.",
    );
    finding.severity = Severity::Note;
    Some(finding)
}

/// `14.4.1` as 14.04, so that 14.10 is more than 14.4.
fn two_parts(version: &str) -> Option<f64> {
    let mut parts = version.split('.').map(|part| part.parse::<u16>().ok());
    let major = parts.next().flatten()?;
    let minor = parts.next().flatten().unwrap_or(0);
    Some(f64::from(major) + f64::from(minor) / 100.0)
}
