// Completion by scope: after `alias.` that table's columns, after FROM or JOIN tables, elsewhere the columns in reach,
// functions and keywords.
import { columnsOf, place, same, sourceNamed, sources } from "./scope.js";
import { needsQuotes } from "./dialect.js";
import { facts } from "./facts.js";

const SILENT = new Set(["String", "LineComment", "BlockComment", "Number", "QuotedIdentifier"]);
const quoted = (name) => (needsQuotes(name) ? `"${name.replaceAll('"', '""')}"` : name);

// A source for CodeMirror's `autocompletion`; `model` gives the newest Model, `node` the syntax node before a place.
export function completionSource(model, node) {
  return (context) => {
    if (SILENT.has(node(context.state, context.pos).name)) return null;
    const here = place(context.state, context.pos);
    const typed = context.matchBefore(/\w*/);
    const asked = context.explicit || typed.from < typed.to || here.qualifier !== null;
    if (!asked) return null;
    const options = optionsAt(here, model());
    return options.length ? { from: typed.from, options, validFor: /^\w*$/ } : null;
  };
}

// What may stand at a place, as CodeMirror's options.
export function optionsAt(here, model) {
  const { arm, clause, expects, qualifier } = here;
  if (qualifier !== null) {
    const source = sourceNamed(arm, qualifier) ?? { name: qualifier, inner: null };
    const columns = columnsOf(source, arm.ctes, model.table);
    if (!columns.length && ["main", "temp"].includes(qualifier.toLowerCase())) return model.tables.map((table) => tableOption(table));
    return unique(columns).map((column) => columnOption(column, source));
  }
  if (expects) {
    const ctes = arm.ctes.map((cte) => ({ label: cte.name, apply: quoted(cte.name), type: "table", detail: "this query’s", boost: 10 }));
    return [...ctes, ...model.tables.map((table) => tableOption(table))];
  }
  const keywords = model.keywords.map((label) => ({ label, type: "keyword", boost: -50 }));
  if (clause === "start" || clause === "from" || clause === "with") return keywords.map((one) => ({ ...one, boost: 0 }));
  const reach = sources(arm);
  const columns = reach.flatMap((source) => columnsOf(source, arm.ctes, model.table).map((column) => columnOption(column, source, 20)));
  const aliases = reach.filter((one) => one.alias ?? one.name).map((one) => {
    const name = one.alias ?? one.name;
    return { label: name, apply: quoted(name), type: "table", detail: one.alias && one.name ? `is ${one.name}` : "table", boost: 10 };
  });
  const results = clause === "where" ? arm.names.map((name) => ({ label: name, apply: quoted(name), type: "column", detail: "this query’s", boost: 5 })) : [];
  return [...unique([...columns, ...aliases, ...results], "label"), ...model.functions.map(functionOption), ...keywords];
}

function unique(list, by = "name") {
  const seen = new Set();
  return list.filter((one) => !seen.has(one[by].toLowerCase()) && seen.add(one[by].toLowerCase()));
}

const tableOption = (table) => ({ label: table.name, apply: quoted(table.name), type: "table", info: () => facts(table), detail: table.facts?.[0] ?? "" });

function columnOption(column, source, boost = 0) {
  const of = source.alias && source.name && !same(source.alias, source.name) ? source.name : source.alias ?? source.name;
  const detail = [column.kind, of].filter(Boolean).join(" · ");
  return { label: column.name, apply: quoted(column.name), type: "column", detail, boost, info: column.about || column.facts?.length ? () => facts(column) : undefined };
}

const functionOption = (one) => ({
  label: one.name,
  type: "function",
  detail: "function",
  info: () => facts({ ...one, title: one.signature }),
  apply: (view, _completion, from, to) => {
    const open = view.state.sliceDoc(to, to + 1) === "(" ? "" : "()";
    const at = from + one.name.length + 1;
    view.dispatch({ changes: { from, to, insert: one.name + open }, selection: { anchor: at }, userEvent: "input.complete" });
  },
});
