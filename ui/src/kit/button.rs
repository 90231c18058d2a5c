//! A button: a verb, with a picture where that helps the eye.

use super::icon::{Glyph, Icon};
use leptos::{ev::MouseEvent, prelude::*};

/// How loud a button is. A dangerous action is never `Accent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Variant {
    #[default]
    Plain,
    Accent,
    Quiet,
    /// It ends or loses something. Never the accent, and never where the focus begins.
    Danger,
}

impl Variant {
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Accent => "accent",
            Self::Quiet => "quiet",
            Self::Danger => "danger",
        }
    }
}

/// A button with words, a picture, or both. With a picture alone, `label` is what it is called.
#[component]
pub fn Button(
    #[prop(into)] label: Signal<String>,
    on_press: impl Fn(MouseEvent) + 'static,
    #[prop(optional)] glyph: Option<Glyph>,
    #[prop(optional)] variant: Variant,
    /// Shows the picture only.
    #[prop(optional)]
    icon_only: bool,
    #[prop(optional)] large: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] expanded: Option<Signal<bool>>,
    /// The key that does the same, for the tooltip.
    #[prop(optional)]
    key: Option<&'static str>,
    /// Takes the focus when a dialog opens.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let size = if icon_only {
        "icon"
    } else if large {
        "large"
    } else {
        "normal"
    };
    let title = move || match (icon_only, key) {
        (true, Some(key)) => Some(format!("{} ({key})", label.get())),
        (true, None) => Some(label.get()),
        (false, key) => key.map(|key| format!("Key: {key}")),
    };
    view! {
        <button
            type="button"
            class="button"
            data-variant=variant.name()
            data-size=size
            data-autofocus=autofocus.then_some("")
            title=title
            aria-label=move || icon_only.then(|| label.get())
            aria-expanded=move || expanded.map(|e| e.get().to_string())
            disabled=move || disabled.get()
            on:click=on_press
        >
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            {(!icon_only).then_some(move || label.get())}
        </button>
    }
}
