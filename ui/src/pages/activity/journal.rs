//! The journal's chain: checked when asked, and written to a file.

use crate::{
    kit::{
        button::Button,
        icon::{Glyph, Icon},
        text,
    },
    query::{Pushes, act},
    state::toasts::Toasts,
};
use contract::activity::{CheckJournal, ExportJournal, JournalCheck};
use leptos::prelude::*;

/// The buttons, and what the last check found.
#[component]
pub fn JournalBar() -> impl IntoView {
    let (pushes, toasts) = (expect_context::<Pushes>(), expect_context::<Toasts>());
    let found = RwSignal::new(None::<JournalCheck>);
    let check = move || {
        act(pushes, CheckJournal {}, move |reply| match reply {
            Ok(check) => found.set(Some(check)),
            Err(failure) => toasts.say(failure.to_string()),
        });
    };
    let export = move || {
        act(pushes, ExportJournal {}, move |reply| match reply {
            Ok(file) => toasts.say(format!(
                "{} written to {}",
                text::plural(file.entries, "entry", "entries"),
                file.path
            )),
            Err(failure) => toasts.say(failure.to_string()),
        });
    };
    let words = move || {
        found.get().map(|check| match check.broken {
            None => view! {
                <span class="chain" data-tone="good" title=format!("Last hash {}", check.head)><Icon glyph=Glyph::Check/>{format!("Whole: {}", text::plural(check.entries, "entry", "entries"))}</span>
            }
            .into_any(),
            Some(broken) => view! { <span class="chain" data-tone="bad" role="alert"><Icon glyph=Glyph::Warning/>{broken}</span> }.into_any(),
        })
    };
    view! {
        <span role="status">{words}</span>
        <button type="button" class="button" data-variant="quiet" data-size="normal" data-testid="journal-check" on:click=move |_| check()>"Check the journal"</button>
        <Button label="Export the journal" on_press=move |_| export()/>
    }
}
