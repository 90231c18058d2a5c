//! The acts of a plan: each with what it ends, what goes on in spite of it, and its flags in words.

use super::choice::{Choice, cautions, effects, reason_mistake};
use crate::{
    kit::{
        icon::{Glyph, Icon},
        text,
    },
    parts::logout_triggers::TriggerTable,
};
use contract::containment::OfferedAct;
use domain::{ContainAct, MOST_RISK_REASON, RiskLevel};
use leptos::prelude::*;

/// Every act that is offered, what the choice means as a whole, and the comparison of triggers.
#[component]
pub fn Acts(offered: Vec<OfferedAct>, choices: RwSignal<Vec<Choice>>) -> impl IntoView {
    let comparing = RwSignal::new(false);
    let said = Memo::new(move |_| cautions(&choices.read()));
    view! {
        <fieldset class="acts">
            <legend class="overline">"What is done"</legend>
            {offered.into_iter().enumerate().map(|(at, offer)| view! { <OneAct at offer choices/> }).collect_view()}
        </fieldset>
        <div class="cautions" role="status">
            {move || said.get().into_iter().map(|words| view! { <p class="callout" data-tone="warn"><Icon glyph=Glyph::Warning/><span>{words}</span></p> }).collect_view()}
        </div>
        <div>
            <button type="button" class="facet-more" data-testid="compare" aria-expanded=move || comparing.get().to_string()
                on:click=move |_| comparing.update(|o| *o = !*o)>
                {move || if comparing.get() { "Hide the comparison" } else { "Compare what each trigger reaches" }}
            </button>
            {move || comparing.get().then(|| view! {
                <div class="compare" tabindex="0" role="region" aria-label="Triggers side by side"><TriggerTable short=true/></div>
            })}
        </div>
    }
}

#[component]
fn OneAct(at: usize, offer: OfferedAct, choices: RwSignal<Vec<Choice>>) -> impl IntoView {
    let chosen = Memo::new(move |_| choices.read().get(at).is_some_and(|one| one.chosen));
    let key = offer.act.key();
    let (label, steps, blocked) = (offer.act.label(), offer.steps, offer.blocked.clone());
    let id = format!("act-{key}");
    let undo = offer.undo.clone();
    let back = if undo.is_some() { "can be taken back" } else { "can’t be taken back" };
    let is_blocked = blocked.is_some();
    // Its flags change what it does: the columns follow them.
    let sides =
        Memo::new(move |_| choices.read().get(at).map(|one| effects(&one.act, &offer)).unwrap_or_default());
    let press = move |event| {
        let on = event_target_checked(&event);
        choices.update(|all| {
            if let Some(one) = all.get_mut(at) {
                one.chosen = on;
            }
        });
    };
    view! {
        <div class="act" data-act=key data-chosen=move || chosen.get().then_some("") data-blocked=is_blocked.then_some("")>
            <label for=id.clone()>
                <input type="checkbox" id=id.clone() prop:checked=move || chosen.get() disabled=is_blocked on:change=press/>
                <b>{label}</b>
                <span class="dim" title=undo>{text::plural(steps, "request", "requests")}" · "{back}</span>
            </label>
            {blocked.map(|why| view! { <p class="callout"><Icon glyph=Glyph::Lock/><span>{why}</span></p> })}
            {move || chosen.get().then(|| view! { <Flags at choices/> })}
            <div class="consequences">
                {move || {
                    let (ends, goes_on) = sides.get();
                    view! { <Side ends=true lines=ends/><Side ends=false lines=goes_on/> }
                }}
            </div>
        </div>
    }
}

