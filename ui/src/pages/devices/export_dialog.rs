//! Writing devices into a file: which of them, which columns, which kind. The core writes it; here stands how far it is.

use super::{ViewUrl, columns::Table, rows::Rows};
use crate::{
    host,
    kit::{
        button::{Button, Variant},
        dialog::Dialog,
        icon::Glyph,
        text,
    },
    parts::failure_notice::copy,
    query::{Pushes, act},
    state::{as_of::AsOf, selection::Selection, toasts::Toasts},
};
use contract::{
    Failure, FailureKind,
    exports::{
        CancelExport, ExportDevices, ExportFormat, ExportProgress, ExportWhat, Exported, Exports, GetExport,
    },
};
use domain::DeviceQuery;
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// How far is shown only of an export that takes longer.
const PATIENCE: Duration = Duration::from_millis(500);

/// The time between two questions.
const STEP: Duration = Duration::from_millis(200);

/// Who waits for an export's end.
#[derive(Clone, Copy, PartialEq)]
enum Whose {
    /// This dialog began it.
    Own,
    /// It was under way when the dialog was opened.
    Earlier,
}

/// Which rows are written.
#[derive(Clone, Copy, PartialEq)]
enum Which {
    Found,
    Chosen,
    All,
}

/// Where an export stands.
#[derive(Clone, PartialEq)]
enum Stage {
    Asking,
    Writing(Option<ExportProgress>),
    Done(Exported),
    Failed(Failure),
}

const FORMATS: [(ExportFormat, &str, &str); 3] = [
    (
        ExportFormat::Csv,
        "CSV",
        "For spreadsheets; a second file tells snapshot, filter and columns. Text that looks like a formula is escaped.",
    ),
    (ExportFormat::Json, "JSON", "For programs; snapshot, filter and columns stand in it."),
    (ExportFormat::Sqlite, "SQLite", "A plain database file with the tables devices and meta."),
];

/// The dialog.
#[component]
pub fn ExportDialog(url: ViewUrl, rows: Rows, table: Table, open: RwSignal<bool>) -> impl IntoView {
    view! { <Dialog open label="Export devices" class="export"><Inside url rows table open/></Dialog> }
}

#[component]
fn Inside(url: ViewUrl, rows: Rows, table: Table, open: RwSignal<bool>) -> impl IntoView {
    let selection = expect_context::<Selection>();
    let chosen = untrack(|| selection.count());
    let what = RwSignal::new(if chosen > 0 { Which::Chosen } else { Which::Found });
    let (format, every_column) = (RwSignal::new(ExportFormat::Csv), RwSignal::new(false));
    let folder = RwSignal::new(String::new());
    let stage = RwSignal::new(Stage::Asking);
    join(stage);
    let as_of = expect_context::<AsOf>();
    let command = move || {
        let query = url.view.get_untracked().ordered();
        let columns = table.shown().into_iter().map(|a| a.key().to_owned());
        let folder = folder.get_untracked().trim().to_owned();
        ExportDevices {
            // What is on screen is what is written, whatever a sync brings meanwhile.
            as_of: rows.head.get_untracked().map(|h| h.snapshot).or(as_of.get_untracked()),
            what: match what.get_untracked() {
                Which::Found => ExportWhat::Found(query),
                Which::Chosen => ExportWhat::Chosen(selection.get_untracked()),
                Which::All => ExportWhat::Found(DeviceQuery { sort: query.sort, ..DeviceQuery::default() }),
            },
            columns: if every_column.get_untracked() { Vec::new() } else { columns.collect() },
            format: format.get_untracked(),
            folder: (!folder.is_empty()).then_some(folder),
        }
    };
    let start = move || begin(untrack(command), stage);
    view! {
        <header><h2>"Export devices"</h2>
            <Button label="Close" glyph=Glyph::Close icon_only=true variant=Variant::Quiet on_press=move |_| open.set(false)/>
        </header>
        <div class="body">
            {move || match stage.get() {
                Stage::Asking => view! { <Choices rows chosen what format every_column folder start/> }.into_any(),
                Stage::Writing(progress) => view! { <Writing progress/> }.into_any(),
                Stage::Done(exported) => view! { <Done exported open/> }.into_any(),
                Stage::Failed(failure) => view! { <Failed failure stage/> }.into_any(),
            }}
        </div>
    }
}

fn begin(command: ExportDevices, stage: RwSignal<Stage>) {
    stage.set(Stage::Writing(None));
    spawn_local(async move {
        let reply = host::call(command).await;
        stage.try_set(ended(reply));
    });
    ask_after(stage, PATIENCE, Whose::Own);
}

/// An export that was begun before the dialog was closed, or the page loaded anew, is shown where it stands.
fn join(stage: RwSignal<Stage>) {
    spawn_local(async move {
        let Ok(Exports { running: Some(progress), .. }) = host::call(GetExport {}).await else { return };
        if stage.try_get_untracked() == Some(Stage::Asking) {
            stage.set(Stage::Writing(Some(progress)));
            ask_after(stage, STEP, Whose::Earlier);
        }
    });
}

fn ended(reply: Result<Exported, Failure>) -> Stage {
    match reply {
        Ok(exported) => Stage::Done(exported),
        Err(failure) if failure.kind == FailureKind::Cancelled => Stage::Asking,
        Err(failure) => Stage::Failed(failure),
    }
}

