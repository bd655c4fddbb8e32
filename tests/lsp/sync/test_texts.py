"""Texts wherever they are: without a file, outside of any folder, in several, with marks and line ends of any sort, deleted and renamed."""

from conftest import assert_same, check, published
from lsprotocol import types


async def text(editor, uri):
    return await editor.client.protocol.send_request_async("scalec/text", {"textDocument": {"uri": uri}})


async def test_a_text_without_a_file(start):
    editor = await start()
    uri = await editor.open("untitled:Untitled-1", 'import aws from "std/aws"\nimport x from "x.scale"\n\nlet a = nothing\n')
    assert editor.codes(uri) == ["E0204", "E0201"]
    await editor.change(uri, "let a = 1\n")
    assert editor.codes(uri) == []


async def test_a_file_outside_of_any_folder(start, tmp_path):
    for folders in ([], None):
        editor = await start(folders=folders, root=folders is None)
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir(exist_ok=True)
        (elsewhere / "lib.scale").write_text("let a = 1\n")
        uri = await editor.open((elsewhere / "a.scale").as_uri(), 'import lib from "lib.scale"\n\nlet b = lib.a + lib.nothing\n')
        assert editor.codes(uri) == ["E0201"]


async def test_several_folders_that_come_and_go(start, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        (folder / "lib.scale").write_text(f"let {folder.name} = 1\n")
    editor = await start(folders=[one])
    uris = [await editor.open((folder / "a.scale").as_uri(), f'import lib from "lib.scale"\n\nlet b = lib.{folder.name}\n') for folder in (one, two)]
    assert [editor.codes(uri) for uri in uris] == [[], []]
    change = lambda added, removed: editor.client.workspace_did_change_workspace_folders(
        types.DidChangeWorkspaceFoldersParams(event=types.WorkspaceFoldersChangeEvent(added=added, removed=removed))
    )
    folder = lambda path: types.WorkspaceFolder(uri=path.as_uri(), name=path.name)
    change([folder(two)], [folder(one)])
    change([], [folder(two)])
    for uri in uris:
        await editor.change(uri, "let a = nothing\n")
        assert editor.codes(uri) == ["E0201"]


async def test_marks_and_line_ends(start):
    editor = await start()
    for name, content in {
        "bom.scale": "\ufefflet a = nothing\nlet b = nothing\n",
        "crlf.scale": "let a = nothing\r\nlet 🦀 = 1\r\nlet b = nothing\r\n",
        "end.scale": "let a = nothing",
        "mixed.scale": "# ä🦀\r\nlet a = nothing\nlet b = nothing\r\n",
    }.items():
        path = editor.write(name, content)
        editor.published.clear()
        uri = await editor.open(name)
        assert_same(published(editor), check(path, editor.folder), name)
        # Edits count as the editor counts.
        await editor.change(uri, (types.Range(start=types.Position(line=0, character=0), end=types.Position(line=0, character=1)), ""))
        assert await text(editor, uri) == content[1:]
        editor.close(uri)
        await editor.until(lambda: editor.findings(uri) == [])


async def test_a_mark_that_the_editor_does_not_show(start):
    editor = await start()
    editor.write("lib.scale", "\ufefflet a = 1\nlet a = 2\n")
    await editor.open("main.scale", 'import lib from "lib.scale"\n\nlet b = lib.a\n')
    lib = editor.uri("lib.scale")
    await editor.until(lambda: editor.codes(lib) == ["E0202"])
    related = editor.findings(lib)[0].related_information[0].location.range
    assert (related.start.line, related.start.character) == (0, 4), "as in a file without a mark"


async def test_a_file_that_goes_away_while_it_is_open(start):
    editor = await start()
    editor.write("lib.scale", "let a = 1\n")
    main = await editor.open("main.scale", 'import lib from "lib.scale"\n\nlet b = lib.a\n')
    lib = await editor.open("lib.scale")
    editor.path("lib.scale").unlink()
    editor.watched("lib.scale", kind=3)
    await editor.change(lib, "let a = 2\n")
    await editor.change(main, editor.texts[main] + "\n")
    assert editor.codes(main) == [], "the text that is open counts"
    # Renamed in the editor: closed under the old name, opened under the new one.
    editor.close(lib)
    await editor.open("other.scale", "let a = 2\n")
    await editor.until(lambda: "E0204" in editor.codes(main))
    await editor.change(main, 'import lib from "other.scale"\n\nlet b = lib.a\n')
    assert editor.codes(main) == []


async def test_a_new_file_that_is_not_saved_can_be_imported(start):
    editor = await start()
    main = await editor.open("main.scale", 'import lib from "new.scale"\n\nlet b = lib.a\n')
    assert "E0204" in editor.codes(main)
    new = await editor.open("new.scale", "let a = 1\n")
    await editor.until(lambda: editor.codes(main) == [])
    editor.close(new)
    await editor.until(lambda: "E0204" in editor.codes(main))


async def test_a_folder_behind_a_link_keeps_its_name(start, tmp_path):
    real = tmp_path / "real"
    real.mkdir()
    (real / "lib.scale").write_text("let a = nothing\n")
    link = tmp_path / "link"
    link.symlink_to(real)
    editor = await start(folders=[link])
    await editor.open((link / "main.scale").as_uri(), 'import lib from "lib.scale"\n\nlet b = lib.a\n')
    lib = (link / "lib.scale").as_uri()
    await editor.until(lambda: editor.codes(lib) == ["E0201"])


async def test_a_module_of_std_that_is_looked_at_is_not_complained_about(start, tmp_path):
    editor = await start()
    await editor.open("a.scale", "let a = 1\n")
    [aws] = (tmp_path / "cache/scalec").glob("*/std/aws.scale")
    uri = await editor.open(aws.as_uri(), aws.read_text())
    assert editor.codes(uri) == []


async def test_a_file_of_more_than_4_mib_is_refused_and_nothing_breaks(start):
    editor = await start()
    uri = await editor.open("a.scale", "# x\n" * (1024 * 1024 + 1))
    assert editor.codes(uri) == ["E0106"]
    await editor.change(uri, "let a = 1\n")
    assert editor.codes(uri) == []
