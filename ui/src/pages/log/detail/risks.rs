//! What the event tells of risk: a reading per scope, behaviours that stood out, signals of the device that changed.

use crate::{kit::text, parts::risk_badge::RiskBadge};
use contract::log::RiskTold;
use leptos::prelude::*;

/// The readings; absent where the event tells none.
pub fn risks(risks: Vec<RiskTold>) -> Option<impl IntoView> {
    let one = |risk: RiskTold| {
        let RiskTold { scope, level, previous, detection, reasons, issuer, raw } = risk;
        let known = level.is_some();
        let before = previous.map(|previous| {
            view! { <span class="dim">"before:"</span><RiskBadge level=Some(previous)/> }
        });
        let line = |name: &'static str, value: String| view! { <dt>{name}</dt><dd><bdi>{value}</bdi></dd> };
        let reasons = (!reasons.is_empty()).then(|| {
            let reasons = reasons.into_iter().map(|reason| view! { <li><bdi>{reason}</bdi></li> });
            view! { <dt>"Reasons"</dt><dd><ul>{reasons.collect_view()}</ul></dd> }
        });
        view! {
            <li>
                <p class="line"><b>{scope.label()}</b>
                    {if known { view! { <RiskBadge level/> }.into_any() } else { view! { <span class="unknown">"Level not told"</span> }.into_any() }}
                    {before}</p>
                <dl class="facts">
                    {detection.map(|detection| line("Detection", detection))}
                    {reasons}
                    {issuer.map(|issuer| line("Issuer", issuer))}
                </dl>
                <details><summary class="dim">"The text it was read from"</summary><pre class="raw" tabindex="0">{raw}</pre></details>
            </li>
        }
    };
    (!risks.is_empty()).then(|| {
        view! { <section aria-label="Risk"><h3>"Risk"</h3><ul class="risks-told">{risks.into_iter().map(one).collect_view()}</ul></section> }
    })
}

/// Behaviours, those that stood out first.
pub fn behaviours(behaviours: Vec<(String, String)>) -> Option<impl IntoView> {
    let rank = |result: &str| match result {
        "POSITIVE" => 0,
        "NEGATIVE" => 2,
        _ => 1,
    };
    let mut sorted = behaviours;
    sorted.sort_by_key(|(_, result)| rank(result));
    let line = |(name, result): (String, String)| {
        let (words, tone) = match result.as_str() {
            "POSITIVE" => ("Yes".to_owned(), Some("warn")),
            "NEGATIVE" => ("No".to_owned(), None),
            "UNKNOWN" => ("Not known".to_owned(), None),
            other => (text::words(&other.to_lowercase()), None),
        };
        view! { <dt><bdi>{name}</bdi></dt><dd title=result><span class=tone.map(|_| "badge") data-tone=tone>{words}</span></dd> }
    };
    (!sorted.is_empty()).then(|| {
        view! { <section aria-label="Behaviours"><h3>"Behaviours"</h3><dl class="facts">{sorted.into_iter().map(line).collect_view()}</dl></section> }
    })
}

/// Signals of the device, before and after.
pub fn changed(changed: Vec<(String, Option<String>, Option<String>)>) -> Option<impl IntoView> {
    let word = |value: Option<String>| match value {
        Some(value) => view! { <bdi>{value}</bdi> }.into_any(),
        None => view! { <span class="unknown">"not told"</span> }.into_any(),
    };
    let line = move |(name, before, after): (String, Option<String>, Option<String>)| {
        view! { <tr><th scope="row" title=name.clone()><bdi>{name.clone()}</bdi></th><td>{word(before)}</td><td><b>{word(after)}</b></td></tr> }
    };
    (!changed.is_empty()).then(|| {
        view! {
            <section aria-label="Device signals that changed">
                <h3>"Device signals that changed"</h3>
                <div class="beside" tabindex="0" role="region" aria-label="Signals before and after"><table>
                    <thead><tr><th scope="col">"Signal"</th><th scope="col">"Before"</th><th scope="col">"After"</th></tr></thead>
                    <tbody>{changed.into_iter().map(line).collect_view()}</tbody>
                </table></div>
            </section>
        }
    })
}
