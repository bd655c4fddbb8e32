"""What is being typed: in every beginning of tests/editors/typed.scale the innermost open bracket is an indent in Helix."""

import re
import sys

from scale import PARSER, ROOT, query
from tree_sitter import QueryCursor

LINES = (ROOT / "tests/editors/typed.scale").read_bytes().splitlines(keepends=True)
HELIX = query(ROOT / "editors/helix/queries/scale/indents.scm")


def innermost(text: bytes) -> int | None:
    """Where the innermost bracket stands that `text` leaves open."""
    open_ones = []
    for found in re.finditer(rb'"(?:\\.|[^"\\\n])*"|#[^\n]*|[][(){}]', text):
        if found[0] in (b"{", b"(", b"["):
            open_ones.append(found.start())
        elif found[0] in (b"}", b")", b"]"):
            open_ones.pop()
    return open_ones[-1] if open_ones else None


wrong = looked_at = 0
for count in range(1, len(LINES)):
    text = b"".join(LINES[:count])
    bracket = innermost(text)
    if bracket is None:
        continue
    looked_at += 1
    nodes = QueryCursor(HELIX).captures(PARSER.parse(text).root_node).get("indent", [])
    # A block may begin with what is before its bracket.
    if not any(node.start_byte <= bracket < node.end_byte and b"\n" not in text[node.start_byte : bracket] for node in nodes):
        wrong += 1
        print(f"tests/editors/typed.scale:{count}: what follows is not indented in Helix")

print(f"{looked_at} unfinished files, {wrong} where Helix does not indent")
sys.exit(1 if wrong else 0)
