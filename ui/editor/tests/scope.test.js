// What completion and hover find in a query, finished or not. `|` is the cursor.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { ensureSyntaxTree } from "@codemirror/language";
import { sqlite } from "../src/dialect.js";
import { completionSource, optionsAt } from "../src/complete.js";
import { meaning } from "../src/names.js";
import { place } from "../src/scope.js";
import { Model } from "../src/model.js";

const columns = (names) => names.split(" ").map((name) => ({ name, kind: "TEXT", about: `About ${name}` }));
const model = new Model({
  tables: [
    { name: "processes", about: "Running programs", columns: columns("pid name path uid") },
    { name: "users", about: "Accounts", columns: columns("uid username directory") },
    { name: "groups", about: "Groups", columns: columns("gid key set") },
    { name: "os_version", about: "The system", columns: columns("name version build") },
  ],
  functions: [{ name: "count", signature: "count(x)", about: "Rows" }, { name: "version", signature: "", about: "" }],
  keywords: ["SELECT", "WHERE", "JOIN"],
});

function open(text) {
  const pos = text.indexOf("|");
  const doc = text.slice(0, pos) + text.slice(pos + 1);
  const state = EditorState.create({ doc, extensions: [sqlite.extension] });
  ensureSyntaxTree(state, doc.length, 5000);
  return { state, pos };
}

// The names that are offered, without functions and keywords; `null` when nothing is.
function offered(text) {
  const { state, pos } = open(text);
  const options = optionsAt(place(state, pos), model);
  return options.filter((one) => one.type === "column" || one.type === "table").map((one) => one.label).join(" ");
}

test("columns of an alias, also before its table is typed", () => {
  const check = (text, want) => assert.equal(offered(text), want, text);
  check("SELECT p.| FROM processes p", "pid name path uid");
  check("SELECT p.na| FROM processes AS p", "pid name path uid");
  check("SELECT P.| FROM processes p", "pid name path uid");
  check("SELECT processes.| FROM processes", "pid name path uid");
  check('SELECT `p q`.| FROM users "p q"', "uid username directory");
  check("SELECT x.| FROM processes p", "");
  check("SELECT users.|", "uid username directory");
  check("SELECT 1 FROM processes p JOIN users u ON u.|", "uid username directory");
  check("SELECT 1 FROM main.users u WHERE u.|", "uid username directory");
  check("SELECT 1 FROM processes p, users u WHERE u.|", "uid username directory");
  check("SELECT 1 FROM processes p ORDER BY p.|;", "pid name path uid");
  check("SELECT p.| FROM processes INDEXED BY p", "");
});

test("tables where a table is expected", () => {
  const check = (text, want) => assert.equal(offered(text), want, text);
  const tables = "processes users groups os_version";
  check("SELECT * FROM |", tables);
  check("SELECT * FROM pro|", tables);
  check("SELECT * FROM processes JOIN |", tables);
  check("SELECT * FROM processes p LEFT JOIN us|", tables);
  check("SELECT * FROM processes, |", tables);
  check("SELECT * FROM processes p JOIN users u ON p.uid = u.uid, |", tables);
  check("SELECT * FROM (|", tables);
  check("WITH mine AS (SELECT 1 AS one) SELECT * FROM |", `mine ${tables}`);
  check("SELECT * FROM processes |", "");
});

test("elsewhere the columns in reach, then names of tables", () => {
  const check = (text, want) => assert.equal(offered(text), want, text);
  check("SELECT | FROM users", "uid username directory users");
  check("SELECT 1 FROM processes p JOIN users u WHERE |", "pid name path uid username directory p u");
  check("SELECT count(|) FROM users", "uid username directory users");
  check("SELECT 1 FROM users WHERE uid IN (SELECT | FROM os_version)", "name version build uid username directory os_version users");
  // A subquery in FROM does not see what stands beside it.
  check("SELECT 1 FROM users u, (SELECT | FROM os_version)", "name version build os_version");
  check("SELECT version AS v FROM os_version ORDER BY |", "name version build os_version v");
  check("SELECT uid FROM users UNION SELECT | FROM os_version", "name version build os_version");
  check("SELECT uid FROM users; SELECT | FROM os_version", "name version build os_version");
  check("SELECT | FROM users; SELECT 1 FROM os_version", "uid username directory users");
  check("SELECT 1 FROM os_version WHERE EXISTS (SELECT 1 FROM users WHERE |", "uid username directory name version build users os_version");
});

