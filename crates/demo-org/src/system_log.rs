//! `/api/v1/logs`: the System Log with its two ways of being asked, polling and bounded.
//! Mirrors <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/>.

mod body;
mod case_body;
mod parts;
pub mod record;
mod stream;
mod vendors;

use crate::filter::{Attributes, Field, Filter, Grammar, Op};
use crate::http::call::Call;
use crate::http::error::{ApiError, Reply};
use crate::http::link::page;
use crate::ids;
use crate::org::Org;
use crate::time::{DAY, Time};
use axum::Router;
use axum::routing::get;
pub use body::uuid_of_case;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use std::cell::OnceCell;
use std::sync::Arc;
use stream::{Event, Order, Stream};

pub fn routes() -> Router<Arc<Org>> {
    Router::new().route("/api/v1/logs", get(list))
}

/// Events are kept for so long.
const RETENTION: i64 = 90 * DAY;
/// Nobody may ask for older ones.
const OLDEST: i64 = 180 * DAY;
/// How far back a query goes that does not say.
const DEFAULT_WINDOW: i64 = 7 * DAY;

/// One call looks at so many events at most; a page that a filter leaves short or empty still leads on.
const MOST_LOOKED_AT: usize = 50_000;

const GRAMMAR: Grammar = Grammar {
    allows: |name| name != "published" && !name.starts_with('_'),
    operator: |name, op| {
        op != Op::Co || !matches!(name, "debugContext.debugData.url" | "debugContext.debugData.requestUri")
    },
};

async fn list(call: Call) -> Reply {
    call.may_read("logs")?;
    let asked = Asked::of(&call)?;
    let limit = limit(&call)?;
    let mut stream = Stream::new(&call.org, asked.from, asked.to, asked.order);
    if let Some(cursor) = asked.after {
        stream.go_on_after(cursor);
    }
    // Written out one by one: a thousand events as trees would be many times the page.
    let mut found: Vec<Box<RawValue>> = Vec::new();
    let mut last = None;
    // A next page exists when anything at all comes after this one; whether it fits is found out there.
    let mut more = false;
    let mut looked = 0;
    while let Some((event, cursor)) = stream.next() {
        if found.len() == limit || looked == MOST_LOOKED_AT {
            more = true;
            break;
        }
        looked += 1;
        if let Some(body) = asked.keep(&call, &event) {
            found.extend(to_raw_value(&body).ok());
        }
        last = Some(cursor);
    }
    let next = if asked.polling {
        // A polling chain never ends: an empty page leads to where it was asked from.
        Some(last.or(asked.after).unwrap_or_else(|| Stream::before(asked.from)))
    } else {
        last.filter(|_| more)
    };
    let next = next.map(|cursor| ids::encode(call.org.world.seed, "log", cursor));
    Ok(page(&call, &found, next.as_deref()))
}

/// 0 to 1000; the log says so in its own words.
fn limit(call: &Call) -> Result<usize, ApiError> {
    match call.parameter("limit").map(str::parse::<usize>) {
        None => Ok(100),
        Some(Ok(limit)) if limit <= 1000 => Ok(limit),
        Some(_) => Err(ApiError::invalid("limit", "must be between 0 and 1000")),
    }
}

/// What a query asks for.
struct Asked {
    from: Time,
    to: Time,
    order: Order,
    polling: bool,
    after: Option<u64>,
    filter: Option<Filter>,
    words: Vec<String>,
}

