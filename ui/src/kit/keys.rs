//! Which keys are shortcuts now. Single letters never are while someone types, nor where they were switched off: whoever
//! speaks to the computer, or types one-handed, sets them off by accident.

use leptos::{ev::KeyboardEvent, prelude::*};
use wasm_bindgen::JsCast;

/// The attribute of the document that switches single letters off.
pub const SWITCH: &str = "data-letters";

/// Whether the key goes into a text field.
pub fn typing(event: &KeyboardEvent) -> bool {
    let element = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    // Nobody types into a box that is ticked.
    let fields = "input:not([type='checkbox'], [type='radio']), textarea, select, [contenteditable='true']";
    element.is_some_and(|e| e.matches(fields).unwrap_or(false))
}

/// Whether a single letter (or sign) may act as a shortcut.
pub fn letter_acts(event: &KeyboardEvent) -> bool {
    !typing(event) && letters_on()
}

/// Whether single letters are switched on.
pub fn letters_on() -> bool {
    document().document_element().is_none_or(|root| root.get_attribute(SWITCH).as_deref() != Some("off"))
}
