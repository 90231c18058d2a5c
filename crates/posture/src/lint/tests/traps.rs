//! The traps that make a wrong check look right, and what the linter says of each.

use super::{fixes_hold, found, linted};
use domain::OsqueryPlatform::{self, Linux, Macos, Windows};
use domain::{Mapping, Severity};

/// All findings, as code and marked text; and every fix holds.
fn check(platform: OsqueryPlatform, query: &str, want: &[(&str, &str)]) {
    let found = found(platform, query);
    let found: Vec<(&str, &str)> = found.iter().map(|(code, text)| (code.as_str(), text.as_str())).collect();
    assert_eq!(found, want, "{query}");
    fixes_hold(platform, query);
}

/// The query after the fix of its first finding.
fn fixed(platform: OsqueryPlatform, query: &str, want: &str) {
    let report = linted(platform, query);
    let fix = report.findings.first().and_then(|finding| finding.fix.as_ref());
    assert_eq!(fix.map(|fix| fix.applied_to(query)).as_deref(), Some(want), "{report:#?}");
    fixes_hold(platform, query);
}

#[test]
fn unknown_names() {
    check(Macos, "SELECT EXISTS(SELECT 1 FROM appss WHERE name = 'x');", &[("unknown-table", "appss")]);
    check(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM registry WHERE path = 'x');",
        &[("wrong-platform", "registry")],
    );
    check(Windows, "SELECT EXISTS(SELECT 1 FROM alf);", &[("wrong-platform", "alf")]);
    check(Macos, "SELECT EXISTS(SELECT 1 FROM mdm WHERE enrolled = 'true');", &[("unknown-table", "mdm")]);
    fixed(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM alf a WHERE alf.version = '1');",
        "SELECT EXISTS(SELECT 1 FROM alf a WHERE a.version = '1');",
    );
    fixed(Macos, "SELECT COUNT(*) > 0 FROM proccess;", "SELECT COUNT(*) > 0 FROM processes;");
    check(Macos, "SELECT EXISTS(SELECT 1 FROM main.processes);", &[("unknown-table", "processes")]);
    check(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM zzz9, qqq8 WHERE a = b);",
        &[("unknown-table", "zzz9"), ("unknown-table", "qqq8")],
    );
    check(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM alf WHERE global_stat = 1);",
        &[("unknown-column", "global_stat")],
    );
    check(Macos, "SELECT EXISTS(SELECT 1 FROM alf a WHERE a.enabled = 1);", &[("unknown-column", "enabled")]);
    check(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM alf WHERE global_stat = versio OR rowid = 1);",
        &[("unknown-column", "global_stat"), ("unknown-column", "versio")],
    );
    check(Macos, "SELECT EXISTS(SELECT 1 FROM alf a WHERE alf.version = '1');", &[("unknown-column", "alf")]);
    check(Macos, "SELECT EXISTS(SELECT rowid FROM processes);", &[("unknown-column", "rowid")]);
    check(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM users a JOIN groups b WHERE gid = 1);",
        &[("ambiguous-column", "gid")],
    );
    fixed(Macos, "SELECT COUNT(*) > 0 FROM proceses;", "SELECT COUNT(*) > 0 FROM processes;");
    fixed(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM apps WHERE version = '1');",
        "SELECT EXISTS(SELECT 1 FROM apps WHERE bundle_short_version = '1');",
    );
}

#[test]
fn what_is_no_token_is_no_sql() {
    let check = |end: &str, valid: bool| {
        let report = linted(Macos, &format!("SELECT COUNT(*) > 0 FROM apps{end}"));
        let told = report.findings.iter().any(|finding| finding.code == "syntax");
        assert_eq!((report.valid, told), (valid, !valid), "{end}: {report:?}");
    };
    check("';", false);
    check(" \";", false);
    check(" `a", false);
    check(" [a", false);
    check("; '", false);
    check(" #", false);
    check(" /*", false);
    check("; /* a", true);
    check("; -- '", true);
}

