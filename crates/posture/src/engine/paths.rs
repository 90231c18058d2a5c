//! How `file`, `registry` and their like understand LIKE on paths: `%` stands for what is within one level, and `%%` at the
//! end for everything below. SQLite tests the rows again with its own LIKE, which knows no levels.

/// Whether a path fits a pattern, level by level. Case as in SQLite's LIKE: of ASCII letters it doesn't matter. `_` is any one
/// character.
pub(crate) fn fits(pattern: &str, path: &str) -> bool {
    let below = pattern.strip_suffix("%%");
    let levels = |text: &str| -> Vec<String> {
        text.split(['/', '\\']).map(|level| level.to_ascii_lowercase()).collect()
    };
    let wanted = levels(below.unwrap_or(pattern));
    let mut found = levels(path);
    // A folder found by a pattern ends with its separator.
    if found.len() == wanted.len() + 1 && found.last().is_some_and(String::is_empty) && below.is_none() {
        found.pop();
    }
    let Some((last, before)) = wanted.split_last() else { return false };
    if found.len() < wanted.len() || (below.is_none() && found.len() != wanted.len()) {
        return false;
    }
    let open = format!("{last}%");
    let last = if below.is_some() { &open } else { last };
    before.iter().zip(&found).all(|(p, f)| level_fits(p, f)) && level_fits(last, &found[before.len()])
}

/// LIKE within one level.
fn level_fits(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where the last `%` stands and how far it has eaten: going back there once is enough.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('%') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&c) if c == '_' || c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, eaten)) => {
                    star = Some((at, eaten + 1));
                    p = at + 1;
                    t = eaten + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&c| c == '%')
}

/// The folder or key above, and the last level. `None` where there is nothing above.
pub(crate) fn parent(path: &str) -> Option<(&str, &str)> {
    let at = path.rfind(['/', '\\'])?;
    // The root is its own name.
    let above = if at == 0 { &path[..1] } else { &path[..at] };
    Some((above, &path[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_sign_stays_within_its_level() {
        let check = |pattern: &str, path: &str, want: bool| {
            assert_eq!(fits(pattern, path), want, "{pattern} on {path}");
        };
        check("/a/%", "/a/b", true);
        check("/a/%", "/a/b/", true);
        check("/a/%", "/a/b/c", false);
        check("/a/%", "/a", false);
        check("/a/%/c", "/a/b/c", true);
        check("/a/%/c", "/a/b/x/c", false);
        check("/a/%.app", "/a/Safari.app", true);
        check("/a/%.app", "/a/x/Safari.app", false);
        check("/a/%%", "/a/b", true);
        check("/a/%%", "/a/b/c/d", true);
        check("/a/%%", "/b/b", false);
        check("/a/b%%", "/a/bc/d", true);
        check("/a/b%%", "/a/c/d", false);
        // Elsewhere than at the end it is one level.
        check("/a/%%/d", "/a/b/d", true);
        check("/a/%%/d", "/a/b/c/d", false);
        check("/A/_", "/a/b", true);
        check("/a/_", "/a/bc", false);
        check(r"HKEY_USERS\%\Soft", r"HKEY_USERS\S-1-5\Soft", true);
        check(r"HKEY_USERS\%\Soft", r"HKEY_USERS\S-1-5\x\Soft", false);
        check("/a/%b%c", "/a/xbybzc", true);
        check("/a/%b%c", "/a/xbybz", false);
        check("", "", true);
        check("", "/a", false);
    }

    #[test]
    fn a_path_has_a_parent() {
        let check = |path: &str, want| assert_eq!(parent(path), want, "{path}");
        check("/a/b", Some(("/a", "b")));
        check("/a", Some(("/", "a")));
        check(r"HKLM\Soft\Name", Some((r"HKLM\Soft", "Name")));
        check("a", None);
    }
}
