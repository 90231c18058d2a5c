//! The only file that reaches the editor's JavaScript (ui/editor, in `dist/editor.js`): what it offers and what it tells, in
//! the page's own terms. Knows no signals.
//!
//! The bundle is an ES module of half a megabyte that most visits never need, so it is imported when the first editor is
//! shown, and not by a script element of the page.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Object, Reflect};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::{
    model::{CompletionModel, Cursor, Marks, Tone},
    offsets::Offsets,
};

// The snippet becomes a file of its own in dist/: the content security policy forbids scripts in any other form.
#[wasm_bindgen(inline_js = "export const load = () => import('/editor.js');")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn load() -> Result<JsValue, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// The module.
    type Bundle;
    #[wasm_bindgen(method, catch)]
    fn create(this: &Bundle, parent: &HtmlElement, options: &Object, tell: &Object) -> Result<View, JsValue>;

    /// What `create` returns.
    type View;
    #[wasm_bindgen(method, js_name = setText)]
    fn set_text(this: &View, text: &str);
    #[wasm_bindgen(method, js_name = setMarks)]
    fn set_marks(this: &View, json: &str);
    #[wasm_bindgen(method, js_name = setModel)]
    fn set_model(this: &View, json: &str);
    #[wasm_bindgen(method, js_name = setReadOnly)]
    fn set_read_only(this: &View, on: bool);
    #[wasm_bindgen(method)]
    fn reveal(this: &View, from: usize, to: usize);
    #[wasm_bindgen(method)]
    fn destroy(this: &View);
}

/// What an editor begins with.
pub struct Start {
    pub text: String,
    pub label: String,
    pub described_by: String,
    pub placeholder: String,
    pub read_only: bool,
}

/// What an editor tells.
pub struct Tell {
    pub change: Box<dyn Fn(String)>,
    pub cursor: Box<dyn Fn(Cursor)>,
    /// The index of a mark whose button was pressed, in the marks that were shown last; only while the text is theirs.
    pub fix: Box<dyn Fn(usize)>,
    pub run: Box<dyn Fn()>,
    pub save: Box<dyn Fn()>,
    pub format: Box<dyn Fn()>,
}

/// A living editor; dropping it takes it out of the page.
pub struct Editor {
    view: View,
    seen: Rc<RefCell<Seen>>,
    /// What JavaScript calls; alive as long as the view.
    _told: Vec<Ear>,
}

/// A function of Rust that JavaScript calls with what happened.
type Ear = Closure<dyn FnMut(JsValue, JsValue)>;

/// The text as the editor has it.
#[derive(Default)]
struct Seen {
    text: String,
    offsets: Offsets,
    /// The text of the marks on screen.
    marked: Option<String>,
}

impl Seen {
    fn set(&mut self, text: String) {
        self.offsets = Offsets::of(&text);
        self.text = text;
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.view.destroy();
    }
}

impl Editor {
    /// Loads the bundle, once per page, and puts an editor into what `parent` gives then; nothing when it gives nothing.
    pub async fn open(
        parent: impl FnOnce() -> Option<(HtmlElement, Start)>,
        tell: Tell,
    ) -> Result<Option<Self>, JsValue> {
        let bundle: Bundle = load().await?.unchecked_into();
        let Some((parent, start)) = parent() else { return Ok(None) };
        let seen = Rc::new(RefCell::new(Seen::default()));
        seen.borrow_mut().set(start.text.clone());
        let mut told = Vec::new();
        let ears = ears(tell, &seen, &mut told)?;
        let view = bundle.create(&parent, &options(&start)?, &ears)?;
        Ok(Some(Self { view, seen, _told: told }))
    }

    /// Makes the text `text`; cursor, marks and history survive, and nothing happens when it is that already.
    pub fn show(&self, text: &str) {
        if self.seen.borrow().text != text {
            self.seen.borrow_mut().set(text.to_owned());
            self.view.set_text(text);
        }
    }

    /// Shows marks, unless they are of another text than the editor's.
    pub fn mark(&self, marks: &Marks) {
        let json = {
            let mut seen = self.seen.borrow_mut();
            if seen.text != marks.of {
                return;
            }
            let unit = |byte| seen.offsets.unit(byte);
            let wired: Vec<Wired<'_>> = marks
                .list
                .iter()
                .map(|mark| Wired {
                    start: unit(mark.start),
                    end: unit(mark.end),
                    tone: mark.tone,
                    message: &mark.message,
                    fix: mark.fix.as_deref(),
                })
                .collect();
            let json = json(&wired);
            seen.marked = Some(marks.of.clone());
            json
        };
        self.view.set_marks(&json);
    }

    pub fn know(&self, model: &CompletionModel) {
        self.view.set_model(&json(model));
    }

    pub fn lock(&self, on: bool) {
        self.view.set_read_only(on);
    }

    /// Selects a stretch (in bytes), brings it into sight and takes the focus there.
    pub fn reveal(&self, start: usize, end: usize) {
        let (from, to) = {
            let seen = self.seen.borrow();
            (seen.offsets.unit(start), seen.offsets.unit(end))
        };
        self.view.reveal(from, to);
    }
}

/// A mark as JavaScript counts.
#[derive(Serialize)]
struct Wired<'a> {
    start: usize,
    end: usize,
    tone: Tone,
    message: &'a str,
    fix: Option<&'a str>,
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts, numbers and lists are always JSON")
}

fn options(start: &Start) -> Result<Object, JsValue> {
    let options = Object::new();
    for (name, value) in [
        ("text", &start.text),
        ("label", &start.label),
        ("describedBy", &start.described_by),
        ("placeholder", &start.placeholder),
    ] {
        Reflect::set(&options, &name.into(), &value.as_str().into())?;
    }
    Reflect::set(&options, &"readOnly".into(), &start.read_only.into())?;
    Ok(options)
}

/// The functions that the editor calls.
fn ears(tell: Tell, seen: &Rc<RefCell<Seen>>, told: &mut Vec<Ear>) -> Result<Object, JsValue> {
    let ears = Object::new();
    let mut hear = |name: &str, function: Ear| {
        let set = Reflect::set(&ears, &name.into(), function.as_ref());
        told.push(function);
        set
    };
    let change = {
        let seen = seen.clone();
        move |text: JsValue, _| {
            let text = text.as_string().unwrap_or_default();
            seen.borrow_mut().set(text.clone());
            (tell.change)(text);
        }
    };
    hear("change", Closure::new(change))?;
    let cursor = {
        let seen = seen.clone();
        move |unit: JsValue, table: JsValue| {
            let at = seen.borrow().offsets.byte(number(&unit));
            (tell.cursor)(Cursor { at, table: table.as_string() });
        }
    };
    hear("cursor", Closure::new(cursor))?;
    let fix = {
        let seen = seen.clone();
        move |index: JsValue, _| {
            // What mends an older text would be written to the wrong place; newer marks are on their way.
            let current = {
                let seen = seen.borrow();
                seen.marked.as_ref() == Some(&seen.text)
            };
            if current {
                (tell.fix)(number(&index));
            }
        }
    };
    hear("fix", Closure::new(fix))?;
    for (name, function) in [("run", tell.run), ("save", tell.save), ("format", tell.format)] {
        hear(name, Closure::new(move |_, _| function()))?;
    }
    Ok(ears)
}

fn number(value: &JsValue) -> usize {
    value.as_f64().unwrap_or_default() as usize
}
