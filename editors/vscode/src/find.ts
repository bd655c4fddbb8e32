// Where scalec is, and whether it is new enough. Knows nothing of VS Code, so that it can be tested without it.

import { execFile } from "node:child_process";
import { access, constants, stat } from "node:fs/promises";
import * as path from "node:path";

/** The first version whose language server this extension can talk to. */
export const NEEDED: Version = [0, 1, 0];

export type Version = readonly [number, number, number];

export type Search =
  | { kind: "found"; path: string; version: Version }
  | { kind: "missing"; looked: string[]; setting: string }
  | { kind: "old"; path: string; version: Version }
  | { kind: "mute"; path: string; version: Version }
  | { kind: "broken"; path: string; why: string };

export interface Surroundings {
  /** The variable PATH. */
  path: string;
  home: string;
  windows: boolean;
  /** The folder that `${workspaceFolder}` stands for, and relative paths begin at. */
  folder: string | undefined;
}

/** Every place to look at, the best first. A setting is followed alone: who names a path means that one. */
export function candidates(setting: string, around: Surroundings): string[] {
  const name = around.windows ? "scalec.exe" : "scalec";
  const wanted = setting.trim();
  if (wanted) return [expand(wanted, around)];
  const folders = around.path.split(around.windows ? ";" : ":").filter((folder) => folder && path.isAbsolute(folder));
  folders.push(path.join(around.home, ".cargo", "bin"), path.join(around.home, ".local", "bin"));
  return [...new Set(folders.map((folder) => path.join(folder, name)))];
}

function expand(setting: string, around: Surroundings): string {
  let wanted = setting;
  if (wanted === "~" || wanted.startsWith("~/") || wanted.startsWith("~\\")) wanted = path.join(around.home, wanted.slice(1));
  if (around.folder) wanted = wanted.replaceAll("${workspaceFolder}", around.folder);
  return path.isAbsolute(wanted) || !around.folder ? wanted : path.join(around.folder, wanted);
}

/** `scalec 0.1.0` → 0.1.0 */
export function parseVersion(printed: string): Version | undefined {
  const found = /^scalec (\d+)\.(\d+)\.(\d+)(?:[-+ ]|$)/m.exec(printed);
  return found ? [Number(found[1]), Number(found[2]), Number(found[3])] : undefined;
}

export function isOlder(a: Version, b: Version): boolean {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
}

export const shown = (version: Version): string => version.join(".");

export async function find(setting: string, around: Surroundings): Promise<Search> {
  const looked = candidates(setting, around);
  for (const place of looked) {
    if (await isProgram(place, around.windows)) return examine(place);
  }
  return { kind: "missing", looked, setting: setting.trim() };
}

async function isProgram(place: string, windows: boolean): Promise<boolean> {
  try {
    await access(place, windows ? constants.F_OK : constants.X_OK);
    return (await stat(place)).isFile();
  } catch {
    return false;
  }
}

async function examine(place: string): Promise<Search> {
  let printed: string;
  try {
    printed = await run(place, ["--version"]);
  } catch (error) {
    return { kind: "broken", path: place, why: error instanceof Error ? error.message.trim() : String(error) };
  }
  const version = parseVersion(printed);
  if (!version) return { kind: "broken", path: place, why: `\`--version\` printed ${JSON.stringify(printed.slice(0, 80))}` };
  if (isOlder(version, NEEDED)) return { kind: "old", path: place, version };
  // A build from before the language server has the same version.
  try {
    await run(place, ["lsp", "--help"]);
  } catch {
    return { kind: "mute", path: place, version };
  }
  return { kind: "found", path: place, version };
}

/** What a program prints that answers at once. */
export function run(place: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(place, args, { timeout: 10_000, windowsHide: true }, (error, stdout) => (error ? reject(error) : resolve(stdout)));
    child.stdin?.end();
  });
}

/** The same in the few words that fit into a status. */
export function headline(search: Exclude<Search, { kind: "found" }>): string {
  switch (search.kind) {
    case "missing":
      return "scalec is missing";
    case "old":
      return "scalec is too old";
    case "mute":
      return "scalec has no language server";
    case "broken":
      return "scalec does not start";
  }
}

/** What to tell people who have no scalec that can be used. */
export function complaint(search: Exclude<Search, { kind: "found" }>): string {
  switch (search.kind) {
    case "missing":
      return search.setting
        ? `There is no scalec at ${search.looked[0]}, which the setting scalec.path names. Files are coloured, but not checked.`
        : "scalec is not on the path, nor in ~/.cargo/bin. Files are coloured, but not checked.";
    case "old":
      return `scalec ${shown(search.version)} at ${search.path} is too old: this extension needs ${shown(NEEDED)} or newer.`;
    case "mute":
      return `scalec ${shown(search.version)} at ${search.path} has no language server yet. A newer build of it does.`;
    case "broken":
      return `scalec at ${search.path} cannot be started: ${search.why}`;
  }
}
