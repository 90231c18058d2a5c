//! One piece of evidence, a page of lines at a time. A line of JSON can be unfolded; nothing of it is changed for that.

use super::{
    ViewUrl,
    picture::{KeptPicture, Picture, is_picture},
    pretty::pretty,
};
use crate::{
    kit::{
        button::{Button, Variant},
        icon::Glyph,
        text,
    },
    parts::failure_notice::{FailureNotice, copy},
    query::use_query,
    state::toasts::Toasts,
};
use contract::cases::{CaseId, CaseText, GetCaseItem};
use leptos::prelude::*;

/// Lines of one page.
const LINES: u64 = 100;

/// The reader of a frozen piece: a picture is shown as one, everything else by its lines.
#[component]
pub fn Reader(id: CaseId, path: String, url: ViewUrl) -> impl IntoView {
    if !is_picture(&path) {
        return view! { <CaseLines id path url/> }.into_any();
    }
    let back = Callback::new(move |()| url.change(|v| v.back()));
    view! { <PictureFrame path=path.clone() back><KeptPicture id path/></PictureFrame> }.into_any()
}

#[component]
fn CaseLines(id: CaseId, path: String, url: ViewUrl) -> impl IntoView {
    let asked = path.clone();
    let query = use_query(move || {
        let offset = url.view.read().line;
        Some(GetCaseItem { id, path: asked.clone(), offset, limit: LINES as u32 })
    });
    let first = Memo::new(move |_| url.view.read().line);
    let total = Memo::new(move |_| query.value.read().as_ref().map_or(0, |text| text.total));
    let turn = Callback::new(move |line: u64| url.adjust(|v| v.line = line));
    let body = move || match (query.value.get(), query.failure.get()) {
        (Some(CaseText { lines, .. }), _) => view! { <Lines lines first=first.get_untracked()/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any()
        }
    };
    view! {
        <ReaderFrame path back=Callback::new(move |()| url.change(|v| v.back())) first total turn>{body}</ReaderFrame>
    }
}

/// The reader of a text that is there already.
#[component]
pub fn TextReader(path: String, text: String, back: Callback<()>) -> impl IntoView {
    if !is_picture(&path) {
        return view! { <TextLines path text back/> }.into_any();
    }
    view! { <PictureFrame path=path.clone() back><Picture svg=text said=path/></PictureFrame> }.into_any()
}

#[component]
fn TextLines(path: String, text: String, back: Callback<()>) -> impl IntoView {
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (first, count) = (RwSignal::new(0_u64), lines.len() as u64);
    let lines = StoredValue::new(lines);
    let page = move || {
        let from = first.get();
        let lines = lines
            .with_value(|lines| lines.iter().skip(from as usize).take(LINES as usize).cloned().collect());
        view! { <Lines lines first=from/> }
    };
    view! {
        <ReaderFrame path back first=Memo::new(move |_| first.get()) total=Memo::new(move |_| count) turn=Callback::new(move |line| first.set(line))>{page}</ReaderFrame>
    }
}

#[component]
fn PictureFrame(path: String, back: Callback<()>, children: Children) -> impl IntoView {
    view! {
        <ReaderHead path=path.clone() back/>
        <div class="scroll" tabindex="0" role="region" aria-label="Picture" data-item-open=path>{children()}</div>
    }
}

#[component]
fn ReaderHead(path: String, back: Callback<()>) -> impl IntoView {
    view! {
        <header>
            <h2 class="mono selectable clip" title=path.clone()>{path.clone()}</h2>
            <Button label="Back to the case" glyph=Glyph::Close icon_only=true key="Esc" variant=Variant::Quiet on_press=move |_| back.run(())/>
        </header>
    }
}

#[component]
fn ReaderFrame(
    path: String,
    back: Callback<()>,
    first: Memo<u64>,
    total: Memo<u64>,
    turn: Callback<u64>,
    children: Children,
) -> impl IntoView {
    let words = move || {
        let (first, total) = (first.get(), total.get());
        if total == 0 {
            "Empty".to_owned()
        } else {
            format!("Lines {}–{} of {}", first + 1, (first + LINES).min(total), text::count(total))
        }
    };
    view! {
        <ReaderHead path=path.clone() back/>
        <div class="scroll lines" tabindex="0" role="region" aria-label="Lines" data-item-open=path>{children()}</div>
        <div class="list-foot">
            <span class="grow" data-testid="lines">{words}</span>
            <Button label="Back" disabled=Signal::derive(move || first.get() == 0) on_press=move |_| turn.run(first.get_untracked().saturating_sub(LINES))/>
            <Button label="Further" disabled=Signal::derive(move || first.get() + LINES >= total.get()) on_press=move |_| turn.run(first.get_untracked() + LINES)/>
        </div>
    }
}

#[component]
fn Lines(lines: Vec<String>, first: u64) -> impl IntoView {
    let single = lines.len() == 1;
    let numbered = (first + 1..).zip(lines);
    view! { <ol class="text-lines" start=first + 1>{numbered.map(|(n, line)| view! { <Line n line unfolded=single/> }).collect_view()}</ol> }
}

#[component]
fn Line(n: u64, line: String, unfolded: bool) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let whole = pretty(&line);
    let open = RwSignal::new(unfolded && whole.is_some());
    let copied = line.clone();
    let foldable = whole.is_some();
    let fold = move || {
        foldable.then(|| view! {
            <button type="button" class="fold" aria-expanded=move || open.get().to_string() aria-label=format!("Line {n} in full") on:click=move |_| open.update(|o| *o = !*o)>
                {move || if open.get() { "−" } else { "+" }}</button>
        })
    };
    view! {
        <li value=n>
            <span class="dim num" aria-hidden="true">{n}</span>
            {fold()}
            {move || match (&whole, open.get()) {
                (Some(whole), true) => view! { <pre class="raw whole">{whole.clone()}</pre> }.into_any(),
                _ => view! { <code class="selectable" class:clip=foldable>{line.clone()}</code> }.into_any(),
            }}
            <Button label=format!("Copy line {n}") glyph=Glyph::Copy icon_only=true variant=Variant::Quiet on_press=move |_| copy(toasts, &copied, "Line copied.")/>
        </li>
    }
}
