// clicks.mjs ADDRESS WORK [NAME…]: the commands of the extension, used as people use them: by lens, palette, title bar, keys and tasks.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { command, go, inside, open, ready, settings, wait } from "./steps.mjs";

const [address, work, ...names] = process.argv.slice(2);
/** A terminal that is drawn as text, so that it can be read. */
const READABLE = { "terminal.integrated.gpuAcceleration": "off", "editor.formatOnSave": false };

const until = async (what, found, patience = 20_000) => {
  const end = Date.now() + patience;
  for (;;) {
    const seen = await found();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
};

/** What the terminal shows, its blanks plain. */
const shown = (page) => page.evaluate(() => [...document.querySelectorAll(".xterm-rows > div")].map((row) => row.textContent.replaceAll("\u00a0", " ").trimEnd()).join("\n"));
const says = (page, words) => until(`"${words}" in the terminal`, async () => (await shown(page)).includes(words));
/** What the editor holds, as far as it is in view. */
const written = (page) => page.evaluate(() => [...document.querySelectorAll(".editor-instance .view-line")].map((line) => line.textContent.replaceAll("\u00a0", " ")).join("\n"));
const lens = (page, title) => page.locator(".codelens-decoration a", { hasText: title }).first().click();
const pick = (page, hasText, hasNotText) => page.locator(".quick-input-widget .monaco-list-row", { hasText, hasNotText }).first().click();

async function closed(page) {
  await command(page, "Terminal: Kill All Terminals");
  await command(page, "Notifications: Clear All Notifications");
  // Only lines that are in view can be read.
  if (await page.locator(".part.panel").isVisible()) await command(page, "View: Hide Panel");
}

async function problems(page, file) {
  await command(page, "Problems: Focus on Problems View");
  return until(`problems of ${file}`, () => page.evaluate((file) => [...document.querySelectorAll(".markers-panel .monaco-list-row")].some((row) => row.textContent.includes(file)), file));
}

/** Each begins with `quick.scale` in view. */
const CLICKS = {
  async "the lens: check"(page) {
    await lens(page, /^check$/);
    await says(page, "1 file, nothing to complain about");
  },
  async "the lens: plan"(page) {
    await lens(page, /^plan$/);
    await says(page, "clickstream takes 200/s");
  },
  async "the lens: run with --local"(page) {
    await lens(page, /^run with --local$/);
    await until("how fast", () => page.locator(".quick-input-widget", { hasText: "Run \"it's quick\" locally" }).isVisible());
    await pick(page, "As written");
    await says(page, "300 delivered, 0 lost");
    assert.ok(existsSync(`${work}/scene/runs`), "a run leaves its record in the folder");
  },
  async "the palette: check, plan"(page) {
    await command(page, "scale: Check this File");
    await says(page, "1 file, nothing to complain about");
    await closed(page);
    await page.locator(".editor-instance").first().click();
    await command(page, "scale: Plan");
    await says(page, "clickstream takes 200/s");
  },
  async "the title bar: run"(page) {
    await page.locator(".editor-actions a[aria-label^='Run Locally']").first().click();
    await until("how fast", () => page.locator(".quick-input-widget", { hasText: "Run locally" }).isVisible());
    // What was chosen last is offered first.
    const first = await page.locator(".quick-input-widget .monaco-list-row").first().textContent();
    assert.match(first, /As written/);
    await page.keyboard.press("Enter");
    await says(page, "300 delivered, 0 lost");
  },
  async "a file that is not saved is saved, then checked"(page) {
    await go(page, 31, 1);
    await page.keyboard.type("  expect failed == 0 at end\n");
    await lens(page, /^check$/);
    await says(page, "1 file, nothing to complain about");
    assert.match(readFileSync(`${work}/scene/quick.scale`, "utf8"), /expect failed == 0/);
  },
  async "the task: check every file, its problems those of closed files too"(page) {
    await command(page, "Tasks: Run Task");
    // The kind of task, and none that was run lately.
    await pick(page, "scalec", ":");
    await pick(page, "check every file");
    await says(page, "3 errors");
    await problems(page, "sale.scale");
  },
  async "a code leads to its page"(page) {
    await open(page, "sale.scale");
    await ready(page);
    await problems(page, "sale.scale");
    await page.locator(".markers-panel a", { hasText: "E0302" }).first().click();
    await until("the page of E0302", () => page.locator(".tabs-container .tab", { hasText: "E0302.md" }).first().isVisible());
    await wait(page, 1_500);
  },
  async "a quick fix"(page) {
    await open(page, "sale.scale");
    await ready(page);
    await go(page, 45, 44);
    await page.keyboard.press("Control+.");
    await page.locator(".action-widget .action", { hasText: "write `baseline`" }).first().waitFor({ timeout: 8_000 });
    await page.keyboard.press("Enter");
    await until("the fix", async () => /during baseline/.test(await written(page)));
    await page.keyboard.press("Control+Z");
  },
  async "a rename"(page) {
    await go(page, 3, 6);
    await page.keyboard.press("F2");
    const box = page.locator(".rename-box input");
    await until("the box of the name", () => box.evaluate((input) => document.activeElement === input && input.value === "usual"));
    await box.fill("typical");
    await page.keyboard.press("Enter");
    await until("both names", async () => /let typical = 50\/s[^]*hold 2 \* typical for 2s/.test(await written(page)));
  },
  async "formatting"(page) {
    await go(page, 3, 4);
    await page.keyboard.type("     ");
    await command(page, "Format Document");
    await until("the layout", async () => /^let usual = 50\/s/m.test(await written(page)));
  },
  async "a setting to complete"(page) {
    await go(page, 8, 1);
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.type("compr", { delay: 30 });
    await page.locator(".suggest-widget.visible .monaco-list-row", { hasText: "compression" }).first().waitFor({ timeout: 8_000 });
    await page.keyboard.press("Enter");
    // Chosen, the words that can follow are offered at once.
    await page.locator(".suggest-widget.visible .monaco-list-row", { hasText: "zstd" }).first().waitFor({ timeout: 8_000 });
    await page.keyboard.type("zstd");
    await page.keyboard.press("Enter");
    await until("the setting", async () => /compression += zstd/.test(await written(page)));
  },
  async "scalec is missing, then too old, then there"(page) {
    const told = (words) => until(`"${words}"`, () => page.locator(".notifications-toasts", { hasText: words }).isVisible());
    settings(work, "dark", { ...READABLE, "scalec.path": `${work}/bin/scalec` });
    await told(`There is no scalec at ${work}/bin/scalec`);
    await page.locator(".notifications-toasts a", { hasText: "How to install" }).first().click();
    await until("how to install", () => page.locator(".tabs-container .tab", { hasText: "install.md" }).first().isVisible());
    mkdirSync(`${work}/bin`, { recursive: true });
    writeFileSync(`${work}/bin/scalec`, "#!/bin/sh\necho scalec 0.0.9\n");
    chmodSync(`${work}/bin/scalec`, 0o755);
    await told("is too old");
    assert.ok(!(await page.locator(".notifications-toasts", { hasText: "failed" }).isVisible()), "nothing of the client's own");
    // The braces in the status bar say the same.
    await open(page, "quick.scale");
    await page.locator("#status\\.languageStatus").click();
    await until("the status", () => page.locator(".hover-language-status", { hasText: "scalec is too old" }).first().isVisible());
    await page.keyboard.press("Escape");
    // Noticed by itself.
    writeFileSync(`${work}/bin/scalec`, `#!/bin/sh\nexec '${process.env.SCALEC}' "$@"\n`);
    await until("lenses", () => page.locator(".codelens-decoration a", { hasText: "plan" }).first().isVisible());
  },
};

settings(work, "dark", READABLE);
const quick = readFileSync(`${work}/scene/quick.scale`, "utf8");
await inside(work, address, "dark", 900, async (page) => {
  for (const [name, act] of Object.entries(CLICKS)) {
    if (names.length && !names.some((part) => name.includes(part))) continue;
    writeFileSync(`${work}/scene/quick.scale`, quick);
    await open(page, "quick.scale");
    await page.locator(".codelens-decoration a", { hasText: "plan" }).first().waitFor({ timeout: 40_000 });
    await act(page);
    console.log(`clicked: ${name}`);
    await page.keyboard.press("Escape");
    await command(page, "File: Revert File");
    await closed(page);
    await command(page, "View: Close All Editors");
  }
});
