//! Every key, told in one place.

use crate::kit::{
    button::{Button, Variant},
    dialog::Dialog,
    icon::Glyph,
};
use leptos::prelude::*;

const EVERYWHERE: &[(&str, &[&str])] = &[
    ("Search devices, people, checks, commands", &["Ctrl", "K"]),
    ("Go to a page, in the order of the rail", &["Ctrl", "1–6"]),
    ("Search in this list", &["/"]),
    ("Go back one layer, from the past too", &["Esc"]),
    ("This sheet", &["?"]),
];

const LISTS: &[(&str, &[&str])] = &[
    ("Move", &["↑", "↓", "←", "→"]),
    ("Next, previous", &["j", "k"]),
    ("Open", &["Enter"]),
    ("Filter", &["f"]),
    ("Columns", &["c"]),
    ("A page of rows", &["PgUp/PgDn"]),
    ("First, last row", &["Ctrl", "Home/End"]),
    ("Exclude a value", &["Alt", "click"]),
    ("Sort by one more column", &["Shift", "click"]),
    ("Move, resize a column (on its head)", &["Alt ← →", "Shift ← →"]),
];

const DEVICES: &[(&str, &[&str])] = &[
    ("Select, extend", &["Space", "Shift ↑↓"]),
    ("Select all matching", &["Ctrl", "A"]),
    ("Copy as TSV", &["Ctrl", "C"]),
    ("Filter by this value", &["Shift", "F"]),
    ("Save this view", &["s"]),
    ("Export", &["e"]),
];

const LOG: &[(&str, &[&str])] = &[
    ("Filter by this value", &["Shift", "F"]),
    ("Save the filter as a detection", &["s"]),
    ("All days up to this one (on the days)", &["Shift", "click"]),
];

/// The sheet, in the document only while open.
#[component]
pub fn CheatSheet(open: RwSignal<bool>) -> impl IntoView {
    let part = |title: &'static str, keys: &'static [(&str, &[&str])]| {
        let rows = keys.iter().map(|(what, keys)| {
            let keys = keys.iter().map(|k| view! { <span class="kbd">{*k}</span> }).collect_view();
            view! { <dt>{*what}</dt><dd>{keys}</dd> }
        });
        view! { <section><h3>{title}</h3><dl>{rows.collect_view()}</dl></section> }
    };
    view! {
        <Dialog open label="Keyboard shortcuts">
            <header><h2>"Keyboard shortcuts"</h2>
                <Button label="Close" glyph=Glyph::Close icon_only=true variant=Variant::Quiet on_press=move |_| open.set(false)/>
            </header>
            <div class="body cheats"><div>{part("Everywhere", EVERYWHERE)}{part("In the list of devices", DEVICES)}</div><div>{part("In a list", LISTS)}{part("In the log", LOG)}</div></div>
        </Dialog>
    }
}
