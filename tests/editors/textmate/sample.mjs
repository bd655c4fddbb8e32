// The sample has every place in which a word can stand: `sample.painted` says how each is to look, in every highlighter.
import { readFileSync, writeFileSync } from "node:fs";
import { corpus, root } from "../node/files.mjs";
import { loadGrammar, painted } from "./grammar.mjs";

const grammar = await loadGrammar();
const text = readFileSync(new URL("tests/editors/sample.scale", root), "utf8");
const letters = painted(grammar, text).split("\n");
const shown = text.split("\n").map((line, index) => (line.trim() ? `${line}\n${letters[index]}\n` : "\n")).join("");
const kept = new URL("tests/editors/sample.painted", root);
if (process.env.UPDATE) writeFileSync(kept, shown);
const wanted = readFileSync(kept, "utf8");
if (shown !== wanted) {
  const [a, b] = [wanted.split("\n"), shown.split("\n")];
  const at = a.findIndex((line, index) => line !== b[index]);
  console.error(`tests/editors/sample.painted:${at + 1} has\n${a[at - 1]}\n${a[at]}\nand the TextMate grammar gives\n${b[at - 1]}\n${b[at]}`);
  process.exit(1);
}

// What a colour cannot be decided for is a gap in the grammar: every letter and digit outside of texts has one.
const files = corpus();
const gaps = files.filter(({ path }) => !path.startsWith("tests/corpus/broken") && !path.startsWith("tests/corpus/syntax")).flatMap(({ path, text }) => {
  const lines = painted(grammar, text).split("\n");
  return text.split("\n").flatMap((line, index) => (line.split("").some((c, at) => /[A-Za-z0-9]/.test(c) && lines[index][at] === ".") ? [`${path}:${index + 1}: ${line}`] : []));
});
if (gaps.length) {
  console.error(`without a scope:\n${gaps.join("\n")}`);
  process.exit(1);
}
console.log(`TextMate: ${files.length} files tokenised, the sample as it should be`);
