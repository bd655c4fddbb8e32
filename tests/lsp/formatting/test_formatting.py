"""Formatting: the layout of `scalec fmt`, whatever its way."""

from conftest import SCALEC, apply
import random
import subprocess

from lsprotocol import types

OPTIONS = types.FormattingOptions(tab_size=2, insert_spaces=True)

UNTIDY = 'let a=1\nlet long = 2\n\n\n\ntarget t=null{}\n\nevent e{\n   size=1KiB\n key = "k"\n}\n'


def laid_out(text):
    return subprocess.run([SCALEC, "fmt", "-"], input=text.encode(), capture_output=True, check=False).stdout.decode()


async def document(editor, uri):
    params = types.DocumentFormattingParams(text_document=types.TextDocumentIdentifier(uri=uri), options=OPTIONS)
    return await editor.client.text_document_formatting_async(params)


async def ranged(editor, uri, first, last):
    params = types.DocumentRangeFormattingParams(text_document=types.TextDocumentIdentifier(uri=uri), range=types.Range(start=editor.at(uri, first), end=editor.at(uri, last)), options=OPTIONS)
    return await editor.client.text_document_range_formatting_async(params)


async def typed(editor, uri, position, ch):
    params = types.DocumentOnTypeFormattingParams(text_document=types.TextDocumentIdentifier(uri=uri), position=position, ch=ch, options=OPTIONS)
    return await editor.client.text_document_on_type_formatting_async(params)


async def test_the_whole_file_as_fmt_lays_it_out(start):
    editor = await start()
    for name, text in [("a.scale", UNTIDY), ("crlf.scale", UNTIDY.replace("\n", "\r\n")), ("bom.scale", "\ufeff" + UNTIDY), ("tidy.scale", laid_out(UNTIDY)), ("end.scale", "let a = 1"), ("empty.scale", "")]:
        uri = await editor.open(name, text)
        edits = await document(editor, uri)
        assert apply(text, edits) == laid_out(text), name
        assert name != "tidy.scale" or not edits


async def test_line_ends_of_all_sorts(start):
    """No edit begins or ends within a line end: columns behind the end of a line are the end of the line, and a `\\r` of its own is another line end."""
    editor = await start()
    texts = ["let a = 1\r\nlet b = 2\n", "let a = 1\nlet b = 2\r\n", "let a=1\r\n\r\n\n\r\nlet b=2\nlet c = 3\r\n"]
    random_ = random.Random(1)
    for _ in range(60):
        lines = random_.choices([*UNTIDY.split("\n"), "# ä🦀 ", "", " ", "let c = 3"], k=random_.randrange(1, 12))
        texts.append("".join(line + random_.choice(["\n", "\r\n", "\r\n", "\r"]) for line in lines))
        texts.append("".join(line + random_.choice(["\n", "\r\n"]) for line in UNTIDY.split("\n")))
    laid = 0
    for number, text in enumerate(texts):
        expected = laid_out(text)
        uri = await editor.open(f"{number}.scale", text, settle=False)
        edits = await document(editor, uri)
        # A file with mistakes of syntax is left alone.
        if edits is None:
            continue
        laid += 1
        assert apply(text, edits) == expected, text
        whole = types.Range(start=types.Position(line=0, character=0), end=types.Position(line=999, character=0))
        params = types.DocumentRangeFormattingParams(text_document=types.TextDocumentIdentifier(uri=uri), range=whole, options=OPTIONS)
        assert apply(text, await editor.client.text_document_range_formatting_async(params)) == expected, text
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for edit in edits:
            for place in (edit.range.start, edit.range.end):
                assert place.character <= len(lines[place.line].encode("utf-16-le")) // 2, (text, edit)
    assert laid > 60


async def test_edits_touch_little(start):
    editor = await start()
    uri = await editor.open("a.scale", "let a=1\nlet b = 2\n")
    edits = await document(editor, uri)
    assert [(e.range.start.line, e.range.start.character, e.new_text) for e in edits] == [(0, 5, " = ")]


async def test_a_file_with_mistakes_of_syntax_is_left_alone(start):
    editor = await start()
    text = UNTIDY + "\nlet = \n"
    uri = await editor.open("a.scale", text)
    assert not await document(editor, uri)
    # But a sound part of it can be laid out.
    edits = await ranged(editor, uri, "event", "size")
    after = apply(text, edits)
    assert "event e {\n  size = 1KiB\n" in after and "let a=1" in after


async def test_a_range_of_lines(start):
    editor = await start()
    uri = await editor.open("a.scale", UNTIDY)
    after = apply(UNTIDY, await ranged(editor, uri, "target", "null"))
    assert after == UNTIDY.replace("target t=null{}", "target t = null {}")


async def test_a_closing_brace_lays_out_what_it_closes(start):
    editor = await start()
    uri = await editor.open("a.scale", UNTIDY)
    line = UNTIDY[: UNTIDY.index('key = "k"\n}')].count("\n") + 1
    after = apply(UNTIDY, await typed(editor, uri, types.Position(line=line, character=1), "}"))
    assert 'event e {\n  size = 1KiB\n  key  = "k"\n}\n' in after and after.startswith("let a=1\n")


async def test_a_new_line_lays_out_what_is_above_and_not_its_own(start):
    editor = await start()
    text = 'event e {\n  size = 1KiB\n  key="k"\n  \n}\n'
    uri = await editor.open("a.scale", text)
    after = apply(text, await typed(editor, uri, types.Position(line=3, character=2), "\n"))
    assert after == 'event e {\n  size = 1KiB\n  key  = "k"\n  \n}\n'
