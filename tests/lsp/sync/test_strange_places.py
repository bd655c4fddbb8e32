"""Files and folders as they are found in the wild: linked in circles, folders with the names of files, gone, moved, unreadable."""

from conftest import apply
from lsprotocol import types

BROKEN = "let a = nothing\n"


async def asked_everything(editor, uri):
    """Nothing fails for what an editor asks of a file in any case."""
    document = types.TextDocumentIdentifier(uri=uri)
    start = types.Position(line=0, character=5)
    place = {"text_document": document, "position": start}
    client = editor.client
    await client.text_document_hover_async(types.HoverParams(**place))
    await client.text_document_completion_async(types.CompletionParams(**place))
    await client.text_document_definition_async(types.DefinitionParams(**place))
    await client.text_document_references_async(types.ReferenceParams(**place, context=types.ReferenceContext(include_declaration=True)))
    await client.text_document_document_symbol_async(types.DocumentSymbolParams(text_document=document))
    await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(text_document=document))
    await client.text_document_document_link_async(types.DocumentLinkParams(text_document=document))
    range = types.Range(start=start, end=start)
    await client.text_document_code_action_async(types.CodeActionParams(text_document=document, range=range, context=types.CodeActionContext(diagnostics=[])))
    return await client.workspace_symbol_async(types.WorkspaceSymbolParams(query=""))


async def rename(editor, uri, words, new):
    edit = await editor.client.text_document_rename_async(types.RenameParams(**editor.where(uri, words), new_name=new))
    return {change.text_document.uri: change.edits for change in edit.document_changes}


def names(symbols):
    return sorted(symbol.name for symbol in symbols)


async def test_a_root_that_does_not_exist(start, tmp_path):
    nowhere = tmp_path / "nowhere" / "deep"
    editor = await start(folders=[nowhere])
    uri = await editor.open((nowhere / "a.scale").as_uri(), BROKEN)
    assert editor.codes(uri) == ["E0201"]
    assert names(await asked_everything(editor, uri)) == ["a"]
    # It comes into being.
    nowhere.mkdir(parents=True)
    (nowhere / "b.scale").write_text('import a from "a.scale"\n\nlet b = a.a\n')
    assert names(await asked_everything(editor, uri)) == ["a", "b"]
    assert len(await rename(editor, uri, "a =", "other")) == 2


