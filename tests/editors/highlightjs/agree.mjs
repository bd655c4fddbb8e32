// highlight.js, with nothing but our language, against the TextMate grammar: on the whole corpus, letter for letter.
import scale from "../../../editors/highlightjs/src/scale.js";
import { corpus, differences, need } from "../node/files.mjs";
import { loadGrammar, painted } from "../textmate/grammar.mjs";

const hljs = need("highlight.js/lib/core");
hljs.registerLanguage("scale", scale);

const LETTERS = { comment: "#", string: '"', number: "9", keyword: "k", type: "y", literal: "c", attr: "n", title: "n", built_in: "n", property: "n" };
// A unit is part of its number here; a name without a colour of its own is plain text.
const fold = (letters) => letters.replaceAll("u", "9").replaceAll("n", ".");

/** The letters of what `highlight` answered, whose texts are those of the file. */
function read(html) {
  const text = (part) => part.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#x27;", "'").replaceAll("&amp;", "&");
  const open = [];
  let letters = "";
  let plain = "";
  for (const [, scope, close, part] of html.matchAll(/<span class="hljs-([a-z_]+)[^"]*">|(<\/span>)|([^<]+)/g)) {
    if (scope) open.push(LETTERS[scope] ?? ".");
    else if (close) open.pop();
    else {
      // Within a comment or a text nothing else counts.
      const letter = open.find((l) => l === "#" || l === '"') ?? open.at(-1) ?? ".";
      plain += text(part);
      letters += text(part).replace(/\S/g, letter);
    }
  }
  return { plain, letters };
}

const grammar = await loadGrammar();
const wrong = corpus().flatMap(({ path, text }) => {
  const found = read(hljs.highlight(text, { language: "scale" }).value);
  if (found.plain !== text) return [`${path}: the text does not come back as it was`];
  // What is no quantity has no colour.
  const wanted = painted(grammar, text);
  return differences(path, text, wanted, found.letters, fold);
});
if (wrong.length) {
  console.error(`${wrong.length} lines differ (the text, as in VS Code, as in highlight.js):\n${wrong.slice(0, 40).join("\n")}`);
  process.exit(1);
}
console.log("highlight.js: the corpus is coloured as in VS Code");
