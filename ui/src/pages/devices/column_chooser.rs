//! Choosing the columns: which are shown, which stay in sight, and in which order. Everything by pointer or by keys: Enter
//! shows or hides, `p` pins, Alt and an arrow moves.

use super::columns::Table;
use crate::kit::{
    button::Button,
    grid::MoveTo,
    icon::{Glyph, Icon},
    keys::letters_on,
    popover::Popover,
};
use domain::Attribute;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

/// The button with its panel.
#[component]
pub fn ColumnChooser(table: Table, open: RwSignal<bool>) -> impl IntoView {
    let dragged = RwSignal::new(None::<Attribute>);
    let list = move || {
        let shown = table.shown();
        let hidden = Attribute::all().filter(|a| !shown.contains(a)).collect::<Vec<_>>();
        let lines = shown.into_iter().map(|a| (a, true)).chain(hidden.into_iter().map(|a| (a, false)));
        lines.collect::<Vec<_>>()
    };
    view! {
        <Popover open label="Columns" class="columns" anchor=move || view! {
            <Button label="Columns" glyph=Glyph::Columns key="c" expanded=Signal::from(open) on_press=move |_| open.update(|o| *o = !*o)/>
        }>
            <p class="dim hint"><span class="kbd">"p"</span>" pins, "<span class="kbd">"Alt ↑ ↓"</span>" or a drag moves"</p>
            <ul aria-label="Columns">
                <For each=list key=|line| *line children=move |(attribute, on)| view! { <Line table attribute on dragged/> }/>
            </ul>
            <button type="button" class="menu-item soft" on:click=move |_| table.reset()>
                <span class="tick"></span>"Usual columns and widths"
            </button>
        </Popover>
    }
}

#[component]
fn Line(table: Table, attribute: Attribute, on: bool, dragged: RwSignal<Option<Attribute>>) -> impl IntoView {
    let key = attribute.key();
    let fixed = attribute == Attribute::Name;
    let pinned = Memo::new(move |_| table.is_pinned(attribute));
    let on_key = move |event: ev::KeyboardEvent| {
        match event.key().as_str() {
            "ArrowUp" if event.alt_key() => table.move_to(attribute, MoveTo::By(-1)),
            "ArrowDown" if event.alt_key() => table.move_to(attribute, MoveTo::By(1)),
            "p" if on && !fixed && letters_on() => table.pin(attribute),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
        focus_again(key);
    };
    let pin_label = format!("Keep {} in sight", attribute.label());
    view! {
        <li draggable=(on && !fixed).then_some("true")
            on:dragstart=move |_| dragged.set(Some(attribute)) on:dragend=move |_| dragged.set(None)
            on:dragover=move |event| if on && dragged.get_untracked().is_some() { event.prevent_default() }
            on:drop=move |event| {
                event.prevent_default();
                if let Some(from) = dragged.get_untracked() {
                    table.move_to(from, MoveTo::Before(key));
                }
            }>
            <button type="button" class="menu-item" role="checkbox" aria-checked=on.to_string() aria-disabled=fixed.then_some("true")
                data-column=key on:keydown=on_key on:click=move |_| { table.toggle(attribute); focus_again(key); }>
                <span class="tick">{on.then(|| view! { <Icon glyph=Glyph::Check/> })}</span>{attribute.label()}
            </button>
            {(on && !fixed).then(|| view! {
                <button type="button" class="pin" tabindex="-1" aria-label=pin_label aria-pressed=move || pinned.get().to_string()
                    title="Keep in sight (p)" on:click=move |_| { table.pin(attribute); focus_again(key); }>
                    {move || if pinned.get() { "Pinned" } else { "Pin" }}
                </button>
            })}
        </li>
    }
}

/// The lines are drawn anew where they now stand: the focus follows.
fn focus_again(key: &'static str) {
    request_animation_frame(move || {
        let line = document().query_selector(&format!("[data-column='{key}']")).ok().flatten();
        if let Some(line) = line.and_then(|l| l.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _unfocusable = line.focus();
        }
    });
}
