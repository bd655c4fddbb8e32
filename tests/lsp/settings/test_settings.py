"""Settings: from the start, asked for, and changed later."""

import pytest
from lsprotocol import types

# A hint of a value, one of a share, and a lens.
TEXT = """let a = 1 + 1

target t = null {}

event viewed { field id = uuid() }

mix both { 60% viewed, rest viewed }

pipeline p { reads = t, capacity = 1_000/s }

test "x" {
  seed = 1

  send both to t

  phase burst = hold 2_000/s for 10m
}
"""
NOTHING_OFF = {"values", "rest", "lenses"}


async def shown(editor, uri):
    """Which of these are on."""
    document = types.TextDocumentIdentifier(uri=uri)
    last = types.Position(line=TEXT.count("\n"), character=0)
    params = types.InlayHintParams(text_document=document, range=types.Range(start=types.Position(line=0, character=0), end=last))
    labels = [hint.label for hint in await editor.client.text_document_inlay_hint_async(params) or []]
    lenses = await editor.client.text_document_code_lens_async(types.CodeLensParams(text_document=document))
    return {kind for kind, on in {"values": "= 2" in labels, "rest": "40%" in labels, "lenses": bool(lenses)}.items() if on}


def changed(editor, settings=None):
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=settings))


def asks_nothing(capabilities):
    capabilities.workspace.configuration = None


OFF = {"inlayHints": {"values": False}, "codeLens": {"enable": False}}


@pytest.mark.parametrize("nothing", [{}, None, {"inlayHints": {}}, {"inlayHints": {"values": None}}])
async def test_a_setting_that_is_removed_from_the_answer_is_on(start, nothing):
    editor = await start()
    answers = [OFF]
    editor.client.get_configuration = lambda **_: answers[-1]
    uri = await editor.open("a.scale", TEXT)
    changed(editor)
    await settings_are(editor, uri, {"rest"})
    answers.append(nothing)
    changed(editor)
    await settings_are(editor, uri, NOTHING_OFF)
    answers.append({"inlayHints": {"rest": False}})
    changed(editor)
    await settings_are(editor, uri, {"values", "lenses"})


async def settings_are(editor, uri, expected):
    """The answer to the question may come behind the next request."""
    for _ in range(200):
        if (found := await shown(editor, uri)) == expected:
            return
    assert found == expected


@pytest.mark.parametrize("nothing", [{"scalec": {}}, {}, {"scalec": {"inlayHints": {}}}, {"other": {"inlayHints": 1}}])
async def test_a_setting_that_is_sent_no_more_is_on(start, nothing):
    editor = await start(edit=asks_nothing)
    uri = await editor.open("a.scale", TEXT)
    changed(editor, {"scalec": OFF})
    assert await shown(editor, uri) == {"rest"}
    changed(editor, nothing)
    assert await shown(editor, uri) == NOTHING_OFF
    changed(editor, {"scalec": {"inlayHints": {"rest": False}}})
    assert await shown(editor, uri) == {"values", "lenses"}


async def test_what_was_set_at_the_start_counts_where_nothing_else_is_set(start):
    for edit in (asks_nothing, None):
        editor = await start(options=OFF, edit=edit)
        editor.client.get_configuration = lambda **_: None
        uri = await editor.open("a.scale", TEXT)
        assert await shown(editor, uri) == {"rest"}
        changed(editor, {"scalec": {}})
        assert await shown(editor, uri) == {"rest"}
    editor = await start(options=OFF, edit=asks_nothing)
    uri = await editor.open("a.scale", TEXT)
    changed(editor, {"scalec": {"inlayHints": {"values": True, "rest": False}}})
    assert await shown(editor, uri) == {"values"}
    changed(editor, {"scalec": {"codeLens": {"enable": True}}})
    assert await shown(editor, uri) == {"rest", "lenses"}


async def test_the_server_asks_for_its_settings_where_it_can(start):
    editor = await start(configuration={"scalec": {"codeLens": {"enable": False}}})
    methods = {r.method for r in editor.registered}
    await editor.open("a.scale", "let a = 1\n")
    methods |= {r.method for r in editor.registered}
    assert "workspace/didChangeConfiguration" in methods
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
    uri = await editor.open("b.scale", "let a = nothing\n")
    assert editor.codes(uri) == ["E0201"]


async def test_nonsense_changes_nothing(start):
    editor = await start(options={"inlayHints": 5, "commands": {"a": 1}})
    for settings in [None, [], "x", {"scalec": {"inlayHints": {"phases": "yes"}}}]:
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=settings))
    uri = await editor.open("b.scale", "let a = nothing\n")
    assert editor.codes(uri) == ["E0201"]
