//! What the address of the Posture page says: which part of it, and which check is open in the lab.

use crate::address::View;
use contract::checks::CheckKey;
use domain::OsqueryPlatform;
use form_urlencoded::{Serializer, parse};

/// A part of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    #[default]
    Checks,
    Library,
    Schema,
    States,
    Readiness,
}

impl Part {
    /// Every part, in the order of the tabs.
    pub const ALL: [Self; 5] = [Self::Checks, Self::Library, Self::Schema, Self::States, Self::Readiness];
    /// What the tabs say.
    pub const NAMES: &'static [&'static str] = &["Checks", "Library", "Schema", "Device states", "Readiness"];

    fn key(self) -> &'static str {
        match self {
            Self::Checks => "checks",
            Self::Library => "library",
            Self::Schema => "schema",
            Self::States => "states",
            Self::Readiness => "readiness",
        }
    }

    /// Its place among the tabs.
    pub fn place(self) -> usize {
        Self::ALL.iter().position(|part| *part == self).unwrap_or(0)
    }
}

/// The view in the address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PostureView {
    pub part: Part,
    /// The check in the lab.
    pub check: Option<CheckKey>,
    /// Where schema, library and states are looked at.
    pub platform: Option<OsqueryPlatform>,
    /// The table that the schema shows.
    pub table: Option<String>,
    /// What a list is searched for.
    pub search: String,
}

impl PostureView {
    /// One check in the lab.
    pub fn of(check: CheckKey) -> Self {
        Self { check: Some(check), ..Self::default() }
    }

    /// The platform in force.
    pub fn platform(&self) -> OsqueryPlatform {
        self.platform.unwrap_or(OsqueryPlatform::Macos)
    }
}

impl View for PostureView {
    const PATH: &'static str = "/posture";

    fn parse(search: &str) -> Self {
        let mut view = Self::default();
        for (key, value) in parse(search.trim_start_matches('?').as_bytes()) {
            match key.as_ref() {
                "part" => {
                    view.part = Part::ALL.into_iter().find(|part| part.key() == value).unwrap_or_default();
                }
                "check" => view.check = Some(CheckKey::from(value.into_owned())),
                "platform" => view.platform = OsqueryPlatform::from_key(&value),
                "table" => view.table = Some(value.into_owned()),
                "q" => view.search = value.into_owned(),
                _ => {}
            }
        }
        view
    }

    fn href(&self) -> String {
        const START: &str = "/posture?";
        let mut out = Serializer::for_suffix(START.to_owned(), START.len());
        if self.part != Part::default() {
            out.append_pair("part", self.part.key());
        }
        if let Some(check) = &self.check {
            out.append_pair("check", &check.to_string());
        }
        if let Some(platform) = self.platform {
            out.append_pair("platform", platform.key());
        }
        if let Some(table) = &self.table {
            out.append_pair("table", table);
        }
        if !self.search.is_empty() {
            out.append_pair("q", &self.search);
        }
        out.finish().trim_end_matches('?').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_all_of_a_view() {
        let view = PostureView {
            part: Part::Schema,
            check: Some(CheckKey::Draft(3)),
            platform: Some(OsqueryPlatform::Windows),
            table: Some("registry".into()),
            search: "a&b".into(),
        };
        let href = view.href();
        assert_eq!(PostureView::parse(href.split_once('?').expect("a query").1), view, "{href}");
        assert_eq!(PostureView::default().href(), "/posture");
        assert_eq!(PostureView::parse("?part=shoes&platform=beos"), PostureView::default());
    }
}
