"""Go to definition: in the file, through imports, into modules that ship with scalec, to the files that paths name."""

import pathlib
from urllib.parse import unquote, urlparse

from lsprotocol import types

SHARED = 'target orders = null {}\n## What a customer does.\nevent order { field id = uuid() }\n'
MAIN = 'import shop from "shared/shop.scale"\nimport aws from "std/aws"\n\nlet rate = 5/s\n\ntest "t" {\n  send shop.order to shop.orders\n  phase p = hold rate for 1m\n  phase q = replay "day.csv"\n}\ncluster c { workers = 2 of "m5.large" }\n'


async def goals(editor, uri, words, offset=0):
    return await editor.client.text_document_definition_async(types.DefinitionParams(**editor.where(uri, words, offset)))


def path_of(uri):
    return unquote(urlparse(uri).path)


async def started(start, **how):
    editor = await start(**how)
    editor.write("shared/shop.scale", SHARED)
    editor.write("day.csv", "seconds,rate\n0,5\n60,5\n")
    return editor, await editor.open("a.scale", MAIN)


async def test_in_the_file(start):
    editor, uri = await started(start)
    [link] = await goals(editor, uri, "rate for", 2)
    assert link.target_uri == uri and link.target_selection_range == editor.range(uri, "rate") and link.target_range == editor.range(uri, "let rate = 5/s")
    assert link.origin_selection_range == types.Range(start=editor.at(uri, "rate for"), end=editor.at(uri, "rate for", 4))


async def test_through_an_import_to_a_file_that_is_not_open(start):
    editor, uri = await started(start)
    [link] = await goals(editor, uri, "order to", 1)
    assert link.target_uri == editor.uri("shared/shop.scale")
    assert (link.target_selection_range.start.line, link.target_selection_range.start.character) == (2, 6)
    # The import itself leads on to the file, as its path does.
    for words in ["shop from", "shared/shop"]:
        [link] = await goals(editor, uri, words, 1)
        assert link.target_uri == editor.uri("shared/shop.scale") and link.target_range.start == types.Position(line=0, character=0)
    # A use of its name leads to the import.
    [link] = await goals(editor, uri, "shop.orders", 1)
    assert link.target_uri == uri and link.target_selection_range.start == editor.at(uri, "shop")


async def test_into_a_module_that_ships_with_scalec(start):
    editor, uri = await started(start)
    [link] = await goals(editor, uri, "m5.large", 1)
    line = link.target_selection_range.start.line
    text = pathlib.Path(path_of(link.target_uri)).read_text().splitlines()
    assert text[line].startswith('node "m5.large"')
    # What is opened there is read as what it is.
    module = await editor.open(link.target_uri, "\n".join(text) + "\n")
    [own] = await goals(editor, module, 'node "m5.large"', 7)
    assert own.target_uri == module


async def test_to_what_a_replay_plays(start):
    editor, uri = await started(start)
    [link] = await goals(editor, uri, "day.csv", 1)
    assert link.target_uri == editor.uri("day.csv")


async def test_to_the_table_that_values_are_taken_from(start):
    editor, _ = await started(start)
    uri = await editor.open("b.scale", 'event e {\n  field a = from_file("day.csv", "rate")\n  field b = from_file("gone.csv", "rate")\n}\n')
    [link] = await goals(editor, uri, "day.csv", 1)
    assert link.target_uri == editor.uri("day.csv") and link.origin_selection_range == editor.range(uri, "day.csv")
    assert not await goals(editor, uri, "gone.csv", 1) and not await goals(editor, uri, '"rate")', 1)


async def test_words_of_the_language_and_blanks_lead_nowhere(start):
    editor, uri = await started(start)
    for words, offset in [("hold", 1), ("of \"m5", 1), ("\n\nlet", 1)]:
        assert not await goals(editor, uri, words, offset), words


async def test_an_editor_without_links_gets_places(start):
    def edit(capabilities):
        capabilities.text_document.definition.link_support = None

    editor, uri = await started(start, edit=edit)
    found = await goals(editor, uri, "rate for")
    [place] = found if isinstance(found, list) else [found]
    assert place.uri == uri and place.range == editor.range(uri, "rate")
