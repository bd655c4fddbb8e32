"""Every keyword of the catalogue is a word of the grammar and coloured by its queries and Helix's and Zed's, and none of these knows a word more."""

import json
import os
import re
import subprocess
import sys

from scale import GRAMMAR, ROOT

# Kept free of other meanings: nothing begins or goes on with it.
RESERVED_ALONE = {"before"}
# A generator that the grammar reads as a block of weights.
GENERATORS = {"choice"}


def main() -> int:
    scalec = os.environ.get("SCALEC", str(ROOT / "target/debug/scalec"))
    catalogue = json.loads(subprocess.run([scalec, "catalog", "--format", "json"], capture_output=True, check=True).stdout)
    words = {k["word"] for k in catalogue["keywords"]}
    never = set(catalogue["never_values"])

    tree = (GRAMMAR / "src/grammar.json").read_text()
    known = set(re.findall(r'"type": "STRING",\s*"value": "([a-z]+)"', tree))
    wrong = [f"the grammar lacks `{w}`" for w in sorted(words - known)] + [f"no keyword of the catalogue: `{w}`" for w in sorted(known - words - GENERATORS)]

    listed = re.search(r"const NEVER_VALUES = \[(.*?)\]", (GRAMMAR / "grammar.js").read_text(), re.DOTALL)
    reserved = set(re.findall(r"'(\w+)'", listed[1])) | {"not"}
    if reserved != never:
        wrong.append(f"words that are never a value: {sorted(reserved ^ never)} differ")

    # `always`, `keep`, `rest` and the two booleans are nodes of their own.
    nodes = {"always", "keep", "rest", "true", "false"}
    for path in [GRAMMAR / "queries/highlights.scm", ROOT / "editors/helix/queries/scale/highlights.scm", ROOT / "editors/zed/languages/scale/highlights.scm"]:
        coloured = re.sub(r"\(#[^)]*\)|;[^\n]*", "", path.read_text())
        quoted = set(re.findall(r'"([a-z]+)"', coloured))
        quoted |= {w for w in nodes if f"({w})" in coloured or (w in ("true", "false") and "(boolean)" in coloured)}
        for word in sorted((words - RESERVED_ALONE) ^ quoted):
            wrong.append(f"{path.relative_to(ROOT)} {'lacks' if word in words else 'colours what is no keyword:'} `{word}`")
    lisp = (ROOT / "editors/emacs/scale-ts-mode.el").read_text()
    keywords = set(re.findall(r'"(\w+)"', re.search(r"--keywords\s*'\((.*?)\)\)", lisp, re.DOTALL)[1]))
    keywords |= {w for w in nodes if f"({w})" in lisp or (w in ("true", "false") and "(boolean)" in lisp)}
    wrong += [f"editors/emacs/scale-ts-mode.el: `{w}`" for w in sorted((words - RESERVED_ALONE) ^ keywords)]
    for text in wrong:
        print(text)
    print(f"{len(words)} keywords of the catalogue: {len(wrong)} wrong")
    return 1 if wrong or len(words) < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
