// Tokens of a text as VS Code sees them: its own tokeniser, with the grammar of the extension.
import { readFileSync } from "node:fs";
import { need, paint, root } from "../node/files.mjs";

const vsctm = need("vscode-textmate");
const oniguruma = need("vscode-oniguruma");

export async function loadGrammar() {
  const wasm = readFileSync(need.resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  const path = new URL("editors/vscode/syntaxes/scale.tmLanguage.json", root);
  const registry = new vsctm.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) => (scope === "source.scale" ? vsctm.parseRawGrammar(readFileSync(path, "utf8"), path.pathname) : null),
  });
  return registry.loadGrammar("source.scale");
}

/** The tokens of a text: line, from, to (UTF-16), and the scopes without the language's name. */
export function tokenise(grammar, text) {
  let state = null;
  return text.split("\n").flatMap((content, line) => {
    const result = grammar.tokenizeLine(content, state);
    state = result.ruleStack;
    const bare = (scope) => scope.replace(/\.scale$/, "");
    return result.tokens.map(({ startIndex, endIndex, scopes }) => ({ line, from: startIndex, to: endIndex, scopes: scopes.slice(1).map(bare) }));
  });
}

// The outermost scope that says something counts: code in a comment is comment.
const LETTERS = [
  [/^comment/, "#"],
  [/^string/, '"'],
  [/^constant\.numeric/, "9"],
  [/^(keyword\.other|invalid\.illegal)\.unit/, "u"],
  [/^keyword\.operator/, "."],
  [/^keyword/, "k"],
  [/^support\.type\.kind/, "y"],
  [/^(constant\.language|variable\.other\.enummember)/, "c"],
  [/^(entity|variable|support)/, "n"],
];

export function letter(scopes) {
  for (const scope of scopes) {
    const found = LETTERS.find(([pattern]) => pattern.test(scope));
    if (found) return found[1];
  }
  return ".";
}

export function painted(grammar, text) {
  return paint(text, tokenise(grammar, text).map((token) => ({ ...token, letter: letter(token.scopes) })));
}
