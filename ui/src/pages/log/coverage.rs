//! How complete the log is: what may be missing stands across the page, the rest in the foot. A search that finds nothing means
//! little where nothing was read.

use super::when::Zone;
use crate::{
    kit::{
        button::{Button, Variant},
        icon::Glyph,
        notice::Banner,
        popover::Popover,
        text,
    },
    query::Query,
};
use contract::log::{LogCoverage, LogGap};
use leptos::prelude::*;

/// The gap as a sentence.
fn gap_words(gap: &LogGap, zone: Zone) -> String {
    let span = zone.span(Some(gap.from), Some(gap.to));
    let then = if gap.can_be_read { "the next sync reads them again" } else { "the org no longer has them" };
    format!("Events of {span} may be missing; {then}.")
}

/// What may be missing; absent while nothing is.
#[component]
pub fn CoverageBanner() -> impl IntoView {
    let coverage = expect_context::<Query<LogCoverage>>();
    let gaps = Memo::new(move |_| coverage.value.read().as_ref().map(|c| c.gaps.clone()).unwrap_or_default());
    let unfolded = RwSignal::new(false);
    let all = move || {
        let zone = Zone::chosen();
        let line = move |gap: LogGap| view! { <li>{gap_words(&gap, zone)}" "<span class="soft">{gap.why.clone()}</span></li> };
        gaps.get().into_iter().map(line).collect_view()
    };
    move || {
        let gaps = gaps.get();
        let first = gaps.first()?;
        let (words, why) = (gap_words(first, Zone::chosen()), first.why.clone());
        let more = gaps.len() - 1;
        Some(view! {
            <Banner glyph=Glyph::Warning>
                <span class="grow" data-testid="gap"><b>{words}</b>" "{why}</span>
                {(more > 0).then(|| view! {
                    <Button label=Signal::derive(move || if unfolded.get() { "Show one".into() } else { format!("And {more} more") })
                        variant=Variant::Quiet expanded=Signal::from(unfolded) on_press=move |_| unfolded.update(|o| *o = !*o)/>
                })}
            </Banner>
            {move || (more > 0 && unfolded.get()).then(|| view! { <ul class="log-gaps">{all}</ul> })}
        })
    }
}

/// From when on the log is complete, with the rest on demand.
#[component]
pub fn CoverageFoot() -> impl IntoView {
    let coverage = expect_context::<Query<LogCoverage>>();
    let open = RwSignal::new(false);
    let label = move || {
        let coverage = coverage.value.read();
        let begins = coverage.as_ref()?.begins?;
        let gaps = coverage.as_ref().map_or(0, |c| c.gaps.len() as u64);
        let but =
            if gaps == 0 { String::new() } else { format!(" but for {}", text::plural(gaps, "gap", "gaps")) };
        Some(format!("Complete from {}{but}", Zone::chosen().minute(begins)))
    };
    let known = Memo::new(move |_| coverage.value.read().is_some());
    view! {
        <Show when=move || known.get()>
            <Popover open label="How complete the log is" class="above log-coverage" anchor=move || view! {
                <button type="button" class="facet-more" data-testid="coverage" aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|o| *o = !*o)>
                    {move || label().unwrap_or_else(|| "How complete is this?".to_owned())}
                </button>
            }>
                {move || coverage.value.get().map(|coverage| view! { <Facts coverage/> })}
            </Popover>
        </Show>
    }
}

#[component]
fn Facts(coverage: LogCoverage) -> impl IntoView {
    let LogCoverage { events, begins, until, gaps, late, raw_bytes, kept_bytes, .. } = coverage;
    let zone = Zone::chosen();
    let at = move |at: Option<domain::Timestamp>| {
        at.map_or("Not known".to_owned(), |at| format!("{} {}", zone.minute(at), zone.mark()))
    };
    let size = match raw_bytes {
        0 => "Not known".to_owned(),
        raw => {
            format!("{} of {} ({})", text::bytes(kept_bytes), text::bytes(raw), text::share(kept_bytes, raw))
        }
    };
    let gaps = match gaps.len() as u64 {
        0 => "None".to_owned(),
        _ => gaps.iter().map(|gap| gap_words(gap, zone)).collect::<Vec<_>>().join(" "),
    };
    view! {
        <dl class="facts" tabindex="0">
            <dt>"Events kept"</dt><dd>{text::count(events)}</dd>
            <dt>"Complete from"</dt><dd>{at(begins)}</dd>
            <dt>"Told until"</dt><dd>{at(until)}</dd>
            <dt>"Gaps"</dt><dd>{gaps}</dd>
            <dt>"Came late"</dt><dd>{format!("{} in the newest week, more than a minute after they happened", text::count(late))}</dd>
            <dt>"JSON on disk"</dt><dd>{size}</dd>
        </dl>
    }
}
