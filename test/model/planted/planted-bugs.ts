/**
 * One bug, or more, in each rule of the cache, planted from outside: in what a category calls, in what it is told, or
 * around it. Each is one that a cache could well have.
 */
import type { BackendHandle } from "../../../src/host/calls/backend-handle.js";
import { Category } from "../../../src/host/cache/category.js";
import type { CategorySettings } from "../../../src/host/cache/category-settings.js";
import type { CacheUnderTest } from "../cache-under-test.js";
import type { Rule } from "../rule.js";
import type { TestValue } from "../test-value.js";
import type { Build } from "../world.js";
import type { WorldSettings } from "../world-settings.js";
import { AllOrNothingCache } from "./all-or-nothing-cache.js";
import { ClingingCache } from "./clinging-cache.js";
import { DroppingHandle } from "./dropping-handle.js";
import { ForgetfulCache } from "./forgetful-cache.js";
import { ImpatientHandle } from "./impatient-handle.js";
import { MemoizingCache } from "./memoizing-cache.js";
import { OptimisticHandle } from "./optimistic-handle.js";
import { SilentCache } from "./silent-cache.js";
import { TwoHeadedCache } from "./two-headed-cache.js";
import { UncodedCache } from "./uncoded-cache.js";
import { ForwardingCache } from "./forwarding-cache.js";

/** A bug, the rule it breaks, and the world it shows in. */
export interface PlantedBug {
  readonly what: string;
  readonly breaks: Rule;
  readonly onWriteError?: WorldSettings["onWriteError"];
  readonly world?: Partial<WorldSettings>;
  readonly build: Build;
}

type Settings = CategorySettings<TestValue>;

/** A category with other settings than the world believes. */
function told(differently: (settings: Settings) => Partial<Settings>): Build {
  return (settings) => new Category({ ...settings, ...differently(settings) });
}

/** A category on a backend that does not do what it should. */
function on(handle: (inner: BackendHandle) => BackendHandle): Build {
  return told(({ backend }) => ({ backend: handle(backend) }));
}

/** A category in something that does not do what it should. */
function inside(wrap: (inner: CacheUnderTest, settings: Settings) => CacheUnderTest): Build {
  return (settings) => wrap(new Category(settings), settings);
}

/** Stores what was loaded by itself, whatever has happened meanwhile. */
function fillsByItself(settings: Settings): CacheUnderTest {
  const { load } = settings;
  const filler = new Category({ ...settings, near: false, load: undefined, onWriteError: "ignore" });
  if (load === undefined) return new Category(settings);
  return new Category({
    ...settings,
    load: async (key, context) => {
      const value = await load(key, context);
      if (value !== undefined) void filler.set(key, value);
      return value;
    },
  });
}

function override(inner: CacheUnderTest, methods: Partial<CacheUnderTest>): CacheUnderTest {
  return Object.assign(new ForwardingCache(inner), methods);
}

async function* also(keys: AsyncIterable<string>, key: string): AsyncIterable<string> {
  yield* keys;
  yield key;
}

async function* allBut(keys: AsyncIterable<string>, left: string): AsyncIterable<string> {
  for await (const key of keys) if (key !== left) yield key;
}

