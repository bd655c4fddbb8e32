// What every test of a highlighter reads: the scenarios, the modules of `std`, the corpus.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

export const root = new URL("../../../", import.meta.url);

/** A package that `node/setup` installed. */
export const need = createRequire(new URL("target/editors/node/package.json", root));

/** Paths from the root, and their texts. */
export function corpus() {
  const found = ["scenarios", "scenarios/shared", "std", "tests/corpus/ok", "tests/corpus/broken", "tests/corpus/syntax", "tests/editors"].flatMap((folder) =>
    readdirSync(new URL(folder, root)).filter((name) => name.endsWith(".scale")).sort().map((name) => `${folder}/${name}`),
  );
  if (found.length < 100) throw new Error(`only ${found.length} files found`);
  return found.map((path) => ({ path, text: readFileSync(new URL(path, root), "utf8").replaceAll("\r\n", "\n") }));
}

export const path = (of) => fileURLToPath(new URL(of, root));

/**
 * A text of letters as long as the text itself, one a character: `#` comment, `"` text, `9` number, `u` unit, `k` keyword, `y` type, `c` constant,
 * `n` name, `.` what is none of these. Blanks stay blanks, lines stay lines.
 */
export function paint(text, tokens) {
  const lines = text.split("\n").map((line) => line.split(""));
  const out = lines.map((line) => line.map((c) => (/^\s*$/.test(c) ? c : ".")));
  for (const { line, from, to, letter } of tokens) {
    for (let at = from; at < Math.min(to, out[line].length); at++) {
      if (!/^\s*$/.test(lines[line][at])) out[line][at] = letter;
    }
  }
  return out.map((line) => line.join("")).join("\n");
}

/** The lines in which two paintings differ, as a person reads them; `fold` makes letters equal that one of the two cannot tell apart. */
export function differences(path, text, wanted, found, fold = (letters) => letters) {
  const [texts, a, b] = [text, fold(wanted), fold(found)].map((t) => t.split("\n"));
  return texts.flatMap((line, index) => (a[index] === b[index] ? [] : [`${path}:${index + 1}\n  ${line}\n  ${a[index]}\n  ${b[index]}`]));
}
