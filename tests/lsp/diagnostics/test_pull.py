"""Findings for a client that asks for them: nothing is published to it, so nothing is shown twice."""

import asyncio

from conftest import PATIENCE
from lsprotocol import types


def pulls(capabilities):
    capabilities.text_document.diagnostic = types.DiagnosticClientCapabilities(related_document_support=True)
    capabilities.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)


async def ask(editor, uri, previous=None):
    params = types.DocumentDiagnosticParams(text_document=types.TextDocumentIdentifier(uri=uri), previous_result_id=previous)
    return await editor.client.text_document_diagnostic_async(params)


async def test_who_asks_is_answered_and_not_told(start):
    editor = await start(edit=pulls)
    assert editor.capabilities.diagnostic_provider.inter_file_dependencies
    editor.write("lib.scale", "let a = nothing\n")
    uri = await editor.open("a.scale", 'import lib from "lib.scale"\n\nlet b = lib.a + nowhere\n')
    report = await ask(editor, uri)
    assert [item.code for item in report.items] == ["E0201"]
    assert [item.code for item in report.related_documents[editor.uri("lib.scale")].items] == ["E0201"]
    again = await ask(editor, uri, report.result_id)
    assert again.kind == "unchanged" and again.result_id == report.result_id
    await editor.change(uri, "let b = 1\n")
    assert (await ask(editor, uri, report.result_id)).items == ()
    assert editor.notices == 0


async def test_it_is_told_to_ask_again_when_an_import_changes(start):
    editor = await start(edit=pulls)
    editor.write("lib.scale", "let a = 1\n")
    uri = await editor.open("a.scale", 'import lib from "lib.scale"\n\nlet b = lib.a\n')
    assert (await ask(editor, uri)).items == ()
    count = editor.client.diagnostic_refresh_count
    editor.write("lib.scale", "let c = 1\n")
    editor.watched("lib.scale")
    assert [item.code for item in (await ask(editor, uri)).items] == ["E0201"]
    async with asyncio.timeout(PATIENCE):
        while editor.client.diagnostic_refresh_count == count:
            await asyncio.sleep(0.01)


async def test_without_a_way_to_be_told_findings_are_published(start):
    def edit(capabilities):
        pulls(capabilities)
        capabilities.workspace.diagnostics = None

    editor = await start(edit=edit)
    assert editor.capabilities.diagnostic_provider is None
    uri = await editor.open("a.scale", "let a = nothing\n")
    assert editor.codes(uri) == ["E0201"]
