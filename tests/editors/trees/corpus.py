"""The corpus tests of the grammar (`editors/tree-sitter-scale/test/corpus`), in tree-sitter's own form: a name, a text, the tree that it should have.

usage: corpus.py [--update]      with --update the trees are written instead of compared; read them before you commit them
"""

import re
import sys

from scale import GRAMMAR, PARSER, SOURCES, Node, mistakes

CASE = re.compile(r"^(=+)\n(?P<name>[^\n]+)\n=+\n(?P<text>.*?)\n---\n(?P<tree>.*?)(?=^===|\Z)", re.DOTALL | re.MULTILINE)


def shown(node: Node, field: str | None = None, depth: int = 0) -> str:
    """The tree as `tree-sitter parse` prints it, without places: named nodes, and what is missing."""
    label = f"{field}: " if field else ""
    if node.is_missing:
        return "  " * depth + f"{label}(MISSING {node.type if node.is_named else repr(node.type).replace(chr(39), chr(34))})"
    lines = ["  " * depth + f"{label}({node.type}"]
    for index, child in enumerate(node.children):
        if child.is_named or child.is_missing:
            lines.append(shown(child, node.field_name_for_child(index), depth + 1))
    return "\n".join(lines) + ")"


def main() -> int:
    update, failed, count = "--update" in sys.argv, [], 0
    for path in sorted((GRAMMAR / "test/corpus").glob("*.txt")):
        old = path.read_text()

        def case(found: re.Match, path=path) -> str:
            nonlocal count
            count += 1
            tree = shown(PARSER.parse(found["text"].strip("\n").encode() + b"\n").root_node)
            if found["tree"].strip() != tree and not update:
                failed.append(f"{path.name}: {found['name']}\n--- expected\n{found['tree'].strip()}\n--- found\n{tree}")
            head = old[found.start() : found.start("tree")]
            return f"{head}\n{tree}\n\n"

        new = CASE.sub(case, old)
        if update:
            path.write_text(new.rstrip("\n") + "\n")
    clean = [str(path) for path in SOURCES if mistakes(path.read_bytes())]
    for text in failed + [f"{path}: tree-sitter finds a mistake in a correct file" for path in clean]:
        print(text)
    print(f"{count} trees of the corpus, {len(SOURCES)} correct files: {len(failed) + len(clean)} wrong")
    return 1 if failed or clean or count < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
