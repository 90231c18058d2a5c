//! The command line of `posternctl log`.

use crate::args::OrgArgs;
use clap::Args;
use domain::{LogCondition, LogField, Timestamp};

pub const HELP: &str = "\
Events of the local copy, newest first; the org is not called. Without --json a line has time, type, outcome, user, actor,
address and message, parted by tabs; with it, each is one JSON object. How many more fit is told on stderr.

Fields for --filter and --count-by: event_type, outcome, severity, risk, user, actor, device, app, ip, session, root_session,
transaction, trace. A type that ends in * means every type that begins so. Several values of one filter are alternatives;
several filters must all hold; != excludes. Words (--search) may stand in messages, names, addresses, types and reasons, each
as a beginning.

--count-by gives a line for each of the fifty most frequent values: count, value, and its name where it is an id. As in the
window, a field is counted under every filter but its own.

Times are 2026-10-05, 2026-10-05T14:00:00Z, or back from now: 90m, 12h, 7d. --since is in the span, --until is not.

Examples:
  posternctl log --filter event_type=user.risk.detect --since 30d
  posternctl log --search 'unknown device' --filter outcome!=SUCCESS --limit 20
  posternctl log --filter 'event_type=policy.*' --since 7d --count-by event_type --count-by user
  posternctl log --filter user=00u1abcd --since 2026-10-05 --until 2026-10-06 --limit 0 --json > day.jsonl
";

/// `log`.
#[derive(Debug, Args)]
pub struct LogArgs {
    #[command(flatten)]
    pub org: OrgArgs,
    /// Words that must all be found
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub search: String,
    /// field=value[,value…] or field!=value[,value…]
    #[arg(long, value_name = "FILTER", value_parser = condition)]
    pub filter: Vec<LogCondition>,
    /// From this time on
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub since: Option<Time>,
    /// Before this time
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub until: Option<Time>,
    /// Count by this field instead of listing; may be given again
    #[arg(long, value_name = "FIELD", value_parser = field, conflicts_with = "limit")]
    pub count_by: Vec<LogField>,
    /// Write JSON, one object a line
    #[arg(long)]
    pub json: bool,
    /// At most so many events; 0 writes all of them
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: u64,
}

/// A moment, or how long ago one was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    At(Timestamp),
    /// Milliseconds.
    Ago(i64),
}

impl Time {
    /// The moment, seen from now.
    pub fn from(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Ago(back) => Timestamp(now.0.saturating_sub(back)),
        }
    }
}

fn time(text: &str) -> Result<Time, String> {
    let unit = |unit: char| match unit {
        'm' => Some(60_000),
        'h' => Some(3_600_000),
        'd' => Some(Timestamp::DAY),
        _ => None,
    };
    let mut letters = text.chars();
    let last = letters.next_back().and_then(unit);
    if let (Some(unit), Ok(count)) = (last, letters.as_str().parse::<u32>()) {
        return Ok(Time::Ago(i64::from(count).saturating_mul(unit)));
    }
    let whole = Timestamp::parse(text).or_else(|| Timestamp::parse(&format!("{text}T00:00:00Z")));
    whole.map(Time::At).ok_or_else(|| "a time is 2026-10-05, 2026-10-05T14:00:00Z, 90m, 12h or 7d".to_owned())
}

fn field(text: &str) -> Result<LogField, String> {
    LogField::from_key(text).ok_or_else(|| {
        let known: Vec<&str> = LogField::ALL.iter().map(|field| field.key()).collect();
        format!("there is no field \"{text}\"; there are {}", known.join(", "))
    })
}

fn condition(text: &str) -> Result<LogCondition, String> {
    let (name, values) = text.split_once('=').ok_or("a filter is field=value or field!=value")?;
    let (name, exclude) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
    let field = field(name)?;
    let values: Vec<String> = values.split(',').map(str::to_owned).collect();
    // An empty value would narrow nothing, which nobody means who writes a filter.
    if values.iter().any(String::is_empty) {
        return Err(format!("which {name}? A value is missing"));
    }
    Ok(LogCondition { field, values, exclude, on: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        let hour = 3_600_000;
        assert_eq!(time("90m"), Ok(Time::Ago(hour * 3 / 2)));
        assert_eq!([time("12h"), time("7d")], [Ok(Time::Ago(12 * hour)), Ok(Time::Ago(7 * 24 * hour))]);
        let day = Timestamp::parse("2026-10-05T00:00:00Z").expect("a date");
        assert_eq!(time("2026-10-05"), Ok(Time::At(day)));
        assert_eq!(time("2026-10-05T02:00:00+02:00"), Ok(Time::At(day)));
        for nonsense in ["", "d", "7", "-7d", "7 d", "yesterday", "2026-13-05", "9999999999d", "é"] {
            assert!(time(nonsense).is_err(), "{nonsense}");
        }
        assert_eq!(Time::Ago(hour).from(day).0, day.0 - hour);
        assert_eq!(Time::At(day).from(Timestamp(0)), day);
    }

    #[test]
    fn filters_are_read() {
        let got = condition("event_type!=user.*,zone.update").expect("reads");
        assert_eq!((got.field, got.exclude, got.on), (LogField::EventType, true, true));
        assert_eq!(got.values, ["user.*", "zone.update"]);
        // What a value holds is its own business.
        assert_eq!(condition("ip=a=b").expect("reads").values, ["a=b"]);
        assert!(condition("colour=red").is_err_and(|why| why.contains("root_session")));
        for nonsense in ["ip", "ip=", "ip=a,", "=a", "!=a"] {
            assert!(condition(nonsense).is_err(), "{nonsense}");
        }
    }
}
