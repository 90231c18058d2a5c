//! Which shapes of a query satisfy a required column, as measured on a model of osquery's virtual tables over SQLite 3.42.

use crate::engine_states::{device, tried, with};
use domain::{DeviceState, Judgement, OsqueryPlatform};

fn mac() -> DeviceState {
    let state = device(OsqueryPlatform::Macos);
    let state = with(
        state,
        "file",
        &[
            &[("path", "/a"), ("directory", "/"), ("filename", "a"), ("size", "5")],
            &[("path", "/a/b"), ("directory", "/a"), ("filename", "x"), ("size", "5")],
            &[("path", "/Users/me/x"), ("directory", "/Users/me"), ("filename", "x"), ("size", "5")],
        ],
    );
    let state = with(state, "hash", &[&[("path", "/a"), ("directory", "/"), ("sha256", "ab")]]);
    let state = with(state, "users", &[&[("uid", "501"), ("username", "me"), ("directory", "/Users/me")]]);
    let state = with(state, "apps", &[&[("path", "/Applications/A.app"), ("name", "A")]]);
    let state =
        with(state, "signature", &[&[("path", "/Applications/A.app"), ("signed", "0"), ("arch", "x")]]);
    with(state, "chrome_extensions", &[&[("uid", "501"), ("name", "ext"), ("identifier", "i")]])
}

const MISSING: &str = "was queried without a required column in the WHERE clause";

#[test]
fn these_work() {
    let state = mac();
    let check = |from: &str| {
        let trial = tried(&state, &format!("SELECT EXISTS(SELECT 1 FROM {from}) AS pass;"));
        assert_eq!(trial.judgement, Judgement::Pass, "{from}: {}", trial.stderr);
        let trial = tried(&state, &format!("SELECT 1 AS pass FROM {from} LIMIT 1;"));
        assert_eq!(trial.judgement, Judgement::Pass, "{from}: {}", trial.stderr);
        let trial = tried(&state, &format!("SELECT COUNT(*) > 0 AS pass FROM {from};"));
        assert_eq!(trial.judgement, Judgement::Pass, "{from}: {}", trial.stderr);
    };
    check("file WHERE path = '/a'");
    check("file WHERE '/a' = path");
    check("file WHERE path IN ('/a', '/b')");
    check("file WHERE path IN (SELECT '/a')");
    check("file WHERE path LIKE '/a/%'");
    check("file WHERE path = '/a' COLLATE NOCASE");
    check("file WHERE path = '/a' OR path = '/b'");
    check("file WHERE path = '/q' OR directory = '/a'");
    check("file WHERE (path = '/a' OR path = '/b') AND size > 0");
    check("users u JOIN file f ON f.path = u.directory || '/x'");
    check("file f JOIN users u ON f.path = u.directory || '/x'");
    check("users u JOIN file f ON f.path LIKE u.directory || '/%'");
    check("file JOIN hash USING (path) WHERE path = '/a'");
    check("(SELECT * FROM file) WHERE path = '/a'");
    check("(SELECT path FROM file GROUP BY path) WHERE path = '/a'");
    check("(SELECT DISTINCT path FROM file) WHERE path = '/a'");
    check("(SELECT path FROM file UNION SELECT path FROM file) WHERE path = '/a'");
    check("apps JOIN signature ON apps.path = signature.path");
    check("signature WHERE path IN (SELECT path FROM apps)");
    check("apps a CROSS JOIN signature s WHERE s.path = a.path AND s.signed = 0");
    check("hash h JOIN file f USING (path) WHERE h.sha256 = 'ab' AND f.directory = '/'");
    check("signature s JOIN apps a ON s.path = a.path WHERE s.signed = 0 AND a.path = '/Applications/A.app'");
    check("temp.file WHERE path = '/a'");
}

#[test]
fn a_filter_goes_into_a_common_table_expression() {
    let trial = tried(&mac(), "WITH f AS (SELECT * FROM file) SELECT COUNT(*) FROM f WHERE path = '/a'");
    assert_eq!(trial.judgement, Judgement::Pass, "{}", trial.stderr);
}

