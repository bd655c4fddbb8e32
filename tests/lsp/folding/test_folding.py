"""Folding: blocks, lists, comments, imports."""

from lsprotocol import types

TEXT = 'import a from "a.scale"\nimport b from "b.scale"\n\n# one\n# two\nevent e {\n  field a = one_of([\n    1, 2,\n  ])\n}\n'


async def folds(editor, uri):
    params = types.FoldingRangeParams(text_document=types.TextDocumentIdentifier(uri=uri))
    return await editor.client.text_document_folding_range_async(params)


async def test_whole_lines(start):
    editor = await start()
    uri = await editor.open("a.scale", TEXT)
    found = [(f.start_line, f.end_line, f.kind and str(getattr(f.kind, "value", f.kind))) for f in await folds(editor, uri)]
    assert (0, 1, "imports") in found and (3, 4, "comment") in found
    # The closing brace stays to be seen.
    assert (5, 8, None) in found
    assert all(start < end for start, end, _ in found)


async def test_to_the_character(start):
    def edit(capabilities):
        capabilities.text_document.folding_range.line_folding_only = None

    editor = await start(edit=edit)
    uri = await editor.open("a.scale", TEXT)
    [block] = [f for f in await folds(editor, uri) if f.start_line == 5]
    assert (block.start_character, block.end_line, block.end_character) == (9, 9, 0)


async def test_no_more_than_the_editor_takes(start):
    def edit(capabilities):
        capabilities.text_document.folding_range.range_limit = 2

    editor = await start(edit=edit)
    uri = await editor.open("a.scale", TEXT)
    assert len(await folds(editor, uri)) == 2
