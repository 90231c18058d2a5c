//! Every shape of section "required columns" of what was measured on osquery's protocol.

use super::{found, linted};
use domain::OsqueryPlatform::{Macos, Windows};

#[derive(Debug, PartialEq)]
enum Outcome {
    Works,
    Silent,
    Error,
}

fn check(platform: domain::OsqueryPlatform, query: &str, want: Outcome) {
    let report = linted(platform, query);
    let has = |code: &str| report.findings.iter().any(|finding| finding.code == code);
    let outcome = match (report.valid, has("missing-constraint"), has("silent-constraint")) {
        (true, false, false) => Outcome::Works,
        (true, false, true) => Outcome::Silent,
        (false, true, _) => Outcome::Error,
        _ => panic!("{query}\n{report:#?}"),
    };
    assert_eq!(outcome, want, "{query}\n{:#?}", found(platform, query));
}

#[test]
fn conditions_on_a_required_column() {
    for works in [
        "path = '/a'",
        "'/a' = path",
        "path == '/a'",
        "path IN ('/a', '/b')",
        "path IN (SELECT path FROM apps)",
        "path LIKE '/a/%'",
        "path = '/a' COLLATE NOCASE",
        "path = '/a' OR path = '/b'",
        "path = '/a' OR directory = '/b'",
        "(path = '/a' OR path = '/b') AND size > 0",
        "directory = '/a' AND filename = 'x'",
        "size > 0 AND (path = '/a')",
        "path = (SELECT path FROM apps LIMIT 1)",
    ] {
        check(Macos, &format!("SELECT size FROM file WHERE {works};"), Outcome::Works);
    }
    for error in [
        "path = '/a' OR filename = 'x'",
        "path NOT LIKE '/a%'",
        "path NOT IN ('/a')",
        "path > '/a'",
        "path BETWEEN '/a' AND '/b'",
        "path IS NOT NULL",
        "path LIKE '/a!_' ESCAPE '!'",
        "lower(path) = '/a'",
        "path || '' = '/a'",
        "+path = '/a'",
        "CASE WHEN path = '/a' THEN 1 END",
        "filename = 'x'",
        "path = directory || '/x'",
    ] {
        check(Macos, &format!("SELECT size FROM file WHERE {error};"), Outcome::Error);
    }
    for silent in ["path <> '/a'", "path IS '/a'", "path GLOB '/a*'"] {
        check(Macos, &format!("SELECT size FROM file WHERE {silent};"), Outcome::Silent);
    }
}

#[test]
fn without_any_condition() {
    check(Macos, "SELECT size FROM file;", Outcome::Error);
    check(Macos, "SELECT EXISTS(SELECT 1 FROM file);", Outcome::Silent);
    check(Macos, "SELECT EXISTS(SELECT 1 FROM file WHERE filename = 'x');", Outcome::Silent);
    check(Macos, "SELECT (SELECT size FROM file WHERE filename = 'x');", Outcome::Silent);
    check(Macos, "SELECT * FROM file LIMIT 1;", Outcome::Silent);
    check(
        Macos,
        "SELECT CASE WHEN EXISTS(SELECT 1 FROM file WHERE filename = 'x') THEN 0 ELSE 1 END;",
        Outcome::Silent,
    );
    // These three tables have another first column: the ordinary error.
    check(Macos, "SELECT EXISTS(SELECT 1 FROM plist WHERE key = 'x');", Outcome::Error);
    check(Macos, "SELECT EXISTS(SELECT 1 FROM mdfind);", Outcome::Error);
    check(Macos, "SELECT EXISTS(SELECT 1 FROM package_bom);", Outcome::Error);
    // An aggregate takes no LIMIT.
    check(Macos, "SELECT (SELECT COUNT(*) FROM file) > 0;", Outcome::Error);
    check(Macos, "SELECT 1 WHERE 'x' IN (SELECT filename FROM file);", Outcome::Error);
}

