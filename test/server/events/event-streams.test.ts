/** What clients that listen to events are sent. */
import test from "ava";

import type { RunningServer } from "../../../src/server/main.js";
import { PATIENCE_MS } from "../../support/margins.js";
import { until } from "../../support/until.js";
import { openServer, withServerSection } from "../open-server.js";
import { errorOf, send } from "../send.js";
import { listen, listenMany, stall } from "./event-client.js";
import type { Listener } from "./event-client.js";
import { openStreams } from "./open-streams.js";

/** A thousand clients in one process take their time. */
const LONG_MS = 4 * PATIENCE_MS;

/** The states of a plugin that were told of. */
function statesIn({ events }: Listener): unknown[] {
  return events()
    .filter(({ event }) => event === "plugin")
    .map(({ data }) => data["state"]);
}

async function restart({ stockpile }: RunningServer): Promise<void> {
  await stockpile.plugins.stop("memory");
  await stockpile.plugins.start("memory");
}

test("a listener hears of each change of a plugin's state, with an id of its own", async (t) => {
  const server = await openServer(t);
  const listener = await listen(t, server.address.url);
  await restart(server);
  await until("the states", () => statesIn(listener).length === 3);
  t.deepEqual(statesIn(listener), ["stopped", "starting", "ready"]);
  t.like(listener.events()[0], { event: "plugin", data: { plugin: "memory", previous: "ready" } });
  t.is(new Set(listener.events().map(({ id }) => id)).size, 3);
  t.true(listener.text().startsWith("retry: 2000\n\n"));
});

test("reloads are told of, and quiet failures without the key", async (t) => {
  const config = { ...withServerSection({}), categories: { player: { onReadError: "miss" } } };
  const server = await openServer(t, { config });
  const listener = await listen(t, server.address.url);
  await server.stockpile.plugins.reload("memory");
  await server.stockpile.plugins.stop("memory");
  t.is((await send(server.address.url, "/cache/player/the-secret-key")).status, 404);
  await until("the failure", () => listener.events().some(({ event }) => event === "failure"));
  const told = listener.events();
  t.like(
    told.find(({ event }) => event === "reload"),
    { data: { plugin: "memory", isDone: true } },
  );
  t.like(
    told.find(({ event }) => event === "failure"),
    { data: { operation: "read", category: "player", code: "STOCKPILE_PLUGIN_UNAVAILABLE", passedOver: 0 } },
  );
  t.false(listener.text().includes("the-secret-key"));
});

test("a listener that comes back is first sent what it has missed", async (t) => {
  const server = await openServer(t);
  const first = await listen(t, server.address.url);
  await server.stockpile.plugins.stop("memory");
  await until("the stop", () => statesIn(first).length === 1);
  first.close();
  await server.stockpile.plugins.start("memory");
  const last = first.events().at(-1)?.id ?? "";
  const second = await listen(t, server.address.url, { "last-event-id": last });
  await until("what was missed", () => statesIn(second).length === 2);
  t.deepEqual(statesIn(second), ["starting", "ready"]);
});

test("a listener whose last event nobody remembers is told that it has missed some", async (t) => {
  const { address } = await openServer(t);
  for (const id of ["1", "-1", "lx2-1", "constructor", "x".repeat(4000)]) {
    const listener = await listen(t, address.url, { "last-event-id": id });
    await until("the event", () => listener.events().length === 1);
    t.is(listener.events()[0]?.event, "missed");
    listener.close();
  }
});

test("a listener that comes back after hundreds of entries still hears of the plugin that failed before them", async (t) => {
  const { url, feed } = await openStreams(t);
  const first = await listen(t, url);
  feed.publish("queue", {});
  await until("the event", () => first.events().length === 1);
  const last = first.events()[0]?.id ?? "";
  first.close();
  feed.publish("plugin", { state: "restarting" });
  for (let number = 1; number <= 300; number += 1) feed.publish("entry", { number });
  feed.publish("plugin", { state: "ready" });
  const second = await listen(t, url, { "last-event-id": last });
  await until("what was missed", () => statesIn(second).length === 2);
  const told = second.events();
  t.deepEqual(
    told.slice(0, 2).map(({ event }) => event),
    ["missed", "plugin"],
  );
  const entries = told.slice(2, -1);
  t.deepEqual(
    entries.map(({ event, data }) => [event, data["number"]]),
    Array.from({ length: 256 }, (_each, index) => ["entry", 45 + index]),
  );
  t.deepEqual(statesIn(second), ["restarting", "ready"]);
  const third = await listen(t, url, { "last-event-id": entries[0]?.id ?? "" });
  await until("what was missed since", () => statesIn(third).length === 1);
  t.is(third.events().length, 256, "the 255 other entries and the plugin, and nothing was forgotten");
});

test("a listener over maxEventListeners is a 503, until another has left", async (t) => {
  const { address } = await openServer(t, { config: withServerSection({ maxEventListeners: 1 }) });
  const first = await listen(t, address.url);
  const refused = await send(address.url, "/api/events");
  t.is(refused.status, 503);
  t.is(errorOf(refused).code, "STOCKPILE_LISTENER_LIMIT");
  t.is(JSON.parse((await send(address.url, "/api/status")).body.toString()).eventListeners, 1);
  first.close();
  for (let turn = 0; turn < 500; turn += 1) {
    const answer = await send(address.url, "/api/status");
    if (JSON.parse(answer.body.toString()).eventListeners === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  t.is((await listen(t, address.url)).events().length, 0);
});

test("HEAD of the events answers at once, and listens to nothing", async (t) => {
  const { address } = await openServer(t, { config: withServerSection({ maxEventListeners: 0 }) });
  const sent = await send(address.url, "/api/events", { method: "HEAD" });
  t.is(sent.status, 200);
  t.is(sent.headers["content-type"], "text/event-stream; charset=utf-8");
});

test("a listener is sent a sign of life where nothing happens, and is not cut off for the time it listens", async (t) => {
  const { url, clock } = await openStreams(t, { requestTimeoutMs: 50 });
  const listener = await listen(t, url);
  await until("the beginning", () => listener.text().endsWith("\n\n"));
  await clock.advance(15_000);
  await until("a sign", () => listener.text().endsWith(":\n\n"));
  await new Promise((resolve) => setTimeout(resolve, 300));
  await clock.advance(15_000);
  await until("another", () => listener.text().endsWith(":\n\n:\n\n"));
  t.pass();
});

test("close() ends the streams at once", async (t) => {
  const server = await openServer(t);
  const listener = await listen(t, server.address.url);
  const stalled = await stall(t, server.address.port);
  const startedAt = performance.now();
  const closed = server.close();
  await listener.ended;
  await closed;
  t.true(performance.now() - startedAt < 4_000);
  stalled.resume();
  if (!stalled.closed) await new Promise((resolve) => stalled.once("close", resolve));
});

test("1,000 listeners hear of what happens, and requests and probes are answered meanwhile", async (t) => {
  const server = await openServer(t);
  const listeners = await listenMany(t, server.address.url, 1_000);
  await restart(server);
  await until("the states", () => listeners.every((listener) => statesIn(listener).length === 3), LONG_MS);
  t.is((await send(server.address.url, "/livez")).status, 200);
});
