//! Connecting an org, step by step: domain, credential, scopes, done. What was entered stays until the org is connected or
//! somebody starts over: Back and Esc lose nothing. No secret passes through here; the core fetches it.

mod credential;
mod domain;
mod new_key;
mod scopes;

use super::trouble::Trouble;
use crate::{
    kit::{
        button::{Button, Variant},
        dialog::Dialog,
        icon::{Glyph, Icon},
    },
    query::{Pushes, act},
};
use contract::{
    Failure,
    orgs::{CredentialReport, DropDrafts, OrgCheck, PublicKey},
    session::Environment,
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Where the person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Domain,
    Credential,
    Scopes,
    Done,
}

impl Step {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Domain, "Domain"),
        (Self::Credential, "Credential"),
        (Self::Scopes, "Scopes"),
        (Self::Done, "Done"),
    ];
}

/// The ways in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    NewKey,
    KeyFile,
    Token,
    TokenFile,
    Environment,
}

/// All that was entered so far.
#[derive(Clone, Copy)]
pub struct Connecting {
    pub open: RwSignal<bool>,
    step: RwSignal<Step>,
    /// The org whose credential is to be replaced; `None` connects a new one.
    replaces: RwSignal<Option<String>>,
    domain: RwSignal<String>,
    check: RwSignal<Option<OrgCheck>>,
    way: RwSignal<Way>,
    key: RwSignal<Option<PublicKey>>,
    client_id: RwSignal<String>,
    key_id: RwSignal<String>,
    key_path: RwSignal<String>,
    token_path: RwSignal<String>,
    report: RwSignal<Option<CredentialReport>>,
    environment: RwSignal<Environment>,
    auto_lock: RwSignal<String>,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

impl Connecting {
    /// Nothing entered yet.
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            step: RwSignal::new(Step::Domain),
            replaces: RwSignal::new(None),
            domain: RwSignal::new(String::new()),
            check: RwSignal::new(None),
            way: RwSignal::new(Way::NewKey),
            key: RwSignal::new(None),
            client_id: RwSignal::new(String::new()),
            key_id: RwSignal::new(String::new()),
            key_path: RwSignal::new(String::new()),
            token_path: RwSignal::new(String::new()),
            report: RwSignal::new(None),
            environment: RwSignal::new(Environment::Production),
            auto_lock: RwSignal::new("15".into()),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
        }
    }

    /// Opens the dialog where it was left.
    pub fn connect(&self) {
        if self.replaces.get_untracked().is_some() {
            self.clear();
        }
        self.open.set(true);
    }

    /// Opens it to replace the credential of `org`.
    pub fn replace(&self, org: &str, client_id: Option<&str>) {
        if self.replaces.get_untracked().as_deref() != Some(org) {
            self.clear();
            self.replaces.set(Some(org.to_owned()));
            self.domain.set(org.to_owned());
            self.client_id.set(client_id.unwrap_or_default().to_owned());
            self.step.set(Step::Credential);
        }
        self.open.set(true);
    }

    fn clear(&self) {
        self.step.set(Step::Domain);
        self.replaces.set(None);
        self.check.set(None);
        self.way.set(Way::NewKey);
        self.key.set(None);
        for text in [self.domain, self.client_id, self.key_id, self.key_path, self.token_path] {
            text.set(String::new());
        }
        self.report.set(None);
        self.environment.set(Environment::Production);
        self.auto_lock.set("15".into());
        self.failure.set(None);
    }

    fn go(&self, step: Step) {
        self.failure.set(None);
        self.step.set(step);
    }

    /// Whether there is anything that starting over would lose.
    fn begun(&self) -> bool {
        !self.domain.read().is_empty() || self.key.read().is_some() || self.report.read().is_some()
    }
}

/// The dialog, in the document only while open.
#[component]
pub fn ConnectDialog() -> impl IntoView {
    let form = expect_context::<Connecting>();
    Effect::new(move |_| {
        // What is done is done: the next opening begins anew.
        if !form.open.get() && form.step.get_untracked() == Step::Done {
            form.clear();
        }
    });
    view! { <Dialog open=form.open label="Connect an org" class="connecting"><Inside/></Dialog> }
}

