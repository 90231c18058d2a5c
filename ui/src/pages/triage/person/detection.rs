//! One detection: what it means, why, who says so, and what it is held to be, here and in the Admin Console.

use super::{Known, off};
use crate::{
    kit::text,
    pages::triage::decide::{Decide, Judged},
    parts::{
        device_link::DevicesView,
        log_link::{event_href, log_href},
        risk_badge::RiskBadge,
        words::When,
    },
    state::as_of::AsOf,
};
use contract::{
    log::RiskTold,
    triage::{Assessed, Detection, Feedback},
};
use domain::{Assessment, LogField, LogFilter, Timestamp};
use leptos::prelude::*;
use std::sync::Arc;

/// One item of the list. The keyboard can be on it: then the keys for verdicts mean it alone.
#[component]
pub fn DetectionItem(uuid: String, known: Known) -> impl IntoView {
    let own = uuid.clone();
    let detection = Memo::new(move |_| {
        let known = known.read();
        known.as_ref().and_then(|p| p.detections.iter().find(|d| d.uuid == own).cloned().map(|d| (Arc::new(d), p.now)))
    });
    let told = move || detection.get().map(|(detection, now)| view! { <Told detection now/> });
    let name = move || detection.get().map(|(d, _)| named(&d));
    view! {
        <li class="detection" data-detection=uuid tabindex="0" aria-label=name>
            {told}
            <Verdict detection known/>
        </li>
    }
}

fn named(detection: &Detection) -> String {
    detection.name.clone().unwrap_or_else(|| "Detection without a name".to_owned())
}

#[component]
fn Told(detection: Arc<Detection>, now: Timestamp) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let RiskTold { level, previous, reasons, .. } = &detection.risk;
    let from = previous.clone().map(|previous| view! { <RiskBadge level=Some(previous)/>" → " });
    let meaning = match &detection.meaning {
        Some(meaning) => view! { <p>{meaning.clone()}</p> }.into_any(),
        None => view! { <p class="unknown">"A kind of detection that has no words here; the event says all there is."</p> }
            .into_any(),
    };
    let reasons = match reasons.as_slice() {
        [] => view! { <p class="unknown">"No reason told."</p> }.into_any(),
        reasons => {
            let reasons = reasons.iter().map(|reason| view! { <li class="tag"><bdi>{reason.clone()}</bdi></li> });
            view! { <ul class="tags" aria-label="Reasons">{reasons.collect_view()}</ul> }.into_any()
        }
    };
    let event = event_href(&detection.uuid);
    view! {
        <p class="what"><b><bdi>{named(&detection)}</bdi></b><span class="levels">{from}<RiskBadge level=level.clone()/></span><When at=Some(detection.at) now/></p>
        {meaning}
        {reasons}
        <p class="dim line">{links(&detection)}<a href=move || as_of.link(&event)>"Event in the log"</a></p>
    }
}

/// Who says so, and what the event is joined to; each leads to its rows.
fn links(detection: &Detection) -> Vec<AnyView> {
    let as_of = expect_context::<AsOf>();
    let log = move |field: LogField, value: &str, words: String| {
        let href = log_href(&LogFilter::of(field, value));
        view! { <a href=move || as_of.link(&href)><bdi>{words}</bdi></a> }.into_any()
    };
    let issuer = detection.risk.issuer.as_deref().map(|issuer| {
        let words = match issuer {
            "OKTA" | "okta" => "Okta".to_owned(),
            other => other.to_owned(),
        };
        view! { <span>"From "<bdi>{words}</bdi></span> }.into_any()
    });
    let device = detection.device.as_ref().map(|device| {
        let href = DevicesView { open: Some(device.clone()), ..DevicesView::default() }.href();
        view! { <a href=move || as_of.link(&href)>"Device"</a> }.into_any()
    });
    let session = detection.session.as_deref().map(|id| log(LogField::Session, id, "Its session’s events".to_owned()));
    let ip = detection.ip.as_deref().map(|ip| log(LogField::Ip, ip, ip.to_owned()));
    [issuer, device, session, ip].into_iter().flatten().collect()
}

