"""draw.py screen.ansi picture.svg dark|light: what a terminal shows, as a picture."""

import io
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ANSI = [(0, 0, 0), (140, 30, 30), (30, 110, 50), (140, 110, 20), (30, 60, 140), (110, 40, 120), (20, 110, 120), (200, 200, 200)]
# The colours of Neovim's own default scheme where it leaves a place to the terminal.
THEMES = {"dark": ((20, 22, 27), (224, 226, 234)), "light": ((224, 226, 234), (20, 22, 27))}

screen, picture, background = sys.argv[1:]
text = Text.from_ansi(Path(screen).read_text())
console = Console(record=True, width=104, file=io.StringIO(), color_system="truecolor", legacy_windows=False)
console.print(text, no_wrap=True, overflow="crop")
back, front = THEMES[background]
console.save_svg(picture, title="doors_open.scale", theme=TerminalTheme(back, front, ANSI, ANSI))
