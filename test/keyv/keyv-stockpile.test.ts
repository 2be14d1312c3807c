/** Keyv over a category, with the plugin memory in its thread: what Keyv's own suite asks of an adapter, and more. */
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import type { ExecutionContext } from "ava";
import { createCache } from "cache-manager";
import { Keyv } from "keyv";
import type { KeyvOptions, KeyvStoreAdapter } from "keyv";
import { Stockpile } from "../../src/host/main.js";
import type { CategoryOptions } from "../../src/host/main.js";
import { KeyvStockpile } from "../../src/keyv/main.js";
import { leavesNothing } from "../support/leaves-nothing.js";

leavesNothing(test);

interface Opened {
  readonly stockpile: Stockpile;
  readonly adapter: KeyvStockpile;
  /** Another Keyv over the same adapter's category. */
  readonly keyv: (options?: KeyvOptions) => Keyv;
}

async function open(t: ExecutionContext, options: CategoryOptions<unknown> = {}): Promise<Opened> {
  const stockpile = await Stockpile.open({
    plugins: { memory: { limits: { call: "10s" } } },
    storage: { plugin: "memory" },
  });
  t.teardown(() => stockpile.close());
  const category = stockpile.category("keyv", { near: false, ...options });
  return {
    stockpile,
    adapter: new KeyvStockpile(category),
    keyv: (more = {}) => new Keyv({ store: new KeyvStockpile(category), ...more }),
  };
}

async function listAll(keyv: Keyv): Promise<[string, unknown][]> {
  const all: [string, unknown][] = [];
  for await (const [key, value] of keyv.iterator?.(undefined) ?? []) all.push([key, value]);
  return all.toSorted(([one], [other]) => one.localeCompare(other));
}

test.serial("the adapter is what Keyv's types ask for, and Keyv accepts it", async (t) => {
  const { adapter } = await open(t);
  const typed: KeyvStoreAdapter = adapter;
  const keyv = new Keyv(typed);
  t.true(await keyv.set("a", 1));
  t.is(await keyv.get("a"), 1);
});

test.serial("set() resolves to true, get() to the value, and to undefined for an absent key", async (t) => {
  const { keyv } = await open(t);
  const one = keyv();
  t.true(await one.set("foo", "bar"));
  t.is(await one.get("foo"), "bar");
  t.is(await one.get("none"), undefined);
  t.true(await one.set("foo", "again"));
  t.is(await one.get("foo"), "again");
});

test.serial("values of every kind come back as Keyv stored them", async (t) => {
  const { keyv } = await open(t);
  const one = keyv();
  const values = [
    false,
    null,
    0,
    "",
    'it\'s "quoted"',
    { nested: [1, { two: "2" }] },
    Buffer.from([0, 250, 255]),
    { buffer: Buffer.from("x") },
  ];
  for (const [index, value] of values.entries()) {
    await one.set(`key ' ${index}`, value);
    t.deepEqual(await one.get(`key ' ${index}`), value);
  }
});

test.serial("without serialization values are kept by the category's codec", async (t) => {
  const { keyv } = await open(t);
  const one = keyv({ serialize: undefined, deserialize: undefined } as unknown as KeyvOptions);
  await one.set("a", { list: [1, 2] });
  t.deepEqual(await one.get("a"), { list: [1, 2] });
});

test.serial("delete() resolves to whether there was a value, for one key and for many", async (t) => {
  const { keyv } = await open(t);
  const one = keyv();
  await one.set("a", 1);
  t.true(await one.delete("a"));
  t.is(await one.get("a"), undefined);
  t.false(await one.delete("a"));
  await one.set("b", 1);
  await one.set("c", 1);
  t.true(await one.delete(["b", "c", "none"]));
  t.deepEqual(await one.get(["b", "c"]), [undefined, undefined]);
  t.false(await one.deleteMany(["b", "c"]));
});

test.serial("bulk calls answer in the order of their keys", async (t) => {
  const { keyv } = await open(t);
  const one = keyv();
  const entries = Array.from({ length: 300 }, (_, index) => ({ key: `key ${index}`, value: index }));
  await one.setMany(entries);
  const keys = entries.map(({ key }) => key);
  t.deepEqual(await one.getMany(["none", ...keys]), [undefined, ...entries.map(({ value }) => value)]);
  t.deepEqual(await one.hasMany(["key 5", "none"]), [true, false]);
  t.true(await one.has("key 5"));
  t.false(await one.has("none"));
});

