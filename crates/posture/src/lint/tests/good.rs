//! Queries in the manner of real packs and policies: a linter that calls them invalid is of no use.

use super::{fixes_hold, linted};
use crate::lint::Code;
use domain::OsqueryPlatform::{self, Linux, Macos, Windows};

/// They keep Okta's rules, too: nothing but notes may be said of them.
pub(super) const CHECKS: &[(OsqueryPlatform, &str)] = &[
    (Macos, "SELECT EXISTS(SELECT 1 FROM alf WHERE global_state >= 1) AS firewall_enabled;"),
    (Macos, "SELECT EXISTS(SELECT 1 FROM sip_config WHERE config_flag = 'sip' AND enabled = 1) AS sip;"),
    (Macos, "SELECT CASE WHEN assessments_enabled = 1 THEN 1 ELSE 0 END AS gatekeeper FROM gatekeeper;"),
    (
        Macos,
        "SELECT COALESCE(MIN(encrypted), 0) = 1 AS pass FROM disk_encryption de JOIN mounts m ON m.device = de.name WHERE m.path = '/';",
    ),
    (
        Macos,
        "SELECT COUNT(*) > 0 AS pass FROM apps WHERE bundle_identifier = 'com.example.edr' AND bundle_short_version >= '7.10';",
    ),
    (
        Macos,
        "SELECT EXISTS(SELECT 1 FROM os_version WHERE major > 14 OR (major = 14 AND minor >= 4)) AS pass;",
    ),
    (Macos, "SELECT version_compare(version, '14.4') >= 0 AS pass FROM os_version;"),
    (Macos, "SELECT EXISTS(SELECT 1 FROM os_version WHERE version COLLATE version >= '14.4') AS pass;"),
    (
        Macos,
        "SELECT EXISTS(SELECT 1 FROM processes WHERE path LIKE '/Library/Application Support/Edr/%') AS running;",
    ),
    (
        Macos,
        "SELECT EXISTS(SELECT 1 FROM managed_policies WHERE domain = 'com.apple.screensaver' AND name = 'askForPassword' AND value IN ('1', 'true')) AS pass;",
    ),
    (
        Macos,
        "SELECT NOT EXISTS(SELECT 1 FROM users u CROSS JOIN chrome_extensions e USING (uid) WHERE e.identifier = 'aaaabbbbccccdddd') AS pass;",
    ),
    (
        Macos,
        "WITH bad AS (SELECT pid FROM processes WHERE name IN ('a', 'b')) SELECT (SELECT COUNT(*) FROM bad) = 0 AS pass;",
    ),
    (
        Macos,
        "SELECT EXISTS(SELECT 1 FROM plist WHERE path = '/Library/Preferences/com.apple.SoftwareUpdate.plist' AND key = 'AutomaticCheckEnabled' AND value = '1') AS pass;",
    ),
    (
        Macos,
        "SELECT NOT EXISTS(SELECT 1 FROM launchd WHERE name = 'com.example.bad.plist') AS pass; -- agents",
    ),
    (
        Macos,
        "SELECT IFNULL((SELECT 1 FROM gatekeeper WHERE assessments_enabled = 1 AND dev_id_enabled = 1), 0) AS pass;",
    ),
    (
        Macos,
        "SELECT iif(EXISTS(SELECT 1 FROM signature WHERE path = '/Applications/Edr.app' AND signed = 1), 1, 0) AS pass;",
    ),
    (Windows, "SELECT EXISTS(SELECT 1 FROM windows_security_center WHERE firewall = 'Good') AS pass;"),
    (
        Windows,
        "SELECT EXISTS(SELECT 1 FROM bitlocker_info WHERE drive_letter = 'C:' AND protection_status = 1) AS pass;",
    ),
    (
        Windows,
        "SELECT COUNT(*) = 3 AS pass FROM registry WHERE path LIKE 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\%\\EnableFirewall' AND data = 1;",
    ),
    (
        Windows,
        "SELECT EXISTS(SELECT 1 FROM registry WHERE key = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\X' AND name = 'Y' AND CAST(data AS INTEGER) >= 2) AS pass;",
    ),
    (Windows, "SELECT EXISTS(SELECT 1 FROM services WHERE name = 'EdrSvc' AND status = 'RUNNING') AS pass;"),
    (
        Windows,
        "SELECT EXISTS(SELECT 1 FROM programs WHERE name LIKE 'Example Agent%' AND version >= '7.2') AS pass;",
    ),
    (Windows, "SELECT EXISTS(SELECT 1 FROM os_version WHERE CAST(build AS INTEGER) >= 22000) AS pass;"),
    (
        Windows,
        "SELECT CASE WHEN SUM(state = 'On') > 0 THEN 1 ELSE 0 END AS pass FROM windows_security_products WHERE type = 'Antivirus';",
    ),
    (
        Windows,
        "SELECT EXISTS(SELECT 1 FROM authenticode WHERE path = 'C:\\Program Files\\Edr\\edr.exe' AND result = 'trusted') AS pass;",
    ),
    (
        Windows,
        "SELECT COALESCE((SELECT minimum_password_length >= 12 FROM security_profile_info), 0) AS pass;",
    ),
];

