/** The bounded queue of writes, and how they are tried again. */
import test from "ava";
import { BackendError, BackendOverloadedError } from "../../../src/contract/errors.js";
import { QueueBudget } from "../../../src/host/calls/queue-budget.js";
import { MAX_LEAST_VERSIONS } from "../../../src/host/cache/writes/least-versions.js";
import { openCategory } from "./open-category.js";

const NEAR = { entries: 100, bytes: 1e6, values: "freeze" as const };

/** What an entry of a short value weighs, with room to spare: envelope and value. */
const ENTRY_BYTES = 100;

function queueOf(queuedWrites: number, queuedBytes = 100_000): QueueBudget {
  return new QueueBudget({ queuedWrites, queuedBytes });
}

test("the newest write of a key is queued, and costs the queue no more than one", async (t) => {
  const queue = queueOf(1);
  const { category, backend } = openCategory<number>(t, { onWriteError: "queue", queue });
  backend.goDown();
  for (let value = 1; value <= 50; value += 1) await category.set("a", value);
  t.is(queue.writes, 1);
  t.is(await category.get("a"), 50);
  backend.calls.length = 0;
  backend.comeBack();
  await category.drained();
  t.deepEqual(backend.calls, ["put player/a"]);
  t.is(await category.get("a"), 50);
  t.deepEqual([queue.writes, queue.bytes], [0, 0]);
});

test("writes beyond the queue's number reject, and what they were to replace is not answered any more", async (t) => {
  const queue = queueOf(2);
  const { category, backend } = openCategory<string>(t, { onWriteError: "queue", near: NEAR, queue });
  await category.set("c", "old");
  backend.goDown();
  await category.set("a", "1");
  await category.delete("b");
  const error = await t.throwsAsync(category.set("c", "new"), {
    instanceOf: BackendOverloadedError,
    message:
      /^Cannot write "c" of category player: expected at most 2 writes and 100000 bytes to wait for the backend: received 2 and /,
  });
  t.like(error, { pluginName: "fake", backendId: "memory", operation: "put" });
  await t.throwsAsync(category.delete("d"), { instanceOf: BackendOverloadedError });
  t.is(category.peek("c"), undefined);
  t.is(await category.get("c"), undefined);
  backend.comeBack();
  await category.drained();
  t.is(await category.get("c"), undefined);
  t.is(category.undelivered, 0);
  await category.set("c", "newer");
  t.is(await category.get("c"), "newer");
});

test("a value that the queue has no bytes for leaves its removal in its place", async (t) => {
  const queue = queueOf(10, 500);
  const { category, backend } = openCategory<string>(t, { onWriteError: "queue", near: NEAR, queue });
  await category.set("a", "old");
  backend.goDown();
  await category.set("b", "1");
  await t.throwsAsync(category.set("a", "x".repeat(600)), { instanceOf: BackendOverloadedError });
  t.is(await category.get("a"), undefined);
  t.is(category.undelivered, 2);
  backend.comeBack();
  await category.drained();
  t.deepEqual([...backend.entries.keys()], ["player/b"]);
});

test("a queued set that a too large one was to replace is answered no more, nor delivered", async (t) => {
  const queue = queueOf(10, 500);
  const { category, backend } = openCategory<string>(t, { onWriteError: "queue", queue });
  backend.goDown();
  await category.set("a", "older");
  await t.throwsAsync(category.set("a", "x".repeat(600)), { instanceOf: BackendOverloadedError });
  t.is(await category.get("a"), undefined);
  backend.comeBack();
  await category.drained();
  t.is(backend.entries.size, 0);
});

test("a queued delete that a too large set was to replace stays a delete", async (t) => {
  const queue = queueOf(10, 500);
  const { category, backend } = openCategory<string>(t, { onWriteError: "queue", queue });
  await category.set("a", "old");
  backend.goDown();
  await category.delete("a");
  await t.throwsAsync(category.set("a", "x".repeat(600)), { instanceOf: BackendOverloadedError });
  backend.comeBack();
  await category.drained();
  t.is(backend.entries.size, 0);
});

test("a write under way that timed out is answered no more once a newer one found no room", async (t) => {
  const queue = queueOf(10, 500);
  const { category, backend, clock } = openCategory<string>(t, { onWriteError: "queue", queue });
  const slow = backend.hold("put");
  const first = category.set("a", "1");
  slow.timeOut();
  await first;
  await t.throwsAsync(category.set("a", "x".repeat(600)), { instanceOf: BackendOverloadedError });
  t.is(await category.get("a"), undefined);
  slow.late(true);
  await clock.advance(1000);
  t.is(backend.entries.size, 0);
  t.is(category.undelivered, 0);
});

