//! Posture: the org's checks and their drafts, templates, osquery's schema, captured states of devices, and which devices could
//! run a check at all. A check is opened in the lab. The address holds which part and which check.

mod checks;
mod lab;
mod library;
mod readiness;
mod schema;
mod states;
mod view;

pub use view::{Part, PostureView};

use crate::{
    address::Address,
    kit::{
        button::{Button, Variant},
        tabs::Tabs,
    },
    query::{Pushes, act},
    state::toasts::Toasts,
};
use checks::CheckList;
use contract::checks::{CheckKey, NewDraft};
use domain::{CheckContent, OsqueryPlatform};
use lab::LabPage;
use leptos::prelude::*;
use library::Library;
use readiness::ReadinessPart;
use schema::SchemaPart;
use states::StatesPart;

/// The page.
#[component]
pub fn PosturePage() -> impl IntoView {
    let address = Address::<PostureView>::follow();
    provide_context(address);
    let check = Memo::new(move |_| address.view.read().check.clone());
    move || match check.get() {
        Some(key) => view! { <LabPage key/> }.into_any(),
        None => view! { <Parts/> }.into_any(),
    }
}

#[component]
fn Parts() -> impl IntoView {
    let address = expect_context::<Address<PostureView>>();
    let part = Memo::new(move |_| address.view.read().part);
    let chosen = Signal::derive(move || part.get().place());
    let choose = Callback::new(move |at: usize| {
        let next = Part::ALL.get(at).copied().unwrap_or_default();
        address.change(|view| {
            *view = PostureView { part: next, platform: view.platform, ..PostureView::default() }
        });
    });
    let begin = Begin::here();
    view! {
        <div class="page-head">
            <h1>"Posture"</h1>
            <div class="actions">
                <Button label="New check" variant=Variant::Accent on_press=move |_| begin.blank()/>
            </div>
        </div>
        <Tabs id="posture" label="Parts of Posture" names=Part::NAMES chosen choose/>
        <div class="posture" id="posture-panel" role="tabpanel" aria-labelledby=move || format!("posture-{}", chosen.get())>
            {move || match part.get() {
                Part::Checks => view! { <CheckList/> }.into_any(),
                Part::Library => view! { <Library/> }.into_any(),
                Part::Schema => view! { <SchemaPart/> }.into_any(),
                Part::States => view! { <StatesPart/> }.into_any(),
                Part::Readiness => view! { <ReadinessPart/> }.into_any(),
            }}
        </div>
    }
}

/// Begins a draft and opens it in the lab.
#[derive(Clone, Copy)]
pub struct Begin {
    pushes: Pushes,
    toasts: Toasts,
    address: Address<PostureView>,
}

impl Begin {
    /// From a component of this page.
    pub fn here() -> Self {
        Self { pushes: expect_context(), toasts: expect_context(), address: expect_context() }
    }

    /// With these words.
    pub fn with(self, draft: NewDraft) {
        act(self.pushes, draft, move |reply| match reply {
            Ok(key) => self.open(key),
            Err(failure) => self.toasts.say(failure.to_string()),
        });
    }

    /// With nothing yet.
    pub fn blank(self) {
        let platform = self.address.view.get_untracked().platform();
        // Okta takes no checks for Linux.
        let platform = if platform == OsqueryPlatform::Linux { OsqueryPlatform::Macos } else { platform };
        self.with(NewDraft {
            content: CheckContent {
                name: "New check".into(),
                description: String::new(),
                variable_name: String::new(),
                platform,
                mapping: domain::Mapping::Checkbox,
                query: String::new(),
                remediation: domain::Remediation::default(),
            },
            expectations: Vec::new(),
            passes: None,
        });
    }

    /// Opens one.
    pub fn open(self, key: CheckKey) {
        self.address.change(|view| {
            *view = PostureView {
                check: Some(key),
                part: view.part,
                platform: view.platform,
                ..PostureView::default()
            };
        });
    }
}

/// A platform to choose, where a part shows one at a time.
#[component]
fn PlatformChoice(platforms: &'static [OsqueryPlatform]) -> impl IntoView {
    let address = expect_context::<Address<PostureView>>();
    let one = move |platform: OsqueryPlatform| {
        let chosen = move || address.view.read().platform() == platform;
        view! {
            <button type="button" class="toggle" aria-pressed=move || chosen().to_string()
                on:click=move |_| address.adjust(|v| { v.platform = Some(platform); v.table = None; })>{platform.label()}</button>
        }
    };
    view! { <div class="toggles" role="group" aria-label="Platform">{platforms.iter().copied().map(one).collect_view()}</div> }
}