#[test]
fn functions() {
    let of = |call: &str| format!("SELECT COALESCE(MAX({call} = 1), 0) FROM processes;");
    let unknown = |call: &str, name: &str, then: Option<&str>| {
        check(Macos, &of(call), &[("unknown-function", name)]);
        if let Some(then) = then {
            fixed(Macos, &of(call), &of(then));
        }
    };
    unknown("nvl(pid, 1)", "nvl", Some("ifnull(pid, 1)"));
    unknown("len(name)", "len", Some("length(name)"));
    unknown("UCASE(name)", "UCASE", Some("upper(name)"));
    unknown("now()", "now", Some("CAST(strftime('%s', 'now') AS INTEGER)"));
    unknown("if(pid, 1, 0)", "if", Some("iif(pid, 1, 0)"));
    unknown("if(pid, 1)", "if", Some("iif(pid, 1, NULL)"));
    unknown("octet_length(name)", "octet_length", None);
    unknown("jsonb(name)", "jsonb", Some("json(name)"));
    unknown("median(pid)", "median", None);
    unknown("fts5_source_id()", "fts5_source_id", None);
    check(Macos, "SELECT string_agg(name, ',') = '1' FROM processes;", &[("unknown-function", "string_agg")]);
    let wrong = |call: &str, name: &str| check(Macos, &of(call), &[("wrong-arguments", name)]);
    wrong("iif(pid, 1)", "iif");
    wrong("ifnull(pid)", "ifnull");
    wrong("version_compare(name)", "version_compare");
    wrong("regex_match(name, 'x')", "regex_match");
    check(Macos, &of("name REGEXP 'x'"), &[("unknown-function", "name REGEXP 'x'")]);
    fixed(Macos, &of("(name REGEXP 'x')"), &of("(regex_match(name, 'x', 0) IS NOT NULL)"));
    check(Macos, &of("pid + 1_000"), &[("newer-sqlite", "1_000")]);
    check(
        Macos,
        "SELECT COUNT(*) > 0 FROM (SELECT group_concat(name ORDER BY pid) FROM processes);",
        &[("newer-sqlite", "ORDER BY pid")],
    );
    let many = |n: usize| linted(Macos, &format!("SELECT char({}) = 'a';", vec!["97"; n].join(", "))).valid;
    assert!(many(127) && !many(128));
    check(Macos, "SELECT sleep(1) = 1;", &[("refused-function", "sleep")]);
    assert!(linted(Macos, "SELECT sleep(1) = 1;").valid);
}

#[test]
fn statements() {
    check(Macos, "", &[("empty", "")]);
    check(Macos, " -- nothing\n ;", &[("empty", " -- nothing\n ;")]);
    check(Macos, "SELECT 1; SELECT 0;", &[("not-one-statement", "SELECT 0")]);
    check(Macos, "SELECT 1", &[("no-semicolon", "1")]);
    check(Macos, "SELECT 1 -- x", &[("no-semicolon", "1")]);
    fixed(Macos, "SELECT 1 -- x", "SELECT 1; -- x");
    check(Macos, "PRAGMA table_info(alf);", &[("not-select", "PRAGMA")]);
    check(Macos, "EXPLAIN SELECT 1;", &[("not-select", "EXPLAIN")]);
    check(Macos, ".tables", &[("shell-command", ".tables")]);
    let denied = |query: &str, marked: &str| {
        check(Macos, query, &[("denied", marked)]);
        assert!(!linted(Macos, query).valid);
    };
    // A script is refused by Okta, and looked at all the same.
    let script = linted(Macos, "SELECT 1; SELECT octet_length('x');");
    assert_eq!((script.valid, script.findings[1].code.as_str()), (false, "unknown-function"), "{script:#?}");
    assert!(!linted(Macos, "SELECT 1; SELECT iif(1, 2);").valid);
    assert!(!linted(Macos, "CREATE TEMP TABLE t (a); SELECT a FROM t; SELECT size FROM file;").valid);
    assert!(
        linted(Macos, "CREATE TEMP TABLE t (a); SELECT a FROM t; SELECT size FROM file WHERE path = '/a';")
            .valid
    );
    denied("ATTACH 'x' AS y;", "ATTACH 'x' AS y");
    denied("DETACH y;", "DETACH y");
    denied("PRAGMA user_version;", "PRAGMA user_version");
    denied("SAVEPOINT a;", "SAVEPOINT a");
    denied("ANALYZE;", "ANALYZE");
    denied("REINDEX;", "REINDEX");
    denied("ALTER TABLE alf ADD COLUMN x;", "ALTER TABLE alf ADD COLUMN x");
    denied("CREATE INDEX a ON alf(version);", "CREATE INDEX a ON alf(version)");
    denied("DELETE FROM processes;", "processes");
    denied("DROP TABLE processes;", "processes");
    denied("INSERT INTO alf (version) VALUES (1);", "alf");
    denied("UPDATE alf SET version = 1;", "alf");
    check(Macos, "SELECT 1 FROM;", &[("syntax", "FROM")]);
    check(Macos, "SELEC 1;", &[("syntax", "SELEC")]);
    check(Macos, "SELECT (1;", &[("syntax", "1")]);
    check(Macos, "SELECT 'x", &[("syntax", "SELECT")]);
    check(Macos, "SELECT (SELECT 1, 2);", &[("refused", "SELECT (SELECT 1, 2)")]);
}

