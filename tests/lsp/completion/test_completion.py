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
    return {item.label: whole(item, answer.item_defaults) for item in answer.items}


def whole(item, shared):
    """An item with what it shares with the others of its list."""
    if shared:
        if item.text_edit is None and shared.edit_range:
            item.text_edit = types.TextEdit(range=shared.edit_range, new_text=item.label if item.text_edit_text is None else item.text_edit_text)
        item.insert_text_format = item.insert_text_format or shared.insert_text_format
        item.insert_text_mode = item.insert_text_mode or shared.insert_text_mode
        item.data = shared.data if item.data is None else item.data
    return item


async def resolved(editor, item):
    return await editor.client.completion_item_resolve_async(item)


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


LONG = WORLD + "".join(f"let number_{n} = {n}/s\n\nevent event_{n} {{ field id = uuid() }}\n\n" for n in range(250)) + 'test "a" {\n  phase p = hold usual for 1m\n}\n'


def completion(**more):
    item = {"snippet_support": True, "documentation_format": [types.MarkupKind.Markdown], **more.pop("item", {})}
    return types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(
            completion=types.CompletionClientCapabilities(completion_item=types.ClientCompletionItemOptions(**item), **more)
        )
    )


LAZY = completion(
    item={"resolve_support": types.ClientCompletionItemResolveOptions(properties=["documentation", "detail", "additionalTextEdits"]), "label_details_support": True},
    completion_list=types.CompletionListCapabilities(item_defaults=["commitCharacters", "editRange", "insertTextFormat", "insertTextMode", "data"]),
)


async def test_what_items_share_is_said_once_and_words_when_they_are_looked_at(start):
    eager, lazy = await start(completion()), await start(LAZY)
    for editor in (eager, lazy):
        uri = await editor.open("a.scale", LONG)
        where = editor.where(uri, "hold us", len("hold us"))
        editor.answer = await editor.client.text_document_completion_async(types.CompletionParams(**where))
    assert eager.answer.item_defaults is None and all(item.text_edit and item.data is None for item in eager.answer.items)
    assert lazy.answer.item_defaults.edit_range and not any(item.text_edit or item.documentation or item.detail for item in lazy.answer.items)
    assert len(eager.answer.items) == len(lazy.answer.items) > 250
    documented = 0
    for plain, short in zip(eager.answer.items, lazy.answer.items):
        item = await resolved(lazy, whole(short, lazy.answer.item_defaults))
        assert (plain.label, plain.text_edit.new_text, plain.insert_text_format) == (item.label, item.text_edit.new_text, item.insert_text_format)
        assert (plain.detail, plain.documentation, plain.sort_text) == (item.detail, item.documentation, item.sort_text)
        documented += plain.documentation is not None
    assert documented > 5


async def test_an_item_of_an_older_list_stays_as_it_is(start):
    editor = await start(LAZY)
    uri = await editor.open("a.scale", LONG)
    old = (await complete(editor, uri, "hold us"))["usual"]
    new = (await complete(editor, uri, "hold us"))["usual"]
    assert (await resolved(editor, old)).detail is None
    assert (await resolved(editor, new)).detail
    for strange in (None, "x", -1, [1]):
        new.data = strange
        assert (await resolved(editor, new)).detail is None
