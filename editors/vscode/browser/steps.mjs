// What the pictures and the clicks do alike: VS Code with settings, and its user's hands.
import { createRequire } from "node:module";
import { mkdirSync, writeFileSync } from "node:fs";

const THEMES = { dark: "Default Dark Modern", light: "Default Light Modern" };
const FONT = "'DejaVu Sans Mono', monospace";

/** `more`: settings beside those that keep the window quiet. */
export function settings(work, theme, more = {}) {
  // Where programs are is a matter of the machine: VS Code drops it from the user's settings when the folder is elsewhere, as it is for a browser.
  const { "scalec.path": path = process.env.SCALEC, ...others } = more;
  mkdirSync(`${work}/user/Machine`, { recursive: true });
  writeFileSync(`${work}/user/Machine/settings.json`, JSON.stringify({ "scalec.path": path }));
  const user = `${work}/user/User`;
  mkdirSync(user, { recursive: true });
  writeFileSync(
    `${user}/settings.json`,
    JSON.stringify({
      "workbench.colorTheme": THEMES[theme],
      "workbench.startupEditor": "none",
      "workbench.tips.enabled": false,
      "workbench.activityBar.location": "hidden",
      "workbench.statusBar.visible": true,
      "workbench.secondarySideBar.defaultVisibility": "hidden",
      "window.commandCenter": false,
      "workbench.layoutControl.enabled": false,
      "editor.minimap.enabled": false,
      "editor.fontFamily": FONT,
      "editor.fontSize": 13,
      "editor.lineHeight": 18,
      "editor.scrollbar.vertical": "hidden",
      "editor.scrollbar.horizontal": "hidden",
      "editor.overviewRulerBorder": false,
      "editor.hideCursorInOverviewRuler": true,
      "editor.stickyScroll.enabled": false,
      "editor.cursorBlinking": "solid",
      "editor.lightbulb.enabled": "off",
      "breadcrumbs.enabled": false,
      "chat.disableAIFeatures": true,
      "git.enabled": false,
      "files.hotExit": "off",
      "files.autoSave": "off",
      // One tab: the next file takes its place.
      "workbench.editor.enablePreviewFromQuickOpen": true,
      "editor.guides.indentation": false,
      "extensions.ignoreRecommendations": true,
      "security.workspace.trust.enabled": false,
      ...others,
    }),
  );
}

export const wait = (page, milliseconds) => page.waitForTimeout(milliseconds);

/** A command of the palette, by how its title begins: the best match is not always the one that is meant. */
export async function command(page, name) {
  await page.keyboard.press("F1");
  await page.locator(".quick-input-widget input").first().fill(`>${name}`);
  const found = page.locator(`.quick-input-widget .monaco-list-row[aria-label^="${name}"]`);
  await found.first().waitFor({ timeout: 10_000 });
  const labels = await found.evaluateAll((rows) => rows.map((row) => row.getAttribute("aria-label")));
  const exact = labels.findIndex((label) => label.split(",")[0] === name);
  await found.nth(Math.max(exact, 0)).click();
  await wait(page, 400);
}

export async function open(page, file) {
  await page.keyboard.press("Control+P");
  const input = page.locator(".quick-input-widget input").first();
  await input.fill(file);
  await page.locator(".quick-input-widget .monaco-list-row", { hasText: file }).first().click();
  await page.locator(".tabs-container .tab.active", { hasText: file }).first().waitFor();
  await page.locator(".monaco-editor .view-line").first().waitFor();
}

/** The cursor onto a line and column, from 1. */
export async function go(page, line, column) {
  await page.keyboard.press("Control+G");
  await page.locator(".quick-input-widget input").first().fill(`:${line}:${column}`);
  await page.keyboard.press("Enter");
  await wait(page, 300);
}

/** Until findings are there. */
export async function ready(page) {
  const found = () => /[1-9]/.test(document.getElementById("status.problems")?.textContent ?? "");
  await page.waitForFunction(found, undefined, { timeout: 40_000 });
  await wait(page, 2_000);
}

/** VS Code at `address`, when it has come up; `act` gets its page. What it looked like at a failure is kept in `work`. */
export async function inside(work, address, theme, height, act) {
  const { chromium } = createRequire(`${work}/package.json`)("playwright-core");
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--force-color-profile=srgb"] });
  const page = await browser.newPage({ viewport: { width: 1000, height }, colorScheme: theme });
  for (let again = 0; ; again++) {
    try {
      await page.goto(address);
      break;
    } catch (error) {
      if (again > 40) throw error;
      await wait(page, 500);
    }
  }
  try {
    await page.locator(".monaco-workbench").waitFor({ timeout: 60_000 });
    await wait(page, 2_000);
    await page.keyboard.press("Control+B");
    await act(page);
  } catch (error) {
    await page.screenshot({ path: `${work}/failed.png` });
    throw error;
  }
  await browser.close();
}
