//! Every function that osquery adds, with its edge cases.

use crate::engine_states::{device, tried, value};
use domain::OsqueryPlatform::{Linux, Macos, Windows};

/// What an expression gives on macOS: its text, `NULL`, or osquery's error.
fn given(expression: &str) -> String {
    on(Macos, expression)
}

fn on(platform: domain::OsqueryPlatform, expression: &str) -> String {
    let state = device(platform);
    let trial = tried(&state, &format!("SELECT {expression}"));
    match trial.stderr.strip_prefix("Error: ") {
        Some(error) => format!("error: {}", error.trim_end()),
        None => value(&state, &format!("SELECT {expression}")),
    }
}

fn all(cases: &[(&str, &str)]) {
    for (expression, want) in cases {
        assert_eq!(given(expression), *want, "{expression}");
    }
}

#[test]
fn regular_expressions() {
    all(&[
        ("regex_match('foo/bar', '(.+)/(.+)', 0)", "foo/bar"),
        ("regex_match('foo/bar', '(.+)/(.+)', 2)", "bar"),
        ("regex_match('foo/bar', '(.+)/(.+)', 3)", "NULL"),
        ("regex_match('foo/bar', '(.+)/(.+)', -1)", "NULL"),
        ("regex_match('foo', 'x', 0)", "NULL"),
        ("regex_match(NULL, 'x', 0)", "NULL"),
        ("regex_match('x', NULL, 0)", "NULL"),
        ("regex_match('x', 'x', NULL)", "NULL"),
        ("regex_match('v128.0', '\\d+', 0)", "128"),
        ("regex_match('a1', '[[:alpha:]][[:digit:]]', 0)", "a1"),
        ("regex_match('foo/bar', '|', 0)", ""),
        ("regex_match('ac', 'a(b)?c', 1)", ""),
        ("regex_match('foobar', 'foo(?=bar)', 0)", "foo"),
        ("regex_match('foo', '+', 0)", "error: Invalid regex"),
        ("regex_match('foo', '(', 0)", "error: Invalid regex"),
        ("regex_match('foo', '(?<=f)o', 0)", "error: Invalid regex"),
        ("regex_match('foo', '(?i)FOO', 0)", "error: Invalid regex"),
        ("regex_match('foo', '(?<n>o)', 0)", "error: Invalid regex"),
        ("regex_match(printf('%.*c', 256, 'a'), printf('%.*c', 256, 'a'), 0) IS NULL", "0"),
        (
            "regex_match('a', printf('%.*c', 257, 'a'), 0)",
            "error: Invalid regex: too big, max size is 256 bytes",
        ),
        (
            "regex_match(printf('%.*c', 300, 'a'), '(a+)+b', 0)",
            "The regular expression could take too long on such a text.",
        ),
        ("regex_split('foo/bar', '/', 0)", "foo"),
        ("regex_split('foo/bar', '/', 1)", "bar"),
        ("regex_split('foo/bar', '/', 2)", "NULL"),
        ("regex_split('/foo/', '/', 0)", ""),
        ("regex_split('/foo/', '/', 2)", "NULL"),
        ("regex_split('a12b', '\\d+', 1)", "b"),
        ("regex_split('a', '', 0)", "error: Invalid input to split function"),
        ("regex_split('a', '(', 0)", "error: Invalid regex"),
        ("regex_split(NULL, '', 0)", "NULL"),
    ]);
}

