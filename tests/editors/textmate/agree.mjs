// The TextMate grammar, which sees one line after the other, against the semantic tokens of `scalec lsp`, which know what is meant: on the whole
// corpus, letter for letter.
import { corpus, differences } from "../node/files.mjs";
import { loadGrammar, painted } from "./grammar.mjs";
import { paintedBy, Server } from "./server.mjs";

// Damaged files in which the two may differ, and why.
const RESERVED = "a word that is never a value, as a name: the server tells the word, the grammar the name that is meant";
const SPARED = {
  "tests/corpus/broken/name_that_is_a_word_of_the_language.scale": RESERVED,
  "tests/corpus/broken/phase_named_by_a_word_of_the_language.scale": RESERVED,
  "tests/corpus/broken/things_named_by_words_of_the_language.scale": RESERVED,
  "tests/corpus/broken/value_that_is_a_word_of_the_language.scale": RESERVED,
  "tests/corpus/broken/quantity_malformed.scale": "a blank between a number and its unit: to the grammar these are two words",
  "tests/corpus/broken/list_of_values_never_closed.scale": "the list never closes, so that a statement within it is a value to the server",
  "tests/corpus/broken/names_forgotten.scale": "`target = null`: a statement that lacks its name reads as a setting, and `null` there as a word",
  "tests/corpus/broken/otherwise_misspelt.scale": "advice behind a word that is none",
  "tests/corpus/broken/phases_with_missing_words.scale": "a shape without its phase: `hold` is a word wherever it stands, and no statement",
  "tests/corpus/broken/sizing_with_missing_words.scale": "advice without its arrow",
  "tests/corpus/broken/text_over_lines_in_brackets.scale": "a text that is never closed on its line: the grammar ends it there, the server reads what stands between the quotes",
};

/** Where a text is damaged the server tells nothing of what fits nowhere (`.`); the grammar colours what it looks like. */
function sparing(path, known, seen) {
  if (!/^tests\/(corpus\/(broken|syntax)|editors)\//.test(path)) return seen;
  return [...seen].map((letter, at) => (known[at] === "." ? "." : letter)).join("");
}

const grammar = await loadGrammar();
const server = await new Server().start();
const wrong = [];
const needless = new Set(Object.keys(SPARED));
for (const { path, text } of corpus()) {
  const bare = text.replace(/^\uFEFF/, "");
  const known = paintedBy(bare, await server.tokens(path, bare));
  const found = differences(path, bare, known, sparing(path, known, painted(grammar, bare)));
  if (found.length === 0 || !SPARED[path]) wrong.push(...found);
  else needless.delete(path);
}
await server.stop();
for (const path of needless) wrong.push(`${path} needs no exception any more`);
if (wrong.length) {
  console.error(`${wrong.length} lines differ (the text, by scalec lsp, by the TextMate grammar):\n${wrong.slice(0, +(process.env.SHOW ?? 40)).join("\n")}`);
  process.exit(1);
}
console.log("TextMate: the scopes agree with the semantic tokens of scalec lsp");
