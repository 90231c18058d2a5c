//! What the address of the Cases page says: search, open case, open piece of evidence.

use crate::address::View;
use contract::cases::CaseId;
use form_urlencoded::{Serializer, parse};

/// The view.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CasesView {
    pub search: String,
    /// Closed cases stand in the list as well.
    pub closed_too: bool,
    pub from: u64,
    pub open: Option<CaseId>,
    /// A piece of evidence of the open case, by path.
    pub item: Option<String>,
    /// Its first line in sight.
    pub line: u64,
}

impl CasesView {
    /// One case, beside the list of all: it may have been closed since the link was made.
    pub fn case(id: CaseId) -> Self {
        Self { open: Some(id), closed_too: true, ..Self::default() }
    }

    /// Opens another case.
    pub fn show(&mut self, id: CaseId) {
        (self.open, self.item, self.line) = (Some(id), None, 0);
    }

    /// Opens a piece of evidence, or none.
    pub fn read(&mut self, item: Option<String>) {
        (self.item, self.line) = (item, 0);
    }

    /// One layer back.
    pub fn back(&mut self) {
        match self.item.take() {
            Some(_) => self.line = 0,
            None => self.open = None,
        }
    }
}

impl View for CasesView {
    const PATH: &'static str = "/cases";

    fn parse(search: &str) -> Self {
        let mut view = Self::default();
        for (key, value) in parse(search.trim_start_matches('?').as_bytes()) {
            match key.as_ref() {
                "q" => view.search = value.into_owned(),
                "closed" => view.closed_too = value == "1",
                "from" => view.from = value.parse().unwrap_or(0),
                "id" => view.open = value.parse().ok().map(CaseId),
                "item" => view.item = Some(value.into_owned()),
                "line" => view.line = value.parse().unwrap_or(0),
                _ => {}
            }
        }
        view
    }

    fn href(&self) -> String {
        const START: &str = "/cases?";
        let mut out = Serializer::for_suffix(START.to_owned(), START.len());
        if !self.search.is_empty() {
            out.append_pair("q", &self.search);
        }
        if self.closed_too {
            out.append_pair("closed", "1");
        }
        if self.from > 0 {
            out.append_pair("from", &self.from.to_string());
        }
        if let Some(id) = self.open {
            out.append_pair("id", &id.0.to_string());
            if let Some(item) = &self.item {
                out.append_pair("item", item);
            }
            if self.line > 0 {
                out.append_pair("line", &self.line.to_string());
            }
        }
        out.finish().trim_end_matches('?').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_all_of_a_view() {
        let view = CasesView {
            search: "a b&c".into(),
            closed_too: true,
            from: 50,
            open: Some(CaseId(3)),
            item: Some("frozen-1/people/00u.json".into()),
            line: 100,
        };
        let href = view.href();
        let (_, search) = href.split_once('?').expect("has a query");
        assert_eq!(CasesView::parse(search), view, "{href}");
        assert_eq!(CasesView::default().href(), "/cases");
        assert_eq!(CasesView::parse("?id=x&from=-1&nosuch=1"), CasesView::default());
    }

    #[test]
    fn going_back_leaves_one_layer() {
        let case = CasesView { open: Some(CaseId(1)), ..CasesView::default() };
        let mut view = CasesView { item: Some("a".into()), line: 5, ..case.clone() };
        view.back();
        assert_eq!(view, case);
        view.back();
        assert_eq!(view.open, None);
    }
}
