"""The lexer, found by its entry point, against the TextMate grammar: on the whole corpus, letter for letter."""

import json
import pathlib
import sys

from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import Comment, Error, Keyword, Name, Number, Operator, String

ROOT = pathlib.Path(__file__).resolve().parents[3]
# The first that holds counts.
LETTERS = [
    (Comment, "#"),
    (String, '"'),
    (Number.Unit, "u"),
    (Number, "9"),
    (Keyword.Type, "y"),
    (Keyword.Constant, "c"),
    (Keyword, "k"),
    (Operator.Word, "k"),
    (Name, "n"),
]


def letter(kind):
    return next((letter for family, letter in LETTERS if kind in family), ".")


def painted(kind, value):
    # The TextMate tokeniser counts in UTF-16.
    return "".join(c if c.isspace() else letter(kind) * (2 if ord(c) > 0xFFFF else 1) for c in value)


def main():
    wrong = []
    wanted = json.loads(pathlib.Path(sys.argv[1]).read_text())
    lexer = get_lexer_by_name("scale", stripnl=False, ensurenl=False)
    assert type(get_lexer_for_filename("x.scale")) is type(lexer)
    for path, letters in wanted.items():
        text = (ROOT / path).read_bytes().decode().replace("\r\n", "\n")
        tokens = list(lexer.get_tokens(text))
        if "".join(value for _, value in tokens) != text.removeprefix("\ufeff"):
            wrong.append(f"{path}: the text does not come back as it was")
        wrong += [f"{path}: {value!r} is an error" for kind, value in tokens if kind in Error]
        # Pygments takes the byte order mark off.
        letters = letters[len(text) - len(text.removeprefix("\ufeff")) :]
        # A unit of what is no quantity is part of it.
        found = "".join(painted(kind, value) for kind, value in tokens).split("\n")
        for number, (line, a, b) in enumerate(zip(text.removeprefix("\ufeff").split("\n"), letters.split("\n"), found), 1):
            if a.replace("u", "9") != b.replace("u", "9"):
                wrong.append(f"{path}:{number}\n  {line}\n  {a}\n  {b}")
    if wrong:
        sys.exit(f"{len(wrong)} differ (the text, as in VS Code, as in Pygments):\n" + "\n".join(wrong[:40]))
    print("Pygments: the corpus is coloured as in VS Code")


main()