#[test]
fn columns_and_rows() {
    check(Macos, "SELECT name, pid FROM processes WHERE pid = 1;", &[("not-one-column", "name, pid")]);
    fixed(
        Macos,
        "SELECT name, pid FROM processes WHERE pid = 1; -- x",
        "SELECT EXISTS(SELECT name, pid FROM processes WHERE pid = 1) AS pass; -- x",
    );
    check(Macos, "SELECT * FROM alf;", &[("not-one-column", "*")]);
    check(Macos, "SELECT 1 FROM apps WHERE name = 'x';", &[("row-means-pass", "1")]);
    fixed(
        Macos,
        "SELECT 1 FROM apps WHERE name = 'x' LIMIT 1",
        "SELECT EXISTS(SELECT 1 FROM apps WHERE name = 'x' LIMIT 1) AS pass",
    );
    check(Macos, "SELECT 1 WHERE EXISTS (SELECT 1 FROM apps WHERE name = 'x');", &[("row-means-pass", "1")]);
    check(Macos, "SELECT pid = 1 FROM processes;", &[("not-one-row", "FROM processes")]);
    check(
        Windows,
        "SELECT CASE WHEN protection_status = 1 THEN 1 ELSE 0 END FROM bitlocker_info;",
        &[("not-one-row", "FROM bitlocker_info")],
    );
    check(Macos, "SELECT CASE WHEN encrypted = 1 THEN 1 ELSE 0 END FROM disk_encryption LIMIT 5, 1;", &[]);
    check(
        Macos,
        "SELECT CASE WHEN encrypted = 1 THEN 1 ELSE 0 END FROM disk_encryption LIMIT 1, 5;",
        &[("not-one-row", "FROM disk_encryption")],
    );
    check(Macos, "SELECT 1 UNION SELECT 0;", &[("not-one-row", "SELECT 1 UNION SELECT 0")]);
    check(Macos, "SELECT size > 0 FROM file WHERE path = '/a';", &[("not-one-row", "FROM file")]);
    // One row for certain.
    check(
        Macos,
        "SELECT CASE WHEN s.enabled = 1 AND g.dev_id_enabled = 1 THEN 1 ELSE 0 END FROM sip_config s, gatekeeper g WHERE s.config_flag = 'sip';",
        &[],
    );
    check(Macos, "SELECT COUNT(*) > 0 FROM processes;", &[]);
    check(Macos, "SELECT version_compare(version, '15.1') > 0 FROM os_version;", &[]);
    // On Linux Okta runs no checks.
    check(Linux, "SELECT name, pid FROM processes", &[]);
}

