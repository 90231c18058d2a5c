//! Typed filters as chips: a click on the words switches one off without losing it, the pencil (or F2) edits it where it
//! stands, the joints say whether all must hold or any, and "or unknown" keeps those that never reported.

use super::{ViewUrl, filter_input::FilterInput};
use crate::{
    kit::icon::{Glyph, Icon},
    state::toasts::Toasts,
};
use domain::{Condition, Group, Test, Where};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

/// Which chip is being edited: its group, and its place there.
type Editing = RwSignal<Option<(usize, usize)>>;

/// All typed filters, group by group.
#[component]
pub fn Conditions(url: ViewUrl) -> impl IntoView {
    let filter = Memo::new(move |_| url.view.read().query.conditions.clone());
    let editing: Editing = RwSignal::new(None);
    let groups = move || {
        let Where { any, groups } = filter.get();
        let several = groups.len() > 1;
        let group = |(at, group): (usize, Group)| {
            let joint = (at > 0).then(|| {
                view! { <Joint any what="groups" flip=move || url.change(|v| { let all = &mut v.query.conditions; all.any = !all.any })/> }
            });
            let one = group.conditions.len() == 1;
            let chips = chips(url, at, group, editing);
            let label = if one { "One filter" } else { "Filters in brackets" };
            view! { {joint}<div class="group" role="group" aria-label=label data-several=several.then_some("")>{chips}</div> }
        };
        groups.into_iter().enumerate().map(group).collect_view()
    };
    view! { {groups}<Unread url/> }
}

fn chips(url: ViewUrl, at: usize, group: Group, editing: Editing) -> impl IntoView {
    let any = group.any;
    let chip = move |(place, condition): (usize, Condition)| {
        let joint = (place > 0).then(|| {
            let flip = move || {
                url.change(|v| {
                    if let Some(group) = v.query.conditions.groups.get_mut(at) {
                        group.any = !group.any;
                    }
                });
            };
            view! { <Joint any what="filters" flip/> }
        });
        view! { {joint}<Chip url spot=(at, place) condition editing/> }
    };
    group.conditions.into_iter().enumerate().map(chip).collect_view()
}

/// `and` or `or`; a click makes the one the other.
#[component]
fn Joint(any: bool, what: &'static str, flip: impl Fn() + 'static) -> impl IntoView {
    let (word, other) =
        if any { ("or", "all of these must hold") } else { ("and", "any of these is enough") };
    view! { <button type="button" class="joint" title=format!("Switch to: {other}") aria-label=format!("{word}: {what} joined; switch to {other}") on:click=move |_| flip()>{word}</button> }
}

#[component]
fn Chip(url: ViewUrl, spot: (usize, usize), condition: Condition, editing: Editing) -> impl IntoView {
    let is_edited = Memo::new(move |_| editing.get() == Some(spot));
    let condition = StoredValue::new(condition);
    move || {
        let condition = condition.get_value();
        if is_edited.get() {
            view! { <Edit url spot condition editing/> }.into_any()
        } else {
            view! { <Shown url spot condition editing/> }.into_any()
        }
    }
}

/// Changes the condition at a place of the view.
fn change(url: ViewUrl, (group, place): (usize, usize), change: impl FnOnce(&mut Condition)) {
    url.change(|view| {
        let group = view.query.conditions.groups.get_mut(group);
        if let Some(condition) = group.and_then(|g| g.conditions.get_mut(place)) {
            change(condition);
        }
    });
}

/// Joins a filter on, so that it must hold too, or says why that can't be.
pub fn narrow(url: ViewUrl, toasts: Toasts, filter: Where) {
    let mut view = url.view.get_untracked();
    if view.query.conditions.and(filter) {
        url.change(|now| *now = view);
    } else {
        toasts.say("The filters are alternatives of several parts each. Edit one of them to narrow it.");
    }
}

/// Chips are drawn anew when the filter changes: the focus goes back to where it was.
fn focus_again((group, place): (usize, usize), button: u32) {
    request_animation_frame(move || {
        let chip = document().query_selector(&format!("[data-spot='{group}:{place}']")).ok().flatten();
        let button = chip.and_then(|chip| chip.query_selector_all("button").ok()?.item(button));
        if let Some(button) = button.and_then(|b| b.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _unfocusable = button.focus();
        }
    });
}

