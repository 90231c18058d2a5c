//! Reads what osquery's shell printed, and judges it as Okta would. Starts nothing.

use super::process::Ended;
use domain::{Captured, Expect, Judgement, LocalBinary, LocalLevel, LocalMessage, LocalRun};
use std::time::Duration;

/// So many rows are kept; a check has one.
const MOST_ROWS: usize = 200;
/// So many characters of standard output are kept to be shown.
const MOST_SHOWN: usize = 64 << 10;

/// `osqueryd version 5.18.1` as `5.18.1`.
pub(super) fn version(stdout: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(stdout);
    let (_, after) = text.lines().find_map(|line| line.split_once(" version "))?;
    let version = after.split_whitespace().next()?;
    version.starts_with(|c: char| c.is_ascii_digit()).then(|| version.to_owned())
}

/// The run, with its judgement.
pub(super) fn judged(binary: &LocalBinary, ended: Ended, expect: &Expect, limit: Duration) -> LocalRun {
    let stderr = String::from_utf8_lossy(&ended.stderr).into_owned();
    let messages = messages(&stderr);
    let rows = rows(&ended.stdout);
    let judgement = judge(&ended, rows.as_ref(), &messages, expect, limit);
    let mut stdout = String::from_utf8_lossy(&ended.stdout).into_owned();
    let shown = (0..=MOST_SHOWN.min(stdout.len())).rev().find(|at| stdout.is_char_boundary(*at));
    stdout.truncate(shown.unwrap_or_default());
    let mut rows = rows.unwrap_or_default();
    let row_count = rows.len() as u64;
    rows.truncate(MOST_ROWS);
    LocalRun {
        binary: binary.path.clone(),
        version: binary.version.clone(),
        judgement,
        rows,
        row_count,
        stdout,
        stderr,
        messages,
        exit: ended.exit,
        millis: ended.millis,
        timed_out: ended.timed_out,
    }
}

/// The rows in what was printed, with lines before and after that are none of it; `None` where no list of rows is there.
fn rows(stdout: &[u8]) -> Option<Vec<Captured>> {
    // The shell begins its list on a line of its own. A log line may have a `[`, too, but not as its first character.
    let starts = std::iter::once(0)
        .chain(stdout.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1));
    let starts = starts.filter(|at| stdout.get(*at) == Some(&b'['));
    // A program that prints nothing but brackets should not be read once for each of them.
    starts.take(16).find_map(|at| {
        let text = String::from_utf8_lossy(&stdout[at..]);
        let mut found = serde_json::Deserializer::from_str(&text).into_iter::<Vec<Captured>>();
        found.next()?.ok()
    })
}

/// The lines of standard error. glog's begin with a letter, a date and a time: `W0821 10:00:00.123456 1234 file.cpp:10] text`.
fn messages(stderr: &str) -> Vec<LocalMessage> {
    let read = |line: &str| {
        let line = line.trim();
        let mut letters = line.chars();
        let level = match letters.next()? {
            'W' => LocalLevel::Warning,
            'E' | 'F' => LocalLevel::Error,
            'I' => LocalLevel::Info,
            _ => LocalLevel::Info,
        };
        let dated = line.get(1..5).is_some_and(|date| date.bytes().all(|b| b.is_ascii_digit()));
        let (level, text) = match line.split_once("] ") {
            Some((_, text)) if dated => (level, text),
            _ => match line.strip_prefix("Error: ") {
                Some(text) => (LocalLevel::Error, text),
                None => (LocalLevel::Info, line),
            },
        };
        Some(LocalMessage { level, text: text.to_owned() })
    };
    stderr.lines().filter_map(read).collect()
}

fn judge(
    ended: &Ended,
    rows: Option<&Vec<Captured>>,
    messages: &[LocalMessage],
    expect: &Expect,
    limit: Duration,
) -> Judgement {
    let error = |why: String| Judgement::Error(why);
    if ended.timed_out {
        return error(format!("It took longer than {} and was ended.", seconds(limit)));
    }
    if ended.flooded {
        return error(String::from("It printed so much that it was ended."));
    }
    let said = messages.iter().rfind(|message| message.level == LocalLevel::Error);
    match ended.exit {
        Some(0) => {}
        Some(code) => {
            let said =
                said.map_or_else(|| format!("It ended with code {code}."), |said| sentence(&said.text));
            return error(said);
        }
        None => return Judgement::Unknown(String::from("The program was ended by the system.")),
    }
    let Some(rows) = rows else {
        return Judgement::Unknown(String::from("The program printed no list of rows."));
    };
    match rows.as_slice() {
        // An error that leaves the code at 0 comes with an empty list.
        [] if said.is_some() => error(said.map(|said| sentence(&said.text)).unwrap_or_default()),
        [] => error(String::from("No row came back, so Okta gets no answer.")),
        [row] => entry(row, expect),
        more => error(format!("{} rows came back where one is needed.", more.len())),
    }
}

