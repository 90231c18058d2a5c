//! A list's view in the address: what is searched, filtered, sorted and open, and the way to change it. So any view can be
//! copied, gone back to and opened again. Knows no list of its own.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

/// What the address of one page says.
pub trait View: Clone + PartialEq + Default + Send + Sync + 'static {
    /// The page's path.
    const PATH: &'static str;

    /// Reads the part of an address after `?`. What makes no sense is left out: an old link still opens.
    fn parse(search: &str) -> Self;

    /// The address.
    fn href(&self) -> String;
}

/// The view in the address, and the way to change it.
pub struct Address<V: View> {
    /// What the address says.
    pub view: Memo<V>,
    go: Callback<(V, bool)>,
}

impl<V: View> Clone for Address<V> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<V: View> Copy for Address<V> {}

impl<V: View> Address<V> {
    /// Follows the address for as long as the page lives.
    pub fn follow() -> Self {
        let location = use_location();
        let on_this_page = move || *location.pathname.read() == V::PATH;
        let view = Memo::new(move |before: Option<&V>| {
            // While the router swaps pages the address is already another page's.
            if on_this_page() {
                V::parse(&location.search.read())
            } else {
                before.cloned().unwrap_or_default()
            }
        });
        let navigate = use_navigate();
        let go = Callback::new(move |(view, replace): (V, bool)| {
            navigate(
                &view.href(),
                NavigateOptions { replace, scroll: false, resolve: false, ..NavigateOptions::default() },
            );
        });
        Self { view, go }
    }

    /// Changes the view as one step back in the history.
    pub fn change(&self, change: impl FnOnce(&mut V)) {
        let mut view = self.view.get_untracked();
        change(&mut view);
        self.go.run((view, false));
    }

    /// Changes the view without a step of its own: while typing, or while walking from row to row.
    pub fn adjust(&self, change: impl FnOnce(&mut V)) {
        let mut view = self.view.get_untracked();
        change(&mut view);
        if view != self.view.get_untracked() {
            self.go.run((view, true));
        }
    }
}
