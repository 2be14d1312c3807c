import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import * as fc from "fast-check";
import { ConfigError } from "../../../src/contract/errors.js";
import type { Config } from "../../../src/host/config/config.js";
import { loadConfig } from "../../../src/host/config/load-config.js";
import { readSource } from "../../../src/host/config/read-source.js";
import { BUILT_IN_MEMORY } from "./built-in-memory.js";
import { makeFolder } from "./make-folder.js";

const FILES = { ...BUILT_IN_MEMORY, "plugins/local.mjs": "", "a.mjs": "" };

const RUNS = { numRuns: 300 };

/** Keys of a configuration, and some that are dangerous, or close to one. */
const KEYS = [
  ..."pluginDirectory plugins storage near categories maxValueBytes server module isolation startup options".split(
    " ",
  ),
  ..."limits restart plugin backend parameters ttl onReadError loadTimeout start call burst backoff maxBackoff".split(
    " ",
  ),
  ..."grace refreshAhead negativeTtl loadSoftTimeout onWriteError entries bytes values queuedWrites".split(
    " ",
  ),
  ..."memory local a __proto__ constructor prototype toString hasOwnProperty limts Bad".split(" "),
];

const leaf = fc.oneof(
  fc.constantFrom(
    false,
    true,
    null,
    0,
    -1,
    1.5,
    1e300,
    5,
    100,
    "10s",
    "1m",
    "thread",
    "process",
    "miss",
    "required",
  ),
  fc.constantFrom(
    "memory",
    "local",
    "plugins",
    "./a.mjs",
    "a",
    "",
    "${env:HOME_OF_NONE}",
    "${env:",
    "\0",
    "../../..",
  ),
  fc.string(),
);

/** Data of the keys above, of the wrong and now and then of the right kind. */
const nearlyConfig = fc.letrec<{ node: unknown; object: object }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, depthIdentifier: "node" },
    leaf,
    tie("object"),
    fc.array(tie("node"), { maxLength: 2 }),
  ),
  object: fc
    .array(fc.tuple(fc.constantFrom(...KEYS), tie("node")), { maxLength: 6, depthIdentifier: "node" })
    .map(toObject),
})).object;

/** A configuration that is right but for the values of some keys. */
const mostlyRight = fc.record(
  {
    pluginDirectory: fc.oneof(fc.constant("plugins"), leaf),
    plugins: fc.dictionary(
      fc.constantFrom("a", "memory", "local", "b"),
      fc.record(
        { module: fc.oneof(fc.constant("./a.mjs"), leaf), startup: leaf, options: fc.jsonValue() },
        { requiredKeys: [] },
      ),
    ),
    storage: fc.record(
      { plugin: fc.constantFrom("memory", "local", "a"), parameters: fc.jsonValue() },
      { requiredKeys: ["plugin"] },
    ),
    categories: fc.dictionary(
      fc.constantFrom("player", "skin"),
      fc.record(
        {
          ttl: fc.oneof(fc.constant("10m"), leaf),
          grace: fc.oneof(fc.constant("1d"), leaf),
          refreshAhead: fc.oneof(fc.constant("1m"), leaf),
          near: fc.oneof(fc.constant({ entries: 5 }), leaf),
          onWriteError: fc.oneof(fc.constant("queue"), leaf),
        },
        { requiredKeys: ["ttl"] },
      ),
    ),
    near: fc.oneof(fc.constant({ values: "clone" }), fc.constant(false), leaf),
    maxValueBytes: fc.integer({ min: 0, max: 70_000_000 }),
    server: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

test("loadConfig() answers a Config or a ConfigError for any JSON text, and pollutes nothing", async (t) => {
  const cwd = await makeFolder(t, FILES);
  const file = join(cwd, "stockpile.json");
  const outcomes = { config: 0, error: 0 };
  const text = fc.oneof(fc.json(), nearlyConfig.map(stringify), mostlyRight.map(stringify));
  await fc.assert(
    fc.asyncProperty(text, async (json) => {
      await writeFile(file, json);
      outcomes[await settle(t, file, cwd)]++;
    }),
    RUNS,
  );
  t.true(outcomes.config > 0 && outcomes.error > 0, JSON.stringify(outcomes));
});

test("loadConfig() answers a Config or a ConfigError for any object, and does not change it", async (t) => {
  const cwd = await makeFolder(t, FILES);
  const outcomes = { config: 0, error: 0 };
  const object = fc.oneof(
    fc.object({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withTypedArray: true,
    }),
    nearlyConfig,
    mostlyRight,
  );
  await fc.assert(
    fc.asyncProperty(object, async (source) => {
      const before = structuredClone(source);
      outcomes[await settle(t, source, cwd)]++;
      t.deepEqual(structuredClone(source), before);
    }),
    RUNS,
  );
  t.true(outcomes.config > 0 && outcomes.error > 0, JSON.stringify(outcomes));
});

test("loadConfig() shows no secret in an error, wherever the configuration refers to it", async (t) => {
  const cwd = await makeFolder(t, FILES);
  // Letters that no message of ours is made of, so that finding the secret means that it was shown.
  const secret = fc.string({
    minLength: 4,
    maxLength: 100,
    unit: fc.constantFrom("Ω", "Ж", "/", ".", '"', "\\", " ", "@", "\n"),
  });
  const place = fc.oneof(
    fc.constant("${env:S}"),
    fc.constantFrom("./${env:S}", "x${env:S}${env:S}", "0123456789".repeat(5) + "${env:S}"),
  );
  const source = fc.record({
    pluginDirectory: place,
    plugins: fc.dictionary(
      fc.constantFrom("a", "b c"),
      fc.record({
        module: place,
        startup: place,
        isolation: place,
        limits: fc.record({ call: place, memoryMb: place, x: place }),
        restart: place,
      }),
    ),
    storage: fc.oneof(place, fc.record({ plugin: place, backend: place, parameters: place })),
    near: fc.oneof(place, fc.array(place), fc.record({ entries: place, values: place, x: place })),
    categories: fc.dictionary(
      fc.constantFrom("player", "B"),
      fc.record({ ttl: place, grace: place, onReadError: place, near: fc.record({ bytes: place }) }),
    ),
    maxValueBytes: place,
  });
  await fc.assert(
    fc.asyncProperty(
      secret.filter((each) => /[ΩЖ]/.test(each)),
      source,
      async (value, config) => {
        const error = await t.throwsAsync(loadConfig(config, { cwd, env: { S: value } }), {
          instanceOf: ConfigError,
        });
        const message = error?.message ?? "";
        for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]) {
          t.false(message.includes(form), message);
        }
      },
    ),
    RUNS,
  );
});

