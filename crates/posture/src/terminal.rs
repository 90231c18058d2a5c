//! A check as a command to paste into a terminal, quoted so that osquery gets the query letter by letter. Runs nothing. Sources:
//! POSIX 2.2 (quoting), Microsoft's rules for C command lines, and the parsers of cmd.exe and PowerShell.

use crate::local::tokens;
use domain::OsqueryPlatform;

/// cmd.exe takes a line of 8,191 characters.
const MOST_CMD: usize = 8_191;
/// Windows takes a command line of 32,767 characters.
const MOST_WINDOWS: usize = 32_767;
/// PowerShell takes each of these for a single quote.
const SINGLE_QUOTES: [char; 5] = ['\'', '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}'];

/// A command line's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shell {
    /// sh, bash, zsh, dash.
    Posix,
    /// Windows PowerShell 5.1 and PowerShell 7 alike.
    PowerShell,
    /// cmd.exe, at its prompt; in a batch file `%` means something else.
    Cmd,
}

/// Why there is no command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unquotable {
    #[error("There is no statement to run.")]
    Empty,
    #[error("There is a NUL character; no command line can hold one.")]
    Nul,
    #[error("It begins with a full stop, which osquery's shell takes for a command of its own.")]
    ShellCommand,
    #[error("The text can't be read as SQL, so it can't be put on one line safely.")]
    Unreadable,
    #[error("A text or a name in the query goes over a line break, and this command line has only one line.")]
    LineBreak,
    #[error("The command is longer than this command line takes.")]
    TooLong,
    #[error("The path of the program has a character that this command line can't hold.")]
    Path,
}

/// The command that runs `query` with `binary`. As root on macOS and Linux (`sudo`), as checks are run on devices; on Windows
/// the terminal itself has to be one of an administrator. Comments before the statement are left out everywhere, for a first
/// argument that begins with `--` would be a flag; cmd.exe gets the query without any comment, on one line.
pub fn command(
    shell: Shell,
    platform: OsqueryPlatform,
    binary: &str,
    query: &str,
) -> Result<String, Unquotable> {
    if query.contains('\0') || binary.contains('\0') {
        return Err(Unquotable::Nul);
    }
    if query.trim_start().starts_with('.') {
        return Err(Unquotable::ShellCommand);
    }
    let sudo = if platform == OsqueryPlatform::Windows { "" } else { "sudo " };
    match shell {
        Shell::Posix => {
            let query = from_first_token(query)?;
            Ok(format!("{sudo}{} --S --json {}", posix(binary), posix(query)))
        }
        Shell::PowerShell => powershell(sudo, binary, from_first_token(query)?),
        Shell::Cmd => cmd(binary, &on_one_line(query)?),
    }
}

/// In single quotes nothing is live, and a line break is one.
fn posix(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// In single quotes nothing is live but the quote itself. A double quote is another matter: until PowerShell 7.3 it has to be
/// escaped for the program, and from then on it must not be, so the command asks which one it is.
fn powershell(sudo: &str, binary: &str, query: &str) -> Result<String, Unquotable> {
    let quoted = |text: &str| {
        let mut quoted = String::from("'");
        for c in text.chars() {
            // Doubled, whichever of them it is; the first of the two is dropped.
            quoted.extend(std::iter::repeat_n(c, 1 + usize::from(SINGLE_QUOTES.contains(&c))));
        }
        quoted.push('\'');
        quoted
    };
    // Until 7.3 the argument is put into quotes as it is: a backslash at its end would take the closing one with it.
    let query = if query.ends_with('\\') { format!("{query} ") } else { query.to_owned() };
    let call = if sudo.is_empty() { "& " } else { sudo };
    let (program, text) = (quoted(binary), quoted(&query));
    let line = if query.contains('"') {
        format!(
            "$q = {text}; if (-not $PSNativeCommandArgumentPassing -or $PSNativeCommandArgumentPassing -eq 'Legacy') \
             {{ $q = $q -replace '(\\\\*)\"', '$1$1\\\"' }}; {call}{program} --S --json $q"
        )
    } else {
        format!("{call}{program} --S --json {text}")
    };
    // What the program gets is at most as long as what stands here.
    if line.encode_utf16().count() > MOST_WINDOWS { Err(Unquotable::TooLong) } else { Ok(line) }
}

/// Inside double quotes cmd.exe leaves everything alone but `%NAME%` and the closing quote. Both are taken out of the quotes and
/// given a caret, which the prompt drops and the program never sees: `"…"^%"…"`, `"…"\^""…"`. A pair of `%` then encloses a
/// name with a quote and a caret in it, which no variable has, and a variable that is not there is left as it stands.
fn cmd(binary: &str, query: &str) -> Result<String, Unquotable> {
    if binary.contains(['"', '%', '\n', '\r']) {
        return Err(Unquotable::Path);
    }
    let mut line = format!("\"{binary}\" --S --json \"");
    let mut backslashes = 0;
    for c in query.chars() {
        if matches!(c, '%' | '"') {
            // The program's own rule: before a quote, backslashes count half.
            line.extend(std::iter::repeat_n('\\', backslashes));
            line.push_str(if c == '%' { "\"^%\"" } else { "\"\\^\"\"" });
        } else {
            line.push(c);
        }
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
    }
    line.extend(std::iter::repeat_n('\\', backslashes));
    line.push('"');
    if line.encode_utf16().count() > MOST_CMD { Err(Unquotable::TooLong) } else { Ok(line) }
}

fn from_first_token(query: &str) -> Result<&str, Unquotable> {
    let text = tokens::without_lead(query).map_err(|_| Unquotable::Unreadable)?.trim_end();
    if text.is_empty() { Err(Unquotable::Empty) } else { Ok(text) }
}

/// The query without comments and line breaks. Space inside texts and names is left as it is.
fn on_one_line(query: &str) -> Result<String, Unquotable> {
    let mut line = String::with_capacity(query.len());
    let mut last = None;
    for token in tokens::of(query).map_err(|_| Unquotable::Unreadable)? {
        let text = &query[token.clone()];
        if text.contains(['\n', '\r']) {
            return Err(Unquotable::LineBreak);
        }
        if last.is_some_and(|end| end < token.start) {
            line.push(' ');
        }
        line.push_str(text);
        last = Some(token.end);
    }
    if line.is_empty() { Err(Unquotable::Empty) } else { Ok(line) }
}

#[cfg(test)]
mod tests;

/// What sh gives the program, by asking it.
#[cfg(all(test, unix))]
mod sh {
    use super::tests::NASTY;
    use super::*;
    use OsqueryPlatform::Macos;

    #[test]
    fn sh_hands_the_query_on_letter_by_letter() {
        for query in NASTY {
            // The terminal's own line, with a program that prints what it gets in the place of sudo.
            let line = command(Shell::Posix, Macos, "/Applications/Okta Verify.app/it's $x/osqueryd", query);
            let line = line.expect("quotable").replacen("sudo ", "printf '<%s>' ", 1);
            let run = std::process::Command::new("sh").arg("-c").arg(&line).output().expect("sh runs");
            let want = format!("</Applications/Okta Verify.app/it's $x/osqueryd><--S><--json><{query}>");
            assert_eq!(String::from_utf8_lossy(&run.stdout), want);
        }
    }
}
