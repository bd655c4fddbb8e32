"""The tree-sitter grammar as Python sees it: built with gcc, loaded, and asked for what is wrong with a text."""

import ctypes
import subprocess
from pathlib import Path

from tree_sitter import Language, Node, Parser, Query

ROOT = Path(__file__).resolve().parents[3]
GRAMMAR = ROOT / "editors/tree-sitter-scale"
BUILT = ROOT / "target/editors"

# What is a statement or an entry of its own.
DECLARATIONS = "import let param target source event mix metric pipeline cluster node sizing alert test".split()
STATEMENTS = "send phase repeat fault undo expect sustain abort size_table rule otherwise arm setting field_entry weighted bare misplaced".split()
# A statement goes on with these; they are no names.
NEVER_VALUES = frozenset(
    b"and or not in of to over by at for from per during eventually within always every period after before when as null hold settle into start"
    b" end rest".split()
)
LINES = frozenset(DECLARATIONS + STATEMENTS)


def build() -> Path:
    """The shared library, built again where the parser is newer."""
    parser, library = GRAMMAR / "src/parser.c", BUILT / "parser/scale.so"
    if not library.exists() or library.stat().st_mtime < parser.stat().st_mtime:
        library.parent.mkdir(parents=True, exist_ok=True)
        command = ["gcc", "-shared", "-fPIC", "-O1", "-I", str(GRAMMAR / "src"), str(parser), "-o", str(library)]
        subprocess.run(command, check=True)
    return library


def language() -> Language:
    library = ctypes.CDLL(str(build()))
    library.tree_sitter_scale.restype = ctypes.c_void_p
    capsule = ctypes.pythonapi.PyCapsule_New
    capsule.restype = ctypes.py_object
    capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    return Language(capsule(library.tree_sitter_scale(), b"tree_sitter.Language", None))


# Files without a mistake of words.
SOURCES = sorted(p for folder in ("tests/corpus/ok", "tests/corpus/syntax", "scenarios", "std") for p in (ROOT / folder).rglob("*.scale"))

LANGUAGE = language()
PARSER = Parser(LANGUAGE)

# Queries are kept: some versions of the bindings do not survive that one is freed.
QUERIES: dict[str, Query] = {}


def query(path: Path) -> Query:
    return compiled(path.read_text())


def compiled(text: str) -> Query:
    if text not in QUERIES:
        QUERIES[text] = Query(LANGUAGE, text)
    return QUERIES[text]


def mistakes(text: bytes) -> list[Node]:
    """The ERROR and MISSING nodes."""
    found, waiting = [], [PARSER.parse(text).root_node]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            found.append(node)
        if node.has_error:
            waiting.extend(node.children)
    return found


def places(text: bytes) -> set[int]:
    """Where these mistakes are: byte offsets, one or more for each. Of an ERROR node what it could read as a whole statement is no mistake."""
    found = set()
    for node in mistakes(text):
        if node.is_missing:
            # It is missing behind what stands before it.
            found.add(behind(text, node.start_byte))
        else:
            found.update(skipped(node))
    return found


def behind(text: bytes, at: int) -> int:
    """The last character before this place that is no blank and in no comment."""
    while True:
        at = len(text[:at].rstrip())
        line = text.rfind(b"\n", 0, at) + 1
        mark = comment_start(text[line:at])
        if mark is None:
            return max(at - 1, 0)
        at = line + mark


def comment_start(line: bytes) -> int | None:
    inside, at = False, 0
    while at < len(line):
        if inside and line[at] == 0x5C:
            at += 1
        elif line[at] == 0x22:
            inside = not inside
        elif line[at] == 0x23 and not inside:
            return at
        at += 1
    return None


def skipped(error: Node) -> set[int]:
    found, waiting = set(), list(error.children)
    if not waiting:
        return {error.start_byte}
    while waiting:
        node = waiting.pop()
        if node.type in ("comment", "doc_comment") or (node.type in LINES and not node.has_error):
            continue
        if node.child_count == 0 or node.type in ("text", "quantity"):
            if not node.is_missing and node.text.strip():
                found.add(node.start_byte)
        else:
            waiting.extend(node.children)
    return found or {error.start_byte}