test.serial(
  "of the same key twice in a bulk call the last one counts, whatever lives they have",
  async (t) => {
    const { adapter } = await open(t);
    const entries = [
      { key: "a", value: "first", ttl: 60_000 },
      { key: "a", value: "last" },
      { key: "b", value: "x", ttl: 1000 },
    ];
    t.deepEqual<unknown, unknown>(await adapter.setMany(entries), [true, true, true]);
    t.deepEqual(await adapter.getMany(["a", "b"]), ["last", "x"]);
  },
);

test.serial("a value expires after its ttl, and after the category's where that is shorter", async (t) => {
  const { keyv } = await open(t, { ttl: "400ms", grace: 0 });
  const one = keyv();
  await one.set("short", 1, 50);
  await one.set("long", 1, 60_000);
  await one.set("none", 1);
  t.deepEqual(await one.getMany(["short", "long", "none"]), [1, 1, 1]);
  await sleep(60);
  t.is(await one.get("short"), undefined);
  t.false(await one.has("short"));
  await sleep(400);
  t.deepEqual(await one.getMany(["long", "none"]), [undefined, undefined]);
});

test.serial("a ttl goes to the category, so that the storage lets go of the entry too", async (t) => {
  const { adapter, stockpile } = await open(t, { ttl: "1h", grace: 0 });
  await adapter.set("a", "x", 1500);
  await adapter.set("b", "x", 0);
  await adapter.set("c", "x", Infinity);
  const category = stockpile.category("keyv");
  const lifetimes = await Promise.all(
    ["a", "b", "c"].map(async (key) => {
      const { expiresAt = 0, storedAt = 0 } = await category.lookup(key);
      return expiresAt - storedAt;
    }),
  );
  t.deepEqual(lifetimes, [1500, 3_600_000, 3_600_000]);
  await adapter.set("a", "y", -1);
  await adapter.setMany([{ key: "b", value: "y", ttl: -1 }]);
  t.deepEqual(await adapter.hasMany(["a", "b", "c"]), [false, false, true]);
});

for (const useKeyPrefix of [true, false]) {
  test.serial(`namespaces keep keys, listings and clears apart (useKeyPrefix ${useKeyPrefix})`, async (t) => {
    const { keyv } = await open(t);
    const one = keyv({ namespace: "one", useKeyPrefix });
    const other = keyv({ namespace: "other", useKeyPrefix });
    for (const key of ["a", "b:c", "d::e"]) {
      await one.set(key, `one ${key}`);
      await other.set(key, `other ${key}`);
    }
    t.is(await one.get("a"), "one a");
    t.is(await other.get("a"), "other a");
    t.deepEqual(await listAll(one), [
      ["a", "one a"],
      ["b:c", "one b:c"],
      ["d::e", "one d::e"],
    ]);
    await one.clear();
    t.deepEqual(await one.get(["a", "b:c", "d::e"]), [undefined, undefined, undefined]);
    t.is((await listAll(other)).length, 3);
    t.is(await other.clear(), undefined);
    t.deepEqual(await listAll(other), []);
  });
}

test.serial("no namespace has what another has, however alike they look", async (t) => {
  const { stockpile } = await open(t);
  const names = ["a", "a::b", "a:", "a::", "a:::b", "a%3A", "%", "a%", "a%3A%3Ab", "::", ""];
  // Without a Keyv before it, which puts the namespace before each key once more.
  const adapterOf = (namespace: string): KeyvStockpile =>
    Object.assign(new KeyvStockpile(stockpile.category("keyv")), { namespace });
  for (const namespace of names) await adapterOf(namespace).set("key", namespace);
  await adapterOf("a").set(":b", "of a");
  for (const namespace of names) {
    const listed: [string, unknown][] = [];
    for await (const pair of adapterOf(namespace).iterator(namespace)) listed.push(pair);
    const own = [["key", namespace]];
    const sorted = listed.toSorted(([one], [other]) => one.localeCompare(other));
    t.deepEqual(sorted, namespace === "a" ? [[":b", "of a"], ...own] : own, namespace);
  }
  await adapterOf("a").clear();
  for (const namespace of names) {
    const expected = namespace === "a" ? undefined : namespace;
    t.is(await adapterOf(namespace).get("key"), expected, namespace);
  }
});

