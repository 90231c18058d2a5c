//! The keys of the page: `/`, `f`, `s`, `j`, `k` and Esc. The grid has its own while it has the focus.

use super::{ViewUrl, list::open_row, rows::Rows};
use crate::kit::keys::{letter_acts, typing};
use leptos::{ev, html, prelude::*};

/// What can lie over the page, and which side panel is shown.
#[derive(Clone, Copy, Default)]
pub struct Layers {
    pub filters: RwSignal<bool>,
    pub span: RwSignal<bool>,
    pub saving: RwSignal<bool>,
    pub side: RwSignal<usize>,
}

impl Layers {
    /// Closes the menus; tells whether any was open.
    fn close(&self) -> bool {
        let menus = [self.filters, self.span, self.saving];
        let open = menus.iter().any(|menu| menu.get_untracked());
        menus.iter().filter(|menu| menu.get_untracked()).for_each(|menu| menu.set(false));
        open
    }
}

/// Whether the keyboard is among the rows: they must not move away under it.
pub fn in_list() -> bool {
    let here = document().active_element();
    here.is_some_and(|element| matches!(element.closest(".log .grid-body, .log .plain"), Ok(Some(_))))
}

/// Esc goes back one layer: menus close themselves, then the search box is left, then the pane.
pub fn use_keys(url: ViewUrl, rows: Rows, box_ref: NodeRef<html::Input>, layers: Layers) {
    let walk = move |step: isize| {
        let open = url.view.read_untracked().open.clone();
        let here = open.and_then(|uuid| rows.place_of(&uuid));
        open_row(url, rows, here.map_or(0, |at| at.saturating_add_signed(step)));
    };
    let listener = window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let input = box_ref.get_untracked();
        match event.key().as_str() {
            "Escape" if typing(&event) => {
                if let Some(input) = input {
                    let _unfocusable = input.blur();
                }
            }
            "Escape" if layers.close() => {}
            "Escape" if url.view.read_untracked().open.is_some() => url.adjust(|v| v.open = None),
            // Under a dialog nothing opens.
            _ if !letter_acts(&event) || matches!(document().query_selector("[aria-modal]"), Ok(Some(_))) => {
                return;
            }
            "/" => {
                if let Some(input) = input {
                    let _unfocusable = input.focus();
                    input.select();
                }
            }
            "f" => layers.filters.update(|o| *o = !*o),
            "s" => layers.saving.update(|o| *o = !*o),
            "j" => walk(1),
            "k" => walk(-1),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}
