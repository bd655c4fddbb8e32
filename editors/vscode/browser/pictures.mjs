// pictures.mjs THEME ADDRESS WORK IMAGES [NAME…]: opens the scene in VS Code and takes the pictures.
import { statSync } from "node:fs";
import { command, go, inside, open, ready, settings, wait } from "./steps.mjs";

const [theme, address, work, images, ...names] = process.argv.slice(2);

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
      await command(page, "View: Hide Panel");
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

settings(work, theme);
await inside(work, address, theme, 1000, async (page) => {
  for (const [name, { file, height, prepare }] of Object.entries(PICTURES)) {
    if (names.length && !names.includes(name)) continue;
    await page.setViewportSize({ width: 1000, height });
    await open(page, file);
    await ready(page);
    await prepare(page);
    await picture(page, name, theme);
    await page.keyboard.press("Escape");
  }
});
