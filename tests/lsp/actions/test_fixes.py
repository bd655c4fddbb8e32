"""Code actions: the checker's fixes, all at once, and silence."""

from conftest import apply

from lsprotocol import types


async def actions(editor, uri, words, only=None):
    finding = [f for f in editor.findings(uri)]
    params = types.CodeActionParams(
        text_document=types.TextDocumentIdentifier(uri=uri),
        range=editor.range(uri, words),
        context=types.CodeActionContext(diagnostics=finding, only=only),
    )
    return await editor.client.text_document_code_action_async(params)


def applied(editor, uri, action):
    [change] = action.edit.document_changes
    assert change.text_document.uri == uri and change.text_document.version == editor.versions[uri]
    return apply(editor.texts[uri], change.edits)


async def test_a_safe_fix_is_preferred(start):
    editor = await start()
    uri = await editor.open("a.scale", "let a = 30mins\n")
    [fix] = [a for a in await actions(editor, uri, "30mins") if a.kind == "quickfix"]
    assert fix.is_preferred and fix.diagnostics[0].code == "E0302"
    assert applied(editor, uri, fix) == "let a = 30m\n"


async def test_a_warning_is_silenced_with_a_reason_and_an_error_is_not(start):
    editor = await start()
    text = 'target t = null {}\n\ntest "x" {\n  send all to t\n  phase p = hold 1/s for 1m\n}\n'
    uri = await editor.open("a.scale", text)
    titles = {a.title: a for a in await actions(editor, uri, '"x"')}
    silence = titles["silence W0911 here, with a reason"]
    await editor.change(uri, applied(editor, uri, silence))
    assert '# scalec: allow W0911 — reason\ntest "x" {' in editor.texts[uri]
    assert "W0911" not in editor.codes(uri) and "W0110" not in editor.codes(uri)
    assert not any("E0" in title for title in titles if title.startswith("silence"))


async def test_everything_safe_at_once(start):
    editor = await start()
    text = "let a = 30mins\r\nlet b = 5secs\r\nlet c = nothing\r\n"
    uri = await editor.open("a.scale", text)
    [action] = await actions(editor, uri, "a", only=["source.fixAll"])
    assert action.kind == "source.fixAll.scalec" and action.edit is None, "made when it is chosen"
    action = await editor.client.code_action_resolve_async(action)
    assert applied(editor, uri, action) == "let a = 30m\r\nlet b = 5s\r\nlet c = nothing\r\n"
    await editor.change(uri, "let a = 1\n")
    assert not await actions(editor, uri, "a", only=["source.fixAll"])


async def test_a_client_that_resolves_nothing_gets_the_edit_at_once(start):
    def edit(capabilities):
        capabilities.text_document.code_action.resolve_support = None
        capabilities.workspace.workspace_edit.document_changes = None

    editor = await start(edit=edit)
    uri = await editor.open("a.scale", "let a = 30mins\n")
    [action] = await actions(editor, uri, "a", only=["source.fixAll.scalec"])
    assert apply(editor.texts[uri], action.edit.changes[uri]) == "let a = 30m\n"
