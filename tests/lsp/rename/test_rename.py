"""Rename: everywhere, or not at all and with the reason."""

import pytest
from conftest import apply
from lsprotocol import types
from pygls.exceptions import JsonRpcException

SHARED = "target orders = null {}\nlet rate = 5/s\n"
OTHER = 'import lib from "shop.scale"\npipeline p { reads = lib.orders }\n'
MAIN = 'import shop from "shop.scale"\nevent order { field id = uuid() }\ntest "t" {\n  send order to shop.orders\n  phase steady = hold shop.rate for 1m\n  expect shop.orders.latency.p99 < 1s during steady\n}\n'


async def started(start, **how):
    editor = await start(**how)
    editor.write("shop.scale", SHARED)
    editor.write("other.scale", OTHER)
    return editor, await editor.open("a.scale", MAIN)


async def rename(editor, uri, words, new, offset=0):
    return await editor.client.text_document_rename_async(types.RenameParams(**editor.where(uri, words, offset), new_name=new))


async def refused(editor, uri, words, new, offset=0):
    with pytest.raises(JsonRpcException) as why:
        await rename(editor, uri, words, new, offset)
    return str(why.value)


async def test_in_all_files_that_import_it(start):
    editor, uri = await started(start)
    edit = await rename(editor, uri, "orders", "bought", 1)
    after = {}
    for change in edit.document_changes:
        name = change.text_document.uri.rsplit("/", 1)[1]
        text = editor.texts.get(change.text_document.uri) or editor.path(name).read_text()
        after[name] = apply(text, change.edits)
        assert change.text_document.version == (1 if name == "a.scale" else None)
    assert after == {"a.scale": MAIN.replace("orders", "bought"), "other.scale": OTHER.replace("orders", "bought"), "shop.scale": SHARED.replace("orders", "bought")}


async def test_check_says_the_same_afterwards(start):
    editor, uri = await started(start)
    before = editor.codes(uri)
    for words, new in [("order {", "purchase"), ("steady =", "calm"), ("shop from", "store"), ("id =", "key_of_it")]:
        edit = await rename(editor, uri, words, new)
        [change] = edit.document_changes
        await editor.change(uri, apply(editor.texts[uri], change.edits))
        assert editor.codes(uri) == before, editor.texts[uri]
    assert "during calm" in editor.texts[uri] and "send purchase to store.orders" in editor.texts[uri]


async def test_what_can_be_renamed_is_told_before(start):
    editor, uri = await started(start)
    assert editor.capabilities.rename_provider.prepare_provider
    found = await editor.client.text_document_prepare_rename_async(types.PrepareRenameParams(**editor.where(uri, "steady\n", 2)))
    assert found.placeholder == "steady" and found.range.start == editor.at(uri, "steady\n")
    for words, part in [("latency", "a word of the language"), ("1m", "no name here")]:
        with pytest.raises(JsonRpcException, match=part):
            await editor.client.text_document_prepare_rename_async(types.PrepareRenameParams(**editor.where(uri, words, 1)))


async def test_refused_with_the_reason(start):
    editor, uri = await started(start)
    assert "shop.scale:2 declares the let `rate`" in await refused(editor, uri, "orders", "rate")
    assert "is no name" in await refused(editor, uri, "order {", "my order")
    assert "is a word of the language" in await refused(editor, uri, "order {", "during")
    # It would be taken for the metric of every test.
    await editor.change(uri, 'target t = null {}\nevent order { field id = uuid() }\ntest "t" {\n  seed = 1\n  send order to t\n  phase p = hold 5/s for 1m\n  expect latency.p99 < 1s always\n}\n')
    assert "a meaning of its own at a.scale:7" in await refused(editor, uri, "t =", "latency")


async def test_a_file_that_cannot_be_read_is_mended_first(start):
    editor, uri = await started(start)
    await editor.change(uri, MAIN.replace("during steady", "durin steady"))
    assert "a.scale:6 cannot be read, and may name `steady`" in await refused(editor, uri, "steady =", "calm")
    # What the broken line does not name can be renamed.
    assert (await rename(editor, uri, "id =", "key_of_it")).document_changes


async def test_what_ships_with_scalec_keeps_its_name(start):
    editor = await start()
    uri = await editor.open("a.scale", 'import aws from "std/aws"\ncluster c { workers = 2 of "m5.large" }\n')
    assert "ships with scalec" in await refused(editor, uri, "m5.large", "m5.small", 1)


