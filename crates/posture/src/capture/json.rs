//! A JSON value that keeps what serde's own would lose: the order of keys, and a key that is there twice.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// As it is printed.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

/// Something that was mended to read a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mended {
    NotUtf8,
    ControlCharacters,
}

impl Json {
    /// Reads one value, with what had to be mended.
    pub(super) fn read(bytes: &[u8]) -> Result<(Self, Vec<Mended>), serde_json::Error> {
        let mut mended = Vec::new();
        let text = String::from_utf8_lossy(bytes);
        if matches!(text, std::borrow::Cow::Owned(_)) {
            mended.push(Mended::NotUtf8);
        }
        match serde_json::from_str(&text) {
            Ok(json) => Ok((json, mended)),
            Err(error) => {
                let json = serde_json::from_str(&without_controls(&text)).map_err(|_| error)?;
                mended.push(Mended::ControlCharacters);
                Ok((json, mended))
            }
        }
    }

    /// The last value of that key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().rfind(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// A text, or a number as it is printed.
    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            _ => None,
        }
    }

    /// For what serde knows how to read.
    pub(super) fn into_value(self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(is) => is.into(),
            Self::Number(text) => serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text)),
            Self::Text(text) => text.into(),
            Self::List(items) => items.into_iter().map(Self::into_value).collect(),
            Self::Map(entries) => entries.into_iter().map(|(key, value)| (key, value.into_value())).collect(),
        }
    }
}

/// The text with the control characters inside its texts escaped, as JSON wants them.
fn without_controls(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let (mut inside, mut escaped) = (false, false);
    for c in text.chars() {
        if inside && c < ' ' {
            clean.push_str(&format!("\\u{:04x}", u32::from(c)));
            escaped = false;
            continue;
        }
        match c {
            '"' if !escaped => inside = !inside,
            _ => {}
        }
        escaped = inside && c == '\\' && !escaped;
        clean.push(c);
    }
    clean
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.to_string()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.to_string()))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        // With its `.0`, as osquery prints it.
        Ok(Json::Number(serde_json::Number::from_f64(value).map_or_else(String::new, |n| n.to_string())))
    }
    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }
    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Json::Map(entries))
    }
}