test.serial("an adapter without a namespace has the whole category, and clears it", async (t) => {
  const { adapter, keyv } = await open(t);
  await keyv({ namespace: "one" }).set("a", 1);
  await adapter.set("b", "x");
  t.is(await adapter.get("b"), "x");
  const keys: string[] = [];
  for await (const [key] of adapter.iterator()) keys.push(key);
  t.deepEqual(keys.toSorted(), ["b", "one::one:a"]);
  await adapter.clear();
  t.is(await keyv({ namespace: "one" }).get("a"), undefined);
});

test.serial(
  "the iterator goes over thousands of entries, each once, and over none that has expired",
  async (t) => {
    const { keyv } = await open(t);
    const one = keyv();
    const keys = Array.from({ length: 1500 }, (_, index) => `key ${index}`);
    await one.setMany(keys.map((key) => ({ key, value: key })));
    await one.set("gone", 1, 1);
    await sleep(5);
    t.deepEqual((await listAll(one)).map(([key]) => key).toSorted(), keys.toSorted());
  },
);

test.serial(
  "a get that fails is told by the event error, and answers undefined; with throwOnErrors it rejects",
  async (t) => {
    const { keyv, stockpile } = await open(t);
    const [quiet, loud, deaf] = [keyv(), keyv({ throwOnErrors: true }), keyv({ emitErrors: false })];
    const errors: unknown[] = [];
    quiet.on("error", (error: unknown) => errors.push(error));
    loud.on("error", () => undefined);
    await quiet.set("a", 1);
    await stockpile.close();
    t.is(await quiet.get("a"), undefined);
    t.like(errors, { length: 1, 0: { code: "STOCKPILE_CLOSED" } });
    await t.throwsAsync(loud.get("a"), { code: "STOCKPILE_CLOSED" });
    t.is(await deaf.get("a"), undefined);
    t.false(await quiet.set("a", 2));
    t.is(errors.length, 2, "a set that fails is told once, by Keyv");
  },
);

test.serial(
  "disconnect() ends the adapter and leaves the Stockpile open, unless told otherwise",
  async (t) => {
    const { keyv, stockpile } = await open(t);
    const one = keyv({ throwOnErrors: true });
    await one.disconnect();
    await one.disconnect();
    await t.throwsAsync(one.get("a"), { message: /received one after disconnect\(\)/ });
    const category = stockpile.category("keyv");
    await category.set("a", 1);
    const closing = new Keyv(new KeyvStockpile(category, { onDisconnect: () => stockpile.close() }));
    await closing.disconnect();
    await t.throwsAsync(category.get("a"), { code: "STOCKPILE_CLOSED" });
  },
);

test.serial("what is no category is refused", (t) => {
  for (const wrong of [undefined, null, {}, new Map()]) {
    t.throws(() => new KeyvStockpile(wrong as never), {
      instanceOf: TypeError,
      message: /^Cannot make a Keyv adapter: expected a category of a Stockpile: received /,
    });
  }
});

test.serial("cache-manager, which takes Keyvs, takes a Stockpile", async (t) => {
  const { keyv } = await open(t);
  const cache = createCache({ stores: [keyv({ namespace: "manager" })] });
  let loads = 0;
  const load = async (): Promise<string> => `loaded ${(loads += 1)}`;
  t.is(await cache.wrap("key", load, 60_000), "loaded 1");
  t.is(await cache.wrap("key", load, 60_000), "loaded 1");
  await cache.mset([
    { key: "a", value: 1 },
    { key: "b", value: 2 },
  ]);
  t.deepEqual(await cache.mget(["a", "b", "c"]), [1, 2, undefined]);
  await cache.del("key");
  t.is(await cache.wrap("key", load, 60_000), "loaded 2");
  await cache.clear();
  t.deepEqual(await cache.mget(["a", "b"]), [undefined, undefined]);
});
