//! Changing all chosen devices: a menu of the moves. A press only opens the sheet, which tells what would be refused.

use super::lifecycle_sheet::Sheet;
use crate::{
    kit::popover::Popover,
    state::{selection::Selection, writes::Writes},
};
use contract::intents::Targets;
use domain::{LifecycleMove, Tier};
use leptos::prelude::*;

/// The menu of moves for what is chosen.
#[component]
pub fn BulkMoves() -> impl IntoView {
    let (sheet, selection) = (expect_context::<Sheet>(), expect_context::<Selection>());
    let writes = Writes::watch();
    let menu = RwSignal::new(false);
    let item = move |wish: LifecycleMove| {
        let look = move |_| {
            menu.set(false);
            sheet.look_at(wish, Targets::from(selection.get_untracked()));
        };
        view! {
            <button type="button" class="menu-item" role="menuitem" data-move=wish.key() data-danger=(wish.tier() == Tier::Destructive).then_some("") on:click=look>
                <span class="grow">{format!("{}…", wish.label())}</span>
            </button>
        }
    };
    let locked = move || writes.get().refusal();
    view! {
        <Popover open=menu label="Change the chosen devices" class="above left" anchor=move || view! {
            <button type="button" class="facet-more" data-testid="bulk" disabled=move || locked().is_some() title=locked
                aria-expanded=move || menu.get().to_string() on:click=move |_| menu.update(|m| *m = !*m)>"Change…"</button>
        }>
            <div role="menu" aria-label="Change the chosen devices">{LifecycleMove::ALL.map(item)}</div>
        </Popover>
    }
}