/// The verdict of here with its note, and the feedback of the Admin Console.
#[component]
fn Verdict(detection: Memo<Option<(Arc<Detection>, Timestamp)>>, known: Known) -> impl IntoView {
    let (decide, off) = (Decide::here(), off());
    let (noting, note) = (RwSignal::new(false), RwSignal::new(String::new()));
    let given = Memo::new(move |_| detection.read().as_ref().and_then(|(d, _)| d.assessment.clone()));
    let current = Memo::new(move |_| given.read().as_ref().map(|given| given.assessment));
    let judge = move |verdict: Option<Assessment>, note: Option<String>| {
        let (Some(person), Some((detection, _))) = (known.get_untracked(), detection.get_untracked()) else {
            return;
        };
        decide.judge(person.row.user.clone(), vec![Judged::from(&*detection)], verdict, note);
    };
    let press = move |verdict: Assessment| {
        // The same once more takes it back.
        let next = (current.get_untracked() != Some(verdict)).then_some(verdict);
        let kept = given.get_untracked().and_then(|given| given.note);
        judge(next, next.and(kept));
    };
    let button = move |verdict: Assessment| {
        view! {
            <button type="button" class="toggle" data-verdict=verdict.key() disabled=move || off.get()
                aria-pressed=move || (current.get() == Some(verdict)).to_string() on:click=move |_| press(verdict)>{verdict.label()}</button>
        }
    };
    let begin = move |_| {
        note.set(given.get_untracked().and_then(|given| given.note).unwrap_or_default());
        noting.update(|on| *on = !*on);
    };
    let keep = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = note.get_untracked().trim().to_owned();
        judge(current.get_untracked(), (!text.is_empty()).then_some(text));
        noting.set(false);
    };
    let said = move || detection.get().map(|(d, now)| view! { {d.assessment.clone().map(|a| assessed(a, now))}{d.feedback.clone().map(|f| feedback(f, now))} });
    view! {
        <div class="toggles" role="group" aria-label="Verdict">
            {Assessment::ALL.map(button)}
            <button type="button" class="facet-more" aria-expanded=move || noting.get().to_string()
                disabled=move || off.get() || current.get().is_none() on:click=begin>"Note…"</button>
        </div>
        {move || noting.get().then(|| view! {
            <form class="save-line" on:submit=keep>
                <input type="text" aria-label="Note on the verdict" autocomplete="off" prop:value=move || note.get() on:input=move |e| note.set(event_target_value(&e))/>
                <button type="submit" class="button" data-variant="plain" data-size="normal">"Keep"</button>
            </form>
        })}
        {said}
    }
}

fn assessed(given: Assessed, now: Timestamp) -> impl IntoView {
    let when = text::ago(given.at.0, now.0);
    view! {
        <p class="soft" title=text::exact(given.at.0)>
            {format!("{} by ", given.assessment.label())}<bdi>{given.by}</bdi>{format!(", {when}")}
            {given.note.map(|note| view! { ": “"<bdi class="selectable">{note}</bdi>"”" })}
        </p>
    }
}

/// What the Admin Console was told, and whether that is the same.
fn feedback(feedback: Feedback, now: Timestamp) -> impl IntoView {
    let (tone, word) = match feedback.agrees {
        Some(true) => ("plain", "agrees"),
        Some(false) => ("warn", "says otherwise"),
        None => ("plain", "no verdict here yet"),
    };
    let label = text::words(&feedback.label);
    view! {
        <p class="soft line" title=text::exact(feedback.at.0)>
            <span>{format!("Admin Console: {label}")}{feedback.by.map(|by| view! { " by "<bdi>{by}</bdi> })}{format!(", {}", text::ago(feedback.at.0, now.0))}
            {feedback.reason.map(|reason| view! { ": “"<bdi>{reason}</bdi>"”" })}</span>
            <span class="badge" data-tone=tone>{word}</span>
        </p>
    }
}
