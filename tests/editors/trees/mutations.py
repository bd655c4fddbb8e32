"""What `words.py` and `generated.py` say bites: a word that is misspelt, missing, one too many or another one, wherever a query or a list of Emacs has
one, and a declaration that a query leaves out, is found."""

import re
import sys
from collections import Counter

from generated import emacs
from scale import compiled
from words import CHECKS, NAMED, NODES, path_of, wrong

# Of one place the word, and where it stands. Comments are no places, and signs and regular expressions no words.
WORD = re.compile(r'"([a-z_]+)"|;[^\n]*')
# Lines of one pattern each that a query cannot do without: words that are nodes, and, where it is no matter of taste, what has a name or a body.
WORDS = re.compile(rf"^\((?:{'|'.join(sorted(NODES | {'boolean'}))})\) [^\n]*\n", re.MULTILINE)
PARTS = re.compile(rf"^\((?:{'|'.join(sorted(NAMED))})\b[^\n]*(?:name|body):[^\n]*\n", re.MULTILINE)


def mutations(path: str, text: str):
    """What is done, and the text afterwards."""
    spans = [(0, len(text))]
    if path.endswith(".el"):
        spans = [m.span() for m in re.finditer(r"\(defvar scale-ts-mode--(?:keywords|declarations)\n.*?\)\)|'\(\"phase\".*?\)", text, re.DOTALL)]
        assert len(spans) == 3
    for found in WORD.finditer(text):
        word, (start, end) = found[1], found.span()
        if word is None or not any(a <= start and end <= b for a, b in spans):
            continue
        for what, other in [("misspelt", f'"{word}x"'), ("missing", ""), ("one more", f'"{word}" "foobar"'), ("another", '"seq"')]:
            yield f"`{word}` at {text.count(chr(10), 0, start) + 1}: {what}", text[:start] + other + text[end:]
    if path.endswith(".scm"):
        for found in (WORDS if path.endswith("highlights.scm") else PARTS).finditer(text):
            yield f"without {found[0].strip()}", text[: found.start()] + text[found.end() :]


def found(path: str, text: str) -> bool:
    if wrong(path, text):
        return True
    try:
        compiled(text if path.endswith(".scm") else emacs(text))
    except Exception:
        return True
    return False


def main() -> int:
    missed, tried = [], Counter()
    for path in CHECKS:
        if not path.endswith((".scm", ".el")):
            continue
        text = path_of(path).read_text()
        assert not found(path, text), path
        for what, mutant in mutations(path, text):
            tried[path] += 1
            if not found(path, mutant):
                missed.append(f"editors/{path}: {what} is not found")
    for text in missed:
        print(text)
    print(f"{sum(tried.values())} mistakes in {len(tried)} files of words: {len(missed)} not found")
    return 1 if missed or sum(tried.values()) < 500 else 0


if __name__ == "__main__":
    sys.exit(main())
