"""Thousands of random edits: the server's text is the editor's, and its findings are those of a fresh check."""

import random

import pytest
from conftest import ROOT, assert_same, check, place, published
from lsprotocol import types

EDITS = 1_200
SEEDS = [(1, "utf-16", "\n"), (2, "utf-16", "\r\n"), (3, "utf-8", "\n"), (4, "utf-8", "\r\n")]

PIECES = [
    "\n", "\n\n", " ", "{", "}", "(", ")", "\"", "#", "# ", ",", "let x = ", "30mins", "5M", "1__0", "phase p = hold 5/s for 1m\n", "send all to t\n",
    "🦀", "ä", "\U0001d11e", "é\u0301", "\ufeff", "\t", "0", "rest", "import shop from \"shared/shop.scale\"\n", "# scalec: allow W0220 — meant\n", "\"\"\"",
]


def position(text, index, encoding):
    before = text[:index].replace("\r\n", "\n")
    last = before.rpartition("\n")[2]
    units = len(last.encode()) if encoding == "utf-8" else len(last.encode("utf-16-le")) // 2
    return types.Position(line=before.count("\n"), character=units)


@pytest.mark.parametrize(("seed", "encoding", "eol"), SEEDS)
async def test_text_and_findings_stay_those_of_a_fresh_check(start, tmp_path, seed, encoding, eol):
    def edit(capabilities):
        if encoding == "utf-8":
            capabilities.general.position_encodings = [types.PositionEncodingKind.Utf16, types.PositionEncodingKind.Utf8]

    editor = await start(edit=edit)
    assert editor.capabilities.position_encoding == encoding
    chance = random.Random(seed)
    for shared in (ROOT / "scenarios/shared").iterdir():
        editor.write(f"shared/{shared.name}", shared.read_bytes())
    scenarios = [p.read_text() for p in sorted((ROOT / "scenarios").glob("*.scale"))]
    lines = [line for text in scenarios for line in text.splitlines(keepends=True)]
    text = scenarios[0].replace("\n", eol)
    uri = await editor.open("a.scale", text)
    made = 0
    while made < EDITS:
        changes = []
        for _ in range(chance.choice([1, 1, 1, 2, 5])):
            start_at = chance.randrange(len(text) + 1)
            # No place lies between \r and \n, and none within a character's combination that an editor would split; the nearest before is taken.
            if text[start_at - 1 : start_at + 1] == "\r\n":
                start_at -= 1
            end_at = start_at if chance.random() < 0.5 else min(len(text), start_at + chance.randrange(40))
            if text[end_at - 1 : end_at + 1] == "\r\n":
                end_at += 1
            new = chance.choice(PIECES + [chance.choice(lines)] * 12).replace("\n", eol) if chance.random() < 0.75 else ""
            span = types.Range(start=position(text, start_at, encoding), end=position(text, end_at, encoding))
            assert (place(text, span.start, encoding), place(text, span.end, encoding)) == (start_at, end_at)
            changes.append((span, new))
            text = text[:start_at] + new + text[end_at:]
        # Now and then the text begins anew, or all of it is sent.
        if chance.random() < 0.01:
            text = chance.choice(scenarios).replace("\n", eol)
            changes.append(text)
        made += len(changes)
        await editor.change(uri, *changes, settle=False)
        if chance.random() < 0.04:
            await editor.settled(uri)
            assert await editor.client.protocol.send_request_async("scalec/text", {"textDocument": {"uri": uri}}) == text
            path = editor.write("a.scale", text)
            assert_same(published(editor), check(path, editor.folder, encoding), f"after {made} edits")
