"""Code actions that no finding brings along: extract, inline, what is missing."""

from conftest import apply

from lsprotocol import types

TEXT = """target clicks = null {}

event viewed { field id = uuid() }

let busy = 2 + 3

test "day" {
  seed = 1

  send viewed to clicks

  phase base = hold busy * 100/s for 5m
  phase rush = hold 3 * 1_000/s for 10m

  expect latency.p99 < 250ms during base
}
"""


async def actions(editor, uri, range, only):
    params = types.CodeActionParams(text_document=types.TextDocumentIdentifier(uri=uri), range=range, context=types.CodeActionContext(diagnostics=[], only=[only]))
    return await editor.client.text_document_code_action_async(params)


def at(editor, uri, words):
    place = editor.at(uri, words)
    return types.Range(start=place, end=place)


def applied(editor, uri, action):
    [change] = action.edit.document_changes
    return apply(editor.texts[uri], change.edits)


async def test_extract(start):
    editor = await start()
    uri = await editor.open("a.scale", TEXT)
    [action] = await actions(editor, uri, editor.range(uri, "3 * 1_000/s"), "refactor.extract")
    text = applied(editor, uri, action)
    assert 'let rush_rate = 3 * 1_000/s\n\ntest "day"' in text and "phase rush = hold rush_rate for 10m" in text


async def test_inline(start):
    editor = await start()
    uri = await editor.open("a.scale", TEXT)
    [action] = await actions(editor, uri, at(editor, uri, "busy ="), "refactor.inline")
    text = applied(editor, uri, action)
    assert "let busy" not in text and "hold (2 + 3) * 100/s" in text


async def test_inline_is_refused_where_another_file_uses_the_constant(start):
    editor = await start()
    editor.write("other.scale", 'import a from "a.scale"\n\nlet more = a.busy\n')
    uri = await editor.open("a.scale", TEXT)
    found = await actions(editor, uri, at(editor, uri, "busy ="), "refactor.inline")
    assert all(action.edit is None and "another file uses `busy`" in action.disabled.reason for action in found)


async def test_missing_settings_and_expectations(start):
    editor = await start()
    uri = await editor.open("a.scale", TEXT)
    [action] = await actions(editor, uri, at(editor, uri, "rush ="), "refactor.rewrite")
    text = applied(editor, uri, action)
    assert "expect latency.p99 < 250ms during rush" in text and "errors.ratio" in text
    uri = await editor.open("b.scale", "target t = file {}\n")
    [action] = await actions(editor, uri, at(editor, uri, "t = file"), "refactor.rewrite")
    assert 'path = "' in applied(editor, uri, action)
