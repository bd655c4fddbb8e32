"""The highlight assertions of the grammar (`editors/tree-sitter-scale/test/highlight`), in tree-sitter's own form: `^` points at the line above."""

import re
import sys

from scale import GRAMMAR, PARSER, query
from tree_sitter import QueryCursor

ASSERTION = re.compile(rb"^\s*#\s*(?:(?P<arrow><-)|(?P<caret>\^+))\s*(?P<name>[\w.]+)\s*$")


def captures(text: bytes) -> list[tuple[int, int, int, str]]:
    """Start, end, number of the pattern and name of every capture."""
    cursor = QueryCursor(query(GRAMMAR / "queries/highlights.scm"))
    found = []
    for pattern, nodes in cursor.matches(PARSER.parse(text).root_node):
        for name, captured in nodes.items():
            found += [(node.start_byte, node.end_byte, pattern, name) for node in captured]
    return found


def at(found: list[tuple[int, int, int, str]], place: int) -> str | None:
    """The innermost capture wins, and of several for one node the last pattern."""
    covering = [(start - end, pattern, name) for start, end, pattern, name in found if start <= place < end]
    return max(covering)[2] if covering else None


def main() -> int:
    wrong, count = [], 0
    for path in sorted((GRAMMAR / "test/highlight").glob("*.scale")):
        text = path.read_bytes()
        found = captures(text)
        start, above = 0, 0
        for number, line in enumerate(text.split(b"\n"), 1):
            assertion = ASSERTION.match(line)
            if assertion is None:
                above = start
            else:
                count += 1
                column = 0 if assertion["arrow"] else assertion.start("caret")
                name = at(found, above + column)
                if name != assertion["name"].decode():
                    wrong.append(f"{path.name}:{number}: {assertion['name'].decode()} expected, {name} found")
            start += len(line) + 1
    for text in wrong:
        print(text)
    print(f"{count} highlight assertions, {len(wrong)} wrong")
    return 1 if wrong or count < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
