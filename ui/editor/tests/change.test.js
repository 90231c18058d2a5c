// Texts from outside: the smallest change, and where the cursor goes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cursorAfterFormat, smallestChange } from "../src/change.js";

test("the change is the smallest, and gives the text", () => {
  const check = (before, after, want) => {
    const change = smallestChange(before, after);
    assert.deepEqual(change && [change.from, change.to, change.insert], want);
    if (change) assert.equal(before.slice(0, change.from) + change.insert + before.slice(change.to), after);
  };
  check("same", "same", null);
  check("select 1", "select 2", [7, 8, "2"]);
  check("aa", "aaa", [2, 2, "a"]);
  check("aaa", "aa", [2, 3, ""]);
  check("", "x", [0, 0, "x"]);
  check("x", "", [0, 1, ""]);
  // 😀 and 😁 share their first half.
  check("a😀b", "a😁b", [1, 3, "😁"]);
  // 😀 (d83d de00) and 🨀 (d83e de00) share their second half.
  check("a😀b", "a🨀b", [1, 3, "🨀"]);
});

test("a formatted text keeps the cursor at its sign", () => {
  const check = (before, after, at, want) => assert.equal(cursorAfterFormat(before, after, at), want);
  check("select a,b from t", "SELECT\n  a,\n  b\nFROM t", 10, 15);
  check("select a,b", "select a,\n  b", 0, 0);
  check("select a", "select b", 3, null);
});
