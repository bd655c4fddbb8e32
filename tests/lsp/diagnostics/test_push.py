"""Findings that are published: those of `scalec check`, at the right files, and gone when they should be."""

import asyncio

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

LIB = "let usual = 1_000/s\n"


async def test_a_finding_says_what_the_command_line_says(start):
    editor = await start()
    uri = await editor.open("a.scale", 'target t = null {}\n\ntest "x" {\n  seed = 1\n\n  phase p = hold 5M for 1m\n}\n')
    codes = editor.codes(uri)
    assert "E0303" in codes and "E0502" in codes
    finding = next(f for f in editor.findings(uri) if f.code == "E0303")
    assert finding.source == "scalec" and finding.severity == 1
    assert finding.range == editor.range(uri, "5M")
    assert finding.message.startswith("`5M` is a plain number") and "help: write `5M/s`" in finding.message
    # The page is a file that can be read, and not written.
    from urllib.parse import unquote, urlparse
    from pathlib import Path

    page = Path(unquote(urlparse(finding.code_description.href).path))
    assert page.read_text().startswith("# E0303") and not page.stat().st_mode & 0o222


async def test_related_places_and_unused_code(start):
    editor = await start()
    uri = await editor.open("a.scale", 'let a = 1\nlet a = 2\nlet never = 3\n\ntest "x" {\n}\n')
    twice = next(f for f in editor.findings(uri) if f.code == "E0202")
    assert [r.location.range for r in twice.related_information] == [editor.range(uri, "a")]
    unused = next(f for f in editor.findings(uri) if f.code == "W0220")
    assert list(unused.tags) == [1] and unused.severity == 2


async def test_a_client_that_shows_no_related_places_reads_of_them(start):
    def edit(capabilities):
        capabilities.text_document.publish_diagnostics.related_information = None

    editor = await start(edit=edit)
    uri = await editor.open("a.scale", "let a = 1\nlet a = 2\n")
    twice = next(f for f in editor.findings(uri) if f.code == "E0202")
    assert twice.related_information is None and "a.scale:1:5: " in twice.message


async def test_unsaved_imports_count_and_importers_follow(start):
    editor = await start()
    editor.write("lib.scale", LIB)
    main = await editor.open("main.scale", 'import lib from "lib.scale"\n\nlet more = 2x * lib.usual\n')
    assert editor.codes(main) == []
    lib = await editor.open("lib.scale")
    await editor.change(lib, "let other = 1_000/s\n")
    await editor.until(lambda: editor.codes(main) == ["E0201"])
    await editor.change(lib, LIB)
    await editor.until(lambda: editor.codes(main) == [])
    # Closed without saving: the disk counts again.
    await editor.change(lib, "let other = 1_000/s\n")
    await editor.until(lambda: editor.codes(main) == ["E0201"])
    editor.close(lib)
    await editor.until(lambda: editor.codes(main) == [])


async def test_what_changes_on_the_disk_is_seen(start):
    editor = await start()
    editor.write("lib.scale", LIB)
    main = await editor.open("main.scale", 'import lib from "lib.scale"\n\nlet more = 2x * lib.usual\n')
    watched = [w["globPattern"] for r in editor.registered if r.method == "workspace/didChangeWatchedFiles" for w in r.register_options["watchers"]]
    assert "**/*.scale" in watched and "**/scale.toml" in watched
    editor.path("lib.scale").unlink()
    editor.watched("lib.scale", kind=3)
    await editor.until(lambda: "E0204" in editor.codes(main))
    editor.write("lib.scale", LIB)
    editor.watched("lib.scale", kind=1)
    await editor.until(lambda: editor.codes(main) == [])


async def test_errors_of_an_import_hang_there_until_it_is_imported_no_more(start):
    editor = await start()
    editor.write("lib.scale", "let a = nothing\n")
    lib = editor.uri("lib.scale")
    main = await editor.open("main.scale", 'import lib from "lib.scale"\n\nlet b = lib.a\n')
    await editor.until(lambda: editor.codes(lib) == ["E0201"])
    await editor.change(main, "let b = 1\n")
    await editor.until(lambda: editor.codes(lib) == [])


async def test_closing_takes_findings_away(start):
    editor = await start()
    uri = await editor.open("a.scale", "let a = nothing\n")
    assert editor.codes(uri) == ["E0201"]
    editor.close(uri)
    await editor.until(lambda: editor.codes(uri) == [])


async def test_a_project_file_is_heeded(start):
    editor = await start()
    text = 'let a = 1\n\ntest "x" {\n}\n'
    uri = await editor.open("a.scale", text)
    assert "W0220" in editor.codes(uri)
    editor.write("scale.toml", '[severity]\nW0220 = "allow"\n')
    editor.watched("scale.toml")
    await editor.until(lambda: "W0220" not in editor.codes(uri))


def watches_nothing(capabilities):
    capabilities.workspace.did_change_watched_files = None


async def hover(editor, uri, words):
    return await editor.client.text_document_hover_async(types.HoverParams(**editor.where(uri, words)))


async def hints(editor, uri, words):
    params = types.InlayHintParams(text_document=types.TextDocumentIdentifier(uri=uri), range=editor.range(uri, words))
    return await editor.client.text_document_inlay_hint_async(params)


async def refused(editor, uri, words):
    with pytest.raises(JsonRpcException):
        await editor.client.protocol.send_request_async("textDocument/nope", {"textDocument": {"uri": uri}})


@pytest.mark.parametrize("request_of, asks_in, after", [(refused, "main", 1.2), (hover, "main", 1.2), (hints, "main", 1.2), (hints, "main", 0), (hover, "other", 0)])
async def test_what_changes_on_the_disk_is_seen_with_the_next_request_where_nobody_watches(start, request_of, asks_in, after):
    """Whichever file it is about, and also where the files have been looked at a moment ago."""
    editor = await start(edit=watches_nothing)
    editor.write("lib.scale", LIB)
    uris = {"main": await editor.open("main.scale", 'import lib from "lib.scale"\n\nlet more = 2x * lib.usual\n'), "other": await editor.open("other.scale", "let more = 1\n")}
    await asyncio.sleep(1.2)
    await request_of(editor, uris["other"], "more")
    await asyncio.sleep(after)
    assert editor.codes(uris["main"]) == []
    editor.write("lib.scale", "let other = 1_000/s\n")
    await request_of(editor, uris[asks_in], "more")
    await editor.until(lambda: editor.codes(uris["main"]) == ["E0201"])
    # Nothing has changed since: nothing more is said.
    notices = editor.notices
    for _ in range(2):
        await asyncio.sleep(0.6)
        await request_of(editor, uris["main"], "more")
    assert editor.notices == notices
