//! Access that may go on after a logout, counted down. It is an estimate and says so: nobody tells a token's end. Reads no
//! clock: it counts the seconds since the core said what time it was.

use crate::{
    kit::{
        icon::{Glyph, Icon},
        text,
    },
    parts::reach::ReachMark,
};
use contract::logout::Residual;
use domain::Timestamp;
use leptos::prelude::*;
use std::time::Duration;

/// `now` and every second after it, for as long as the component lives. A page in the background counts more slowly, and is
/// set right by the next answer.
pub fn ticking(now: Timestamp) -> Signal<Timestamp> {
    let seconds = RwSignal::new(0_i64);
    let handle = set_interval_with_handle(
        move || {
            seconds.try_update(|n| *n += 1);
        },
        Duration::from_secs(1),
    )
    .ok();
    on_cleanup(move || handle.iter().for_each(IntervalHandle::clear));
    Signal::derive(move || Timestamp(now.0 + seconds.get() * 1000))
}

/// "3 h 12 min", "4 min 20 s": as exact as it helps to decide whether to wait.
fn left(milliseconds: i64) -> String {
    let seconds = milliseconds.max(0) / 1000;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, s) => format!("{m} min {s:02} s"),
        (h, m, _) => format!("{h} h {m:02} min"),
    }
}

/// What stands for a moment: the time left, that it is over, or that nothing says.
fn words(until: Option<Timestamp>, now: Timestamp) -> (String, &'static str) {
    match until {
        Some(until) if until > now => (left(until.0 - now.0), "running"),
        Some(_) => ("should be over".to_owned(), "over"),
        None => ("not known".to_owned(), "unknown"),
    }
}

/// The clock: the longest of all on top, then each app.
#[component]
pub fn ResidualClock(residual: Vec<Residual>, now: Timestamp) -> impl IntoView {
    if residual.is_empty() {
        return view! { <p class="unknown">"The log shows no sign-in whose tokens could still be in use."</p> }
            .into_any();
    }
    let clock = ticking(now);
    let last = residual.iter().filter_map(|one| one.until).max();
    let unknown = residual.iter().filter(|one| one.until.is_none()).count() as u64;
    let headline = move || {
        let (words, _) = words(last, clock.get());
        match last {
            Some(until) if until > clock.get() => format!("{words} left"),
            Some(_) => "All that can be estimated should be over".to_owned(),
            None => "No end can be estimated".to_owned(),
        }
    };
    let line = move |one: Residual| {
        let Residual { label, reach, last_used, until, because, .. } = one;
        let used = last_used.map(|at| format!("Last sign-in {}.", text::ago(at.0, now.0)));
        view! {
            <li data-is=move || words(until, clock.get()).1>
                <span class="clip"><bdi>{label}</bdi></span><ReachMark reach/>
                <b class="left" title=until.map(|at| text::exact(at.0))>{move || words(until, clock.get()).0}</b>
                <span class="soft why">{used}" "{because}</span>
            </li>
        }
    };
    view! {
        <div class="residual">
            <p class="headline" role="timer" aria-live="off"><Icon glyph=Glyph::Clock/><b>{headline}</b><span class="badge" data-tone="warn">"Estimate"</span></p>
            {(unknown > 0).then(|| view! { <p class="soft">{format!("Of {} nothing says how long a token lives.", text::plural(unknown, "app", "apps"))}</p> })}
            <ul>{residual.into_iter().map(line).collect_view()}</ul>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_told_as_exactly_as_it_helps() {
        assert_eq!(left(59_999), "59 s");
        assert_eq!(left(260_000), "4 min 20 s");
        assert_eq!(left(3_600_000 + 12 * 60_000), "1 h 12 min");
        assert_eq!(left(-5), "0 s");
    }

    #[test]
    fn an_end_that_nobody_knows_is_neither_over_nor_running() {
        assert_eq!(words(None, Timestamp(0)).1, "unknown");
        assert_eq!(words(Some(Timestamp(10)), Timestamp(10)).1, "over");
        assert_eq!(words(Some(Timestamp(11)), Timestamp(10)).1, "running");
    }
}
