//! Templates: checks for common needs, each proven by states of its own, to begin with.

use super::{Begin, PlatformChoice, PostureView};
use crate::{
    address::Address,
    kit::{button::Button, text},
    parts::failure_notice::FailureNotice,
    query::use_query,
};
use contract::checks::{ListTemplates, NewDraft, Template};
use domain::OsqueryPlatform;
use leptos::prelude::*;

/// The part.
#[component]
pub fn Library() -> impl IntoView {
    let address = expect_context::<Address<PostureView>>();
    let query = use_query(|| Some(ListTemplates {}));
    let platform = Memo::new(move |_| address.view.read().platform());
    let body = move || match (query.value.get(), query.failure.get()) {
        (Some(all), _) => {
            let here = all.into_iter().filter(|t| t.content.platform == platform.get());
            view! { <ul class="templates">{here.map(|template| view! { <Card template/> }).collect_view()}</ul> }.into_any()
        }
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i></div> }.into_any()
        }
    };
    view! {
        <div class="part-bar"><PlatformChoice platforms=&OsqueryPlatform::OKTA/><span class="soft">"A template becomes a draft of yours. Each is proven by the states that come with it."</span></div>
        <div class="scroll" tabindex="0" role="region" aria-label="Templates" data-ready=move || query.value.read().is_some().then_some("")>{body}</div>
    }
}

#[component]
fn Card(template: Template) -> impl IntoView {
    let begin = Begin::here();
    let Template { id, need, content, expectations, passes } = template;
    let kept = expectations.len() as u64;
    let (name, description, query) =
        (content.name.clone(), content.description.clone(), content.query.clone());
    let draft = NewDraft { content, expectations, passes };
    view! {
        <li class="template" data-template=id>
            <header>
                <div class="grow"><h2>{name}</h2><p class="soft">{need}</p></div>
                <Button label="Use" on_press=move |_| begin.with(draft.clone())/>
            </header>
            <p>{description}</p>
            <details><summary>{format!("Query, proven by {}", text::plural(kept, "state", "states"))}</summary><pre class="code">{query}</pre></details>
        </li>
    }
}