/// Asks how far the export is, again and again until it has ended. How an earlier one ended is heard only here; one's own
/// tells it with its reply, and what is heard here may still be the word on the one before.
fn ask_after(stage: RwSignal<Stage>, wait: Duration, whose: Whose) {
    let writing = move || matches!(stage.try_get_untracked(), Some(Stage::Writing(_)));
    let ask = async move {
        let heard = host::call(GetExport {}).await;
        if !writing() {
            return;
        }
        match heard {
            Ok(Exports { running: Some(progress), .. }) => stage.set(Stage::Writing(Some(progress))),
            Ok(Exports { last, .. }) if whose == Whose::Earlier => {
                // None is a core that was started anew: nothing is under way, and a new export may be asked for.
                stage.set(last.map_or(Stage::Asking, ended));
                return;
            }
            _ => {}
        }
        ask_after(stage, STEP, whose);
    };
    set_timeout(
        move || {
            if writing() {
                spawn_local(ask);
            }
        },
        wait,
    );
}

#[component]
fn Choices(
    rows: Rows,
    chosen: u64,
    what: RwSignal<Which>,
    format: RwSignal<ExportFormat>,
    every_column: RwSignal<bool>,
    folder: RwSignal<String>,
    start: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let head = rows.head.get_untracked();
    let (matching, total) = head.map_or((0, 0), |h| (h.matching, h.total));
    let row = move |value: Which, label: String| {
        view! {
            <label class="option"><input type="radio" name="export-rows" prop:checked=move || what.get() == value on:change=move |_| what.set(value)/>{label}</label>
        }
    };
    let kind = move |(value, label, note): (ExportFormat, &'static str, &'static str)| {
        view! {
            <label class="option"><input type="radio" name="export-format" prop:checked=move || format.get() == value on:change=move |_| format.set(value)/>
                <span><b>{label}</b><span class="soft note">{note}</span></span></label>
        }
    };
    let all = matching == total;
    view! {
        <fieldset><legend class="overline">"Rows"</legend>
            {(chosen > 0).then(|| row(Which::Chosen, format!("{} selected", text::count(chosen))))}
            {row(Which::Found, if all { format!("All {}", text::plural(total, "device", "devices")) } else { format!("The {} that match", text::count(matching)) })}
            {(!all).then(|| row(Which::All, format!("All {}", text::plural(total, "device", "devices"))))}
        </fieldset>
        <fieldset><legend class="overline">"Columns"</legend>
            <label class="option"><input type="radio" name="export-columns" prop:checked=move || !every_column.get() on:change=move |_| every_column.set(false)/>"Those shown, in their order"</label>
            <label class="option"><input type="radio" name="export-columns" prop:checked=move || every_column.get() on:change=move |_| every_column.set(true)/>"Every attribute"</label>
        </fieldset>
        <fieldset><legend class="overline">"Kind of file"</legend>{FORMATS.map(kind)}</fieldset>
        <label class="folder"><span class="overline">"Folder"</span>
            <input type="text" class="mono" placeholder="Your downloads folder" autocomplete="off" spellcheck="false"
                prop:value=move || folder.get() on:input=move |e| folder.set(event_target_value(&e))/>
        </label>
        <div class="row"><Button label="Export" variant=Variant::Accent on_press=move |_| start()/></div>
    }
}

#[component]
fn Writing(progress: Option<ExportProgress>) -> impl IntoView {
    let pushes = expect_context::<Pushes>();
    let part = progress.map_or(0.0, |p| p.done as f64 * 100.0 / p.total.max(1) as f64);
    let words = progress.map_or("Writing…".to_owned(), |p| {
        format!("{} of {} rows", text::count(p.done), text::count(p.total))
    });
    view! {
        <p role="status">{words}</p>
        <div class="progress" role="progressbar" aria-label="Rows written" aria-valuemin="0" aria-valuemax="100" aria-valuenow=format!("{part:.0}")>
            <i style:width=format!("{part:.1}%")></i>
        </div>
        <div class="row"><Button label="Cancel" on_press=move |_| act(pushes, CancelExport {}, |_| {})/></div>
    }
}

#[component]
fn Done(exported: Exported, open: RwSignal<bool>) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let path = exported.path.clone();
    view! {
        <p role="status">{format!("{} written, as of snapshot {}.", text::plural(exported.rows, "row", "rows"), exported.snapshot.0)}</p>
        <p class="mono selectable path">{exported.path}</p>
        {exported.meta.map(|meta| view! { <p class="soft selectable path">"What is in it: "<span class="mono">{meta}</span></p> })}
        <div class="row">
            <Button label="Done" variant=Variant::Accent on_press=move |_| open.set(false)/>
            <Button label="Copy path" on_press=move |_| copy(toasts, &path, "Path copied.")/>
        </div>
    }
}

#[component]
fn Failed(failure: Failure, stage: RwSignal<Stage>) -> impl IntoView {
    view! {
        <p role="alert"><b>{failure.message}</b>" "{failure.hint}</p>
        <div class="row"><Button label="Choose again" on_press=move |_| stage.set(Stage::Asking)/></div>
    }
}
