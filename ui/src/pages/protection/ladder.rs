//! One policy as a ladder: a rung per rule, in the order in which they are tried.

use super::{kind_note, kind_title, mode::ModeBadge};
use crate::{
    kit::{
        icon::{Glyph, Icon},
        text,
    },
    parts::{log_link::log_href, words::When},
};
use contract::protection::{Ladder, Rung};
use domain::Timestamp;
use leptos::prelude::*;

/// The policy. `mode` is that of session protection, for the policies that it is about.
#[component]
pub fn LadderPart(ladder: Ladder, mode: Option<Option<String>>, now: Timestamp, days: u32) -> impl IntoView {
    let Ladder { kind, name, status, rules, evaluated, events, .. } = ladder;
    let title = kind_title(&kind);
    let named = (name != title).then_some(name);
    let times = format!("Evaluated {} in the last {days} days", times(evaluated));
    let evaluated = if evaluated > 0 {
        view! { <a href=log_href(&events) data-count="evaluated">{times}</a> }.into_any()
    } else {
        view! { <span class="dim">{times}</span> }.into_any()
    };
    let off = status.filter(|status| status != "ACTIVE");
    view! {
        <section class="ladder" aria-label=title.clone() data-kind=kind.clone()>
            <header>
                <h2>{title.clone()}</h2>{named.map(|name| view! { <span class="soft clip"><bdi>{name}</bdi></span> })}
                {off.map(|status| view! { <span class="badge" data-tone="warn">{text::words(&status.to_lowercase())}</span> })}
                {mode.map(|mode| view! { <ModeBadge mode/> })}
                <span class="grow"></span>{evaluated}
            </header>
            {kind_note(&kind).map(|note| view! { <p class="dim">{note}</p> })}
            <ol class="rungs">{rules.into_iter().map(|rung| view! { <RungPart rung now days/> }).collect_view()}</ol>
        </section>
    }
}

fn times(n: u64) -> String {
    text::plural(n, "time", "times")
}

#[component]
fn RungPart(rung: Rung, now: Timestamp, days: u32) -> impl IntoView {
    let Rung { priority, name, status, system, when, then, matched, last, events, remarks, raw, .. } = rung;
    let off = status.filter(|status| status != "ACTIVE");
    let is_off = off.is_some().then_some("");
    let said = format!("Matched {}", times(matched));
    let count = if matched > 0 {
        view! {
            <a href=log_href(&events) data-count="matched" title=format!("In the last {days} days")>{said}</a>
            <span class="dim">"last "<When at=last now/></span>
        }
        .into_any()
    } else {
        view! { <span class="badge">"Never matched"</span><span class="dim">{format!("in the last {days} days")}</span> }.into_any()
    };
    let when = if when.is_empty() { vec!["Always.".to_owned()] } else { when };
    let then = if then.is_empty() { vec!["Nothing but a line in the log.".to_owned()] } else { then };
    let list = |title: &'static str, lines: Vec<String>| {
        let lines = lines.into_iter().map(|line| view! { <li>{line}</li> });
        view! { <div><h4>{title}</h4><ul>{lines.collect_view()}</ul></div> }
    };
    let remarks = remarks.into_iter().map(|remark| {
        view! { <p class="remark"><Icon glyph=Glyph::Warning/><span>{remark}</span></p> }
    });
    let unfolded = RwSignal::new(false);
    view! {
        <li class="rung" data-system=system.then_some("") data-off=is_off data-never=(matched == 0).then_some("")>
            <span class="place num" title="Priority: the lowest is tried first">{priority.map_or("–".to_owned(), |n| n.to_string())}</span>
            <div class="what">
                <div class="line"><h3><bdi>{name}</bdi></h3>
                    {system.then(|| view! { <span class="badge" title="Nobody can change it">"Catch-all"</span> })}
                    {off.map(|status| view! { <span class="badge" data-tone="warn">{text::words(&status.to_lowercase())}</span> })}
                    <span class="grow"></span>{count}</div>
                <div class="when-then">{list("When", when)}{list("Then", then)}</div>
                {remarks.collect_view()}
                <button type="button" class="facet-more" aria-expanded=move || unfolded.get().to_string() on:click=move |_| unfolded.update(|o| *o = !*o)>
                    {move || if unfolded.get() { "Hide the org’s JSON" } else { "Show the org’s JSON" }}
                </button>
                {move || unfolded.get().then(|| view! { <pre class="raw" tabindex="0">{raw.clone()}</pre> })}
            </div>
        </li>
    }
}
