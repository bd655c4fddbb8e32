"""Paths that can be followed."""

from lsprotocol import types


async def test_paths_of_imports_tables_and_schemas(start):
    editor = await start()
    editor.write("lib/shop.scale", "let a = 1\n")
    editor.write("day.csv", "seconds,rate\n0,5\n60,5\n")
    editor.write("order.avsc", '{"type": "record", "name": "o", "fields": []}')
    editor.write("users.csv", "id\n1\n")
    editor.path("../outside.csv").write_text("id\n1\n")
    text = 'import shop from "lib/shop.scale"\nimport aws from "std/aws"\nimport gone from "gone.scale"\ntarget t = kafka { brokers = "embedded", topic = "t", partitions = 1, format = avro { schema = "order.avsc" } }\ntest "t" {\n  phase p = replay "day.csv"\n}\nevent e {\n  field a = from_file("users.csv", "id")\n  field b = from_file("gone.csv", "id")\n  field c = from_file("../outside.csv", "id")\n}\n'
    uri = await editor.open("a.scale", text)
    params = types.DocumentLinkParams(text_document=types.TextDocumentIdentifier(uri=uri))
    links = await editor.client.text_document_document_link_async(params)
    targets = {(link.range.start.line, link.target.rsplit("/", 1)[1]): link for link in links}
    assert set(targets) == {(0, "shop.scale"), (1, "aws.scale"), (3, "order.avsc"), (5, "day.csv"), (8, "users.csv")}
    assert targets[8, "users.csv"].target == editor.uri("users.csv") and targets[8, "users.csv"].range == editor.range(uri, "users.csv")
    assert targets[0, "shop.scale"].target == editor.uri("lib/shop.scale") and targets[0, "shop.scale"].range == editor.range(uri, "lib/shop.scale")
    assert "ships with scalec" in targets[1, "aws.scale"].tooltip
    assert targets[5, "day.csv"].target == editor.uri("day.csv")