test("a newer write of a key needs no room of its own where the one that timed out has some", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { onWriteError: "queue", queue: queueOf(1) });
  const slow = backend.hold("put");
  const first = category.set("a", 1);
  slow.timeOut();
  await first;
  await category.set("a", 2);
  t.is(await category.get("a"), 2);
  slow.late(false);
  await clock.advance(1000);
  t.is(backend.count("put"), 2);
  t.is(await category.get("a"), 2);
});

test("a delete finds no room either, where there is none, and is not done in silence", async (t) => {
  const { category, backend } = openCategory<number>(t, { onWriteError: "ignore", queue: queueOf(1) });
  await category.setMany([
    ["a", 1],
    ["b", 2],
  ]);
  backend.goDown();
  await category.delete("a");
  await t.throwsAsync(category.delete("b"), { instanceOf: BackendOverloadedError });
  backend.comeBack();
  await category.drained();
  t.is(await category.get("b"), undefined);
});

test("under ignore, a set that finds no room resolves, and is not answered as the old value", async (t) => {
  const { category, backend } = openCategory<number>(t, { onWriteError: "ignore", queue: queueOf(1) });
  await category.set("a", 1);
  backend.goDown();
  await category.delete("b");
  const slow = backend.hold("put");
  backend.comeBack();
  const first = category.set("a", 2);
  await new Promise(setImmediate);
  const second = category.set("a", 3);
  slow.release();
  await Promise.all([first, second]);
  t.is(await category.get("a"), 3);
});

test("a write that waits for another of its key is counted as well, and one that is sent at once is not", async (t) => {
  const queue = queueOf(1);
  const { category, backend } = openCategory<number>(t, { onWriteError: "throw", queue });
  const slow = backend.hold("put");
  const first = category.set("a", 1);
  t.is(queue.writes, 0);
  const second = category.set("a", 2);
  t.is(queue.writes, 1);
  t.true(queue.bytes > 0 && queue.bytes < ENTRY_BYTES);
  slow.release();
  await Promise.all([first, second]);
  t.is(queue.writes, 0);
});

test("one queue bounds all categories of a backend together", async (t) => {
  const queue = queueOf(2);
  const one = openCategory<number>(t, { onWriteError: "queue", queue });
  const { backend, clock } = one;
  const two = openCategory<number>(t, { name: "other", onWriteError: "queue", queue, backend, clock });
  backend.goDown();
  await one.category.set("a", 1);
  await two.category.set("a", 1);
  await t.throwsAsync(two.category.set("b", 1), { instanceOf: BackendOverloadedError });
  backend.comeBack();
  await Promise.all([one.category.drained(), two.category.drained()]);
  t.is(backend.entries.size, 2);
});

test("queued writes are delivered in the order in which their keys were first queued, 64 at a time", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, {
    onWriteError: "queue",
    queue: queueOf(200),
  });
  backend.goDown();
  const keys = Array.from({ length: 150 }, (_, index) => `${index}`);
  for (const key of keys) await category.set(key, 1);
  await category.set("0", 2);
  backend.calls.length = 0;
  const slow = keys.slice(0, 64).map(() => backend.hold("put"));
  backend.comeBack();
  await clock.settle();
  t.is(backend.count("put"), 64);
  slow[10]?.release();
  await clock.settle();
  for (const call of slow) call.release();
  await category.drained();
  t.deepEqual(
    backend.calls,
    keys.map((key) => `put player/${key}`),
  );
});

test("a key that goes on failing is tried after 100 ms, then after twice as long up to 30 s, and holds up no other", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { onWriteError: "queue" });
  const failure = new BackendError("bad key");
  backend.failingWhen("put", ([id]) => (id === "player/bad" ? failure : undefined));
  backend.goDown();
  for (const key of ["a", "bad", "b"]) await category.set(key, 1);
  backend.calls.length = 0;
  backend.comeBack();
  await clock.settle();
  t.deepEqual(backend.calls, ["put player/a", "put player/bad", "put player/b"]);
  for (const waitMs of [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]) {
    const before = backend.count("put");
    await clock.advance(waitMs - 1);
    t.is(backend.count("put"), before, `before ${waitMs}`);
    await clock.advance(1);
    t.is(backend.count("put"), before + 1, `after ${waitMs}`);
  }
  await category.set("c", 1);
  t.is(await category.get("c"), 1);
  backend.failing("put", undefined);
  await clock.advance(30_000);
  t.is(category.undelivered, 0);
});

test("once everything is delivered, the next failure is tried after 100 ms again", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { onWriteError: "queue" });
  for (let round = 0; round < 2; round += 1) {
    backend.failing("put", new BackendError("broken"));
    await category.set("a", round);
    await clock.advance(100);
    t.is(category.undelivered, 1);
    backend.failing("put", undefined);
    await clock.advance(200);
    t.is(category.undelivered, 0, `round ${round}`);
  }
});