async def test_an_editor_without_versions_gets_plain_changes(start):
    def edit(capabilities):
        capabilities.workspace.workspace_edit.document_changes = None
        capabilities.text_document.rename.prepare_support = None

    editor, uri = await started(start, edit=edit)
    assert editor.capabilities.rename_provider is True
    changes = (await rename(editor, uri, "steady =", "calm")).changes
    assert apply(MAIN, changes[uri]) == MAIN.replace("steady", "calm")


async def test_a_text_without_a_file(start):
    editor = await start()
    text = "let rate = 5/s\nlet twice = 2 * rate\n"
    uri = await editor.open("untitled:Untitled-1", text)
    [change] = (await rename(editor, uri, "rate", "pace")).document_changes
    assert change.text_document.uri == uri and apply(text, change.edits) == text.replace("rate", "pace")


async def test_files_are_as_they_are_on_the_disk_also_for_a_client_that_watches_none(start):
    editor, uri = await started(start)
    # An import that is not open changes, and nobody says so.
    editor.write("shop.scale", "\n\n" + SHARED)
    edit = await rename(editor, uri, "orders", "bought", 1)
    changed = {change.text_document.uri.rsplit("/", 1)[1]: change.edits for change in edit.document_changes}
    assert apply("\n\n" + SHARED, changed["shop.scale"]) == "\n\n" + SHARED.replace("orders", "bought")
    editor.write("shop.scale", SHARED + "target bought = null {}\n")
    assert "bought" in await refused(editor, uri, "orders", "bought", 1)


async def test_a_file_that_cannot_be_read_may_name_it(start):
    editor, uri = await started(start)
    editor.write("shared/odd.scale", b"import lib from \"../shop.scale\"\n# \xff orders\n")
    assert "shared/odd.scale cannot be read, and may name `orders`" in await refused(editor, uri, "orders", "bought", 1)


async def test_a_file_that_cannot_be_read_and_never_holds_the_name_is_no_hindrance(start):
    editor, uri = await started(start)
    editor.write("shared/odd.scale", b"# \xff nothing of it\n")
    edit = await rename(editor, uri, "orders", "bought", 1)
    assert len(edit.document_changes) == 3


async def prepared(editor, uri, words, offset=0):
    found = await editor.client.text_document_prepare_rename_async(types.PrepareRenameParams(**editor.where(uri, words, offset)))
    return found.placeholder, found.range.start.line, found.range.start.character


def watches_nothing(capabilities):
    capabilities.workspace.did_change_watched_files = None


async def test_what_can_be_renamed_is_as_the_disk_says_also_for_a_client_that_watches_none(start):
    editor, uri = await started(start, edit=watches_nothing)
    assert await prepared(editor, uri, "orders", 1) == ("orders", 3, 21)
    # What the open file imports is written anew: the name is there no more, and then it is there again.
    editor.write("shop.scale", SHARED.replace("orders", "bought"))
    with pytest.raises(JsonRpcException, match="no name here"):
        await prepared(editor, uri, "orders", 1)
    editor.write("shop.scale", "# moved\n" + SHARED)
    assert await prepared(editor, uri, "orders", 1) == ("orders", 3, 21)
    # A file that is not open is asked about as it is on the disk.
    shop = editor.uri("shop.scale")
    for text, line in [("# moved\n" + SHARED, 1), (SHARED, 0), ("\n\n\n" + SHARED.replace("orders", "bought"), 3)]:
        editor.write("shop.scale", text)
        editor.texts[shop] = text
        name = "bought" if "bought" in text else "orders"
        assert await prepared(editor, shop, f"target {name}", 8) == (name, line, 7)
    editor.path("shop.scale").unlink()
    with pytest.raises(JsonRpcException):
        await prepared(editor, shop, "target bought", 8)


async def test_what_is_open_can_be_renamed_as_it_is_open(start):
    editor, uri = await started(start, edit=watches_nothing)
    shop = await editor.open("shop.scale")
    editor.write("shop.scale", "let other = 1\n")
    editor.write("a.scale", "let other = 1\n")
    assert await prepared(editor, uri, "orders", 1) == ("orders", 3, 21)
    assert await prepared(editor, shop, "orders", 1) == ("orders", 0, 7)
    edit = await rename(editor, shop, "orders", "bought", 1)
    changed = {change.text_document.uri: change for change in edit.document_changes}
    assert {known: change.text_document.version for known, change in changed.items()} == {uri: 1, shop: 1, editor.uri("other.scale"): None}
    for known in (uri, shop):
        assert apply(editor.texts[known], changed[known].edits) == editor.texts[known].replace("orders", "bought")
