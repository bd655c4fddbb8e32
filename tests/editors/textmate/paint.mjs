// The corpus as the TextMate grammar paints it, for the tests of the other highlighters: JSON, path to letters.
import { corpus } from "../node/files.mjs";
import { loadGrammar, painted } from "./grammar.mjs";

const grammar = await loadGrammar();
console.log(JSON.stringify(Object.fromEntries(corpus().map(({ path, text }) => [path, painted(grammar, text)]))));
