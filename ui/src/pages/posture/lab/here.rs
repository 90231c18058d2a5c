//! The query on this machine: with a real osquery where one is installed, or as a line for a terminal of a device.

use super::{attack::verdict_key, draft::Lab};
use crate::{
    kit::{
        button::{Button, Variant},
        icon::Glyph,
        text,
    },
    parts::failure_notice::{FailureNotice, copy},
    query::{Pushes, act, use_query},
    state::toasts::Toasts,
};
use contract::{
    Failure,
    lab::{FindOsquery, FoundOsquery, GetTerminalCommand, RanHere, RunHere, Terminal},
};
use domain::LocalBinary;
use leptos::prelude::*;

/// The panel.
#[component]
pub fn HerePanel() -> impl IntoView {
    let found = use_query(|| Some(FindOsquery {}));
    view! {
        <div class="here">
            <h2 class="overline">"Run on this machine"</h2>
            {move || match (found.value.get(), found.failure.get()) {
                (Some(found), _) if found.found.is_empty() => view! { <NoneFound found/> }.into_any(),
                (Some(found), _) => view! { <Runner found/> }.into_any(),
                (None, Some(failure)) => view! { <FailureNotice failure retry=move || found.retry()/> }.into_any(),
                (None, None) => view! { <p class="soft empty">"Looking for osquery…"</p> }.into_any(),
            }}
            <h2 class="overline">"Run in a terminal of a device"</h2>
            <TerminalLine/>
        </div>
    }
}

#[component]
fn NoneFound(found: FoundOsquery) -> impl IntoView {
    view! {
        <p class="soft">"No osquery was found on this machine, Okta Verify’s own included. Looked in:"</p>
        <ul class="looked mono">{found.looked.into_iter().map(|path| view! { <li>{path}</li> }).collect_view()}</ul>
    }
}

#[component]
fn Runner(found: FoundOsquery) -> impl IntoView {
    let lab = expect_context::<Lab>();
    let pushes = expect_context::<Pushes>();
    let ran = RwSignal::new(None::<Result<RanHere, Failure>>);
    let busy = RwSignal::new(false);
    let here = found.platform;
    let row = move |binary: LocalBinary| {
        let chosen = binary.clone();
        let run = move |_| {
            busy.set(true);
            let command = RunHere { binary: chosen.clone(), subject: lab.still.get_untracked() };
            act(pushes, command, move |reply| {
                busy.set(false);
                ran.set(Some(reply));
            });
        };
        view! {
            <li>
                <span class="grow"><b>{binary.origin.label()}</b>" "{binary.version.unwrap_or_else(|| "version not told".into())}" "<span class="mono soft">{binary.path}</span></span>
                <Button label="Run" variant=Variant::Accent disabled=busy on_press=run/>
            </li>
        }
    };
    let other = move || here.is_none_or(|here| here != lab.content.read().platform);
    view! {
        {move || other().then(|| view! { <p class="soft">"This machine is of another platform than the check: tables may be missing here."</p> })}
        <ul class="trial-list">{found.found.into_iter().map(row).collect_view()}</ul>
        {move || ran.get().map(|ran| match ran {
            Ok(ran) => view! { <Ran ran/> }.into_any(),
            Err(failure) => view! { <p class="trouble">{failure.to_string()}</p> }.into_any(),
        })}
    }
}

#[component]
fn Ran(ran: RanHere) -> impl IntoView {
    let RanHere { run, comparison } = ran;
    let exit = match (run.timed_out, run.exit) {
        (true, _) => "Killed: it took longer than Okta Verify would wait.".to_owned(),
        (false, Some(code)) => {
            format!("Exit code {code} after {}.", text::span(i64::try_from(run.millis).unwrap_or(i64::MAX)))
        }
        (false, None) => "Ended by a signal.".to_owned(),
    };
    view! {
        <div class="ran" role="status">
            <p><span class="verdict" data-is=verdict_key(&run.judgement)>{run.judgement.label()}</span>" "{run.judgement.why().map(str::to_owned)}</p>
            <p class="soft">{exit}</p>
            <p data-same=comparison.same.to_string()>{comparison.words}</p>
            <pre class="code">{run.stdout}</pre>
            {(!run.stderr.is_empty()).then(|| view! { <pre class="code bad">{run.stderr}</pre> })}
        </div>
    }
}

#[component]
fn TerminalLine() -> impl IntoView {
    let lab = expect_context::<Lab>();
    let toasts = expect_context::<Toasts>();
    let terminal = RwSignal::new(None::<Terminal>);
    let chosen = Memo::new(move |_| {
        terminal.get().unwrap_or(match lab.content.read().platform {
            domain::OsqueryPlatform::Windows => Terminal::PowerShell,
            _ => Terminal::Posix,
        })
    });
    let line = use_query(move || {
        let subject = lab.still.get();
        (!subject.query.trim().is_empty()).then(|| GetTerminalCommand {
            terminal: chosen.get(),
            platform: subject.platform,
            query: subject.query,
        })
    });
    let one = move |which: Terminal, label: &'static str| {
        view! {
            <button type="button" class="toggle" aria-pressed=move || (chosen.get() == which).to_string() on:click=move |_| terminal.set(Some(which))>{label}</button>
        }
    };
    let press = move |_| {
        if let Some(line) = line.value.get_untracked() {
            copy(toasts, &line, "Line copied.");
        }
    };
    view! {
        <div class="toggles" role="group" aria-label="Terminal">
            {one(Terminal::Posix, "sh")}{one(Terminal::PowerShell, "PowerShell")}{one(Terminal::Cmd, "cmd")}
        </div>
        {move || match (line.value.get(), line.failure.get()) {
            (_, Some(failure)) => view! { <p class="trouble">{failure.to_string()}</p> }.into_any(),
            (Some(line), _) => view! { <div class="row"><pre class="code grow">{line}</pre><Button label="Copy" glyph=Glyph::Copy on_press=press/></div> }.into_any(),
            (None, None) => view! { <p class="soft empty">"Once there is a query, the line stands here."</p> }.into_any(),
        }}
    }
}
