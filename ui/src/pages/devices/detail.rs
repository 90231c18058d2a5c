//! One device beside the list: what it is, who uses it, what became of it. Its width is remembered; Esc closes it.

use super::{ViewUrl, columns::lifecycle, timeline::Timeline};
use crate::{
    address::View,
    kit::{
        button::{Button, Variant},
        icon::Glyph,
        text,
    },
    parts::{
        device_actions::DeviceActions,
        device_link::DevicesView,
        failure_notice::{FailureNotice, copy},
        pane::{PaneEdge, pane_width},
        risk_badge::RiskBadge,
        user_link::UsersView,
        words::{Unknown, When, make_and_model, managed, or_unknown, yes_no},
    },
    query::use_query,
    state::toasts::Toasts,
};
use contract::devices::{DeviceDetail, GetDevice, LinkedUser};
use domain::{DeviceId, DeviceProfile, ManagedStatus};
use leptos::prelude::*;

/// The pane.
#[component]
pub fn DetailPane(id: DeviceId, url: ViewUrl) -> impl IntoView {
    let shown = id.clone();
    let query = use_query(move || Some(GetDevice { as_of: None, id: id.clone() }));
    let width = pane_width();
    let unfolded = RwSignal::new(false);
    let head = move || query.value.get().map(|detail| view! { <Head detail url/> });
    let body = move || match (query.value.get(), query.failure.get()) {
        (Some(detail), _) => view! { <Body detail unfolded/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any()
        }
    };
    view! {
        <aside class="detail" aria-label="Device" style:width=move || format!("{}px", width.get()) data-device=shown.to_string()>
            <PaneEdge width/>
            {head}
            // Outside of what a newer snapshot draws anew, so that reading on is not disturbed by it.
            <div class="scroll" tabindex="0" role="region" aria-label="Device details">{body}</div>
        </aside>
    }
}

#[component]
fn Head(detail: DeviceDetail, url: ViewUrl) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let id = detail.device.id.to_string();
    let copied = id.clone();
    let name = detail.device.profile.display_name;
    let name = name.map_or_else(|| "Unnamed device".to_owned(), |n| n.to_string());
    view! {
        <header>
            <h2 class="selectable"><bdi>{name}</bdi></h2>
            <Button label="Close" glyph=Glyph::Close icon_only=true key="Esc" variant=Variant::Quiet on_press=move |_| url.change(|v| v.open = None)/>
            <p class="ids soft">
                <span class="mono clip selectable">{id}</span>
                <Button label="Copy id" glyph=Glyph::Copy icon_only=true variant=Variant::Quiet on_press=move |_| copy(toasts, &copied, "Id copied.")/>
                <Button label="Copy link to this view" glyph=Glyph::Link icon_only=true variant=Variant::Quiet
                    on_press=move |_| copy(toasts, &url.view.get_untracked().href(), "Link copied.")/>
            </p>
        </header>
    }
}

#[component]
fn Body(detail: DeviceDetail, unfolded: RwSignal<bool>) -> impl IntoView {
    let DeviceDetail { now, device, managed: status, risk, users, same_serial, history, raw, .. } = detail;
    let orphan = device.users.as_ref().is_some_and(Vec::is_empty);
    view! {
            <DeviceActions id=device.id.clone() status=device.status.clone() now/>
            <section aria-label="State">
                <dl class="facts">
                    <dt>"Lifecycle"</dt><dd>{lifecycle(&device.status)}</dd>
                    <dt>"Managed"</dt><dd>{managed_words(status)}</dd>
                    <dt>"User risk"</dt><dd><RiskBadge level=risk/></dd>
                    <dt>"Last evidence"</dt><dd><When at=device.last_updated now/></dd>
                    <dt>"Enrolled"</dt><dd><When at=device.created now/></dd>
                </dl>
            </section>
            <section aria-label="Profile"><h3>"Profile"</h3><Facts profile=device.profile/></section>
            <section aria-label="Users">
                <h3>"Users"<span class="dim">{users.len()}</span></h3>
                <People users orphan now/>
            </section>
            {(!same_serial.is_empty()).then(|| view! { <SameSerial devices=same_serial/> })}
            <section aria-label="History"><h3>"History"</h3><Timeline history now/></section>
            <section aria-label="As the org sent it"><Raw raw open=unfolded/></section>
    }
}