/** All bugs that are planted. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    what: "a get is answered with what a get before was answered",
    breaks: "read-your-writes",
    build: inside((inner, { clock }) => new MemoizingCache(inner, clock)),
  },
  {
    what: "the backend's purge is forgotten",
    breaks: "no-resurrection",
    world: { near: "off" },
    build: on((inner) => new DroppingHandle(inner, "purge")),
  },
  {
    what: "clear() clears the backend and leaves the near cache",
    breaks: "no-resurrection",
    world: { near: "freeze", abilities: ["clear", "scan"] },
    build: inside((inner, { backend, name }) => override(inner, { clear: () => backend.clear(name) })),
  },
  {
    what: "a set that finds the queue full forgets that it was there",
    breaks: "least-version",
    world: { near: "off", queue: "tiny" },
    build: (settings) => new ForgetfulCache(settings),
  },
  {
    what: "the backend's put is forgotten",
    breaks: "no-lost-write",
    world: { near: "off", loader: "none" },
    build: on((inner) => new DroppingHandle(inner, "put")),
  },
  {
    what: "a get asks the backend first, whatever waits",
    breaks: "pending",
    build: inside((inner, { backend, name }) =>
      override(inner, {
        get: (key, options) => {
          backend.get({ category: name, key }).catch(() => {});
          return inner.get(key, options);
        },
      }),
    ),
  },
  {
    what: "a write that timed out is taken for one that failed",
    breaks: "newest-wins",
    build: on((inner) => new ImpatientHandle(inner)),
  },
  {
    what: "a write to a backend that is down is taken for done",
    breaks: "newest-wins",
    build: on((inner) => new OptimisticHandle(inner)),
  },
  {
    what: "what was counted into the queue is not counted out",
    breaks: "queue-empty",
    build: inside((inner, { queue }) =>
      override(inner, {
        delete: (key) => {
          queue.admit(0);
          return inner.delete(key);
        },
      }),
    ),
  },
  {
    what: "close() reports nothing",
    breaks: "undelivered",
    world: { end: "closes" },
    build: inside((inner) => new SilentCache(inner)),
  },
  {
    what: "two gets load by themselves",
    breaks: "single-flight",
    world: { loader: "load" },
    build: (settings) => new TwoHeadedCache(new Category(settings), new Category(settings)),
  },
  {
    what: "a loaded value is stored whatever was set or deleted meanwhile",
    breaks: "fill",
    world: { loader: "load" },
    build: fillsByItself,
  },
  {
    what: "the near cache is empty",
    breaks: "fresh-hit",
    world: { near: "freeze", loader: "load" },
    build: told(() => ({ near: false })),
  },
  {
    what: "nothing is refreshed ahead",
    breaks: "refresh-ahead",
    world: { refreshAheadMs: 50, ttlMs: 200, loader: "load", near: "freeze" },
    build: told(() => ({ refreshAheadMs: 0 })),
  },
  {
    what: "values are fresh for twice their time",
    breaks: "ttl",
    world: { ttlMs: 100 },
    build: told(({ ttlMs }) => ({ ttlMs: 2 * ttlMs })),
  },
  {
    what: "stale values are not marked",
    breaks: "ttl",
    world: { ttlMs: 100, graceMs: 300, loader: "load" },
    build: inside((inner) =>
      override(inner, {
        lookup: async (key, options) => ({ ...(await inner.lookup(key, options)), stale: false }),
      }),
    ),
  },
  {
    what: "expire() does nothing",
    breaks: "expire",
    build: inside((inner) => override(inner, { expire: () => Promise.resolve() })),
  },
  {
    what: "grace lasts twice as long",
    breaks: "grace",
    world: { ttlMs: 100, graceMs: 300, loader: "load", near: "freeze" },
    build: told(({ graceMs }) => ({ graceMs: 2 * graceMs })),
  },
  {
    what: "what was loaded once is answered for all time",
    breaks: "grace",
    world: { ttlMs: 100, graceMs: 0, loader: "load" },
    build: inside((inner) => new ClingingCache(inner)),
  },
  {
    what: "stale values are answered at once, with a loader that works",
    breaks: "grace",
    world: { ttlMs: 100, graceMs: 300, loadSoftTimeoutMs: 20, loader: "load" },
    build: told(() => ({ loadSoftTimeoutMs: 1 })),
  },
  {
    what: "there is no grace",
    breaks: "stale-if-error",
    world: { ttlMs: 100, graceMs: 300, loader: "load", near: "freeze" },
    build: told(() => ({ graceMs: 0 })),
  },
  {
    what: "a load that found nothing is forgotten",
    breaks: "negative",
    world: { negativeTtlMs: 100, loader: "load" },
    build: told(() => ({ negativeTtlMs: 0 })),
  },
  {
    what: "a load that found nothing is remembered for twice its time",
    breaks: "negative",
    world: { negativeTtlMs: 100, loader: "load" },
    build: told(({ negativeTtlMs }) => ({ negativeTtlMs: 2 * negativeTtlMs })),
  },
  {
    what: "invalidate() does nothing",
    breaks: "invalidate",
    world: { near: "freeze" },
    build: inside((inner) => override(inner, { invalidate: () => {} })),
  },
  {
    what: "invalidate() does not cover what is in the air",
    breaks: "invalidate",
    world: { near: "off" },
    build: inside((inner) => override(inner, { invalidate: () => {} })),
  },
  {
    what: "values that were set are handed out as they are",
    breaks: "same-value",
    build: inside((inner) => new UncodedCache(inner)),
  },
  {
    what: "values of the near cache are shared, and not frozen",
    breaks: "same-value",
    world: { near: "clone" },
    build: told(({ near }) => ({ near: near === false ? false : { ...near, values: "share" } })),
  },
  {
    what: "getMany() answers in another order",
    breaks: "same-value",
    build: inside((inner) =>
      override(inner, {
        getMany: async (keys, options) => (await inner.getMany(keys, options)).toReversed(),
      }),
    ),
  },
  {
    what: "keys() lists what was deleted",
    breaks: "keys",
    world: { abilities: ["scan"] },
    build: inside((inner) => override(inner, { keys: () => also(inner.keys(), "a") })),
  },
  {
    what: "keys() leaves one out",
    breaks: "keys",
    world: { abilities: ["scan"] },
    build: inside((inner) => override(inner, { keys: () => allBut(inner.keys(), "a") })),
  },
  {
    what: "getMany() fails with its first key",
    breaks: "rejection",
    world: { loader: "load" },
    build: inside((inner) => new AllOrNothingCache(inner)),
  },
  {
    what: "a get waits for a backend that is down",
    breaks: "settles",
    build: inside((inner, { backend }) =>
      override(inner, {
        get: async (key, options) => {
          if (!backend.isServing) await new Promise<void>((resolve) => backend.onServing(resolve));
          return inner.get(key, options);
        },
      }),
    ),
  },
  {
    what: "a set resolves when it is done, not when it is queued",
    breaks: "settles",
    build: inside((inner, { queue, clock }) =>
      override(inner, {
        set: async (key, value, options) => {
          await inner.set(key, value, options);
          while (queue.writes > 0) await new Promise<void>((resolve) => void clock.schedule(resolve, 10));
        },
      }),
    ),
  },
  {
    what: "a failed set is left to nobody as well",
    breaks: "unhandled",
    onWriteError: "throw",
    build: inside((inner) =>
      override(inner, {
        set: (key, value, options) => {
          const done = inner.set(key, value, options);
          void done.finally(() => {});
          return done;
        },
      }),
    ),
  },
  {
    what: "every load leaves a timer",
    breaks: "timers",
    build: inside((inner, { clock }) =>
      override(inner, {
        get: (key, options) => {
          clock.schedule(() => {}, 3_600_000);
          return inner.get(key, options);
        },
      }),
    ),
  },
];
