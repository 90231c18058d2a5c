// What a place in a query can see: which SELECT it stands in, in which clause of it, and the tables, aliases, subqueries and
// common table expressions in reach. Reads tokens, not a grammar, because what is being typed is never finished. It must not
// know which tables exist.
import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";

// The most that a keystroke may wait for the parser, in milliseconds; after that an older tree has to do.
const PATIENCE = 50;
// Subqueries inside subqueries; deeper ones are read as part of the one around them. SQLite stops at 100.
const DEEPEST = 100;
const WORDS = new Set(["Identifier", "QuotedIdentifier", "Keyword", "Bool", "Null"]);

// The tokens of the statement around `pos`: { kind, text, from, to }, names without their quotes.
export function tokens(state, pos) {
  const tree = ensureSyntaxTree(state, Math.min(state.doc.length, pos + 20_000), PATIENCE) ?? syntaxTree(state);
  const found = [];
  const cursor = tree.cursor();
  let leaving = false;
  cursor.iterate((node) => {
    if (node.name === "LineComment" || node.name === "BlockComment") return false;
    if (node.node.firstChild || node.from === node.to || leaving) return !leaving;
    if (node.name === ";") {
      if (node.to <= pos) found.length = 0;
      else leaving = true;
      return false;
    }
    found.push({ kind: node.name, text: bare(node.name, state.sliceDoc(node.from, node.to)), from: node.from, to: node.to });
    return false;
  });
  return found;
}

function bare(kind, text) {
  if (kind !== "QuotedIdentifier") return text;
  const quote = text[0];
  return text.slice(1, text.endsWith(quote) && text.length > 1 ? -1 : undefined).replaceAll(quote + quote, quote);
}

export const isName = (token) => token !== undefined && (token.kind === "Identifier" || token.kind === "QuotedIdentifier");
export const isWord = (token) => token !== undefined && WORDS.has(token.kind);
export const same = (a, b) => a.toLowerCase() === b.toLowerCase();
const word = (token) => (token?.kind === "Keyword" ? token.text.toLowerCase() : "");

const CLAUSES = new Map([
  ["select", "select"], ["from", "from"], ["on", "on"], ["using", "on"], ["where", "where"], ["group", "where"],
  ["having", "where"], ["order", "where"], ["limit", "limit"], ["offset", "limit"], ["window", "where"], ["with", "with"],
]);
const COMPOUND = new Set(["union", "intersect", "except"]);

// Reads a statement: `states` tells, for the end of each token, in which arm and clause the next one would stand.
// An arm is one SELECT: { sources: [{ name, alias, inner, from, to }], names, stars, parent, ctes }.
export function read(list) {
  const states = [];
  let at = 0;
  // Whether the query that was read last had its closing parenthesis; without one the place after it is still inside.
  let closed = false;
  level(null, [], 0);
  return states;

  function arm(parent, ctes) {
    return { sources: [], names: [], stars: [], parent, ctes };
  }

  // One query between parentheses, or the statement: returns its first arm, whose columns are the query's.
  function level(parent, outer, deep) {
    const ctes = [...outer];
    const first = arm(parent, ctes);
    let now = first;
    let clause = "start";
    let expects = false;
    let item = [];
    const depths = [];
    const note = (to) => states.push({ to, arm: now, clause, expects });
    const endItem = () => {
      column(now, item);
      item = [];
    };
    note(list[at - 1]?.to ?? 0);
    while (at < list.length) {
      const token = list[at++];
      const key = word(token);
      let opened = false;
      if (token.kind === ")") {
        if (!depths.length) {
          endItem();
          closed = true;
          return first;
        }
        ({ clause, expects } = depths.pop());
        if (expects) expects = false;
        if (clause === "select") item.push(token);
      } else if (token.kind === "(") {
        const opens = deep < DEEPEST && ["select", "with", "values"].includes(word(list[at]));
        if (opens) {
          opened = true;
          const source = clause === "from" && expects ? { name: null, alias: null, from: token.from, to: token.to } : null;
          const cte = clause === "with" ? ctes.at(-1) : null;
          // A subquery in FROM does not see its siblings, one in an expression does.
          const inner = level(source || cte ? parent : now, ctes, deep + 1);
          if (source) {
            now.sources.push({ ...source, inner });
            expects = false;
          } else if (cte) cte.inner = inner;
          if (clause === "select") item.push(token);
        } else if (clause === "with") {
          const cte = ctes.at(-1);
          const names = [];
          while (at < list.length && list[at].kind !== ")") if (isName(list[at++])) names.push(list[at - 1].text);
          at += 1;
          if (cte) cte.names = names;
        } else {
          depths.push({ clause, expects });
          if (!(clause === "from" && expects)) [clause, expects] = ["within", false];
        }
      } else if (COMPOUND.has(key)) {
        endItem();
        now = arm(parent, ctes);
        [clause, expects] = ["start", false];
      } else if (key === "join") [clause, expects] = ["from", true];
      else if (CLAUSES.has(key)) {
        if (clause === "select" && !depths.length) endItem();
        clause = CLAUSES.get(key);
        expects = clause === "from";
      } else if (token.text === "," && clause === "select") endItem();
      else if (token.text === "," && (clause === "from" || clause === "on")) [clause, expects] = ["from", true];
      else if (clause === "select") item.push(token);
      else if (clause === "with" && isName(token)) ctes.push({ name: token.text, names: null, inner: null });
      else if (clause === "from" && isName(token)) {
        const last = now.sources.at(-1);
        if (expects) now.sources.push({ name: token.text, alias: null, from: token.from, to: token.to, inner: null });
        else if (list[at - 2]?.kind === "." && last?.to === list[at - 2].from) Object.assign(last, { name: token.text, to: token.to });
        else if (last && !last.alias && word(list[at - 2]) !== "by") last.alias = token.text;
        expects = false;
      }
      if (at < list.length || !opened || closed) note(list[at - 1]?.to ?? token.to);
    }
    endItem();
    closed = false;
    return first;
  }
}

