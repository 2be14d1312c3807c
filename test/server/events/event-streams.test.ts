/** What clients that listen to events are sent, and what becomes of those that do not read. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { Hono } from "hono";
import { request } from "node:http";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { pino } from "pino";

import { Stockpile } from "../../../src/host/main.js";
import { EventFeed } from "../../../src/server/events/event-feed.js";
import { EventStreams } from "../../../src/server/events/event-streams.js";
import type { HttpListenerOptions } from "../../../src/server/http-listener.js";
import type { RunningServer } from "../../../src/server/main.js";
import type { ServerEnv } from "../../../src/server/server-env.js";
import { FakeClock } from "../../support/fake-clock.js";
import { listenWith } from "../listen-with.js";
import { openServer, withServerSection } from "../open-server.js";
import { errorOf, send } from "../send.js";

interface Received {
  readonly id?: string;
  readonly event?: string;
  readonly data: Record<string, unknown>;
}

/** A client that reads. */
interface Listener {
  readonly events: () => Received[];
  readonly text: () => string;
  readonly ended: Promise<void>;
  readonly close: () => void;
}

function listen(t: ExecutionContext, url: string, headers: Record<string, string> = {}): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}/api/events`, { headers, agent: false });
    t.teardown(() => outgoing.destroy());
    outgoing.on("error", reject);
    outgoing.on("response", (response) => {
      t.is(response.statusCode, 200);
      t.is(response.headers["content-type"], "text/event-stream; charset=utf-8");
      t.is(response.headers["cache-control"], "no-store");
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("error", () => {});
      const ended = new Promise<void>((end) => response.on("close", () => end()));
      resolve({ text: () => text, events: () => parse(text), ended, close: () => outgoing.destroy() });
    });
    outgoing.end();
  });
}

function parse(text: string): Received[] {
  return text
    .split("\n\n")
    .map((block) => Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s).slice(0, 2))))
    .filter((fields) => "data" in fields)
    .map((fields) => ({ ...fields, data: JSON.parse(String(fields["data"])) }) as Received);
}

async function until(t: ExecutionContext, condition: () => boolean): Promise<void> {
  const untilMs = performance.now() + 15_000;
  while (performance.now() < untilMs) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  t.fail("The condition did not come true within 15 s");
}

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
  await until(t, () => statesIn(listener).length === 3);
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
  await until(t, () => listener.events().some(({ event }) => event === "failure"));
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
  await until(t, () => statesIn(first).length === 1);
  first.close();
  await server.stockpile.plugins.start("memory");
  const last = first.events().at(-1)?.id ?? "";
  const second = await listen(t, server.address.url, { "last-event-id": last });
  await until(t, () => statesIn(second).length === 2);
  t.deepEqual(statesIn(second), ["starting", "ready"]);
});

test("a listener whose last event nobody remembers is told that it has missed some", async (t) => {
  const { address } = await openServer(t);
  for (const id of ["1", "lx2-1", "constructor", "x".repeat(4000)]) {
    const listener = await listen(t, address.url, { "last-event-id": id });
    await until(t, () => listener.events().length === 1);
    t.is(listener.events()[0]?.event, "missed");
    listener.close();
  }
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
  await until(t, () => listener.text().endsWith("\n\n"));
  await clock.advance(15_000);
  await until(t, () => listener.text().endsWith(":\n\n"));
  await new Promise((resolve) => setTimeout(resolve, 300));
  await clock.advance(15_000);
  await until(t, () => listener.text().endsWith(":\n\n:\n\n"));
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

/** A client that asks for events and reads nothing more than the head. */
async function stall(t: ExecutionContext, port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  t.teardown(() => socket.destroy());
  socket.on("error", () => {});
  socket.write("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await new Promise((resolve) => socket.once("data", resolve));
  socket.pause();
  return socket;
}

/** Streams on a port of their own, to whose feed the test publishes. */
async function openStreams(
  t: ExecutionContext,
  options: Partial<HttpListenerOptions> = {},
): Promise<{
  url: string;
  port: number;
  feed: EventFeed;
  streams: EventStreams;
  clock: FakeClock;
  notes: string[];
}> {
  const stockpile = await Stockpile.open({ storage: { plugin: "memory" } });
  t.teardown(() => stockpile.close());
  const clock = new FakeClock();
  const notes: string[] = [];
  const logger = pino(
    { level: "warn" },
    { write: (line) => void notes.push(String(JSON.parse(line).reason)) },
  );
  const feed = new EventFeed({ stockpile, clock });
  const streams = new EventStreams({ feed, clock, logger, maxListeners: 10 });
  const app = new Hono<ServerEnv>().get("/api/events", (c) => {
    c.header("cache-control", "no-store");
    return streams.serve(c);
  });
  const { url } = await listenWith(t, app, options);
  return { url, port: Number(new URL(url).port), feed, streams, clock, notes };
}

/** More than the system keeps for a connection nobody reads from, some 10 MB here. */
function publishMuch(feed: EventFeed): void {
  for (let turn = 0; turn < 300; turn += 1) feed.publish("much", { turn, text: "x".repeat(100_000) });
}

test("a listener that reads nothing is dropped when too much waits for it, and the others miss nothing", async (t) => {
  const { url, port, feed, streams, notes } = await openStreams(t);
  const reader = await listen(t, url);
  await stall(t, port);
  await until(t, () => streams.count === 2);
  const text = "x".repeat(100_000);
  for (let turn = 0; turn < 1_000 && notes.length === 0; turn += 1) {
    feed.publish("much", { text });
    // A piece at a time, so that the one that reads has the time to.
    const read = reader.text().length;
    await until(t, () => reader.text().length > read);
  }
  t.deepEqual(notes, ["too much waited for it"]);
  feed.publish("last", {});
  await until(t, () => reader.text().endsWith("event: last\ndata: {}\n\n"));
  t.false(reader.text().includes("event: dropped"));
});

test("a listener that was dropped is told so should it read again, and its connection ends", async (t) => {
  const { port, feed, streams, notes } = await openStreams(t);
  const socket = await stall(t, port);
  publishMuch(feed);
  t.deepEqual(notes, ["too much waited for it"]);
  let tail = "";
  socket.on("data", (chunk: Buffer) => {
    tail = (tail + chunk.toString("latin1")).slice(-500);
  });
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.resume();
  await closed;
  t.regex(tail, /event: dropped\ndata: \{"reason":"too much waited for it"\}\n\n/);
  t.is(streams.count, 0);
});

test("a listener that was dropped and never reads again is cut off", async (t) => {
  const { port, feed, streams, clock } = await openStreams(t);
  await stall(t, port);
  publishMuch(feed);
  t.is(streams.count, 1);
  await clock.advance(5_000);
  await until(t, () => streams.count === 0);
  t.is(clock.pending, 0, "no timer is left");
});

test("a listener that has taken nothing for 30 s is dropped, however little waits for it", async (t) => {
  const { port, feed, clock, notes } = await openStreams(t);
  await stall(t, port);
  // One piece of more than the system keeps: it stalls at once, and nothing else waits.
  feed.publish("much", { text: "x".repeat(30_000_000) });
  await clock.advance(15_000);
  t.deepEqual(notes, []);
  await clock.advance(30_000);
  t.deepEqual(notes, ["it has taken nothing for too long"]);
});

test("1,000 listeners are served, and one that stalls delays none", async (t) => {
  const server = await openServer(t);
  await stall(t, server.address.port);
  const listeners: Listener[] = [];
  for (let batch = 0; batch < 20; batch += 1) {
    const opened = Array.from({ length: 50 }, () => listen(t, server.address.url));
    listeners.push(...(await Promise.all(opened)));
  }
  const startedAt = performance.now();
  await restart(server);
  await until(t, () => listeners.every((listener) => statesIn(listener).length === 3));
  const elapsedMs = performance.now() - startedAt;
  t.log(`1,000 listeners heard of 3 events after ${Math.round(elapsedMs)} ms`);
  t.is((await send(server.address.url, "/livez")).status, 200, "there is room for requests");
});
