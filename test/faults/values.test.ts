/** A value is the same through a real thread, from every source: loader, waiting write, backend, near cache, stale. */
import { setTimeout as sleep } from "node:timers/promises";
import { deserialize, serialize } from "node:v8";
import test, { type ExecutionContext } from "ava";
import type { CategoryOptions, Codec, Lookup } from "../../src/host/main.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { Stage } from "../support/stage.js";

const PLAIN = new URL("../fixtures/plain.js", import.meta.url).href;
const TTL_MS = 300;

leavesNothing(test);

const structured: Codec<unknown> = {
  name: "structured",
  encode: (value) => serialize(value),
  decode: (bytes) => deserialize(bytes) as unknown,
};

function failing(): never {
  throw new Error("no source");
}

/** What is found of each value, by where it came from. */
async function fromEverySource(
  t: ExecutionContext,
  stage: Stage,
  values: ReadonlyMap<string, unknown>,
  codec: CategoryOptions<unknown>["codec"],
): Promise<Map<string, Lookup<unknown>[]>> {
  const name = typeof codec === "object" ? codec.name : (codec ?? "json");
  const options = { grace: "1h", codec } as CategoryOptions<unknown>;
  const open = (kind: string, more: CategoryOptions<unknown>): ReturnType<Stage["stockpile"]["category"]> =>
    stage.stockpile.category(`${name}-${kind}`, { ...options, ...more });
  const plain = open("plain", { ttl: "1h", near: false });
  const near = open("near", { ttl: "1h", near: { entries: 1000 } });
  const brief = open("brief", { ttl: TTL_MS, near: false });
  const keys = [...values.keys()];
  const found = new Map<string, Lookup<unknown>[]>();
  const look = async (
    category: typeof plain,
    source: string,
    load?: (key: string) => unknown,
  ): Promise<void> => {
    const lookups = await category.lookupMany(keys, load === undefined ? {} : { load });
    t.deepEqual(new Set(lookups.map((lookup) => lookup.source)), new Set([source]));
    found.set(`${source} of ${category.name}`, lookups);
  };
  await stage.stockpile.plugins.stop("faulty");
  await plain.setMany(values);
  await look(plain, "pending");
  await stage.stockpile.plugins.start("faulty");
  await plain.setMany(values);
  await look(plain, "backend");
  await look(near, "loader", (key) => values.get(key));
  await look(near, "near");
  await brief.setMany(values);
  await sleep(TTL_MS + 20);
  await look(brief, "backend", failing);
  return found;
}

const BIG = "x".repeat(100_000);

for (const backend of ["least", "most"]) {
  test.serial(
    `JSON, bytes and an own codec's values are the same from every source (backend "${backend}")`,
    async (t) => {
      const stage = await Stage.open({ module: PLAIN, backend });
      t.teardown(() => stage.close());
      const json = new Map<string, unknown>([
        ["null", null],
        ["zero", 0],
        ["empty", ""],
        ["date", new Date(0)],
        ["nested", { list: [1, { deep: null }], text: "é漢\u{1f9ff}" }],
        ["__proto__", JSON.parse('{"__proto__":{"polluted":true}}')],
        ["big", BIG],
      ]);
      const asJson = [...json.values()].map((value) => JSON.parse(JSON.stringify(value)) as unknown);
      for (const [source, lookups] of await fromEverySource(t, stage, json, "json")) {
        t.deepEqual(
          lookups.map(({ value }) => value),
          asJson,
          source,
        );
      }
      const bytes = new Map<string, unknown>([
        ["none", new Uint8Array()],
        ["some", new Uint8Array([0, 255, 128])],
        ["part of a pool", Buffer.from("text")],
        ["big", new Uint8Array(100_000).fill(7)],
      ]);
      for (const [source, lookups] of await fromEverySource(t, stage, bytes, "bytes")) {
        t.deepEqual(
          lookups.map(({ value }) => value),
          [...bytes.values()].map((value) => new Uint8Array(value as Uint8Array)),
          source,
        );
      }
      // Not undefined itself, which a loader cannot bring.
      const own = new Map<string, unknown>([
        ["date", new Date(0)],
        ["map", new Map([["a", new Set([1])]])],
        ["undefined within", { a: undefined }],
        ["bytes", new Uint8Array([1])],
        ["bigint", 2n ** 70n],
      ]);
      for (const [source, lookups] of await fromEverySource(t, stage, own, structured)) {
        t.deepEqual(
          lookups.map(({ value }) => value),
          [...own.values()],
          source,
        );
      }
    },
  );
}

test.serial(
  "odd and long keys are not mixed up, singly and together, and are listed as they are",
  async (t) => {
    const stage = await Stage.open({ module: PLAIN, backend: "most" });
    t.teardown(() => stage.close());
    const keys = [
      "__proto__",
      "constructor",
      "toString",
      " ",
      "\u0000",
      "a/b",
      "../../etc/passwd",
      "é",
      "e\u0301",
      "\u{1f9ff}".repeat(256),
      "k".repeat(1024),
    ];
    const category = stage.stockpile.category<string>("odd");
    await category.setMany(keys.map((key) => [key, `value of ${key}`]));
    for (const key of keys) t.is(await category.get(key), `value of ${key}`);
    t.deepEqual(
      await category.getMany(keys),
      keys.map((key) => `value of ${key}`),
    );
    const listed: string[] = [];
    for await (const key of category.keys()) listed.push(key);
    t.deepEqual(listed.toSorted(), keys.toSorted());
    await category.deleteMany(keys.slice(1));
    t.deepEqual(await category.getMany(keys), ["value of __proto__", ...keys.slice(1).map(() => undefined)]);
    await category.clear();
    t.false(await category.has("__proto__"));
  },
);
