"""Damaged files: a seed and a text give the same damage on every machine."""

import random
import re

TOKEN = re.compile(rb'"(?:[^"\\\n]|\\.)*"|#[^\n]*|[A-Za-z_]\w*|\$?\d[\w.%/]*|\.\.=?|[=<>!]=|=>|[^\s]')


def damaged(text: bytes, random_: random.Random) -> tuple[str, bytes]:
    """One mistake of those that people make while they type, and its name."""
    kind = random_.choice(list(KINDS))
    return kind, KINDS[kind](text, random_)


def _token(text: bytes, random_: random.Random):
    found = [t for t in TOKEN.finditer(text) if not t.group().startswith(b"#")]
    return random_.choice(found) if found else None


def remove_byte(text, random_):
    at = random_.randrange(len(text))
    return text[:at] + text[at + 1 :]


def remove_token(text, random_):
    token = _token(text, random_)
    return text[: token.start()] + text[token.end() :] if token else text


def repeat_token(text, random_):
    token = _token(text, random_)
    return text[: token.end()] + b" " + token.group() + text[token.end() :] if token else text


def swap_tokens(text, random_):
    line = random_.choice([m for m in re.finditer(rb"[^\n]+", text)])
    found = [t for t in TOKEN.finditer(text, line.start(), line.end()) if not t.group().startswith(b"#")]
    if len(found) < 2:
        return text
    at = random_.randrange(len(found) - 1)
    one, two = found[at], found[at + 1]
    between = text[one.end() : two.start()] or b" "
    return text[: one.start()] + two.group() + between + one.group() + text[two.end() :]


def replace_token(text, random_):
    token, other = _token(text, random_), _token(text, random_)
    return text[: token.start()] + other.group() + text[token.end() :] if token else text


def remove_line(text, random_):
    lines = text.splitlines(keepends=True)
    del lines[random_.randrange(len(lines))]
    return b"".join(lines)


def repeat_line(text, random_):
    lines = text.splitlines(keepends=True)
    at = random_.randrange(len(lines))
    return b"".join(lines[: at + 1] + lines[at:])


def cut_line(text, random_):
    """As while a line is being typed."""
    line = random_.choice([m for m in re.finditer(rb"[^\n]+", text)])
    at = random_.randint(line.start() + 1, line.end())
    return text[:at] + text[line.end() :]


def truncate(text, random_):
    return text[: random_.randrange(1, len(text))]


def insert_mark(text, random_):
    at = random_.randrange(len(text))
    return text[:at] + random_.choice([b"{", b"}", b"(", b")", b"[", b"]", b'"', b",", b"=", b".", b"#", b"\n", b" ", b"\\", b"%", b"$", b"_", b"/"]) + text[at:]


KINDS = {
    f.__name__.replace("_", " "): f
    for f in (remove_byte, remove_token, repeat_token, swap_tokens, replace_token, remove_line, repeat_line, cut_line, truncate, insert_mark)
}
