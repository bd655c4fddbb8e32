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


def watches_nothing(capabilities):
    capabilities.workspace.did_change_watched_files = None


async def test_files_are_as_they_are_on_the_disk_also_for_a_client_that_watches_none(start):
    editor = await start(edit=watches_nothing)
    editor.write("shop.scale", SHARED)
    editor.write("other.scale", OTHER)
    uri = await editor.open("a.scale", MAIN)
    expected = [("a.scale", 3, 21), ("a.scale", 5, 14), ("other.scale", 1, 25), ("shop.scale", 0, 7)]
    assert await references(editor, uri, "orders") == expected
    # What is imported, and what imports it too, is written anew: neither is open, and nobody says so.
    editor.write("shop.scale", "# ä\n\n" + SHARED)
    editor.write("other.scale", OTHER + "pipeline q { reads = lib.orders }\n")
    editor.write("third.scale", OTHER)
    moved = expected[:3] + [("other.scale", 2, 25), ("shop.scale", 2, 7), ("third.scale", 1, 25)]
    assert await references(editor, uri, "orders") == moved
    editor.path("third.scale").unlink()
    editor.write("other.scale", "let a = 1\n")
    assert await references(editor, uri, "orders") == expected[:2] + [("shop.scale", 2, 7)]


async def test_a_file_that_is_asked_about_without_being_open_is_as_it_is_on_the_disk(start):
    editor = await start(edit=watches_nothing)
    shop = editor.uri("shop.scale")
    for text, line in [(SHARED, 0), ("# ä\n\n" + SHARED, 2), ("let first = 1\n" + SHARED, 1)]:
        editor.write("shop.scale", text)
        editor.texts[shop] = text
        editor.write("other.scale", OTHER)
        assert await references(editor, shop, "orders") == [("other.scale", 1, 25), ("shop.scale", line, 7)], text


async def test_an_open_file_counts_as_it_is_open_whatever_becomes_of_it_on_the_disk(start):
    editor = await start(edit=watches_nothing)
    editor.write("shop.scale", SHARED)
    editor.write("a.scale", MAIN)
    uri = await editor.open("a.scale")
    shop = await editor.open("shop.scale")
    expected = [("a.scale", 3, 21), ("a.scale", 5, 14), ("shop.scale", 0, 7)]
    editor.write("shop.scale", "# moved\n" + SHARED)
    editor.write("a.scale", "let nothing = 1\n")
    assert await references(editor, uri, "orders") == expected
    assert await references(editor, shop, "orders") == expected
    editor.path("shop.scale").unlink()
    assert await references(editor, uri, "orders") == expected
    # Closed, it is what the disk has.
    editor.write("shop.scale", "# moved\n" + SHARED)
    editor.close(shop)
    assert await references(editor, uri, "orders") == expected[:2] + [("shop.scale", 1, 7)]
