// The language server: found, started, watched, and started again when it is new.

import { unwatchFile, watchFile } from "node:fs";
import { homedir } from "node:os";
import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions, TransportKind } from "vscode-languageclient/node";
import { candidates, complaint, find, headline, type Search, shown, type Surroundings } from "./find";
import type { Status } from "./status";

/** What lenses may offer, because this extension does it. */
// The last is VS Code's own: it shows what can be chosen next.
const COMMANDS = ["scalec.check", "scalec.plan", "scalec.runLocal", "editor.action.triggerSuggest"];
/** How often it is looked for while it is missing. */
const LOOK_AGAIN = 5_000;

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private waiting: NodeJS.Timeout | undefined;
  private watched: string | undefined;
  private told = "";
  /** Starts and stops happen one after the other. */
  private turn: Promise<void> = Promise.resolve();
  /** How many of them are under way or wait. */
  private turning = 0;
  private ended = false;
  search: Search | undefined;

  constructor(
    private readonly status: Status,
    readonly output: vscode.LogOutputChannel,
  ) {}

  /** Looks for scalec anew and starts it. */
  restart(): Promise<void> {
    this.turning++;
    this.turn = this.turn
      .then(async () => {
        await this.stop();
        if (!this.ended) await this.start();
      })
      .finally(() => this.turning--);
    return this.turn;
  }

  dispose(): Promise<void> {
    this.ended = true;
    clearTimeout(this.waiting);
    this.turn = this.turn.then(() => this.stop());
    return this.turn;
  }

  private async start(): Promise<void> {
    this.status.looking();
    const setting = vscode.workspace.getConfiguration("scalec").get<string>("path", "");
    const around = surroundings();
    const search = await find(setting, around);
    this.search = search;
    if (search.kind !== "found") {
      this.output.warn(complaint(search));
      this.status.failed(headline(search), complaint(search));
      this.wait(setting, around);
      void this.complain(complaint(search));
      return;
    }
    this.told = "";
    this.output.info(`scalec ${shown(search.version)} at ${search.path}`);
    this.watch(search.path);
    const client = new LanguageClient("scalec", "scalec", serverOptions(search.path), clientOptions(this.output, () => this.turning > 0));
    this.client = client;
    try {
      await client.start();
      this.status.running(shown(search.version), search.path);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.output.error(why);
      this.status.failed("scalec did not start", `the language server did not start: ${why}`);
    }
  }

  private async stop(): Promise<void> {
    clearTimeout(this.waiting);
    if (this.watched) unwatchFile(this.watched);
    this.watched = undefined;
    const client = this.client;
    this.client = undefined;
    // One that never came up cannot be asked to leave.
    await client?.dispose().catch((error: unknown) => this.output.warn(String(error)));
  }

  /** While there is none, an install is noticed without a restart. */
  private wait(setting: string, around: Surroundings): void {
    const look = async (): Promise<void> => {
      const now = await find(setting, around);
      const changed = now.kind === "found" || now.kind !== this.search?.kind;
      if (changed && !this.ended) await this.restart();
      else if (!this.ended) this.waiting = setTimeout(() => void look(), LOOK_AGAIN);
    };
    clearTimeout(this.waiting);
    if (candidates(setting, around).length > 0) this.waiting = setTimeout(() => void look(), LOOK_AGAIN);
  }

  /** A newer build takes the place of the one that runs. */
  private watch(program: string): void {
    this.watched = program;
    watchFile(program, { interval: 2_000, persistent: false }, (now, before) => {
      if (now.mtimeMs !== before.mtimeMs && now.size > 0) {
        this.output.info(`${program} is new`);
        void this.restart();
      }
    });
  }

  /** Once for each thing there is to say. */
  private async complain(message: string): Promise<void> {
    if (this.told === message) return;
    this.told = message;
    const [install, set] = ["How to install", "Set the path"];
    const answer = await vscode.window.showWarningMessage(message, install, set);
    if (answer === install) await vscode.commands.executeCommand("scalec.install");
    if (answer === set) await vscode.commands.executeCommand("workbench.action.openSettings", "scalec.path");
  }
}

function surroundings(): Surroundings {
  return {
    path: process.env["PATH"] ?? "",
    home: homedir(),
    windows: process.platform === "win32",
    folder: vscode.workspace.workspaceFolders?.find((folder) => folder.uri.scheme === "file")?.uri.fsPath,
  };
}

function serverOptions(command: string): ServerOptions {
  const log = vscode.workspace.getConfiguration("scalec").get<string>("log", "").trim();
  return { command, args: log ? ["lsp", "--log", log] : ["lsp"], transport: TransportKind.stdio };
}

/** `turning`: a server is about to be stopped. */
function clientOptions(output: vscode.LogOutputChannel, turning: () => boolean): LanguageClientOptions {
  const settings = vscode.workspace.getConfiguration("scalec");
  const said = (key: string): boolean => settings.get<boolean>(key, true);
  return {
    documentSelector: [
      { language: "scale", scheme: "file" },
      { language: "scale", scheme: "untitled" },
    ],
    outputChannel: output,
    initializationOptions: {
      commands: COMMANDS,
      inlayHints: { phases: said("inlayHints.phases"), values: said("inlayHints.values"), rest: said("inlayHints.rest"), prices: said("inlayHints.prices") },
      codeLens: { enable: said("codeLens.enable") },
    },
    // The next server asks for the settings itself; this one would fail to take them in, with a message.
    middleware: { workspace: { didChangeConfiguration: (sections, next) => (turning() ? Promise.resolve() : next(sections)) } },
    markdown: { isTrusted: false, supportHtml: false },
  };
}
