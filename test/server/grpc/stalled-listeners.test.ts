/** What becomes of clients that ask for events and do not take them, and that it is nobody else's affair. */
import { status as Status } from "@grpc/grpc-js";
import test from "ava";
import type { ExecutionContext } from "ava";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { pino } from "pino";

import { Stockpile } from "../../../src/host/main.js";
import { MojangCache } from "../../../src/mojang/main.js";
import type { MojangEvent } from "../../../src/mojang/main.js";
import { GrpcEndpoint } from "../../../src/server/grpc/grpc-endpoint.js";
import { RequestMetrics } from "../../../src/server/metrics/request-metrics.js";
import { FakeClock } from "../../support/fake-clock.js";
import { heldBytes } from "../../support/held-bytes.js";
import { PATIENCE_MS } from "../../support/margins.js";
import { until } from "../../support/until.js";
import { openClient, openEvents } from "./grpc-client.js";
import type { GrpcClient } from "./grpc-client.js";
import { openClogged, openStalled } from "./open-stalled.js";

const TAKE_TIMEOUT_MS = 30_000;
const MEGABYTE = 1_048_576;
const SMALL_BYTES = 40;
const LARGE_BYTES = 1_000_000;
/** More of the large ones than the 8 MiB that are kept, and the 10 MB or so that the system keeps for a connection. */
const MANY_EVENTS = 60;

interface Endpoint {
  readonly address: { readonly host: string; readonly port: number };
  readonly url: string;
  readonly clock: FakeClock;
  /** Why listeners were dropped. */
  readonly notes: string[];
  /** Its connections. */
  readonly sockets: ReadonlySet<Socket>;
  /** Tells of an entry of that size. */
  publish(bytes: number): void;
}

/** gRPC on a port of its own, whose time and whose events are the test's. */
async function openEndpoint(t: ExecutionContext, maxListeners: number): Promise<Endpoint> {
  const stockpile = await Stockpile.open({ storage: { plugin: "memory" } });
  t.teardown(() => stockpile.close());
  const told = new Set<(event: MojangEvent) => void>();
  // Of the domain, the service of events needs what it tells; the other services are not called.
  const mojang: MojangCache = Object.assign(Object.create(MojangCache.prototype), {
    onEntry: (listener: (event: MojangEvent) => void) => {
      told.add(listener);
      return () => void told.delete(listener);
    },
  });
  const clock = new FakeClock();
  const notes: string[] = [];
  const logger = pino({ level: "warn" }, { write: (line) => void notes.push(JSON.parse(line).reason) });
  const endpoint = new GrpcEndpoint({
    stockpile,
    mojang,
    logger,
    clock,
    maxListeners,
    takeTimeoutMs: TAKE_TIMEOUT_MS,
    metrics: new RequestMetrics(),
  });
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    endpoint.accept(socket);
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  t.teardown(async () => {
    listener.close();
    await endpoint.close(0);
  });
  const { port } = listener.address() as AddressInfo; // it listens on an IP address
  return {
    address: { host: "127.0.0.1", port },
    url: `http://127.0.0.1:${port}`,
    clock,
    notes,
    sockets,
    publish(bytes) {
      for (const tell of told) tell({ type: "BLACKLIST", hashes: ["0".repeat(bytes)] });
    },
  };
}

/** A client that counts the events it takes, and keeps none. */
async function countEvents(t: ExecutionContext, client: GrpcClient): Promise<() => number> {
  const call = client.stream("rpc.EventService/StreamEvents");
  t.teardown(() => call.cancel());
  let count = 0;
  call.on("data", () => (count += 1)).on("error", () => {});
  await once(call, "metadata");
  return () => count;
}

async function isWelcome(t: ExecutionContext, endpoint: Endpoint): Promise<boolean> {
  try {
    await openEvents(t, openClient(t, endpoint));
    return true;
  } catch (error) {
    t.like(error, { code: Status.RESOURCE_EXHAUSTED });
    return false;
  }
}

