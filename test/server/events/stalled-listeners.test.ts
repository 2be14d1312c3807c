/** What becomes of clients that listen to events and do not read, and that it is nobody else's affair. */
import test from "ava";
import type { ExecutionContext } from "ava";
import type { Socket } from "node:net";

import type { EventFeed } from "../../../src/server/events/event-feed.js";
import { heldBytes } from "../../support/held-bytes.js";
import { PATIENCE_MS } from "../../support/margins.js";
import { until } from "../../support/until.js";
import { listen, listenMany, stall } from "./event-client.js";
import { openStreams } from "./open-streams.js";

/** One event of more than the system keeps for a connection nobody reads from, which is some 10 MB here. */
const FILLING = { text: "x".repeat(30_000_000) };
/** Of events that are published by the hundred. All have this text, so that what is kept of each is what is sent. */
const LARGE = { text: "y".repeat(100_000) };
const MEGABYTE = 1_048_576;

/** More than waits for a listener, at once. */
function publishMuch(feed: EventFeed): void {
  for (let turn = 0; turn < 300; turn += 1) feed.publish("much", LARGE);
}

async function stallMany(t: ExecutionContext, port: number, count: number): Promise<Socket[]> {
  return Promise.all(Array.from({ length: count }, () => stall(t, port)));
}

test.serial(
  "one that reads nothing is dropped when too much waits for it, and the others miss nothing",
  async (t) => {
    const { url, port, feed, streams, notes } = await openStreams(t);
    const reader = await listen(t, url);
    await stall(t, port);
    await until("both to listen", () => streams.count === 2);
    let published = 0;
    for (; published < 1_000 && notes.length === 0; published += 1) {
      feed.publish("much", LARGE);
      // A piece at a time, so that the one that reads has the time to.
      const read = reader.text().length;
      await until("the event", () => reader.text().length > read);
    }
    t.deepEqual(notes, ["too much waited for it"]);
    feed.publish("last", {});
    await until("the last event", () => reader.text().endsWith("event: last\ndata: {}\n\n"));
    t.is(reader.events().length, published + 1);
    t.false(reader.text().includes("event: dropped"));
  },
);

test.serial("what is held for those that read nothing is bounded, however much happens", async (t) => {
  const { port, feed, streams, notes } = await openStreams(t);
  await stallMany(t, port, 10);
  await until("all to listen", () => streams.count === 10);
  const before = await heldBytes();
  let published = 0;
  for (; published < 2_000 && (notes.length < 10 || published < 500); published += 1) {
    feed.publish("much", LARGE);
    // A turn, in which the system takes of it what it can.
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.deepEqual(
    notes,
    Array.from({ length: 10 }, () => "too much waited for it"),
  );
  const grownBytes = (await heldBytes()) - before;
  t.log(`${(grownBytes / MEGABYTE).toFixed(2)} MB after ${published} events of 0.1 MB for each of 10`);
  // One event or two that were begun, for each; all of them would be 50 MB, though listeners share them.
  t.true(grownBytes < 8 * MEGABYTE);
  t.is(streams.count, 10, "they have not been cut off yet");
});

test.serial("one that was dropped is told so should it read again, and its connection ends", async (t) => {
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

test.serial("one that was dropped and never reads again is cut off", async (t) => {
  const { port, feed, streams, clock } = await openStreams(t);
  await stall(t, port);
  publishMuch(feed);
  t.is(streams.count, 1);
  await clock.advance(5_000);
  await until("its end", () => streams.count === 0);
  t.is(clock.pending, 0, "no timer is left");
});

test.serial("one that has taken nothing for 30 s is dropped, however little waits for it", async (t) => {
  const { port, feed, clock, notes } = await openStreams(t);
  await stall(t, port);
  feed.publish("filling", FILLING);
  await clock.advance(15_000);
  t.deepEqual(notes, []);
  await clock.advance(30_000);
  t.deepEqual(notes, ["it has taken nothing for too long"]);
});

test.serial(
  "1,000 that read are sent everything before, while and after others are dropped that do not",
  async (t) => {
    const limits = { maxListeners: 1_010, maxConnections: 1_010 };
    const { url, port, feed, streams, clock, notes } = await openStreams(t, limits);
    await stallMany(t, port, 3);
    await until("those that do not read", () => streams.count === 3);
    feed.publish("filling", FILLING);
    const listeners = await listenMany(t, url, 1_000);
    const hear = async (event: string): Promise<void> => {
      feed.publish(event, {});
      const isLast = `event: ${event}\ndata: {}\n\n`;
      await until(event, () => listeners.every(({ text }) => text().endsWith(isLast)), 4 * PATIENCE_MS);
    };
    await hear("first");
    t.is(streams.count, 1_003);
    t.deepEqual(notes, [], "all had them while the others were there");
    await clock.advance(15_000);
    await hear("second");
    await clock.advance(15_000);
    t.deepEqual(
      notes,
      Array.from({ length: 3 }, () => "it has taken nothing for too long"),
    );
    await hear("third");
    await clock.advance(5_000);
    await until("their end", () => streams.count === 1_000);
    await hear("fourth");
    const heard = listeners.map(({ events }) =>
      events()
        .map(({ event }) => event)
        .join(),
    );
    t.deepEqual([...new Set(heard)], ["first,second,third,fourth"]);
  },
);
