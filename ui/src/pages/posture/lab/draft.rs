//! What is being written in the lab, and how it is kept: every change is saved as a draft after a short pause, so that nothing
//! is lost when the program is closed or killed.

use crate::{
    query::{Pushes, Query, use_query},
    state::{as_of::AsOf, settled::settled},
};
use contract::{
    checks::{CheckKey, CheckSheet, Published, SaveDraft},
    lab::{LintCheck, Linted, Subject},
};
use domain::{CheckContent, Expectation, Fix, Mapping, OsqueryPlatform, Remediation};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// After so long without a change the linter is asked.
const LINT_AFTER: Duration = Duration::from_millis(90);
/// After so long what takes longer is worked out.
const TRY_AFTER: Duration = Duration::from_millis(350);
/// After so long the draft is kept.
const KEEP_AFTER: Duration = Duration::from_millis(600);

/// Whether what is written is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// Nothing was written.
    Clean,
    Saving,
    Kept,
    Failed(String),
}

/// Everything that a draft keeps.
type Written = (CheckContent, Vec<Expectation>, Option<String>);

/// The check on the bench.
#[derive(Clone, Copy)]
pub struct Lab {
    key: StoredValue<CheckKey>,
    pub content: RwSignal<CheckContent>,
    pub expectations: RwSignal<Vec<Expectation>>,
    pub published: RwSignal<Option<Published>>,
    pub saved: RwSignal<Saved>,
    /// For a text box: the text that passes.
    pub passes: RwSignal<String>,
    /// What was loaded or kept last, so that only changes are kept.
    kept: StoredValue<Option<Written>>,
    /// What the org had when this was laid on the bench: what an edit is begun from.
    based_on: StoredValue<Option<CheckContent>>,
    /// The query after a pause.
    pub still: Signal<Subject>,
    /// A past snapshot is on screen.
    past: Signal<bool>,
    pub linted: Query<Linted>,
}

fn empty() -> CheckContent {
    CheckContent {
        name: String::new(),
        description: String::new(),
        variable_name: String::new(),
        platform: OsqueryPlatform::Macos,
        mapping: Mapping::Checkbox,
        query: String::new(),
        remediation: Remediation::default(),
    }
}

/// An empty text is none.
pub fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.trim().is_empty())
}

impl Lab {
    /// An empty bench for a check.
    pub fn new(key: CheckKey) -> Self {
        let content = RwSignal::new(empty());
        let passes = RwSignal::new(String::new());
        let subject = Memo::new(move |_| {
            let content = content.read();
            let text = content.mapping == Mapping::Textbox;
            Subject {
                platform: content.platform,
                mapping: content.mapping,
                query: content.query.clone(),
                passes: Some(passes.get()).filter(|passes| text && !passes.is_empty()),
            }
        });
        let soon: Signal<Subject> = settled(subject.into(), LINT_AFTER);
        let still: Signal<Subject> = settled(subject.into(), TRY_AFTER);
        let as_of = expect_context::<AsOf>();
        let past = Signal::derive(move || as_of.get().is_some());
        let linted = use_query(move || {
            let subject: Subject = soon.get();
            (!subject.query.trim().is_empty()).then_some(LintCheck { subject })
        });
        let lab = Self {
            key: StoredValue::new(key),
            content,
            expectations: RwSignal::new(Vec::new()),
            published: RwSignal::new(None),
            saved: RwSignal::new(Saved::Clean),
            passes,
            kept: StoredValue::new(None),
            based_on: StoredValue::new(None),
            still,
            past,
            linted,
        };
        lab.keep_drafts();
        lab
    }

    /// Which check it is.
    pub fn key(&self) -> CheckKey {
        self.key.get_value()
    }

    /// Lays the sheet on the bench. What is being written stays; what is not gives way to what the org has now.
    /// In the past the check is as the org had it, and nothing is kept.
    pub fn take(&self, sheet: CheckSheet) {
        let past = self.past.get_untracked();
        let first = self.kept.with_value(Option::is_none);
        let untouched =
            self.based_on.with_value(|base| base.as_ref() == Some(&*self.content.read_untracked()));
        let published = sheet.published.as_ref().map(|p| p.content.clone());
        if past || first || (untouched && sheet.draft.is_none()) {
            let written = sheet.draft.filter(|_| !past || published.is_none());
            let content = written.or_else(|| published.clone()).unwrap_or_else(empty);
            let kept = (content.clone(), sheet.expectations.clone(), sheet.passes.clone());
            self.kept.set_value(Some(kept).filter(|_| !past));
            self.based_on.set_value(published);
            self.passes.set(sheet.passes.unwrap_or_default());
            self.content.set(content);
            self.expectations.set(sheet.expectations);
        } else if published.as_ref() == Some(&*self.content.read_untracked()) {
            // It was published from here.
            self.based_on.set_value(published);
        }
        self.published.set(sheet.published);
    }

