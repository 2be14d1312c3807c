import test from "ava";

import { EventBroadcast } from "../../../src/server/grpc/event-broadcast.js";
import type {
  EventBroadcastOptions,
  EventSink,
  BroadcastEnd,
} from "../../../src/server/grpc/event-broadcast.js";
import { FakeClock } from "../../support/fake-clock.js";

/** One who takes events only when the test says so. */
class Listener implements EventSink {
  readonly heard: string[] = [];
  ended: BroadcastEnd | undefined;
  #onTaken: (() => void) | undefined;

  write(event: Buffer, onTaken: () => void): void {
    this.heard.push(event.toString());
    this.#onTaken = onTaken;
  }

  end(reason: BroadcastEnd): void {
    this.ended = reason;
  }

  take(): void {
    this.#onTaken?.();
  }
}

/** One who takes everything at once. */
class EagerListener extends Listener {
  override write(event: Buffer, onTaken: () => void): void {
    super.write(event, onTaken);
    onTaken();
  }
}

function openBroadcast(options: Partial<EventBroadcastOptions> = {}): {
  broadcast: EventBroadcast;
  clock: FakeClock;
} {
  const clock = new FakeClock();
  return {
    clock,
    broadcast: new EventBroadcast({ clock, maxEvents: 3, maxBytes: 1_000, stallMs: 30_000, ...options }),
  };
}

function publish(broadcast: EventBroadcast, ...events: readonly string[]): void {
  for (const event of events) broadcast.publish(Buffer.from(event));
}

test("everybody hears each event once, in order, from when he began to listen", async (t) => {
  const { broadcast, clock } = openBroadcast();
  const [first, second] = [new EagerListener(), new EagerListener()];
  broadcast.listen(first);
  publish(broadcast, "a", "b");
  broadcast.listen(second);
  publish(broadcast, "c");
  await clock.settle();
  t.deepEqual(first.heard, ["a", "b", "c"]);
  t.deepEqual(second.heard, ["c"]);
  t.is(clock.pending, 0);
});

test("one who takes nothing is sent one event and no more, and the others hear all", async (t) => {
  const { broadcast, clock } = openBroadcast();
  const [slow, quick] = [new Listener(), new EagerListener()];
  broadcast.listen(slow);
  broadcast.listen(quick);
  publish(broadcast, "a", "b", "c");
  await clock.settle();
  t.deepEqual(slow.heard, ["a"]);
  t.deepEqual(quick.heard, ["a", "b", "c"]);
  slow.take();
  await clock.settle();
  t.deepEqual(slow.heard, ["a", "b"]);
});

test("one who is more events behind than are kept is ended, and nobody else", async (t) => {
  const { broadcast, clock } = openBroadcast({ maxEvents: 3 });
  const [slow, quick] = [new Listener(), new EagerListener()];
  broadcast.listen(slow);
  broadcast.listen(quick);
  publish(broadcast, "a");
  await clock.settle();
  publish(broadcast, "b", "c", "d");
  await clock.settle();
  t.is(slow.ended, undefined);
  publish(broadcast, "e");
  t.is(slow.ended, "behind");
  await clock.settle();
  t.deepEqual(quick.heard, ["a", "b", "c", "d", "e"]);
  t.is(broadcast.size, 1);
});

test("no more bytes are kept than maxBytes, but for an event that is larger by itself", async (t) => {
  const { broadcast, clock } = openBroadcast({ maxEvents: 100, maxBytes: 10 });
  const [slow, quick] = [new Listener(), new EagerListener()];
  broadcast.listen(slow);
  broadcast.listen(quick);
  publish(broadcast, "12345");
  await clock.settle();
  publish(broadcast, "67890");
  await clock.settle();
  t.is(slow.ended, undefined);
  publish(broadcast, "x".repeat(50));
  t.is(slow.ended, "behind");
  await clock.settle();
  t.deepEqual(quick.heard, ["12345", "67890", "x".repeat(50)]);
});

test("one who does not take an event within stallMs is ended, though nothing more came", async (t) => {
  const { broadcast, clock } = openBroadcast({ stallMs: 30_000 });
  const slow = new Listener();
  broadcast.listen(slow);
  publish(broadcast, "a");
  await clock.settle();
  await clock.advance(29_999);
  t.is(slow.ended, undefined);
  await clock.advance(1);
  t.is(slow.ended, "stalled");
  t.is(broadcast.size, 0);
});

test("one who takes each event in time is never ended", async (t) => {
  const { broadcast, clock } = openBroadcast({ stallMs: 30_000 });
  const slow = new Listener();
  broadcast.listen(slow);
  for (const event of ["a", "b", "c", "d"]) {
    publish(broadcast, event);
    await clock.advance(29_000);
    slow.take();
  }
  t.is(slow.ended, undefined);
  t.deepEqual(slow.heard, ["a", "b", "c", "d"]);
  t.is(clock.pending, 0);
});

test("one who has left hears nothing more, and leaves nothing behind", async (t) => {
  const { broadcast, clock } = openBroadcast();
  const [gone, other] = [new Listener(), new EagerListener()];
  const leave = broadcast.listen(gone);
  broadcast.listen(other);
  publish(broadcast, "a");
  await clock.settle();
  leave();
  leave();
  gone.take();
  publish(broadcast, "b");
  await clock.settle();
  t.deepEqual(gone.heard, ["a"]);
  t.is(gone.ended, undefined);
  t.is(clock.pending, 0);
});

test("close() ends everybody, and what is published after that is for nobody", async (t) => {
  const { broadcast, clock } = openBroadcast();
  const listeners = [new Listener(), new EagerListener()];
  for (const listener of listeners) broadcast.listen(listener);
  publish(broadcast, "a");
  broadcast.close();
  publish(broadcast, "b");
  await clock.settle();
  t.deepEqual(
    listeners.map(({ ended }) => ended),
    ["closed", "closed"],
  );
  t.deepEqual(listeners[1]?.heard, []);
  t.is(clock.pending, 0);
});

test("thousands who listen leave the event loop its turns", async (t) => {
  const { broadcast, clock } = openBroadcast();
  /** Takes 1 ms for each event, as no client does. */
  class Costly extends Listener {
    override write(event: Buffer, onTaken: () => void): void {
      super.write(event, onTaken);
      const until = performance.now() + 1;
      while (performance.now() < until);
    }
  }
  const listeners = Array.from({ length: 60 }, () => new Costly());
  for (const listener of listeners) broadcast.listen(listener);
  publish(broadcast, "a");
  let turns = 0;
  while (listeners.some(({ heard }) => heard.length === 0) && turns < 1_000) {
    await clock.settle();
    turns += 1;
  }
  t.true(turns > 3, `all were sent theirs in ${turns} turns`);
  t.true(listeners.every(({ heard }) => heard.length === 1));
});
