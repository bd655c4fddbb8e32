// What Vim painted, a letter a byte, against the TextMate grammar.
import { readFileSync } from "node:fs";
import { corpus, differences } from "../node/files.mjs";
import { loadGrammar, painted } from "../textmate/grammar.mjs";

const files = new Map();
for (const line of readFileSync(process.argv[2], "utf8").replace(/\n$/, "").split("\n")) {
  if (line.startsWith("@ ")) files.set(line.slice("@ ../../../".length), []);
  else [...files.values()].at(-1).push(line);
}

/** A letter a UTF-16 unit, blanks as they are. */
function letters(text, rows) {
  return text
    .split("\n")
    .map((line, index) => {
      const row = rows[index] ?? "";
      let byte = 0;
      return [...line]
        .map((c) => {
          const letter = row[byte];
          byte += Buffer.byteLength(c);
          return /^\s*$/.test(c) ? c : letter.repeat(c.length);
        })
        .join("");
    })
    .join("\n");
}

// A dot before a member belongs to it here, the unit of what is no quantity to that.
const fold = (of) => of.replaceAll("u", "9");
const grammar = await loadGrammar();
const wrong = corpus().flatMap(({ path, text }) => {
  const rows = files.get(path);
  if (!rows) return [`${path} was not painted`];
  // Vim takes the byte order mark off.
  const bare = text.replace(/^\uFEFF/, "");
  return differences(path, bare, painted(grammar, text).slice(text.length - bare.length), letters(bare, rows), fold);
});
if (wrong.length) {
  console.error(`${wrong.length} lines differ (the text, as in VS Code, as in Vim):\n${wrong.slice(0, 40).join("\n")}`);
  process.exit(1);
}
console.log("Vim: the corpus is coloured as in VS Code");
