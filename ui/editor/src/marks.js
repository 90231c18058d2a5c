// Marks on the text: squiggles, their messages, and the button that mends what a mark is about. CodeMirror moves marks along
// with typing until new ones come.
import { setDiagnostics } from "@codemirror/lint";

const SEVERITY = { error: "error", warning: "warning", note: "info" };

// A transaction that shows `marks` ([{ start, end, tone, message, fix }], offsets in UTF-16 units).
export function marksShown(state, marks, onFix) {
  const end = state.doc.length;
  return setDiagnostics(
    state,
    marks.map((mark, index) => ({
      from: Math.min(mark.start, end),
      to: Math.min(Math.max(mark.start, mark.end), end),
      severity: SEVERITY[mark.tone] ?? "info",
      message: mark.message,
      actions: mark.fix ? [{ name: mark.fix, apply: () => onFix(index) }] : [],
    })),
  );
}
