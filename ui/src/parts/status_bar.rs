//! The line at the foot: what the cache holds, what the org's limits leave, how the app looks, and where the keys are told.

use crate::{
    kit::{
        icon::{Glyph, Icon},
        popover::Popover,
        text,
    },
    query::Pushes,
    state::as_of::Shown,
    state::prefs::{Density, Prefs, Theme},
};
use leptos::prelude::*;

/// The foot.
#[component]
pub fn StatusBar(cheats: RwSignal<bool>) -> impl IntoView {
    let sync = expect_context::<Pushes>().sync;
    let shown = expect_context::<Shown>();
    let held = move || {
        let snapshot = shown.snapshot()?;
        let held = |collection: &str, n: u64, one: &str, many: &str| match shown.unread(collection) {
            Some(_) => format!("{many} not read"),
            None => text::plural(n, one, many),
        };
        Some(format!(
            "{}, {}, {}",
            held("Devices", snapshot.devices, "device", "devices"),
            held("Users", snapshot.users, "person", "people"),
            held("System Log", snapshot.events, "log event", "log events"),
        ))
    };
    let limit = move || sync.get().limit.map(|l| format!("Rate limit {} of {} left", l.remaining, l.limit));
    view! {
        <footer class="foot">
            <span class="clip">{held}</span>
            <span class="clip narrow-hide">{limit}</span>
            <span class="grow"></span>
            <LooksMenu/>
            <button type="button" on:click=move |_| cheats.set(true)><Icon glyph=Glyph::Keyboard/>"Shortcuts"<span class="kbd">"?"</span></button>
        </footer>
    }
}

#[component]
fn LooksMenu() -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let open = RwSignal::new(false);
    let item = |label: &'static str, on: Memo<bool>, choose: Box<dyn Fn()>| {
        view! {
            <button type="button" class="menu-item" role="menuitemradio" aria-checked=move || on.get().to_string() on:click=move |_| choose()>
                <span class="tick">{move || on.get().then(|| view! { <Icon glyph=Glyph::Check/> })}</span>{label}
            </button>
        }
    };
    let themes = move || {
        Theme::ALL.map(|theme| {
            let on = Memo::new(move |_| prefs.get().theme == theme);
            item(theme.label(), on, Box::new(move || prefs.update(|l| l.theme = theme)))
        })
    };
    let densities = move || {
        Density::ALL.map(|density| {
            let on = Memo::new(move |_| prefs.get().density == density);
            item(density.label(), on, Box::new(move || prefs.update(|l| l.density = density)))
        })
    };
    view! {
        <Popover open label="Looks" class="above" anchor=move || view! {
            <button type="button" aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|o| *o = !*o)>
                <Icon glyph=Glyph::Theme/>"Looks"
            </button>
        }>
            <div role="menu" aria-label="Theme"><p class="overline menu-title">"Theme"</p>{themes()}</div>
            <div role="menu" aria-label="Rows"><p class="overline menu-title">"Rows"</p>{densities()}</div>
        </Popover>
    }
}
