// A client of `scalec lsp` that asks for semantic tokens, and nothing else.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { paint, path, root } from "../node/files.mjs";

const scalec = process.env.SCALEC ?? path("target/debug/scalec");
if (!existsSync(scalec)) throw new Error(`${scalec} is missing: cargo build --no-default-features`);

export class Server {
  #child = spawn(scalec, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
  #waiting = new Map();
  #buffer = Buffer.alloc(0);
  #next = 1;
  #ended;

  constructor() {
    this.#ended = new Promise((resolve) => this.#child.on("exit", resolve));
    this.#child.stdout.on("data", (data) => {
      this.#buffer = Buffer.concat([this.#buffer, data]);
      this.#read();
    });
  }

  async start() {
    const tokens = { requests: { full: true }, formats: ["relative"], tokenTypes: [], tokenModifiers: [], multilineTokenSupport: false };
    const answer = await this.#ask("initialize", { processId: process.pid, rootUri: root.href, capabilities: { textDocument: { semanticTokens: tokens } } });
    this.legend = answer.capabilities.semanticTokensProvider.legend.tokenTypes;
    this.#tell("initialized", {});
    return this;
  }

  /** The tokens of a text under the path of a file: line, from, to (UTF-16), type. */
  async tokens(name, text) {
    const uri = pathToFileURL(path(name)).href;
    this.#tell("textDocument/didOpen", { textDocument: { uri, languageId: "scale", version: 1, text } });
    const { data } = await this.#ask("textDocument/semanticTokens/full", { textDocument: { uri } });
    this.#tell("textDocument/didClose", { textDocument: { uri } });
    const found = [];
    let [line, from] = [0, 0];
    for (let at = 0; at < data.length; at += 5) {
      const [down, right, length, type] = data.slice(at, at + 4);
      from = down ? right : from + right;
      line += down;
      found.push({ line, from, to: from + length, type: this.legend[type] });
    }
    return found;
  }

  async stop() {
    await this.#ask("shutdown", null);
    this.#tell("exit", null);
    const code = await this.#ended;
    if (code !== 0) throw new Error(`the server ended with ${code}`);
  }

  #tell(method, params) {
    this.#send({ jsonrpc: "2.0", method, params });
  }

  #ask(method, params) {
    const id = this.#next++;
    this.#send({ jsonrpc: "2.0", id, method, params });
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #send(message) {
    const body = Buffer.from(JSON.stringify(message));
    this.#child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#child.stdin.write(body);
  }

  #read() {
    for (;;) {
      const head = this.#buffer.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.subarray(0, head).toString())[1]);
      if (this.#buffer.length < head + 4 + length) return;
      const message = JSON.parse(this.#buffer.subarray(head + 4, head + 4 + length).toString());
      this.#buffer = this.#buffer.subarray(head + 4 + length);
      // What the server asks of its own is not needed here.
      if (message.method && message.id !== undefined) this.#send({ jsonrpc: "2.0", id: message.id, result: null });
      const waiting = message.method ? undefined : this.#waiting.get(message.id);
      if (waiting) message.error ? waiting.reject(new Error(message.error.message)) : waiting.resolve(message.result);
    }
  }
}

const LETTERS = { comment: "#", string: '"', number: "9", unit: "u", keyword: "k", type: "y", enumMember: "c", operator: "." };

/** The letters of a text by its semantic tokens; whatever is no other sort is a name. */
export function paintedBy(text, tokens) {
  const lines = text.split("\n");
  const letter = ({ line, from, to, type }) => {
    // No type of the protocol is for them; the server calls them keywords.
    if (type === "keyword" && ["true", "false"].includes(lines[line].slice(from, to))) return "c";
    return LETTERS[type] ?? "n";
  };
  return paint(text, tokens.map((token) => ({ ...token, letter: letter(token) })));
}