impl Asked {
    fn of(call: &Call) -> Result<Self, ApiError> {
        let until = date(call, "until")?;
        let descending = match call.parameter("sortOrder") {
            None => false,
            Some(order) if order.eq_ignore_ascii_case("ASCENDING") => false,
            Some(order) if order.eq_ignore_ascii_case("DESCENDING") => true,
            Some(_) => return Err(ApiError::invalid("sortOrder", "must be ASCENDING or DESCENDING")),
        };
        let to = until.unwrap_or(call.now).min(call.now);
        let since = date(call, "since")?.unwrap_or(Time(until.unwrap_or(call.now).0 - DEFAULT_WINDOW));
        if since.0 < call.now.0 - OLDEST {
            return Err(ApiError::invalid("since", "must not be more than 180 days in the past"));
        }
        if until.is_some_and(|until| until < since) {
            return Err(ApiError::invalid("until", "must be after since"));
        }
        let polling = until.is_none() && !descending;
        let after = call
            .parameter("after")
            .map(|after| ids::decode(call.org.world.seed, "log", after).ok_or_else(ApiError::bad_paging));
        let filter = call.parameter("filter").map(|text| Filter::parse(text, &GRAMMAR));
        Ok(Self {
            from: since.max(Time(call.now.0 - RETENTION)),
            to,
            order: match (polling, descending) {
                (true, _) => Order::Persisted,
                (false, false) => Order::Published,
                (false, true) => Order::NewestFirst,
            },
            polling,
            after: after.transpose()?,
            filter: filter.transpose().map_err(|error| ApiError::bad_filter("E0000053", &error))?,
            words: words(call)?,
        })
    }

    /// The event as JSON, when it fits.
    fn keep(&self, call: &Call, event: &Event) -> Option<Value> {
        let searched = Searched { call, event, body: OnceCell::new() };
        let fits = self.filter.as_ref().is_none_or(|filter| filter.matches(&searched));
        fits.then(|| searched.into_body()).filter(|body| self.has_words(body))
    }

    fn has_words(&self, body: &Value) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let text = body.to_string().to_lowercase();
        self.words.iter().all(|word| text.contains(word))
    }
}

fn words(call: &Call) -> Result<Vec<String>, ApiError> {
    let words: Vec<String> =
        call.parameter("q").unwrap_or_default().split_whitespace().map(str::to_lowercase).collect();
    if words.len() > 10 || words.iter().any(|word| word.chars().count() > 40) {
        return Err(ApiError::invalid("q", "at most 10 keywords of at most 40 characters each"));
    }
    Ok(words)
}

fn date(call: &Call, name: &str) -> Result<Option<Time>, ApiError> {
    let Some(text) = call.parameter(name) else { return Ok(None) };
    let parsed = Time::parse(text).map(Some);
    parsed.ok_or_else(|| {
        ApiError::new(
            400,
            "E0000030",
            format!("Invalid date: {name}. Dates must be of the form yyyy-MM-dd'T'HH:mm:ss.SSSZZ"),
        )
    })
}

/// An event that a filter asks for any of its attributes, through arrays too. Most filters name the type, which can be
/// told without making the whole event.
struct Searched<'a> {
    call: &'a Call,
    event: &'a Event,
    body: OnceCell<Value>,
}

impl Searched<'_> {
    fn body(&self) -> &Value {
        self.body.get_or_init(|| body::event(self.call, self.event))
    }

    fn into_body(self) -> Value {
        self.body();
        self.body.into_inner().unwrap_or_default()
    }
}

impl Attributes for Searched<'_> {
    fn attribute(&self, name: &str) -> Option<Field<'_>> {
        match (name, body::event_type(&self.event.what)) {
            ("eventType", Some(event_type)) => Some(event_type.into()),
            _ => reach(self.body(), &name.split('.').collect::<Vec<_>>()),
        }
    }
}

fn reach<'a>(value: &'a Value, path: &[&str]) -> Option<Field<'a>> {
    match (value, path) {
        (Value::Array(items), _) => {
            Some(Field::Many(items.iter().filter_map(|item| reach(item, path)).collect()))
        }
        (Value::Object(map), [name, rest @ ..]) => reach(map.get(*name)?, rest),
        (Value::Object(_), []) => Some("".into()),
        (_, [_, ..]) | (Value::Null, _) => None,
        (Value::String(text), []) => Some(text.as_str().into()),
        (Value::Bool(is), []) => Some(Field::Bool(*is)),
        (Value::Number(number), []) => Some(Field::Number(number.as_f64()?)),
    }
}
