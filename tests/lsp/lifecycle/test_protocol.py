"""What the protocol says of beginnings, endings and mistakes of clients."""

import os
import subprocess
import time

import pytest

URI = "untitled:a"
FORMATTING = {"textDocument": {"uri": URI}, "options": {"tabSize": 2, "insertSpaces": True}}

# Takes a while to look at, so that what is sent behind it has come when it is done.
LONG = "".join(f"let a_{i} = {i}\n" for i in range(4_000))


def test_it_begins_and_ends(pipe):
    p = pipe()
    result = p.begin()
    assert result["serverInfo"]["name"] == "scalec" and result["capabilities"]["positionEncoding"] == "utf-16"
    assert p.ask("shutdown")["result"] is None
    assert p.ask("textDocument/formatting", FORMATTING)["error"]["code"] == -32600
    p.send(p.notification("exit"))
    assert p.ended() == 0


def test_a_client_that_can_nothing_gets_what_it_can_take(pipe):
    p = pipe()
    capabilities = p.begin()["capabilities"]
    assert "codeActionProvider" not in capabilities and "diagnosticProvider" not in capabilities
    p.send(p.open(URI, "let a = nothing\n"))
    while (message := p.read())["method"] != "textDocument/publishDiagnostics":
        assert message["method"] not in ("client/registerCapability", "workspace/configuration")
    assert "relatedInformation" not in message["params"]["diagnostics"][0]
    p.send(p.request("shutdown"), p.notification("exit"))
    assert p.ended() == 0


def test_before_initialize_nothing_is_answered(pipe):
    p = pipe()
    answer = p.ask("textDocument/formatting", FORMATTING)
    assert answer["error"]["code"] == -32002 and "initialize" in answer["error"]["message"]
    p.send(p.open(URI, "let a = nothing\n"))
    p.begin()
    assert p.ask("initialize", {"capabilities": {}})["error"]["code"] == -32600
    assert p.ask("scalec/text", {"textDocument": {"uri": URI}})["error"]["code"] == -32602, "it was passed over"
    p.send(p.notification("exit"))
    assert p.ended() == 1


@pytest.mark.parametrize("said", [[], ["exit"]])
def test_who_goes_without_a_word_leaves_nothing_behind(pipe, said):
    for begun in (False, True):
        p = pipe()
        if begun:
            p.begin()
            p.send(p.open(URI, LONG))
        p.send(*[p.notification(method) for method in said])
        p.process.stdin.close()
        assert p.ended() == 1


def test_who_goes_after_shutdown_has_said_goodbye(pipe):
    p = pipe()
    p.begin()
    p.ask("shutdown")
    p.process.stdin.close()
    assert p.ended() == 0


def test_an_editor_that_is_killed_leaves_nothing_behind(pipe):
    """Even where somebody else holds the pipe open: here, this test."""
    editor = subprocess.Popen(["sleep", "600"])
    p = pipe()
    p.begin(processId=editor.pid)
    editor.kill()
    editor.wait()
    assert p.ended() == 1


@pytest.mark.parametrize("closes", [True, False])
def test_a_client_that_never_reads_leaves_nothing_behind(pipe, closes):
    p = pipe()
    p.begin()
    p.send(p.open(URI, "let a = nothing\n" * 1_000))
    os.set_blocking(p.process.stdin.fileno(), False)
    frame = p.frame(p.request("scalec/text", {"textDocument": {"uri": URI}}))
    try:
        for _ in range(20_000):
            p.raw(frame)
    except BlockingIOError:
        pass
    # It waits for its reader, and must not wait for ever.
    if closes:
        p.process.stdout.close()
    try:
        p.process.stdin.close()
    except (BrokenPipeError, BlockingIOError):
        pass
    assert p.ended() == 1


def test_unknown_methods(pipe):
    p = pipe()
    p.begin()
    for method in ("textDocument/nothing", "$/nothing", "workspace/executeCommand"):
        assert p.ask(method, {})["error"]["code"] == -32601
    p.send(p.notification("$/setTrace", {"value": "off"}), p.notification("nothing/known", [1]))
    assert "result" in p.ask("shutdown")
    p.send(p.notification("exit"))
    assert p.ended() == 0


