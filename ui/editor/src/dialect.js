// SQLite's words for the parser. lang-sql's own list for SQLite holds every SQL standard's words (path, count, name), which
// are names of columns here. Of SQLite's own (https://www.sqlite.org/lang_keywords.html) those are left out that may be names
// without quotes and that a SELECT can do without: osquery has a table `groups`, and columns `key`, `query` and `last`.
import { SQLDialect } from "@codemirror/lang-sql";

const KEYWORDS = `add all alter and as asc autoincrement between by case cast check collate column commit constraint create cross
  current_date current_time current_timestamp default deferrable delete desc distinct drop else end escape except exists
  for foreign from full glob group having in index indexed inner insert intersect into is isnull join left like limit
  materialized natural not nothing notnull nulls on or order outer over primary recursive references regexp returning
  right select set table temporary then to transaction union unique update using values when where window with without`;
const WORDS = new Set(KEYWORDS.split(/\s+/));

// Whether a name has to stand in quotes.
export const needsQuotes = (name) => !/^[A-Za-z_]\w*$/.test(name) || WORDS.has(name.toLowerCase());

export const sqlite = SQLDialect.define({
  keywords: KEYWORDS.replace(/\s+/g, " "),
  types: "",
  builtin: "",
  operatorChars: "*+-%<>!=&|/~",
  identifierQuotes: '`"',
  specialVar: "@:?$",
});
