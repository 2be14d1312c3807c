import test from "ava";
import type { ExecutionContext } from "ava";

import type { RunningServer } from "../../../src/server/main.js";
import { TemporaryPlugin } from "../../support/temporary-plugin.js";
import { openServer, withServerSection } from "../open-server.js";
import { errorOf, send } from "../send.js";
import type { Sent } from "../send.js";

const TOKEN = "0123456789abcdef";

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
