import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import test from "ava";
import * as plugin from "@stockpile/plugin-lmdb";
import { valid } from "semver";
import { PROTOCOL_VERSION } from "../../../src/contract/plugin.js";
import type {
  BackendContext,
  PluginMetadata,
  StorageBackend,
  StorageBackendFactory,
} from "../../../src/contract/plugin.js";
import { at, bytes, silentLogger, temporaryFolder } from "./open-life.js";

const { signal } = new AbortController();
const backendContext: BackendContext = { logger: silentLogger, signal, hostId: "host", invalidate() {} };
const call = { signal, deadline: Infinity };

/** Initialises the plugin and answers what it registers. */
async function registrations(): Promise<Map<string, StorageBackendFactory>> {
  const registered = new Map<string, StorageBackendFactory>();
  await plugin.initializePlugin({
    name: "lmdb",
    options: {},
    logger: silentLogger,
    signal,
    hostId: "host",
    life: 1,
    async registerStorageBackend(id, factory) {
      registered.set(id, factory);
    },
  });
  return registered;
}

async function openBackend(parameters: unknown): Promise<StorageBackend> {
  const factory = (await registrations()).get("lmdb");
  if (factory === undefined) throw new Error("The backend is not registered");
  return factory(parameters, backendContext);
}

test("the plugin has the two exports of a plugin and no default export", (t) => {
  t.is(typeof plugin.metadata, "object");
  t.is(typeof plugin.initializePlugin, "function");
  t.false("default" in plugin);
});

test("metadata is well-formed, says that the plugin is native, and crosses by structured clone", (t) => {
  const metadata: PluginMetadata = plugin.metadata;
  t.is(metadata.name, "LMDB");
  t.is(valid(metadata.version), metadata.version);
  t.true(metadata.native);
  t.deepEqual(structuredClone(metadata), metadata);
});

test("package.json says the same, and the protocol version of the contract", (t) => {
  const url = new URL(import.meta.resolve("@stockpile/plugin-lmdb/package.json"));
  t.like(JSON.parse(readFileSync(url, "utf8")), {
    name: "@stockpile/plugin-lmdb",
    version: plugin.metadata.version,
    stockpile: { protocol: PROTOCOL_VERSION, native: true },
  });
});

test("initializePlugin() registers the storage backend lmdb and no other", async (t) => {
  t.deepEqual([...(await registrations()).keys()], ["lmdb"]);
});

for (const parameters of [
  {},
  { durability: "none" },
  { durability: "sync", maxBytes: undefined },
  { sweepIntervalMs: 10, maxBytes: 1024 * 1024 },
]) {
  test(`the backend opens with a path and ${inspect(parameters)}`, async (t) => {
    const backend = await openBackend({ path: temporaryFolder(t), ...parameters });
    await backend.put(at("a"), { value: bytes("x") }, call);
    t.is(Buffer.from((await backend.get(at("a"), call))?.value ?? []).toString(), "x");
    await backend.ping?.(call);
    await backend.close?.();
  });
}

test.serial("a relative path starts at the working folder of the process", async (t) => {
  const before = process.cwd();
  const folder = temporaryFolder(t);
  process.chdir(folder);
  try {
    const backend = await openBackend({ path: "data" });
    await backend.close?.();
  } finally {
    process.chdir(before);
  }
  t.true(existsSync(join(folder, "data", "data.mdb")));
});

const NAMES = `"path", "durability", "maxBytes", "sweepIntervalMs"`;
const REFUSED: readonly (readonly [parameters: unknown, mistakes: string])[] = [
  [undefined, `expected "path" to be the path of a folder: received undefined`],
  [null, "expected parameters to be an object: received null"],
  [["data"], "expected parameters to be an object: received [ 'data' ]"],
  [{ path: "" }, `expected "path" to be the path of a folder: received ''`],
  [{ path: "a\0b" }, `expected "path" to be the path of a folder: received 'a\\x00b'`],
  [
    { path: "data", durability: "fsync" },
    `expected "durability" to be "none" or "async" or "sync": received 'fsync'`,
  ],
  [
    { path: "data", maxBytes: 1024 },
    `expected "maxBytes" to be an integer from 1048576 to 9007199254740991: received 1024`,
  ],
  [
    { path: "data", sweepIntervalMs: 9 },
    `expected "sweepIntervalMs" to be an integer from 10 to 86400000: received 9`,
  ],
  [
    { Path: "data", durability: true, maxBytes: "1G" },
    `expected no parameters but ${NAMES}: received "Path"; ` +
      `expected "path" to be the path of a folder: received undefined; ` +
      `expected "durability" to be "none" or "async" or "sync": received true; ` +
      `expected "maxBytes" to be an integer from 1048576 to 9007199254740991: received '1G'`,
  ],
];

for (const [parameters, mistakes] of REFUSED) {
  test(`the backend refuses parameters ${inspect(parameters)}: ${mistakes}`, async (t) => {
    await t.throwsAsync(openBackend(parameters), {
      instanceOf: TypeError,
      message: `Cannot open storage backend "lmdb": ${mistakes}`,
    });
  });
}
