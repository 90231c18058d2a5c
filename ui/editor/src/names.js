// What the name at a place means: for the facts under the mouse, for the schema panel that follows the cursor, and for the
// colours of tables and functions.
import { StateEffect } from "@codemirror/state";
import { hoverTooltip, Decoration, ViewPlugin } from "@codemirror/view";
import { syntaxTree } from "@codemirror/language";
import { columnsOf, isName, place, same, sourceNamed, sources } from "./scope.js";
import { facts } from "./facts.js";

// { what, of, table, from, to }: `what` has the facts, `of` says whose it is, `table` is the model's name of the table meant.
export function meaning(state, pos, model) {
  const here = place(state, pos);
  const index = here.tokens.findIndex((token) => token.from <= pos && token.to >= pos && (isName(token) || model.function(token.text)));
  const token = here.tokens[index];
  if (!token) return null;
  const span = { from: token.from, to: token.to };
  const next = here.tokens[index + 1];
  if (next?.kind === "(" && model.function(token.text)) {
    const one = model.function(token.text);
    return { what: { ...one, title: one.signature }, of: "function", table: null, ...span };
  }
  // The place before the name, for a name that the mouse is at the start of.
  const at = place(state, token.to);
  const dot = here.tokens[index - 1]?.kind === "." ? here.tokens[index - 2]?.text : null;
  const reach = sources(at.arm);
  const named = reach.find((source) => source.from <= token.from && token.to <= source.to) ?? (dot === null ? sourceNamed(at.arm, token.text) : null);
  const table = named?.name && model.table(named.name);
  if (table && (named.from <= token.from && token.to <= named.to || next?.kind === ".")) return { what: table, of: "table", table: table.name, ...span };
  const owners = dot !== null ? [sourceNamed(at.arm, dot)].filter(Boolean) : reach;
  for (const source of owners) {
    const column = columnsOf(source, at.arm.ctes, model.table).find((one) => same(one.name, token.text));
    if (column) return { what: column, of: source.name ?? source.alias ?? "", table: (source.name && model.table(source.name)?.name) ?? null, ...span };
  }
  return table ? { what: table, of: "table", table: table.name, ...span } : null;
}

export const hover = (model) =>
  hoverTooltip(
    (view, pos) => {
      const found = meaning(view.state, pos, model());
      if (!found || !(found.what.about || found.what.kind || found.what.facts?.length)) return null;
      return { pos: found.from, end: found.to, above: true, create: () => ({ dom: facts(found.what, found.of) }) };
    },
    { hoverTime: 300 },
  );

// Tells the colours that other names are known now.
export const modelChanged = StateEffect.define();

const TABLE = Decoration.mark({ class: "sql-table" });
const FUNCTION = Decoration.mark({ class: "sql-function" });

// Colours known tables and functions among what is in sight.
export const colours = (model) =>
  ViewPlugin.fromClass(
    class {
      constructor(view) {
        this.decorations = this.mark(view);
      }
      update(update) {
        const parsed = syntaxTree(update.startState) !== syntaxTree(update.state);
        const told = update.transactions.some((one) => one.effects.some((effect) => effect.is(modelChanged)));
        if (update.docChanged || update.viewportChanged || parsed || told) this.decorations = this.mark(update.view);
      }
      mark(view) {
        const found = [];
        for (const { from, to } of view.visibleRanges) {
          syntaxTree(view.state).iterate({
            from,
            to,
            enter: (node) => {
              const name = node.name === "Identifier" || node.name === "Keyword" ? view.state.sliceDoc(node.from, node.to) : "";
              if (!name) return;
              const called = view.state.sliceDoc(node.to, node.to + 8).trimStart().startsWith("(");
              if (called && model().function(name)) found.push(FUNCTION.range(node.from, node.to));
              else if (node.name === "Identifier" && model().table(name)) found.push(TABLE.range(node.from, node.to));
            },
          });
        }
        return Decoration.set(found, true);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
