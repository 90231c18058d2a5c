//! What is read from a reply's headers: the next page, the server's time, the request's id. Pure.

use domain::Timestamp;
use reqwest::header::{DATE, HeaderMap, LINK};

/// The id by which Okta can find the request.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<Box<str>> {
    headers.get("x-okta-request-id")?.to_str().ok().map(Into::into)
}

/// The server's own time, from `Date`.
pub(crate) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(DATE)?.to_str().ok()?;
    let parsed = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Timestamp(parsed.as_millisecond()))
}

/// A header that is a whole number.
pub(crate) fn number(headers: &HeaderMap, name: &str) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// The address with `rel="next"`. Okta writes a header line per relation, others join them by commas: both are read.
pub(crate) fn next_link(headers: &HeaderMap) -> Option<&str> {
    headers.get_all(LINK).iter().filter_map(|line| line.to_str().ok()).find_map(next_in_line)
}

fn next_in_line(line: &str) -> Option<&str> {
    let mut rest = line;
    loop {
        let (_, after) = rest.split_once('<')?;
        let (address, after) = after.split_once('>')?;
        // The parameters end where the next address begins; an address may hold commas, a parameter hardly a `<`.
        let parameters = after.split('<').next().unwrap_or(after);
        if parameters.split(';').any(is_next) {
            return Some(address);
        }
        rest = after;
    }
}

fn is_next(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return false };
    let value = value.trim().trim_end_matches(',').trim().trim_matches('"');
    name.trim().eq_ignore_ascii_case("rel")
        && value.split_whitespace().any(|rel| rel.eq_ignore_ascii_case("next"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn link(lines: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(LINK, HeaderValue::from_static(line));
        }
        next_link(&headers).map(str::to_owned)
    }

    #[test]
    fn next_is_found_in_whatever_line_it_stands() {
        let next = Some("https://o.example/api/v1/devices?after=a,b&limit=2".to_owned());
        let own = r#"<https://o.example/api/v1/devices?limit=2>; rel="self""#;
        let there = r#"<https://o.example/api/v1/devices?after=a,b&limit=2>; rel="next""#;
        assert_eq!(link(&[own, there]), next);
        assert_eq!(link(&[there, own]), next);
        let joined = r#"<https://o.example/x>; rel="self", <https://o.example/api/v1/devices?after=a,b&limit=2>; rel=next"#;
        assert_eq!(link(&[joined]), next);
        assert_eq!(link(&[own]), None);
        assert_eq!(link(&[]), None);
        assert_eq!(link(&["rel=next", "<broken; rel=\"next\"", "<x>; rel=\"nextish\""]), None);
    }

    #[test]
    fn the_servers_date_is_read() {
        let mut headers = HeaderMap::new();
        assert_eq!(date(&headers), None);
        headers.insert(DATE, HeaderValue::from_static("Mon, 05 Oct 2026 14:02:11 GMT"));
        assert_eq!(date(&headers), Timestamp::parse("2026-10-05T14:02:11.000Z"));
        headers.insert(DATE, HeaderValue::from_static("yesterday"));
        assert_eq!(date(&headers), None);
    }
}
