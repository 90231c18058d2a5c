//! An editor for SQL: marks with buttons that mend them, completion by scope, facts under the mouse. It knows neither what the
//! tables mean nor who judges the text; CodeMirror does the editing (ui/editor), `bridge` alone reaches it.
//!
//! ```ignore
//! let text = RwSignal::new(check.query);
//! let controls = SqlEditorControls::new();
//! view! {
//!     <SqlEditor id="query" label="Query" value=text controls marks=findings model=schema
//!         on_fix=Callback::new(move |index| text.set(fixed(index))) on_run=Callback::new(move |()| run())
//!         on_cursor=Callback::new(move |cursor: Cursor| panel.set(cursor.table))/>
//! }
//! ```
//!
//! * `value` follows every key at once, so that saving and running have the newest text; whoever asks the core about it
//!   waits for a pause in the typing first. A text that is set from outside (a fix, a formatted query) is one step of the
//!   history, and keeps the cursor. Another document wants another editor, or undo would bring the old one back: mount it anew.
//! * `marks` name the text that they are of; marks of an older text are not shown.
//! * Tab moves the focus, as everywhere in the page; Ctrl-M makes it indent (WCAG 2.1.2).
//! * Where the bundle can't be loaded, a plain field stands in its place.

mod bridge;
mod model;
mod offsets;

use std::{
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use leptos::{html, prelude::*, task::spawn_local};

use bridge::{Editor, Start, Tell};
pub use model::{Column, CompletionModel, Cursor, Function, Mark, Marks, Table, Tone};

/// What a page may ask of an editor; without effect until it is there.
#[derive(Clone, Copy)]
pub struct SqlEditorControls(StoredValue<Option<Rc<Editor>>, LocalStorage>);

impl SqlEditorControls {
    pub fn new() -> Self {
        Self(StoredValue::new_local(None))
    }

    /// Selects a stretch (in bytes of the text), brings it into sight and takes the focus there.
    pub fn reveal(self, start: usize, end: usize) {
        self.with(|editor| editor.reveal(start, end));
    }

    /// The editor is called outside of the store: what it tells while it works may ask for it again.
    fn with(self, call: impl FnOnce(&Editor)) {
        if let Some(editor) = self.0.try_get_value().flatten() {
            call(&editor);
        }
    }
}

/// Whether the bundle is there.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Loading,
    Ready,
    Failed,
}

/// One editor.
#[component]
pub fn SqlEditor(
    value: RwSignal<String>,
    /// What the text is, for those who can't see it.
    #[prop(into)]
    label: String,
    /// Names the element, for tests.
    id: &'static str,
    #[prop(optional, into)] marks: Signal<Marks>,
    #[prop(optional, into)] model: Signal<Arc<CompletionModel>>,
    #[prop(optional)] placeholder: &'static str,
    #[prop(optional, into)] read_only: Signal<bool>,
    #[prop(optional)] controls: Option<SqlEditorControls>,
    /// The button of the mark with this index in `marks` was pressed; never for marks of an older text.
    #[prop(optional)]
    on_fix: Option<Callback<usize>>,
    /// Ctrl-Enter
    #[prop(optional)]
    on_run: Option<Callback<()>>,
    /// Ctrl-S
    #[prop(optional)]
    on_save: Option<Callback<()>>,
    /// Ctrl-Shift-F, Shift-Alt-F
    #[prop(optional)]
    on_format: Option<Callback<()>>,
    /// The cursor moved, or the text around it changed.
    #[prop(optional)]
    on_cursor: Option<Callback<Cursor>>,
) -> impl IntoView {
    let stage = RwSignal::new(Stage::Loading);
    let controls = controls.unwrap_or_else(SqlEditorControls::new);
    let frame = NodeRef::<html::Div>::new();
    let keys_id = format!("{id}-keys");
    let tell = Tell {
        change: Box::new(move |text| value.set(text)),
        cursor: Box::new(move |cursor| on_cursor.iter().for_each(|f| f.run(cursor.clone()))),
        fix: Box::new(move |index| on_fix.iter().for_each(|f| f.run(index))),
        run: Box::new(move || on_run.iter().for_each(|f| f.run(()))),
        save: Box::new(move || on_save.iter().for_each(|f| f.run(()))),
        format: Box::new(move || on_format.iter().for_each(|f| f.run(()))),
    };
    let start = {
        let (label, described_by) = (label.clone(), keys_id.clone());
        move || Start {
            text: value.get_untracked(),
            label,
            described_by,
            placeholder: placeholder.to_owned(),
            read_only: read_only.get_untracked(),
        }
    };
    open(frame, stage, controls, start, tell);
    follow(stage, controls, value, marks, model, read_only);

    let mut keys = String::from(
        "Tab moves to the next control. Control M lets it indent instead. Control Space offers names. F8 goes to the next mark, Control period mends it.",
    );
    for (is, words) in [
        (on_run.is_some(), " Control Enter runs."),
        (on_save.is_some(), " Control S saves."),
        (on_format.is_some(), " Control Shift F formats."),
    ] {
        keys.push_str(if is { words } else { "" });
    }
    let plain = move || {
        let label = label.clone();
        (stage.get() == Stage::Failed).then(|| view! {
            <textarea class="sql-plain" aria-label=label spellcheck="false" placeholder=placeholder readonly=move || read_only.get()
                prop:value=move || value.get() on:input=move |e| value.set(event_target_value(&e))></textarea>
            <p class="sql-plain-note dim">"The editor could not be loaded. This is a plain field, without marks and completion."</p>
        })
    };
    view! {
        <div class="sql-editor" id=id aria-busy=move || (stage.get() == Stage::Loading).to_string() data-locked=move || read_only.get().then_some("")>
            <div class="sql-frame" node_ref=frame></div>
            {plain}
            <p class="sr" id=keys_id>{keys}</p>
        </div>
    }
}