async def test_a_root_behind_a_link_that_comes_into_being(start, tmp_path):
    """What it is known by must be the same before and after."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    nowhere = tmp_path / "link" / "no" / "where"
    editor = await start(folders=[nowhere])
    uri = await editor.open((nowhere / "a.scale").as_uri(), "let a = 1\n")
    nowhere.mkdir(parents=True)
    (nowhere / "scale.toml").touch()
    (nowhere / "a.scale").write_text("let a = 1\n")
    (nowhere / "b.scale").write_text('import a from "a.scale"\n\nlet b = a.a\n')
    other = await editor.open((nowhere / "b.scale").as_uri(), 'import a from "a.scale"\n\nlet b = a.a\n')
    assert editor.codes(other) == []
    assert set(await rename(editor, uri, "a =", "other")) == {uri, other}
    await editor.change(uri, "let c = 1\n")
    await editor.until(lambda: editor.codes(other) == ["E0201"])
    assert names(await asked_everything(editor, uri)) == ["b", "c"]


async def test_a_root_that_is_a_file(start, tmp_path):
    file = tmp_path / "file"
    file.write_text("x")
    editor = await start(folders=[file])
    uri = await editor.open("a.scale", BROKEN)
    assert editor.codes(uri) == ["E0201"]
    assert names(await asked_everything(editor, uri)) == ["a"]


async def test_a_folder_with_the_name_of_a_file(start):
    editor = await start()
    editor.write("x.scale/inner.scale", "let inner = 1\n")
    uri = await editor.open("a.scale", 'import x from "x.scale"\n\nlet a = x.inner\n')
    assert "E0204" in editor.codes(uri) or "E0107" in editor.codes(uri), editor.codes(uri)
    assert names(await asked_everything(editor, uri)) == ["a", "inner"]
    # Opened itself, as no editor does.
    folder = await editor.open("x.scale", BROKEN)
    assert editor.codes(folder) == ["E0201"]
    await asked_everything(editor, folder)


async def test_links_in_a_circle(start):
    editor = await start()
    editor.path("loop").symlink_to(editor.folder)
    editor.path("self.scale").symlink_to("self.scale")
    editor.path("one.scale").symlink_to("two.scale")
    editor.path("two.scale").symlink_to("one.scale")
    editor.path("gone.scale").symlink_to("nothing.scale")
    uri = await editor.open("a.scale", 'import s from "self.scale"\nimport g from "gone.scale"\nimport l from "loop/loop/b.scale"\n\nlet a = s.x + g.y + l.b\n')
    assert editor.codes(uri), "no import leads anywhere"
    editor.write("b.scale", "let b = 1\n")
    editor.watched("b.scale", kind=types.FileChangeType.Created)
    await asked_everything(editor, uri)
    found = names(await asked_everything(editor, uri))
    assert found == ["a", "b"], "each file once"
    # Opened through the circle it is the same file.
    again = await editor.open("loop/loop/b.scale", "let b = nothing\n")
    assert editor.codes(again) == ["E0201"]
    changed = await rename(editor, again, "b =", "better")
    assert {change.rsplit("/work/", 1)[1] for change in changed} == {"loop/loop/b.scale", "a.scale"}


async def test_two_that_import_each_other(start):
    editor = await start()
    one = await editor.open("one.scale", 'import two from "two.scale"\n\nlet a = 1\n\nlet b = two.c\n')
    two = await editor.open("two.scale", 'import one from "one.scale"\n\nlet c = 2\n\nlet d = one.a\n')
    await asked_everything(editor, one)
    before = editor.codes(one), editor.codes(two)
    assert before == ([], []) or all(before), before
    for uri, words, new in [(one, "a = ", "first"), (two, "c = ", "third")]:
        changed = await rename(editor, uri, words, new)
        assert set(changed) == {one, two}
        for changed_uri, edits in changed.items():
            await editor.change(changed_uri, apply(editor.texts[changed_uri], edits))
        await editor.settled(one)
    assert "two.third" in editor.texts[one] and "one.first" in editor.texts[two]
    # What is not saved counts on both sides.
    await editor.change(two, editor.texts[two].replace("third", "gone"))
    await editor.until(lambda: "E0201" in editor.codes(one))
    await editor.change(two, editor.texts[two].replace("gone", "third"))
    await editor.until(lambda: "E0201" not in editor.codes(one))


async def test_a_file_that_is_renamed_while_it_is_open(start):
    """As editors do it: the old one is closed, the new one opened; a client that renames on the disk says so by watching."""
    editor = await start()
    old = editor.write("lib.scale", "let a = 1\n")
    main = await editor.open("a.scale", 'import lib from "lib.scale"\n\nlet b = lib.a\n')
    lib = await editor.open("lib.scale")
    old.rename(editor.path("new.scale"))
    editor.close(lib)
    new = await editor.open("new.scale")
    editor.watched("lib.scale", kind=types.FileChangeType.Deleted)
    editor.watched("new.scale", kind=types.FileChangeType.Created)
    await editor.until(lambda: "E0204" in editor.codes(main))
    await editor.change(main, editor.texts[main].replace("lib.scale", "new.scale"))
    assert editor.codes(main) == [] and editor.findings(lib) == []
    changed = await rename(editor, new, "a =", "other")
    assert set(changed) == {main, new}


async def test_a_folder_that_is_moved_away_with_open_files(start, tmp_path):
    editor = await start()
    editor.write("lib.scale", "let a = 1\n")
    uri = await editor.open("a.scale", 'import lib from "lib.scale"\n\nlet b = lib.a\n')
    assert editor.codes(uri) == []
    editor.folder.rename(tmp_path / "elsewhere")
    editor.watched("lib.scale", kind=types.FileChangeType.Deleted)
    await editor.until(lambda: "E0204" in editor.codes(uri))
    await asked_everything(editor, uri)
    (tmp_path / "elsewhere").rename(editor.folder)
    editor.watched("lib.scale", kind=types.FileChangeType.Created)
    await editor.until(lambda: editor.codes(uri) == [])


async def test_folders_that_come_twice_and_go_once(start, tmp_path):
    editor = await start()
    other = tmp_path / "other"
    other.mkdir()
    (other / "scale.toml").touch()
    (other / "lib.scale").write_text("let lib = 1\n")
    uri = await editor.open("a.scale", "let a = 1\n")
    folder = types.WorkspaceFolder(uri=other.as_uri(), name="other")

    def change(added=(), removed=()):
        editor.client.workspace_did_change_workspace_folders(
            types.DidChangeWorkspaceFoldersParams(event=types.WorkspaceFoldersChangeEvent(added=list(added), removed=list(removed)))
        )

    change(added=[folder])
    change(added=[folder])
    assert names(await asked_everything(editor, uri)) == ["a", "lib"]
    change(removed=[types.WorkspaceFolder(uri=other.as_uri() + "/", name="other")])
    assert names(await asked_everything(editor, uri)) == ["a"], "with a slash behind it, it is the same folder"
    change(added=[types.WorkspaceFolder(uri="untitled:nothing", name="none"), types.WorkspaceFolder(uri=(tmp_path / "none").as_uri(), name="none")], removed=[folder])
    assert names(await asked_everything(editor, uri)) == ["a"]


async def test_an_untitled_text_beside_a_project(start):
    editor = await start()
    editor.write("lib.scale", "let a = 1\n")
    uri = await editor.open("untitled:Untitled-1", 'import lib from "lib.scale"\nimport aws from "std/aws"\n\nlet b = 1\n\nlet c = b\n\ncluster k { workers = 2 of "m5.large" }\n')
    assert "E0201" not in editor.codes(uri)
    await asked_everything(editor, uri)
    changed = await rename(editor, uri, "b = 1", "better")
    assert set(changed) == {uri} and len(changed[uri]) == 2
    twin = await editor.open("untitled:Untitled-2", "let b = nothing\n")
    assert editor.codes(twin) == ["E0201"]
    editor.close(uri)
    assert editor.codes(twin) == ["E0201"]


async def test_the_same_file_under_two_names(start):
    editor = await start()
    editor.write("b.scale", "let b = 1\n")
    editor.path("link").symlink_to(editor.folder)
    one = await editor.open("b.scale", "let b = 1\n")
    two = await editor.open("link/b.scale", "let b = nothing\n")
    assert editor.codes(two) == ["E0201"]
    editor.close(two)
    await editor.change(one, "let b = 2\n")
    assert editor.codes(one) == []
    assert await editor.client.protocol.send_request_async("scalec/text", {"textDocument": {"uri": one}}) == "let b = 2\n"