/// What one row says. Columns of one name are one key in JSON, so that there is one column is not proved by this.
fn entry(row: &Captured, expect: &Expect) -> Judgement {
    let mut values = row.values();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Judgement::Error(format!("{} columns came back where one is needed.", row.len()));
    };
    let value = value.as_deref().unwrap_or_default();
    match (expect, value) {
        (Expect::Checkbox, "1") => Judgement::Pass,
        (Expect::Checkbox, "0") => Judgement::Fail,
        (Expect::Checkbox, "") => {
            Judgement::Error(String::from("The answer is empty: NULL or no text, neither 1 nor 0."))
        }
        (Expect::Checkbox, other) => Judgement::Error(format!("The answer is `{other}`, neither 1 nor 0.")),
        (Expect::Text(Some(wanted)), value) if wanted == value => Judgement::Pass,
        (Expect::Text(Some(_)), _) => Judgement::Fail,
        (Expect::Text(None), value) => {
            Judgement::Unknown(format!("The answer is `{value}`; no policy says which text passes."))
        }
    }
}

fn sentence(text: &str) -> String {
    format!("{}.", text.trim_end_matches('.'))
}

fn seconds(time: Duration) -> String {
    match (time.as_secs(), time.subsec_millis()) {
        (1, 0) => String::from("1 second"),
        (seconds, 0) => format!("{seconds} seconds"),
        _ => format!("{} milliseconds", time.as_millis()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        let check =
            |text: &str, want: Option<&str>| assert_eq!(version(text.as_bytes()).as_deref(), want, "{text}");
        check("osqueryd version 5.18.1\n", Some("5.18.1"));
        check("W0821 x] y\nosqueryi version 5.18.1-okta extra\n", Some("5.18.1-okta"));
        check("bash version none", None);
        check("", None);
    }

    #[test]
    fn lines_of_standard_error_are_told_apart() {
        let check = |line: &str, level: LocalLevel, text: &str| {
            assert_eq!(messages(line), [LocalMessage { level, text: text.into() }], "{line}");
        };
        check("W0821 10:00:00.123456 1234 virtual_table.cpp:1050] Table x", LocalLevel::Warning, "Table x");
        check("E0821 10:00:00.1 1 a.cpp:1] bad [x] y", LocalLevel::Error, "bad [x] y");
        check("I0821 10:00:00.1 1 a.cpp:1] fine", LocalLevel::Info, "fine");
        check("Error: no such table: x\r", LocalLevel::Error, "no such table: x");
        check("What [is] this", LocalLevel::Info, "What [is] this");
        check("Ärger", LocalLevel::Info, "Ärger");
        assert!(messages("\n \n").is_empty());
    }

    #[test]
    fn an_answer_is_judged_as_okta_would() {
        let error = |text: &str| Judgement::Error(text.into());
        let check = |row: &[(&str, &str)], expect: Expect, want: Judgement| {
            let row = row.iter().map(|(key, value)| ((*key).into(), Some((*value).into()))).collect();
            assert_eq!(entry(&row, &expect), want, "{row:?}");
        };
        check(&[("a", "1")], Expect::Checkbox, Judgement::Pass);
        check(&[("a", "0")], Expect::Checkbox, Judgement::Fail);
        check(&[("a", "1.0")], Expect::Checkbox, error("The answer is `1.0`, neither 1 nor 0."));
        check(
            &[("a", "")],
            Expect::Checkbox,
            error("The answer is empty: NULL or no text, neither 1 nor 0."),
        );
        check(&[("a", "1"), ("b", "1")], Expect::Checkbox, error("2 columns came back where one is needed."));
        check(&[("a", "on")], Expect::Text(Some("on".into())), Judgement::Pass);
        check(&[("a", "off")], Expect::Text(Some("on".into())), Judgement::Fail);
        let open = "The answer is `on`; no policy says which text passes.";
        check(&[("a", "on")], Expect::Text(None), Judgement::Unknown(open.into()));
    }
}
