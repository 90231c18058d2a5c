//! What is to be known of single tables: events, users' data, columns of other platforms, slow ones, and those that do not
//! behave as they read.

use super::Lint;
use super::code::{Code, fix};
use super::required::name_span;
use super::tokens::Span;
use super::tree::{Core, Expr, Join, Kind, Matching, Op, Place, Relation, Select, Source};
use domain::{Finding, OsqueryPlatform, Severity};

/// All that is known of the tables in the query.
pub fn check(lint: &Lint<'_>, tree: &Select<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in tree.all_sources() {
        found.extend(evented(lint, source));
        found.extend(slow(source));
    }
    tree.walk(Place::Top, &mut |select, place| {
        for core in &select.cores {
            let sources = core.sources();
            for (at, source) in sources.iter().enumerate() {
                found.extend(per_user(lint, select, core, &sources, at));
                found.extend(screenlock(lint, source));
                found.extend(flags(core, source, place));
                found.extend(full_disk(source));
            }
            found.extend(slow_join(&sources));
        }
    });
    let mut managed = Vec::new();
    tree.all_exprs(&mut |expr| {
        found.extend(not_here(lint, expr));
        found.extend(patterns(expr));
        found.extend(hive(expr));
        managed.extend(managed_flag(expr));
    });
    // Who asks for both knows.
    let words = managed.iter().filter(|(_, word)| word.parse::<u8>().is_err()).count();
    if words == 0 || words == managed.len() {
        found.extend(managed.into_iter().map(|(finding, _)| finding));
    }
    found
}

fn evented(lint: &Lint<'_>, source: &Source<'_>) -> Option<Finding> {
    let table = source.table.filter(|table| table.evented)?;
    lint.platform.okta()?;
    Some(Code::Events.at(
        name_span(source),
        format!("{} is filled by events and always empty in a check.", table.name),
        "A check is run once by osquery's shell, where events are off; the table then warns and gives no rows.",
    ))
}

/// Functions that look at the device by themselves.
const LOOKING: [&str; 2] = ["find_file_path_in_cmd", "is_path_deterministic"];

/// A query that looks at nothing of the device: what it answers says nothing of it.
pub fn reads_nothing(lint: &Lint<'_>, tree: &Select<'_>) -> Option<Finding> {
    let span = lint.only_statement()?;
    let reads = |source: &&Source<'_>| {
        // A name that is neither the catalogue's nor a WITH clause's is told as unknown.
        source.table.is_some() || (source.cte.is_none() && matches!(source.relation, Relation::Table { .. }))
    };
    let text = lint.text(span).to_ascii_lowercase();
    if tree.all_sources().iter().any(reads) || LOOKING.iter().any(|name| text.contains(name)) {
        return None;
    }
    Some(Code::ReadsNothing.at(
        span,
        "It reads no table, so every device gives the same answer.",
        "A check looks at something of the device: a setting, a file, a program.",
    ))
}

/// Tables that no check should read, and why.
const SLOW: &[(&str, &str)] = &[
    ("yara", "yara reads whole files, and rests 50 ms after each."),
    ("curl", "curl asks a server and waits for its answer."),
    ("curl_certificate", "curl_certificate asks a server and waits for its answer."),
    ("unified_log", "unified_log reads through the system's log."),
    ("asl", "asl reads through the system's log."),
    ("windows_eventlog", "windows_eventlog reads through an event log."),
    ("windows_search", "windows_search asks the search index."),
    ("suid_bin", "suid_bin walks through the folders of programs."),
];

fn limit(lint: OsqueryPlatform) -> String {
    lint.time_limit().map_or_else(|| "a few seconds".to_owned(), |ms| format!("{} seconds", ms / 1000))
}

fn slow(source: &Source<'_>) -> Option<Finding> {
    let table = source.table?;
    let (_, why) = SLOW.iter().find(|(name, _)| *name == table.name)?;
    Some(Code::Slow.at(
        name_span(source),
        format!("{} is too slow for a check.", table.name),
        format!(
            "{why} Okta Verify stops a check after {} on macOS, {} on Windows.",
            limit(OsqueryPlatform::Macos),
            limit(OsqueryPlatform::Windows)
        ),
    ))
}

