//! Finding users: the plain list, `q`, `filter` and `search` with sorting.

use crate::filter::{Attributes, Field, Filter, Grammar, Op};
use crate::http::call::Call;
use crate::http::error::ApiError;
use crate::time::{DAY, Time};
use crate::world::person::Person;
use crate::written::View;
use std::collections::BTreeSet;

/// One page of people.
pub struct Found {
    pub people: Vec<Person>,
    pub next: Option<String>,
}

const FILTER: Grammar = Grammar {
    allows: |name| {
        matches!(
            name,
            "id" | "status"
                | "lastUpdated"
                | "profile.login"
                | "profile.email"
                | "profile.firstName"
                | "profile.lastName"
        )
    },
    operator: |name, op| {
        op == Op::Eq || (name == "lastUpdated" && matches!(op, Op::Gt | Op::Ge | Op::Lt | Op::Le))
    },
};

const SEARCH: Grammar = Grammar {
    allows: |name| !name.contains("credentials") && !name.starts_with('_'),
    operator: |_, op| op != Op::Ew,
};

pub fn find(call: &Call) -> Result<Found, ApiError> {
    let (search, filter, q) = (call.parameter("search"), call.parameter("filter"), call.parameter("q"));
    if search.is_some() && (filter.is_some() || q.is_some()) {
        return Err(ApiError::new(
            400,
            "E0000033",
            "The search parameter can't be combined with filter or q",
        ));
    }
    if let Some(q) = q {
        let limit = call.limit(10, 200, true)?;
        let people = everyone(call, View::ById).filter(|p| p.status != "DEPROVISIONED" && starts(p, q));
        return Ok(Found { people: people.take(limit).collect(), next: None });
    }
    let limit = call.limit(200, 200, true)?;
    let parsed = match (search, filter) {
        (Some(text), _) => Some(Filter::parse(text, &SEARCH)),
        (_, Some(text)) => Some(Filter::parse(text, &FILTER)),
        _ => None,
    };
    let parsed = parsed.transpose().map_err(|error| ApiError::bad_filter("E0000031", &error))?;
    let view = if search.is_some() { View::Index(call.org.index_lag) } else { View::ById };
    let fits = |person: &Person| match &parsed {
        Some(filter) => filter.matches(&Asked { seed: call.org.world.seed, person }),
        None => person.status != "DEPROVISIONED",
    };
    match (search, call.parameter("sortBy")) {
        (Some(_), Some(key)) => sorted(call, limit, everyone(call, view).filter(fits).collect(), key),
        _ => {
            let start = call.after()?;
            let since = parsed.as_ref().and_then(|filter| filter.lower_bound("lastUpdated"));
            let people: Vec<Person> = match since.and_then(|since| recent(call, since)) {
                Some(candidates) => {
                    let people =
                        candidates.range(start..).map(|index| call.org.person(*index, view, call.now));
                    people.filter(fits).take(limit + 1).collect()
                }
                None => from(call, view, start).filter(fits).take(limit + 1).collect(),
            };
            Ok(cut(call, people, limit))
        }
    }
}

fn cut(call: &Call, mut people: Vec<Person>, limit: usize) -> Found {
    let more = people.len() > limit;
    people.truncate(limit);
    let next = people.last().filter(|_| more).map(|person| call.cursor(person.index));
    Found { people, next }
}

/// A sorted list has to be made whole before a page of it can be shown; its cursor is a position.
fn sorted(call: &Call, limit: usize, mut people: Vec<Person>, key: &str) -> Result<Found, ApiError> {
    if !(SEARCH.allows)(key) {
        return Err(ApiError::invalid("sortBy", "is not a property of a user"));
    }
    let seed = call.org.world.seed;
    people.sort_by_cached_key(|person| {
        let asked = Asked { seed, person };
        match asked.attribute(key) {
            Some(Field::Text(text)) => text.to_lowercase(),
            Some(Field::Time(time)) => time.to_string(),
            _ => String::new(),
        }
    });
    if call.parameter("sortOrder").is_some_and(|order| order.eq_ignore_ascii_case("desc")) {
        people.reverse();
    }
    let start = usize::try_from(call.after()?).unwrap_or(usize::MAX);
    let more = people.len() > start.saturating_add(limit);
    let people: Vec<Person> = people.into_iter().skip(start).take(limit).collect();
    let next = more.then(|| call.cursor((start + limit - 1) as u64));
    Ok(Found { people, next })
}

fn everyone(call: &Call, view: View) -> impl Iterator<Item = Person> {
    from(call, view, 0)
}

fn from(call: &Call, view: View, start: u64) -> impl Iterator<Item = Person> {
    (start..call.org.world.people()).map(move |index| call.org.person(index, view, call.now))
}

/// The people whose account can have changed since, when looking there is cheaper than looking at everybody.
fn recent(call: &Call, since: Time) -> Option<BTreeSet<u64>> {
    if call.now.0 - since.0 > 2 * DAY {
        return None;
    }
    let drifted =
        call.org.world.account_moments_between(since, call.now).into_iter().map(|(_, person, _)| person);
    Some(drifted.chain(call.org.written().people_since(since)).collect())
}

fn starts(person: &Person, q: &str) -> bool {
    let q = q.to_lowercase();
    let login = person.login();
    [person.first_name, person.last_name, &login].iter().any(|text| text.to_lowercase().starts_with(&q))
}

struct Asked<'a> {
    seed: u64,
    person: &'a Person,
}

impl Attributes for Asked<'_> {
    fn attribute(&self, name: &str) -> Option<Field<'_>> {
        let person = self.person;
        Some(match name {
            "id" => crate::ids::encode(self.seed, "00u", person.index).into(),
            "status" => person.status.into(),
            "created" => Field::Time(person.created),
            "activated" => Field::Time(person.activated?),
            "statusChanged" => Field::Time(person.status_changed?),
            "lastLogin" => Field::Time(person.last_login?),
            "lastUpdated" => Field::Time(person.last_updated),
            "passwordChanged" => Field::Time(person.password_changed?),
            "type.id" => crate::ids::encode(self.seed, "oty", 1).into(),
            "profile.login" | "profile.email" => person.login().into(),
            "profile.firstName" => person.first_name.into(),
            "profile.lastName" => person.last_name.into(),
            "profile.displayName" => person.display_name().into(),
            "profile.title" => person.title.into(),
            "profile.department" => person.department.into(),
            "profile.organization" => "Northwind".into(),
            "profile.mobilePhone" => person.mobile_phone()?.into(),
            "profile.employeeNumber" => person.employee_number().into(),
            "profile.city" => person.culture.city.into(),
            "profile.countryCode" => person.culture.country.into(),
            "profile.locale" => person.culture.locale.into(),
            "profile.userType" => {
                if person.department == "Contractors" {
                    "Contractor".into()
                } else {
                    "Employee".into()
                }
            }
            _ => return None,
        })
    }
}
