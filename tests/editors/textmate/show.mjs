// node show.mjs FILE…: the tokens of a file with their scopes, for people who change the grammar.
import { readFileSync } from "node:fs";
import { loadGrammar, painted, tokenise } from "./grammar.mjs";

const grammar = await loadGrammar();
for (const path of process.argv.slice(2)) {
  const text = readFileSync(path, "utf8");
  const lines = text.split("\n");
  for (const { line, from, to, scopes } of tokenise(grammar, text)) {
    const shown = lines[line].slice(from, to);
    if (shown.trim()) console.log(`${String(line + 1).padStart(4)} ${shown.padEnd(24)} ${scopes.join(" ")}`);
  }
  const letters = painted(grammar, text).split("\n");
  lines.forEach((line, index) => console.log(`${line}\n${letters[index]}`));
}
