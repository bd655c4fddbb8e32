"""Code lenses: what can be done with a test, and what is predicted of a pipeline."""

from lsprotocol import types

TEXT = """target clicks = null {}

event viewed { field id = uuid() }

pipeline stream { reads = clicks, capacity = 1_000/s }

test "day" {
  seed = 1

  send viewed to clicks

  phase burst = hold 2_000/s for 10m
  phase calm  = hold 500/s for 30m
}
"""
COMMANDS = ["scalec.check", "scalec.plan", "scalec.runLocal"]


async def lenses(editor, uri):
    return await editor.client.text_document_code_lens_async(types.CodeLensParams(text_document=types.TextDocumentIdentifier(uri=uri)))


async def test_a_test_can_be_checked_and_planned(start):
    editor = await start(options={"commands": COMMANDS})
    uri = await editor.open("a.scale", TEXT)
    found = await lenses(editor, uri)
    own = [lens.command for lens in found if lens.command.command]
    # Running needs the engine, which this build may be without.
    assert [c.title for c in own][:2] == ["check", "plan"]
    assert own[1].command == "scalec.plan" and list(own[1].arguments) == [uri, "day"]
    assert all(lens.range.start.line == 6 for lens in found if lens.command.command)


async def test_the_prediction_stands_above_the_pipeline(start):
    editor = await start()
    uri = await editor.open("a.scale", TEXT)
    [lens] = await lenses(editor, uri)
    assert lens.command.title == "predicted: up to 600_000 behind at 10m, caught up 20m later"
    assert lens.range.start.line == 4


async def test_lenses_can_be_switched_off(start):
    editor = await start(options={"commands": COMMANDS, "codeLens": {"enable": False}})
    uri = await editor.open("a.scale", TEXT)
    assert not await lenses(editor, uri)


async def test_the_prediction_stays_while_it_rests_on_nothing_broken(start):
    editor = await start()
    for n, (line, told) in enumerate([("exp", True), ("zzz", True), ("cluster = nope", True), ("arrivals =", True), ("phase q =", False), ("fault f =", False), ("send", False)]):
        uri = await editor.open(f"a{n}.scale", TEXT.replace("  phase calm", f"  {line}\n  phase calm"))
        found = [lens.command.title for lens in await lenses(editor, uri) or []]
        assert found == (["predicted: up to 600_000 behind at 10m, caught up 20m later"] if told else []), line
