//! A plot that was kept, seen as a picture. As an image it can neither run anything nor ask for anything, whoever drew it.

use crate::{host, parts::failure_notice::FailureNotice};
use base64::{Engine, engine::general_purpose::STANDARD};
use contract::{
    Failure,
    cases::{CaseId, GetCaseItem},
};
use leptos::{prelude::*, task::spawn_local};

/// Lines asked for at a time.
const LINES: u32 = 500;

/// Whether a piece of evidence is a picture.
pub fn is_picture(path: &str) -> bool {
    path.ends_with(".svg")
}

/// The picture of this text.
#[component]
pub fn Picture(svg: String, #[prop(into)] said: String) -> impl IntoView {
    let source = format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg));
    view! { <figure class="picture"><img src=source alt=said/></figure> }
}

/// The picture of a piece of evidence of a case.
#[component]
pub fn KeptPicture(id: CaseId, path: String) -> impl IntoView {
    let read = RwSignal::new(None::<Result<String, Failure>>);
    let said = path.clone();
    let ask = move || {
        let path = path.clone();
        read.set(None);
        spawn_local(async move {
            let whole = whole(id, path).await;
            read.try_set(Some(whole));
        });
    };
    ask();
    let ask = StoredValue::new(ask);
    move || match read.get() {
        Some(Ok(svg)) => view! { <Picture svg said=said.clone()/> }.into_any(),
        Some(Err(failure)) => {
            view! { <FailureNotice failure retry=move || ask.with_value(|ask| ask())/> }.into_any()
        }
        None => view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i></div> }.into_any(),
    }
}

/// The whole text, page after page.
async fn whole(id: CaseId, path: String) -> Result<String, Failure> {
    let mut lines = Vec::new();
    loop {
        let ask = GetCaseItem { id, path: path.clone(), offset: lines.len() as u64, limit: LINES };
        let page = host::call(ask).await?;
        let over = page.lines.is_empty();
        lines.extend(page.lines);
        if over || lines.len() as u64 >= page.total {
            return Ok(lines.join("\n"));
        }
    }
}
