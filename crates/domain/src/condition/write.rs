//! The text form of a filter: what [`Where::parse`](super::Where::parse) reads back as the same filter.

use super::{Compare, Condition, Group, Test, TextTest, Where};
use std::fmt::{Display, Formatter, Result, Write};

impl Display for Where {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let groups: Vec<&Group> = self.groups.iter().filter(|g| !g.conditions.is_empty()).collect();
        for (at, group) in groups.iter().enumerate() {
            if at > 0 {
                f.write_str(joint(self.any))?;
            }
            if groups.len() > 1 { write!(f, "({group})")? } else { group.fmt(f)? }
        }
        Ok(())
    }
}

impl Display for Group {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for (at, condition) in self.conditions.iter().enumerate() {
            if at > 0 {
                f.write_str(joint(self.any))?;
            }
            condition.fmt(f)?;
        }
        Ok(())
    }
}

fn joint(any: bool) -> &'static str {
    if any { " or " } else { " and " }
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if !self.on {
            f.write_str("off ")?;
        }
        f.write_str(self.attribute.key())?;
        f.write_char(' ')?;
        self.test.fmt(f)?;
        if self.or_unknown { f.write_str(" or unknown") } else { Ok(()) }
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Known => f.write_str("is known"),
            Self::Unknown => f.write_str("is unknown"),
            Self::Text(test, wanted) => write!(f, "{} {}", test.words(), Quoted(wanted)),
            Self::Choice { values, exclude } => {
                f.write_str(if *exclude { "is not " } else { "is " })?;
                for (at, value) in values.iter().enumerate() {
                    let comma = if at > 0 { ", " } else { "" };
                    if plain(value) {
                        write!(f, "{comma}{value}")?
                    } else {
                        write!(f, "{comma}{}", Quoted(value))?
                    }
                }
                Ok(())
            }
            Self::YesNo(yes) => f.write_str(if *yes { "is yes" } else { "is no" }),
            Self::Number(compare, wanted) => write!(f, "{} {wanted}", compare.sign()),
            Self::Version(compare, wanted) => write!(f, "{} {wanted}", compare.sign()),
            Self::VersionOn(platform, compare, wanted) => {
                write!(f, "{} {} {wanted}", compare.sign(), platform.label())
            }
            Self::Older(days) => write!(f, "older than {days} days"),
            Self::Newer(days) => write!(f, "newer than {days} days"),
            Self::Before(day) => write!(f, "before {day}"),
            Self::After(day) => write!(f, "after {day}"),
        }
    }
}

impl TextTest {
    /// As it is written and read.
    pub fn words(self) -> &'static str {
        match self {
            Self::Contains => "contains",
            Self::Lacks => "does not contain",
            Self::Is => "is",
            Self::IsNot => "is not",
            Self::Starts => "starts with",
        }
    }
}

impl Compare {
    /// As it is written.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "=",
            Self::Unequal => "!=",
            Self::AtLeast => ">=",
            Self::More => ">",
        }
    }
}

/// A wire name needs no quotes.
fn plain(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

struct Quoted<'t>(&'t str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            if matches!(c, '"' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(c)?;
        }
        f.write_char('"')
    }
}

impl Condition {
    /// The condition for a person: attributes and values by their labels.
    pub fn words(&self) -> String {
        let test = match &self.test {
            Test::Text(test, wanted) => format!("{} “{wanted}”", test.words()),
            Test::Choice { values, exclude } => {
                let labels: Vec<String> = values.iter().map(|v| self.attribute.value_label(v)).collect();
                format!("{} {}", if *exclude { "is not" } else { "is" }, labels.join(" or "))
            }
            Test::Older(1) => "older than a day".to_owned(),
            Test::Newer(1) => "newer than a day".to_owned(),
            other => other.to_string().replace("<=", "≤").replace(">=", "≥").replace("!=", "≠"),
        };
        let unknown = if self.or_unknown { " or unknown" } else { "" };
        format!("{} {test}{unknown}", self.attribute.label())
    }
}