#[test]
fn joins() {
    for works in [
        "users u JOIN file f ON f.path = u.directory || '/x'",
        "file f JOIN users u ON f.path = u.directory || '/x'",
        "users u JOIN file f ON f.path LIKE u.directory || '/%'",
        "users u JOIN file f ON f.path IN (u.directory || '/x', '/y')",
        "users u CROSS JOIN file f ON f.path = u.directory || '/x'",
        "users u LEFT JOIN file f ON f.path = u.directory || '/x'",
        "users u, file f WHERE f.path = u.directory || '/x'",
        "file JOIN hash USING (path) WHERE path = '/a'",
        "file f JOIN hash h ON f.path = h.path WHERE f.path = '/a'",
        "file f JOIN hash h ON f.path = h.path WHERE h.path = '/a'",
        "file f LEFT JOIN users u ON u.uid = f.uid WHERE f.path = '/a'",
        "apps JOIN signature ON signature.path = apps.path",
        "apps a CROSS JOIN signature s USING (path)",
        "signature WHERE path IN (SELECT path FROM apps)",
        "users u LEFT JOIN file f ON f.path = u.directory LEFT JOIN hash h ON h.path = f.path LEFT JOIN magic m ON m.path = h.path",
        "(SELECT path FROM processes) p JOIN hash h ON p.path = h.path",
        "users u JOIN magic m ON m.path = h.path JOIN hash h ON h.path = f.path JOIN file f ON f.path = u.directory",
        "json_each('[1]') j JOIN file f ON f.path = j.value",
        "users u JOIN (apps a JOIN file f ON f.path = a.path)",
        // Reading the other one first costs less, though it stands second.
        "hash h JOIN processes p ON h.path = p.path WHERE h.sha256 = 'x'",
        "signature s JOIN apps a ON s.path = a.path WHERE s.signed = 0 AND a.path = '/x'",
        "extended_attributes e JOIN file f ON e.path = f.path AND f.path LIKE '/x/%' WHERE e.key = 'x'",
        "hash h JOIN file f USING (path) WHERE h.sha256 = 'x' AND f.directory = '/a'",
    ] {
        check(Macos, &format!("SELECT 1 FROM {works};"), Outcome::Works);
    }
    for error in [
        "file f LEFT JOIN users u ON f.path = u.directory || '/x'",
        "file f CROSS JOIN users u ON f.path = u.directory || '/x'",
        "file f LEFT JOIN users u ON f.path = '/a'",
        "users u RIGHT JOIN file f ON f.path = u.directory || '/x'",
        "signature s, apps a WHERE s.path = a.path AND s.signed = 0",
        "mdls m JOIN apps a ON m.path = a.path WHERE a.name = 'x' AND m.key = 'y'",
        "signature s JOIN apps a USING (path) WHERE s.signed = 0",
        "file JOIN hash USING (path)",
        "users u JOIN file f ON f.uid = u.uid",
    ] {
        check(Macos, &format!("SELECT 1 FROM {error};"), Outcome::Error);
    }
}

#[test]
fn subqueries() {
    for works in [
        "SELECT 1 FROM (SELECT path, size FROM file) WHERE path = '/a';",
        "WITH f AS (SELECT * FROM file) SELECT size FROM f WHERE path = '/a';",
        "WITH f(p, s) AS (SELECT path, size FROM file) SELECT s FROM f WHERE p = '/a';",
        "SELECT 1 FROM (SELECT path AS p FROM file) WHERE p = '/a';",
        "SELECT 1 FROM (SELECT path, COUNT(*) FROM file GROUP BY path) WHERE path = '/a';",
        "SELECT 1 FROM (SELECT DISTINCT path FROM file) WHERE path = '/a';",
        "SELECT 1 FROM (SELECT path FROM file UNION SELECT path FROM hash) WHERE path = '/a';",
        "WITH f AS (SELECT size FROM file WHERE path = '/a') SELECT size FROM f;",
        "WITH f AS MATERIALIZED (SELECT size FROM file WHERE path = '/a') SELECT size FROM f;",
        "SELECT 1 FROM users u WHERE EXISTS (SELECT 1 FROM file f WHERE f.path = u.directory || '/x');",
        "SELECT (SELECT size FROM file WHERE path = '/a');",
    ] {
        check(Macos, works, Outcome::Works);
    }
    check(
        Macos,
        "WITH f AS MATERIALIZED (SELECT * FROM file) SELECT size FROM f WHERE path = '/a';",
        Outcome::Error,
    );
    check(
        Macos,
        "WITH f(s, p) AS (SELECT path, size FROM file) SELECT s FROM f WHERE p = '/a';",
        Outcome::Error,
    );
    check(Macos, "SELECT size FROM (SELECT * FROM file);", Outcome::Error);
    check(Windows, "SELECT 1 FROM authenticode WHERE result = 'trusted';", Outcome::Error);
    check(Windows, "SELECT 1 FROM windows_eventlog WHERE channel = 'System';", Outcome::Works);
}