#[test]
fn texts() {
    all(&[
        ("split('192.168.0.1', '.', 1)", "168"),
        ("split('a;,b', ';,', 1)", "b"),
        ("split('foo;;bar', ';', 1)", "bar"),
        ("split(' a ; b ', ';', 1)", "b"),
        ("split('a', ';', 1)", "NULL"),
        ("split('a', ';', -1)", "NULL"),
        ("split('a', '', 0)", "error: Invalid input to split function"),
        ("split(NULL, '', 0)", "NULL"),
        ("split(12.5, '.', 1)", "5"),
        ("concat('a', NULL, 1, 2.0)", "a12.0"),
        ("concat()", "NULL"),
        ("concat(NULL)", ""),
        ("concat_ws('-', 'a', NULL, 'b')", "a-b"),
        ("concat_ws('-', NULL, 'b')", "b"),
        ("concat_ws('-', 'a', NULL)", "a-"),
        ("concat_ws(NULL, 'a', 'b')", "ab"),
        ("concat_ws('-')", ""),
        ("concat_ws()", "error: wrong number of arguments to function concat_ws()"),
        ("to_base64('test')", "dGVzdA=="),
        ("to_base64(NULL)", "NULL"),
        ("from_base64('dGVzdA==')", "test"),
        ("from_base64('%%')", ""),
        ("from_base64(NULL)", "NULL"),
        ("conditional_to_base64('test')", "test"),
        ("conditional_to_base64('t' || char(1))", "dAE="),
        ("conditional_to_base64(NULL)", "NULL"),
        ("md5('test')", "098f6bcd4621d373cade4e832627b4f6"),
        ("sha1('test')", "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3"),
        ("sha256('test')", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        ("md5(NULL)", "NULL"),
        ("sha1(NULL)", "NULL"),
        ("sha256(NULL)", "NULL"),
        ("parent_directory('/a/b')", "/a"),
        ("parent_directory('/a')", "/"),
        ("parent_directory('a')", "NULL"),
        ("parent_directory(NULL)", "error: Invalid type for argument 1"),
        ("parent_directory(5)", "error: Invalid type for argument 1"),
    ]);
    assert_eq!(on(Windows, r"parent_directory('C:\a\b')"), r"C:\a");
    assert_eq!(on(Windows, "parent_directory('a/b')"), "NULL");
}

#[test]
fn versions_and_addresses() {
    all(&[
        ("version_compare('9.0', '14.4')", "-1"),
        ("version_compare('14.4', '14.4')", "0"),
        ("version_compare('14.10', '14.4')", "1"),
        ("version_compare('1.0~a', '1.0', 'rhel')", "-1"),
        (
            "version_compare('1.0', '1.0', 'x')",
            "error: The optional third parameter does not match one of: (ARCH, DPKG, RHEL).",
        ),
        ("version_compare('1.0', '1.0', 1)", "error: The optional third parameter is not a string."),
        ("version_compare('1.0', NULL)", "error: Must provide two version strings to compare."),
        ("version_compare(1.0, '1.0')", "error: Must provide two version strings to compare."),
        ("version_compare('1.0')", "error: wrong number of arguments to function version_compare()"),
        ("in_cidr_block('10.0.0.0/8', '10.1.2.3')", "1"),
        ("in_cidr_block('10.0.0.0/8', '11.1.2.3')", "0"),
        ("in_cidr_block('10.0.0.0/8', '10.0.0.0')", "0"),
        ("in_cidr_block('10.0.0.0/8', '10.255.255.255')", "0"),
        ("in_cidr_block('fe80::/10', 'fe80::1')", "1"),
        ("in_cidr_block('fe80::/10', '::1')", "0"),
        ("in_cidr_block('10.0.0.0/8', 'x')", "error: IP address cannot be parsed"),
        ("in_cidr_block('x', '10.0.0.1')", "error: CIDR for IP address v4 cannot be parsed"),
        ("in_cidr_block('x', '::1')", "error: CIDR for IP address v6 cannot be parsed"),
        ("in_cidr_block(NULL, '10.0.0.1')", "error: CIDR must be a string"),
        ("in_cidr_block('10.0.0.0/8', NULL)", "error: IP addresss must be a string"),
        ("inet_aton('1.2.3.4')", "16909060"),
        ("inet_aton('::1')", "NULL"),
        ("inet_aton('x')", "NULL"),
        ("inet_aton(NULL)", "NULL"),
        (
            "community_id_v1('66.35.250.204', '128.232.110.120', 80, 34855, 6)",
            "1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
        ),
        ("community_id_v1('192.168.1.52', '8.8.8.8', 54585, 53, 17, 1)", "1:Q9We8WO3piVF8yEQBNJF4uiSVrI="),
        ("community_id_v1('8.8.8.8', '192.168.1.52', 53, 54585, 17, 1)", "1:Q9We8WO3piVF8yEQBNJF4uiSVrI="),
        ("community_id_v1(NULL, '8.8.8.8', 1, 1, 6)", "NULL"),
    ]);
    for bad in ["'192.168.1.52', 'foo', 10, 53, 17, 0", "'10.0.0.1', '10.0.0.2', 10, 53, 17, 100000000"] {
        assert_eq!(given(&format!("community_id_v1({bad})")), "NULL");
        assert!(given(&format!("community_id_v1_strict({bad})")).starts_with("error: "));
    }
    let warned = tried(&device(Macos), "SELECT community_id_v1('x', '8.8.8.8', 1, 1, 6)");
    assert!(warned.stderr.starts_with('W'), "{}", warned.stderr);
}

#[test]
fn mathematics() {
    all(&[
        ("sqrt(9)", "3.0"),
        ("log(exp(1))", "1.0"),
        ("log10(100)", "2.0"),
        ("power(2, 10)", "1024.0"),
        ("power(NULL, 1)", "NULL"),
        ("power(1, NULL)", "NULL"),
        ("ceil(1.2)", "2"),
        ("floor(-1.2)", "-2"),
        ("typeof(floor(1.7))", "integer"),
        ("ceil(9223372036854775807)", "9223372036854775807"),
        ("ceil('1.2')", "2"),
        ("round(pi(), 4)", "3.1416"),
        ("degrees(pi())", "180.0"),
        ("round(radians(180), 4)", "3.1416"),
        ("sin(0)", "0.0"),
        ("cos(0)", "1.0"),
        ("tan(0)", "0.0"),
        ("round(cot(1), 4)", "0.6421"),
        ("asin(0)", "0.0"),
        ("acos(1)", "0.0"),
        ("atan(0)", "0.0"),
        // macOS' library reports no errors.
        ("sqrt(-1)", "NULL"),
        ("log(1, 2)", "error: wrong number of arguments to function log()"),
        ("sqrt('x')", "0.0"),
    ]);
    for name in [
        "sqrt", "acos", "asin", "atan", "cos", "sin", "tan", "cot", "exp", "log", "log10", "degrees",
        "radians", "ceil", "floor",
    ] {
        assert_eq!(given(&format!("{name}(NULL)")), "NULL", "{name}");
    }
    assert_eq!(on(Linux, "sqrt(-1)"), "error: Numerical argument out of domain");
    assert_eq!(on(Linux, "log(0)"), "error: Numerical result out of range");
    assert_eq!(on(Windows, "acos(2)"), "error: Domain error");
}

#[test]
fn what_a_capture_cannot_answer_and_what_3_42_lacks() {
    let unknown = "looks at the device's files, which no capture holds.";
    assert!(given("find_file_path_in_cmd('/bin/ls -l')").ends_with(unknown));
    assert!(given("is_path_deterministic('/bin/ls')").ends_with(unknown));
    all(&[
        ("strftime('%F', 'now')", "NULL"),
        ("strftime('%Y-%m-%d', 0, 'unixepoch')", "1970-01-01"),
        ("strftime('%%')", "%"),
        ("strftime(NULL, 'now')", "NULL"),
        ("strftime('%s', '1970-01-02')", "86400"),
        ("sqlite_version()", "3.42.0"),
        ("iif(1, 2, 3)", "2"),
        ("json_extract('{\"a\":1}', '$.a')", "1"),
        ("'{\"a\":1}' ->> 'a'", "1"),
        ("1 IS DISTINCT FROM 2", "1"),
        ("soundex('a')", "A000"),
        ("unhex('41')", "A"),
        ("count(*) OVER ()", "1"),
    ]);
}
