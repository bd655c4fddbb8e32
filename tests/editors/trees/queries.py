"""Queries as data: patterns, and the predicates that narrow them. Node types and fields are checked where they are compiled; words in predicates by nobody else."""

import re
from dataclasses import dataclass

TOKEN = re.compile(r';[^\n]*|"(?:[^"\\]|\\.)*"|[()\[\]]|[^\s()\[\]";]+')


@dataclass
class Pattern:
    # Without predicates and captures, on one line.
    shape: str
    # The words of the language that it takes wherever they stand: `"let"`, or all of `["let" "param"]`.
    words: list[str]
    # Name and texts: `("any-of?", ["env", "secret"])`.
    predicates: list[tuple[str, list[str]]]


def patterns(text: str) -> list[Pattern]:
    """Fails where brackets do not add up."""
    stack: list[list] = [[]]
    for token in TOKEN.findall(text):
        if token.startswith(";"):
            continue
        if token in "([":
            stack.append([token])
        elif token in ")]":
            inner = stack.pop()
            if not stack or {"(": ")", "[": "]"}[inner[0]] != token:
                raise ValueError(f"a `{token}` too many")
            stack[-1].append(inner)
        else:
            stack[-1].append(token)
    if len(stack) != 1:
        raise ValueError(f"`{stack[-1][0]}` is never closed")
    return [pattern(form) for form in stack[0] if isinstance(form, list) or form.startswith('"')]


def pattern(form) -> Pattern:
    found: list[tuple[str, list[str]]] = []
    # Also what stands in a predicate, where it is asked for.
    shape = shown(form, found)
    alone = [form] if isinstance(form, str) else form[1:] if form[0] == "[" else []
    return Pattern(shape, [word[1:-1] for word in alone if isinstance(word, str) and word.startswith('"')], found)


def shown(form, found: list[tuple[str, list[str]]]) -> str:
    if isinstance(form, str):
        return "" if form.startswith("@") else form
    if form[0] == "(" and len(form) > 1 and isinstance(form[1], str) and form[1].startswith("#"):
        # `(#set! injection.language "json")` says its key in its name.
        keys = [t for t in form[2:] if isinstance(t, str) and t[0] not in '@"']
        found.append((" ".join([form[1][1:], *keys]), [unescaped(t) for t in form[2:] if isinstance(t, str) and t.startswith('"')]))
        return ""
    inside = " ".join(part for part in (shown(f, found) for f in form[1:]) if part)
    return f"({inside})" if form[0] == "(" else f"[{inside}]"


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), text[1:-1])
