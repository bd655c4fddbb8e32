"""What a client cannot take it is not given, and it gets what it can take instead."""

import pytest

URI = "untitled:a"
TEXT = """## What a **usual** day brings, as `usual`.
let usual = 2_000/s
let never = 1

target clicks = null {}

event viewed { field id = uuid() }

cluster c { workers = 2 of node { vcpu = 2, memory = 8GB } }

test "day" {
  seed = 1
  send viewed to clicks
  phase base = hold usual for 5m
  fault f = latency 1s on clicks at 1m for 1m
}
"""
DOCUMENT = {"textDocument": {"uri": URI}}


def place(words, offset=0, text=TEXT):
    before = text[: text.index(words) + offset]
    return {**DOCUMENT, "position": {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}}


@pytest.fixture
def started(pipe):
    """Starts a server for a client of these capabilities of `textDocument` (and of `workspace`) and opens a text."""
    begun = []

    def begin(capabilities=None, workspace=None, text=TEXT):
        p = pipe()
        p.server = p.begin(capabilities={"textDocument": capabilities or {}, "workspace": workspace or {}})["capabilities"]
        p.send(p.open(URI, text))
        begun.append(p)
        return p

    yield begin
    for p in begun:
        p.send(p.request("shutdown"), p.notification("exit"))
        assert p.ended() == 0


def published(p):
    while (message := p.read()).get("method") != "textDocument/publishDiagnostics":
        pass
    return {d["code"]: d for d in message["params"]["diagnostics"]}


TWICE = "let never = 1\nlet a = 1\nlet a = 2\n\ntest \"x\" {\n}\n"


@pytest.mark.parametrize(
    "said, shown",
    [
        ({}, set()),
        ({"codeDescriptionSupport": True}, {"codeDescription"}),
        ({"tagSupport": {"valueSet": [1]}}, {"tags"}),
        ({"tagSupport": {"valueSet": [2]}}, set()),
        ({"tagSupport": True}, {"tags"}),
        ({"relatedInformation": True, "dataSupport": True}, {"relatedInformation"}),
    ],
)
def test_a_published_finding_has_what_the_client_shows(started, said, shown):
    found = published(started({"publishDiagnostics": said}, text=TWICE))
    assert {key for d in found.values() for key in d} & {"codeDescription", "tags", "relatedInformation", "data"} == shown
    assert found["W0220"].get("tags") == ([1] if "tags" in shown else None) and "tags" not in found["E0202"]


@pytest.mark.parametrize("place", ["diagnostic", "publishDiagnostics"])
def test_a_pulled_finding_has_what_the_client_shows(started, place):
    """Before 3.18 of the protocol there was no place of its own to say it."""
    refresh = {"diagnostics": {"refreshSupport": True}}
    p = started({"diagnostic": {}}, refresh, text=TWICE)
    items = p.ask("textDocument/diagnostic", DOCUMENT)["result"]["items"]
    assert items and not {key for d in items for key in d} & {"codeDescription", "tags", "relatedInformation", "data"}
    said = {"codeDescriptionSupport": True, "tagSupport": {"valueSet": [1, 2]}, "relatedInformation": True}
    p = started({"diagnostic": {}, place: said} if place != "diagnostic" else {place: said}, refresh, text=TWICE)
    items = p.ask("textDocument/diagnostic", DOCUMENT)["result"]["items"]
    assert {key for d in items for key in d} >= {"codeDescription", "tags", "relatedInformation"}


def test_actions_without_and_with_what_they_can_say(started):
    text = "let a=1\ntarget t = null {}\ntest \"x\" {\n  seed = 1\n  phase p = hold 5M for 1m\n}\n"
    literal = {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}
    around = {"range": {"start": place("5M", text=text)["position"], "end": place("5M", 2, text=text)["position"]}, "context": {"diagnostics": []}}
    actions = lambda p: p.ask("textDocument/codeAction", {**DOCUMENT, **around})["result"]
    plain = actions(started({"codeAction": literal}, text=text))
    fixes = [a for a in plain if a.get("kind") == "quickfix"]
    assert fixes and not any("isPreferred" in a or "data" in a for a in plain) and all(a.get("edit") for a in plain)
    assert all("changes" in a["edit"] for a in plain), "without versions"
    assert not any("codeDescription" in d or "tags" in d for a in fixes for d in a["diagnostics"])
    # To make the edit later, the data must come back.
    resolving = {**literal, "resolveSupport": {"properties": ["edit"]}, "isPreferredSupport": True}
    assert all(a.get("edit") for a in actions(started({"codeAction": resolving}, text=text)))
    p = started({"codeAction": {**resolving, "dataSupport": True}}, text=text)
    assert "codeActionProvider" in p.server and p.server["codeActionProvider"]["resolveProvider"]
    for action in actions(p):
        if "edit" not in action:
            assert p.ask("codeAction/resolve", action)["result"]["edit"]["changes"]


