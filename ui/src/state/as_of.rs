//! Which snapshot the pages show: the newest, or a past one that somebody chose. Every query of a page passes it on, so that
//! a screen belongs to one snapshot. The address names a past one, so that a link opens the same state.

use crate::query::{Query, use_query};
use contract::{
    Failure,
    session::{ListSnapshots, Session, Snapshot},
};
use domain::SnapshotId;
use form_urlencoded::{Serializer, parse};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

/// The name in the address.
const KEY: &str = "as_of";

/// The chosen snapshot; `None` is the newest.
#[derive(Clone, Copy)]
pub struct AsOf(RwSignal<Option<SnapshotId>>);

impl AsOf {
    /// The one that the address names; the newest if it names none.
    pub fn from_address() -> Self {
        let search = window().location().search().unwrap_or_default();
        Self(RwSignal::new(named(&search)))
    }

    /// What a command's `as_of` is to be, subscribed to.
    pub fn get(&self) -> Option<SnapshotId> {
        self.0.get()
    }

    /// The same without subscribing.
    pub fn get_untracked(&self) -> Option<SnapshotId> {
        self.0.get_untracked()
    }

    /// Goes to a past snapshot, or back to the newest.
    pub fn set(&self, snapshot: Option<SnapshotId>) {
        if self.get_untracked() != snapshot {
            self.0.set(snapshot);
        }
    }

    /// The link with the chosen snapshot in it.
    pub fn link(&self, href: &str) -> String {
        with(href, self.get_untracked())
    }

    /// Keeps the address and the choice at one. To be called once, inside the router.
    ///
    /// An address that names a snapshot chooses it. One that names none is most often another page's or filter's: the choice
    /// stays and is written into it, in place, so that going back in the history never leaves the past by accident.
    pub fn follow_address(self) {
        let location = use_location();
        let navigate = use_navigate();
        let write = move |path: &str, search: &str| {
            let href = with(
                &format!("{path}{}{search}", if search.is_empty() { "" } else { "?" }),
                self.get_untracked(),
            );
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                resolve: false,
                ..NavigateOptions::default()
            };
            navigate(&href, options);
        };
        let (path, search) = (location.pathname, location.search);
        let bare = move || search.get().trim_start_matches('?').to_owned();
        let restore = write.clone();
        Effect::new(move |_| match (named(&bare()), self.get_untracked()) {
            (Some(asked), _) => self.set(Some(asked)),
            (None, Some(_)) => restore(&path.get_untracked(), &untrack(bare)),
            (None, None) => {}
        });
        Effect::new(move |_| {
            let chosen = self.get();
            if named(&untrack(bare)) != chosen {
                write(&path.get_untracked(), &untrack(bare));
            }
        });
    }
}

/// The snapshot that the part of an address after `?` names.
fn named(search: &str) -> Option<SnapshotId> {
    let mut pairs = parse(search.trim_start_matches('?').as_bytes());
    let (_, value) = pairs.find(|(key, _)| key == KEY)?;
    value.parse().ok().map(SnapshotId)
}

/// The address with this snapshot in place of whatever it named.
fn with(href: &str, snapshot: Option<SnapshotId>) -> String {
    let (path, search) = href.split_once('?').unwrap_or((href, ""));
    let mut out = Serializer::new(String::new());
    out.extend_pairs(parse(search.as_bytes()).filter(|(key, _)| key != KEY));
    if let Some(snapshot) = snapshot {
        out.append_pair(KEY, &snapshot.0.to_string());
    }
    let search = out.finish();
    if search.is_empty() { path.to_owned() } else { format!("{path}?{search}") }
}

/// The snapshot on screen with what it holds, and those there are to choose from.
#[derive(Clone, Copy)]
pub struct Shown {
    as_of: AsOf,
    session: Query<Session>,
    /// Every snapshot kept, newest first; asked for only while the past is shown or being chosen.
    pub past: Query<Vec<Snapshot>>,
    /// Whether the picker is open.
    pub choosing: RwSignal<bool>,
}

impl Shown {
    /// Follows the choice.
    pub fn follow(as_of: AsOf, session: Query<Session>) -> Self {
        let choosing = RwSignal::new(false);
        let past = use_query(move || (as_of.get().is_some() || choosing.get()).then_some(ListSnapshots {}));
        Self { as_of, session, past, choosing }
    }

    /// The snapshot on screen, subscribed to; `None` before there is one, while it is looked up, and when it is gone.
    pub fn snapshot(&self) -> Option<Snapshot> {
        match self.as_of.get() {
            None => self.session.value.read().as_ref()?.org.as_ref()?.snapshot.clone(),
            Some(id) => self.past.value.read().as_ref()?.iter().find(|s| s.id == id).cloned(),
        }
    }

    /// Why a collection was never read, if it was not: nothing is known of it then, which is not the same as none.
    pub fn unread(&self, collection: &str) -> Option<Failure> {
        let problems = self.snapshot()?.problems.into_iter();
        problems
            .filter(|problem| problem.collection == collection && problem.rows_from.is_none())
            .map(|problem| problem.failure)
            .next()
    }

    /// Whether the chosen snapshot is not kept any more.
    pub fn is_gone(&self) -> bool {
        let Some(id) = self.as_of.get() else { return false };
        self.past.value.read().as_ref().is_some_and(|past| past.iter().all(|s| s.id != id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_names_its_snapshot_once() {
        let check = |href: &str, snapshot: Option<i64>, want: &str| {
            assert_eq!(with(href, snapshot.map(SnapshotId)), want);
            assert_eq!(
                named(want.split_once('?').map_or("", |(_, search)| search)),
                snapshot.map(SnapshotId)
            );
        };
        check("/", Some(7), "/?as_of=7");
        check("/?as_of=3", Some(7), "/?as_of=7");
        check("/devices?q=a+b&id=guo1", Some(7), "/devices?q=a+b&id=guo1&as_of=7");
        check("/devices?as_of=7&q=%26", None, "/devices?q=%26");
        check("/?as_of=7", None, "/");
        assert_eq!(named("as_of=seven"), None);
    }
}
