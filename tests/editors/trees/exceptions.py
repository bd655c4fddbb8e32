"""Where tree-sitter and `scalec check` may differ, and why. Each exception looks at the text, at what is told and at the differences alone."""

import re

from lines import DECLARES, Lines, TOKEN
from scale import NEVER_VALUES

LIMITS = "nesting, size and depth have limits that a grammar cannot count"
BRACES = "braces do not add up: scalec asks the indents which one is missing, tree-sitter reads on to the next that fits"
BRACKETS = "a `(`, `[` or text is never closed: inside, newlines mean nothing to tree-sitter, so it learns of it lines later"
NAMES = "only who knows all names can tell: `2_000 /s` is a division where there is an `s`"
RESERVED = "a word of the language as a name or as an operand: tree-sitter knows words by their place, and scalec tells it once, where it is declared"
BROKEN = "a line broken in two: tree-sitter reads the second half as part of the first"
OPEN = "`1.. * 2`: to scalec a mistake of types, to tree-sitter one of words"
KIND = "weights in a block that is no `choice`: to scalec a mistake of names where the kind is unknown"
RECOVERY = "tree-sitter's recovery took lines behind the mistake with it"

WEIGHTS = re.compile(rb"\w\s*\{\s*(?:\d|rest\s)")
OPEN_RANGE = re.compile(rb"\.\.=?\s*[*/+]")

# Of every thousand files, so many may be explained by tree-sitter's recovery alone.
MOST_RECOVERIES = 25


def reason(text: bytes, diagnostics: list[dict], lines: Lines, told: list[int], different: list[tuple[str, int]]) -> str | None:
    """Why these differences are none, or nothing. `told`: the statements that scalec blames."""
    if any(d["code"] == "E0106" for d in diagnostics):
        return LIMITS
    missed = [statement for what, statement in different if what == "missed"]
    extra = [statement for what, statement in different if what == "extra"]
    first = min(missed + extra)

    if all("blank between number and unit" in message(diagnostics, told, s) for s in missed) and not extra:
        return NAMES
    if all(names_reserved(message(diagnostics, told, s)) for s in missed) and all(lines.words(s) & NEVER_VALUES for s in extra):
        return RESERVED
    odd = unbalanced(text, lines, b"{", b"}")
    if odd is not None and first >= odd and diagnostics:
        return BRACES
    odd = unbalanced(text, lines, b"([", b")]")
    unclosed = min((s for s, d in zip(told, diagnostics) if d["code"] == "E0104"), default=odd)
    start = min((s for s in (odd, unclosed) if s is not None), default=None)
    if start is not None and first >= lines.declaration(start) and diagnostics:
        return BRACKETS
    if not extra and all("does not belong here" in message(diagnostics, told, s) or s + 1 in told for s in missed):
        return BROKEN
    if extra and not missed and all(OPEN_RANGE.search(lines.text_of(s)) for s in extra):
        return OPEN
    if extra and not missed and all(WEIGHTS.search(lines.text_of(s)) for s in extra):
        return KIND
    if told and first >= lines.declaration(min(told)):
        return RECOVERY
    return None


def message(diagnostics: list[dict], told: list[int], statement: int) -> str:
    return " ".join(d["message"] for s, d in zip(told, diagnostics) if s == statement)


def names_reserved(message: str) -> bool:
    found = re.search(r"found `(\w+)", message)
    return bool(found) and found.group(1).encode() in NEVER_VALUES


def unbalanced(text: bytes, lines: Lines, opening: bytes, closing: bytes) -> int | None:
    """The first statement of the first declaration whose brackets of this kind do not add up."""
    marks = [(t.start(), t.group()) for t in TOKEN.finditer(text)]
    start, depth = 0, 0
    for at, mark in marks:
        if mark == b"\n" and DECLARES.match(text, at + 1):
            if depth:
                break
            start = at + 1
        elif len(mark) == 1 and mark in opening:
            depth += 1
        elif len(mark) == 1 and mark in closing:
            depth -= 1
            if depth < 0:
                break
    return lines.of(start) if depth else None
