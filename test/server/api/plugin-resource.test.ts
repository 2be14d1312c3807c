import test from "ava";
import type { ExecutionContext } from "ava";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { readCrashReport } from "../../../src/server/api/crash-report.js";
import type { RunningServer } from "../../../src/server/main.js";
import { temporaryFolder } from "../../cli/write-config.js";
import { PATIENCE_MS } from "../../support/margins.js";
import { TemporaryPlugin } from "../../support/temporary-plugin.js";
import { openServer, withServerSection } from "../open-server.js";
import { errorOf, send } from "../send.js";
import type { Sent } from "../send.js";

const TOKEN = "0123456789abcdef";
const FAULTY = new URL("../../fixtures/faulty.js", import.meta.url).href;

function openGuarded(t: ExecutionContext, config: object = {}): Promise<RunningServer> {
  return openServer(t, { config: { ...withServerSection({ token: TOKEN }), ...config } });
}

function steer(url: string, action: string, body?: string): Promise<Sent> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  return send(url, `/api/plugins/${action}`, {
    method: "POST",
    headers,
    ...(body === undefined ? {} : { body }),
  });
}

function stateOf({ body }: Sent): { state: string; lives: number } {
  const { state, lives } = JSON.parse(body.toString()) as { state: string; lives: number };
  return { state, lives };
}

test("GET /api/plugins lists the plugins as health has them", async (t) => {
  const { address, stockpile } = await openGuarded(t);
  const sent = await send(address.url, "/api/plugins");
  t.is(sent.status, 200);
  const [plugin] = JSON.parse(sent.body.toString()).plugins;
  const { name, metadata } = stockpile.health().plugins[0] ?? {};
  t.like(plugin, { name, state: "ready", lives: 1 });
  t.deepEqual(plugin.metadata, JSON.parse(JSON.stringify(metadata)));
});

test("GET /api/plugins/<plugin> answers one, or a 404 that names those there are", async (t) => {
  const { address } = await openGuarded(t);
  t.deepEqual(stateOf(await send(address.url, "/api/plugins/memory")), { state: "ready", lives: 1 });
  for (const name of ["absent", "__proto__", "constructor", "%00", "x".repeat(5000), "a%2Fb"]) {
    const sent = await send(address.url, `/api/plugins/${name}`);
    t.is(sent.status, 404, name);
    t.is(errorOf(sent).code, "STOCKPILE_PLUGIN_UNKNOWN");
    t.regex(errorOf(sent).message, /expected one of "memory"$/);
    t.true(errorOf(sent).message.length < 200);
  }
});

test("a plugin is stopped, started, restarted and reloaded, and each answers with what became of it", async (t) => {
  const { address } = await openGuarded(t);
  const { url } = address;
  t.deepEqual(stateOf(await steer(url, "memory/stop")), { state: "stopped", lives: 1 });
  t.deepEqual(stateOf(await steer(url, "memory/stop")), { state: "stopped", lives: 1 });
  t.is((await send(url, "/cache/player/x")).status, 503);
  t.deepEqual(stateOf(await steer(url, "memory/start")), { state: "ready", lives: 2 });
  t.is((await send(url, "/cache/player/x")).status, 404);
  t.deepEqual(stateOf(await steer(url, "memory/start")), { state: "ready", lives: 2 });
  t.deepEqual(stateOf(await steer(url, "memory/restart")), { state: "ready", lives: 3 });
  t.deepEqual(stateOf(await steer(url, "memory/reload")), { state: "ready", lives: 4 });
});

test("an action that is none is a 404, and another method a 405", async (t) => {
  const { address } = await openGuarded(t);
  t.is((await steer(address.url, "memory/kill")).status, 404);
  const sent = await send(address.url, "/api/plugins/memory/restart");
  t.is(sent.status, 405);
  t.is(sent.headers.allow, "POST");
});

test("a plugin that is not there is not steered", async (t) => {
  const { address } = await openGuarded(t);
  for (const action of ["restart", "stop", "start", "reload"])
    t.is(errorOf(await steer(address.url, `absent/${action}`)).code, "STOCKPILE_PLUGIN_UNKNOWN");
});

