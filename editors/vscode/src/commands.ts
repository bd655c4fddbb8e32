// Check, plan and run a file: as tasks, so that they have a terminal, need no quoting, and can be run again.

import * as path from "node:path";
import * as vscode from "vscode";
import { complaint, run } from "./find";
import type { Server } from "./server";
import { task } from "./tasks";

/** What a lens hands over: the file and perhaps the test, in a row or in one object. */
type Handed = vscode.Uri | string | { uri?: string; test?: string } | undefined;

interface Wanted {
  file: vscode.Uri;
  test: string | undefined;
}

/** How fast a local run goes, and what that is good for. */
const SPEEDS: { label: string; description: string; factor: string | undefined }[] = [
  { label: "As written", description: "every phase as long as it says", factor: undefined },
  { label: "10 times faster", description: "an hour in six minutes; rates stay", factor: "10" },
  { label: "60 times faster", description: "an hour in a minute; rates stay", factor: "60" },
];
const LAST_SPEED = "scalec.speed";

export function register(context: vscode.ExtensionContext, server: Server): void {
  const add = (command: string, action: (...handed: Handed[]) => unknown): void => {
    context.subscriptions.push(vscode.commands.registerCommand(command, action));
  };
  add("scalec.check", (...handed) => start(server, handed, ({ file }) => Promise.resolve(["check", file.fsPath])));
  add("scalec.plan", (...handed) => start(server, handed, ({ file }) => Promise.resolve(["plan", file.fsPath])));
  add("scalec.runLocal", (...handed) => start(server, handed, (wanted, program) => runLocal(context, wanted, program)));
  add("scalec.restart", () => server.restart());
  add("scalec.showOutput", () => server.output.show());
  add("scalec.install", () => vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.joinPath(context.extensionUri, "media", "install.md")));
}

async function start(server: Server, handed: Handed[], args: (wanted: Wanted, program: string) => Promise<string[] | undefined>): Promise<void> {
  const wanted = asked(handed);
  if (!wanted) {
    void vscode.window.showInformationMessage("Open a .scale file first.");
    return;
  }
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage("Nothing is run in a folder that you do not trust.");
    return;
  }
  const found = server.search;
  if (found?.kind !== "found") {
    void vscode.window.showErrorMessage(found ? complaint(found) : "scalec is still being looked for.");
    return;
  }
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === wanted.file.toString());
  if (document?.isDirty && !(await document.save())) return;
  const line = await args(wanted, found.path);
  if (!line) return;
  const folder = vscode.workspace.getWorkspaceFolder(wanted.file);
  const name = `${line[0]} ${path.basename(wanted.file.fsPath)}`;
  const cwd = folder?.uri.fsPath ?? path.dirname(wanted.file.fsPath);
  await vscode.tasks.executeTask(task(found.path, line, name, folder, cwd, false));
}

function asked([first, second]: Handed[]): Wanted | undefined {
  const said = typeof first === "object" && !(first instanceof vscode.Uri) ? first : undefined;
  const place = said ? said.uri : (first as vscode.Uri | string | undefined);
  const uri = typeof place === "string" ? vscode.Uri.parse(place) : place;
  const file = uri ?? vscode.window.activeTextEditor?.document.uri;
  const test = said?.test ?? (typeof second === "string" ? second : undefined);
  return file?.scheme === "file" && file.path.endsWith(".scale") ? { file, test } : undefined;
}

/** The broker inside scalec, stand-ins for the pipelines: nothing outside this machine. */
async function runLocal(context: vscode.ExtensionContext, wanted: Wanted, program: string): Promise<string[] | undefined> {
  try {
    await run(program, ["run", "--help"]);
  } catch {
    void vscode.window.showWarningMessage(`${program} checks and plans, but was built without what runs scenarios. \`cargo install\` without \`--no-default-features\` brings it.`);
    return undefined;
  }
  const last = context.workspaceState.get<string>(LAST_SPEED);
  const ordered = [...SPEEDS].sort((a, b) => Number(b.label === last) - Number(a.label === last));
  const speed = await vscode.window.showQuickPick(ordered, { title: wanted.test ? `Run "${wanted.test}" locally` : "Run locally", placeHolder: "How fast?" });
  if (!speed) return undefined;
  await context.workspaceState.update(LAST_SPEED, speed.label);
  return ["run", wanted.file.fsPath, "--local", ...(speed.factor ? ["--time-scale", speed.factor] : []), ...(wanted.test ? ["--test", wanted.test] : [])];
}