test("a newer write of a key that waits for another try is sent at once", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { onWriteError: "queue" });
  backend.failing("put", new BackendError("broken"));
  await category.set("a", 1);
  backend.failing("put", undefined);
  await category.set("a", 2);
  t.is(category.undelivered, 0);
  await clock.advance(1000);
  t.is(backend.count("put"), 2);
  t.is(await category.get("a"), 2);
});

test("a backend that says it serves has everything tried at once, without waiting for the timer", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { onWriteError: "queue" });
  backend.failing("put", new BackendError("broken"));
  await category.set("a", 1);
  await clock.advance(1000);
  backend.failing("put", undefined);
  backend.tellServing();
  await clock.settle();
  t.is(category.undelivered, 0);
});

test("a backend that goes down in the middle of the replay gets the rest when it is back", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, {
    onWriteError: "queue",
    queue: queueOf(200),
  });
  await category.setMany(Array.from({ length: 100 }, (_, index) => [`${index}`, -1] as const));
  backend.goDown();
  for (let index = 0; index < 100; index += 1) {
    if (index % 3 === 0) await category.delete(`${index}`);
    else await category.set(`${index}`, index);
  }
  const slow = [backend.hold("put"), backend.hold("put"), backend.hold("purge")];
  backend.comeBack();
  await clock.settle();
  backend.goDown();
  for (const call of slow) call.fail(new Error("its life has ended"));
  await clock.advance(5000);
  t.true(category.undelivered > 0);
  backend.comeBack();
  await category.drained();
  const found = await category.getMany(Array.from({ length: 100 }, (_, index) => `${index}`));
  t.deepEqual(
    found,
    Array.from({ length: 100 }, (_, index) => (index % 3 === 0 ? undefined : index)),
  );
});

test("nothing is sent while the backend is down, however long", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { onWriteError: "queue" });
  backend.goDown();
  await category.set("a", 1);
  backend.calls.length = 0;
  await category.set("a", 2);
  await clock.advance(600_000);
  t.deepEqual(backend.calls, []);
  t.is(clock.pending, 0);
  backend.comeBack();
  await category.drained();
});

test("versions of more keys than are remembered: older values of all count as misses, and newer ones do not", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { onWriteError: "throw" });
  const other = openCategory<number>(t, { backend, clock, writeVersion: { next: () => 1 } as never });
  await other.category.set("a", 1);
  await category.set("b", 2);
  await clock.advance(1);
  backend.failing("purge", new BackendError("broken"));
  await category.delete("a").catch(() => undefined);
  t.is(await category.get("a"), undefined);
  backend.failing("put", new BackendError("broken"));
  for (let index = 0; index < MAX_LEAST_VERSIONS; index += 1)
    await category.delete(`${index}`).catch(() => undefined);
  t.is(await category.get("a"), undefined);
  t.is(await category.get("b"), undefined);
  backend.failing("put", undefined);
  await category.set("b", 3);
  t.is(await category.get("b"), 3);
});

for (const isHealthy of [false, true]) {
  test(`what a loader brought costs no write that waits its place where there is no room for it (${isHealthy ? "up" : "down"})`, async (t) => {
    const queue = queueOf(10, 250);
    const near = false;
    const { category, backend, reported } = openCategory<string>(t, { onWriteError: "queue", near, queue });
    await category.set("a", "old");
    const slow = isHealthy ? backend.hold("put") : undefined;
    if (!isHealthy) backend.goDown();
    const first = category.set("a", "older");
    const removed = category.delete("a");
    if (!isHealthy) await Promise.all([first, removed]);
    t.is(await category.get("a", { load: () => "x".repeat(400) }), "x".repeat(400));
    t.deepEqual(
      reported.filter(({ operation }) => operation === "fill").map(({ error }) => error.code),
      ["STOCKPILE_BACKEND_OVERLOADED"],
    );
    slow?.release();
    if (!isHealthy) backend.comeBack();
    await Promise.all([first, removed]);
    await category.drained();
    t.false(backend.entries.has("player/a"));
    t.deepEqual([queue.writes, queue.bytes, category.undelivered], [0, 0, 0]);
  });
}

test("what a loader says is gone does not come back where its removal fails", async (t) => {
  const { category, backend, clock } = openCategory<string>(t, { onWriteError: "queue", graceMs: 60_000 });
  await category.set("a", "old");
  backend.failing("purge", new BackendError("full"));
  t.is(await category.refresh("a", { load: () => undefined }), undefined);
  await clock.settle();
  t.true(backend.entries.has("player/a"));
  t.is(await category.get("a"), undefined);
  const error = await t.throwsAsync(category.get("a", { load: () => Promise.reject(new Error("down")) }));
  t.is((error as { code?: string }).code, "STOCKPILE_LOAD_FAILED");
});
