/** The web page, in a browser, against a server whose plugin is killed. */
import test from "ava";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import type { Browser, Locator, Page } from "playwright-core";

import { timely, tooLong } from "../support/timely.js";
import { cardOf, crash, launchBrowser, openPage, PATIENCE_MS, startShelfServer, TOKEN } from "./open-page.js";

/** A second is promised, and a machine that runs other tests may take one more. */
const CRASH_SHOWN_MS = 2000;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser;

test.before("a browser is started", async (t) => {
  t.timeout(PATIENCE_MS);
  browser = await launchBrowser();
});

test.after.always("and closed", async () => browser?.close());

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
}

async function giveToken(page: Page, token: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Token").fill(token);
  await dialog.getByRole("button", { name: "Use token" }).click();
}

test.serial(
  "a crash is on the plugin's card within two seconds, and a restart by hand ends it",
  async (t) => {
    const { url } = await startShelfServer(t);
    const page = await openPage(t, browser, { url });
    const card = cardOf(page, "shelf");
    await card.getByText("ready", { exact: true }).waitFor();
    let crashes = 0;
    await timely(t, async () => {
      crashes += 1;
      const crashed = crash(url);
      const beganAtMs = performance.now();
      await card.getByText("restarting", { exact: true }).waitFor();
      const tookMs = performance.now() - beganAtMs;
      await crashed;
      if (tookMs > CRASH_SHOWN_MS) {
        await restart(page);
        await card.getByText("ready", { exact: true }).waitFor();
      }
      return tooLong("the crash", tookMs, CRASH_SHOWN_MS);
    });
    t.regex(
      await card.locator(".failure summary").innerText(),
      /crash\s*Uncaught: the shelf has <i>fallen<\/i>/,
    );
    t.regex(await page.title(), /^degraded – /);
    t.regex(await page.getByRole("log").innerText(), /ready → restarting\. crash: Uncaught: the shelf has/);
    t.regex(await page.getByRole("status").first().innerText(), /restarting/);

    t.is(await factOf(card, "Lives failed"), String(crashes));
    const before = Number(await factOf(card, "Lives"));
    await restart(page);
    await card.getByText("ready", { exact: true }).waitFor();
    await card.getByText("Restarted", { exact: true }).waitFor();
    t.is(Number(await factOf(card, "Lives")), before + 1);
    t.is(await page.title(), "Stockpile");
  },
);

/** With the token, which is asked for only once. */
async function restart(page: Page): Promise<void> {
  await press(page, "Restart shelf");
  if ((await page.getByRole("button", { name: "Forget token" }).count()) === 0) await giveToken(page, TOKEN);
}

async function factOf(card: Locator, name: string): Promise<string> {
  return card.locator(".facts div", { hasText: name }).locator("dd").first().innerText();
}

test.serial("another token is refused and asked for again, and what is given stays in the tab", async (t) => {
  const { url } = await startShelfServer(t);
  const page = await openPage(t, browser, { url });
  await press(page, "Reload shelf");
  await giveToken(page, "no-tökén-at-all-0000");
  t.true(await page.getByRole("dialog").locator("#token:invalid").isVisible(), "it can be no token");
  await giveToken(page, "another-token-0000");
  await page.getByText("The server has another token than the one given.").waitFor();
  await giveToken(page, TOKEN);
  await cardOf(page, "shelf").getByText("Reloaded", { exact: true }).waitFor();
  t.is(await page.evaluate<string>("JSON.stringify([localStorage.length, document.cookie])"), '[0,""]');
  await press(page, "Forget token");
  t.is(await page.evaluate<number>("sessionStorage.length"), 0);
  await press(page, "Stop shelf");
  await page.keyboard.press("Escape");
  await cardOf(page, "shelf").getByText("ready", { exact: true }).waitFor();
});

test.serial("the crash report is shown to who gives the token, as text", async (t) => {
  const { url } = await startShelfServer(t);
  const page = await openPage(t, browser, { url });
  await crash(url);
  const failure = cardOf(page, "shelf").locator(".failure");
  await failure.locator("summary").click();
  await failure.getByRole("button", { name: "Show report" }).click();
  await giveToken(page, TOKEN);
  const report = failure.getByLabel("Crash report of shelf");
  await report.waitFor();
  const { end, log } = JSON.parse(await report.innerText()) as {
    end: { message: string };
    log: { message: string }[];
  };
  t.is(end.message, "Uncaught: the shelf has <i>fallen</i>");
  t.true(log.some(({ message }) => message === "put up"));
  t.is(await page.locator("main i, main b").count(), 0, "markup in data is text");
  t.is(await cardOf(page, "shelf").getByText("<b>Shelf</b> 1.4.0").count(), 1);
});

test.serial(
  "a page that is opened later has the curves of what was before, drawn and in words",
  async (t) => {
    const { url } = await startShelfServer(t);
    const first = await openPage(t, browser, { url });
    for (let count = 0; count < 20; count += 1)
      await fetch(`${url}/cache/part/nothing`).then((response) => response.arrayBuffer());
    const latency = (page: Page): Locator =>
      cardOf(page, "shelf").getByRole("img", {
        name: /^Latency of shelf over the last [3-9]\d* s: p50 now [\d.]+ ms/,
      });
    await latency(first).waitFor();
    const page = await openPage(t, browser, { url });
    await latency(page).waitFor();
    const names = await page.evaluate<string[]>(
      `[...document.querySelectorAll('[data-plugin="shelf"] [role="img"]')].map(({ ariaLabel }) => ariaLabel)`,
    );
    t.deepEqual(
      names.map((name) => name.replace(/ of shelf over the last .*/s, "")),
      ["Calls", "Latency", "Event loop", "Memory"],
    );
    const blank = await page.evaluate<number>(`
    [...document.querySelectorAll("canvas")].filter((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.every((value) => value === 0);
    }).length`);
    t.is(blank, 0);
  },
);

