//! Paging by `Link` headers (one header line per relation, absolute addresses) and the `_links` of objects.

use super::call::Call;
use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// One page of a list; `next` is the cursor that goes on, if anything is left.
pub fn page<T: Serialize>(call: &Call, items: &[T], next: Option<&str>) -> Response {
    let mut response = Json(items).into_response();
    let query = call.uri.query().unwrap_or_default();
    let own = if query.is_empty() { String::new() } else { format!("?{query}") };
    let mut add = |target: String, relation: &str| {
        // A header can't carry every query a caller may send; what can't be said is left out.
        if let Ok(value) = HeaderValue::from_str(&format!("<{target}>; rel=\"{relation}\"")) {
            response.headers_mut().append(header::LINK, value);
        }
    };
    add(format!("{}{}{own}", call.base, call.uri.path()), "self");
    if let Some(after) = next {
        let mut next = url::form_urlencoded::Serializer::new(String::new());
        next.append_pair("after", after);
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "after")
        {
            next.append_pair(&name, &value);
        }
        add(format!("{}{}?{}", call.base, call.uri.path(), next.finish()), "next");
    }
    response
}

/// The `_links` of one object, in order.
#[derive(Debug, Default)]
pub struct Links(Vec<(&'static str, Link)>);

#[derive(Debug, Serialize)]
struct Link {
    href: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hints: Option<Hints>,
}

#[derive(Debug, Serialize)]
struct Hints {
    allow: &'static [&'static str],
}

impl Links {
    pub fn with(mut self, relation: &'static str, href: String, allow: &'static [&'static str]) -> Self {
        let hints = (!allow.is_empty()).then_some(Hints { allow });
        self.0.push((relation, Link { href, hints }));
        self
    }
}

impl Serialize for Links {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (relation, link) in &self.0 {
            map.serialize_entry(relation, link)?;
        }
        map.end()
    }
}
