// The SQL editor as the page sees it: `create` and what it returns. The page's side is ui/src/kit/sql_editor/bridge.rs, the
// only one that calls this. Everything here is in UTF-16 units; the page's side converts.
import { Annotation, Compartment, EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, lineNumbers, placeholder, tooltips } from "@codemirror/view";
import { history } from "@codemirror/commands";
import { bracketMatching, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import { autocompletion, closeBrackets } from "@codemirror/autocomplete";
import { highlightSelectionMatches, search } from "@codemirror/search";
import { lintGutter } from "@codemirror/lint";
import { classHighlighter } from "@lezer/highlight";
import "./sheets.js";
import { sqlite } from "./dialect.js";
import { completionSource } from "./complete.js";
import { colours, hover, meaning, modelChanged } from "./names.js";
import { cursorAfterFormat, smallestChange } from "./change.js";
import { keys } from "./keys.js";
import { marksShown } from "./marks.js";
import { Model } from "./model.js";

const Outside = Annotation.define();
// A carriage return is part of the text that offsets count in; it is not worth a sign on screen.
const SPECIAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00a0\u00ad\u061c\u200b\u200e\u200f\u2028\u2029\u202d\u202e\u2066\u2067\u2069\ufeff\ufff9-\ufffc]/g;

// CodeMirror's words as the page writes them.
const PHRASES = { next: "Next", previous: "Previous", all: "All", replace: "Replace", "replace all": "Replace all", "match case": "Match case", regexp: "Regular expression", "by word": "Whole words", close: "Close" };

// Puts an editor into `parent`. `options` is { text, label, describedBy, placeholder, readOnly }; `tell` has a function for each
// thing the page wants to hear: change(text), cursor(at, table), fix(index), run(), save(), format().
export function create(parent, options, tell) {
  let model = new Model();
  const newest = () => model;
  const writing = new Compartment();
  const locked = (on) => [EditorState.readOnly.of(on), EditorView.contentAttributes.of({ "aria-readonly": String(on) })];
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        // Lines end with \n alone: with anything else the text would lose bytes, and every offset after them would be wrong.
        EditorState.lineSeparator.of("\n"),
        EditorView.clipboardInputFilter.of((text) => text.replace(/\r\n?/g, "\n")),
        keys(tell),
        lineNumbers(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSpecialChars({ specialChars: SPECIAL }),
        EditorState.phrases.of(PHRASES),
        history(),
        bracketMatching(),
        closeBrackets(),
        highlightSelectionMatches(),
        search({ top: true }),
        lintGutter({ hoverTime: 300 }),
        sqlite.extension,
        syntaxHighlighting(classHighlighter),
        colours(newest),
        hover(newest),
        autocompletion({ override: [completionSource(newest, (state, pos) => syntaxTree(state).resolveInner(pos, -1))], icons: false, optionClass: (one) => `sql-option-${one.type}` }),
        tooltips({ position: "fixed" }),
        EditorView.lineWrapping,
        placeholder(options.placeholder),
        writing.of(locked(options.readOnly)),
        EditorView.contentAttributes.of({ "aria-label": options.label, "aria-describedby": options.describedBy, autocapitalize: "off", autocorrect: "off", spellcheck: "false" }),
        EditorView.updateListener.of((update) => {
          const outside = update.transactions.some((one) => one.annotation(Outside));
          if (update.docChanged && !outside) tell.change(update.state.doc.toString());
          if (update.selectionSet || update.docChanged) {
            const at = update.state.selection.main.head;
            tell.cursor(at, meaning(update.state, at, model)?.table ?? undefined);
          }
        }),
      ],
    }),
  });
  view.setTabFocusMode(true);
  // A key that the editor has used (Escape that closes its hints) is not the page's as well.
  view.dom.addEventListener("keydown", (event) => event.defaultPrevented && event.stopPropagation());

  return {
    setText(text) {
      const before = view.state.doc.toString();
      const change = smallestChange(before, text);
      if (!change) return;
      const head = cursorAfterFormat(before, text, view.state.selection.main.head);
      view.dispatch({ changes: change, selection: head === null ? undefined : { anchor: head }, annotations: Outside.of(true), userEvent: "input.outside" });
    },
    setMarks: (json) => view.dispatch(marksShown(view.state, JSON.parse(json), tell.fix)),
    setModel(json) {
      model = new Model(JSON.parse(json));
      view.dispatch({ effects: modelChanged.of(null) });
    },
    setReadOnly: (on) => view.dispatch({ effects: writing.reconfigure(locked(on)) }),
    // Selects a stretch, brings it into sight and moves the focus there.
    reveal(from, to) {
      const end = view.state.doc.length;
      view.dispatch({ selection: { anchor: Math.min(from, end), head: Math.min(to, end) }, scrollIntoView: true });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}
