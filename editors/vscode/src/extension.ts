// The extension: what VS Code starts when a .scale file is opened.

import * as vscode from "vscode";
import { register } from "./commands";
import { Server } from "./server";
import { Status } from "./status";
import { provider } from "./tasks";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("scalec", { log: true });
  const status = new Status();
  const started = new Server(status, output);
  server = started;
  context.subscriptions.push(output, status, vscode.tasks.registerTaskProvider("scalec", provider(started)));
  register(context, started);
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("scalec.path") || change.affectsConfiguration("scalec.log")) void started.restart();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void started.restart()),
  );
  await started.restart();
}

export async function deactivate(): Promise<void> {
  await server?.dispose();
}