#[test]
fn these_lack_it() {
    let state = mac();
    let check = |query: &str| {
        let trial = tried(&state, query);
        assert!(trial.stderr.contains(MISSING), "{query}: {:?} {}", trial.judgement, trial.stderr);
    };
    check("SELECT 1 FROM file WHERE path = '/a' OR filename = 'x'");
    check("SELECT 1 FROM file");
    check("SELECT COUNT(*) FROM file WHERE filename = 'x'");
    for test in [
        "path NOT LIKE '/a'",
        "path NOT IN ('/a')",
        "path > '/a'",
        "path BETWEEN '/a' AND '/b'",
        "path IS NOT NULL",
        "path LIKE '/a' ESCAPE '!'",
        "lower(path) = '/a'",
        "path || '' = '/a'",
        "+path = '/a'",
        "CASE WHEN path = '/a' THEN 1 END",
    ] {
        check(&format!("SELECT 1 FROM file WHERE {test}"));
    }
    check("SELECT 1 FROM file f LEFT JOIN users u ON f.path = u.directory");
    check("SELECT 1 FROM file f CROSS JOIN users u ON f.path = u.directory");
    check("SELECT 1 FROM users u RIGHT JOIN file f ON f.path = u.directory");
    check("WITH f AS MATERIALIZED (SELECT * FROM file) SELECT 1 FROM f WHERE path = '/a'");
    // A test that can't be a constraint of the table keeps the LIMIT of EXISTS away from it, too.
    check("SELECT EXISTS(SELECT 1 FROM file WHERE lower(filename) = 'x')");
    check("SELECT EXISTS(SELECT 1 FROM file WHERE lower(path) = '/a')");
    check("SELECT 1 FROM signature s, apps a WHERE s.path = a.path AND s.signed = 0");
    check("SELECT 1 FROM signature s JOIN apps a USING (path) WHERE s.signed = 0");
}

#[test]
fn these_see_nothing_and_say_nothing() {
    let state = mac();
    let check = |query: &str, want: &str| {
        let trial = tried(&state, query);
        let shown = trial.rows.first().and_then(|row| row[0].clone());
        assert_eq!(
            shown.as_deref().unwrap_or("none"),
            want,
            "{query}: {:?} {}",
            trial.judgement,
            trial.stderr
        );
    };
    check("SELECT COUNT(*) FROM file WHERE path <> '/q'", "0");
    check("SELECT COUNT(*) FROM file WHERE path IS '/a'", "0");
    check("SELECT COUNT(*) FROM file WHERE path GLOB '/a*'", "0");
    check("SELECT EXISTS(SELECT 1 FROM file)", "0");
    check("SELECT EXISTS(SELECT 1 FROM file WHERE filename = 'x')", "0");
    check("SELECT CASE WHEN EXISTS(SELECT 1 FROM file WHERE filename = 'x') THEN 0 ELSE 1 END;", "1");
    check("SELECT COALESCE((SELECT size FROM file WHERE filename = 'x'), 'none')", "none");
    check("SELECT * FROM file LIMIT 1", "none");
    check(
        "SELECT COUNT(*) FROM users u WHERE EXISTS(SELECT 1 FROM file f WHERE f.filename = u.username)",
        "0",
    );
    check(
        "SELECT COUNT(*) FROM users u WHERE NOT EXISTS(SELECT 1 FROM file f WHERE f.filename = u.username)",
        "1",
    );
    check("SELECT COUNT(*) FROM users u WHERE u.username = (SELECT filename FROM file WHERE size = 5)", "0");
    check("SELECT 1 WHERE EXISTS(SELECT 1 FROM file WHERE filename = 'x' AND size > 3)", "none");
    check("SELECT 1 WHERE EXISTS(SELECT 1 FROM file WHERE filename LIKE 'x%')", "none");
}
