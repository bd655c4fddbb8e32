"""A credential is in no answer of the server: of a table of places, each with a word that is put there and looked for everywhere."""

import asyncio
import json

import pytest
from conftest import ROOT
from lsprotocol import types
from pygls.exceptions import JsonRpcException

TABLE = (ROOT / "tests/support/credentials.txt").read_text().splitlines()
PLACES = [line.replace("⏎", "\n") for line in TABLE if line and not line.startswith("#")]
EVENT = "event v { field id = uuid() }\n"


def said(converter, answer):
    return json.dumps(converter.unstructure(answer), ensure_ascii=False, default=str)


async def answers(editor, uri, marker):
    """What the server says of a file, by what it was asked: all that people read, and not the edits that put back what they wrote."""
    client, text, document = editor.client, editor.texts[uri], types.TextDocumentIdentifier(uri=uri)
    lines = text.splitlines()
    place = lambda line, column: types.Position(line=line, character=column)
    asked = {
        "symbols": client.text_document_document_symbol_async(types.DocumentSymbolParams(text_document=document)),
        "workspace symbols": client.workspace_symbol_async(types.WorkspaceSymbolParams(query="")),
        "hints": client.text_document_inlay_hint_async(types.InlayHintParams(text_document=document, range=types.Range(start=place(0, 0), end=place(len(lines), 0)))),
        "lenses": client.text_document_code_lens_async(types.CodeLensParams(text_document=document)),
        "links": client.text_document_document_link_async(types.DocumentLinkParams(text_document=document)),
    }
    for number, line in enumerate(lines):
        for start, end in [(0, len(line)), (len(line), len(line))]:
            params = types.CodeActionParams(text_document=document, range=types.Range(start=place(number, start), end=place(number, end)), context=types.CodeActionContext(diagnostics=[]))
            asked[f"actions {number}:{start}"] = client.text_document_code_action_async(params)
        starts = [at for at, c in enumerate(line) if c.isalnum() and (at == 0 or not line[at - 1].isalnum())]
        for column in starts:
            asked[f"hover {number}:{column}"] = client.text_document_hover_async(types.HoverParams(text_document=document, position=place(number, column)))
        if marker in line:
            at = line.index(marker)
            for column in {0, *starts[:2], line.rfind("=", 0, at) + 1, line.rfind("=", 0, at) + 2, at, at + 3, at + len(marker), len(line)}:
                where = {"text_document": document, "position": place(number, column)}
                asked[f"completion {number}:{column}"] = client.text_document_completion_async(types.CompletionParams(**where))
                asked[f"signature {number}:{column}"] = client.text_document_signature_help_async(types.SignatureHelpParams(**where))
                asked[f"place of a rename {number}:{column}"] = client.text_document_prepare_rename_async(types.PrepareRenameParams(**where))
                asked[f"rename {number}:{column}"] = client.text_document_rename_async(types.RenameParams(**where, new_name="1x"))
    found = dict(zip(asked, await asyncio.gather(*asked.values(), return_exceptions=True)))
    for what, answer in found.items():
        if isinstance(answer, JsonRpcException):
            found[what] = str(answer)
        elif isinstance(answer, Exception):
            raise answer
        elif what.startswith("actions"):
            found[what] = [(action.title, action.diagnostics, action.disabled) for action in answer or []]
        elif what == "links":
            found[what] = [link.tooltip for link in answer or []]
    return {"diagnostics": editor.findings(uri), **found}


@pytest.mark.parametrize("marker", ["hunter2SECRETpw", "correcthorse"])
async def test_a_credential_is_in_no_answer(start, tmp_path, marker):
    log = tmp_path / "log"
    editor = await start(arguments=("--log", str(log)))
    shown = []
    for number, place in enumerate(PLACES):
        uri = await editor.open(f"{number}.scale", EVENT + place.replace("MARKER", marker) + "\n")
        assert editor.texts[uri].count(marker) == 1
        for asked, answer in (await answers(editor, uri, marker)).items():
            if marker in said(editor.client.protocol._converter, answer):
                shown.append(f"{place}\n    {asked}: {answer}")
        editor.close(uri)
    assert len(PLACES) > 60 and shown == [], "\n".join(shown)
    assert marker not in log.read_text()
