"""Selection ranges grow from the word to the file."""

from lsprotocol import types


async def test_each_lies_within_the_next(start):
    editor = await start()
    text = 'let a = 5\ntest "ä🦀 b" {\n  phase p = hold a * 1/s for 1m\n}\n'
    uri = await editor.open("a.scale", text)
    params = types.SelectionRangeParams(text_document=types.TextDocumentIdentifier(uri=uri), positions=[editor.at(uri, "a * 1"), editor.at(uri, "b\"")])
    chains = []
    for chain in await editor.client.text_document_selection_range_async(params):
        ranges = []
        while chain:
            ranges.append(chain.range)
            chain = chain.parent
        chains.append(ranges)
    assert chains[0][0] == types.Range(start=editor.at(uri, "a * 1"), end=editor.at(uri, "a * 1", 1))
    assert editor.range(uri, "a * 1/s") in chains[0] and editor.range(uri, "hold a * 1/s for 1m") in chains[0]
    assert chains[1][:2] == [editor.range(uri, "ä🦀 b"), editor.range(uri, '"ä🦀 b"')]
    for ranges in chains:
        assert ranges[-1] == types.Range(start=types.Position(line=0, character=0), end=types.Position(line=4, character=0))
        for inner, outer in zip(ranges, ranges[1:]):
            assert (outer.start.line, outer.start.character) <= (inner.start.line, inner.start.character)
            assert (inner.end.line, inner.end.character) <= (outer.end.line, outer.end.character)
            assert inner != outer