test("a body is refused, so that nobody believes that its options hold", async (t) => {
  const { address, stockpile } = await openGuarded(t);
  const sent = await steer(address.url, "memory/reload", '{"options":{}}');
  t.is(sent.status, 400);
  t.is(errorOf(sent).code, "STOCKPILE_REQUEST_INVALID");
  t.is(stockpile.health().plugins[0]?.lives, 1);
  t.is((await steer(address.url, "memory/restart", "")).status, 200);
});

test("a start that fails is a 503 that says why, and the server goes on", async (t) => {
  const plugin = new TemporaryPlugin({
    initializePlugin: 'export async function initializePlugin() { throw new Error("shut"); }',
  });
  t.teardown(() => plugin.remove());
  const plugins = { faulty: { module: plugin.file, restart: { backoff: "30s" } } };
  const { address } = await openGuarded(t, { plugins });
  for (const action of ["restart", "reload"]) {
    const sent = await steer(address.url, `faulty/${action}`);
    t.is(sent.status, 503, action);
    t.is(errorOf(sent).code, "STOCKPILE_PLUGIN_LOAD");
  }
  t.is((await send(address.url, "/livez")).status, 200);
});

test("restarts asked for at once are all answered", async (t) => {
  const { address } = await openGuarded(t);
  const sent = await Promise.all(Array.from({ length: 10 }, () => steer(address.url, "memory/restart")));
  for (const { status } of sent) t.true(status === 200 || status === 503, String(status));
  t.true(sent.some(({ status }) => status === 200));
  t.is(stateOf(await send(address.url, "/api/plugins/memory")).state, "ready");
});

test("the crash report of a plugin's last failure is answered to who has the token", async (t) => {
  const directory = temporaryFolder(t);
  const { address, stockpile } = await openGuarded(t, {
    plugins: { faulty: { module: FAULTY } },
    storage: { plugin: "faulty" },
    crashReports: { directory },
  });
  const failed = new Promise((resolve) =>
    stockpile.on("plugin", ({ failure }) => failure && resolve(failure)),
  );
  await send(address.url, "/cache/player/timer-throw:1");
  await send(address.url, "/cache/player/timer-throw:2");
  await failed;
  const path = "/api/plugins/faulty/report";
  t.is((await send(address.url, path)).status, 401);
  const headers = { authorization: `Bearer ${TOKEN}` };
  let sent = await send(address.url, path, { headers });
  // It is being written when the failure is told of.
  for (const untilMs = performance.now() + PATIENCE_MS; sent.status === 404;) {
    if (performance.now() > untilMs) break;
    t.is(errorOf(sent).code, "STOCKPILE_REPORT_ABSENT");
    await sleep(20);
    sent = await send(address.url, path, { headers });
  }
  t.is(sent.status, 200);
  t.is(sent.headers["content-type"], "application/json");
  t.like(JSON.parse(sent.body.toString()), {
    format: 1,
    plugin: { name: "faulty" },
    life: { number: 1 },
    end: { kind: "crash", message: "Uncaught: thrown in a timer on purpose" },
  });
});

test("a report that there is none of is a 404 that says why", async (t) => {
  const { address, stockpile } = await openGuarded(t, {
    plugins: { faulty: { module: FAULTY } },
    storage: { plugin: "faulty" },
  });
  const headers = { authorization: `Bearer ${TOKEN}` };
  const reason = async (name: string): Promise<string> => {
    const sent = await send(address.url, `/api/plugins/${name}/report`, { headers });
    t.is(sent.status, 404);
    return errorOf(sent).message;
  };
  t.is(await reason("faulty"), 'There is no crash report of plugin "faulty": it has not failed');
  const failed = new Promise((resolve) =>
    stockpile.on("plugin", ({ failure }) => failure && resolve(failure)),
  );
  await send(address.url, "/cache/player/timer-throw:1");
  await failed;
  t.is(await reason("faulty"), 'There is no crash report of plugin "faulty": none is written of its failure');
  t.regex(await reason("absent"), /^There is no plugin "absent"/);
});

test("a report whose file is gone, or is none, is a 404", async (t) => {
  const folder = temporaryFolder(t);
  const lastFailure = { at: 0, kind: "crash", message: "x" } as const;
  for (const report of [join(folder, "absent.json"), folder]) {
    const error = await t.throwsAsync(
      readCrashReport({ name: "p", lastFailure: { ...lastFailure, report } }),
    );
    t.is(
      error?.message,
      'There is no crash report of plugin "p": its file is not there, not yet, or cannot be read',
    );
  }
});