#[component]
fn Side(ends: bool, lines: Vec<String>) -> impl IntoView {
    let (side, title) = if ends { ("stops", "Ends") } else { ("goes-on", "Goes on") };
    view! {
        <div data-side=side>
            <h4>{title}</h4>
            {match lines.is_empty() {
                true => view! { <p class="soft">"Nothing"</p> }.into_any(),
                false => view! { <ul>{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul> }.into_any(),
            }}
        </div>
    }
}

/// What can be chosen of an act beyond whether it is done.
#[component]
fn Flags(at: usize, choices: RwSignal<Vec<Choice>>) -> impl IntoView {
    let act = choices.read_untracked().get(at).map(|one| one.act.clone());
    match act {
        Some(ContainAct::RevokeSessions { oauth_tokens, forget_devices }) => {
            view! { <SessionFlags at choices oauth_tokens forget_devices/> }.into_any()
        }
        Some(ContainAct::SetRisk { level, reason }) => {
            view! { <RiskFlags at choices level reason/> }.into_any()
        }
        _ => ().into_any(),
    }
}

#[component]
fn SessionFlags(
    at: usize,
    choices: RwSignal<Vec<Choice>>,
    oauth_tokens: bool,
    forget_devices: bool,
) -> impl IntoView {
    let set = move |change: fn(&mut bool, &mut bool, bool), on: bool| {
        choices.update(|all| {
            if let Some(Choice { act: ContainAct::RevokeSessions { oauth_tokens, forget_devices }, .. }) =
                all.get_mut(at)
            {
                change(oauth_tokens, forget_devices, on);
            }
        });
    };
    view! {
        <div class="flags">
            <label><input type="checkbox" data-flag="oauthTokens" prop:checked=oauth_tokens on:change=move |e| set(|tokens, _, on| *tokens = on, event_target_checked(&e))/>
                <span><b>"Revoke OAuth tokens too"</b>" "<code class="inline-code">"oauthTokens"</code>
                    <span class="soft block">"On: refresh and access tokens that Okta issued to apps end with the sessions. Off, which is what Okta does if nothing is said: apps keep getting new access tokens without a sign-in."</span></span></label>
            <label><input type="checkbox" data-flag="forgetDevices" prop:checked=forget_devices on:change=move |e| set(|_, forget, on| *forget = on, event_target_checked(&e))/>
                <span><b>"Forget remembered devices"</b>" "<code class="inline-code">"forgetDevices"</code>
                    <span class="soft block">"On, which is what Okta does if nothing is said on Identity Engine: “don’t ask again on this device” is forgotten, and the person proves a factor again everywhere. Off: whoever holds a remembered device is still not asked."</span></span></label>
        </div>
    }
}

#[component]
fn RiskFlags(at: usize, choices: RwSignal<Vec<Choice>>, level: RiskLevel, reason: String) -> impl IntoView {
    let text = RwSignal::new(reason);
    let wrong = Memo::new(move |_| reason_mistake(&text.read()));
    let change = move |change: &dyn Fn(&mut RiskLevel, &mut String)| {
        choices.update(|all| {
            if let Some(Choice { act: ContainAct::SetRisk { level, reason }, .. }) = all.get_mut(at) {
                change(level, reason);
            }
        });
    };
    let typed = move |event| {
        text.set(event_target_value(&event));
        let now = text.get_untracked();
        change(&|_, reason| reason.clone_from(&now));
    };
    let pick = move |of: RiskLevel| {
        let (same, word, key) = (of == level, of.label().to_owned(), of.as_str().to_owned());
        view! {
            <label><input type="radio" name="contain-level" data-level=key prop:checked=same on:change=move |_| change(&|level, _| *level = of.clone())/>
                <span>{word}</span></label>
        }
    };
    view! {
        <div class="flags">
            <div class="levels" role="radiogroup" aria-label="Level">{[RiskLevel::High, RiskLevel::Medium, RiskLevel::Low].map(pick)}</div>
            <label class="line"><span class="soft">"Reason (optional; without one Okta writes override.by.admin)"</span>
                <input type="text" class="input" autocomplete="off" data-testid="reason" aria-describedby="reason-told" aria-invalid=move || wrong.read().is_some().to_string()
                    prop:value=move || text.get() on:input=typed/>
            </label>
            <p class="told" id="reason-told" role="status">
                <span class="mistake grow">{move || wrong.get()}</span>
                <span class="dim num">{move || format!("{} of {MOST_RISK_REASON}", text.read().chars().count())}</span>
            </p>
        </div>
    }
}
