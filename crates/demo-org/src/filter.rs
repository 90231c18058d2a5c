//! The SCIM filter language of `search` and `filter` parameters: parsed once, asked of anything that can name its
//! attributes. Knows no endpoint: which attributes and operators an endpoint allows is its own [`Grammar`].

mod parse;

use crate::time::Time;
use std::borrow::Cow;

/// An operator that compares an attribute with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
    Sw,
    Co,
    Ew,
}

/// What an attribute is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    Text(String),
    Number(f64),
    Bool(bool),
    Null,
}

/// A parsed expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
    Compare { attribute: String, op: Op, value: Literal },
    Present(String),
}

/// Why an expression is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    #[error("unexpected {found} at position {at}")]
    Unexpected { found: String, at: usize },
    #[error("unterminated string")]
    Unterminated,
    #[error("field '{0}' is not supported in this expression")]
    Attribute(String),
    #[error("operator is not supported for field '{0}'")]
    Operator(String),
    #[error("the expression is too complex")]
    TooComplex,
}

/// A value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Field<'a> {
    Text(Cow<'a, str>),
    Bool(bool),
    Number(f64),
    Time(Time),
    /// An attribute with several values: any of them may match.
    Many(Vec<Field<'a>>),
}

impl<'a> From<&'a str> for Field<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Field<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

/// Something that can be asked for attributes; `None` when it has none of that name.
pub trait Attributes {
    fn attribute(&self, name: &str) -> Option<Field<'_>>;
}

/// What an endpoint allows.
pub struct Grammar {
    /// Whether an attribute may be asked for.
    pub allows: fn(&str) -> bool,
    /// Whether an attribute may be asked for with this operator.
    pub operator: fn(&str, Op) -> bool,
}

impl Filter {
    /// Reads an expression that a [`Grammar`] allows.
    pub fn parse(text: &str, grammar: &Grammar) -> Result<Self, FilterError> {
        let filter = parse::parse(text)?;
        filter.check(grammar)?;
        Ok(filter)
    }

    fn check(&self, grammar: &Grammar) -> Result<(), FilterError> {
        let allowed = |name: &str| {
            if (grammar.allows)(name) { Ok(()) } else { Err(FilterError::Attribute(name.to_owned())) }
        };
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().try_for_each(|part| part.check(grammar)),
            Self::Not(part) => part.check(grammar),
            Self::Present(name) => allowed(name),
            Self::Compare { attribute, op, .. } => {
                allowed(attribute)?;
                if (grammar.operator)(attribute, *op) {
                    Ok(())
                } else {
                    Err(FilterError::Operator(attribute.clone()))
                }
            }
        }
    }

    /// Whether something fits.
    pub fn matches(&self, thing: &impl Attributes) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.matches(thing)),
            Self::Or(parts) => parts.iter().any(|part| part.matches(thing)),
            Self::Not(part) => !part.matches(thing),
            Self::Present(name) => {
                thing.attribute(name).is_some_and(|f| !matches!(f, Field::Many(m) if m.is_empty()))
            }
            Self::Compare { attribute, op, value } => match thing.attribute(attribute) {
                Some(field) => field.compare(*op, value),
                None => {
                    matches!((op, value), (Op::Eq, Literal::Null))
                        || (*op == Op::Ne && *value != Literal::Null)
                }
            },
        }
    }

    /// The latest time that everything found must be at or after, as far as `attribute` says; `None` when it says
    /// nothing. Lets a caller look at recent things only.
    pub fn lower_bound(&self, attribute: &str) -> Option<Time> {
        match self {
            Self::Compare { attribute: name, op: Op::Gt | Op::Ge | Op::Eq, value: Literal::Text(text) }
                if name == attribute =>
            {
                Time::parse(text)
            }
            Self::And(parts) => parts.iter().filter_map(|part| part.lower_bound(attribute)).max(),
            Self::Or(parts) => {
                let bounds: Option<Vec<_>> = parts.iter().map(|part| part.lower_bound(attribute)).collect();
                bounds?.into_iter().min()
            }
            _ => None,
        }
    }
}

impl Field<'_> {
    fn compare(&self, op: Op, value: &Literal) -> bool {
        match (self, value) {
            (Self::Many(fields), value) if op == Op::Ne => {
                fields.iter().all(|field| field.compare(op, value))
            }
            (Self::Many(fields), value) => fields.iter().any(|field| field.compare(op, value)),
            (_, Literal::Null) => op == Op::Ne,
            (Self::Time(time), Literal::Text(text)) => match Time::parse(text) {
                Some(bound) => ordered(op, time.cmp(&bound)),
                None => false,
            },
            (Self::Number(number), Literal::Number(bound)) => {
                number.partial_cmp(bound).is_some_and(|order| ordered(op, order))
            }
            (Self::Bool(is), Literal::Bool(wanted)) => ordered(op, is.cmp(wanted)),
            // Callers quote booleans and numbers as often as not.
            (Self::Bool(is), Literal::Text(text)) => {
                text_compare(op, if *is { "true" } else { "false" }, text)
            }
            (Self::Number(number), Literal::Text(text)) => text_compare(op, &number.to_string(), text),
            (Self::Text(is), Literal::Text(wanted)) => text_compare(op, is, wanted),
            (Self::Text(is), Literal::Bool(wanted)) => {
                text_compare(op, is, if *wanted { "true" } else { "false" })
            }
            (Self::Text(is), Literal::Number(wanted)) => text_compare(op, is, &wanted.to_string()),
            _ => op == Op::Ne,
        }
    }
}

