"""Every word of the catalogue that tree-sitter's grammar, the queries of all editors and Emacs' lists should know, they know, and none of them knows a word
more. `CHECKS` has what is asked of each file; `mutations.py` tries whether it bites."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from queries import Pattern, patterns
from scale import GRAMMAR, ROOT

SCALEC = os.environ.get("SCALEC", str(ROOT / "target/debug/scalec"))
CATALOGUE = json.loads(subprocess.run([SCALEC, "catalog", "--format", "json"], capture_output=True, check=True).stdout)
# The fields of each node.
FIELDS = {node["type"]: node.get("fields", {}) for node in json.loads((GRAMMAR / "src/node-types.json").read_text()) if node["named"]}


def listed(of: str, key: str = "word") -> set[str]:
    return {entry[key] for entry in CATALOGUE[of]}


KEYWORDS = listed("keywords")
NEVER_VALUES = set(CATALOGUE["never_values"])
DECLARATIONS = listed("declarations")
# Kept free of other meanings: nothing begins or goes on with it.
RESERVED_ALONE = {"before"}
# A generator that takes weights and no arguments: the grammar reads it as a block.
BLOCKS = {g["name"] for g in CATALOGUE["generators"] if g["usage"].startswith(g["name"] + " {")}
# `always`, `keep`, `rest` and the two booleans are nodes of their own.
NODES = {"always", "keep", "rest", "true", "false"}

# What people give a name, and look for: an `undo` names the fault that it undoes.
NAMED = {word for word in DECLARATIONS | listed("statements") | listed("sizing_statements") if "name" in FIELDS.get(word, {})} - {"undo"}
# A sizing names a pipeline, nothing names a rule, an alert is named as a member; a node and a test are texts.
LOCAL = NAMED - {"sizing", "rule", "alert", "node", "test"}
WITH_BODY = {word for word in DECLARATIONS if "body" in FIELDS[word]}

# Predicates: what they narrow, and the words that do.
ENVIRONMENT = ("((call function: (identifier)))", "words", {f["name"] for f in CATALOGUE["functions"] if f["on"] == "the environment"})
CHOICE = ("((construct kind: (kind)))", "words", BLOCKS)
# `not` is no name in any place.
RESERVED = ("((identifier))", "words", NEVER_VALUES - {"not"})
DIRECTIVE = ("((comment))", "match?", "# scalec: allow W0612 — why")
_TEXT = "arguments: (arguments . (text (text_content)))"
PROMQL = (f"((call function: (member member: (property)) {_TEXT}))", "words", {s["query"]["name"] for s in CATALOGUE["settings"] if s.get("query") and s["query"]["arguments"][:1] and s["query"]["arguments"][0]["name"] == "promql"})
REGEX = (f"((call function: (identifier) {_TEXT}))", "words", {g["name"] for g in CATALOGUE["generators"] if any(a["takes"] == "a regular expression" for a in g["arguments"])})
JSON = ("((text (text_content)))", "match?", '{"a": 1}')
COMMENTS = "([(comment) (doc_comment)])"
LANGUAGES = {PROMQL[0]: "promql", REGEX[0]: "regex", JSON[0]: "json", COMMENTS: "comment"}
assert all(expected for _, _, expected in (ENVIRONMENT, CHOICE, RESERVED, PROMQL, REGEX)) and LOCAL and WITH_BODY


def differ(what: str, found: set[str], expected: set[str]) -> list[str]:
    return [f"{what} lacks `{word}`" if word in expected else f"{what}: there is no `{word}`" for word in sorted(found ^ expected)]


def narrowed(found: list[Pattern], expected: list[tuple]) -> list[str]:
    """Patterns are narrowed by the words that they should be, and no others are narrowed."""
    wrong, left = [], list(expected)
    for pattern in found:
        for name, texts in pattern.predicates:
            if name.startswith("set!"):
                continue
            rule = next((r for r in left if r[0] == pattern.shape), None)
            if rule is None:
                wrong.append(f"what narrows {pattern.shape}?")
                continue
            left.remove(rule)
            if rule[1] == "match?":
                wrong += [] if name == "match?" and len(texts) == 1 and re.search(texts[0], rule[2]) else [f"{pattern.shape} does not fit {rule[2]}"]
            else:
                one = name == "eq?" and len(texts) == 1 or name == "any-of?"
                wrong += differ(pattern.shape, set(texts), rule[2]) if one and len(texts) == len(set(texts)) else [f"{pattern.shape} is narrowed by {name} {texts}"]
    return wrong + [f"nothing narrows {shape} to {words}" for shape, _, words in left]


def highlights(text: str, predicates: list[tuple]) -> list[str]:
    found = patterns(text)
    words = [word for pattern in found for word in pattern.words if re.fullmatch("[a-z]+", word)]
    shapes = {pattern.shape for pattern in found}
    nodes = {w for w in NODES if f"({w})" in shapes or (w in ("true", "false") and "(boolean)" in shapes)}
    twice = [f"`{w}` stands twice" for w in sorted(set(words)) if words.count(w) > 1]
    return twice + differ("keywords", set(words) | nodes, KEYWORDS - RESERVED_ALONE) + narrowed(found, predicates)


def injections(text: str, predicates: list[tuple]) -> list[str]:
    found = patterns(text)
    languages = {p.shape: texts for p in found for name, texts in p.predicates if name == "set! injection.language"}
    expected = {shape: [language] for shape, language in LANGUAGES.items() if shape == COMMENTS or shape in {p[0] for p in predicates}}
    wrong = narrowed(found, predicates)
    return wrong if languages == expected else [*wrong, f"languages: {languages}"]


def nodes(text: str, form: str, expected: set[str]) -> list[str]:
    """The nodes in patterns of this form."""
    return differ("nodes", {m[1] for p in patterns(text) if (m := re.match(form, p.shape))} & NAMED, expected)


def blocks(text: str) -> set[str]:
    """What `[(body) (list) …]` at the beginning holds: what is folded and indented."""
    return set(re.findall(r"\((\w+)\)", patterns(text)[0].shape))


def grammar(text: str) -> list[str]:
    known = set(re.findall(r'"type": "STRING",\s*"value": "([a-z]+)"', text))
    return differ("the grammar", known - BLOCKS, KEYWORDS)


def reserved(text: str) -> list[str]:
    words = re.search(r"const NEVER_VALUES = \[(.*?)\]", text, re.DOTALL)
    return differ("words that are never a value", set(re.findall(r"'(\w+)'", words[1])) | {"not"}, NEVER_VALUES)


def emacs(text: str) -> list[str]:
    def words(of: str) -> list[str]:
        return re.findall(r'"(\w+)"', re.search(of, text, re.DOTALL)[1])

    keywords, declarations, parts = words(r"--keywords\s*'\((.*?)\)\)"), words(r"--declarations\s*'\((.*?)\)\)"), words(r"scale-ts-mode--declarations\) '\((.*?)\)\)")
    coloured = re.search(r"\[((?:\(\w+\) ?)+)\] @font-lock-keyword-face", text)[1]
    keywords += [w for w in NODES if f"({w})" in coloured or (w in ("true", "false") and "'((boolean) @" in text)]
    twice = [f"`{w}` stands twice" for w in {*keywords, *declarations} if keywords.count(w) > 1 or declarations.count(w) > 1]
    return (
        twice
        + differ("keywords", set(keywords), KEYWORDS - RESERVED_ALONE)
        + differ("declarations", set(declarations), DECLARATIONS)
        + differ("imenu", set(parts), NAMED - DECLARATIONS)
    )


FOLDS = blocks((GRAMMAR / "queries/folds.scm").read_text())
NAMES, BODIES = r"\((\w+)(?: \"\w+\")? name:", r"\((\w+) body:"

CHECKS: dict[str, Callable[[str], list[str]]] = {
    "tree-sitter-scale/src/grammar.json": grammar,
    "tree-sitter-scale/grammar.js": reserved,
    "tree-sitter-scale/queries/highlights.scm": lambda text: highlights(text, [DIRECTIVE, CHOICE, ENVIRONMENT, RESERVED]),
    "tree-sitter-scale/queries/injections.scm": lambda text: injections(text, [PROMQL, REGEX, JSON]),
    "tree-sitter-scale/queries/locals.scm": lambda text: nodes(text, NAMES, LOCAL),
    "tree-sitter-scale/queries/tags.scm": lambda text: nodes(text, NAMES, NAMED),
    "tree-sitter-scale/queries/textobjects.scm": lambda text: nodes(text, BODIES, WITH_BODY),
    "tree-sitter-scale/queries/indents.scm": lambda text: differ("indents", blocks(text) - {"family", "instance"}, FOLDS),
    # `(reserved_word)` is all that it needs: what narrows would have to come first for some versions, and last for others.
    "helix/queries/scale/highlights.scm": lambda text: highlights(text, [DIRECTIVE]),
    "helix/queries/scale/injections.scm": lambda text: injections(text, [REGEX, JSON]),
    "helix/queries/scale/indents.scm": lambda text: differ("indents", blocks(text), FOLDS),
    "helix/queries/scale/rainbows.scm": lambda text: differ("rainbows", blocks(text) - {"family", "instance"}, FOLDS),
    "helix/queries/scale/textobjects.scm": lambda text: nodes(text, BODIES, WITH_BODY),
    "zed/languages/scale/highlights.scm": lambda text: highlights(text, [DIRECTIVE, CHOICE, ENVIRONMENT, RESERVED]),
    "zed/languages/scale/injections.scm": lambda text: injections(text, [PROMQL, REGEX, JSON]),
    "zed/languages/scale/outline.scm": lambda text: nodes(text, NAMES, NAMED),
    "zed/languages/scale/textobjects.scm": lambda text: nodes(text, BODIES, WITH_BODY),
    "emacs/scale-ts-mode.el": emacs,
}


def wrong(path: str, text: str) -> list[str]:
    try:
        return [f"editors/{path}: {words}" for words in CHECKS[path](text)]
    except (ValueError, TypeError) as error:
        return [f"editors/{path}: {error}"]


def path_of(path: str) -> Path:
    return ROOT / "editors" / path


def main() -> int:
    found = [words for path in CHECKS for words in wrong(path, path_of(path).read_text())]
    for text in found:
        print(text)
    print(f"{len(KEYWORDS)} keywords of the catalogue in {len(CHECKS)} files: {len(found)} wrong")
    return 1 if found or len(KEYWORDS) < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