/// Tables that do work for each row, joined to all of a long list.
fn slow_join(sources: &[&Source<'_>]) -> Option<Finding> {
    const WORKERS: &[&str] = &["signature", "authenticode", "ntfs_acl_permissions", "hash"];
    const LISTS: &[&str] = &["apps", "programs", "processes"];
    let named = |names: &[&str]| {
        sources.iter().find(|s| s.table.is_some_and(|table| names.contains(&table.name.as_str()))).copied()
    };
    let (worker, list) = (named(WORKERS)?, named(LISTS)?);
    let (slow, long) = (worker.table?.name.as_str(), list.table?.name.as_str());
    let mut finding = Code::Slow.at(
        name_span(worker),
        format!("{slow} is read once for each row of {long}."),
        "Hundreds of them do not fit into the seconds that Okta Verify waits. Narrow the list down first.",
    );
    finding.severity = Severity::Note;
    Some(finding)
}

/// `%%` at the end goes down all folders or keys; elsewhere it is one level.
fn patterns(expr: &Expr<'_>) -> Option<Finding> {
    let Kind::Matches { how: Matching::Like, not: false, left, right, .. } = &expr.kind else { return None };
    let origin = left.origin()?;
    let tables = ["file", "hash", "magic", "registry", "yara", "plist"];
    if !tables.contains(&origin.table.name.as_str()) || !origin.column.is_passed_on() {
        return None;
    }
    right.text().filter(|text| text.ends_with("%%"))?;
    Some(Code::Slow.at(
        right.span,
        format!("%% makes {} go down every level below.", origin.table.name),
        "That can take far longer than the seconds Okta Verify waits. One % stands for one level.",
    ))
}

fn hive(expr: &Expr<'_>) -> Option<Finding> {
    let (column, pattern) = match &expr.kind {
        Kind::Binary(Op::Equals, left, right) => (left, right),
        Kind::Matches { how: Matching::Like, not: false, left, right, .. } => (left, right),
        _ => return None,
    };
    let origin = column.origin().filter(|origin| origin.table.name == "registry")?;
    let text = pattern.text()?.to_ascii_uppercase();
    if !text.starts_with("HKEY_CURRENT_USER") {
        return None;
    }
    let _ = origin;
    Some(Code::Trap.at(
        pattern.span,
        "HKEY_CURRENT_USER is SYSTEM's own in a check, not the user's.",
        "registry warns and gives nothing of the user. Ask for 'HKEY_USERS\\%\\...' and leave out keys that end in _Classes.",
    ))
}

/// A profile may hold `true` or `1`.
fn managed_flag(expr: &Expr<'_>) -> Option<(Finding, String)> {
    let Kind::Binary(Op::Equals, left, right) = &expr.kind else { return None };
    left.origin().filter(|o| o.table.name == "managed_policies" && o.column.name == "value")?;
    let text = match (right.text(), right.number()) {
        (Some(text), _) => text.to_owned(),
        (None, Some(number)) => number.to_string(),
        _ => return None,
    };
    let both = match text.as_str() {
        "1" | "true" => "('1', 'true')",
        "0" | "false" => "('0', 'false')",
        _ => return None,
    };
    let mut finding = Code::Trap.at(
        right.span,
        format!("A profile's author may have written the other of {both}."),
        "managed_policies gives the value as the profile has it: true or 1, false or 0.",
    );
    finding.severity = Severity::Note;
    let operator = Span { start: left.span.end, end: right.span.end };
    finding.fix = fix(format!("Take either of {both}"), [(operator, format!(" IN {both}"))]);
    Some((finding, text))
}

fn screenlock(lint: &Lint<'_>, source: &Source<'_>) -> Option<Finding> {
    source.table.filter(|table| table.name == "screenlock")?;
    lint.platform.okta()?;
    Some(Code::Trap.at(
        name_span(source),
        "screenlock tells of the user who runs osquery only; a check runs as root.",
        "It often has no row there. Ask managed_policies for the profile's `askForPassword` in com.apple.screensaver instead.",
    ))
}

/// Its rows are flags, of which one is System Integrity Protection as a whole.
fn flags(core: &Core<'_>, source: &Source<'_>, place: Place) -> Option<Finding> {
    source.table.filter(|table| table.name == "sip_config")?;
    // At the top, that there are many rows is told by another rule.
    let told = place == Place::Top && !core.is_one_aggregate();
    let flagged = core.filter.as_ref().is_some_and(|filter| {
        filter.any(&mut |expr| expr.origin().is_some_and(|origin| origin.column.name == "config_flag"))
    });
    if told || flagged || place == Place::From {
        return None;
    }
    Some(Code::Trap.at(
        name_span(source),
        "sip_config has a row for each of many flags.",
        "Some of them are 1 although System Integrity Protection is off. Ask for `config_flag = 'sip'`.",
    ))
}

fn full_disk(source: &Source<'_>) -> Option<Finding> {
    let names = ["safari_extensions", "time_machine_backups", "time_machine_destinations"];
    let table = source.table.filter(|table| names.contains(&table.name.as_str()))?;
    let mut finding = Code::Trap.at(
        name_span(source),
        format!("{} needs Full Disk Access, which a check may not have.", table.name),
        "Without it the table is empty and no error tells of it. Try it on a device before you rely on it.",
    );
    finding.severity = Severity::Note;
    Some(finding)
}

/// A column of another platform: SQLite takes it, and it is NULL.
fn not_here(lint: &Lint<'_>, expr: &Expr<'_>) -> Option<Finding> {
    let Kind::Column { origin: Some(origin), .. } = &expr.kind else { return None };
    if origin.column.is_on(lint.platform) {
        return None;
    }
    let there: Vec<&str> = origin.column.platforms.iter().map(|platform| platform.label()).collect();
    Some(Code::ColumnNotHere.at(
        expr.span,
        format!("{}.{} is always NULL on {}.", origin.table.name, origin.column.name, lint.platform.label()),
        format!(
            "The column holds something on {} only; here the device says nothing and gives NULL.",
            there.join(" and ")
        ),
    ))
}

fn per_user<'c>(
    lint: &Lint<'_>,
    select: &Select<'c>,
    core: &Core<'c>,
    sources: &[&Source<'c>],
    at: usize,
) -> Option<Finding> {
    let source = sources.get(at)?;
    let table = source.table.filter(|table| table.per_user)?;
    let is_user = |name: &str| name.eq_ignore_ascii_case("uid") || name.eq_ignore_ascii_case("username");
    let own = |expr: &Expr<'c>| {
        expr.origin().is_some_and(|o| is_user(&o.column.name) && o.source == source.id)
            || matches!(&expr.kind, Kind::Column { table: None, name, .. } if is_user(name))
    };
    let conditions = core.filter.iter().chain(sources.iter().filter_map(|source| source.on.as_ref()));
    let constrained = conditions.into_iter().any(|condition| condition.any(&mut |expr| own(expr)));
    let users = sources
        .iter()
        .position(|s| s.table.is_some_and(|t| ["users", "logged_in_users"].contains(&t.name.as_str())));
    let joined =
        sources.iter().any(|source| source.natural || source.using.iter().any(|(name, _)| is_user(name)));
    let _ = select;
    if joined
        && let Some(users) = users
        && users > at
        && sources.len() == 2
    {
        return reversed(lint, source, sources.get(users)?);
    }
    if constrained || joined {
        return None;
    }
    let who = if lint.platform == OsqueryPlatform::Windows { "SYSTEM" } else { "root" };
    let key = if table.column("uid").is_some() { "uid" } else { "username" };
    let mut finding = Code::PerUser.at(
        name_span(source),
        format!("{} holds one user's data: here that of {who}.", table.name),
        format!("A check runs as root or SYSTEM. Join the table to users by {key} to see everyone's."),
    );
    if core.from.len() == 1 && source.alias.is_none() && table.column("uid").is_some() && can_join(core) {
        let start = Span { start: source.span.start, end: source.span.start };
        let end = Span { start: source.span.end, end: source.span.end };
        finding.fix = fix(
            "Join it to users",
            [(start, "users CROSS JOIN ".to_owned()), (end, " USING (uid)".to_owned())],
        );
    }
    Some(finding)
}