/// String values compare without case (Okta's search says so of users; device search behaves alike).
fn text_compare(op: Op, is: &str, wanted: &str) -> bool {
    let (is, wanted) = (is.to_lowercase(), wanted.to_lowercase());
    match op {
        Op::Sw => is.starts_with(&wanted),
        Op::Co => is.contains(&wanted),
        Op::Ew => is.ends_with(&wanted),
        _ => ordered(op, is.cmp(&wanted)),
    }
}

fn ordered(op: Op, order: std::cmp::Ordering) -> bool {
    match op {
        Op::Eq => order.is_eq(),
        Op::Ne => order.is_ne(),
        Op::Gt => order.is_gt(),
        Op::Ge => order.is_ge(),
        Op::Lt => order.is_lt(),
        Op::Le => order.is_le(),
        Op::Sw | Op::Co | Op::Ew => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Thing;
    impl Attributes for Thing {
        fn attribute(&self, name: &str) -> Option<Field<'_>> {
            Some(match name {
                "status" => "ACTIVE".into(),
                "profile.name" => "Ada’s \"Mac\"".into(),
                "updated" => Field::Time(Time::parse("2026-05-01T00:00:00.000Z")?),
                "registered" => Field::Bool(true),
                "target.id" => Field::Many(vec!["a".into(), "b".into()]),
                _ => return None,
            })
        }
    }

    const ANYTHING: Grammar = Grammar { allows: |_| true, operator: |_, _| true };

    #[test]
    fn expressions_match() {
        for (text, wanted) in [
            (r#"status eq "ACTIVE""#, true),
            (r#"status EQ "active""#, true),
            (r#"status ne "ACTIVE""#, false),
            (r#"missing ne "x""#, true),
            (r#"missing eq "x""#, false),
            ("missing pr", false),
            ("not (missing pr)", true),
            (r#"profile.name co "mac""#, true),
            (r#"profile.name eq "Ada’s \"Mac\"""#, true),
            (r#"profile.name sw "Ada" and profile.name ew "\"""#, true),
            (r#"updated gt "2026-04-30T23:59:59.999Z""#, true),
            (r#"updated gt "2026-05-01T00:00:00.000Z""#, false),
            (r#"updated ge "2026-05-01""#, true),
            ("registered eq true", true),
            (r#"registered eq "false""#, false),
            (r#"target.id eq "b""#, true),
            (r#"target.id ne "b""#, false),
            // `and` binds tighter than `or`.
            (r#"status eq "ACTIVE" or status eq "x" and missing pr"#, true),
            (r#"(status eq "ACTIVE" or status eq "x") and missing pr"#, false),
            (r#"not (status eq "x") and not (missing pr)"#, true),
        ] {
            let filter = Filter::parse(text, &ANYTHING).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(filter.matches(&Thing), wanted, "{text}");
        }
    }

    #[test]
    fn grammar_limits_attributes_and_operators() {
        let grammar = Grammar { allows: |name| name == "status", operator: |_, op| op == Op::Eq };
        assert!(Filter::parse(r#"status eq "x""#, &grammar).is_ok());
        let refused = |text| Filter::parse(text, &grammar).expect_err(text);
        assert_eq!(refused(r#"other eq "x""#), FilterError::Attribute("other".into()));
        assert_eq!(refused(r#"status co "x""#), FilterError::Operator("status".into()));
    }

    #[test]
    fn bounds_are_only_told_when_they_bind() {
        let bound = |text| Filter::parse(text, &ANYTHING).expect(text).lower_bound("updated");
        let (may, june) = (Time::parse("2026-05-01"), Time::parse("2026-06-01"));
        assert_eq!(bound(r#"updated gt "2026-05-01" and status eq "x""#), may);
        assert_eq!(bound(r#"updated gt "2026-05-01" and updated ge "2026-06-01""#), june);
        assert_eq!(bound(r#"updated gt "2026-05-01" or updated gt "2026-06-01""#), may);
        assert_eq!(bound(r#"updated gt "2026-05-01" or status eq "x""#), None);
        assert_eq!(bound(r#"not (updated gt "2026-05-01")"#), None);
        assert_eq!(bound(r#"updated lt "2026-05-01""#), None);
    }
}