test.serial("a key is looked up with its provenance, and removed", async (t) => {
  const { url } = await startShelfServer(t);
  const value = '{"html":"<img src=x onerror=alert(1)>"}';
  const headers = { "content-type": "application/json" };
  await fetch(`${url}/cache/part/a%2Fb`, { method: "PUT", body: value, headers });
  const page = await openPage(t, browser, { url });
  const lookUp = async (key: string): Promise<void> => {
    await page.getByLabel("Category", { exact: true }).fill("part");
    await page.getByLabel("Key", { exact: true }).fill(key);
    await press(page, "Look up");
  };
  await lookUp("a/b");
  await page.locator(".provenance").waitFor();
  const provenance = await page.locator(".provenance").innerText();
  for (const pattern of [
    /Source\s+backend from the plugin/,
    /Stored\s+\d/,
    /Expires\s+\d/,
    /application\/json/,
  ])
    t.regex(provenance, pattern);
  t.deepEqual(JSON.parse(await page.getByLabel("Value", { exact: true }).innerText()), JSON.parse(value));
  await press(page, "Remove entry");
  await giveToken(page, TOKEN);
  await page.getByText("Removed.", { exact: true }).waitFor();
  await lookUp("a/b");
  await page.getByText("There is nothing under this key.").waitFor();
  await lookUp("..");
  await page.getByText(/Browsers cannot ask/).waitFor();
  // It asks once a second.
  const row = page.getByRole("row", { name: /^part / });
  await row.filter({ hasText: /backend 1/ }).waitFor();
});

test.serial("a server that is gone is told of, and found again when it is back", async (t) => {
  const { url, command } = await startShelfServer(t);
  const page = await openPage(t, browser, { url });
  command.child.kill("SIGKILL");
  await page.getByRole("alert").filter({ hasText: "The server does not answer" }).waitFor();
  t.regex(await page.title(), /^no answer – /);
  t.is(await cardOf(page, "shelf").count(), 1, "what was known is still shown");
  await command.ended;
  await startShelfServer(t, { port: Number(new URL(url).port) });
  await page.getByRole("alert").waitFor({ state: "detached" });
  await page.getByText("Live", { exact: true }).waitFor();
});

test.serial("a page that is not seen asks nothing", async (t) => {
  const { url } = await startShelfServer(t);
  const page = await openPage(t, browser, { url });
  await page.evaluate(`Object.defineProperty(document, "hidden", { configurable: true, value: true })`);
  // What is under way, and the look at whether it is seen.
  await page.waitForTimeout(5000);
  let asked = 0;
  page.on("request", () => (asked += 1));
  await page.waitForTimeout(5000);
  t.is(asked, 0);
  await page.evaluate(`delete document.hidden; document.dispatchEvent(new Event("visibilitychange"))`);
  await page.waitForRequest(/\/health$/);
  t.pass();
});

for (const { name, width, colorScheme } of [
  { name: "light", width: 1280, colorScheme: "light" },
  { name: "dark", width: 1280, colorScheme: "dark" },
  { name: "light on a phone", width: 390, colorScheme: "light" },
  { name: "dark on a small phone", width: 320, colorScheme: "dark" },
] as const) {
  test.serial(`axe finds nothing to complain of, ${name}, and nothing is wider than the page`, async (t) => {
    const { url } = await startShelfServer(t);
    await fetch(`${url}/cache/part/x`, { method: "PUT", body: "x" });
    const viewport = { width, height: 844 };
    // Its own policy keeps the page from running anybody else's script, this one's too.
    const page = await openPage(t, browser, { url, viewport, colorScheme, bypassCSP: true });
    await crash(url);
    await cardOf(page, "shelf").locator(".failure summary").click();
    await page.getByLabel("Category", { exact: true }).fill("part");
    await page.getByLabel("Key", { exact: true }).fill("x");
    await press(page, "Look up");
    await page.getByRole("log").waitFor();
    t.true(await page.evaluate<boolean>("document.documentElement.scrollWidth <= innerWidth"));
    await page.evaluate(AXE);
    const violations = await page.evaluate<
      { id: string; nodes: { html: string; failureSummary: string }[] }[]
    >("axe.run().then(({ violations }) => violations)");
    t.deepEqual(
      violations.map(({ id, nodes }) => [
        id,
        nodes.map(({ failureSummary, html }) => [html, failureSummary]),
      ]),
      [],
    );
    const passes = await page.evaluate<number>("axe.run().then(({ passes }) => passes.length)");
    t.true(passes > 20, "it has looked");
  });
}

test.serial("the colours follow the system until others are chosen, and the choice is kept", async (t) => {
  const { url } = await startShelfServer(t);
  const page = await openPage(t, browser, { url, colorScheme: "dark" });
  const ground = (): Promise<string> =>
    page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
  const dark = await ground();
  await page.emulateMedia({ colorScheme: "light" });
  const light = await ground();
  t.not(light, dark);
  await page.getByLabel("Colours").selectOption("dark");
  t.is(await ground(), dark);
  await page.reload();
  await page.locator("[data-plugin]").first().waitFor();
  t.is(await ground(), dark);
});
