/** What becomes of a server, and what the cache makes of it: it answers in time, and goes on by itself. */
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import type { ExecutionContext } from "ava";
import { leavesNothing } from "../../support/leaves-nothing.js";
import { timely, tooLong } from "../../support/timely.js";
import { until } from "../../support/until.js";
import { CALL_LIMIT_MS, openCache } from "./open-cache.js";
import type { OpenedCache } from "./open-cache.js";
import { RedisProxy } from "./redis-proxy.js";
import type { RedisProcess } from "./redis-process.js";
import { startServer } from "./start-server.js";
import { AnswerWatch } from "./watch-answers.js";

leavesNothing(test);

/** What an answer may take beyond the limit of the call, in ms: as CALL_MARGIN_MS, with a loader behind it. */
const MARGIN_MS = 60;

/** How long a fault lasts, in ms: until the breaker has opened and half-opened again. */
const FAULT_MS = 1200;

interface Fault {
  readonly begin: () => Promise<void> | void;
  readonly end: () => Promise<void> | void;
  /** Whether what was stored is gone then. */
  readonly loses?: boolean;
}

/** Sees that gets are answered in time throughout, that what is set meanwhile arrives, and how long all that takes. */
async function suffer(
  t: ExecutionContext,
  cache: OpenedCache,
  { begin, end, loses = false }: Fault,
): Promise<void> {
  const { lenient, strict } = cache;
  let round = 0;
  await timely(t, async () => {
    const key = `key ${(round += 1)}`;
    await lenient.set(key, "stored");
    const watch = new AnswerWatch(lenient, key);
    await watch.backAgain();
    await begin();
    await sleep(FAULT_MS / 2);
    const setAt = performance.now();
    await lenient.set(`set ${key}`, "meanwhile");
    const setMs = performance.now() - setAt;
    const strictAt = performance.now();
    await t.throwsAsync(strict.set("a", "meanwhile"));
    const strictMs = performance.now() - strictAt;
    t.is((await lenient.lookup(`set ${key}`)).value, "meanwhile", "what was set is read from the queue");
    await sleep(FAULT_MS / 2);
    await end();
    if (loses) await lenient.set(key, "stored");
    const backMs = await watch.backAgain();
    await until("the queue to be empty", () => queued(cache) === 0);
    t.is((await lenient.lookup(`set ${key}`)).source, "backend");
    await watch.end();
    t.deepEqual(watch.wrong, []);
    t.log(
      `${watch.gets} gets, the longest ${watch.longestMs.toFixed()} ms; set ${setMs.toFixed()} ms, refused set ` +
        `${strictMs.toFixed()} ms; from Redis again after ${backMs.toFixed()} ms`,
    );
    return [
      ...tooLong("a get", watch.longestMs, CALL_LIMIT_MS + MARGIN_MS),
      ...tooLong("a set", setMs, CALL_LIMIT_MS + MARGIN_MS),
      ...tooLong("a set that was refused", strictMs, CALL_LIMIT_MS + MARGIN_MS),
    ];
  });
}

function queued({ stockpile }: OpenedCache): number {
  return (
    stockpile.health().plugins[0]?.backends.reduce((sum, { queuedWrites }) => sum + queuedWrites, 0) ?? 0
  );
}

function restarts({ stockpile }: OpenedCache): number | undefined {
  return stockpile.health().plugins[0]?.restarts;
}

async function start(t: ExecutionContext): Promise<RedisProcess> {
  const server = await startServer();
  t.teardown(() => server.stop());
  return server;
}

test.serial("a server that is killed and started again, empty", async (t) => {
  const server = await start(t);
  const cache = await openCache(t, { url: server.url });
  await suffer(t, cache, { begin: () => server.kill(), end: () => server.run(), loses: true });
  t.is(restarts(cache), 0, "the plugin outlives it");
});