#[test]
fn answers() {
    let null = |query: &str, marked: &str| check(Macos, query, &[("not-one-or-zero", marked)]);
    null("SELECT MIN(encrypted) = 1 FROM disk_encryption;", "MIN(encrypted) = 1");
    fixed(
        Macos,
        "SELECT MIN(encrypted) = 1 FROM disk_encryption;",
        "SELECT COALESCE(MIN(encrypted) = 1, 0) FROM disk_encryption;",
    );
    null(
        "SELECT MIN(protection) FROM (SELECT encrypted AS protection FROM disk_encryption);",
        "MIN(protection)",
    );
    fixed(
        Windows,
        "SELECT MIN(protection_status) FROM bitlocker_info;",
        "SELECT COALESCE(MIN(protection_status) = 1, 0) FROM bitlocker_info;",
    );
    null("SELECT AVG(encrypted) FROM disk_encryption;", "AVG(encrypted)");
    null("SELECT TOTAL(encrypted = 1) FROM disk_encryption;", "TOTAL(encrypted = 1)");
    null("SELECT CAST(global_state AS REAL) FROM alf;", "CAST(global_state AS REAL)");
    null("SELECT (SELECT 1 FROM alf WHERE global_state > 0);", "(SELECT 1 FROM alf WHERE global_state > 0)");
    null("SELECT 'true';", "'true'");
    null("SELECT 1.0;", "1.0");
    null("SELECT 2;", "2");
    null("SELECT COUNT(*) FROM processes;", "COUNT(*)");
    null("SELECT CASE WHEN global_state > 0 THEN 1 END FROM alf;", "CASE WHEN global_state > 0 THEN 1 END");
    null(
        "SELECT CASE WHEN global_state > 0 THEN 'true' ELSE 'false' END FROM alf;",
        "CASE WHEN global_state > 0 THEN 'true' ELSE 'false' END",
    );
    null("SELECT global_state >= 1 FROM alf;", "global_state >= 1");
    null("SELECT version FROM alf;", "version");
    // They are 1, whatever the device is.
    check(Macos, "SELECT true;", &[("reads-nothing", "SELECT true")]);
    check(Macos, "SELECT '1' AS x;", &[("reads-nothing", "SELECT '1' AS x")]);
    // A flag's column may well be what is meant.
    let report = linted(Macos, "SELECT global_state FROM alf;");
    assert_eq!(report.worst(), Some(Severity::Note), "{report:#?}");
    // A text box takes any text.
    let text =
        crate::lint::lint(crate::Catalogue::shipped(), Macos, Mapping::Textbox, "SELECT version FROM alf;");
    assert_eq!(text.findings, []);
    let query = "SELECT CASE WHEN assessments_enabled = 0 THEN 0 ELSE 1 END FROM gatekeeper;";
    assert_eq!(crate::lint::lint(crate::Catalogue::shipped(), Macos, Mapping::Textbox, query).findings, []);
}

#[test]
fn comparisons() {
    let number = |condition: &str, marked: &str| {
        let query = format!("SELECT EXISTS(SELECT 1 FROM registry WHERE path = 'x' AND {condition});");
        check(Windows, &query, &[("text-as-number", marked)]);
    };
    number("data >= 10", "data");
    number("'5' <= data", "data");
    number("data BETWEEN 1 AND 5", "data");
    number("split(data, '.', 0) >= 14", "split(data, '.', 0)");
    number("regex_match(data, '(.*)', 1) = 1", "regex_match(data, '(.*)', 1)");
    fixed(
        Windows,
        "SELECT EXISTS(SELECT 1 FROM registry WHERE path = 'x' AND data >= '10');",
        "SELECT EXISTS(SELECT 1 FROM registry WHERE path = 'x' AND CAST(data AS INTEGER) >= 10);",
    );
    // Equality works: the number is turned into a text.
    check(Windows, "SELECT EXISTS(SELECT 1 FROM registry WHERE path = 'x' AND data = 1);", &[]);
    check(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM os_version WHERE version >= '14.4');",
        &[("version-as-text", "version")],
    );
    fixed(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM os_version o WHERE 14.4 <= o.version);",
        "SELECT EXISTS(SELECT 1 FROM os_version o WHERE '14.4' <= o.version COLLATE version);",
    );
    check(Windows, "SELECT EXISTS(SELECT 1 FROM programs WHERE version >= '14.4');", &[]);
    check(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM users WHERE username = \"root\");",
        &[("double-quoted-text", "\"root\"")],
    );
    check(Macos, "SELECT EXISTS(SELECT 1 FROM users WHERE \"username\" = 'root');", &[]);
    check(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM users WHERE description LIKE 'a_b');",
        &[("like-wildcard", "'a_b'")],
    );
    check(Macos, "SELECT EXISTS(SELECT 1 FROM users WHERE description LIKE '%a_b');", &[]);
    check(Macos, "SELECT EXISTS(SELECT 1 FROM users WHERE username = ?);", &[("parameter", "?")]);
}

