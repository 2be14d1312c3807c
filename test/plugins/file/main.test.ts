import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import test from "ava";
import * as plugin from "@stockpile/plugin-file";
import { valid } from "semver";
import { PROTOCOL_VERSION } from "../../../src/contract/plugin.js";
import type {
  BackendContext,
  PluginContext,
  PluginMetadata,
  StorageBackend,
  StorageBackendFactory,
} from "../../../src/contract/plugin.js";
import { at, bytes, CALL, temporaryFolder } from "./open-life.js";
import { quietOptions } from "./quiet-options.js";

const { logger } = quietOptions();
const { signal } = new AbortController();
const backendContext: BackendContext = { logger, signal, hostId: "host", invalidate() {} };

/** Initialises the plugin and answers what it registers. */
async function registrations(): Promise<Map<string, StorageBackendFactory>> {
  const registered = new Map<string, StorageBackendFactory>();
  const context: PluginContext = {
    name: "file",
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
  const factory = (await registrations()).get("file");
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
  t.is(metadata.name, "File");
  t.is(valid(metadata.version), metadata.version);
  t.deepEqual(metadata.authors, ["The Stockpile authors"]);
  t.deepEqual(structuredClone(metadata), metadata);
});

test("package.json names the version of the metadata and the protocol version of the contract", (t) => {
  t.like(readManifest(), {
    name: "@stockpile/plugin-file",
    version: plugin.metadata.version,
    stockpile: { protocol: PROTOCOL_VERSION },
  });
});

test("initializePlugin() registers the storage backend file and no other", async (t) => {
  t.deepEqual([...(await registrations()).keys()], ["file"]);
});

for (const parameters of [
  {},
  { fsync: true },
  { fsync: undefined, sweepFiles: undefined },
  { sweepIntervalMs: 10, sweepFiles: 1 },
]) {
  test(`the backend opens with a path and ${inspect(parameters)}`, async (t) => {
    const backend = await openBackend({ path: temporaryFolder(t), ...parameters });
    await backend.put(at("a"), { value: bytes("x") }, CALL);
    t.deepEqual(await backend.get(at("a"), CALL), { value: bytes("x") });
    await backend.close?.();
  });
}

test("the folder is created with those above it, for this user alone", async (t) => {
  const path = join(temporaryFolder(t), "a", "b");
  const backend = await openBackend({ path });
  t.true(existsSync(path));
  await backend.close?.();
});

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
  t.true(existsSync(join(folder, "data")));
});

const NAMES = `"path", "fsync", "sweepIntervalMs", "sweepFiles"`;
const REFUSED: readonly (readonly [parameters: unknown, mistakes: string])[] = [
  [undefined, `expected "path" to be the path of a folder: received undefined`],
  [null, "expected parameters to be an object: received null"],
  [[], "expected parameters to be an object: received []"],
  ["data", "expected parameters to be an object: received 'data'"],
  [{}, `expected "path" to be the path of a folder: received undefined`],
  [{ path: "" }, `expected "path" to be the path of a folder: received ''`],
  [{ path: "a\0b" }, `expected "path" to be the path of a folder: received 'a\\x00b'`],
  [{ path: 5 }, `expected "path" to be the path of a folder: received 5`],
  [{ path: "data", fsync: "yes" }, `expected "fsync" to be true or false: received 'yes'`],
  [{ path: "data", fsync: null }, `expected "fsync" to be true or false: received null`],
  [
    { path: "data", sweepIntervalMs: 9 },
    `expected "sweepIntervalMs" to be an integer from 10 to 86400000: received 9`,
  ],
  [
    { path: "data", sweepIntervalMs: 86_400_001 },
    `expected "sweepIntervalMs" to be an integer from 10 to 86400000: received 86400001`,
  ],
  [{ path: "data", sweepFiles: 0 }, `expected "sweepFiles" to be an integer from 1 to 1000000: received 0`],
  [
    { path: "data", sweepFiles: 1.5 },
    `expected "sweepFiles" to be an integer from 1 to 1000000: received 1.5`,
  ],
  [{ path: "data", maxBytes: 5 }, `expected no parameters but ${NAMES}: received "maxBytes"`],
  [{ path: "data", toString: 5 }, `expected no parameters but ${NAMES}: received "toString"`],
  [
    { Path: "data", fsync: 1, sweepFiles: "5" },
    `expected no parameters but ${NAMES}: received "Path"; ` +
      `expected "path" to be the path of a folder: received undefined; ` +
      `expected "fsync" to be true or false: received 1; ` +
      `expected "sweepFiles" to be an integer from 1 to 1000000: received '5'`,
  ],
];

for (const [parameters, mistakes] of REFUSED) {
  test(`the backend refuses parameters ${inspect(parameters)}: ${mistakes}`, async (t) => {
    await t.throwsAsync(openBackend(parameters), {
      instanceOf: TypeError,
      message: `Cannot open storage backend "file": ${mistakes}`,
    });
  });
}

/** The package.json the plugin is published with. */
function readManifest(): unknown {
  const url = new URL(import.meta.resolve("@stockpile/plugin-file/package.json"));
  return JSON.parse(readFileSync(url, "utf8"));
}
