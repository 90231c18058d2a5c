//! One device beside the list: what it is, who uses it, what became of it. Its width is remembered; Esc closes it.

use super::{
    ViewUrl, columns::lifecycle, duplicates::Duplicates, lost::Lost, managed::ManagedPanel, signals::Signals,
    timeline::Timeline,
};
use crate::{
    address::View,
    kit::{
        button::{Button, Variant},
        icon::Glyph,
        notice::Notice,
        tabs::Tabs,
        text,
    },
    parts::{
        device_actions::DeviceActions,
        failure_notice::{FailureNotice, copy},
        pane::{PaneEdge, focus_list_after, pane_width},
        raw_event::{RawEventDialog, RawEvents},
        risk_badge::RiskBadge,
        user_link::UsersView,
        words::{Unknown, When, make_and_model, managed, or_unknown, yes_no},
    },
    query::use_query,
    state::{as_of::AsOf, prefs::Prefs, toasts::Toasts},
};
use contract::{
    FailureKind,
    devices::{DeviceDetail, Evidence, GetDevice, LinkedUser},
};
use domain::{DeviceId, DeviceProfile, Lifecycle, ManagedStatus, Timestamp};
use leptos::prelude::*;

/// The pane.
#[component]
pub fn DetailPane(id: DeviceId, url: ViewUrl) -> impl IntoView {
    let (prefs, as_of) = (expect_context::<Prefs>(), expect_context::<AsOf>());
    let shown = id.clone();
    let asked = id.clone();
    let query = use_query(move || Some(GetDevice { as_of: as_of.get(), id: asked.clone() }));
    focus_list_after();
    let width = pane_width();
    let unfolded = RwSignal::new(false);
    let tab = RwSignal::new(untrack(|| first_tab(prefs)));
    let choose = Callback::new(move |at: usize| {
        tab.set(at);
        prefs.update(|l| l.device_tab = TAB_KEYS.get(at).map(|key| (*key).to_owned()));
    });
    let events = RawEvents::new();
    provide_context(events);
    let bare = id.clone();
    let head = move || match query.value.get() {
        Some(detail) => view! { <Head detail url tab/> }.into_any(),
        None => view! { <BareHead id=bare.clone() url/> }.into_any(),
    };
    // What can be done stands between the device's name and what is known of it, whichever of that is on screen.
    let known = Memo::new(move |_| query.value.read().as_ref().map(|d| (d.device.status.clone(), d.now)));
    let is_known = Memo::new(move |_| known.read().is_some());
    let acted = id.clone();
    let actions = move || {
        let status =
            Signal::derive(move || known.get().map_or_else(|| Lifecycle::from(""), |(status, _)| status));
        let now = Signal::derive(move || known.get().map_or(Timestamp(0), |(_, now)| now));
        is_known.get().then(|| view! { <DeviceActions id=acted.clone() status now/> })
    };
    let summary = move || match (query.value.get(), query.failure.get()) {
        // Another snapshot may not have the device: what an older answer said is not said again then.
        (_, Some(failure)) if failure.kind == FailureKind::NotFound => {
            view! { <Absent past=as_of.get().is_some()/> }.into_any()
        }
        (Some(detail), _) => view! { <Summary detail unfolded/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any()
        }
    };
    let body = move || match tab.get() {
        1 => view! { <Signals id=id.clone()/> }.into_any(),
        2 => view! { <ManagedPanel id=id.clone()/> }.into_any(),
        3 => view! { <Timeline id=id.clone()/> }.into_any(),
        _ => summary.into_any(),
    };
    view! {
        <aside class="detail" aria-label="Device" style:width=move || format!("{}px", width.get()) data-device=shown.to_string()>
            <PaneEdge width/>
            {head}
            {actions}
            <Tabs id="device" label="About this device" names=&TABS chosen=tab.into() choose/>
            // Outside of what a newer snapshot draws anew, so that reading on is not disturbed by it.
            <div class="scroll" id="device-panel" tabindex="0" role="tabpanel" aria-labelledby=move || format!("device-{}", tab.get())>{body}</div>
        </aside>
        <RawEventDialog events/>
    }
}

#[component]
fn Absent(past: bool) -> impl IntoView {
    let text = if past {
        "The org did not list it at this time: it was enrolled later, or removed before."
    } else {
        "The org does not list it any more. A past snapshot still shows it."
    };
    view! { <Notice glyph=Glyph::Empty title="Not in this snapshot" text/> }
}

