//! Moments as the axis writes them: short, in the machine's own zone.

use crate::kit::text;

/// How far the machine's own zone is ahead of UTC at a moment, in milliseconds.
pub fn zone(at: i64) -> i64 {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at as f64));
    // A moment that is no date has no zone.
    let minutes = date.get_timezone_offset();
    if minutes.is_finite() { -(minutes as i64) * 60_000 } else { 0 }
}

/// `3 Nov`.
pub fn short_day(at: i64) -> String {
    let day = text::day(at);
    day.rsplit_once(' ').map_or_else(|| day.clone(), |(short, _)| short.to_owned())
}

/// `14:02:11`.
pub fn seconds(at: i64) -> String {
    text::exact(at).split(' ').nth(1).unwrap_or_default().to_owned()
}

/// `3 Nov, 14:02`.
pub fn moment(at: i64) -> String {
    format!("{}, {}", short_day(at), text::clock(at))
}