/// Loads the editor into `frame` when that is in the page, and takes it out with the component.
fn open(
    frame: NodeRef<html::Div>,
    stage: RwSignal<Stage>,
    controls: SqlEditorControls,
    start: impl FnOnce() -> Start + 'static,
    tell: Tell,
) {
    let gone = Arc::new(AtomicBool::new(false));
    let started = StoredValue::new_local(Some((start, tell)));
    let alive = gone.clone();
    Effect::new(move |_| {
        let Some(parent) = frame.get() else { return };
        let Some((start, tell)) = started.try_update_value(Option::take).flatten() else { return };
        let gone = alive.clone();
        spawn_local(async move {
            // The page may have moved on while the bundle was loaded.
            let opened =
                Editor::open(|| (!gone.load(Ordering::Relaxed)).then(|| (parent.into(), start())), tell)
                    .await;
            match opened {
                Ok(Some(editor)) => {
                    controls.0.set_value(Some(Rc::new(editor)));
                    stage.set(Stage::Ready);
                }
                Ok(None) => {}
                Err(_) if gone.load(Ordering::Relaxed) => {}
                Err(error) => {
                    leptos::logging::warn!("the editor could not be loaded: {error:?}");
                    stage.set(Stage::Failed);
                }
            }
        });
    });
    on_cleanup(move || {
        gone.store(true, Ordering::Relaxed);
        drop(controls.0.try_update_value(Option::take));
    });
}

/// Tells the editor what changes around it.
fn follow(
    stage: RwSignal<Stage>,
    controls: SqlEditorControls,
    value: RwSignal<String>,
    marks: Signal<Marks>,
    model: Signal<Arc<CompletionModel>>,
    read_only: Signal<bool>,
) {
    let ready = move || stage.get() == Stage::Ready;
    Effect::new(move |_| {
        if ready() {
            value.with(|text| controls.with(|editor| editor.show(text)));
        }
    });
    Effect::new(move |_| {
        if ready() {
            marks.with(|marks| {
                controls.with(|editor| {
                    // A text that was set together with its marks goes first.
                    value.with_untracked(|text| editor.show(text));
                    editor.mark(marks);
                });
            });
        }
    });
    Effect::new(move |_| {
        if ready() {
            model.with(|model| controls.with(|editor| editor.know(model)));
        }
    });
    Effect::new(move |_| {
        if ready() {
            let locked = read_only.get();
            controls.with(|editor| editor.lock(locked));
        }
    });
}
