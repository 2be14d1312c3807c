/** The web page with the keyboard alone: whatever is done, the focus stays where the person works. */
import test from "ava";
import type { Browser, Page } from "playwright-core";

import { cardOf, crash, launchBrowser, openPage, PATIENCE_MS, startShelfServer, TOKEN } from "./open-page.js";

/** More than the page has places to stop at. */
const MAX_TABS = 60;

let browser: Browser;

test.before("a browser is started", async (t) => {
  t.timeout(PATIENCE_MS);
  browser = await launchBrowser();
});

test.after.always("and closed", async () => browser?.close());

/** What has the focus, by its name; the page itself where nothing has. */
function focused(page: Page): Promise<string> {
  return page.evaluate<string>(`(({ tagName, ariaLabel, labels, textContent }) =>
    tagName === "BODY" ? "the page" : (ariaLabel ?? labels?.[0]?.textContent ?? textContent).trim()
  )(document.activeElement)`);
}

/** @param start Of the name, which may have a time at its end. */
async function tabTo(page: Page, start: string): Promise<void> {
  for (let count = 0; count < MAX_TABS && !(await focused(page)).startsWith(start); count += 1)
    await page.keyboard.press("Tab");
}

async function pressOn(page: Page, start: string): Promise<void> {
  await tabTo(page, start);
  await page.keyboard.press("Enter");
}

/** Has requests of that path wait until they are released. */
async function hold(
  page: Page,
  path: string,
): Promise<{ readonly asked: () => number; readonly release: () => void }> {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let asked = 0;
  await page.route(`**/${path}`, async (route) => {
    asked += 1;
    await released;
    await route.continue();
  });
  return { asked: () => asked, release };
}

/** Nobody types before there is a field. */
async function typeToken(page: Page): Promise<void> {
  await page.locator("#token:focus").waitFor();
  await page.keyboard.type(TOKEN);
  await page.keyboard.press("Enter");
}

test.serial("a plugin is restarted with the keyboard alone, by a button that keeps the focus", async (t) => {
  const { url } = await startShelfServer(t);
  const page = await openPage(t, browser, { url });
  await page.keyboard.press("Tab");
  t.is(await focused(page), "Skip to the plugins");
  await page.keyboard.press("Enter");
  await pressOn(page, "Restart shelf");
  await page.locator("#token:focus").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog[open]").waitFor({ state: "detached" });
  t.is(await focused(page), "Restart shelf", "the dialog is left as it was come to");
  t.is(await page.evaluate<string>("getComputedStyle(document.activeElement).outlineStyle"), "solid");
  await page.keyboard.press("Enter");
  await typeToken(page);
  await cardOf(page, "shelf").getByText("Restarted", { exact: true }).waitFor();
  t.is(await focused(page), "Restart shelf");
});

test.serial("a button whose work is under way keeps the focus and is not pressed again", async (t) => {
  const { url } = await startShelfServer(t);
  const page = await openPage(t, browser, { url });
  const card = cardOf(page, "shelf");
  const { asked, release } = await hold(page, "api/plugins/shelf/*");
  await pressOn(page, "Give token");
  await typeToken(page);
  await pressOn(page, "Reload shelf");
  await card.getByText("Under way…").waitFor();
  t.is(await focused(page), "Reload shelf");
  t.is(await card.locator('button[aria-disabled="true"]').count(), 3);
  await page.keyboard.press("Enter");
  await pressOn(page, "Stop shelf");
  t.is(await focused(page), "Stop shelf");
  release();
  await card.getByText("Reloaded", { exact: true }).waitFor();
  t.is(await card.locator('button[aria-disabled="true"]').count(), 0);
  t.is(asked(), 1);
});

test.serial("who has stopped a plugin is on the button that starts it, and back again", async (t) => {
  const { url } = await startShelfServer(t);
  const page = await openPage(t, browser, { url });
  const card = cardOf(page, "shelf");
  await pressOn(page, "Stop shelf");
  await typeToken(page);
  await card.getByText("Stopped", { exact: true }).waitFor();
  await card.getByRole("button", { name: "Start shelf" }).waitFor();
  t.is(await focused(page), "Start shelf");
  await page.keyboard.press("Enter");
  await card.getByText("Started", { exact: true }).waitFor();
  await card.getByRole("button", { name: "Stop shelf" }).waitFor();
  t.is(await focused(page), "Stop shelf");
});

test.serial("who has asked for a crash report is on it, unless they have moved on", async (t) => {
  const { url } = await startShelfServer(t);
  const page = await openPage(t, browser, { url });
  await crash(url);
  const summary = cardOf(page, "shelf").locator(".failure summary");
  await summary.waitFor();
  await pressOn(page, "crash");
  await pressOn(page, "Show report");
  await typeToken(page);
  await page.getByLabel("Crash report of shelf").waitFor();
  t.is(await focused(page), "Crash report of shelf");
  t.is(await page.evaluate<string>("getComputedStyle(document.activeElement).outlineStyle"), "solid");

  await page.reload();
  await summary.waitFor();
  const { release } = await hold(page, "report");
  await pressOn(page, "crash");
  await pressOn(page, "Show report");
  await tabTo(page, "Reload shelf");
  release();
  await page.getByLabel("Crash report of shelf").waitFor();
  t.is(await focused(page), "Reload shelf");
});

test.serial("who has removed an entry is where the next key is typed", async (t) => {
  const { url } = await startShelfServer(t);
  const page = await openPage(t, browser, { url });
  const lookUp = async (): Promise<void> => {
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Remove entry" }).waitFor();
  };
  await fetch(`${url}/cache/part/a`, { method: "PUT", body: "a" });
  await tabTo(page, "Category");
  await page.keyboard.type("part");
  await tabTo(page, "Key");
  await page.keyboard.type("a");
  await lookUp();
  t.is(await focused(page), "Key");
  await pressOn(page, "Remove entry");
  await typeToken(page);
  await page.getByText("Removed.", { exact: true }).waitFor();
  t.is(await focused(page), "Key");

  await fetch(`${url}/cache/part/a`, { method: "PUT", body: "a" });
  await lookUp();
  await page.route("**/entries/a", (route) => route.abort());
  await pressOn(page, "Remove entry");
  await page.locator(".look-up .trouble").waitFor();
  t.is(await focused(page), "Key", "as well where it could not be removed");
});