/// Of packs and Fleet's policies: they run, whatever Okta would make of them.
pub(super) const RUN: &[(OsqueryPlatform, &str)] = &[
    (Macos, "SELECT * FROM processes;"),
    (
        Macos,
        "SELECT p.pid, p.name, l.port FROM listening_ports l JOIN processes p USING (pid) WHERE l.port NOT IN (0, 22);",
    ),
    (Macos, "SELECT u.username, e.name FROM users u CROSS JOIN chrome_extensions e USING (uid);"),
    (Macos, "SELECT 1 FROM disk_encryption WHERE user_uuid IS NOT '' AND filevault_status = 'on' LIMIT 1;"),
    (Macos, "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM apps WHERE bundle_identifier = 'x.y');"),
    (
        Macos,
        "select name, path from launchd where path like '/Library/LaunchDaemons/%' and (run_at_load = 1 or keep_alive = 'true')",
    ),
    (
        Macos,
        "SELECT f.path, h.sha256 FROM file f JOIN hash h ON h.path = f.path WHERE f.directory = '/usr/local/bin';",
    ),
    (Macos, "SELECT f.path, h.sha256 FROM file f LEFT JOIN hash h USING (path) WHERE f.path LIKE '/tmp/%';"),
    (
        Macos,
        "SELECT a.name, s.authority FROM apps a CROSS JOIN signature s ON s.path = a.path WHERE s.signed = 0;",
    ),
    (Macos, "SELECT name, ROW_NUMBER() OVER (PARTITION BY name ORDER BY pid DESC) AS n FROM processes;"),
    (
        Macos,
        "SELECT name, SUM(resident_size) OVER w AS total FROM processes WINDOW w AS (PARTITION BY uid ORDER BY pid);",
    ),
    (Macos, "SELECT json_extract(value, '$.a') AS a FROM plist WHERE path = '/x.plist';"),
    (Macos, "SELECT value ->> '$.a', value -> 'b' FROM plist WHERE path = '/x.plist';"),
    (Macos, "SELECT (1 << 3) | 4, 17 >> 2, ~5, 7 % 3, -1;"),
    (Macos, "SELECT split(path, '/', 1) AS first, regex_match(path, '([^/]+)$', 1) AS last FROM processes;"),
    (
        Macos,
        "SELECT datetime(start_time, 'unixepoch') AS at FROM processes WHERE start_time > (strftime('%s', 'now') - 3600);",
    ),
    (
        Macos,
        "SELECT CASE uid WHEN 0 THEN 'root' WHEN 501 THEN 'first' ELSE 'other' END AS who, COUNT(*) AS n FROM processes GROUP BY who HAVING n > 1 ORDER BY n DESC, 1 LIMIT 5 OFFSET 1;",
    ),
    (
        Macos,
        "WITH RECURSIVE tree(pid, depth) AS (SELECT 1, 0 UNION ALL SELECT p.pid, t.depth + 1 FROM processes p JOIN tree t ON p.parent = t.pid) SELECT * FROM tree;",
    ),
    (Macos, "WITH a AS (SELECT 1 AS x), b(y) AS (SELECT x + 1 FROM a) SELECT x, y FROM a, b WHERE x < y;"),
    (Macos, "SELECT * FROM (VALUES (1, 'a'), (2, 'b'));"),
    (Macos, "VALUES (1);"),
    (Macos, "SELECT 1 - -2, 3 + +4, 5 - - - 6, 1 = NOT 0, 2 IS NOT ~3, 4 NOT BETWEEN NOT 1 AND 2;"),
    (Macos, "SELECT AVG(pid) OVER (ORDER BY pid ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM processes;"),
    (Macos, "SELECT name FROM processes LIMIT 2, 3;"),
    (
        Macos,
        "SELECT name FROM apps WHERE name = 'Safari' UNION SELECT name FROM homebrew_packages EXCEPT SELECT 'x' ORDER BY 1;",
    ),
    (
        Macos,
        "SELECT DISTINCT (name) FROM processes WHERE name GLOB 'com.*' AND name NOT LIKE '%!_%' ESCAPE '!';",
    ),
    (
        Macos,
        "SELECT [name], `pid`, \"path\" FROM processes AS \"p q\" WHERE \"p q\".pid IS NOT NULL AND path NOTNULL;",
    ),
    (Macos, "SELECT COUNT(DISTINCT uid) FILTER (WHERE uid > 500) AS n FROM processes;"),
    (Macos, "SELECT GROUP_CONCAT(name, ', ') FROM (SELECT username AS name FROM users ORDER BY name);"),
    (Macos, "SELECT e.key, e.value FROM plist p, json_each(p.value) e WHERE p.path = '/x.plist';"),
    (
        Macos,
        "SELECT * FROM users u, user_groups ug, groups g WHERE u.uid = ug.uid AND ug.gid = g.gid AND g.groupname = 'admin';",
    ),
    (Macos, "SELECT * FROM file WHERE path IN ('/a', '/b') OR directory = '/c';"),
    (Macos, "SELECT username FROM users WHERE uid >= 500 AND username NOT LIKE '\\_%' ESCAPE '\\';"),
    (
        Macos,
        "SELECT u.username FROM users u WHERE EXISTS (SELECT 1 FROM file f WHERE f.path = u.directory || '/.ssh/id_rsa' AND f.mode <> '0600');",
    ),
    (Macos, "/* what */ SELECT /* it */ version -- does\n FROM /* here; */ osquery_info -- end;"),
    (
        Macos,
        "SELECT CAST(memory AS REAL) / (1024 * 1024), printf('%.2f', 1.5e3), x'00ff', 0x1F, 'it''s' FROM (SELECT physical_memory AS memory FROM system_info);",
    ),
    (Macos, "SELECT name IS DISTINCT FROM path, name IS NOT path, (pid, uid) = (1, 0) FROM processes;"),
    (Macos, "SELECT * FROM interface_details NATURAL JOIN interface_addresses;"),
    (
        Macos,
        "SELECT a.* FROM users a LEFT OUTER JOIN logged_in_users b ON a.username = b.user WHERE b.user IS NULL;",
    ),
    (Macos, "SELECT * FROM temp.processes;"),
    (Macos, "SELECT path FROM packages LIMIT 3;"),
    (Macos, "EXPLAIN QUERY PLAN SELECT 1;"),
    (Macos, "PRAGMA table_info(processes);"),
    (Macos, "CREATE TEMP TABLE t AS SELECT name FROM processes; SELECT name FROM t; DROP TABLE t;"),
    (Macos, "CREATE VIEW v AS SELECT 1 AS one; SELECT one FROM v;"),
    (Macos, "SELECT true AND NOT false, name COLLATE NOCASE = 'x' FROM processes;"),
    (
        Macos,
        "SELECT x.name FROM (SELECT name FROM processes WHERE pid IN (SELECT pid FROM listening_ports WHERE port BETWEEN 1 AND 1024)) x;",
    ),
    (Macos, "SELECT hidden.pid FROM (processes hidden JOIN users u ON u.uid = hidden.uid);"),
    (
        Windows,
        "SELECT name, data FROM registry WHERE key LIKE 'HKEY_USERS\\%\\Software\\Microsoft\\Windows\\CurrentVersion\\Run';",
    ),
    (Windows, "SELECT * FROM programs_and_features WHERE publisher = 'x' COLLATE NOCASE;"),
    (
        Windows,
        "SELECT 1 FROM registry WHERE path='HKEY_LOCAL_MACHINE\\Software\\Policies\\Microsoft\\WindowsFirewall\\DomainProfile\\EnableFirewall' AND CAST(data as integer) = 1;",
    ),
    (
        Windows,
        "SELECT s.name, h.md5 FROM services s JOIN hash h ON h.path = s.path WHERE s.start_type = 'AUTO_START';",
    ),
    (
        Windows,
        "SELECT p.name, a.result FROM processes p LEFT JOIN authenticode a ON a.path = p.path WHERE a.result <> 'trusted';",
    ),
    (Windows, "SELECT * FROM scheduled_tasks WHERE enabled = 1 AND hidden = 1;"),
    (
        Windows,
        "SELECT datetime(datetime, 'localtime') FROM windows_eventlog WHERE channel = 'Security' AND eventid IN (4624, 4625);",
    ),
    (Linux, "SELECT * FROM deb_packages WHERE name = 'openssl';"),
    (
        Linux,
        "SELECT username, shell FROM users JOIN shadow USING (username) WHERE password_status = 'active'",
    ),
    (Linux, "SELECT 1 FROM mounts WHERE path = '/' AND flags LIKE '%nodev%';"),
    (Linux, "SELECT p.pid, p.cgroup_path FROM processes p;"),
];

#[test]
fn good_checks_have_notes_at_most() {
    for (platform, query) in CHECKS {
        let report = linted(*platform, query);
        assert!(report.valid, "{query}\n{report:#?}");
        let worst = report.findings.iter().find(|finding| finding.severity != domain::Severity::Note);
        assert!(worst.is_none(), "{query}\n{report:#?}");
        fixes_hold(*platform, query);
    }
}

#[test]
fn real_queries_are_valid() {
    // What Okta asks for is not what they were written for.
    let okta = [
        Code::Columns,
        Code::RowMeansPass,
        Code::Statements,
        Code::NotSelect,
        Code::Rows,
        Code::NoSemicolon,
        Code::Answer,
        Code::Slow,
        Code::ReadsNothing,
    ];
    let mut wrong = Vec::new();
    for (platform, query) in RUN {
        let report = linted(*platform, query);
        let allowed = |code: &str| okta.iter().any(|allowed| allowed.key() == code);
        let other = report.findings.iter().find(|finding| !allowed(&finding.code));
        if !report.valid || other.is_some() {
            wrong.push((query, report));
            continue;
        }
        fixes_hold(*platform, query);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