fn managed_words(status: ManagedStatus) -> AnyView {
    match status {
        ManagedStatus::Unknown => view! { <Unknown text="Unknown: no link reports it"/> }.into_any(),
        ManagedStatus::Mixed => view! { "Managed for some of its users" }.into_any(),
        known => view! { {managed(known)} }.into_any(),
    }
}

#[component]
fn Facts(profile: DeviceProfile) -> impl IntoView {
    let platform = profile.platform.as_ref().map(|p| p.label().to_owned());
    let mobile = matches!(profile.platform, Some(domain::Platform::Ios | domain::Platform::Android));
    let windows = matches!(profile.platform, Some(domain::Platform::Windows));
    let mono = |value: Option<Box<str>>| match value {
        Some(value) => view! { <span class="mono">{value.to_string()}</span> }.into_any(),
        None => view! { <Unknown/> }.into_any(),
    };
    let make = make_and_model(profile.manufacturer.as_deref(), profile.model.as_deref());
    view! {
        <dl class="facts">
            <dt>"Platform"</dt><dd>{or_unknown(platform)}</dd>
            <dt>"OS version"</dt><dd>{or_unknown(profile.os_version)}</dd>
            <dt>"Model"</dt><dd>{or_unknown(make)}</dd>
            <dt>"Serial"</dt><dd>{mono(profile.serial_number)}</dd>
            <dt>"Disk encryption"</dt><dd>{or_unknown(profile.disk_encryption.as_ref().map(|e| e.label().to_owned()))}</dd>
            <dt>"Secure hardware"</dt><dd>{yes_no(profile.secure_hardware_present)}</dd>
            <dt>"Registered"</dt><dd>{yes_no(profile.registered)}</dd>
            {mobile.then(|| view! { <dt>"Jailbreak"</dt><dd>{yes_no(profile.jailbreak)}</dd><dt>"IMEI"</dt><dd>{mono(profile.imei)}</dd> })}
            {profile.udid.map(|udid| view! { <dt>"UDID"</dt><dd>{mono(Some(udid))}</dd> })}
            {windows.then(|| view! { <dt>"SID"</dt><dd>{mono(profile.sid)}</dd> })}
        </dl>
    }
}

#[component]
fn People(users: Vec<LinkedUser>, orphan: bool, now: domain::Timestamp) -> impl IntoView {
    if users.is_empty() {
        let text = if orphan { "No user is linked: an orphan." } else { "The org did not say who uses it." };
        return view! { <p class="unknown">{text}</p> }.into_any();
    }
    let person = move |user: LinkedUser| {
        let href = UsersView::person(&user.id).href();
        let lock = user.screen_lock.as_ref().map_or("Screen lock not reported".to_owned(), |l| {
            format!("Screen lock: {}", l.label().to_lowercase())
        });
        let status = user.status.as_ref().filter(|s| **s != domain::UserStatus::Active).map(|s| {
            view! { <span class="badge" data-tone="warn">{s.label().to_owned()}</span> }
        });
        view! {
            <li>
                <a class="clip" href=href title="Open this person"><bdi>{user.name}</bdi></a><RiskBadge level=user.risk/>
                <span class="soft">{managed(user.managed)}" · "{lock}</span>{status}
                <span class="dim">{user.since.map(|at| format!("Linked {}", text::ago(at.0, now.0)))}</span>
            </li>
        }
    };
    view! { <ul class="people">{users.into_iter().map(person).collect_view()}</ul> }.into_any()
}

#[component]
fn SameSerial(devices: Vec<(DeviceId, String)>) -> impl IntoView {
    let line = |(id, name): (DeviceId, String)| {
        let href = DevicesView { open: Some(id.clone()), ..DevicesView::default() }.href();
        view! { <li><a href=href><bdi>{name}</bdi></a>" "<span class="mono dim">{id.to_string()}</span></li> }
    };
    view! {
        <section class="same-serial" aria-label="Same serial">
            <h3>"Same serial number"</h3>
            <p class="soft">"Usually an older enrolment of the same machine."</p>
            <ul>{devices.into_iter().map(line).collect_view()}</ul>
        </section>
    }
}

#[component]
fn Raw(raw: String, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <button type="button" class="facet-more" aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|o| *o = !*o)>
            {move || if open.get() { "Hide the org’s JSON" } else { "Show the org’s JSON" }}
        </button>
        {move || open.get().then(|| view! { <pre class="raw" tabindex="0">{raw.clone()}</pre> })}
    }
}
