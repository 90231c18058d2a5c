//! What a person sees when the check fails, as the sign-in widget shows it.

use super::draft::Lab;
use leptos::prelude::*;

/// The preview.
#[component]
pub fn WidgetPreview() -> impl IntoView {
    let lab = expect_context::<Lab>();
    let message = move || {
        let content = lab.content.read();
        let remediation = &content.remediation;
        match (&remediation.message, &remediation.message_key) {
            (Some(text), _) => view! { <p>{text.clone()}</p> }.into_any(),
            (None, Some(key)) => view! { <p class="unknown">{format!("Okta’s own text for {key}, in the person’s language")}</p> }.into_any(),
            (None, None) => view! { <p class="unknown">"No message: the person reads only that the device does not meet the requirements."</p> }.into_any(),
        }
    };
    let link = move || {
        let content = lab.content.read();
        let remediation = &content.remediation;
        let target = remediation.link.clone().or_else(|| remediation.default_link.clone());
        target.map(|target| view! { <p class="widget-link" title=target.clone()>"How to fix this"</p><p class="mono dim clip">{target}</p> })
    };
    view! {
        <figure class="widget" aria-label="As the sign-in page shows it">
            <figcaption class="soft">"As the sign-in page shows it, where the policy shows remediation"</figcaption>
            <div class="widget-card">
                <span class="widget-mark" aria-hidden="true">"!"</span>
                <b>"Your device doesn’t meet the security requirements"</b>
                {message}
                {link}
            </div>
        </figure>
    }
}
