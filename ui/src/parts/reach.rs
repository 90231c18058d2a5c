//! How far a logout reaches an app, as a shape, a word and a colour, and as tiles whose counts open their rows. Knows no page.

use crate::kit::text;
use domain::LogoutReach;
use leptos::prelude::*;

/// What a reach means for whoever has to decide.
pub fn meaning(reach: LogoutReach) -> &'static str {
    match reach {
        LogoutReach::Full => "Switched on; the app ends its own sessions and tokens.",
        LogoutReach::Partial => "Switched on; work goes on until access tokens expire.",
        LogoutReach::Off => "The app could be reached, and is not switched on.",
        LogoutReach::Unsupported => "The app can’t be reached: its sessions go on.",
        LogoutReach::Unknown => "The org’s answer does not say.",
    }
}

/// One reach.
#[component]
pub fn ReachMark(reach: LogoutReach) -> impl IntoView {
    view! {
        <span class="reach-mark" data-reach=reach.key() title=meaning(reach)><Shape reach/><span class="clip">{reach.label()}</span></span>
    }
}

#[component]
fn Shape(reach: LogoutReach) -> impl IntoView {
    let shape = match reach {
        LogoutReach::Full => view! { <rect x="1" y="1" width="10" height="10" rx="1.5"/> }.into_any(),
        LogoutReach::Partial => {
            view! { <path class="edge" d="M1.750 1.750h8.500v8.500h-8.500z"/><path d="M1 11L11 11 11 1z"/> }
                .into_any()
        }
        LogoutReach::Off => view! { <path class="edge" d="M1.750 1.750h8.500v8.500h-8.500z"/> }.into_any(),
        LogoutReach::Unsupported => view! { <path class="edge" d="M2 2l8 8M10 2l-8 8"/> }.into_any(),
        LogoutReach::Unknown => view! { <circle class="edge" cx="6" cy="6" r="4.4"/> }.into_any(),
    };
    view! { <svg viewBox="0 0 12 12" aria-hidden="true">{shape}</svg> }
}

/// How many apps there are of each reach, in the order of [`LogoutReach::ALL`]; none is left out, so that a zero is seen.
pub fn tally(reaches: impl Iterator<Item = LogoutReach>) -> Vec<(LogoutReach, u64)> {
    let mut counts = LogoutReach::ALL.map(|reach| (reach, 0_u64));
    for reach in reaches {
        if let Some((_, count)) = counts.iter_mut().find(|(of, _)| *of == reach) {
            *count += 1;
        }
    }
    counts.to_vec()
}

/// "23 full, 4 partial, 2 supported but off": what the tiles show, in one line.
pub fn summary(counts: &[(LogoutReach, u64)]) -> String {
    let whole: u64 = counts.iter().map(|(_, n)| n).sum();
    let parts: Vec<String> = counts
        .iter()
        .filter(|(_, n)| *n > 0)
        .map(|(reach, n)| format!("{} {}", text::count(*n), reach.label().to_lowercase()))
        .collect();
    match whole {
        0 => "No app.".to_owned(),
        whole => format!("{}: {}.", text::plural(whole, "app", "apps"), parts.join("; ")),
    }
}

/// A tile per reach. A press keeps only the rows of that reach in whatever list stands below; a second press lets go.
#[component]
pub fn ReachTiles(
    #[prop(into)] counts: Signal<Vec<(LogoutReach, u64)>>,
    chosen: RwSignal<Option<LogoutReach>>,
) -> impl IntoView {
    let tile = move |reach: LogoutReach| {
        let count =
            Memo::new(move |_| counts.read().iter().find(|(of, _)| *of == reach).map_or(0, |(_, n)| *n));
        let press = move |_| chosen.update(|at| *at = if *at == Some(reach) { None } else { Some(reach) });
        view! {
            <button type="button" class="tile" data-reach=reach.key() aria-pressed=move || (chosen.get() == Some(reach)).to_string()
                data-zero=move || (count.get() == 0).then_some("") title=meaning(reach) on:click=press>
                <span class="value">{move || text::count(count.get())}</span>
                <ReachMark reach/>
            </button>
        }
    };
    view! { <div class="tiles" role="group" aria-label="Apps by how far a logout reaches them">{LogoutReach::ALL.map(tile)}</div> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reach_has_its_count_and_zero_is_one() {
        let counts = tally([LogoutReach::Full, LogoutReach::Unknown, LogoutReach::Full].into_iter());
        assert_eq!(counts.len(), LogoutReach::ALL.len());
        assert_eq!(counts[0], (LogoutReach::Full, 2));
        assert_eq!(counts[1], (LogoutReach::Partial, 0));
        assert_eq!(summary(&counts), "3 apps: 2 full; 1 unknown.");
        assert_eq!(summary(&tally(std::iter::empty())), "No app.");
    }
}
