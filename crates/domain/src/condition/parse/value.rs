//! What is asked of an attribute, by the kind of its values: the operator, then the value.

use super::cursor::Cursor;
use crate::condition::{Compare, Day, Mistake, OsVersion, Test, TextTest};
use crate::{Attribute, Kind, Platform};

pub(super) fn test(at: &mut Cursor<'_>, attribute: Attribute) -> Result<Test, Mistake> {
    if at.word("unknown") || at.word("is unknown") {
        return Ok(Test::Unknown);
    }
    if at.word("known") || at.word("is known") {
        return Ok(Test::Known);
    }
    match attribute.kind() {
        Kind::Text => text(at, attribute),
        Kind::Choice => choice(at, attribute),
        Kind::YesNo => yes_no(at, attribute),
        Kind::Number => {
            let compare = compare(at, attribute)?;
            Ok(Test::Number(compare, number(at)?))
        }
        Kind::Version => version(at, attribute),
        Kind::Date => date(at, attribute),
    }
}

fn no_operator(at: &Cursor<'_>, attribute: Attribute, these: &str) -> Mistake {
    at.mistake_at_word(&format!("{} can be asked with {these}, is known, is unknown.", attribute.label()))
}

fn text(at: &mut Cursor<'_>, attribute: Attribute) -> Result<Test, Mistake> {
    const OPERATORS: [(&str, TextTest); 8] = [
        ("does not contain", TextTest::Lacks),
        ("contains", TextTest::Contains),
        ("starts with", TextTest::Starts),
        ("starts", TextTest::Starts),
        ("is not", TextTest::IsNot),
        ("is", TextTest::Is),
        ("!=", TextTest::IsNot),
        ("=", TextTest::Is),
    ];
    let found = OPERATORS
        .into_iter()
        .find(|(word, _)| if word.ends_with('=') { at.take(word) } else { at.word(word) });
    let Some((_, test)) = found else {
        return Err(no_operator(at, attribute, "contains, does not contain, starts with, is, is not"));
    };
    Ok(Test::Text(test, at.value(false)?.0.into()))
}

fn choice(at: &mut Cursor<'_>, attribute: Attribute) -> Result<Test, Mistake> {
    // "is not managed" asks of the managed status what "is not in managed" does of others.
    let exclude = at.word("is not in") || at.word("is not") || at.word("not in") || at.take("!=");
    let include = !exclude && (at.word("is in") || at.word("is") || at.word("in") || at.take("="));
    if !exclude && !include {
        return Err(no_operator(at, attribute, "is, is not"));
    }
    let mut values = Vec::new();
    loop {
        let (written, span) = at.value(true)?;
        let value = wire_name(attribute, &written)
            .ok_or_else(|| Mistake { span, why: no_value(attribute, &written) })?;
        if !values.contains(&value) {
            values.push(value);
        }
        at.space();
        if !at.take(",") {
            return Ok(Test::Choice { values, exclude });
        }
    }
}

fn no_value(attribute: Attribute, written: &str) -> String {
    let labels: Vec<String> = attribute.choices().into_iter().map(|c| attribute.value_label(c)).collect();
    format!("{} has no value “{written}”. Known are {}.", attribute.label(), labels.join(", "))
}

/// The wire name that a person may have meant: one of the known by label or name, or any in capitals, which the org may have
/// and this version not know.
fn wire_name(attribute: Attribute, written: &str) -> Option<Box<str>> {
    let known = attribute.choices();
    let fits = |choice: &&str| {
        choice.eq_ignore_ascii_case(written)
            || attribute.value_label(choice).to_lowercase() == written.to_lowercase()
    };
    if let Some(choice) = known.into_iter().find(fits) {
        return Some(choice.into());
    }
    let wire = !written.is_empty()
        && written.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    // The whole list of managed statuses is ours.
    (wire && attribute != Attribute::Managed).then(|| written.into())
}

