//! The fields of the event, each with the way to narrow the log to its value or to leave that out.

use super::super::{
    ViewUrl,
    fields::{Said, said},
    when::Zone,
};
use crate::{
    address::View,
    kit::{
        button::{Button, Variant},
        icon::Glyph,
        text,
    },
    parts::{device_link::DevicesView, user_link::UsersView},
};
use contract::log::LogRow;
use domain::{DeviceId, LogField, Timestamp, UserId};
use leptos::prelude::*;
use std::sync::Arc;

/// The section.
#[component]
pub fn Facts(row: Arc<LogRow>, url: ViewUrl, now: Timestamp) -> impl IntoView {
    let at = row.event.published;
    let told = move || {
        let zone = Zone::chosen();
        format!("{} {}", zone.short(at), zone.mark())
    };
    let reason = row.event.reason.as_deref().map(str::to_owned);
    let lines = LogField::ALL
        .into_iter()
        .filter_map(|field| said(&row, field))
        .map(|said| view! { <Line said url/> });
    let lines = lines.collect_view();
    view! {
        <section aria-label="Facts">
            <h3>"Facts"</h3>
            <dl class="facts">
                <dt>"When"</dt><dd title=text::exact(at.0)>{told}" "<span class="dim">{text::ago(at.0, now.0)}</span><span class="change mono dim">{at.to_rfc3339()}</span></dd>
                {reason.map(|reason| view! { <dt>"Reason"</dt><dd><bdi>{reason}</bdi></dd> })}
                {lines}
                <dt>"UUID"</dt><dd class="mono">{row.event.uuid.to_string()}</dd>
            </dl>
        </section>
    }
}

#[component]
fn Line(said: Said, url: ViewUrl) -> impl IntoView {
    let Said { field, value, words } = said;
    let href = match field {
        LogField::User => Some(UsersView::person(&UserId::from(value.as_str())).href()),
        LogField::Device => {
            Some(DevicesView { open: Some(DeviceId::from(value.as_str())), ..DevicesView::default() }.href())
        }
        _ => None,
    };
    let own = (words != value).then(|| view! { <span class="change mono dim">{value.clone()}</span> });
    let id = matches!(
        field,
        LogField::Ip | LogField::Session | LogField::RootSession | LogField::Transaction | LogField::Trace
    );
    let shown = match href {
        Some(href) => view! { <a href=href><bdi>{words.clone()}</bdi></a> }.into_any(),
        None => view! { <span class:mono=id><bdi>{words.clone()}</bdi></span> }.into_any(),
    };
    let (kept, left) = (value.clone(), value);
    let label = field.label().to_lowercase();
    view! {
        <dt>{field.label()}</dt>
        <dd class="fact">
            <span class="grow">{shown}{own}</span>
            <span class="ways">
                <Button label=format!("Filter by this {label}") glyph=Glyph::Filter icon_only=true variant=Variant::Quiet
                    on_press=move |_| url.change(|view| view.narrow(field, &kept, false))/>
                <Button label=format!("Leave this {label} out") glyph=Glyph::Exclude icon_only=true variant=Variant::Quiet
                    on_press=move |_| url.change(|view| view.narrow(field, &left, true))/>
            </span>
        </dd>
    }
}
