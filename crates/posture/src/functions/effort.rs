//! How long a backtracking search could take at worst. Nothing can stop one once it runs, so what could run for ever is not
//! begun. Errs on the side of running: a guess from the shape of the expression.

/// A group that is open while the expression is read.
#[derive(Default)]
struct Group {
    /// Something in it repeats without end.
    repeats: bool,
    /// `.` repeats in it without end.
    anything: bool,
    /// Something that must stand between two rounds: a sign that is no letter and no digit.
    parted: bool,
    /// The first characters of its alternatives, `None` where one can be many things.
    starts: Vec<Option<char>>,
    begun: bool,
}

/// What stood last.
#[derive(Clone, Copy, PartialEq)]
enum Atom {
    Nothing,
    /// A single character that is a sign.
    Sign,
    Narrow,
    /// `.`, or a class of all but a few.
    Wide,
    /// A group, and whether two of its rounds can share a text in more than one way.
    Group {
        ambiguous: bool,
    },
}

/// A rough bound of the steps for a text of so many bytes.
pub(super) fn worst(pattern: &str, length: usize) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "a rough bound")]
    let length = length.max(2) as f64;
    let characters: Vec<char> = pattern.chars().collect();
    let mut groups = vec![Group::default()];
    let mut last = Atom::Nothing;
    // Whether a repetition without end stands right before.
    let mut repeated = false;
    let (mut factors, mut exponential) = (1, false);
    let mut at = 0;
    while let Some(&c) = characters.get(at) {
        at += 1;
        if matches!(c, '*' | '+' | '{') {
            let endless = c != '{' || endless_braces(&characters[at..]);
            let group = groups.last_mut();
            if let Some(group) = group.filter(|_| endless) {
                group.repeats = true;
                group.anything |= last == Atom::Wide;
            }
            exponential |= endless && last == (Atom::Group { ambiguous: true });
            let at_end = characters[at..].iter().all(|c| matches!(c, '?' | ')' | '$'));
            let multiplies = last == Atom::Wide || matches!(last, Atom::Group { .. }) || repeated;
            factors += i32::from(endless && !at_end && multiplies);
            repeated = endless;
            last = Atom::Nothing;
            continue;
        }
        let mut start = Some(c);
        let atom = match c {
            '?' if last == Atom::Nothing => continue,
            '?' => Atom::Nothing,
            '\\' => {
                let escaped = characters.get(at).copied().unwrap_or('\\');
                at += 1;
                start = Some(escaped).filter(|c| !c.is_ascii_alphanumeric());
                match escaped {
                    'S' | 'D' | 'W' => Atom::Wide,
                    sign if !sign.is_ascii_alphanumeric() => Atom::Sign,
                    _ => Atom::Narrow,
                }
            }
            '[' => {
                start = None;
                let wide = characters.get(at) == Some(&'^');
                at = class_end(&characters, at);
                if wide { Atom::Wide } else { Atom::Narrow }
            }
            '.' => {
                start = None;
                Atom::Wide
            }
            '(' => {
                if characters.get(at) == Some(&'?') {
                    at += 2;
                }
                note(&mut groups, None);
                groups.push(Group::default());
                last = Atom::Nothing;
                continue;
            }
            ')' if groups.len() > 1 => {
                last = groups.pop().map_or(Atom::Nothing, |group| {
                    let outer = groups.last_mut();
                    if let Some(outer) = outer {
                        outer.repeats |= group.repeats;
                        outer.anything |= group.anything;
                        outer.parted |= group.parted;
                    }
                    Atom::Group { ambiguous: ambiguous(&group) }
                });
                continue;
            }
            '|' => {
                if let Some(group) = groups.last_mut() {
                    group.begun = false;
                    // What parts one alternative need not part the others.
                    group.parted = false;
                }
                last = Atom::Nothing;
                repeated = false;
                continue;
            }
            '^' | '$' => continue,
            sign if !sign.is_alphanumeric() => Atom::Sign,
            _ => Atom::Narrow,
        };
        note(&mut groups, start);
        if atom == Atom::Sign
            && !matches!(characters.get(at), Some('*' | '?' | '{'))
            && let Some(group) = groups.last_mut()
        {
            group.parted = true;
        }
        // Something that has to stand there holds two repetitions apart.
        repeated &= matches!(characters.get(at), Some('*' | '+' | '{' | '?'));
        last = atom;
    }
    let polynomial = length.powi(factors + 1);
    if exponential { polynomial.max(length.min(200.0).exp2()) } else { polynomial }
}

/// Notes what the alternative begins with.
fn note(groups: &mut [Group], start: Option<char>) {
    if let Some(group) = groups.last_mut().filter(|group| !group.begun) {
        group.begun = true;
        group.starts.push(start);
    }
}

/// Whether many rounds of a group can share a text in more than one way.
fn ambiguous(group: &Group) -> bool {
    let distinct = group
        .starts
        .iter()
        .enumerate()
        .all(|(at, start)| start.is_some() && !group.starts[..at].contains(start));
    (group.repeats && (!group.parted || group.anything)) || (group.starts.len() > 1 && !distinct)
}

/// Whether braces have no upper bound: `{2,}`, or one so high that it makes no difference.
fn endless_braces(rest: &[char]) -> bool {
    let inner: String = rest.iter().take_while(|c| **c != '}').collect();
    match inner.split_once(',') {
        Some((_, most)) => most.trim().parse::<u32>().map_or(true, |most| most > 10),
        None => inner.trim().parse::<u32>().map_or(true, |times| times > 10),
    }
}

/// The place behind a class that begins at `at`.
fn class_end(characters: &[char], at: usize) -> usize {
    let mut at = at;
    while let Some(&c) = characters.get(at) {
        at += 1;
        match c {
            '\\' => at += 1,
            ']' => return at,
            _ => {}
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_run_for_ever_is_told_from_what_is_common() {
        let check = |pattern: &str, length: usize, runs: bool| {
            let worst = worst(pattern, length);
            assert_eq!(worst <= 1e9, runs, "{pattern} on {length}: {worst:e}");
        };
        for common in [
            r"^(\d+)\.(\d+)\.(\d+)",
            r"([0-9]+\.)+[0-9]+",
            ".*foo.*",
            r"[^/]+$",
            r"(\w+)-(\w+)",
            "(foo|bar)+",
            r"v?([0-9.]+)",
            r"^(?:[a-z]+-)*[a-z]+$",
            r"\s*key\s*=\s*(.*)$",
            "S-1-5-21-[0-9-]+$",
        ] {
            check(common, 300, true);
        }
        for endless in
            ["(a+)+b", "(a*)*b", "(a|a)*b", "(a|aa)+$", "(.*,)+x", "([a-z]+)*9", r"(\d|\w)+!", "((a+)b?)+c"]
        {
            check(endless, 300, false);
        }
        check(".*.*.*x", 30_000, false);
        check("a*a*a*a*a*a*a*a*b", 300, false);
        check(r"(\d+)x", 1_000_000, false);
        check("abc", 10_000, true);
    }
}