/// Whether a join with users keeps every name clear and every star as it is.
fn can_join(core: &Core<'_>) -> bool {
    let clear = |expr: &Expr<'_>| {
        !expr.any(&mut |expr| {
            let Kind::Column { table: None, name, .. } = &expr.kind else { return false };
            ["description", "directory", "gid", "shell", "type", "uuid", "username", "email"]
                .iter()
                .any(|other| name.eq_ignore_ascii_case(other))
        })
    };
    core.items.iter().all(|item| item.expr.is_some()) && core.exprs().into_iter().all(clear)
}

/// osquery warns where it reads the table before the users.
fn reversed(lint: &Lint<'_>, source: &Source<'_>, users: &Source<'_>) -> Option<Finding> {
    if !matches!(users.join, Join::Inner | Join::Comma) || users.natural {
        return None;
    }
    let table = source.table?;
    let mut finding = Code::PerUser.at(
        name_span(source),
        format!("{} may be read before users, and then holds one user's data only.", table.name),
        "SQLite chooses which table comes first. Put users first with CROSS JOIN: that keeps the order.",
    );
    finding.severity = Severity::Note;
    let join = Span { start: source.span.end, end: users.span.start };
    finding.fix = fix(
        "Put users first",
        [
            (source.span, lint.text(users.span).to_owned()),
            (join, " CROSS JOIN ".to_owned()),
            (users.span, lint.text(source.span).to_owned()),
        ],
    );
    Some(finding)
}
