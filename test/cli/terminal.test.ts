/** What commands do on a terminal, and only there: colours, and a word while one waits. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import * as path from "node:path";

import { openServer } from "../server/open-server.js";
import { runInTerminal } from "./run-in-terminal.js";
import { temporaryFolder } from "./write-config.js";

const ESCAPE = "\u001B";
/** A colour, or the end of one. */
const COLOUR = new RegExp(`${ESCAPE}\\[\\d+m`);
const GREEN_READY = `${ESCAPE}[32mready${ESCAPE}[`;
/** Erases the line that says what is under way. */
const ERASE = `${ESCAPE}[K`;

/** After so long a terminal is told what is under way. */
const QUIET_MS = 500;

async function openPlain(t: ExecutionContext): Promise<string> {
  return (await openServer(t, { config: { storage: { plugin: "memory" } } })).address.url;
}

test("stockpile status is coloured on a terminal", async (t) => {
  const { code, text } = await runInTerminal(["status", "--server", await openPlain(t)]);
  t.is(code, 0);
  t.true(text.includes(GREEN_READY), JSON.stringify(text));
});

for (const [where, env, redirection] of [
  ["with NO_COLOR", { NO_COLOR: "1" }, ""],
  ["on a terminal that knows none", { TERM: "dumb" }, ""],
  ["in a pipe", {}, "| cat"],
] as const) {
  test(`stockpile status has no colour ${where}, and says the same`, async (t) => {
    const { code, text } = await runInTerminal(["status", "--server", await openPlain(t)], {
      env,
      redirection,
    });
    t.is(code, 0);
    t.regex(text, /│ memory +│ Memory .*│ ready /);
    t.notRegex(text, COLOUR);
  });
}

test("--json is not coloured on a terminal either", async (t) => {
  const { text } = await runInTerminal(["status", "--json", "--server", await openPlain(t)]);
  t.like(JSON.parse(text), { status: "ok" });
});

test("a table fits its terminal, and is as wide as it needs in a pipe", async (t) => {
  const args = ["status", "--server", await openPlain(t)];
  const widest = async (redirection: string): Promise<number> => {
    const { text } = await runInTerminal(args, { env: { NO_COLOR: "1" }, redirection, columns: 80 });
    return Math.max(...text.split(/\r?\n/).map((line) => (line.startsWith("│") ? line.length : 0)));
  };
  const [onTerminal, inPipe] = [await widest(""), await widest("| cat")];
  t.true(onTerminal > 40 && onTerminal <= 80, `${onTerminal} columns`);
  t.true(inPipe > 80, `${inPipe} columns`);
});

/** A server that answers about a plugin when it is told to. */
async function openSlow(
  t: ExecutionContext,
): Promise<{ url: string; asked: Promise<unknown>; answer: () => void }> {
  const waiting: ServerResponse[] = [];
  const server = createServer((_request, response) => void waiting.push(response));
  const asked = once(server, "request");
  t.teardown(() => server.close().closeAllConnections());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const answer = (): void => {
    const plugin = { name: "slow", state: "ready", lives: 2, restarts: 1 };
    for (const response of waiting.splice(0)) response.end(JSON.stringify(plugin));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, answer };
}

test("what takes long says so on a terminal, and leaves no trace of it", async (t) => {
  const { url, answer } = await openSlow(t);
  let seen = "";
  const { text } = await runInTerminal(["plugin", "restart", "slow", "--server", url], {
    onText: (piece) => {
      seen += piece;
      if (/Restarting plugin slow… \d+ s/.test(seen)) answer();
    },
  });
  // Erased before the answer, and nothing of it comes afterwards.
  t.true(text.lastIndexOf(ERASE) > text.lastIndexOf("Restarting"), JSON.stringify(text));
});

test("it says so on stderr: stdout holds the answer alone", async (t) => {
  const { url, answer } = await openSlow(t);
  const file = path.join(temporaryFolder(t), "stdout");
  const { text } = await runInTerminal(["plugin", "restart", "slow", "--json", "--server", url], {
    redirection: `>'${file}'`,
    onText: (piece) => void (piece.includes("Restarting") && answer()),
  });
  t.regex(text, /Restarting plugin slow… \d+ s/);
  t.like(JSON.parse(readFileSync(file, "utf8")), { name: "slow", state: "ready", lives: 2 });
});

test("where stderr is no terminal, nothing is said meanwhile", async (t) => {
  const { url, asked, answer } = await openSlow(t);
  const file = path.join(temporaryFolder(t), "stderr");
  void asked.then(() => setTimeout(answer, 3 * QUIET_MS));
  const { text } = await runInTerminal(["plugin", "restart", "slow", "--server", url], {
    redirection: `2>'${file}'`,
  });
  t.is(text, "Plugin slow is ready, life 2\r\n");
  t.is(readFileSync(file, "utf8"), "");
});
