import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import * as fc from "fast-check";
import { ConfigError } from "../../../src/contract/errors.js";
import type { Config } from "../../../src/host/config/config.js";
import { loadConfig } from "../../../src/host/config/load-config.js";
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
      fc.record({ ttl: fc.oneof(fc.constant("10m"), leaf) }),
    ),
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
    near: fc.oneof(place, fc.array(place)),
    categories: fc.dictionary(fc.constantFrom("player", "B"), fc.record({ ttl: place, onReadError: place })),
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
