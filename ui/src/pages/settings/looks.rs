//! How Postern looks on this machine, and which keys act.

use crate::{
    kit::field::Choice,
    state::prefs::{Density, Prefs, Theme},
};
use leptos::prelude::*;

/// Theme, rows, keyboard.
#[component]
pub fn LooksSection() -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let themes = Theme::ALL.map(|theme| {
        let chosen = Signal::derive(move || prefs.get().theme == theme);
        view! { <Choice name="theme" label=theme.label() chosen choose=move || prefs.update(|l| l.theme = theme)/> }
    });
    let rows = Density::ALL.map(|density| {
        let chosen = Signal::derive(move || prefs.get().density == density);
        view! { <Choice name="density" label=density.label() chosen choose=move || prefs.update(|l| l.density = density)/> }
    });
    let letters = move || prefs.get().letters_on();
    view! {
        <section aria-labelledby="settings-looks">
            <h2 id="settings-looks">"Looks"</h2>
            <fieldset class="picks row"><legend>"Theme"</legend>{themes}</fieldset>
            <fieldset class="picks row"><legend>"Rows"</legend>{rows}</fieldset>
        </section>
        <section aria-labelledby="settings-keys">
            <h2 id="settings-keys">"Keyboard"</h2>
            <label class="pick" data-chosen=move || letters().then_some("")>
                <input type="checkbox" id="letters" prop:checked=letters
                    on:change=move |e| { let on = event_target_checked(&e); prefs.update(|l| l.letters_off = !on); }/>
                <span><b>"Single-letter shortcuts"</b><span class="soft">"/ ? f c s e j k and Shift F act when nothing is being typed into. Ctrl and Alt shortcuts, arrows and Esc always work."</span></span>
            </label>
        </section>
    }
}
