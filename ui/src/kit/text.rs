//! Numbers and times as people read them. Exact values stand in the tooltip.

/// `1204` as `1,204`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 device`, `2 devices`.
pub fn plural(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// A size: `812 KiB`, `3.2 MiB`.
pub fn bytes(n: u64) -> String {
    const KIB: f64 = 1024.0;
    match n as f64 {
        n if n < KIB * KIB => format!("{:.0} KiB", (n / KIB).ceil()),
        n if n < KIB * KIB * KIB => format!("{:.1} MiB", n / KIB / KIB),
        n => format!("{:.1} GiB", n / KIB / KIB / KIB),
    }
}

/// The share of `part` in `whole`, as `12 %`; shares that are not nothing and not all never read so.
pub fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return String::from("–");
    }
    let percent = part as f64 * 100.0 / whole as f64;
    match percent {
        _ if part == 0 => "0 %".into(),
        _ if part == whole => "100 %".into(),
        p if p < 1.0 => "<1 %".into(),
        p if p > 99.0 => ">99 %".into(),
        p => format!("{p:.0} %"),
    }
}

/// A span of milliseconds in one unit: `3 min`, `6 h`, `12 d`.
pub fn span(milliseconds: i64) -> String {
    let seconds = milliseconds.max(0) / 1000;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        172_800..63_072_000 => format!("{} d", seconds / 86_400),
        _ => format!("{} y", seconds / 31_536_000),
    }
}

/// How long ago `at` was, both in milliseconds since 1970; a moment ahead of our clock says so.
pub fn ago(at: i64, now: i64) -> String {
    match now - at {
        behind if behind < -60_000 => format!("in {}", span(-behind)),
        behind if behind < 5_000 => "just now".into(),
        behind => format!("{} ago", span(behind)),
    }
}

fn local(milliseconds: i64) -> js_sys::Date {
    js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(milliseconds as f64))
}

/// The moment in the machine's own zone and with seconds, for tooltips.
pub fn exact(milliseconds: i64) -> String {
    let d = local(milliseconds);
    let (y, mo, day) = (d.get_full_year(), d.get_month() + 1, d.get_date());
    let (h, m, s) = (d.get_hours(), d.get_minutes(), d.get_seconds());
    let offset = -(d.get_timezone_offset() as i32);
    let sign = if offset < 0 { '−' } else { '+' };
    let (oh, om) = (offset.abs() / 60, offset.abs() % 60);
    format!("{y}-{mo:02}-{day:02} {h:02}:{m:02}:{s:02} (UTC{sign}{oh:02}:{om:02})")
}

/// `14:02` of the machine's own zone.
pub fn clock(milliseconds: i64) -> String {
    let d = local(milliseconds);
    format!("{:02}:{:02}", d.get_hours(), d.get_minutes())
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// `3 Nov 2026` of the machine's own zone.
pub fn day(milliseconds: i64) -> String {
    let d = local(milliseconds);
    let month = MONTHS.get(d.get_month() as usize).copied().unwrap_or("?");
    format!("{} {month} {}", d.get_date(), d.get_full_year())
}

/// `Tue 3 Nov 2026` of the machine's own zone.
pub fn weekday(milliseconds: i64) -> String {
    let name = DAYS.get(local(milliseconds).get_day() as usize).copied().unwrap_or("?");
    format!("{name} {}", day(milliseconds))
}

/// `Tue 3 Nov, 14:02` of the machine's own zone; with the year, if it is another than that of `now`.
pub fn moment(milliseconds: i64, now: i64) -> String {
    let mut day = weekday(milliseconds);
    let year = format!(" {}", local(now).get_full_year());
    if day.ends_with(&year) {
        day.truncate(day.len() - year.len());
    }
    format!("{day}, {}", clock(milliseconds))
}

/// The moment that a field for local date and time holds (`2026-11-03T14:02`).
pub fn from_local(field: &str) -> Option<i64> {
    let time = js_sys::Date::parse(field);
    time.is_finite().then_some(time as i64)
}

/// Words that are said letter by letter.
const LETTERS: [&str; 9] = ["os", "id", "udid", "imei", "meid", "sid", "tpm", "ip", "url"];

/// A name of the org's data for a person: `osVersion` and `os_version` as `OS version`.
pub fn words(name: &str) -> String {
    let mut spaced = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for c in name.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            spaced.push(' ');
        }
        spaced.push(if matches!(c, '_' | '.') { ' ' } else { c });
        before = c;
    }
    let word = |word: &str| {
        let low = word.to_lowercase();
        let plain = word.chars().skip(1).all(char::is_lowercase);
        match () {
            () if LETTERS.contains(&low.as_str()) => word.to_uppercase(),
            () if plain => low,
            () => word.to_owned(),
        }
    };
    let joined = spaced.split(' ').filter(|w| !w.is_empty()).map(word).collect::<Vec<_>>().join(" ");
    let mut rest = joined.chars();
    rest.next().map_or(String::new(), |first| first.to_uppercase().chain(rest).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(
            ["0", "999", "1,000", "1,234,567"],
            [0, 999, 1_000, 1_234_567].map(count).each_ref().map(|s| s.as_str())
        );
    }

    #[test]
    fn a_share_is_all_or_nothing_only_when_it_is() {
        assert_eq!(share(0, 10), "0 %");
        assert_eq!(share(1, 10_000), "<1 %");
        assert_eq!(share(9_999, 10_000), ">99 %");
        assert_eq!(share(10, 10), "100 %");
        assert_eq!(share(0, 0), "–");
    }

    #[test]
    fn names_of_data_are_read_as_words() {
        let check = |name: &str, want: &str| assert_eq!(words(name), want);
        check("osVersion", "OS version");
        check("anti_virus", "Anti virus");
        check("diskEncryptionType", "Disk encryption type");
        check("udid", "UDID");
        check("a.b", "A b");
        check("", "");
    }

    #[test]
    fn sizes_use_the_unit_that_reads_best() {
        assert_eq!([1, 831_000, 3_355_443].map(bytes), ["1 KiB", "812 KiB", "3.2 MiB"]);
    }

    #[test]
    fn ages_use_one_unit() {
        let check = |ms: i64, want: &str| assert_eq!(ago(0, ms), want);
        check(1_000, "just now");
        check(59_000, "59 s ago");
        check(180_000, "3 min ago");
        check(47 * 3_600_000, "47 h ago");
        check(49 * 3_600_000, "2 d ago");
        check(-7_200_000, "in 2 h");
    }
}
