"""Which lines of a file belong together: a statement goes on while a `(` or `[` is open, as in `src/syntax/brackets.rs`."""

import re
from bisect import bisect_right

OPENS = re.compile(
    rb"[ \t\r]*(?:[A-Za-z_]\w*[ \t]*=(?![=>])"
    rb"|(?:import|let|param|target|source|event|mix|metric|pipeline|cluster|node|sizing|alert|test|send|phase|repeat|fault|undo|expect|sustain"
    rb"|abort|size|rule|otherwise|field)[ \t]+[A-Za-z0-9_\"$])"
)
TOKEN = re.compile(rb'"""(?:(?!""").)*(?:"""|\Z)|"(?:[^"\\\n]|\\[^\n])*"?|#[^\n]*|[()\[\]{}\n]', re.DOTALL)
# In the first column a declaration ends whatever was open.
DECLARES = re.compile(rb"(?:import|let|param|target|source|event|mix|metric|pipeline|cluster|node|sizing|alert|test)[ \t]+[A-Za-z0-9_\"$]")


class Lines:
    """Statements of a text, numbered from 0."""

    def __init__(self, text: bytes):
        self.starts = [0]
        stack: list[bytes] = []
        for token in TOKEN.finditer(text):
            mark = token.group()
            if mark in (b"(", b"[", b"{"):
                stack.append(mark)
            elif mark in (b")", b"]", b"}"):
                pair = {b")": b"(", b"]": b"[", b"}": b"{"}[mark]
                if pair in stack:
                    while stack.pop() != pair:
                        pass
            elif mark == b"\n":
                if OPENS.match(text, token.end()):
                    while stack and stack[-1] != b"{":
                        stack.pop()
                if not stack or stack[-1] == b"{":
                    self.starts.append(token.end())
        self.text = text

    def of(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def text_of(self, statement: int) -> bytes:
        end = self.starts[statement + 1] if statement + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[statement] : end]

    def words(self, statement: int) -> set[bytes]:
        return set(re.findall(rb"\w+", self.text_of(statement)))

    def declaration(self, statement: int) -> int:
        """The first statement of the declaration that this one stands in."""
        while statement > 0 and not DECLARES.match(self.text, self.starts[statement]):
            statement -= 1
        return statement

    def block_end(self, statement: int) -> int:
        """The last statement of the block that this one opens, or stands in."""
        depth = 0
        for token in TOKEN.finditer(self.text, self.starts[statement]):
            if token.group() == b"{":
                depth += 1
            elif token.group() == b"}":
                depth -= 1
                if depth <= 0:
                    return self.of(token.start())
            elif token.group() == b"\n" and DECLARES.match(self.text, token.end()):
                return self.of(token.start())
        return len(self.starts) - 1