// The name of one column of a result: its alias, or the column's own name.
function column(arm, item) {
  const last = item.at(-1);
  if (!last) return;
  if (last.text === "*" && (item.length === 1 || item.at(-2).kind === ".")) arm.stars.push(item.length > 2 ? item.at(-3).text : null);
  else if (isName(last)) arm.names.push(last.text);
}

// Where `pos` stands: { arm, clause, expects, word, qualifier, tokens }. `word` is the token being typed, `qualifier` the
// name before the dot.
export function place(state, pos) {
  const list = tokens(state, pos);
  const states = read(list);
  const index = list.findIndex((token) => token.from < pos && token.to >= pos);
  const typed = isWord(list[index]) ? list[index] : undefined;
  const start = typed ? typed.from : pos;
  const before = list.filter((token) => token.to <= start);
  const dotted = before.at(-1)?.kind === "." && isWord(before.at(-2));
  const state_ = states.findLast((one) => one.to <= start) ?? states[0];
  return { ...state_, word: typed, qualifier: dotted ? before.at(-2).text : null, tokens: list };
}

// Every source that an arm sees, its own first.
export function sources(arm) {
  return arm ? [...arm.sources, ...sources(arm.parent)] : [];
}

// The source that `name` means in an arm: an alias hides the table's name.
export function sourceNamed(arm, name) {
  return sources(arm).find((source) => same(source.alias ?? source.name ?? "", name));
}

// The columns of a source: [{ name, kind, about, facts }]; `tables` finds a table of the model by name.
export function columnsOf(source, ctes, tables, depth = 0) {
  const cte = source.name && ctes.findLast((one) => same(one.name, source.name));
  if (cte?.names) return cte.names.map((name) => ({ name }));
  const inner = source.inner ?? cte?.inner;
  // A recursive expression names itself.
  if (inner && depth < 8) return columnsOfArm(inner, tables, depth + 1);
  return (!cte && tables(source.name ?? "")?.columns) || [];
}

function columnsOfArm(arm, tables, depth) {
  const starred = arm.stars.flatMap((of) => {
    const chosen = of === null ? arm.sources : arm.sources.filter((one) => same(one.alias ?? one.name ?? "", of));
    return chosen.flatMap((source) => columnsOf(source, arm.ctes, tables, depth));
  });
  // What a named column means is looked up, so that its type and facts follow it out of the subquery.
  const known = arm.sources.flatMap((source) => columnsOf(source, arm.ctes, tables, depth));
  return [...arm.names.map((name) => known.find((one) => same(one.name, name)) ?? { name }), ...starred];
}
