"""Completion: what can be written at a place, taken as an editor takes it."""

from conftest import apply

from lsprotocol import types

WORLD = """let usual = 2_000/s

target clicks = null {}

event viewed { field id = uuid() }

"""


async def complete(editor, uri, words, offset=None):
    """What is offered right behind some words, by label."""
    where = editor.where(uri, words, len(words) if offset is None else offset)
    answer = await editor.client.text_document_completion_async(types.CompletionParams(**where))
    items = answer.items if hasattr(answer, "items") else answer or []
    return {item.label: item for item in items}


def taken(editor, uri, item):
    return apply(editor.texts[uri], [item.text_edit, *(item.additional_text_edits or [])])


async def test_declarations_of_the_kind_that_belongs_there(start):
    editor = await start()
    uri = await editor.open("a.scale", WORLD + 'test "a" {\n  send viewed to \n}\n')
    items = await complete(editor, uri, "to ")
    assert "clicks" in items and "viewed" not in items and "usual" not in items
    assert "send viewed to clicks\n" in taken(editor, uri, items["clicks"])


async def test_an_unfinished_line_at_the_end_of_a_damaged_file(start):
    editor = await start()
    uri = await editor.open("a.scale", WORLD + 'evnt broken {\n\ntest "a" {\n  phase p = hold 2')
    items = await complete(editor, uri, "hold 2")
    assert list(items)[0] == "2/s"
    assert taken(editor, uri, items["2/s"]).endswith("phase p = hold 2/s")


async def test_required_settings_come_first_and_are_snippets(start):
    editor = await start()
    uri = await editor.open("a.scale", 'target t = kafka {\n  topic = "x"\n  \n}\n')
    items = await complete(editor, uri, '"x"\n  ')
    first = sorted(items.values(), key=lambda item: item.sort_text)[:2]
    assert [item.label for item in first] == ["brokers", "partitions"]
    assert first[0].insert_text_format == types.InsertTextFormat.Snippet
    assert "topic" not in items


async def test_a_name_of_another_module_brings_its_import(start):
    editor = await start()
    editor.write("shared/shop.scale", "event sold { field id = uuid() }\n")
    uri = await editor.open("a.scale", WORLD + 'test "a" {\n  send so\n}\n')
    items = await complete(editor, uri, "send so")
    text = taken(editor, uri, items["shop.sold"])
    assert text.startswith('import shop from "shared/shop.scale"\n\nlet usual') and "  send shop.sold\n" in text


async def test_a_module_that_is_edited_and_not_saved_is_known_as_it_is(start):
    editor = await start()
    editor.write("shop.scale", "event sold { field id = uuid() }\n")
    shop = await editor.open("shop.scale")
    uri = await editor.open("a.scale", WORLD + 'test "a" {\n  send x\n}\n')
    assert "shop.sold" in await complete(editor, uri, "send x")
    await editor.change(shop, "event bought { field id = uuid() }\n")
    items = await complete(editor, uri, "send x")
    assert "shop.bought" in items and "shop.sold" not in items


async def test_import_paths_and_shipped_modules(start):
    editor = await start()
    editor.write("lib/shop.scale", "let a = 1\n")
    uri = await editor.open("a.scale", 'import shop from "')
    items = await complete(editor, uri, 'from "')
    assert {"lib/shop.scale", "std/aws"} <= set(items)
    assert taken(editor, uri, items["lib/shop.scale"]) .startswith('import shop from "lib/shop.scale"')


async def test_positions_behind_letters_outside_of_ascii(start):
    editor = await start()
    uri = await editor.open("a.scale", 'let a = 5m # 🦆 ä\ntest "🦆" {\n  phase p = hold 1/s for a\n}\n')
    items = await complete(editor, uri, "for a")
    assert "for a\n" in taken(editor, uri, items["a"])


async def test_metrics_of_a_target(start):
    editor = await start()
    uri = await editor.open("a.scale", WORLD + 'test "a" {\n  expect clicks.\n}\n')
    items = await complete(editor, uri, "expect clicks.")
    assert "latency" in items and "errors.ratio" in items and "lost" not in items
