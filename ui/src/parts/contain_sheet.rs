//! The sheet that contains people at risk. Buttons, menus and the palette only open it.

use domain::UserId;
use leptos::prelude::*;

/// Whom the sheet is open for.
#[derive(Clone, Copy)]
pub struct Containing(RwSignal<Option<Vec<UserId>>>);

impl Containing {
    /// Nobody.
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Opens the sheet for these people.
    pub fn open(self, users: Vec<UserId>) {
        self.0.set((!users.is_empty()).then_some(users));
    }
}

/// The sheet.
#[component]
pub fn ContainSheet() -> impl IntoView {
    let _open = expect_context::<Containing>();
}
