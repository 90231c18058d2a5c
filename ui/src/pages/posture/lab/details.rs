//! What a check is called, how its answer is read, and what a person reads when it fails.

use super::draft::{Lab, filled};
use domain::{CheckContent, Mapping, OsqueryPlatform};
use leptos::prelude::*;

/// The form.
#[component]
pub fn DetailsForm() -> impl IntoView {
    let lab = expect_context::<Lab>();
    let textbox = Memo::new(move |_| lab.content.read().mapping == Mapping::Textbox);
    let mapping = move |mapping: Mapping, label: &'static str| {
        let chosen = move || lab.content.read().mapping == mapping;
        view! {
            <button type="button" class="toggle" aria-pressed=move || chosen().to_string() disabled=move || lab.is_locked()
                on:click=move |_| lab.edit(|c| c.mapping = mapping)>{label}</button>
        }
    };
    view! {
        <section class="aside-part" aria-label="Details">
            <h2>"Details"</h2>
            <Line label="Name" id="check-name" read=|c| c.name.clone() write=|c, text| c.name = text/>
            <Line label="Variable name" id="check-variable" mono=true read=|c| c.variable_name.clone() write=|c, text| c.variable_name = text
                trouble=variable_trouble/>
            <Line label="Description" id="check-description" read=|c| c.description.clone() write=|c, text| c.description = text/>
            <div class="entry"><span class="label" id="check-mapping">"Answer"</span>
                <div class="toggles" role="group" aria-labelledby="check-mapping">{mapping(Mapping::Checkbox, "1 or 0")}{mapping(Mapping::Textbox, "A text")}</div>
            </div>
            {move || textbox.get().then(|| view! {
                <div class="entry"><label for="check-passes">"Text that passes, for trying it"</label>
                    <input type="text" id="check-passes" class="mono" prop:value=move || lab.passes.get() on:input=move |e| lab.passes.set(event_target_value(&e))/></div>
            })}
        </section>
        <section class="aside-part" aria-label="Remediation">
            <h2>"Remediation"</h2>
            <Line label="Message" id="check-message" many=true read=|c| c.remediation.message.clone().unwrap_or_default() write=|c, text| c.remediation.message = filled(text)/>
            <Line label="Link" id="check-link" mono=true read=|c| c.remediation.link.clone().unwrap_or_default() write=|c, text| c.remediation.link = filled(text)
                trouble=link_trouble/>
            <super::widget::WidgetPreview/>
        </section>
    }
}

/// What the org would not take of a variable name, in words.
fn variable_trouble(content: &CheckContent) -> Option<&'static str> {
    match content.variable_name.as_str() {
        "" => Some("Policies call a check by this name: it needs one."),
        name if name.chars().any(|c| !c.is_ascii_alphanumeric() && c != '_') => {
            Some("Letters, digits and _ are sure to work.")
        }
        _ => None,
    }
}

fn link_trouble(content: &CheckContent) -> Option<&'static str> {
    match content.remediation.link.as_deref() {
        Some(link) if !link.starts_with("https://") => {
            Some("A person on the sign-in page can follow https links alone.")
        }
        _ => None,
    }
}

/// One field of the check.
#[component]
fn Line(
    label: &'static str,
    id: &'static str,
    read: fn(&CheckContent) -> String,
    write: fn(&mut CheckContent, String),
    #[prop(optional)] mono: bool,
    /// More than one line.
    #[prop(optional)]
    many: bool,
    #[prop(optional)] trouble: Option<fn(&CheckContent) -> Option<&'static str>>,
) -> impl IntoView {
    let lab = expect_context::<Lab>();
    let value = Memo::new(move |_| read(&lab.content.read()));
    let wrong = Memo::new(move |_| trouble.and_then(|trouble| trouble(&lab.content.read())));
    let hint = format!("{id}-hint");
    let input = move |e| lab.edit(|content| write(content, event_target_value(&e)));
    let described = hint.clone();
    let field = if many {
        view! { <textarea id=id rows="3" readonly=move || lab.is_locked() prop:value=move || value.get() on:input=input></textarea> }.into_any()
    } else {
        view! {
            <input type="text" id=id class:mono=mono autocomplete="off" spellcheck=(!mono).to_string() readonly=move || lab.is_locked()
                aria-describedby=move || wrong.get().is_some().then(|| described.clone()) prop:value=move || value.get() on:input=input/>
        }
        .into_any()
    };
    view! {
        <div class="entry"><label for=id>{label}</label>{field}
            {move || wrong.get().map(|words| view! { <p class="mistake" id=hint.clone()>{words}</p> })}
        </div>
    }
}

/// Which platform a check is for. What was captured of one platform says nothing of another, so this is no small change.
#[component]
pub fn PlatformPick() -> impl IntoView {
    let lab = expect_context::<Lab>();
    let one = move |platform: OsqueryPlatform| {
        let chosen = move || lab.content.read().platform == platform;
        view! {
            <button type="button" class="toggle" aria-pressed=move || chosen().to_string() disabled=move || lab.is_locked()
                on:click=move |_| lab.edit(|c| c.platform = platform)>{platform.label()}</button>
        }
    };
    view! { <div class="toggles" role="group" aria-label="Platform">{OsqueryPlatform::OKTA.into_iter().map(one).collect_view()}</div> }
}
