// take.mjs THEME ADDRESS WORK IMAGES [NAME…]: opens the scene in VS Code and takes the pictures.
import { createRequire } from "node:module";
import { mkdirSync, statSync, writeFileSync } from "node:fs";

const [theme, address, work, images, ...names] = process.argv.slice(2);
const { chromium } = createRequire(`${work}/package.json`)("playwright-core");
const THEMES = { dark: "Default Dark Modern", light: "Default Light Modern" };
const FONT = "'DejaVu Sans Mono', monospace";

function settings(theme) {
  const user = `${work}/user/User`;
  mkdirSync(user, { recursive: true });
  writeFileSync(
    `${user}/settings.json`,
    JSON.stringify({
      "workbench.colorTheme": THEMES[theme],
      "scalec.path": process.env.SCALEC,
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
    }),
  );
}

const wait = (page, milliseconds) => page.waitForTimeout(milliseconds);

async function command(page, name) {
  await page.keyboard.press("F1");
  await page.locator(".quick-input-widget input").first().fill(`>${name}`);
  await wait(page, 400);
  await page.keyboard.press("Enter");
  await wait(page, 400);
}

async function open(page, file) {
  await page.keyboard.press("Control+P");
  const input = page.locator(".quick-input-widget input").first();
  await input.fill(file);
  await page.locator(".quick-input-widget .monaco-list-row", { hasText: file }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".monaco-editor .view-line").first().waitFor();
}

/** The cursor onto a line and column, from 1. */
async function go(page, line, column) {
  await page.keyboard.press("Control+G");
  await page.locator(".quick-input-widget input").first().fill(`:${line}:${column}`);
  await page.keyboard.press("Enter");
  await wait(page, 300);
}

async function ready(page) {
  const found = () => /[1-9]/.test(document.getElementById("status.problems")?.textContent ?? "");
  await page.waitForFunction(found, undefined, { timeout: 40_000 });
  await wait(page, 2_000);
}

async function picture(page, name, theme) {
  const path = `${images}/${name}-${theme}.png`;
  await page.screenshot({ path });
  const size = statSync(path).size;
  if (size > 250_000) throw new Error(`${path} has ${size} bytes`);
  console.log(`${path}: ${size} bytes`);
}

/** The file, how high the window is, and what to do before the picture. */
const PICTURES = {
  editor: {
    file: "doors_open.scale",
    height: 1000,
    prepare: (page) => go(page, 1, 1),
  },
  problems: {
    file: "sale.scale",
    height: 820,
    async prepare(page) {
      await go(page, 44, 1);
      await command(page, "Problems: Focus on Problems View");
      await wait(page, 800);
    },
  },
  hover: {
    file: "sale.scale",
    height: 560,
    async prepare(page) {
      await command(page, "View: Close Panel");
      await go(page, 42, 27);
      await command(page, "Show or Focus Hover");
      await wait(page, 1_200);
    },
  },
  completion: {
    file: "sale.scale",
    height: 560,
    async prepare(page) {
      await go(page, 45, 1);
      await page.keyboard.press("End");
      await page.keyboard.press("Enter");
      await page.keyboard.type("expect clickstream.", { delay: 30 });
      await page.locator(".suggest-widget.visible .monaco-list-row").first().waitFor({ timeout: 8_000 });
      // The details of the word that is chosen.
      await page.keyboard.press("Control+Space");
      await wait(page, 1_200);
    },
  },
};

settings(theme);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--force-color-profile=srgb"] });
const page = await browser.newPage({ viewport: { width: 1000, height: 1000 }, colorScheme: theme });
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
  for (const [name, { file, height, prepare }] of Object.entries(PICTURES)) {
    if (names.length && !names.includes(name)) continue;
    await page.setViewportSize({ width: 1000, height });
    await open(page, file);
    await ready(page);
    await prepare(page);
    await picture(page, name, theme);
    await page.keyboard.press("Escape");
  }
} catch (error) {
  // What it looked like then says more than the message.
  await page.screenshot({ path: `${work}/failed.png` });
  throw error;
}
await browser.close();