/// What can be said of a device that is not here (yet): its id, and the way out.
#[component]
fn BareHead(id: DeviceId, url: ViewUrl) -> impl IntoView {
    view! {
        <header>
            <h2 class="selectable mono">{id.to_string()}</h2>
            <Button label="Close" glyph=Glyph::Close icon_only=true key="Esc" variant=Variant::Quiet on_press=move |_| url.change(|v| v.open = None)/>
        </header>
    }
}

#[component]
fn Head(detail: DeviceDetail, url: ViewUrl, tab: RwSignal<usize>) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let toasts = expect_context::<Toasts>();
    let id = detail.device.id.to_string();
    let copied = id.clone();
    let link = move || {
        let key = TAB_KEYS.get(tab.get_untracked()).copied().unwrap_or_default();
        as_of.link(&format!("{}&tab={key}", url.view.get_untracked().href()))
    };
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
                    on_press=move |_| copy(toasts, &link(), "Link copied.")/>
            </p>
        </header>
    }
}

/// What stands in the tabs, in their order.
const TABS: [&str; 4] = ["Summary", "Signals", "Managed", "Timeline"];
/// How a link names them.
const TAB_KEYS: [&str; 4] = ["summary", "signals", "managed", "timeline"];

/// The tab that the address names, or the one looked at last.
fn first_tab(prefs: Prefs) -> usize {
    let search = window().location().search().unwrap_or_default();
    let asked = web_sys::UrlSearchParams::new_with_str(&search).ok().and_then(|all| all.get("tab"));
    let asked = asked.or_else(|| prefs.get().device_tab);
    TAB_KEYS.iter().position(|key| Some(*key) == asked.as_deref()).unwrap_or(0)
}

#[component]
fn Summary(detail: DeviceDetail, unfolded: RwSignal<bool>) -> impl IntoView {
    let DeviceDetail { now, device, managed: status, risk, users, duplicates, evidence, raw, .. } = detail;
    let orphan = device.users.as_ref().is_some_and(Vec::is_empty);
    let updated = device.last_updated;
    let lost =
        (device.status.clone(), device.profile.serial_number.as_deref().map(str::to_owned), users.clone());
    view! {
            <section aria-label="State">
                <dl class="facts">
                    <dt>"Lifecycle"</dt><dd>{lifecycle(&device.status)}</dd>
                    <dt>"Managed"</dt><dd>{managed_words(status)}</dd>
                    <dt>"User risk"</dt><dd><RiskBadge level=risk/></dd>
                    <dt>"Last evidence"</dt><dd>{last_evidence(evidence, now)}</dd>
                    <dt>"Enrolled"</dt><dd><When at=device.created now/></dd>
                </dl>
            </section>
            <section aria-label="Profile"><h3>"Profile"</h3><Facts profile=device.profile/></section>
            <section aria-label="Users">
                <h3>"Users"<span class="dim">{users.len()}</span></h3>
                <People users orphan now/>
            </section>
            <Lost status=lost.0 serial=lost.1 users=lost.2/>
            {(!duplicates.is_empty()).then(|| view! { <Duplicates duplicates updated now/> })}
            <section aria-label="As the org sent it"><Raw raw open=unfolded/></section>
    }
}

/// When, and by which evidence.
fn last_evidence(evidence: Option<Evidence>, now: Timestamp) -> AnyView {
    match evidence {
        Some(Evidence { at, event }) => {
            let by = match event {
                Some((_, words)) => format!("by a log event: {words}"),
                None => "by the record’s own date".to_owned(),
            };
            view! { <When at=Some(at) now/>" "<span class="dim">{by}</span> }.into_any()
        }
        None => view! { <Unknown text="Never"/> }.into_any(),
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
fn People(users: Vec<LinkedUser>, orphan: bool, now: Timestamp) -> impl IntoView {
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
fn Raw(raw: String, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <button type="button" class="facet-more" aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|o| *o = !*o)>
            {move || if open.get() { "Hide the org’s JSON" } else { "Show the org’s JSON" }}
        </button>
        {move || open.get().then(|| view! { <pre class="raw" tabindex="0">{raw.clone()}</pre> })}
    }
}