def test_wrong_params(pipe):
    p = pipe()
    p.begin()
    for params in (None, {}, [], {"textDocument": {"uri": 5}}, {"textDocument": {"uri": ":://"}, "options": FORMATTING["options"]}):
        error = p.ask("textDocument/formatting", params)["error"]
        assert error["code"] == -32602 and "textDocument/formatting" in error["message"], params
    for uri in ("untitled:nothing", "http://host/a.scale", "file://host/a.scale", "file:///%FF.scale", "git:/a.scale"):
        error = p.ask("textDocument/formatting", {**FORMATTING, "textDocument": {"uri": uri}})["error"]
        assert error["code"] == -32602 and uri in error["message"], uri
    # A file that is not there is no mistake of the protocol.
    assert "result" in p.ask("textDocument/formatting", {**FORMATTING, "textDocument": {"uri": "file:///no/such/file.scale"}})
    for method, params in [("textDocument/didChange", {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": "x"}]}), ("textDocument/didClose", {"textDocument": {"uri": URI}}), ("textDocument/didOpen", {})]:
        p.send(p.notification(method, params))
    place = {"start": {"line": 99, "character": 99}, "end": {"line": 3, "character": 4_000_000_000}}
    p.send(p.open(URI, "let a = 1\n"), p.notification("textDocument/didChange", {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"range": place, "text": "let b = 2\n"}]}))
    assert p.ask("scalec/text", {"textDocument": {"uri": URI}})["result"] == "let a = 1\nlet b = 2\n"
    p.send(p.request("shutdown"), p.notification("exit"))
    assert p.ended() == 0


@pytest.mark.parametrize("version", [{"version": None}, {}, {"version": "2"}, {"version": 2**40}])
def test_changes_without_a_version_are_taken(pipe, version):
    """The protocol let it be null once. A change that is left out would be missed by all that come after it."""
    p = pipe()
    p.begin()
    document = {"uri": URI, **version}

    def change(text, *place):
        start, end = ({"line": 0, "character": at} for at in place)
        return p.notification("textDocument/didChange", {"textDocument": document, "contentChanges": [{"range": {"start": start, "end": end}, "text": text}]})

    def told():
        while (message := p.read()).get("method") != "textDocument/publishDiagnostics":
            pass
        return [d["code"] for d in message["params"]["diagnostics"]], message["params"].get("version")

    p.send(p.notification("textDocument/didOpen", {"textDocument": {**document, "languageId": "scale", "text": "let a = 1\n"}}))
    assert told() == ([], None)
    p.send(change("nothing", 8, 9))
    assert told() == (["E0201"], None)
    p.send(change("b", 4, 5))
    assert p.ask("scalec/text", {"textDocument": {"uri": URI}})["result"] == "let b = nothing\n"
    # A version that is sent counts again.
    p.send(p.notification("textDocument/didChange", {"textDocument": {"uri": URI, "version": 7}, "contentChanges": [{"text": "let a = 1\n"}]}))
    while (last := told()) != ([], 7):
        assert last == (["E0201"], None)
    p.send(p.request("shutdown"), p.notification("exit"))
    assert p.ended() == 0


def test_malformed_messages_are_answered_where_somebody_waits(pipe):
    p = pipe()
    p.begin()
    p.send(b"{", b"[1]", b"\xff\xfe", b"null", b'{"jsonrpc":"2.0","id":77,"method":5}')
    assert p.answer({"id": 77})["error"]["code"] == -32600
    assert p.ask("shutdown")["result"] is None
    p.send(p.notification("exit"))
    assert p.ended() == 0


@pytest.mark.parametrize("nonsense", [b"nonsense\r\n\r\n", b"Content-Length: many\r\n\r\n{}", b"Content-Length: -5\r\n\r\n", b"Content-Length: 99999999999999\r\n\r\n{}", b"Content-Type: x\r\n\r\n", b"\x00" * 100_000])
def test_a_frame_that_cannot_be_understood_is_the_end(pipe, tmp_path, nonsense):
    log = tmp_path / "log"
    p = pipe("--log", str(log))
    p.begin()
    try:
        p.raw(nonsense)
    except BrokenPipeError:
        pass
    assert p.ended() == 1
    assert "the client has gone: " in log.read_text()


def test_cancelled_and_outdated_requests_are_not_worked_on(pipe):
    p = pipe()
    p.begin()
    busy = p.request("textDocument/formatting", FORMATTING)
    cancelled = p.request("textDocument/formatting", FORMATTING)
    outdated = p.request("textDocument/formatting", FORMATTING)
    change = p.notification("textDocument/didChange", {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": "let a=1\n"}]})
    last = p.request("textDocument/formatting", FORMATTING)
    p.send(p.open(URI, LONG), busy, cancelled, outdated, p.notification("$/cancelRequest", {"id": cancelled["id"]}), change, last)
    assert p.answer(busy).get("error", {"code": -32801})["code"] == -32801
    assert p.answer(cancelled)["error"]["code"] == -32800
    assert p.answer(outdated)["error"]["code"] == -32801
    assert p.answer(last)["result"][0]["newText"] == " = "
    p.send(p.request("shutdown"), p.notification("exit"))
    assert p.ended() == 0


def test_fast_typing_queues_no_work(pipe):
    """Hundreds of keystrokes while the first is looked at: the last is told about, most others are not."""
    p = pipe()
    p.begin()
    changes = [p.notification("textDocument/didChange", {"textDocument": {"uri": URI, "version": v}, "contentChanges": [{"text": LONG + f"let v = {v}\n"}]}) for v in range(2, 202)]
    p.send(p.open(URI, LONG), *changes)
    told = []
    while not told or told[-1] != 201:
        message = p.read()
        if message["method"] == "textDocument/publishDiagnostics":
            told.append(message["params"]["version"])
    assert len(told) < 100 and told == sorted(told)
    p.send(p.request("shutdown"), p.notification("exit"))
    assert p.ended() == 0


def test_the_log_says_what_happened_and_no_text(pipe, tmp_path):
    log = tmp_path / "log"
    p = pipe("--log", str(log))
    p.begin(clientInfo={"name": "tester"}, workspaceFolders=[{"uri": (tmp_path / "missing").as_uri(), "name": "x"}])
    p.send(p.open(URI, 'target t = kafka { brokers = "b:1", password = "hunter2hunter2" }\n'))
    while p.read()["method"] != "textDocument/publishDiagnostics":
        pass
    assert "error" in p.ask("textDocument/formatting", {})
    p.send(p.request("shutdown"), p.notification("exit"))
    assert p.ended() == 0
    text = log.read_text()
    for words in ("client: tester", "initialize 1: ", "textDocument/didOpen: ", "diagnostics: ", "-32602", " ms", "exit"):
        assert words in text, words
    assert "hunter2" not in text and "kafka" not in text
    q = pipe("--log", str(tmp_path / "no" / "log"))
    assert q.ended() == 3 and b"cannot write" in q.process.stderr.read() and q.process.stdout.read() == b""


def test_the_log_repeats_nothing_that_somebody_typed(pipe, tmp_path):
    log = tmp_path / "log"
    p = pipe("--log", str(log))
    p.begin()
    p.send(p.open(URI, 'let hunter1 = 1\nnode "hunter2` `x" { vcpu = 1, memory = 1GiB }\nlet c = 1 + hunter1\n'))
    place = lambda line, character: {"textDocument": {"uri": URI}, "position": {"line": line, "character": character}}
    for name in ("9x hunter3", "9: hunter3", "a` hunter3 `b", "during", "c", "`", "hunter3`"):
        assert "error" in p.ask("textDocument/rename", {**place(0, 5), "newName": name}), name
    for name in ("a: hunter3", 'hunter3"', "hunter3` `"):
        p.ask("textDocument/rename", {**place(1, 7), "newName": name})
    for params in ({"textDocument": {"uri": "hunter4:x"}}, {"textDocument": "hunter4"}, "hunter4"):
        assert "error" in p.ask("textDocument/hover", params)
    p.send(p.notification("textDocument/didChange", {"textDocument": {"uri": "untitled:hunter4", "version": 1}, "contentChanges": []}))
    p.send(p.notification("textDocument/didOpen", {"textDocument": "hunter4"}), {"jsonrpc": "2.0", "id": "1", "error": {"code": -1, "message": "hunter4"}})
    assert p.ask("x\n\x1b" + "y" * 10_000)["error"]["code"] == -32601
    p.send(p.notification("x\n" + "y" * 10_000), p.request("shutdown"), p.notification("exit"))
    assert p.ended() == 0
    text = log.read_text()
    assert "hunter" not in text
    # Why it was refused is told all the same.
    for reason in ("is no name", "is a word of the language and cannot be a name", "is taken"):
        assert f"-32803 `…` {reason}\n" in text, text
    assert all(len(line) < 300 and line.isprintable() for line in text.splitlines())


def test_a_folder_that_cannot_be_read(pipe, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "a.scale").write_text("let a = 1\n")
    closed.chmod(0)
    try:
        p = pipe()
        p.begin(workspaceFolders=[{"uri": closed.as_uri(), "name": "x"}, {"uri": (closed / "a.scale").as_uri(), "name": "file"}])
        p.send(p.open((closed / "b.scale").as_uri(), 'import a from "a.scale"\n\nlet b = nothing\n'))
        while (message := p.read())["method"] != "textDocument/publishDiagnostics":
            pass
        assert "E0201" in [d["code"] for d in message["params"]["diagnostics"]]
        p.send(p.request("shutdown"), p.notification("exit"))
        assert p.ended() == 0
    finally:
        closed.chmod(0o700)


def test_a_cache_that_cannot_be_written_leads_nowhere(pipe, tmp_path):
    (tmp_path / "cache").write_text("a file in the place of the folder")
    p = pipe()
    p.begin(capabilities={"textDocument": {"publishDiagnostics": {"codeDescriptionSupport": True}}})
    text = 'import aws from "std/aws"\n\nlet a = nothing\n'
    p.send(p.open(URI, text))
    while (message := p.read())["method"] != "textDocument/publishDiagnostics":
        pass
    assert "E0201" in [d["code"] for d in message["params"]["diagnostics"]]
    assert not any("codeDescription" in d for d in message["params"]["diagnostics"])
    place = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 20}}
    assert not p.ask("textDocument/definition", place)["result"] and not p.ask("textDocument/documentLink", place)["result"]
    p.send(p.request("shutdown"), p.notification("exit"))
    assert p.ended() == 0


def test_stdio_may_be_named(pipe):
    p = pipe("--stdio")
    p.begin()
    p.send(p.request("shutdown"), p.notification("exit"))
    assert p.ended() == 0