test("columns of subqueries and common table expressions", () => {
  const check = (text, want) => assert.equal(offered(text), want, text);
  check("SELECT s.| FROM (SELECT uid, username AS who, 1 + 1, count(*) n FROM users) s", "uid who n");
  check("SELECT s.| FROM (SELECT * FROM users) AS s", "uid username directory");
  check("SELECT s.| FROM (SELECT u.* FROM processes p JOIN users u) AS s", "uid username directory");
  check("WITH a AS (SELECT pid AS one FROM processes), b(two, three) AS (SELECT 1, 2) SELECT b.| FROM b", "two three");
  check("WITH a AS (SELECT pid AS one FROM processes), b(two, three) AS (SELECT 1, 2) SELECT x.| FROM a x", "one");
  check("WITH a AS (SELECT * FROM a) SELECT a.| FROM a", "");
  check("WITH processes AS (SELECT 1 AS only) SELECT processes.| FROM processes", "only");
});

test("names that are words of SQL as well", () => {
  assert.equal(offered("SELECT g.| FROM groups g"), "gid key set");
  assert.equal(offered("SELECT x.| FROM (SELECT key FROM groups) x"), "key");
  const { state, pos } = open("SELECT | FROM groups");
  const written = optionsAt(place(state, pos), model).filter((one) => one.type === "column").map((one) => one.apply);
  assert.deepEqual(written, ["gid", "key", '"set"']);
});

test("nothing is offered in strings, comments, numbers, or before anything was typed", () => {
  const source = completionSource(() => model, (state, pos) => ensureSyntaxTree(state, pos, 5000).resolveInner(pos, -1));
  const check = (text, want) => {
    const { state, pos } = open(text);
    assert.equal(source(new CompletionContext(state, pos, false)) !== null, want, text);
  };
  check("SELECT 'uid| FROM users", false);
  check("SELECT 1 -- ui|", false);
  check("SELECT /* ui| */ 1 FROM users", false);
  check("SELECT 12| FROM users", false);
  check("SELECT | FROM users", false);
  check("SELECT u| FROM users", true);
  check("SELECT users.| FROM users", true);
});

test("what a name means", () => {
  const check = (text, want) => {
    const { state, pos } = open(text);
    const found = meaning(state, pos, model);
    assert.equal(found && `${found.what.name} of ${found.of} in ${found.table}`, want, text);
  };
  check("SELECT na|me FROM os_version", "name of os_version in os_version");
  check("SELECT p.n|ame FROM processes p JOIN os_version", "name of processes in processes");
  check("SELECT o.n|ame FROM processes p JOIN os_version o", "name of os_version in os_version");
  // A function has the same name.
  check("SELECT ver|sion FROM os_version", "version of os_version in os_version");
  check("SELECT ver|sion(1) FROM os_version", "version of function in null");
  check("SELECT 1 FROM os_|version", "os_version of table in os_version");
  check("SELECT |p.name FROM processes p", "processes of table in processes");
  check("SELECT cou|nt(*) FROM users", "count of function in null");
  check("SELECT s.who| FROM (SELECT username AS who FROM users) s", "who of s in null");
  check("SELECT nothing| FROM users", null);
  check("SELECT 'na|me' FROM os_version", null);
});

test("ten thousand subqueries in each other are no error", () => {
  const { state, pos } = open(`SELECT ${"(SELECT ".repeat(10_000)}|`);
  assert.ok(place(state, pos));
});
