"""The editor never says anything else than the command line: over the whole corpus, each finding is that of `scalec check FILE`."""

from conftest import ROOT, assert_same, check, published


def decodes(path):
    try:
        path.read_bytes().decode()
        return True
    except UnicodeDecodeError:
        # An editor sends text, never bytes.
        return False


async def test_every_file_of_the_corpus(start):
    editor = await start(folders=[ROOT])
    files = sorted(p for folder in ("tests/corpus", "scenarios", "docs") for p in (ROOT / folder).rglob("*.scale") if decodes(p))
    assert len(files) > 200
    seen = 0
    for path in files:
        editor.published.clear()
        uri = await editor.open(path.as_uri(), path.read_bytes().decode())
        expected = check(path, ROOT)
        assert_same(published(editor), expected, path)
        seen += len(expected)
        editor.close(uri)
        await editor.until(lambda: editor.findings(uri) == [])
    assert seen > 400


async def test_several_at_once_are_told_the_same(start):
    editor = await start(folders=[ROOT])
    files = sorted((ROOT / "scenarios").rglob("*.scale")) + sorted((ROOT / "tests/corpus/broken").rglob("*.scale"))[:40]
    files = [p for p in files if decodes(p)]
    uris = [await editor.open(p.as_uri(), p.read_bytes().decode(), settle=False) for p in files]
    for uri in uris:
        await editor.settled(uri)
    for path, uri in zip(files, uris):
        expected = [e for e in check(path, ROOT) if e[0] == uri]
        assert_same([s for s in published(editor) if s[0] == uri], expected, path)