    /// What the org had when the edit was begun.
    pub fn base(&self) -> Option<CheckContent> {
        self.based_on.get_value()
    }

    /// Whether the bench is still there: an answer may come when the page has moved on.
    pub fn is_there(&self) -> bool {
        self.key.try_get_value().is_some()
    }

    /// Mends a finding, if what it was found in still stands there.
    pub fn mend(&self, fix: &Fix) {
        let of = self.linted.value.read_untracked().as_ref().map(|linted| linted.query.clone());
        if of.as_ref() == Some(&self.content.read_untracked().query) {
            self.edit(|content| content.query = fix.applied_to(&content.query));
        }
    }

    /// Whether it may not be written on: built in, or of the past.
    pub fn is_locked(&self) -> bool {
        self.past.get() || self.is_builtin()
    }

    /// Whether it is Okta's own.
    pub fn is_builtin(&self) -> bool {
        self.published.read().as_ref().is_some_and(|p| p.builtin)
    }

    /// Whether what is written differs from what the org has.
    pub fn differs(&self) -> bool {
        self.published.read().as_ref().is_none_or(|p| p.content != *self.content.read())
    }

    /// Whether the newest answer of the linter is about what stands there now.
    pub fn is_linted(&self) -> bool {
        let linted = self.linted.value.read();
        linted.as_ref().is_none_or(|linted| linted.query == self.content.read().query)
    }

    /// The text that passes, if there is one.
    pub fn passing(&self) -> Option<String> {
        filled(self.passes.get_untracked())
    }

    /// Changes the content, where that may be.
    pub fn edit(&self, change: impl FnOnce(&mut CheckContent)) {
        if !untrack(|| self.is_locked()) {
            self.content.update(change);
        }
    }

    /// Keeps nothing more: what stands there is thrown away.
    pub fn rest(&self) {
        self.kept.set_value(Some((
            self.content.get_untracked(),
            self.expectations.get_untracked(),
            self.passing(),
        )));
    }

    /// Goes back to what the org has.
    pub fn forget(&self) {
        if let Some(published) = self.published.get_untracked() {
            self.kept.set_value(Some((published.content.clone(), Vec::new(), None)));
            self.passes.set(String::new());
            self.content.set(published.content);
            self.expectations.set(Vec::new());
        }
        self.saved.set(Saved::Clean);
    }

    /// Saves every change after a pause, and at once when the page is left.
    fn keep_drafts(self) {
        let pushes = expect_context::<Pushes>();
        let as_of = expect_context::<AsOf>();
        let written =
            Memo::new(move |_| (self.content.get(), self.expectations.get(), filled(self.passes.get())));
        let still: Signal<Written> = settled(written.into(), KEEP_AFTER);
        let keep = move |now: Written, told: bool| {
            let news = self.kept.with_value(|kept| kept.as_ref().is_some_and(|kept| *kept != now));
            if !news || as_of.get_untracked().is_some() {
                return;
            }
            let before = self.kept.get_value();
            self.kept.set_value(Some(now.clone()));
            let sent = now.clone();
            let (content, expectations, passes) = now;
            let command = SaveDraft { key: self.key.get_value(), content, expectations, passes };
            if told {
                self.saved.set(Saved::Saving);
            }
            spawn_local(async move {
                let reply = crate::host::call(command).await;
                pushes.stale(&[contract::Topic::Checks]);
                let now = match reply {
                    Ok(_) => Saved::Kept,
                    Err(failure) => {
                        // It is tried again with the next change, and when the page is left.
                        self.kept.try_update_value(|kept| {
                            if kept.as_ref() == Some(&sent) {
                                *kept = before;
                            }
                        });
                        Saved::Failed(failure.to_string())
                    }
                };
                self.saved.try_set(now);
            });
        };
        Effect::new(move |_| keep(still.get(), true));
        on_cleanup(move || keep(written.get_untracked(), false));
    }
}
