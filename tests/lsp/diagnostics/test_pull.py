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


async def test_it_is_told_to_ask_again_where_nobody_watches(start):
    def edit(capabilities):
        pulls(capabilities)
        capabilities.workspace.did_change_watched_files = None

    editor = await start(edit=edit)
    editor.write("lib.scale", "let a = 1\n")
    uri = await editor.open("a.scale", 'import lib from "lib.scale"\n\nlet b = lib.a\n')
    report = await ask(editor, uri)
    assert report.items == ()
    await asyncio.sleep(1.2)
    count = editor.client.diagnostic_refresh_count
    editor.write("lib.scale", "let c = 1\n")
    await editor.client.text_document_hover_async(types.HoverParams(**editor.where(uri, "b =")))
    async with asyncio.timeout(PATIENCE):
        while editor.client.diagnostic_refresh_count == count:
            await asyncio.sleep(0.01)
    report = await ask(editor, uri, report.result_id)
    assert [item.code for item in report.items] == ["E0201"]
    # Once, and not with each request from now on.
    for _ in range(3):
        await asyncio.sleep(0.6)
        assert (await ask(editor, uri, report.result_id)).kind == "unchanged"
    assert editor.client.diagnostic_refresh_count == count + 1


async def test_without_a_way_to_be_told_findings_are_published(start):
    def edit(capabilities):
        pulls(capabilities)
        capabilities.workspace.diagnostics = None

    editor = await start(edit=edit)
    assert editor.capabilities.diagnostic_provider is None
    uri = await editor.open("a.scale", "let a = nothing\n")
    assert editor.codes(uri) == ["E0201"]


async def test_what_was_told_of_an_import_is_taken_back(start):
    editor = await start(edit=pulls)
    editor.write("lib.scale", "let a = nothing\n")
    lib = editor.uri("lib.scale")
    one = await editor.open("one.scale", 'import lib from "lib.scale"\n\nlet b = lib.a\n')
    two = await editor.open("two.scale", 'import lib from "lib.scale"\n\nlet c = lib.a\n')
    first, second = await ask(editor, one), await ask(editor, two)
    codes = lambda report: {uri: [item.code for item in related.items] for uri, related in (report.related_documents or {}).items()}
    assert codes(first) == codes(second) == {lib: ["E0201"]}
    # One imports it no more; the other still does, and what it found stays.
    await editor.change(one, "let b = 1\n")
    first = await ask(editor, one, first.result_id)
    assert codes(first) == {} and (await ask(editor, two, second.result_id)).kind == "unchanged"
    # Nobody does, or it is mended.
    await editor.change(two, "let c = 1\n")
    second = await ask(editor, two, second.result_id)
    assert codes(second) == {lib: []}
    assert (await ask(editor, two, second.result_id)).kind == "unchanged"
    await editor.change(one, 'import lib from "lib.scale"\n\nlet b = lib.a\n')
    first = await ask(editor, one, first.result_id)
    assert codes(first) == {lib: ["E0201"]}
    editor.write("lib.scale", "let a = 1\n")
    editor.watched("lib.scale")
    first = await ask(editor, one, first.result_id)
    assert codes(first) == {lib: []}


async def test_what_a_closed_file_told_of_an_import_is_taken_back(start):
    editor = await start(edit=pulls)
    editor.write("lib.scale", "let a = nothing\n")
    lib = editor.uri("lib.scale")
    one = await editor.open("one.scale", 'import lib from "lib.scale"\n\nlet b = lib.a\n')
    other = await editor.open("other.scale", "let d = 1\n")
    await ask(editor, one)
    report = await ask(editor, other)
    count = editor.client.diagnostic_refresh_count
    editor.close(one)
    async with asyncio.timeout(PATIENCE):
        while editor.client.diagnostic_refresh_count == count:
            await asyncio.sleep(0.01)
    after = await ask(editor, other, report.result_id)
    assert after.kind == "full" and [list(related.items) for related in after.related_documents.values()] == [[]]
    assert list(after.related_documents) == [lib]
    assert (await ask(editor, other, after.result_id)).kind == "unchanged"
    # An import that is opened knows more of itself; closed, it is told of again.
    await editor.open("one.scale", 'import lib from "lib.scale"\n\nlet b = lib.a\n')
    report = await ask(editor, one)
    await editor.open("lib.scale")
    opened = await ask(editor, one, report.result_id)
    assert not opened.related_documents
    editor.close(lib)
    closed = await ask(editor, one, opened.result_id)
    assert [item.code for item in closed.related_documents[lib].items] == ["E0201"]
