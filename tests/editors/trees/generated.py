"""src/parser.c is the one that grammar.js makes: the last `generate` noted the sums of both. It is the ABI that every editor reads, without an external
scanner and without conflicts, and the queries that other folders hold are the grammar's own."""

import hashlib
import json
import re
import sys

from queries import TOKEN
from scale import GRAMMAR, LANGUAGE, ROOT, compiled, query

COPIES = ["highlights", "locals", "folds", "indents", "injections", "textobjects"]


def emacs(text: str) -> str:
    """The colours of Emacs' mode, as one query."""
    keywords = re.search(r"--keywords\s*'\((.*?)\)\)", text, re.DOTALL)[1]
    rules = re.search(r"\(treesit-font-lock-rules(.*?)\n\n", text, re.DOTALL)[1].replace(",@scale-ts-mode--keywords", keywords)
    found, start, depth = [], None, 0
    # Each `'(…)` holds patterns.
    for token in TOKEN.finditer(rules):
        mark = token.group()
        if start is not None:
            depth += (mark in "([") - (mark in ")]")
            if depth == 0:
                found.append(rules[start + 1 : token.start()])
                start = None
        elif mark == "(" and rules[token.start() - 1] in "'`":
            start, depth = token.start(), 1
    return "\n".join(found)


def main() -> int:
    wrong = []
    for line in (GRAMMAR / "src/generated.sha256").read_text().splitlines():
        noted, name = line.split()
        if hashlib.sha256((GRAMMAR / name).read_bytes()).hexdigest() != noted:
            wrong.append(f"{name} is not the one that the parser was made with: run editors/tree-sitter-scale/generate")
    grammar = json.loads((GRAMMAR / "src/grammar.json").read_text())
    if grammar["externals"] or grammar["conflicts"]:
        wrong.append("the grammar has an external scanner or conflicts")
    if LANGUAGE.abi_version != 14:
        wrong.append(f"the parser has ABI {LANGUAGE.abi_version}; Helix and older Neovim read 14")
    for path in sorted(GRAMMAR.glob("queries/*.scm")):
        query(path)
    for name in COPIES:
        copy = ROOT / "editors/neovim/queries/scale" / f"{name}.scm"
        if copy.read_bytes() != (GRAMMAR / "queries" / f"{name}.scm").read_bytes():
            wrong.append(f"{copy.relative_to(ROOT)} differs from the grammar's own: run editors/tree-sitter-scale/generate")
    # What other editors' queries name must be there.
    queries = [p for folder in ("helix", "zed") for p in sorted((ROOT / "editors" / folder).rglob("*.scm"))]
    for path in queries:
        try:
            query(path)
        except Exception as error:
            wrong.append(f"{path.relative_to(ROOT)}: {error}")
    try:
        compiled(emacs((ROOT / "editors/emacs/scale-ts-mode.el").read_text()))
    except Exception as error:
        wrong.append(f"editors/emacs/scale-ts-mode.el: {error}")
    for text in wrong:
        print(text)
    print(f"the parser is the grammar's, {len(queries) + len(COPIES)} queries of editors fit it: {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