/// Puts others in the place of a condition, or none.
fn replace(url: ViewUrl, (group, place): (usize, usize), by: Option<Where>) {
    url.change(|view| {
        let all = &mut view.query.conditions;
        let Some(own) = all.groups.get_mut(group).filter(|own| place < own.conditions.len()) else { return };
        match by {
            Some(Where { groups, .. }) if groups.len() == 1 && groups[0].conditions.len() == 1 => {
                let on = own.conditions[place].on;
                own.conditions[place] = Condition { on, ..groups[0].conditions[0].clone() };
            }
            // Several in place of one: they join its group where they are joined as that is, and stand beside it else.
            Some(Where { mut groups, .. }) if groups.len() == 1 && groups[0].any == own.any => {
                let more = std::mem::take(&mut groups[0].conditions);
                own.conditions.splice(place..=place, more);
            }
            Some(Where { groups, .. }) => {
                own.conditions.remove(place);
                all.groups.extend(groups);
            }
            None => drop(own.conditions.remove(place)),
        }
        all.groups.retain(|group| !group.conditions.is_empty());
    });
}

#[component]
fn Shown(url: ViewUrl, spot: (usize, usize), condition: Condition, editing: Editing) -> impl IntoView {
    let (on, words, name) = (condition.on, condition.words(), condition.attribute.label().to_lowercase());
    let or_unknown = condition.or_unknown;
    let has_unknown = matches!(condition.test, Test::Known | Test::Unknown);
    let edit = move || editing.set(Some(spot));
    let on_key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "F2" => {
            event.prevent_default();
            edit();
        }
        "Delete" | "Backspace" => {
            event.prevent_default();
            replace(url, spot, None);
        }
        _ => {}
    };
    view! {
        <span class="chip typed" data-spot=format!("{}:{}", spot.0, spot.1) data-off=(!on).then_some("") on:keydown=on_key>
            <button type="button" class="clip" aria-pressed=on.to_string() title=if on { "Switch off. F2 edits, Delete removes" } else { "Switch on. F2 edits, Delete removes" }
                on:click=move |_| { change(url, spot, |c| c.on = !c.on); focus_again(spot, 0); }>{words}</button>
            {(!has_unknown).then(|| view! {
                <button type="button" class="unknown-too" aria-pressed=or_unknown.to_string()
                    title="Keep devices that never reported this, too" on:click=move |_| { change(url, spot, |c| c.or_unknown = !c.or_unknown); focus_again(spot, 1); }>
                    {if or_unknown { "or unknown ✓" } else { "+ unknown" }}
                </button>
            })}
            <button type="button" aria-label=format!("Edit the filter on {name}") title="Edit (F2)" on:click=move |_| edit()><Icon glyph=Glyph::Edit/></button>
            <button type="button" aria-label=format!("Remove the filter on {name}") on:click=move |_| replace(url, spot, None)><Icon glyph=Glyph::Close/></button>
        </span>
    }
}

#[component]
fn Edit(url: ViewUrl, spot: (usize, usize), condition: Condition, editing: Editing) -> impl IntoView {
    let text = RwSignal::new(Condition { on: true, ..condition }.to_string());
    let done = Callback::new(move |filter: Where| {
        editing.set(None);
        replace(url, spot, Some(filter));
        focus_again(spot, 0);
    });
    let leave = Callback::new(move |()| {
        editing.set(None);
        focus_again(spot, 0);
    });
    view! { <FilterInput text label="Edit this filter" id="edit-mistake" focus=true node_ref=NodeRef::new() done leave/> }
}

/// A filter that came in an address and can't be read: it is shown with its mistake, and is not applied until it is mended.
#[component]
fn Unread(url: ViewUrl) -> impl IntoView {
    let unread = Memo::new(move |_| url.view.read().unread.clone());
    let done = Callback::new(move |filter: Where| {
        url.change(|v| {
            v.unread = None;
            v.query.conditions = filter;
        });
    });
    let drop_it = Callback::new(move |()| url.change(|v| v.unread = None));
    move || {
        unread.get().map(|text| {
            let text = RwSignal::new(text);
            view! {
                <div class="unread">
                    <FilterInput text label="A filter that can’t be read" id="unread-mistake" node_ref=NodeRef::new() done leave=drop_it/>
                    <span class="soft">"Not applied until it is mended."</span>
                    <button type="button" class="facet-more" on:click=move |_| drop_it.run(())>"Remove it"</button>
                </div>
            }
        })
    }
}
