// What package.json promises: lines of `scalec check --format short` are read, and every command is there.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

interface Package {
  contributes: {
    commands: { command: string }[];
    problemPatterns: { regexp: string; file: number; line: number; column: number; severity: number; code: number; message: number }[];
    configuration: { properties: Record<string, unknown> };
  };
}

const { contributes } = JSON.parse(readFileSync("package.json", "utf8")) as Package;
const sources = ["commands", "server", "extension"].map((name) => readFileSync(`src/${name}.ts`, "utf8")).join("\n");

test("the problem matcher reads what `scalec check --format short` prints", () => {
  const pattern = contributes.problemPatterns[0];
  assert.ok(pattern);
  const read = (line: string): string[] | undefined => {
    const found = new RegExp(pattern.regexp).exec(line);
    return found ? [pattern.file, pattern.line, pattern.column, pattern.severity, pattern.code, pattern.message].map((at) => found[at] ?? "") : undefined;
  };
  assert.deepEqual(read("shop/a.scale:12:9: error[E0201]: there is no target called `b`"), ["shop/a.scale", "12", "9", "error", "E0201", "there is no target called `b`"]);
  assert.deepEqual(read("C:\\a b.scale:2:6: warning[W0612]: test \"x: y\" expects nothing"), ["C:\\a b.scale", "2", "6", "warning", "W0612", "test \"x: y\" expects nothing"]);
  assert.equal(read("1 error, 1 warning in 2 files"), undefined);
});

test("every command and setting that is offered is there", () => {
  for (const { command } of contributes.commands) assert.ok(sources.includes(`add("${command}"`), `${command} does nothing`);
  for (const key of Object.keys(contributes.configuration.properties)) {
    // The client library reads this one by itself.
    if (key === "scalec.trace.server") continue;
    assert.ok(sources.includes(`"${key.replace("scalec.", "")}"`), `${key} is read nowhere`);
  }
});

test("a double click takes a name or a quantity, and no part of a range", () => {
  const { wordPattern } = JSON.parse(readFileSync("language-configuration.json", "utf8")) as { wordPattern: string };
  const words = (text: string): string[] => text.match(new RegExp(wordPattern, "g")) ?? [];
  assert.deepEqual(words("2_000/s..=4_000/s"), ["2_000/s", "4_000/s"]);
  assert.deepEqual(words("zipf(1..=5, 1.05)"), ["zipf", "1", "5", "1.05"]);
  assert.deepEqual(words("$0.192/h 99.9% 1.5GiB 5x"), ["$0.192/h", "99.9%", "1.5GiB", "5x"]);
  assert.deepEqual(words("clickstream.latency.p99.9 < 250ms"), ["clickstream", "latency", "p99.9", "250ms"]);
});