#[test]
fn what_is_said() {
    let said = |platform, query: &str, words: &str| {
        let report = linted(platform, query);
        let first = report.findings.first().map(|finding| format!("{} {}", finding.message, finding.explain));
        assert!(first.as_deref().is_some_and(|said| said.contains(words)), "{query}\n{report:#?}");
    };
    said(Macos, "SELECT EXISTS(SELECT 1 FROM mdm WHERE enrolled = 'true');", "extension");
    said(Macos, "SELECT size > 0 FROM file WHERE path = '/a';", "Where no row fits");
    said(Macos, "SELECT pid > 0 FROM processes;", "none, one or many");
    said(Windows, "SELECT EXISTS(SELECT 1 FROM alf);", "windows_security_center");
    // A star leaves hidden columns out.
    let table = crate::Catalogue::shipped().table("processes").expect("is there");
    let shown = table.columns.iter().filter(|column| !column.is_hidden_on(Macos)).count();
    assert!(shown < table.columns.len());
    said(Macos, "SELECT * FROM processes;", &format!("gives {shown} columns"));
    let hidden =
        table.columns.iter().find(|column| column.is_hidden_on(Macos)).map(|column| column.name.as_str());
    let hidden = hidden.expect("one that is hidden");
    let query = format!("SELECT * FROM 'processes' WHERE name = '{hidden}';");
    said(Macos, &query, &format!("gives {shown} columns"));
    assert!(linted(Macos, &format!("SELECT COUNT({hidden}) > 0 FROM processes;")).valid);
}

#[test]
fn a_columns_type_and_order_are_lost_on_the_way() {
    let query =
        |value: &str| format!("SELECT COALESCE({value}, 0) FROM registry WHERE path = 'HKEY_USERS\\x';");
    let told = |code: &str, value: &str, marked: &str| check(Windows, &query(value), &[(code, marked)]);
    let silent = |value: &str| check(Windows, &query(value), &[]);
    let number = |value: &str, marked: &str| told("text-as-number", value, marked);
    number("COALESCE(MAX(data), 0) = 1", "COALESCE(MAX(data), 0)");
    number("1 = MIN(data)", "MIN(data)");
    number("MAX(CASE WHEN name = 'a' THEN data END) <> 0", "MAX(CASE WHEN name = 'a' THEN data END)");
    number("MAX(CASE WHEN name = 'a' THEN data END = 1)", "CASE WHEN name = 'a' THEN data END");
    number("MAX(iif(name = 'a', data, 0) >= 5)", "iif(name = 'a', data, 0)");
    silent("COALESCE(MAX(CAST(data AS INTEGER)), 0) = 1");
    silent("COALESCE(MAX(data), '0') = '1'");
    silent("COALESCE(MAX(data), -1) <> -1");
    silent("MAX(iif(data, mtime, 0) = 5)");
    silent("MAX(mtime) = 5");

    let value = "(SELECT value FROM managed_policies WHERE name = 'a')";
    let asked = |end: &str| format!("SELECT COALESCE({value}{end}, 0);");
    check(Macos, &asked(" <= 300"), &[("text-as-number", value)]);
    check(Macos, &asked(" = 300"), &[]);
    fixed(Macos, &asked(" <= 300"), &format!("SELECT COALESCE(CAST({value} AS INTEGER) <= 300, 0);"));
    let report = linted(Macos, &format!("SELECT COALESCE({value}, 0) = 1;"));
    assert!(report.findings[0].message.contains("no text is equal to the number 1"), "{report:?}");

    let newest = "SELECT COALESCE(MAX(version) >= '120.0', 0) FROM programs WHERE name = 'a';";
    check(Windows, newest, &[("version-as-text", "MAX(version)")]);
    fixed(
        Windows,
        newest,
        "SELECT COALESCE(MAX(version) COLLATE version >= '120.0', 0) FROM programs WHERE name = 'a';",
    );
    let only = "(SELECT version FROM os_version)";
    check(Macos, &format!("SELECT COALESCE({only} >= '14.5', 0);"), &[("version-as-text", only)]);
    check(Macos, &format!("SELECT COALESCE({only} = '14.5', 0);"), &[]);
    check(Macos, &format!("SELECT COALESCE({only} COLLATE version >= '14.5', 0);"), &[]);
    check(Windows, "SELECT EXISTS(SELECT 1 FROM programs WHERE version >= '120.0');", &[]);
}