/** Any JSON object whose keys often meet those of another. */
const jsonObject = fc.letrec<{ node: unknown; object: object }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthIdentifier: "json" },
    leaf,
    tie("object"),
    fc.array(leaf, { maxLength: 2 }),
  ),
  object: fc
    .array(fc.tuple(fc.constantFrom("a", "b", "c", "__proto__", "constructor"), tie("node")), {
      maxLength: 4,
      depthIdentifier: "json",
    })
    .map(toObject),
})).object;

/** Merging, in the fewest words. */
function mergeModel(left: unknown, right: unknown): unknown {
  const areObjects = [left, right].every(
    (each) => typeof each === "object" && each !== null && !Array.isArray(each),
  );
  if (!areObjects) return right;
  const [before, after] = [new Map(Object.entries(left as object)), Object.entries(right as object)];
  for (const [key, value] of after)
    before.set(key, before.has(key) ? mergeModel(before.get(key), value) : value);
  return Object.fromEntries(before);
}

test("readSource() makes of the files of a folder what merging their objects makes, with a place for each", async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(jsonObject, { minLength: 1, maxLength: 4 }), async (objects) => {
      const cwd = await mkdtemp(join(tmpdir(), "stockpile-folder-"));
      try {
        for (const [index, object] of objects.entries())
          await writeFile(join(cwd, `${index}.json`), JSON.stringify(object, undefined, 1));
        const { data, placeOf } = await readSource(cwd, "/");
        t.deepEqual(data, objects.reduce<unknown>(mergeModel, {}));
        for (const path of leavesOf(data)) {
          // The last file that has the path says it, and says the same there.
          const file = objects.findLastIndex((object) => has(object, path));
          t.is(placeOf?.(path)?.file, `${file}.json`, JSON.stringify([objects, path]));
        }
      } finally {
        await rm(cwd, { recursive: true });
      }
    }),
    RUNS,
  );
});

/** The paths of all values that are no objects. */
function leavesOf(value: unknown, at: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[...at]];
  return Object.entries(value).flatMap(([key, each]) => leavesOf(each, [...at, key]));
}

function has(value: unknown, path: readonly string[]): boolean {
  let at = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null || Array.isArray(at) || !Object.hasOwn(at, key)) return false;
    at = Reflect.getOwnPropertyDescriptor(at, key)?.value;
  }
  return true;
}

async function settle(
  t: ExecutionContext,
  source: string | object,
  cwd: string,
): Promise<"config" | "error"> {
  try {
    checkConfig(t, await loadConfig(source, { cwd, env: {} }));
    return "config";
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    t.true(error.issues.length > 0);
    return "error";
  } finally {
    const plain: object = {};
    t.false("polluted" in plain);
    t.deepEqual(Reflect.ownKeys(Object.prototype).length, OBJECT_KEYS);
  }
}

const OBJECT_KEYS = Reflect.ownKeys(Object.prototype).length;

function checkConfig(t: ExecutionContext, { plugins, storage, categories, maxValueBytes }: Config): void {
  t.true(plugins.has(storage.plugin));
  for (const category of categories.values()) t.true(plugins.has((category.storage ?? storage).plugin));
  for (const { limits } of plugins.values())
    t.true(limits.inFlightBytes >= maxValueBytes && limits.callMs > 0);
}

/** Own properties whatever the keys, `__proto__` included, as `JSON.parse` makes them. */
function toObject(entries: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(entries);
}

function stringify(value: unknown): string {
  return JSON.stringify(value);
}
