"""Inlay hints, and that each kind can be switched off."""

from lsprotocol import types

TEXT = """let usual = 2_000/s
let busy = 5x * usual

target clicks = null {}

event viewed { field id = uuid() }
event sold { field id = uuid() }

mix both { 60% viewed, rest sold }

node "m" { vcpu = 2, memory = 8GiB, price = $0.5/h }

cluster small { workers = 2 of "m" }

test "day" {
  seed = 1

  cluster = small

  send both to clicks

  phase base = hold usual for 5m

  expect cost < $5 at end
}
"""


async def hints(editor, uri):
    last = types.Position(line=editor.texts[uri].count("\n"), character=0)
    whole = types.Range(start=types.Position(line=0, character=0), end=last)
    params = types.InlayHintParams(text_document=types.TextDocumentIdentifier(uri=uri), range=whole)
    return [hint.label for hint in await editor.client.text_document_inlay_hint_async(params)]


async def test_every_kind_tells(start):
    editor = await start()
    uri = await editor.open("a.scale", TEXT)
    assert await hints(editor, uri) == ["= 10_000/s", "40%", "$1/h", "+0s · 600_000 records"]


async def test_each_kind_can_be_switched_off(start):
    all_of_them = {"phases": "+0s", "values": "= 10_000/s", "rest": "40%", "prices": "$1/h"}
    for kind, begins in all_of_them.items():
        editor = await start(options={"inlayHints": {kind: False}})
        uri = await editor.open("a.scale", TEXT)
        found = await hints(editor, uri)
        assert len(found) == 3 and not any(hint.startswith(begins) for hint in found), kind


async def test_a_stretch_of_a_file(start):
    editor = await start()
    uri = await editor.open("a.scale", TEXT)
    params = types.InlayHintParams(text_document=types.TextDocumentIdentifier(uri=uri), range=editor.range(uri, "mix both { 60% viewed, rest sold }"))
    assert [hint.label for hint in await editor.client.text_document_inlay_hint_async(params)] == ["40%"]


async def test_values_are_exact_or_say_that_they_are_not(start):
    editor = await start()
    values = {
        "30m + 1s": "= 1_801s",
        "1h + 1s": "= 3_601s",
        "10s + 1ms": "= 10.001s",
        "$12 / 1M": "= $0.000012",
        "1 / 1M": "= 0.000001",
        "2_000/s + 1/m": "= 120_001/m",
        "64KiB - 1B": "= 65_535B",
        "1_048_588B * 1": "= 1_048_588B",
        "10s / 3": "≈ 3.33s",
        "5x * 2_000/s": "= 10_000/s",
    }
    uri = await editor.open("values.scale", "".join(f"let v{n} = {text}\n" for n, text in enumerate(values)))
    assert await hints(editor, uri) == list(values.values())


async def test_millions_have_one_decimal(start):
    editor = await start()
    uri = await editor.open("a.scale", TEXT.replace("for 5m", "for 25m"))
    assert "+0s · 3.0M records" in await hints(editor, uri)
    uri = await editor.open("b.scale", TEXT.replace("for 5m", "for 30m"))
    assert "+0s · 3.6M records" in await hints(editor, uri)


async def test_of_repeated_phases_that_differ_the_whole_is_told(start):
    editor = await start()
    uri = await editor.open("a.scale", TEXT.replace("phase base = hold usual for 5m", "repeat 4 {\n    phase p = hold 1/m for 250ms\n  }"))
    assert "+0s · 4 times, 1 record in all" in await hints(editor, uri)


async def test_a_price_is_not_cut_to_the_cent(start):
    editor = await start()
    for price, shown in [("$0.192/h", "$0.384/h"), ("$0.48/h", "$0.96/h"), ("$6.25/h", "$12.5/h")]:
        uri = await editor.open(f"a{shown[1:].replace('/', '')}.scale", TEXT.replace("$0.5/h", price))
        assert shown in await hints(editor, uri), price


DAMAGED = TEXT.replace("  phase base = hold usual for 5m\n", "  phase base = hold usual for 5m\n  %\n  phase late = hold 7/s for 1m\n")


async def test_a_line_that_is_being_written_takes_no_hint_of_others(start):
    editor = await start()
    both = ["+0s · 600_000 records", "+5m · 420 records"]
    for n, line in enumerate(["exp", "zzz", "fault f =", "arrivals =", "cluster = nope", "send 40% nope to clicks", "seed ="]):
        uri = await editor.open(f"whole{n}.scale", DAMAGED.replace("%\n", line + "\n"))
        assert [hint for hint in await hints(editor, uri) if hint.startswith("+")] == both, line
    for n, line in enumerate(["phase q =", "phase q = hold 3/s for 30mins", "pha"]):
        uri = await editor.open(f"first{n}.scale", DAMAGED.replace("%\n", line + "\n"))
        assert [hint for hint in await hints(editor, uri) if hint.startswith("+")] == both[:1], line
    uri = await editor.open("block.scale", DAMAGED.replace("%\n", "phase q = hold 3/s for 1m {\n    send\n  }\n"))
    assert [hint for hint in await hints(editor, uri) if hint.startswith("+")] == [both[0], "+5m · 180 records", "+6m · 420 records"]