def test_words_are_written_as_the_client_reads_them(started):
    hover = lambda p: p.ask("textDocument/hover", place("usual for", 1))["result"]["contents"]
    for formats, kind in [(["markdown", "plaintext"], "markdown"), (["plaintext", "markdown"], "plaintext"), (["plaintext"], "plaintext"), (None, None)]:
        can = {} if formats is None else {"hover": {"contentFormat": formats}, "completion": {"completionItem": {"documentationFormat": formats}}, "signatureHelp": {"signatureInformation": {"documentationFormat": formats}}}
        p = started(can)
        contents = hover(p)
        items = p.ask("textDocument/completion", place("usual for", 1))["result"]
        items = items["items"] if isinstance(items, dict) else items
        documentation = next(i["documentation"] for i in items if i["label"] == "usual")
        signature = p.ask("textDocument/signatureHelp", place("uuid()", 5))["result"]["signatures"][0]["documentation"]
        for said in (contents, documentation, signature):
            value = said if kind is None else said["value"]
            assert kind is None or said["kind"] == kind
            assert kind == "markdown" or "`" not in value and "**" not in value, value


def test_completions_of_a_simple_client(started):
    text = TEXT + "target k = kafka {\n  \n}\n"
    p = started(text=text)
    items = p.ask("textDocument/completion", place("kafka {\n  ", 10, text))["result"]
    items = items["items"] if isinstance(items, dict) else items
    assert items[0]["label"] == "brokers"
    for item in items:
        assert item.get("insertTextFormat", 1) == 1 and "$" not in item["textEdit"]["newText"]
        assert item["kind"] <= 18 and not {"labelDetails", "preselect", "insertTextMode", "command"} & item.keys(), item
    items = p.ask("textDocument/completion", place("usual for", 1, text))["result"]
    items = items["items"] if isinstance(items, dict) else items
    assert next(i["kind"] for i in items if i["label"] == "usual") == 6


def test_symbols_of_a_simple_client_are_a_list_of_known_kinds(started):
    def all(symbols):
        return [s for symbol in symbols for s in [symbol, *all(symbol.get("children", []))]]

    p = started()
    outline = p.ask("textDocument/documentSymbol", DOCUMENT)["result"]
    assert {"viewed", "base", "c"} <= {s["name"] for s in outline}
    found = p.ask("workspace/symbol", {"query": ""})["result"]
    for symbol in outline + found:
        assert symbol["kind"] <= 18 and "location" in symbol and "selectionRange" not in symbol, symbol
    kinds = {"symbolKind": {"valueSet": [1, 23, 24]}}
    p = started({"documentSymbol": {**kinds, "hierarchicalDocumentSymbolSupport": True}}, {"symbol": kinds})
    outline = p.ask("textDocument/documentSymbol", DOCUMENT)["result"]
    assert 24 in [s["kind"] for s in all(outline)] and all(outline) != outline
    assert 24 in [s["kind"] for s in p.ask("workspace/symbol", {"query": "viewed"})["result"]]


def test_places_of_a_simple_client(started):
    p = started()
    found = p.ask("textDocument/definition", place("usual for", 1))["result"]
    assert [set(place) for place in found] == [{"uri", "range"}]
    p = started({"definition": {"linkSupport": True}})
    assert "targetUri" in p.ask("textDocument/definition", place("usual for", 1))["result"][0]


def test_a_rename_of_a_simple_client(started):
    p = started()
    assert p.server["renameProvider"] is True
    edit = p.ask("textDocument/rename", {**place("usual for", 1), "newName": "often"})["result"]
    assert set(edit) == {"changes"} and len(edit["changes"][URI]) == 2
    p = started({"rename": {"prepareSupport": True}}, {"workspaceEdit": {"documentChanges": True}})
    assert p.server["renameProvider"]["prepareProvider"]
    edit = p.ask("textDocument/rename", {**place("usual for", 1), "newName": "often"})["result"]
    assert edit["documentChanges"][0]["textDocument"] == {"uri": URI, "version": 1}


def test_colours_are_offered_as_they_can_be_read(started):
    def offered(**can):
        return started({"semanticTokens": {"requests": {}, "tokenTypes": [], "tokenModifiers": [], "formats": ["relative"], **can}}).server.get("semanticTokensProvider")

    assert "semanticTokensProvider" not in started().server
    assert offered(formats=[]) is None
    simple = offered(requests={"full": True})
    assert simple["full"] is True and "range" not in simple
    whole = offered(requests={"full": {"delta": True}, "range": True})
    assert whole["full"] == {"delta": True} and whole["range"] is True


def test_nothing_is_registered_or_asked_that_was_not_offered(started):
    p = started({}, {"didChangeWatchedFiles": {"dynamicRegistration": False}, "configuration": False})
    p.send(p.notification("workspace/didChangeConfiguration", {"settings": {"scalec": {"codeLens": {"enable": False}}}}))
    request = p.request("textDocument/codeLens", DOCUMENT)
    p.send(request)
    while (message := p.read()).get("id") != request["id"]:
        assert message["method"] == "textDocument/publishDiagnostics", message
    assert message["result"] is None, "what is told counts where nothing can be asked"


def test_what_cannot_be_understood_costs_itself_alone(started):
    """A newer protocol may say it in another way."""
    p = started({"hover": {"contentFormat": ["html"]}, "definition": {"linkSupport": True}, "semanticTokens": {}}, {"workspaceEdit": {"documentChanges": True, "resourceOperations": ["create", "link"]}})
    assert "targetUri" in p.ask("textDocument/definition", place("usual for", 1))["result"][0]
    assert p.ask("textDocument/hover", place("usual for", 1))["result"]
