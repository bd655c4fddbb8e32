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


def applied_to_all(editor, action):
    """Each changed file by its name, with its new text."""
    after = {}
    for change in action.edit.document_changes:
        name = change.text_document.uri.rsplit("/", 1)[1]
        is_open = change.text_document.uri in editor.texts
        assert change.text_document.version == (1 if is_open else None)
        after[name] = apply(editor.texts[change.text_document.uri] if is_open else editor.path(name).read_bytes().decode(), change.edits)
    return after


async def test_inline_in_all_files(start):
    editor = await start()
    editor.write("other.scale", 'import a from "a.scale"\r\n\r\nlet more = 2 * a.busy\r\n')
    editor.write("neither.scale", "# a.busy is told of here\nlet none = 1\n")
    uri = await editor.open("a.scale", TEXT)
    [action] = await actions(editor, uri, at(editor, uri, "busy ="), "refactor.inline")
    assert action.title == "inline `busy` in 2 files and remove it"
    after = applied_to_all(editor, action)
    assert set(after) == {"a.scale", "other.scale"}
    assert after["other.scale"] == 'import a from "a.scale"\r\n\r\nlet more = 2 * (2 + 3)\r\n'
    # It goes by what is on the disk now, whether anybody watches it or not.
    editor.write("other.scale", 'import a from "a.scale"\n\n\n\nlet more = a.busy\n')
    [action] = await actions(editor, uri, at(editor, uri, "busy ="), "refactor.inline")
    assert applied_to_all(editor, action)["other.scale"].endswith("let more = 2 + 3\n")


async def test_inline_what_another_file_declares(start):
    editor = await start()
    editor.write("shop.scale", "import deep from \"deep.scale\"\n\nlet base_rate = 2_000/s\nlet far = deep.rate\n")
    editor.write("deep.scale", "let rate = 1/s\n")
    uri = await editor.open("a.scale", 'import shop from "shop.scale"\n\nlet r = shop.base_rate\nlet s = 2 * shop.base_rate\nlet t = shop.far\n')
    [action] = await actions(editor, uri, at(editor, uri, "base_rate"), "refactor.inline")
    assert action.title == "inline `shop.base_rate` here"
    assert applied(editor, uri, action) == editor.texts[uri].replace("let r = shop.base_rate", "let r = 2_000/s")
    [action] = await actions(editor, uri, at(editor, uri, "far"), "refactor.inline")
    assert action.edit is None and "its value names `deep`, which a.scale does not import" in action.disabled.reason


async def test_inline_finds_a_name_behind_a_blank_and_refuses_what_it_cannot_read(start):
    editor = await start()
    editor.write("other.scale", 'import a from "a.scale"\n\nlet more = 2 * a. busy\n')
    uri = await editor.open("a.scale", TEXT)
    [action] = await actions(editor, uri, at(editor, uri, "busy ="), "refactor.inline")
    assert applied_to_all(editor, action)["other.scale"].endswith("let more = 2 * (2 + 3)\n")
    editor.write("odd.scale", b"# \xff busy\n")
    [action] = await actions(editor, uri, at(editor, uri, "busy ="), "refactor.inline")
    assert action.edit is None and "odd.scale cannot be read, and may name `busy`" in action.disabled.reason


async def test_inline_is_refused_where_another_file_may_use_the_constant(start):
    editor = await start()
    editor.write("other.scale", 'import a from "a.scale"\n\nlet more = = a.busy +\n')
    uri = await editor.open("a.scale", TEXT)
    [action] = await actions(editor, uri, at(editor, uri, "busy ="), "refactor.inline")
    assert action.edit is None and "other.scale:3 cannot be read, and may name `busy`" in action.disabled.reason


async def test_missing_settings_and_expectations(start):
    editor = await start()
    uri = await editor.open("a.scale", TEXT)
    [action] = await actions(editor, uri, at(editor, uri, "rush ="), "refactor.rewrite")
    text = applied(editor, uri, action)
    assert "expect latency.p99 < 250ms during rush" in text and "errors.ratio" in text
    uri = await editor.open("b.scale", "target t = file {}\n")
    [action] = await actions(editor, uri, at(editor, uri, "t = file"), "refactor.rewrite")
    assert 'path = "' in applied(editor, uri, action)
