"""draw.py screen.ansi picture.svg dark|light title: what a terminal shows, as a picture."""

import io
import re
import sys
from collections import Counter
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ANSI = [(0, 0, 0), (140, 30, 30), (30, 110, 50), (140, 110, 20), (30, 60, 140), (110, 40, 120), (20, 110, 120), (200, 200, 200)]
# The colours of Neovim's own default scheme where it leaves a place to the terminal.
THEMES = {"dark": ((20, 22, 27), (224, 226, 234)), "light": ((224, 226, 234), (20, 22, 27))}
# How wide and high rich makes a letter and a line.
WIDE, HIGH = 12.2, 24.4

screen, picture, background, title = sys.argv[1:]
back, front = THEMES[background]


def underlines(line: str):
    """The line without what rich does not read, the shape and colour of underlines, and (first column, last, curly, colour) of each."""
    kept, found = [], []
    column, begin, curly, on, colour = 0, 0, False, False, None

    def end():
        if on and column > begin:
            found.append((begin, column, curly, colour))

    for part in re.split(r"(\x1b\[[\d;:]*m)", line):
        codes = re.fullmatch(r"\x1b\[([\d;:]*)m", part)
        if not codes:
            kept.append(part)
            column += cell_len(part)
            continue
        end()
        begin = column
        # `58;2;r;g;b` is one code, as `58:2::r:g:b` is.
        joined = re.sub(r"\b([345]8);(2;\d+;\d+;\d+|5;\d+)", lambda m: f"{m[1]}:{m[2]}".replace(";", ":"), codes[1])
        others = []
        for code in joined.split(";"):
            kind, *rest = code.split(":")
            if kind == "4":
                on, curly = rest[:1] != ["0"], rest[:1] == ["3"]
            elif kind == "24":
                on = False
            elif kind == "58":
                numbers = [int(n) for n in rest if n]
                colour = tuple(numbers[1:4]) if numbers[0] == 2 else ANSI[numbers[1] % 8]
            elif kind == "59":
                colour = None
            else:
                if kind in ("", "0"):
                    on, curly, colour = False, False, None
                others.append(";".join([kind, *(n for n in rest if n)]))
        if others:
            kept.append(f"\x1b[{';'.join(others)}m")
    end()
    return "".join(kept), found


def stroke(row: int, begin: int, end: int, curly: bool, colour) -> str:
    left, right, y = begin * WIDE, end * WIDE, (row + 1) * HIGH - 2.4
    steps = round((right - left) / 6.1)
    path = f"M{left:.1f} {y:.1f}" + ("q1.525 -3.4 3.05 0t3.05 0" + "t3.05 0t3.05 0" * (steps - 1) if curly else f"H{right:.1f}")
    return f'<path d="{path}" fill="none" stroke="rgb{colour or front}" stroke-width="1.6"/>'


lines, strokes = [], []
for row, line in enumerate(Path(screen).read_text().split("\n")):
    kept, found = underlines(line)
    lines.append(kept)
    strokes += [stroke(row, *one) for one in found]
text = Text.from_ansi("\n".join(lines))
# The frame has the colour that most of the screen has.
areas = Counter()
for span in text.spans:
    if getattr(span.style, "bgcolor", None):
        areas[tuple(span.style.bgcolor.get_truecolor())] += span.end - span.start
for colour, letters in areas.most_common(1):
    back = colour if letters > len(text) / 2 else back
console = Console(record=True, width=104, file=io.StringIO(), color_system="truecolor", legacy_windows=False)
console.print(text, no_wrap=True, overflow="crop")
svg = console.export_svg(title=title, theme=TerminalTheme(back, front, ANSI, ANSI))
# Into the group of the terminal, which is the last but one to end.
head, tail = svg.rstrip().rsplit("</g>", 1)
Path(picture).write_text(head + "".join(strokes) + "</g>" + tail)
