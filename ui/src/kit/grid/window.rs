//! Which rows of a long list are in sight, and where they stand. Browsers refuse elements taller than some 16 million
//! pixels, so a very long list is scrolled through a shorter one in proportion.

use leptos::{html, prelude::*};
use wasm_bindgen::prelude::*;

/// The tallest body asked for, in pixels.
const TALLEST: f64 = 12_000_000.0;
/// Rows kept in the document above and below those in sight.
const SPARE: usize = 6;
/// Height of the head, in pixels: it covers the top of what is scrolled.
const HEAD: f64 = 32.0;

/// A view of `view` pixels on `rows` rows of `row` pixels, scrolled down by `scroll`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    pub rows: usize,
    pub row: f64,
    pub scroll: f64,
    pub view: f64,
}

impl Window {
    fn real(&self) -> f64 {
        self.rows as f64 * self.row
    }

    /// The body's height in pixels.
    pub fn full(&self) -> f64 {
        self.real().min(TALLEST)
    }

    fn body_view(&self) -> f64 {
        (self.view - HEAD).max(self.row)
    }

    /// Real pixels per scrolled pixel: 1 unless the list is too tall.
    fn ratio(&self) -> f64 {
        let travel = self.full() - self.body_view();
        if self.real() <= TALLEST || travel <= 0.0 { 1.0 } else { (self.real() - self.body_view()) / travel }
    }

    /// First row and the row after the last one to have in the document.
    pub fn range(&self) -> (usize, usize) {
        let top = self.scroll * self.ratio() / self.row;
        let first = (top.max(0.0) as usize).saturating_sub(SPARE);
        let last = (top + self.body_view() / self.row).max(0.0) as usize + 1 + SPARE;
        (first.min(self.rows), last.min(self.rows))
    }

    /// The same of the rows that can be seen whole.
    pub fn in_view(&self) -> (usize, usize) {
        let top = self.scroll * self.ratio() / self.row;
        let (first, last) =
            (top.max(0.0).ceil() as usize, (top + self.body_view() / self.row).max(0.0) as usize);
        (first.min(self.rows), last.min(self.rows))
    }

    /// Where a row stands in the body, in pixels.
    pub fn place(&self, index: usize) -> f64 {
        index as f64 * self.row - self.scroll * self.ratio() + self.scroll
    }

    /// Where to scroll so that the row is in sight; `None` when it is.
    pub fn scroll_for(&self, index: usize) -> Option<f64> {
        let (top, view) = (self.scroll * self.ratio(), self.body_view());
        let place = index as f64 * self.row;
        let wanted = if place < top {
            place
        } else if place + self.row > top + view {
            place + self.row - view
        } else {
            return None;
        };
        Some((wanted / self.ratio()).ceil())
    }
}

/// Keeps `width` and `height` at the frame's inner size in pixels.
pub fn watch_size(frame: NodeRef<html::Div>, width: RwSignal<f64>, height: RwSignal<f64>) {
    Effect::new(move |_| {
        let Some(frame) = frame.get() else { return };
        let watched = frame.clone();
        let measure = move || {
            let keep = |signal: RwSignal<f64>, now: i32| {
                if signal.try_get_untracked().is_some_and(|before| before != f64::from(now)) {
                    signal.set(f64::from(now));
                }
            };
            keep(width, watched.client_width());
            keep(height, watched.client_height());
        };
        measure();
        let resized = Closure::<dyn FnMut()>::new(measure);
        if let Ok(observer) = web_sys::ResizeObserver::new(resized.as_ref().unchecked_ref()) {
            observer.observe(&frame);
            let kept = StoredValue::new_local((observer, resized));
            on_cleanup(move || {
                kept.try_update_value(|(observer, _)| observer.disconnect());
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(rows: usize, scroll: f64) -> Window {
        Window { rows, row: 36.0, scroll, view: 392.0 }
    }

    #[test]
    fn a_short_list_is_whole() {
        assert_eq!(window(3, 0.0).range(), (0, 3));
        assert_eq!(window(0, 0.0).range(), (0, 0));
    }

    #[test]
    fn the_number_of_rows_in_the_document_does_not_grow() {
        for rows in [1_000, 100_000, 10_000_000] {
            let w = window(rows, 5_000.0);
            let (first, last) = w.range();
            assert!(last - first <= 10 + 2 * SPARE + 2, "{rows} rows: {first}..{last}");
        }
    }

    #[test]
    fn the_last_row_can_be_reached_and_stands_at_the_bottom() {
        for rows in [100, 1_000_000] {
            let end = window(rows, 0.0).full() - window(rows, 0.0).body_view();
            let w = window(rows, end);
            assert_eq!(w.range().1, rows);
            let bottom = w.place(rows - 1) + w.row;
            assert!((bottom - w.full()).abs() < 1.0, "{rows} rows: {bottom} of {}", w.full());
        }
    }

    #[test]
    fn scrolling_to_a_row_brings_it_into_sight() {
        for (rows, row) in [(100, 57), (1_000_000, 999_999), (1_000_000, 123_456)] {
            let mut w = window(rows, 0.0);
            w.scroll = w.scroll_for(row).expect("is out of sight");
            let (first, last) = w.range();
            assert!((first..last).contains(&row), "row {row} of {rows}: {first}..{last}");
        }
    }
}