test.serial(
  "those that fall behind are dropped with a note, and what is held for them is bounded",
  async (t) => {
    const endpoint = await openEndpoint(t, 10);
    const { notes } = endpoint;
    const count = await countEvents(t, openClient(t, endpoint));
    let published = 0;
    const publish = async (): Promise<void> => {
      endpoint.publish(LARGE_BYTES);
      published += 1;
      await until(`event ${published}`, () => count() === published);
    };
    // What is made for the first ones is made once.
    for (let first = 0; first < 3; first += 1) await publish();
    const before = await heldBytes();
    await openStalled(t, endpoint.url);
    await openClogged(t, endpoint.address.port);
    t.is(endpoint.sockets.size, 3);
    while (published < MANY_EVENTS && notes.length < 2) await publish();
    t.deepEqual(notes, ["behind", "behind"]);
    for (let more = 0; more < 15; more += 1) await publish();
    const grownBytes = (await heldBytes()) - before;
    t.log(`${(grownBytes / MEGABYTE).toFixed(2)} MB after ${published} events of 1 MB for each of 2`);
    // The 8 MiB that are kept, the event that each of them has begun with, and garbage; all of them would be 30 MB and more.
    t.true(grownBytes < 16 * MEGABYTE);
    t.true(published >= 30);
    await endpoint.clock.advance(TAKE_TIMEOUT_MS);
    await until("both to be cut off", () => endpoint.sockets.size === 1);
    await publish();
    t.is(notes.length, 2);
  },
);

test.serial("one that was dropped has its place until it is cut off, and gives back that one", async (t) => {
  const endpoint = await openEndpoint(t, 2);
  const client = openClient(t, endpoint);
  const { events } = await openEvents(t, client);
  const { closed } = await openStalled(t, endpoint.url);
  endpoint.publish(LARGE_BYTES);
  await until("the event of the one that takes it", () => events.length === 1);
  // The server hears that it was taken before it hears of anything that is sent afterwards.
  await client.call("rpc.SystemService/GetStatus");
  await endpoint.clock.advance(TAKE_TIMEOUT_MS);
  t.deepEqual(endpoint.notes, ["stalled"]);
  t.false(await isWelcome(t, endpoint), "its stream is still there");
  await endpoint.clock.advance(TAKE_TIMEOUT_MS);
  await closed;
  t.true(await isWelcome(t, endpoint));
  t.false(await isWelcome(t, endpoint), "one place was given back, and not two");
});

test.serial("1,000 on one connection hear each event before, while and after one is dropped", async (t) => {
  const endpoint = await openEndpoint(t, 1_001);
  const { clock, notes } = endpoint;
  const { closed } = await openStalled(t, endpoint.url);
  endpoint.publish(LARGE_BYTES);
  const client = openClient(t, endpoint);
  const listening = openClient(t, endpoint);
  const streams = await Promise.all(Array.from({ length: 1_000 }, () => openEvents(t, listening)));
  const hear = async (count: number): Promise<void> => {
    endpoint.publish(SMALL_BYTES);
    const { message } = await client.call("rpc.SystemService/GetStatus");
    t.is(message.Brand, "stockpile", "calls go on meanwhile");
    const hasHeard = (): boolean => streams.every(({ events }) => events.length === count);
    await until(`event ${count}`, hasHeard, 4 * PATIENCE_MS);
  };
  for (let count = 1; count <= 3; count += 1) await hear(count);
  t.deepEqual(notes, [], "all had them while it was there");
  await client.call("rpc.SystemService/GetStatus");
  await clock.advance(TAKE_TIMEOUT_MS);
  t.deepEqual(notes, ["stalled"]);
  await hear(4);
  await client.call("rpc.SystemService/GetStatus");
  await clock.advance(TAKE_TIMEOUT_MS);
  await closed;
  await hear(5);
  t.deepEqual(notes, ["stalled"], "nobody else was dropped");
  for (const { cancel } of streams) cancel();
});
