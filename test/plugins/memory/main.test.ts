import { readFileSync } from "node:fs";
import test from "ava";
import * as plugin from "@stockpile/plugin-memory";
import { valid } from "semver";
import { PROTOCOL_VERSION } from "../../../src/contract/plugin.js";
import type {
  BackendContext,
  Logger,
  PluginContext,
  PluginMetadata,
  StorageBackend,
  StorageBackendFactory,
} from "../../../src/contract/plugin.js";

const logger: Logger = {
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
  fatal() {},
  child: () => logger,
};
const { signal } = new AbortController();
const backendContext: BackendContext = { logger, signal, hostId: "host", invalidate() {} };

/** Initialises the plugin and answers what it registers. */
async function registrations(): Promise<Map<string, StorageBackendFactory>> {
  const registered = new Map<string, StorageBackendFactory>();
  const context: PluginContext = {
    name: "memory",
    options: {},
    logger,
    signal,
    hostId: "host",
    life: 1,
    async registerStorageBackend(id, factory) {
      registered.set(id, factory);
    },
  };
  await plugin.initializePlugin(context);
  return registered;
}

async function openBackend(parameters: unknown): Promise<StorageBackend> {
  const factory = (await registrations()).get("memory");
  if (factory === undefined) throw new Error("The backend is not registered");
  return factory(parameters, backendContext);
}

test("the plugin has the two exports of a plugin and no default export", (t) => {
  t.is(typeof plugin.metadata, "object");
  t.is(typeof plugin.initializePlugin, "function");
  t.false("default" in plugin);
});

test("metadata is well-formed and crosses by structured clone", (t) => {
  const metadata: PluginMetadata = plugin.metadata;
  t.is(metadata.name, "Memory");
  t.is(valid(metadata.version), metadata.version);
  t.deepEqual(metadata.authors, ["The Stockpile authors"]);
  t.deepEqual(structuredClone(metadata), metadata);
});

test("package.json names the version of the metadata and the protocol version of the contract", (t) => {
  t.like(readManifest(), {
    name: "@stockpile/plugin-memory",
    version: plugin.metadata.version,
    stockpile: { protocol: PROTOCOL_VERSION },
  });
});

test("initializePlugin() registers the storage backend memory and no other", async (t) => {
  t.deepEqual([...(await registrations()).keys()], ["memory"]);
});

for (const parameters of [undefined, {}, { maxBytes: 2048 }, { maxEntries: 10, maxBytes: 10_000 }]) {
  test(`the backend opens with the parameters ${JSON.stringify(parameters)}`, async (t) => {
    const backend = await openBackend(parameters);
    const call = { signal, deadline: Infinity };
    await backend.put({ category: "player", key: "a" }, { value: new Uint8Array([1]) }, call);
    t.deepEqual(await backend.get({ category: "player", key: "a" }, call), { value: new Uint8Array([1]) });
    await backend.close?.();
  });
}

test("a parameter that is undefined takes its default", async (t) => {
  const backend = await openBackend({ maxEntries: undefined, maxBytes: undefined });
  t.notThrows(() => backend.close?.());
});

test("the parameters are the bounds of the backend", async (t) => {
  const call = { signal, deadline: Infinity };
  const few = await openBackend({ maxEntries: 1 });
  const small = await openBackend({ maxBytes: plugin.ENTRY_OVERHEAD_BYTES + 100 });
  await few.put({ category: "player", key: "a" }, { value: new Uint8Array(1) }, call);
  await few.put({ category: "player", key: "b" }, { value: new Uint8Array(1) }, call);

  t.is(await few.get({ category: "player", key: "a" }, call), undefined);
  t.throws(() => void small.put({ category: "player", key: "a" }, { value: new Uint8Array(100) }, call), {
    instanceOf: RangeError,
  });
  await few.close?.();
  await small.close?.();
});

test("the default bounds leave half of a plugin's default memory limit free", (t) => {
  t.is(plugin.DEFAULT_MAX_ENTRIES, 100_000);
  t.is(plugin.DEFAULT_MAX_BYTES, (256 / 2) * 1024 * 1024);
});

const REFUSED: readonly (readonly [parameters: unknown, mistakes: string])[] = [
  [null, "expected parameters to be an object: received null"],
  [[], "expected parameters to be an object: received []"],
  ["big", "expected parameters to be an object: received 'big'"],
  [{ maxEntries: 0 }, `expected "maxEntries" to be an integer from 1 to 8388608: received 0`],
  [{ maxEntries: 1.5 }, `expected "maxEntries" to be an integer from 1 to 8388608: received 1.5`],
  [{ maxEntries: 8_388_609 }, `expected "maxEntries" to be an integer from 1 to 8388608: received 8388609`],
  [{ maxEntries: "10" }, `expected "maxEntries" to be an integer from 1 to 8388608: received '10'`],
  [{ maxBytes: Number.NaN }, `expected "maxBytes" to be an integer from 1 to 9007199254740991: received NaN`],
  [{ maxBytes: null }, `expected "maxBytes" to be an integer from 1 to 9007199254740991: received null`],
  [
    { maxBytes: Infinity },
    `expected "maxBytes" to be an integer from 1 to 9007199254740991: received Infinity`,
  ],
  [{ maxbytes: 10 }, `expected no parameters but "maxEntries" and "maxBytes": received "maxbytes"`],
  [{ toString: 10 }, `expected no parameters but "maxEntries" and "maxBytes": received "toString"`],
  [
    { ttl: 5, maxEntries: -1, maxBytes: {} },
    `expected no parameters but "maxEntries" and "maxBytes": received "ttl"; ` +
      `expected "maxEntries" to be an integer from 1 to 8388608: received -1; ` +
      `expected "maxBytes" to be an integer from 1 to 9007199254740991: received {}`,
  ],
];

for (const [parameters, mistakes] of REFUSED) {
  test(`the backend refuses parameters: ${mistakes}`, async (t) => {
    await t.throwsAsync(openBackend(parameters), {
      instanceOf: TypeError,
      message: `Cannot open storage backend "memory": ${mistakes}`,
    });
  });
}

/** The package.json the plugin is published with. */
function readManifest(): unknown {
  const url = new URL(import.meta.resolve("@stockpile/plugin-memory/package.json"));
  return JSON.parse(readFileSync(url, "utf8"));
}
