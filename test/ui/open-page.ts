/** The page of a server in a process of its own, in a real browser. */
import type { ExecutionContext } from "ava";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";

import { startServerCommand } from "../cli/run-command.js";
import type { RunningCommand } from "../cli/run-command.js";
import { temporaryFolder } from "../cli/write-config.js";

/** Where Debian has it. */
const CHROMIUM = process.env["STOCKPILE_TEST_CHROMIUM"] ?? "/usr/bin/chromium";
/** Nothing that a browser does by itself: only what the page does is to be seen. */
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** For what is promised no time: a machine with other work takes long to start a browser. */
export const PATIENCE_MS = 120_000;

export const TOKEN = "0123456789abcdef";

/** Says of itself what it should not, and ends with the key `crash`, in the turn after. */
const SHELF = `
export const metadata = {
  name: "<b>Shelf</b>",
  version: "1.4.0",
  authors: ["The Stockpile authors"],
  website: "https://shelf.example/",
};
export async function initializePlugin({ registerStorageBackend, logger }) {
  const entries = new Map();
  const id = ({ category, key }) => category + "/" + key;
  logger.info("put up");
  await registerStorageBackend("shelf", () => ({
    get(key) {
      if (key.key === "crash") setTimeout(() => { throw new Error("the shelf has <i>fallen</i>"); }, 1);
      return entries.get(id(key));
    },
    put: (key, entry) => void entries.set(id(key), entry),
    purge: (key) => void entries.delete(id(key)),
  }));
}
`;

/** Throws where there is no browser: a test of the page that does not run would say nothing. */
export function launchBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `Cannot test the web page: expected Chromium at ${CHROMIUM} ("apt-get install chromium" on Debian), or its path in STOCKPILE_TEST_CHROMIUM`,
    );
  }
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS, timeout: PATIENCE_MS });
}

/** Starts a server whose plugin `shelf` crashes on demand, and stays down until somebody restarts it. */
export async function startShelfServer(
  t: ExecutionContext,
  { port = 0, config = {} }: { readonly port?: number; readonly config?: object } = {},
): Promise<{ readonly url: string; readonly command: RunningCommand }> {
  t.timeout(5 * PATIENCE_MS);
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, "shelf.mjs"), SHELF);
  // Limits are not the subject here, and a browser beside it makes any machine slow.
  const limits = { start: "2m", hang: "2m" };
  const restart = { backoff: "1h", maxBackoff: "2h" };
  const whole = {
    plugins: { shelf: { module: "./shelf.mjs", restart, limits }, memory: { limits } },
    storage: { plugin: "memory" },
    categories: { part: { near: false, storage: { plugin: "shelf" } } },
    crashReports: {},
    server: { token: TOKEN, openWrites: true, port },
    ...config,
  };
  writeFileSync(join(folder, "stockpile.json"), JSON.stringify(whole));
  const args = ["--config", "stockpile.json", ...(port === 0 ? [] : ["--port", String(port)])];
  return startServerCommand(t, args, { cwd: folder, startMs: PATIENCE_MS });
}

/** Opens the page and waits for its first cards. Whatever the browser complains of fails the test when it ends. */
export async function openPage(
  t: ExecutionContext,
  browser: Browser,
  { url, ...options }: BrowserContextOptions & { readonly url: string },
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  t.teardown(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    // A refusal that was asked for is no complaint of the page's.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text()))
      complaints.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${url}/`)) complaints.push(`asked ${request.url()}`);
  });
  t.teardown(() => {
    if (complaints.length > 0) throw new Error(`The browser complains: ${complaints.join("; ")}`);
  });
  await page.goto(`${url}/ui/`);
  await page.locator("[data-plugin]").first().waitFor();
  return page;
}

/** The plugin `shelf` ends. Whether the call that made it is answered is not asked. */
export async function crash(url: string): Promise<void> {
  await fetch(`${url}/cache/part/crash`).then(
    (response) => response.arrayBuffer(),
    () => undefined,
  );
}

/** The card of that plugin. */
export function cardOf(page: Page, plugin: string): Locator {
  return page.locator(`[data-plugin="${plugin}"]`);
}