test.serial("a server that is paused and goes on", async (t) => {
  const server = await start(t);
  const cache = await openCache(t, { url: server.url });
  await suffer(t, cache, { begin: () => server.pause(), end: () => server.resume() });
  t.is(restarts(cache), 0);
});

test.serial("a server that is paused for longer than it may owe an answer", async (t) => {
  const server = await start(t);
  const cache = await openCache(t, { url: server.url, answerTimeoutMs: 300 });
  await suffer(t, cache, { begin: () => server.pause(), end: () => server.resume() });
  t.is(restarts(cache), 0);
});

test.serial("a server that answers more slowly than a call may take", async (t) => {
  const server = await start(t);
  const proxy = await RedisProxy.open(server.port);
  t.teardown(() => proxy.close());
  const cache = await openCache(t, { url: proxy.url });
  await suffer(t, cache, {
    begin: () => void (proxy.delayMs = CALL_LIMIT_MS * 2),
    end: () => void (proxy.delayMs = 0),
  });
  t.is(restarts(cache), 0);
});

test.serial("a server that answers slowly, and fast enough", async (t) => {
  const server = await start(t);
  const proxy = await RedisProxy.open(server.port);
  t.teardown(() => proxy.close());
  const { strict } = await openCache(t, { url: proxy.url });
  proxy.delayMs = CALL_LIMIT_MS / 3;
  await strict.set("a", "stored");
  t.deepEqual(await Promise.all(Array.from({ length: 50 }, () => strict.get("a"))), Array(50).fill("stored"));
});

test.serial(
  "a server without memory goes on answering reads, and refuses writes until it has some",
  async (t) => {
    const server = await start(t);
    const cache = await openCache(t, { url: server.url });
    const { lenient, strict } = cache;
    await lenient.set("a", "stored");
    await server.command("config", "set", "maxmemory-policy", "noeviction");
    await server.command("config", "set", "maxmemory", "1");
    await t.throwsAsync(strict.set("a", "refused"), {
      code: "STOCKPILE_BACKEND_FAILED",
      message: /OOM command not allowed when used memory > 'maxmemory'/,
    });
    await lenient.set("b", "queued");
    const { value, source } = await lenient.lookup("a");
    t.deepEqual([value, source], ["stored", "backend"]);
    t.is((await lenient.lookup("b")).value, "queued");
    t.is(await lenient.delete("a"), undefined, "a delete needs no room");
    await server.command("config", "set", "maxmemory", "0");
    const roomAt = performance.now();
    await until("the queue to be empty", () => queued(cache) === 0);
    t.log(`what was queued is written ${(performance.now() - roomAt).toFixed()} ms after there is room`);
    t.is((await lenient.lookup("b")).source, "backend");
  },
);

test.serial("a server started again, empty, has nothing of it answered from the near cache", async (t) => {
  const server = await start(t);
  const { near } = await openCache(t, { url: server.url });
  await near.set("a", "stored");
  t.is(near.peek("a"), "stored");
  await server.kill();
  t.is(near.peek("a"), "stored", "while it is away the near cache answers");
  t.is(await near.get("a"), "stored");
  await server.run();
  const backAt = performance.now();
  await until("the near cache to be evicted", () => near.peek("a") === undefined);
  t.log(`${(performance.now() - backAt).toFixed()} ms after the server is back`);
  t.is(await near.get("a"), "loaded a");
});

test.serial("a server that is not there when the cache is opened, and comes", async (t) => {
  const server = await start(t);
  await server.kill();
  const { lenient, lines } = await openCache(t, { url: server.url });
  t.is(await lenient.get("a"), "loaded a");
  await lenient.set("b", "stored");
  await server.run();
  await until("the server to be in use", () =>
    lines.some((line) => line.includes("There is a connection to Redis again")),
  );
  const watch = new AnswerWatch(lenient, "b");
  await watch.backAgain();
  await watch.end();
  t.true(
    lines.filter((line) => line.includes("No connection to Redis")).length === 1,
    "one line, however many attempts",
  );
});
