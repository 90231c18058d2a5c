//! Which rate-limit bucket a path falls into. Okta matches exact paths before prefixes and keeps lists and single reads
//! apart, so the pattern is the path with its ids replaced. Source: <https://developer.okta.com/docs/reference/rl2-monitor/>.

/// `/api/v1/users/00u1/risk` → `/api/v1/users/*/risk`.
pub(crate) fn bucket(path: &str) -> Box<str> {
    let mut pattern = String::with_capacity(path.len());
    for (index, segment) in path.trim_matches('/').split('/').enumerate() {
        // A move draws on the allowance of the object that it is about; counted apart, the two would overrun it.
        if segment == "lifecycle" {
            break;
        }
        pattern.push('/');
        // `api/v1` and `oauth2/v1` hold digits but are no ids.
        pattern.push_str(if index >= 2 && is_id(segment) { "*" } else { segment });
    }
    pattern.into()
}

/// Okta's ids are 20 letters and digits; logins hold an `@`; a word of the API is letters and hyphens.
fn is_id(segment: &str) -> bool {
    let long_and_plain = segment.len() >= 16 && !segment.contains('-');
    long_and_plain || segment.contains(|c: char| c.is_ascii_digit() || matches!(c, '@' | '%'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_replaced_and_words_stay() {
        let check = |path: &str, want: &str| assert_eq!(&*bucket(path), want);
        check("/api/v1/devices", "/api/v1/devices");
        check("/api/v1/devices/guo4nw7device00001d7", "/api/v1/devices/*");
        check("/api/v1/devices/guo4nw7device00001d7/lifecycle/suspend", "/api/v1/devices/*");
        check("/api/v1/users/00u4nw7person0001d7/risk", "/api/v1/users/*/risk");
        check("/api/v1/users/ada@northwind.example", "/api/v1/users/*");
        check("/api/v1/device-posture-checks/default", "/api/v1/device-posture-checks/default");
        check("/api/v1/policies/rstabcdefghijklmnopq/rules", "/api/v1/policies/*/rules");
        check("/oauth2/v1/token", "/oauth2/v1/token");
    }
}
