//! What to do about a device that is lost: what was done already, what is one press away, and what only the management system can
//! do. Nothing is sent from here.

use crate::{
    kit::{
        button::Button,
        icon::{Glyph, Icon},
        text,
    },
    parts::contain_sheet::Containing,
};
use contract::devices::LinkedUser;
use domain::Lifecycle;
use leptos::prelude::*;

/// The checklist, folded until somebody needs it.
#[component]
pub fn Lost(status: Lifecycle, serial: Option<String>, users: Vec<LinkedUser>) -> impl IntoView {
    let sheet = expect_context::<Containing>();
    let stopped = matches!(status, Lifecycle::Suspended | Lifecycle::Deactivated);
    let count = users.len() as u64;
    let everybody: Vec<_> = users.into_iter().map(|user| user.id).collect();
    let stop = match stopped {
        true => format!("Done: it is {}.", status.label().to_lowercase()),
        false => {
            "Suspend it with the button above: reversible, and its sign-ins with Okta Verify stop.".to_owned()
        }
    };
    let sessions = match count {
        0 => "No user is linked: whose sessions to end is not known.".to_owned(),
        _ => format!(
            "Sessions that are open go on after a suspension. Log out {} and freeze the evidence first.",
            text::plural(count, "person", "people")
        ),
    };
    let serial =
        serial.map_or_else(|| "no serial number is known".to_owned(), |serial| format!("serial {serial}"));
    view! {
        <section aria-label="Lost or stolen">
            <details class="lost"><summary>"Lost or stolen?"</summary>
                <ol class="lost-steps">
                    <li data-done=stopped.then_some("")><b>"Stop the device"</b><span class="soft">{stop}</span></li>
                    <li><b>"End sessions and log out"</b><span class="soft">{sessions}</span>
                        {(count > 0).then(|| view! { <Button label="Contain…" glyph=Glyph::Door on_press=move |_| sheet.open(everybody.clone())/> })}</li>
                    <li><b>"Lock or wipe it in the management system"</b>
                        <span class="soft">{format!("By hand: no API of Okta wipes a device ({serial}).")}</span></li>
                    <li><b>"Look at what was reached"</b><span class="soft">"The timeline of the device, and the log around its last evidence."</span></li>
                </ol>
                <p class="soft note"><Icon glyph=Glyph::Clock/>" A suspended device may come back: nothing here is lost for good but what the wipe takes."</p>
            </details>
        </section>
    }
}
