/** The curves of the page that are not on the screen. */
import test from "ava";
import type { ExecutionContext } from "ava";
import type { Browser, Page } from "playwright-core";

import { launchBrowser, openPage, PATIENCE_MS, startShelfServer } from "./open-page.js";

const PHONE = { width: 390, height: 844 };
/** How often the page counts each canvas drawn from now on; uPlot clears it each time. */
const COUNT_DRAWS = `
  window.draws = new Map();
  const { clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...area) {
    draws.set(this.canvas, (draws.get(this.canvas) ?? 0) + 1);
    return clearRect.apply(this, area);
  };`;

/** A canvas of a curve, from the first of the page to its last. */
interface Seen {
  readonly isOnScreen: boolean;
  /** Nothing is painted on it. */
  readonly isBlank: boolean;
  readonly draws: number;
}

const LOOK = `[...document.querySelectorAll("canvas")].map((canvas) => {
  const { top, bottom } = canvas.getBoundingClientRect();
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return {
    isOnScreen: bottom > 0 && top < innerHeight,
    isBlank: data.every((value) => value === 0),
    draws: window.draws?.get(canvas) ?? 0,
  };
})`;

let browser: Browser;

test.before("a browser is started", async (t) => {
  t.timeout(PATIENCE_MS);
  browser = await launchBrowser();
});

test.after.always("and closed", async () => browser?.close());

/** The page on a phone, once all its curves are drawn. Its own policy keeps the test from counting and waiting there. */
async function openOnPhone(t: ExecutionContext): Promise<Page> {
  const { url } = await startShelfServer(t);
  const page = await openPage(t, browser, { url, viewport: PHONE, colorScheme: "light", bypassCSP: true });
  await page.waitForFunction(`${LOOK}.every(({ isBlank }) => !isBlank)`);
  return page;
}

const look = (page: Page): Promise<Seen[]> => page.evaluate<Seen[]>(LOOK);

test.serial(
  "on a phone the curves below the screen are drawn too, as pictures of the page show",
  async (t) => {
    const page = await openOnPhone(t);
    const curves = await look(page);
    t.is(curves.length, 8, "four of each plugin");
    t.true(curves.filter(({ isOnScreen }) => !isOnScreen).length >= 4);
    t.is(await page.evaluate<number>("scrollY"), 0);
  },
);

test.serial("curves that are not on the screen are not drawn with each sample", async (t) => {
  const page = await openOnPhone(t);
  await page.locator("canvas").first().scrollIntoViewIfNeeded();
  await page.evaluate(COUNT_DRAWS);
  await page.waitForFunction(`draws.get(document.querySelector("canvas")) >= 5`);
  const curves = await look(page);
  const samples = curves[0]?.draws ?? 0;
  const hidden = curves.filter(({ isOnScreen }) => !isOnScreen);
  t.true(hidden.length >= 4);
  // Once in half a minute of samples, however long these take to come: not with all of them.
  for (const { draws } of hidden) t.true(draws < samples, `${draws} times, of ${samples}`);
});

test.serial("they have the colours of the page, also after others are chosen", async (t) => {
  const page = await openOnPhone(t);
  await page.evaluate(COUNT_DRAWS);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForFunction("draws.size === 8");
  t.is(await page.evaluate<number>("scrollY"), 0);
});