#[component]
fn Inside() -> impl IntoView {
    let form = expect_context::<Connecting>();
    let pushes = expect_context::<Pushes>();
    // Two frames: the dialog itself takes the focus in the first.
    Effect::new(move |_| {
        form.step.track();
        request_animation_frame(|| request_animation_frame(|| focus("[data-first], .way input:checked")));
    });
    let title = move || match form.replaces.get() {
        Some(org) => format!("Replace the credential of {org}"),
        None => "Connect an org".to_owned(),
    };
    let begun = move || form.begun() && form.step.get() != Step::Done;
    let over = move |_| {
        act(pushes, DropDrafts {}, |_| {});
        form.clear();
    };
    view! {
        <header>
            <h2>{title}</h2>
            <span class="row">
                {move || begun().then(|| view! { <Button label="Start over" variant=Variant::Quiet on_press=over/> })}
                <Button label="Close" glyph=Glyph::Close icon_only=true variant=Variant::Quiet on_press=move |_| form.open.set(false)/>
            </span>
        </header>
        <Steps/>
        {move || match form.step.get() {
            Step::Domain => view! { <domain::DomainStep/> }.into_any(),
            Step::Credential => view! { <credential::CredentialStep/> }.into_any(),
            Step::Scopes => view! { <scopes::ScopesStep/> }.into_any(),
            Step::Done => view! { <Done/> }.into_any(),
        }}
    }
}

/// How far it is.
#[component]
fn Steps() -> impl IntoView {
    let form = expect_context::<Connecting>();
    let one = move |(n, (step, name)): (usize, (Step, &'static str))| {
        let state = move || match form.step.get() {
            now if now == step => "now",
            now if now > step => "past",
            _ => "ahead",
        };
        let current = move || (form.step.get() == step).then_some("step");
        view! {
            <li data-state=state aria-current=current>
                <span class="mark">{move || if state() == "past" { view! { <Icon glyph=Glyph::Check/> }.into_any() } else { (n + 1).into_any() }}</span>{name}
            </li>
        }
    };
    view! { <ol class="connect-steps" aria-label="Steps">{Step::ALL.into_iter().enumerate().map(one).collect_view()}</ol> }
}

#[component]
fn Done() -> impl IntoView {
    let form = expect_context::<Connecting>();
    let name = form.report.get_untracked().map(|r| r.name).unwrap_or_default();
    let (title, text) = match form.replaces.get_untracked() {
        Some(_) => (
            format!("{name} uses the new credential"),
            "Remove the old key (or revoke the old token) in the Admin Console now: Postern does not use it any more.",
        ),
        None => (
            format!("{name} is connected, read-only"),
            "The first sync runs. The pages open as soon as people and devices are in; the rest follows while you work.",
        ),
    };
    view! {
        <div class="body done">
            <Icon glyph=Glyph::Check/>
            <h3 class="plain">{title}</h3>
            <p class="soft">{text}</p>
        </div>
        <footer>
            <span class="grow"></span>
            <button type="button" class="button" data-variant="accent" data-first="" on:click=move |_| form.open.set(false)>"Close"</button>
        </footer>
    }
}

/// The step's failure, where it happened.
#[component]
fn StepTrouble() -> impl IntoView {
    let form = expect_context::<Connecting>();
    move || form.failure.get().map(|failure| view! { <Trouble failure/> })
}

/// The buttons below a step. The last one sends the step's form.
#[component]
fn Foot(
    #[prop(optional)] back: Option<Step>,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let form = expect_context::<Connecting>();
    view! {
        <footer>
            {back.map(|step| view! { <Button label="Back" on_press=move |_| form.go(step)/> })}
            <span class="grow"></span>
            <button type="submit" class="button" data-variant="accent" disabled=move || form.busy.get() || disabled.get()>{label}</button>
        </footer>
    }
}

fn focus(css: &str) {
    let element = document().query_selector(css).ok().flatten();
    if let Some(element) = element.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _unfocusable = element.focus();
    }
}
