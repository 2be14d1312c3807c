/** What a client is told while the backend throws, hangs, dies or is stopped. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { fileURLToPath } from "node:url";

import type { RunningServer } from "../../src/server/main.js";
import { openServer } from "./open-server.js";
import { errorOf, send } from "./send.js";

const FAULTY = fileURLToPath(new URL("../fixtures/faulty.js", import.meta.url));

function openFaulty(t: ExecutionContext, plugin: object = {}, category: object = {}): Promise<RunningServer> {
  const config = {
    plugins: { faulty: { module: FAULTY, limits: { call: "200ms" }, ...plugin } },
    storage: { plugin: "faulty" },
    categories: { player: category },
    server: { openWrites: true },
  };
  return openServer(t, { config });
}

for (const [fault, status, code] of [
  ["throw", 502, "STOCKPILE_BACKEND_FAILED"],
  ["throw-null", 502, "STOCKPILE_BACKEND_FAILED"],
  ["wrong-shape", 502, "STOCKPILE_BACKEND_FAILED"],
  ["never", 504, "STOCKPILE_BACKEND_TIMEOUT"],
  ["exit-3", 503, "STOCKPILE_PLUGIN_UNAVAILABLE"],
] as const) {
  test(`GET of a key whose backend does "${fault}" is a ${status}, and other keys are served`, async (t) => {
    const { address } = await openFaulty(t, { restart: { backoff: 0 } });
    const sent = await send(address.url, `/cache/player/${fault}:1`);
    t.is(sent.status, status);
    t.is(errorOf(sent).code, code);
    t.is(sent.headers["retry-after"], status === 503 ? "1" : undefined);
    let other = await send(address.url, "/cache/player/good");
    // A plugin that has exited needs some tens of milliseconds for its next life.
    for (let turn = 0; other.status === 503 && turn < 500; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      other = await send(address.url, "/cache/player/good");
    }
    t.is(other.status, 404);
  });
}

test("a category configured to take read errors for misses answers 404", async (t) => {
  const { address } = await openFaulty(t, {}, { onReadError: "miss" });
  t.is((await send(address.url, "/cache/player/throw:1")).status, 404);
});

test("a call over the plugin's limit is a 503 at once", async (t) => {
  const { address } = await openFaulty(t, { limits: { call: "2s", inFlightCalls: 1 } });
  const sent = await Promise.all([1, 2, 3].map((index) => send(address.url, `/cache/player/never:${index}`)));
  const codes = sent.map((each) => `${each.status} ${errorOf(each).code}`).toSorted();
  t.deepEqual(codes, [
    "503 STOCKPILE_BACKEND_OVERLOADED",
    "503 STOCKPILE_BACKEND_OVERLOADED",
    "504 STOCKPILE_BACKEND_TIMEOUT",
  ]);
});

test("an optional plugin that is stopped leaves the server ready; reads and writes are a 503", async (t) => {
  const { address, stockpile } = await openFaulty(t);
  await stockpile.plugins.stop("faulty");
  for (const method of ["GET", "PUT", "DELETE"]) {
    const sent = await send(address.url, "/cache/player/x", { method });
    t.is(sent.status, 503, method);
    t.is(errorOf(sent).code, "STOCKPILE_PLUGIN_UNAVAILABLE");
  }
  const health = await send(address.url, "/health");
  t.is(health.status, 200);
  t.is(JSON.parse(health.body.toString()).status, "degraded");
  t.is((await send(address.url, "/readyz")).status, 200);
  t.is((await send(address.url, "/livez")).status, 200);
});

test("a required plugin that is stopped makes health and readiness a 503, and not liveness", async (t) => {
  const { address, stockpile } = await openFaulty(t, { startup: "required" });
  t.is((await send(address.url, "/readyz")).status, 200);
  await stockpile.plugins.stop("faulty");
  const health = await send(address.url, "/health");
  t.is(health.status, 503);
  const parsed = JSON.parse(health.body.toString());
  t.is(parsed.status, "down");
  t.is(parsed.plugins[0].state, "stopped", "the body tells the same as ever");
  t.is((await send(address.url, "/readyz")).status, 503);
  t.is((await send(address.url, "/livez")).status, 200);
  await stockpile.plugins.start("faulty");
  t.is((await send(address.url, "/readyz")).status, 200);
});
