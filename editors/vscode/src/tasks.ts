// Tasks of the kind `scalec`: those that people write into tasks.json, and two that every folder with .scale files can have.

import * as vscode from "vscode";
import type { Server } from "./server";

interface Definition extends vscode.TaskDefinition {
  command: string;
  arguments?: string[];
}

/** `matched`: what it prints are lines for the problem matcher. */
export function task(program: string, line: string[], name: string, folder: vscode.WorkspaceFolder | undefined, cwd: string, matched: boolean): vscode.Task {
  const [command = "check", ...rest] = line;
  const definition: Definition = { type: "scalec", command, arguments: rest };
  const made = new vscode.Task(definition, folder ?? vscode.TaskScope.Workspace, name, "scalec", new vscode.ProcessExecution(program, line, { cwd }), matched ? "$scalec" : []);
  made.presentationOptions = { reveal: vscode.TaskRevealKind.Always, panel: vscode.TaskPanelKind.Shared, clear: true, focus: false };
  if (command === "check") made.group = vscode.TaskGroup.Test;
  return made;
}

export function provider(server: Server): vscode.TaskProvider {
  const program = (): string | undefined => (server.search?.kind === "found" ? server.search.path : undefined);
  const inFolder = (folder: vscode.WorkspaceFolder, line: string[], name: string): vscode.Task[] => {
    const found = program();
    return found && folder.uri.scheme === "file" ? [task(found, line, name, folder, folder.uri.fsPath, line.includes("short"))] : [];
  };
  return {
    provideTasks: () =>
      (vscode.workspace.workspaceFolders ?? []).flatMap((folder) => [
        ...inFolder(folder, ["check", "--format", "short"], "check every file"),
        ...inFolder(folder, ["fmt", "--check"], "list files that are not laid out"),
      ]),
    resolveTask: (asked) => {
      const { command, arguments: args = [] } = asked.definition as Definition;
      const folder = typeof asked.scope === "object" ? asked.scope : vscode.workspace.workspaceFolders?.[0];
      const found = program();
      if (!found || !folder) return undefined;
      const line = [command, ...args];
      // What is resolved must keep the definition that it was asked with.
      const made = task(found, line, asked.name, folder, folder.uri.fsPath, line.includes("short"));
      return new vscode.Task(asked.definition, folder, asked.name, "scalec", made.execution, made.problemMatchers);
    },
  };
}
