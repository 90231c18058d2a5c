// A text from outside as the smallest change, so that the cursor, the marks and the history survive it.

// { from, to, insert }, or nothing when the texts are the same.
export function smallestChange(before, after) {
  if (before === after) return null;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  // A pair of surrogates is one character: never cut between them.
  if (start && isHigh(before, start - 1)) start -= 1;
  if (end && isLow(before, before.length - end)) end -= 1;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

const isHigh = (text, at) => (text.charCodeAt(at) & 0xfc00) === 0xd800;
const isLow = (text, at) => (text.charCodeAt(at) & 0xfc00) === 0xdc00;

// Where a cursor at `at` belongs when only white space differs (a formatted text): after as many signs as before. Nothing
// when more differs.
export function cursorAfterFormat(before, after, at) {
  const signs = (text) => text.replace(/\s+/g, "");
  if (signs(before).toLowerCase() !== signs(after).toLowerCase()) return null;
  let left = signs(before.slice(0, at)).length;
  let place = 0;
  while (left && place < after.length) if (/\S/.test(after[place++])) left -= 1;
  return place;
}
