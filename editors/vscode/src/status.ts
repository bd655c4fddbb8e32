// What the language status (the braces at the bottom) says of scalec.

import * as vscode from "vscode";

export class Status implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem("scalec", { language: "scale" });

  constructor() {
    this.item.name = "scalec";
    this.looking();
  }

  looking(): void {
    this.set("scalec", "is being started", vscode.LanguageStatusSeverity.Information, undefined);
    this.item.busy = true;
  }

  running(version: string, path: string): void {
    const restart = { title: "Restart", command: "scalec.restart", tooltip: "Restart the language server" };
    this.set(`scalec ${version}`, path, vscode.LanguageStatusSeverity.Information, restart);
  }

  /** `what`: in a few words; `why`: the whole of it. */
  failed(what: string, why: string): void {
    this.set(what, why, vscode.LanguageStatusSeverity.Warning, { title: "How to install", command: "scalec.install" });
  }

  dispose(): void {
    this.item.dispose();
  }

  private set(text: string, detail: string, severity: vscode.LanguageStatusSeverity, command: vscode.Command | undefined): void {
    this.item.busy = false;
    this.item.text = text;
    this.item.detail = detail;
    this.item.severity = severity;
    this.item.command = command;
  }
}
