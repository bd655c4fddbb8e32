"""The outline of a file, and the search for symbols in all of them."""

from lsprotocol import types

TEXT = '''target t = null {}
event order {
  field id = uuid()
  field device = { os = "android" }
}
test "day" {
  send order to t
  repeat 2 {
    phase burst = hold 5/s for 1m
  }
  expect latency.p99 < 1s always
}
'''


async def outline(editor, uri):
    params = types.DocumentSymbolParams(text_document=types.TextDocumentIdentifier(uri=uri))
    return await editor.client.text_document_document_symbol_async(params)


def names(symbols):
    return [(s.name, names(s.children or [])) for s in symbols]


async def test_it_is_a_tree(start):
    editor = await start()
    uri = await editor.open("a.scale", TEXT)
    symbols = await outline(editor, uri)
    assert names(symbols) == [
        ("t", []),
        ("order", [("id", []), ("device", [("os", [])])]),
        ("day", [("repeat 2", [("burst", [])]), ("expect latency.p99 < 1s always", [])]),
    ]
    assert symbols[0].detail == "null" and symbols[0].kind == types.SymbolKind.Interface
    assert symbols[1].range.start == editor.at(uri, "event") and symbols[1].selection_range == editor.range(uri, "order")


async def test_an_editor_that_knows_no_tree_gets_a_list(start):
    def edit(capabilities):
        capabilities.text_document.document_symbol.hierarchical_document_symbol_support = None

    editor = await start(edit=edit)
    uri = await editor.open("a.scale", TEXT)
    found = await outline(editor, uri)
    assert [(s.name, s.container_name) for s in found][:4] == [("t", None), ("order", None), ("id", "order"), ("device", "order")]


async def test_a_damaged_file_keeps_the_rest(start):
    editor = await start()
    uri = await editor.open("a.scale", TEXT.replace("target t = null {}", "target = {"))
    assert ("order", [("id", []), ("device", [("os", [])])]) in names(await outline(editor, uri))


async def test_the_search_ranks_and_reads_files_that_are_not_open(start):
    editor = await start()
    editor.write("lib.scale", "let burst_rate = 5/s\nlet bursting = 1\nlet other = 2\n")
    await editor.open("a.scale", TEXT)

    async def search(query):
        return await editor.client.workspace_symbol_async(types.WorkspaceSymbolParams(query=query))

    found = await search("burst")
    assert [(s.name, s.container_name, s.location.uri.rsplit("/", 1)[1]) for s in found] == [("burst", "day", "a.scale"), ("burst_rate", None, "lib.scale"), ("bursting", None, "lib.scale")]
    assert "burst_rate" in [s.name for s in await search("brate")]
    assert not await search("nothing_like_it")
    # What is merely spelt alike is another thing.
    assert not await search("odrer") and not await search("burts")
    assert len(await search("")) >= 7


async def test_no_secret_in_the_outline(start):
    editor = await start()
    uri = await editor.open("a.scale", 'let token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"\n')
    [symbol] = await outline(editor, uri)
    assert "ghp_16C7" not in (symbol.detail or "")