#[test]
fn fails_open() {
    let open = |platform, query: &str, marked: &str| check(platform, query, &[("fails-open", marked)]);
    open(Macos, "SELECT CASE WHEN assessments_enabled = 0 THEN 0 ELSE 1 END FROM gatekeeper;", "1");
    open(Macos, "SELECT CASE assessments_enabled WHEN 0 THEN 0 ELSE 1 END FROM gatekeeper;", "1");
    open(Macos, "SELECT COALESCE(assessments_enabled = 1, 1) FROM gatekeeper;", "1");
    open(
        Macos,
        "SELECT IFNULL((SELECT MIN(encrypted) FROM disk_encryption), 1) = 1;",
        "IFNULL((SELECT MIN(encrypted) FROM disk_encryption), 1) = 1",
    );
    open(
        Macos,
        "SELECT NOT EXISTS(SELECT 1 FROM disk_encryption WHERE encrypted = 0);",
        "NOT EXISTS(SELECT 1 FROM disk_encryption WHERE encrypted = 0)",
    );
    open(Macos, "SELECT COUNT(*) = 0 FROM disk_encryption WHERE encrypted = 0;", "COUNT(*) = 0");
    open(
        Windows,
        "SELECT CASE WHEN EXISTS(SELECT 1 FROM bitlocker_info WHERE protection_status = 0) THEN 0 ELSE 1 END;",
        "1",
    );
    open(Macos, "SELECT assessments_enabled IS NOT 0 FROM gatekeeper;", "assessments_enabled IS NOT 0");
    fixed(
        Macos,
        "SELECT CASE WHEN assessments_enabled = 0 THEN 0 ELSE 1 END FROM gatekeeper;",
        "SELECT CASE WHEN assessments_enabled <> 0 THEN 1 ELSE 0 END FROM gatekeeper;",
    );
    // What should not be there is rightly asked for with NOT EXISTS.
    check(Macos, "SELECT NOT EXISTS(SELECT 1 FROM apps WHERE name = 'x');", &[]);
    check(Macos, "SELECT CASE WHEN assessments_enabled = 1 THEN 1 ELSE 0 END FROM gatekeeper;", &[]);
}

#[test]
fn nothing_is_said_of_these() {
    let quiet = |platform, query: &str| check(platform, query, &[]);
    quiet(Macos, "SELECT EXISTS(SELECT 1 FROM file WHERE path LIKE '/Users/%%/x');");
    quiet(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM managed_policies WHERE name = 'x' AND (value = 1 OR value = 'true'));",
    );
    quiet(Windows, "SELECT EXISTS(SELECT 1 FROM registry WHERE key LIKE 'HKEY_LOCAL_MACHINE\\x');");
    // What is left out costs nothing.
    quiet(Macos, "SELECT EXISTS(SELECT 1 FROM file WHERE directory = '/a' AND path NOT LIKE '/a/b%%');");
    let query = "SELECT EXISTS(SELECT 1 FROM registry WHERE key = 'HKEY_USERS\\x' AND path NOT LIKE 'HKEY_CURRENT_USER%');";
    quiet(Windows, query);
}

#[test]
fn single_tables() {
    check(Macos, "SELECT EXISTS(SELECT 1 FROM es_process_events);", &[("event-table", "es_process_events")]);
    check(Macos, "SELECT EXISTS(SELECT 1 FROM unified_log);", &[("slow", "unified_log")]);
    check(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM file WHERE path LIKE '/Users/%%');",
        &[("slow", "'/Users/%%'")],
    );
    check(
        Windows,
        "SELECT EXISTS(SELECT 1 FROM registry WHERE key LIKE 'HKEY_LOCAL_MACHINE\\%%');",
        &[("slow", "'HKEY_LOCAL_MACHINE\\%%'")],
    );
    check(
        Windows,
        "SELECT EXISTS(SELECT 1 FROM registry WHERE key = 'HKEY_CURRENT_USER\\x');",
        &[("table-trap", "'HKEY_CURRENT_USER\\x'")],
    );
    check(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM screenlock WHERE enabled = 1);",
        &[("table-trap", "screenlock")],
    );
    check(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM managed_policies WHERE name = 'x' AND value = 1);",
        &[("table-trap", "1")],
    );
    check(Macos, "SELECT EXISTS(SELECT 1 FROM disk_encryption WHERE filevault_status = 'on');", &[]);
    check(
        Linux,
        "SELECT filevault_status FROM disk_encryption;",
        &[("column-not-on-platform", "filevault_status")],
    );
    check(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM chrome_extensions WHERE identifier = 'x');",
        &[("per-user-table", "chrome_extensions")],
    );
    fixed(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM chrome_extensions WHERE identifier = 'x');",
        "SELECT EXISTS(SELECT 1 FROM users CROSS JOIN chrome_extensions USING (uid) WHERE identifier = 'x');",
    );
    check(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM chrome_extensions JOIN users USING (uid));",
        &[("per-user-table", "chrome_extensions")],
    );
    check(Macos, "SELECT EXISTS(SELECT 1 FROM users JOIN chrome_extensions USING (uid));", &[]);
    for (table, key) in [("chrome_extensions", "by uid"), ("preferences", "by username")] {
        let report = linted(Macos, &format!("SELECT EXISTS(SELECT 1 FROM {table});"));
        assert!(report.findings.iter().any(|finding| finding.explain.contains(key)), "{report:?}");
    }
    check(Macos, "SELECT EXISTS(SELECT 1 FROM chrome_extensions WHERE uid = 501);", &[]);
    check(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM apps a CROSS JOIN signature s ON s.path = a.path);",
        &[("slow", "signature")],
    );
}

