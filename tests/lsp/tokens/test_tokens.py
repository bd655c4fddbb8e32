"""Semantic tokens: all, what changed, and a part."""

from lsprotocol import types

TEXT = '''## Doc
import aws from "std/aws"
param peak = 5x * $0.5/h in $1/h..$9/h
target t = null {}
event order { field id = uuid() }
test "🦀" {
  seed = 1
  send order to t
  phase p = hold 5MB/s for 1m   # why
  expect latency.p99 < 1s during p
}
node "a" { as_of = """two
lines""" }
'''


def words(editor, text, data):
    """(text, type, modifiers) of each token, as the legend names them."""
    legend = editor.capabilities.semantic_tokens_provider.legend
    lines = text.split("\n")
    line = column = 0
    out = []
    for at in range(0, len(data), 5):
        down, right, length, sort, bits = data[at : at + 5]
        line, column = line + down, right if down else column + right
        units = lines[line].encode("utf-16-le")
        word = units[column * 2 : (column + length) * 2].decode("utf-16-le")
        modifiers = [m for bit, m in enumerate(legend.token_modifiers) if bits & 1 << bit]
        out.append((word, legend.token_types[sort], "+".join(modifiers)))
    return out


async def whole(editor, uri):
    return await editor.client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(text_document=types.TextDocumentIdentifier(uri=uri)))


async def test_words_have_the_colours_of_what_they_mean(start):
    editor = await start()
    uri = await editor.open("a.scale", TEXT)
    found = words(editor, TEXT, (await whole(editor, uri)).data)
    for expected in [
        ("## Doc", "comment", ""),
        ("import", "keyword", ""),
        ("aws", "namespace", "declaration"),
        ('"std/aws"', "string", ""),
        ("peak", "parameter", "declaration+readonly"),
        ("5", "number", ""),
        ("x", "unit", ""),
        ("$", "unit", ""),
        ("0.5", "number", ""),
        ("/h", "unit", ""),
        ("null", "type", "defaultLibrary"),
        ("order", "event", "declaration"),
        ("order", "event", ""),
        ("id", "property", "declaration"),
        ("uuid", "function", "defaultLibrary"),
        ('"🦀"', "string", ""),
        ("seed", "property", "defaultLibrary"),
        ("MB/s", "unit", ""),
        ("# why", "comment", ""),
        ("latency", "variable", "readonly+defaultLibrary"),
        ("<", "operator", ""),
        ('"""two', "string", ""),
        ('lines"""', "string", ""),
    ]:
        assert expected in found, expected


def applied(data, edits):
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        data = data[: edit.start] + list(edit.data or []) + data[edit.start + edit.delete_count :]
    return data


async def test_only_what_changed_is_sent(start):
    editor = await start()
    uri = await editor.open("a.scale", TEXT)
    known = await whole(editor, uri)
    data, number = list(known.data), known.result_id
    for old, new in [("seed = 1", "seed = 1\n  tags = []"), ("latency", "service_time"), ("## Doc\n", ""), ("x", "x"), ("# why", "")]:
        await editor.change(uri, editor.texts[uri].replace(old, new, 1))
        params = types.SemanticTokensDeltaParams(text_document=types.TextDocumentIdentifier(uri=uri), previous_result_id=number)
        delta = await editor.client.text_document_semantic_tokens_full_delta_async(params)
        assert isinstance(delta, types.SemanticTokensDelta)
        assert sum(len(e.data or []) for e in delta.edits) < 40
        data, number = applied(data, delta.edits), delta.result_id
        fresh = await whole(editor, uri)
        assert data == list(fresh.data), (old, new)
        number = fresh.result_id


async def test_an_unknown_number_gets_all(start):
    editor = await start()
    uri = await editor.open("a.scale", TEXT)
    all_of_it = (await whole(editor, uri)).data
    params = types.SemanticTokensDeltaParams(text_document=types.TextDocumentIdentifier(uri=uri), previous_result_id="nothing")
    answer = await editor.client.text_document_semantic_tokens_full_delta_async(params)
    assert answer.data == all_of_it


async def test_a_part_of_it(start):
    editor = await start()
    uri = await editor.open("a.scale", TEXT)
    everything = words(editor, TEXT, (await whole(editor, uri)).data)
    params = types.SemanticTokensRangeParams(text_document=types.TextDocumentIdentifier(uri=uri), range=types.Range(start=editor.at(uri, "event"), end=editor.at(uri, "test")))
    part = words(editor, TEXT, (await editor.client.text_document_semantic_tokens_range_async(params)).data)
    assert [word for word, *_ in part] == ["event", "order", "field", "id", "=", "uuid"]
    assert all(token in everything for token in part)


async def test_a_damaged_file_keeps_its_colours(start):
    editor = await start()
    text = TEXT.replace("event order {", "evnt order [")
    uri = await editor.open("a.scale", text)
    found = words(editor, text, (await whole(editor, uri)).data)
    assert ("latency", "variable", "readonly+defaultLibrary") in found and ("peak", "parameter", "declaration+readonly") in found
