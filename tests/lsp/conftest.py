"""The language server under test, and an editor that talks to it.

A test asks for `start` and says what sort of editor it wants; each gets a server process and a folder of its own, and the process must have
ended when the test is over.

    async def test_something(start):
        editor = await start()                                   # VS Code's capabilities
        uri = await editor.open("a.scale", "let a = 1\n")         # opened, and its findings have come
        assert editor.codes(uri) == []

`editor.client` is pytest-lsp's client: every request is a method (`hover_async`, `completion_async`, …) with lsprotocol's types.
"""

import asyncio
import json
import os
import pathlib
import subprocess

import pytest
import pytest_asyncio
import pytest_lsp
from lsprotocol import types
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, LanguageClient, register_lsp_features
from pygls.protocol import default_converter

SCALEC = os.environ["SCALEC"]
ROOT = pathlib.Path(__file__).parents[2]

# Nothing takes so long unless it hangs.
PATIENCE = 20


class Editor:
    def __init__(self, client, folder):
        self.client = client
        self.folder = folder
        self.capabilities = None
        self.versions = {}
        self.texts = {}
        # By URI: version and findings, as last published; `None` for a notice without a version.
        self.published = {}
        self.notices = 0
        self.changed = asyncio.Event()

    # ---- files

    def path(self, name):
        return self.folder / name

    def uri(self, name):
        return self.path(name).as_uri() if "://" not in name and not name.startswith("untitled:") else name

    def write(self, name, text):
        """On the disk."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    async def open(self, name, text=None, settle=True):
        """Opens a file, with the text on the disk if none is given."""
        uri = self.uri(name)
        if text is None:
            text = self.path(name).read_bytes().decode()
        self.versions[uri] = 1
        self.texts[uri] = text
        document = types.TextDocumentItem(uri=uri, language_id="scale", version=1, text=text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=document))
        if settle:
            await self.settled(uri)
        return uri

    async def change(self, uri, *changes, settle=True):
        """Each change is a whole text, or (range, text)."""
        self.versions[uri] += 1
        content = []
        for change in changes:
            if isinstance(change, str):
                self.texts[uri] = change
                content.append(types.TextDocumentContentChangeWholeDocument(text=change))
            else:
                content.append(types.TextDocumentContentChangePartial(range=change[0], text=change[1]))
        document = types.VersionedTextDocumentIdentifier(uri=uri, version=self.versions[uri])
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(text_document=document, content_changes=content))
        if settle:
            await self.settled(uri)

    def close(self, uri):
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(text_document=types.TextDocumentIdentifier(uri=uri)))

    def watched(self, *names, kind=types.FileChangeType.Changed):
        changes = [types.FileEvent(uri=self.uri(name), type=types.FileChangeType(kind)) for name in names]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes=changes))

    # ---- findings

    def _publish(self, params):
        self.published[params.uri] = (params.version, list(params.diagnostics))
        self.notices += 1
        self.changed.set()

    async def until(self, true):
        """Waits until something that is published makes it true."""

        async def wait():
            while not true():
                self.changed.clear()
                await self.changed.wait()

        await asyncio.wait_for(wait(), PATIENCE)

    async def settled(self, uri):
        """Until the findings in the text as it is now have come (where the client does not ask for them itself)."""
        if self.capabilities.diagnostic_provider is None:
            await self.until(lambda: uri in self.published and self.published[uri][0] == self.versions[uri])

    def findings(self, uri):
        return self.published.get(uri, (None, []))[1]

    def codes(self, uri):
        return [finding.code for finding in self.findings(uri)]

    # ---- places

    def at(self, uri, words, offset=0):
        """The position of some words in an open file (UTF-16), or so many characters behind their start."""
        text = self.texts[uri]
        before = text[: text.index(words) + offset]
        line = before.count("\n")
        column = before.rpartition("\n")[2]
        return types.Position(line=line, character=len(column.encode("utf-16-le")) // 2)

    def range(self, uri, words):
        return types.Range(start=self.at(uri, words), end=self.at(uri, words, len(words)))

    def where(self, uri, words, offset=0):
        """The parameters that most requests have."""
        return {"text_document": types.TextDocumentIdentifier(uri=uri), "position": self.at(uri, words, offset)}


def place(text, position, encoding="utf-16"):
    """The index of a position in a text; outside of it the nearest one."""
    at = 0
    for _ in range(position.line):
        ends = [i for i in (text.find("\n", at), text.find("\r", at)) if i >= 0]
        if not ends:
            return len(text)
        at = min(ends) + (2 if text[min(ends) : min(ends) + 2] == "\r\n" else 1)
    units = 0
    while at < len(text) and text[at] not in "\r\n":
        width = len(text[at].encode(encoding + ("-le" if encoding != "utf-8" else ""))) // {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
        if units + width > position.character:
            break
        units += width
        at += 1
    return at


def apply(text, edits):
    """A text after the edits of an answer (UTF-16): every place is one of the text as it was, and none lies in what another edit replaces."""
    found = sorted(((place(text, e.range.start), place(text, e.range.end), e.new_text) for e in edits or []), key=lambda e: e[:2])
    after, at = "", 0
    for start, end, new in found:
        assert at <= start <= end, edits
        after += text[at:start] + new
        at = end
    return after + text[at:]


def check(path, cwd, encoding="utf-16"):
    """What `scalec check` says of a file, as the editor counts: URI, start, end, code, severity, headline; sorted."""
    done = subprocess.run([SCALEC, "check", "--format", "json", str(path)], cwd=cwd, capture_output=True, check=False)
    found = []
    for d in json.loads(done.stdout)["diagnostics"]:
        file = pathlib.Path(cwd) / d["file"]
        text = file.read_bytes().decode() if file.exists() else ""
        # An open file keeps the mark that it was sent with.
        mark = len("\ufeff".encode(encoding)) // (1 if encoding == "utf-8" else 2) if encoding == "utf-8" else 1
        mark = mark if text.startswith("\ufeff") and file == pathlib.Path(path) else 0
        lines = text.removeprefix("\ufeff").split("\n")

        def at(line, column):
            before = lines[line - 1][: column - 1] if line <= len(lines) else ""
            units = len(before.encode("utf-8")) if encoding == "utf-8" else len(before.encode("utf-16-le")) // 2
            return (line - 1, units + (mark if line == 1 else 0))

        found.append((file.as_uri(), at(d["line"], d["column"]), at(d["end_line"], d["end_column"]), d["code"], SEVERITIES[d["severity"]], d["message"]))
    return sorted(found)


SEVERITIES = {"error": 1, "warning": 2, "hint": 4}


def published(editor):
    """What the server says of all files, in the same shape; the headline alone."""
    found = []
    for uri, (_, findings) in editor.published.items():
        for f in findings:
            start, end = f.range.start, f.range.end
            found.append((uri, (start.line, start.character), (end.line, end.character), f.code, int(f.severity), f.message))
    return sorted(found)


def assert_same(server, command_line, about):
    assert [s[:5] for s in server] == [c[:5] for c in command_line], about
    # The headline is the same; what follows depends on what the client shows beside it.
    for s, c in zip(server, command_line):
        assert s[5].startswith(c[5]), about


class Pipe:
    """A client of bytes, for what no decent client sends."""

    def __init__(self, *arguments, environment=None):
        self.process = subprocess.Popen([SCALEC, "lsp", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
        self.number = 0

    def raw(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    @staticmethod
    def frame(message):
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        return b"Content-Length: %d\r\n\r\n" % len(body) + body

    def send(self, *messages):
        self.raw(b"".join(self.frame(m) for m in messages))

    def request(self, method, params=None):
        self.number += 1
        return {"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}

    @staticmethod
    def notification(method, params=None):
        return {"jsonrpc": "2.0", "method": method, "params": params}

    def read(self):
        """The next message; None at the end. Anything but a message fails."""
        line = self.process.stdout.readline()
        if not line:
            return None
        name, size = line.split(b": ")
        assert name == b"Content-Length" and self.process.stdout.readline() == b"\r\n"
        return json.loads(self.process.stdout.read(int(size)))

    def answer(self, request):
        """The answer to a request; what comes before it is passed over."""
        while (message := self.read()) is not None:
            if message.get("id") == request["id"] and "method" not in message:
                return message
        raise AssertionError("the server has gone")

    def ask(self, method, params=None):
        request = self.request(method, params)
        self.send(request)
        return self.answer(request)

    def begin(self, **params):
        answer = self.ask("initialize", {"processId": os.getpid(), "capabilities": {}, **params})
        self.send(self.notification("initialized", {}))
        return answer["result"]

    def open(self, uri, text):
        return self.notification("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "scale", "version": 1, "text": text}})

    def ended(self):
        return self.process.wait(timeout=PATIENCE)


@pytest.fixture
def pipe(tmp_path):
    """Starts a server for a client of bytes; none is left when the test is over."""
    pipes = []

    def begin(*arguments):
        pipes.append(Pipe(*arguments, environment=dict(os.environ, XDG_CACHE_HOME=str(tmp_path / "cache"))))
        return pipes[-1]

    yield begin
    left = [p for p in pipes if p.process.poll() is None]
    for p in left:
        p.process.kill()
    for p in pipes:
        for stream in (p.process.stdin, p.process.stdout, p.process.stderr):
            try:
                stream.close()
            except BrokenPipeError:
                pass
    assert not left, "a server was left behind"


def capabilities(name):
    """Those of a real editor: `visual_studio_code`, `neovim`, `emacs`."""
    return pytest_lsp.client_capabilities(name)


@pytest_asyncio.fixture
async def start(tmp_path):
    """Starts a server and an editor: `editor = await start()`."""
    editors = []

    async def begin(capabilities=None, options=None, folders=None, configuration=None, arguments=(), name="visual-studio-code", edit=None, root=True):
        folder = tmp_path / "work"
        folder.mkdir(exist_ok=True)
        (folder / "scale.toml").touch()
        client = LanguageClient(converter_factory=default_converter, configuration={"": configuration or {}})
        editor = Editor(client, folder)
        features = dict(DEFAULT_CLIENT_FEATURES)
        features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = lambda params: editor._publish(params)
        features[types.CLIENT_REGISTER_CAPABILITY] = lambda params: editor.registered.extend(params.registrations)
        editor.registered = []
        register_lsp_features(client, features)
        environment = dict(os.environ, XDG_CACHE_HOME=str(tmp_path / "cache"))
        await client.start_io(SCALEC, "lsp", *arguments, env=environment)
        editors.append(editor)
        if capabilities is None:
            capabilities = pytest_lsp.client_capabilities(name)
        if edit:
            edit(capabilities)
        roots = [folder] if folders is None else folders
        params = types.InitializeParams(
            capabilities=capabilities,
            initialization_options=options,
            workspace_folders=[types.WorkspaceFolder(uri=root.as_uri(), name=root.name) for root in roots] if root else None,
        )
        result = await client.initialize_session(params)
        editor.capabilities = result.capabilities
        return editor

    yield begin
    for editor in editors:
        server = editor.client._server
        if server.returncode is None:
            await asyncio.wait_for(editor.client.shutdown_session(), PATIENCE)
        assert await asyncio.wait_for(server.wait(), PATIENCE) == 0
        await editor.client.stop()
