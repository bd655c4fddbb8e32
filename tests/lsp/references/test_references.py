"""References in all files of the project, open or not, and highlights in one."""

from lsprotocol import types

SHARED = "target orders = null {}\nlet rate = 5/s\n"
OTHER = 'import lib from "shop.scale"\npipeline p { reads = lib.orders }\n'
MAIN = 'import shop from "shop.scale"\nevent order { field id = uuid() }\ntest "t" {\n  send order to shop.orders\n  phase p = hold shop.rate for 1m\n  expect shop.orders.latency.p99 < 1s during p\n}\n'


async def references(editor, uri, words, declaration=True, offset=0):
    context = types.ReferenceContext(include_declaration=declaration)
    found = await editor.client.text_document_references_async(types.ReferenceParams(**editor.where(uri, words, offset), context=context))
    return sorted((place.uri.rsplit("/", 1)[1], place.range.start.line, place.range.start.character) for place in found or [])


async def test_files_that_are_not_open_count_too(start):
    editor = await start()
    editor.write("shop.scale", SHARED)
    editor.write("other.scale", OTHER)
    editor.write("unrelated.scale", "target orders = null {}\n")
    uri = await editor.open("a.scale", MAIN)
    expected = [("a.scale", 3, 21), ("a.scale", 5, 14), ("other.scale", 1, 25), ("shop.scale", 0, 7)]
    assert await references(editor, uri, "orders") == expected
    assert await references(editor, uri, "orders", declaration=False) == expected[:3]
    # Unsaved text counts as it is.
    shop = await editor.open("shop.scale", "# moved\n" + SHARED)
    assert await references(editor, shop, "orders") == expected[:3] + [("shop.scale", 1, 7)]


async def test_highlights_tell_reading_from_writing(start):
    editor = await start()
    editor.write("shop.scale", SHARED)
    uri = await editor.open("a.scale", MAIN)
    found = await editor.client.text_document_document_highlight_async(types.DocumentHighlightParams(**editor.where(uri, "p = hold")))
    assert [(h.range.start.line, h.kind) for h in found] == [(4, types.DocumentHighlightKind.Write), (5, types.DocumentHighlightKind.Read)]
    found = await editor.client.text_document_document_highlight_async(types.DocumentHighlightParams(**editor.where(uri, "shop.orders\n", 6)))
    assert [h.range.start.line for h in found] == [3, 5]


async def test_nothing_stands_on_a_blank_line(start):
    editor = await start()
    uri = await editor.open("a.scale", "\nlet a = 1\n")
    assert await references(editor, uri, "\nlet") == []
