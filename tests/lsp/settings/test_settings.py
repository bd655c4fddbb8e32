"""Settings: from the start, asked for, and changed later."""

from lsprotocol import types


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