#[test]
fn values_of_columns() {
    let trap = |platform, query: &str, marked: &str| check(platform, query, &[("table-trap", marked)]);
    trap(
        Windows,
        "SELECT EXISTS(SELECT 1 FROM services WHERE name = 'x' AND status = 'Running');",
        "'Running'",
    );
    trap(
        Windows,
        "SELECT EXISTS(SELECT 1 FROM services WHERE start_type IN ('AUTO_START', 'auto'));",
        "'auto'",
    );
    trap(Windows, "SELECT EXISTS(SELECT 1 FROM windows_security_center WHERE firewall = 'On');", "'On'");
    check(Windows, "SELECT EXISTS(SELECT 1 FROM windows_security_products WHERE state = 'on');", &[]);
    trap(Macos, "SELECT EXISTS(SELECT 1 FROM disk_encryption WHERE filevault_status = 'On');", "'On'");
    trap(Macos, "SELECT EXISTS(SELECT 1 FROM alf WHERE global_state = 1);", "1");
    fixed(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM alf WHERE global_state = 1);",
        "SELECT EXISTS(SELECT 1 FROM alf WHERE global_state >= 1);",
    );
    trap(Windows, "SELECT EXISTS(SELECT 1 FROM os_version o WHERE o.major >= 11);", "o.major >= 11");
    trap(Macos, "SELECT EXISTS(SELECT 1 FROM sip_config WHERE enabled = 1);", "sip_config");
    trap(
        Macos,
        "SELECT CASE WHEN version_compare((SELECT version FROM alf), '1.2') >= 0 THEN 1 ELSE 0 END;",
        "(SELECT version FROM alf)",
    );
    trap(Macos, "SELECT EXISTS(SELECT 1 FROM time_machine_destinations);", "time_machine_destinations");
}

#[test]
fn less_than_okta_verify_needs() {
    let less = |platform, condition: &str, marked: &str| {
        let query = format!("SELECT EXISTS(SELECT 1 FROM os_version WHERE {condition});");
        check(platform, &query, &[("okta-verify-minimum", marked)]);
    };
    less(Macos, "major >= 13", "13");
    less(Macos, "13 <= major", "13");
    less(Macos, "version COLLATE version >= '14.3.1'", "'14.3.1'");
    less(Macos, "version_compare(version, '12.0') >= 0", "'12.0'");
    less(Windows, "CAST(build AS INTEGER) >= 19044", "19044");
    check(Macos, "SELECT EXISTS(SELECT 1 FROM os_version WHERE major >= 14);", &[]);
    check(Macos, "SELECT EXISTS(SELECT 1 FROM os_version WHERE version COLLATE version >= '14.10');", &[]);
    check(Macos, "SELECT EXISTS(SELECT 1 FROM os_version WHERE major <= 13);", &[]);
}

#[test]
fn a_check_that_looks_at_nothing_is_told() {
    let check = |query: &str, told: bool| {
        let found = found(Macos, query);
        assert_eq!(found.iter().any(|(code, _)| code == "reads-nothing"), told, "{query}: {found:?}");
    };
    check("SELECT 1;", true);
    check("WITH one AS (SELECT 1 AS n) SELECT EXISTS(SELECT 1 FROM one WHERE n = 1);", true);
    check("SELECT COUNT(*) > 0 FROM json_each('[1]');", true);
    check("SELECT EXISTS(SELECT 1 FROM alf WHERE global_state >= 1);", false);
    check("SELECT COALESCE((SELECT 1 FROM gatekeeper WHERE assessments_enabled = 1), 0);", false);
    check("SELECT find_file_path_in_cmd('ls') IS NOT NULL;", false);
    // One complaint is enough.
    check("SELECT 1 FROM no_such_table;", false);
}
