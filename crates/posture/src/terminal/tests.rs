//! What each shell gives the program for the command; the Windows ones by their rules, written out here.

use super::*;
use OsqueryPlatform::{Macos, Windows};

pub(super) const NASTY: &[&str] = &[
    "SELECT 'it''s';",
    "SELECT '$HOME `id` $(id) \\ ! !! ~ * ? { a,b } # & | < > ; %PATH% %%';",
    "SELECT \"name\", 'a\"b', `c` FROM t -- why 'not\nWHERE x = 1",
    "SELECT 'line\nbreak\ttab\r\n';",
    "SELECT 'ü 漢 ’ ‘ ‚ ‛ “';",
    "SELECT '\\\\server\\share\\';",
    "SELECT 1 FROM registry WHERE path LIKE 'HKEY_USERS\\%\\Software\\%\\x' OR data = '\\\"'",
];

#[test]
fn each_shell_gets_its_own_line() {
    let check = |shell, platform, query: &str, want: Result<&str, Unquotable>| {
        let path = if platform == Windows { r"C:\Program Files\osquery\osqueryi.exe" } else { "/opt/o" };
        assert_eq!(
            command(shell, platform, path, query).as_deref().map_err(|e| *e),
            want,
            "{shell:?} {query:?}"
        );
    };
    check(
        Shell::Posix,
        Macos,
        "-- a flag?\nSELECT 'x' -- y",
        Ok(r"sudo '/opt/o' --S --json 'SELECT '\''x'\'' -- y'"),
    );
    check(
        Shell::Posix,
        Windows,
        "SELECT 1",
        Ok(r"'C:\Program Files\osquery\osqueryi.exe' --S --json 'SELECT 1'"),
    );
    check(
        Shell::PowerShell,
        Windows,
        "SELECT '$x ’'\nFROM t",
        Ok("& 'C:\\Program Files\\osquery\\osqueryi.exe' --S --json 'SELECT ''$x ’’''\nFROM t'"),
    );
    check(Shell::PowerShell, Macos, "SELECT 1", Ok("sudo '/opt/o' --S --json 'SELECT 1'"));
    check(
        Shell::PowerShell,
        Windows,
        "SELECT \"a\"",
        Ok(
            "$q = 'SELECT \"a\"'; if (-not $PSNativeCommandArgumentPassing -or $PSNativeCommandArgumentPassing -eq \
            'Legacy') { $q = $q -replace '(\\\\*)\"', '$1$1\\\"' }; & 'C:\\Program Files\\osquery\\osqueryi.exe' --S --json $q",
        ),
    );
    let cmd = |text: &str| format!("\"C:\\Program Files\\osquery\\osqueryi.exe\" --S --json \"{text}\"");
    check(Shell::Cmd, Windows, "SELECT 'a & b' -- c\n\tFROM  t;", Ok(&cmd("SELECT 'a & b' FROM t;")));
    check(Shell::Cmd, Windows, "SELECT '%PATH%'", Ok(&cmd("SELECT '\"^%\"PATH\"^%\"'")));
    check(Shell::Cmd, Windows, r"SELECT 'A\%\B'", Ok(&cmd(r#"SELECT 'A\\"^%"\B'"#)));
    check(Shell::Cmd, Windows, "SELECT \"a\"", Ok(&cmd(r#"SELECT "\^""a"\^"""#)));
    check(Shell::Cmd, Windows, "SELECT/**/1/* x\ny */+2", Ok(&cmd("SELECT 1 +2")));
    check(Shell::Cmd, Windows, "SELECT 'a\nb'", Err(Unquotable::LineBreak));
    check(Shell::Cmd, Windows, "SELECT 'a", Err(Unquotable::Unreadable));
    check(Shell::Cmd, Windows, &format!("SELECT '{}'", "x".repeat(MOST_CMD)), Err(Unquotable::TooLong));
    check(
        Shell::PowerShell,
        Windows,
        &format!("SELECT '{}'", "x".repeat(MOST_WINDOWS)),
        Err(Unquotable::TooLong),
    );
    for shell in [Shell::Posix, Shell::PowerShell, Shell::Cmd] {
        check(shell, Windows, "-- nothing", Err(Unquotable::Empty));
        check(shell, Windows, " .tables", Err(Unquotable::ShellCommand));
        check(shell, Windows, "SELECT '\0'", Err(Unquotable::Nul));
    }
    assert_eq!(command(Shell::Cmd, Windows, "C:\\%x%\\o.exe", "SELECT 1"), Err(Unquotable::Path));
}

/// cmd.exe's prompt: percent pairs first (an unknown variable stays), then carets outside quotes. Then the program's runtime:
/// backslashes before a quote count half, an odd one makes it a letter.
#[test]
fn by_the_rules_of_cmd_the_query_arrives_letter_by_letter() {
    let variables = ["PATH", "a"];
    for query in NASTY.iter().filter(|query| !query.contains("line\n")) {
        let line = command(Shell::Cmd, Windows, "o.exe", query).expect("quotable");
        for name in variables {
            assert!(!line.contains(&format!("%{name}%")), "{line}");
        }
        assert_eq!(
            by_cmd(&line),
            ["o.exe", "--S", "--json", &on_one_line(query).expect("one line")],
            "{line}"
        );
    }
}

/// A line as cmd.exe hands it on, and the program takes it apart.
fn by_cmd(line: &str) -> Vec<String> {
    let mut seen = String::new();
    let (mut quoted, mut letters) = (false, line.chars());
    while let Some(c) = letters.next() {
        match c {
            '"' => {
                quoted = !quoted;
                seen.push(c);
            }
            '^' if !quoted => seen.extend(letters.next()),
            '&' | '|' | '<' | '>' if !quoted => panic!("{c} is live in {line}"),
            _ => seen.push(c),
        }
    }
    arguments(&seen)
}

/// PowerShell before 7.3: the argument after its own `-replace` is put into quotes as it is.
#[test]
fn by_the_old_rules_of_powershell_the_query_arrives_letter_by_letter() {
    for query in NASTY {
        let mut escaped = String::new();
        let mut backslashes = 0;
        for c in from_first_token(query).expect("a query").chars() {
            if c == '"' {
                escaped.extend(std::iter::repeat_n('\\', backslashes + 1));
            }
            backslashes = if c == '\\' { backslashes + 1 } else { 0 };
            escaped.push(c);
        }
        assert_eq!(arguments(&format!("o.exe \"{escaped}\"")), ["o.exe", *query]);
    }
}

/// A command line as the C runtime takes it apart.
fn arguments(line: &str) -> Vec<String> {
    let (mut found, mut current, mut quoted, mut backslashes) = (Vec::new(), None::<String>, false, 0);
    for c in line.chars() {
        let text = current.get_or_insert_default();
        match c {
            '\\' => backslashes += 1,
            '"' => {
                text.extend(std::iter::repeat_n('\\', backslashes / 2));
                if backslashes % 2 == 1 {
                    text.push('"')
                } else {
                    quoted = !quoted
                }
                backslashes = 0;
            }
            _ => {
                text.extend(std::iter::repeat_n('\\', std::mem::take(&mut backslashes)));
                if c.is_whitespace() && !quoted {
                    found.extend(current.take().filter(|text| !text.is_empty()));
                } else {
                    text.push(c);
                }
            }
        }
    }
    if let Some(mut text) = current {
        text.extend(std::iter::repeat_n('\\', backslashes));
        found.push(text);
    }
    found
}

/// Whatever the text, there is a line that gives the program this text, or a reason why not.
#[test]
fn a_random_text_arrives_or_is_refused() {
    let letters: Vec<char> = "''\"\"\\\\%%^&|<>!  \n-/*;ab1[]`().\r\tü’\0$@".chars().collect();
    let mut random = fastrand::Rng::with_seed(5);
    let mut arrived = 0;
    for _ in 0..30_000 {
        let text: String =
            (0..random.usize(0..14)).map(|_| letters[random.usize(0..letters.len())]).collect();
        let text = format!("SELECT '{text}");
        for shell in [Shell::Posix, Shell::PowerShell] {
            let _ = command(shell, Windows, "o.exe", &text);
        }
        let _ = crate::local::OneSelect::new(&text);
        if let Ok(line) = command(Shell::Cmd, Windows, "o.exe", &text) {
            let one = on_one_line(&text).expect("it was put on one line");
            assert_eq!(by_cmd(&line), ["o.exe", "--S", "--json", &one], "{text:?} {line}");
            arrived += 1;
        }
    }
    assert!(arrived > 1_000, "only {arrived} texts got a line");
}
