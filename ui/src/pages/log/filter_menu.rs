//! The menu that adds a condition: first the field, then its value, chosen among those that occur or typed in.

use super::{ViewUrl, chips::value_words, counts::Counts, side::newest_alone};
use crate::{
    kit::{
        button::{Button, Variant},
        dialog::focusable,
        icon::Glyph,
        popover::Popover,
        text,
    },
    parts::risk_badge::RiskBadge,
};
use contract::log::LogValueCount;
use domain::{LogField, RiskLevel};
use leptos::{ev, html, prelude::*};

/// The button with its panel.
#[component]
pub fn FilterMenu(url: ViewUrl, counts: Counts, open: RwSignal<bool>) -> impl IntoView {
    let field = RwSignal::new(None::<LogField>);
    let inside = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if !open.get() {
            field.set(None);
        }
    });
    Effect::new(move |_| {
        let chosen = field.get();
        if counts.also.get_untracked() != chosen {
            counts.also.set(chosen);
        }
        // The values take the place of the fields: the focus goes to the first of them.
        if chosen.is_some() {
            request_animation_frame(move || {
                let first = inside.get_untracked().and_then(|i| focusable(&i).into_iter().next());
                if let Some(first) = first {
                    let _unfocusable = first.focus();
                }
            });
        }
    });
    let fields = move || {
        LogField::ALL.map(|f| view! { <button type="button" class="menu-item" on:click=move |_| field.set(Some(f))>{f.label()}"…"</button> })
    };
    view! {
        <Popover open label="Add a filter" class="log-filter" anchor=move || view! {
            <Button label="Filter" glyph=Glyph::Filter key="f" expanded=Signal::from(open) on_press=move |_| open.update(|o| *o = !*o)/>
        }>
            <div node_ref=inside>
                {move || match field.get() {
                    None => fields().into_any(),
                    Some(field) => view! { <Values url counts open field/> }.into_any(),
                }}
            </div>
        </Popover>
    }
}

/// What to type where a value can be typed.
fn hint(field: LogField) -> &'static str {
    match field {
        LogField::EventType => "user.risk.* or a whole type",
        LogField::Ip => "An address",
        LogField::User | LogField::Actor | LogField::Device | LogField::App => "An id",
        _ => "A value",
    }
}

/// A value as its words, and its own text where that is another.
fn words(field: LogField, counted: &LogValueCount) -> AnyView {
    let LogValueCount { value, name, .. } = counted;
    if field == LogField::Risk {
        return view! { <RiskBadge level=Some(RiskLevel::from(value.as_str()))/> }.into_any();
    }
    let words = name.clone().unwrap_or_else(|| value_words(field, value));
    let own = (words != *value).then(|| view! { <span class="mono dim clip">{value.clone()}</span> });
    view! { <span class="clip"><bdi>{words}</bdi></span>{own} }.into_any()
}

#[component]
fn Values(url: ViewUrl, counts: Counts, open: RwSignal<bool>, field: LogField) -> impl IntoView {
    let exclude = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let choose = move |value: &str| {
        open.set(false);
        url.change(|view| view.narrow(field, value, exclude.get_untracked()));
    };
    let shown = Memo::new(move |_| {
        let all = counts.values(field)?;
        let part = typed.get().trim().to_lowercase();
        let fits = |v: &LogValueCount| {
            let name = v.name.clone().unwrap_or_else(|| value_words(field, &v.value)).to_lowercase();
            part.is_empty() || name.contains(&part) || v.value.to_lowercase().contains(&part)
        };
        Some((all.values.into_iter().filter(fits).collect::<Vec<_>>(), all.further))
    });
    let line = move |v: LogValueCount| {
        let value = v.value.clone();
        view! {
            <button type="button" class="menu-item" data-value=value.clone() on:click=move |_| choose(&value)>
                <span class="grow pair">{words(field, &v)}</span><span class="dim num">{text::count(v.count)}</span>
            </button>
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && !typed.read_untracked().trim().is_empty() {
            event.prevent_default();
            choose(typed.get_untracked().trim());
        }
    };
    view! {
        <p class="overline menu-title">{field.label()}</p>
        <div class="save-line">
            <input type="text" aria-label=format!("{}: a value to look for", field.label()) placeholder=hint(field) autocomplete="off" spellcheck="false"
                prop:value=move || typed.get() on:input=move |e| typed.set(event_target_value(&e)) on:keydown=on_key/>
            <button type="button" class="toggle" aria-pressed=move || exclude.get().to_string() on:click=move |_| exclude.update(|e| *e = !*e)>"Leave out"</button>
        </div>
        {move || match shown.get() {
            None => view! { <p class="dim hint" role="status">"Counting…"</p> }.into_any(),
            Some((values, further)) => {
                let none = values.is_empty();
                view! {
                    {values.into_iter().map(line).collect_view()}
                    {none.then(|| view! { <p class="dim hint">"No such value among the most frequent ones. Enter takes what is typed."</p> })}
                    {counts.since(&[field]).map(newest_alone)}
                    {(further > 0).then(|| view! { <p class="dim hint">{format!("{} less frequent. Type one whole, then Enter.", text::plural(further, "value is", "values are"))}</p> })}
                }
                .into_any()
            }
        }}
        <div class="row end"><Button label="Take what is typed" variant=Variant::Quiet disabled=Signal::derive(move || typed.read().trim().is_empty())
            on_press=move |_| choose(typed.get_untracked().trim())/></div>
    }
}
