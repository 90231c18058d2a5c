//! The lab: one check being written. It is linted while somebody types, tried against states of a device, attacked, previewed,
//! kept as versions and published. What is written is kept as a draft at once; the last good result stays while a newer one is
//! on its way.

mod aside;
mod attack;
mod details;
mod draft;
mod editor;
mod findings;
mod here;
mod publish;
mod schema_model;
mod trials;
mod versions;
mod widget;

use super::PostureView;
use crate::{
    address::Address,
    kit::{button::Button, icon::Glyph, notice::Banner, sql_editor::SqlEditorControls, tabs::Tabs},
    parts::failure_notice::FailureNotice,
    query::{Pushes, act, use_query},
    state::{as_of::AsOf, toasts::Toasts},
};
use aside::Aside;
use attack::AttackPanel;
use contract::checks::{CheckKey, CheckSheet, DiscardDraft, GetCheck, NewDraft, SaveDraft};
use draft::{Lab, Saved};
use editor::EditorPanel;
use findings::FindingList;
use here::HerePanel;
use leptos::{ev, prelude::*};
use publish::PublishButtons;
use trials::TrialsPanel;
use versions::VersionsPanel;

/// The panels below the query.
const PANELS: &[&str] = &["Attack", "States", "This machine", "Versions"];

/// The page of one check.
#[component]
pub fn LabPage(key: CheckKey) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let asked = key.clone();
    let query = use_query(move || Some(GetCheck { as_of: as_of.get(), key: asked.clone() }));
    let lab = Lab::new(key);
    provide_context(lab);
    Effect::new(move |_| {
        if let Some(sheet) = query.value.get() {
            lab.take(sheet);
        }
    });
    let loaded = Memo::new(move |_| query.value.read().is_some());
    move || match (loaded.get(), query.failure.get()) {
        (true, _) => view! { <Bench sheet=query.value/> }.into_any(),
        (false, Some(failure)) => view! {
            <LabHead/>
            <FailureNotice failure retry=move || query.retry()/>
        }
        .into_any(),
        (false, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any()
        }
    }
}

#[component]
fn Bench(sheet: RwSignal<Option<CheckSheet>>) -> impl IntoView {
    let panel = RwSignal::new(0_usize);
    let controls = SqlEditorControls::new();
    let drifted = Memo::new(move |_| sheet.read().as_ref().is_some_and(|s| s.drifted));
    let choose = Callback::new(move |at| panel.set(at));
    view! {
        <LabHead/>
        {move || drifted.get().then(|| view! {
            <Banner glyph=Glyph::Warning>
                <span class="grow"><b>"The org changed this check after the draft was begun. "</b>"Compare under Versions before you publish: publishing writes over that change."</span>
                <Button label="Show versions" on_press=move |_| panel.set(3)/>
            </Banner>
        })}
        <div class="lab" data-ready="">
            <div class="lab-main">
                <EditorPanel controls/>
                <FindingList controls/>
                <Tabs id="lab" label="Results" names=PANELS chosen=panel.into() choose/>
                <div class="lab-panel" id="lab-panel" role="tabpanel" aria-labelledby=move || format!("lab-{}", panel.get())>
                    {move || match panel.get() {
                        1 => view! { <TrialsPanel/> }.into_any(),
                        2 => view! { <HerePanel/> }.into_any(),
                        3 => view! { <VersionsPanel/> }.into_any(),
                        _ => view! { <AttackPanel/> }.into_any(),
                    }}
                </div>
            </div>
            <Aside sheet/>
        </div>
    }
}

/// What is open, how it stands, and what can be done with it.
#[component]
fn LabHead() -> impl IntoView {
    let lab = expect_context::<Lab>();
    let address = expect_context::<Address<PostureView>>();
    let (pushes, toasts) = (expect_context::<Pushes>(), expect_context::<Toasts>());
    let back = move |_| address.change(|view| view.check = None);
    let state = move || match (lab.is_builtin(), lab.published.read().is_some(), lab.differs()) {
        (true, ..) => ("plain", "Built in"),
        (_, true, true) => ("warn", "Draft of a published check"),
        (_, true, false) => ("plain", "Published"),
        (_, false, _) => ("accent", "Draft"),
    };
    let saved = move || match lab.saved.get() {
        Saved::Clean => String::new(),
        Saved::Saving => "Keeping…".to_owned(),
        Saved::Kept => "Kept as a draft".to_owned(),
        Saved::Failed(why) => format!("Not kept: {why}"),
    };
    let discard = move |_| {
        lab.rest();
        act(pushes, DiscardDraft { key: lab.key() }, move |reply| match reply {
            Ok(gone) => {
                lab.forget();
                if lab.published.read_untracked().is_none() {
                    address.change(|view| view.check = None);
                }
                let Some(draft) = gone else { return };
                let key = lab.key();
                toasts.offer("Draft discarded.", "Undo", move || {
                    bring_back(pushes, toasts, address, &key, &draft)
                });
            }
            Err(failure) => toasts.say(failure.to_string()),
        });
    };
    let copy = move |_| {
        let mut content = lab.content.get_untracked();
        content.name = format!("{} (copy)", content.name);
        content.variable_name = format!("{}Copy", content.variable_name);
        let expectations = lab.expectations.get_untracked();
        super::Begin { pushes, toasts, address }.with(NewDraft {
            content,
            expectations,
            passes: lab.passing(),
        });
    };
    use_escape(address);
    view! {
        <div class="page-head">
            <Button label="All checks" on_press=back/>
            <h1 class="clip"><bdi>{move || lab.content.read().name.clone()}</bdi></h1>
            <span class="badge" data-tone=move || state().0>{move || state().1}</span>
            <span class="mono soft clip">{move || lab.content.read().variable_name.clone()}</span>
            <span class="soft saved" role="status">{saved}</span>
            <div class="actions">
                <Button label="Copy" on_press=copy/>
                {move || (lab.differs() && !lab.is_locked()).then(|| view! { <Button label="Discard draft" on_press=discard/> })}
                <PublishButtons/>
            </div>
        </div>
    }
}

/// Undoes a discarded draft: as the draft of the check that it was of, or as one of its own.
fn bring_back(
    pushes: Pushes,
    toasts: Toasts,
    address: Address<PostureView>,
    key: &CheckKey,
    draft: &NewDraft,
) {
    match key {
        CheckKey::Org(_) => {
            let key = key.clone();
            let NewDraft { content, expectations, passes } = draft.clone();
            let command = SaveDraft { key: key.clone(), content, expectations, passes };
            act(pushes, command, move |reply| match reply {
                // Opened anew, so that the lab reads what is there now.
                Ok(_) => {
                    address.adjust(|view| view.check = None);
                    address.change(|view| view.check = Some(key));
                }
                Err(failure) => toasts.say(failure.to_string()),
            });
        }
        CheckKey::Draft(_) => super::Begin { pushes, toasts, address }.with(draft.clone()),
    }
}

/// Esc goes back to the list, unless something inside took it.
fn use_escape(address: Address<PostureView>) {
    let listener = window_event_listener(ev::keydown, move |event| {
        let under = matches!(document().query_selector("[aria-modal]"), Ok(Some(_)));
        if event.key() == "Escape"
            && !event.default_prevented()
            && !under
            && !crate::kit::keys::typing(&event)
        {
            address.change(|view| view.check = None);
        }
    });
    on_cleanup(move || listener.remove());
}
