// The keys. Tab moves the focus unless somebody asked for indenting (Ctrl-M), so that nobody is caught in the editor.
import { Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { defaultKeymap, historyKeymap, indentWithTab } from "@codemirror/commands";
import { closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { searchKeymap } from "@codemirror/search";
import { forEachDiagnostic, nextDiagnostic, previousDiagnostic } from "@codemirror/lint";

// CodeMirror keeps the mode to itself, so what it is now is kept here, by view.
const indents = new WeakSet();

function toggleTab(view) {
  const on = !indents.has(view);
  if (on) indents.add(view);
  else indents.delete(view);
  view.setTabFocusMode(!on);
  view.dispatch({ effects: EditorView.announce.of(on ? "Tab indents now." : "Tab moves to the next control now.") });
  return true;
}

// Mends what the mark at the cursor offers to mend.
function fix(view) {
  const { from, to } = view.state.selection.main;
  const found = [];
  forEachDiagnostic(view.state, (mark, start, end) => {
    if (start <= to && end >= from && mark.actions?.length) found.push({ mark, start, end });
  });
  if (!found.length) return false;
  const [{ mark, start, end }] = found;
  mark.actions[0].apply(view, start, end);
  return true;
}

// Goes to another mark, and says it to those who don't see it.
const going = (move) => (view) => {
  const moved = move(view);
  const { from, to } = view.state.selection.main;
  const said = [];
  forEachDiagnostic(view.state, (mark, start, end) => {
    if (start === from && end === to) said.push(`${WORDS[mark.severity]}: ${mark.message}`);
  });
  if (said.length) view.dispatch({ effects: EditorView.announce.of(said.join(" ")) });
  return moved;
};
const WORDS = { error: "Error", warning: "Warning", info: "Note" };

export function keys({ run, save, format }) {
  const tell = (tell_) => () => (tell_(), true);
  return [
    Prec.highest(
      keymap.of([
        { key: "Mod-Enter", run: tell(run), preventDefault: true },
        { key: "Mod-s", run: tell(save), preventDefault: true },
        { key: "Mod-Shift-f", run: tell(format), preventDefault: true },
        { key: "Shift-Alt-f", run: tell(format), preventDefault: true },
        { key: "F8", run: going(nextDiagnostic), shift: going(previousDiagnostic), preventDefault: true },
        { key: "Mod-.", run: fix, preventDefault: true },
        { key: "Ctrl-m", mac: "Shift-Alt-m", run: toggleTab, preventDefault: true },
      ]),
    ),
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
  ];
}
