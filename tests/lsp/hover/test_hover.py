"""Hover: what a word is, with its value."""

from lsprotocol import types

TEXT = """## What a usual day brings.
let usual = 2_000/s
let busy  = 5x * usual
let token = secret("TOKEN")

target clicks = kinesis { stream = "c", region = "eu-west-1", shards = 24 }

event viewed { field id = uuid() }

test "day" {
  seed = 1

  send viewed to clicks

  # scalec: allow W0510 — steep
  phase base = hold usual for 5m
  phase rush = hold busy for 10m

  expect latency.p99 < 250ms always
}
"""


async def told(editor, uri, words, offset=0):
    answer = await editor.client.text_document_hover_async(types.HoverParams(**editor.where(uri, words, offset)))
    return answer.contents.value if answer else None


async def test_a_name_with_its_value(start):
    editor = await start()
    uri = await editor.open("a.scale", TEXT)
    assert "`10_000/s`, a rate" in await told(editor, uri, "busy for")
    assert "What a usual day brings." in await told(editor, uri, "usual for")
    answer = await editor.client.text_document_hover_async(types.HoverParams(**editor.where(uri, "busy for", 2)))
    assert answer.range == editor.range(uri, "busy for".split()[0]) or answer.range.start == editor.at(uri, "busy for")


async def test_phases_targets_metrics_codes(start):
    editor = await start()
    uri = await editor.open("a.scale", TEXT)
    assert "5m to 15m (10m) · 6M records" in await told(editor, uri, "rush")
    assert "24 shards take 24_000/s and 24MB/s" in await told(editor, uri, "clicks =")
    assert "measured while it sends, every 1s" in await told(editor, uri, "latency")
    assert "W0510" in await told(editor, uri, "W0510")
    assert await told(editor, uri, "steep") is None


async def test_each_value_of_a_for_is_told(start):
    editor = await start()
    matrix = TEXT.replace('test "day"', 'test "day" for n in [1, 2]').replace("hold busy for 10m", "hold busy for n * 10m")
    uri = await editor.open("a.scale", matrix)
    assert (await told(editor, uri, "rush")).endswith("- `n = 1`: 5m to 15m (10m) · 6M records\n- `n = 2`: 5m to 25m (20m) · 12M records")
    assert (await told(editor, uri, "base")).endswith("```\n\n0s to 5m (5m) · 600_000 records")


async def test_an_instance_tells_when_it_runs(start):
    editor = await start()
    repeated = TEXT.replace("  phase rush = hold busy for 10m", "  repeat 3 {\n    phase rush = hold busy for 10m\n  }").replace("250ms always", "250ms during rush[2]")
    uri = await editor.open("a.scale", repeated)
    text = await told(editor, uri, "rush[2]", 5)
    assert text == "`rush[2]`: instance 2 of 3, 15m to 25m (10m) · 6M records"


async def test_a_secret_stays_one(start, monkeypatch):
    monkeypatch.setenv("TOKEN", "hunter2hunter2")
    editor = await start()
    uri = await editor.open("a.scale", TEXT)
    text = await told(editor, uri, "token =")
    assert "the secret `TOKEN`" in text and "hunter2" not in text


async def test_unsaved_imports_are_read_as_they_are(start):
    editor = await start()
    editor.write("lib.scale", "let rate = 1/s\n")
    lib = await editor.open("lib.scale")
    uri = await editor.open("a.scale", 'import lib from "lib.scale"\n\nlet twice = 2 * lib.rate\n')
    assert "`2/s`" in await told(editor, uri, "twice")
    await editor.change(lib, "let rate = 4/s\n")
    assert "`8/s`" in await told(editor, uri, "twice")


async def test_a_phase_of_a_test_that_is_being_written(start):
    editor = await start()
    text = "target t = null {}\nevent e { field id = uuid() }\ntest \"a\" {\n  seed = 1\n  send e to t\n  phase first = hold 5/s for 1m\n  phase odd = hold nope for 1m\n  phase last = hold 7/s for 1m\n  exp\n}\n"
    uri = await editor.open("a.scale", text)
    assert "0s to 1m (1m) · 300 records" in await told(editor, uri, "first")
    assert (await told(editor, uri, "odd")).rstrip().endswith("1m to 2m (1m)")
    assert "2m to 3m (1m) · 420 records" in await told(editor, uri, "last")
