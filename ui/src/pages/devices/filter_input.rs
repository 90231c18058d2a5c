//! A line in which a typed filter is written. A mistake is marked where it stands, and told; what the list shows changes
//! only when the line makes sense and Enter is pressed.

use domain::{Mistake, Where};
use leptos::{ev, html, prelude::*};

/// The line. `done` gets the filter.
#[component]
pub fn FilterInput(
    text: RwSignal<String>,
    label: &'static str,
    /// Names the element that tells the mistake.
    id: &'static str,
    #[prop(optional)] placeholder: &'static str,
    /// Takes the focus at once.
    #[prop(optional)]
    focus: bool,
    node_ref: NodeRef<html::Input>,
    done: Callback<Where>,
    /// What Esc does here; without it, Esc belongs to what is around.
    #[prop(optional)]
    leave: Option<Callback<()>>,
) -> impl IntoView {
    let read = Memo::new(move |_| Where::parse(&text.read()));
    // A filter that is still being written is not yet wrong: its end may be missing.
    let tried = RwSignal::new(false);
    let mistake = Memo::new(move |_| match read.get() {
        Err(mistake) if tried.get() || !mistake.span.is_empty() => Some(mistake),
        _ => None,
    });
    let on_key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            event.stop_propagation();
            match read.get_untracked() {
                Ok(filter) if filter.is_empty() => leave.iter().for_each(|leave| leave.run(())),
                Ok(filter) => done.run(filter),
                Err(mistake) => {
                    tried.set(true);
                    mark(node_ref, &text.read_untracked(), &mistake);
                }
            }
        }
        "Escape" => {
            if let Some(leave) = leave {
                event.prevent_default();
                event.stop_propagation();
                leave.run(());
            }
        }
        _ => {}
    };
    if focus {
        Effect::new(move |_| {
            if let Some(input) = node_ref.get() {
                request_animation_frame(move || {
                    let _unfocusable = input.focus();
                });
            }
        });
    }
    let scrolled = RwSignal::new(0);
    let follow = move || scrolled.set(node_ref.get_untracked().map_or(0, |input| input.scroll_left()));
    view! {
        <div class="filter-input">
            <div class="line">
                <input type="text" class="mono" node_ref=node_ref aria-label=label placeholder=placeholder autocomplete="off" spellcheck="false"
                    aria-invalid=move || mistake.read().is_some().to_string() aria-describedby=id
                    prop:value=move || text.get() on:keydown=on_key on:scroll=move |_| follow()
                    on:input=move |e| { text.set(event_target_value(&e)); tried.set(false); follow(); }/>
                <div class="marks mono" aria-hidden="true" style:transform=move || format!("translateX({}px)", -scrolled.get())>
                    {move || mistake.get().map(|m| parts(&text.read(), &m))}
                </div>
            </div>
            <p class="mistake" id=id role="status">{move || mistake.get().map(|m| m.why)}</p>
        </div>
    }
}

/// The text with the part that is wrong marked.
fn parts(text: &str, mistake: &Mistake) -> impl IntoView + use<> {
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default().to_owned();
    let wrong = part(mistake.span.clone());
    let wrong = if wrong.is_empty() { " ".to_owned() } else { wrong };
    view! { <span>{part(0..mistake.span.start)}</span><mark>{wrong}</mark> }
}

/// Puts the cursor on what is wrong.
fn mark(input: NodeRef<html::Input>, text: &str, mistake: &Mistake) {
    // The browser counts in UTF-16.
    let units = |byte: usize| text.get(..byte).map_or(0, |part| part.encode_utf16().count() as u32);
    if let Some(input) = input.get_untracked() {
        let _unselectable = input.set_selection_range(units(mistake.span.start), units(mistake.span.end));
    }
}