fn yes_no(at: &mut Cursor<'_>, attribute: Attribute) -> Result<Test, Mistake> {
    let not = at.word("is not") || at.take("!=");
    if !not && !at.word("is") && !at.take("=") {
        return Err(no_operator(at, attribute, "is yes, is no"));
    }
    at.space();
    if at.word("yes") || at.word("true") {
        Ok(Test::YesNo(!not))
    } else if at.word("no") || at.word("false") {
        Ok(Test::YesNo(not))
    } else {
        Err(at.mistake_at_word("Here yes or no is expected."))
    }
}

fn compare(at: &mut Cursor<'_>, attribute: Attribute) -> Result<Compare, Mistake> {
    const SIGNS: [(&str, Compare); 9] = [
        ("<=", Compare::AtMost),
        ("≤", Compare::AtMost),
        (">=", Compare::AtLeast),
        ("≥", Compare::AtLeast),
        ("!=", Compare::Unequal),
        ("≠", Compare::Unequal),
        ("<", Compare::Less),
        (">", Compare::More),
        ("=", Compare::Equal),
    ];
    if let Some((_, compare)) = SIGNS.into_iter().find(|(sign, _)| at.take(sign)) {
        return Ok(compare);
    }
    if at.word("is not") {
        return Ok(Compare::Unequal);
    }
    if at.word("is") {
        return Ok(Compare::Equal);
    }
    Err(no_operator(at, attribute, "<, ≤, =, ≠, ≥, >"))
}

fn number(at: &mut Cursor<'_>) -> Result<u32, Mistake> {
    let (written, span) = at.value(false)?;
    let why = || format!("“{written}” is no number up to {}.", u32::MAX);
    written.parse().map_err(|_| Mistake { span, why: why() })
}

fn version(at: &mut Cursor<'_>, attribute: Attribute) -> Result<Test, Mistake> {
    let compare = compare(at, attribute)?;
    at.space();
    let platform = Platform::KNOWN.iter().find(|p| at.word(p.label()) || at.word(p.as_str()));
    let (written, span) = at.value(false)?;
    let why = || {
        format!(
            "“{written}” is no version. Versions are numbers with dots, such as 15.6.1, or 16:2025-09-01 on Android."
        )
    };
    let version = OsVersion::parse(&written).ok_or_else(|| Mistake { span, why: why() })?;
    Ok(match platform {
        Some(platform) => Test::VersionOn(platform.clone(), compare, version),
        None => Test::Version(compare, version),
    })
}

fn date(at: &mut Cursor<'_>, attribute: Attribute) -> Result<Test, Mistake> {
    let (before, after) = (at.word("before"), at.word("after"));
    if before || after {
        let (written, span) = at.value(false)?;
        let why = || format!("“{written}” is no day. Days are written like 2025-09-01, and are days in UTC.");
        let day = Day::parse(&written).ok_or_else(|| Mistake { span, why: why() })?;
        return Ok(if before { Test::Before(day) } else { Test::After(day) });
    }
    let older = at.word("older than") || at.word("older") || at.take(">=") || at.take(">") || at.take("≥");
    let newer = !older && (at.word("newer than") || at.word("newer") || at.take("<"));
    if !older && !newer {
        return Err(no_operator(at, attribute, "older than, newer than, before, after"));
    }
    let (written, span) = at.value(false)?;
    let why = || format!("“{written}” is no age. Ages are written like 90 days or 12 weeks.");
    let days = days(&written).ok_or_else(|| Mistake { span, why: why() })?;
    Ok(if older { Test::Older(days) } else { Test::Newer(days) })
}

/// `90`, `90d`, `90 days`, `12w`, `12 weeks`. Longer than a century is a slip of the hand.
fn days(written: &str) -> Option<u32> {
    let digits = written.bytes().take_while(u8::is_ascii_digit).count();
    let amount: u32 = written[..digits].parse().ok()?;
    let each = match written[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "d" | "day" | "days" => 1,
        "w" | "week" | "weeks" => 7,
        _ => return None,
    };
    amount.checked_mul(each).filter(|days| *days <= 36_525)
}
