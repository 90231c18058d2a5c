//! Takes secrets out of whatever goes into the log: a last line of defence, because types already keep them out of
//! `Debug`. It errs on the side of taking out too much. It knows the shapes of secrets, not who logs.

use std::io::{self, Write};

/// What stands in the place of a secret.
const GONE: &str = "[redacted]";
/// After one of these the next word is a secret, whatever it looks like.
const SCHEMES: [&str; 3] = ["ssws", "bearer", "basic"];
/// A value with one of these names is a secret, in a query, a form, JSON or a field of the log.
const NAMES: [&str; 8] = [
    "token",
    "access_token",
    "refresh_token",
    "client_assertion",
    "client_secret",
    "password",
    "passphrase",
    "cookie",
];

/// A writer that passes text on line by line, without the secrets in it.
pub struct Redacting<W>(pub W);

impl<W: Write> Write for Redacting<W> {
    /// The log hands over whole records, so no secret is cut in two here.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(redact(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The text without secrets.
pub fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut expect_secret = false;
    while let Some(first) = rest.chars().next() {
        let len =
            if is_word(first) { rest.find(|c| !is_word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (word, after) = rest.split_at(len);
        rest = after;
        if !is_word(first) {
            // `Bearer x`, `"token": "x"`, `token=x`: these may stand between a name and its secret.
            expect_secret &= matches!(first, ' ' | '"' | '\'' | ':' | '=' | '\\');
            out.push(first);
            continue;
        }
        let lower = word.to_ascii_lowercase();
        let is_name =
            SCHEMES.contains(&lower.as_str()) || (NAMES.contains(&lower.as_str()) && is_assigned(rest));
        out.push_str(if !is_name && (expect_secret || is_secret(word)) { GONE } else { word });
        expect_secret = is_name;
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '+' | '/' | '~')
}

/// Whether a value follows a name: `token=…`, `"token": …`, `token: …`.
fn is_assigned(rest: &str) -> bool {
    rest.trim_start_matches(['"', '\'', '\\']).starts_with(['=', ':'])
}

/// Secrets one can see by their shape: an Okta API token, a signed token, the inside of a private key.
fn is_secret(word: &str) -> bool {
    let api_token = word.len() == 42 && word.starts_with("00");
    let signed = word.starts_with("eyJ") && word.len() > 40;
    let key = word.len() >= 60 && !word.contains('/') || word.len() >= 64 && word.contains('+');
    api_token || signed || key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_leave_and_the_rest_stays() {
        let api = format!("00{}", "aB3_".repeat(10));
        let jwt = format!("eyJhbGciOiJSUzI1NiJ9.{}.{}", "x".repeat(60), "y".repeat(60));
        for (text, clean) in [
            (format!("Authorization: SSWS {api}"), "Authorization: SSWS [redacted]".to_owned()),
            ("authorization: Bearer short".into(), "authorization: Bearer [redacted]".into()),
            (format!("sent {jwt} once"), "sent [redacted] once".into()),
            (format!("a stray {api}, alone"), "a stray [redacted], alone".into()),
            (
                r#"{"access_token":"abc","expires_in":3600}"#.into(),
                r#"{"access_token":"[redacted]","expires_in":3600}"#.into(),
            ),
            ("GET /?token=abc&x=1".into(), "GET /?token=[redacted]&x=1".into()),
            (
                "opened \u{1f5dd} as password='hunter2'".into(),
                "opened \u{1f5dd} as password='[redacted]'".into(),
            ),
        ] {
            assert_eq!(redact(&text), clean);
        }
    }

    #[test]
    fn ordinary_lines_are_left_alone() {
        for text in [
            "INFO okta_client: GET /api/v1/devices?limit=200 200 in 31ms",
            "token bucket is empty, waits 3 s",
            "device guo8tvp6wGsKMw1Yd0g4 C02XK0AAJGH5 of Zoë 🦀 synced",
            "/home/someone/.local/share/dev.postern.console/logs/postern.log",
        ] {
            assert_eq!(redact(text), text);
        }
    }
}
