"""Signature help."""

from lsprotocol import types


async def help_at(editor, uri, words):
    where = editor.where(uri, words, len(words))
    return await editor.client.text_document_signature_help_async(types.SignatureHelpParams(**where))


async def test_the_argument_of_an_unfinished_call(start):
    editor = await start()
    uri = await editor.open("a.scale", "event e {\n  field a = list(1..=5, zipf(1..=9, \n}\n")
    answer = await help_at(editor, uri, "zipf(1..=9, ")
    [way] = answer.signatures
    assert way.label == "zipf(range, exponent)" and answer.active_parameter == 1
    label = way.parameters[1].label
    assert label == "exponent" or way.label[label[0] : label[1]] == "exponent"


async def test_no_call_no_help(start):
    editor = await start()
    uri = await editor.open("a.scale", "let a = (1 + 2)\n")
    assert await help_at(editor, uri, "(1 + ") is None
