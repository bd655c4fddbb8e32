// Finding scalec, with programs that are shell scripts.

import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import { candidates, complaint, find, headline, isOlder, parseVersion, type Surroundings } from "../src/find";

/** Everything that these tests make lies in here. */
const scratch = mkdtempSync(path.join(tmpdir(), "scalec-find-"));
after(() => rmSync(scratch, { recursive: true }));

const home = mkdtempSync(path.join(scratch, "home-"));
const around = (folders: string[], folder?: string): Surroundings => ({ path: folders.join(":"), home, windows: false, folder });

/** A folder with a `scalec` in it that does what the script says. */
function program(script: string): string {
  const folder = mkdtempSync(path.join(scratch, "bin-"));
  writeFileSync(path.join(folder, "scalec"), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(folder, "scalec"), 0o755);
  return folder;
}

test("the path comes first, then where cargo installs to", () => {
  const found = candidates("", around(["/a", "relative", "", "/b"]));
  assert.deepEqual(found, ["/a/scalec", "/b/scalec", `${home}/.cargo/bin/scalec`, `${home}/.local/bin/scalec`]);
});

test("a setting is followed alone", () => {
  assert.deepEqual(candidates(" ~/x/scalec ", around(["/a"])), [`${home}/x/scalec`]);
  assert.deepEqual(candidates("${workspaceFolder}/bin/scalec", around(["/a"], "/w")), ["/w/bin/scalec"]);
  assert.deepEqual(candidates("target/release/scalec", around(["/a"], "/w")), ["/w/target/release/scalec"]);
});

test("Windows has another separator and ending", () => {
  const windows = { ...around([], undefined), path: "/c/tools;/d", windows: true };
  assert.equal(candidates("", windows)[0], "/c/tools/scalec.exe");
});

test("versions", () => {
  assert.deepEqual(parseVersion("scalec 1.22.333\n"), [1, 22, 333]);
  assert.deepEqual(parseVersion("scalec 0.2.0-rc.1"), [0, 2, 0]);
  assert.equal(parseVersion("scale 1.0.0"), undefined);
  assert.equal(parseVersion("scalec 1.0"), undefined);
  assert.ok(isOlder([0, 9, 9], [0, 10, 0]));
  assert.ok(!isOlder([1, 0, 0], [0, 10, 0]));
  assert.ok(!isOlder([0, 1, 0], [0, 1, 0]));
});

test("one that answers is found, one that cannot be executed passed over", async () => {
  const plain = mkdtempSync(path.join(scratch, "bin-"));
  writeFileSync(path.join(plain, "scalec"), "no program");
  mkdirSync(path.join(plain, "folder", "scalec"), { recursive: true });
  const good = program('[ "$1" = --version ] && echo scalec 0.1.0; exit 0');
  const found = await find("", around([plain, path.join(plain, "folder"), good]));
  assert.deepEqual(found, { kind: "found", path: `${good}/scalec`, version: [0, 1, 0] });
});

test("none, one too old, one without a server, one that fails: each is told in words", async () => {
  const missing = await find("", around(["/nowhere"]));
  assert.equal(missing.kind, "missing");
  const named = await find("/nowhere/scalec", around([]));
  const old = await find("", around([program("echo scalec 0.0.9")]));
  const mute = await find("", around([program('[ "$1" = --version ] && echo scalec 0.1.0 && exit 0; exit 2')]));
  const broken = await find("", around([program("exit 3")]));
  const other = await find("", around([program("echo hello")]));
  const said = [missing, named, old, mute, broken, other].map((search) => (search.kind === "found" ? "found" : complaint(search)));
  const short = [missing, old, mute, broken].map((search) => (search.kind === "found" ? "found" : headline(search)));
  assert.deepEqual(short, ["scalec is missing", "scalec is too old", "scalec has no language server", "scalec does not start"]);
  assert.match(said[0] ?? "", /not on the path/);
  assert.match(said[1] ?? "", /There is no scalec at \/nowhere\/scalec, which the setting scalec.path names/);
  assert.match(said[2] ?? "", /scalec 0\.0\.9 at .* is too old: this extension needs 0\.1\.0 or newer/);
  assert.match(said[3] ?? "", /has no language server yet/);
  assert.match(said[4] ?? "", /cannot be started/);
  assert.match(said[5] ?? "", /printed "hello/);
});
