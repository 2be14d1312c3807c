import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import test from "ava";
import * as plugin from "@stockpile/plugin-keyv";
import { valid } from "semver";
import { PROTOCOL_VERSION } from "../../../src/contract/plugin.js";
import type { BackendContext, StorageBackend, StorageBackendFactory } from "../../../src/contract/plugin.js";
import { silentLogger } from "../lmdb/open-life.js";

const { signal } = new AbortController();
const context: BackendContext = { logger: silentLogger, signal, hostId: "host", invalidate() {} };

async function openBackend(parameters: unknown): Promise<StorageBackend> {
  const registered = new Map<string, StorageBackendFactory>();
  await plugin.initializePlugin({
    name: "keyv",
    options: {},
    logger: silentLogger,
    signal,
    hostId: "host",
    life: 1,
    async registerStorageBackend(id, factory) {
      registered.set(id, factory);
    },
  });
  const [[id, factory] = []] = registered;
  if (id !== "keyv" || factory === undefined || registered.size > 1) throw new Error("Not as registered");
  return factory(parameters, context);
}

test("the plugin has the two exports of a plugin, and package.json says the same as its metadata", (t) => {
  t.is(typeof plugin.initializePlugin, "function");
  t.is(plugin.metadata.name, "Keyv");
  t.is(valid(plugin.metadata.version), plugin.metadata.version);
  const url = new URL(import.meta.resolve("@stockpile/plugin-keyv/package.json"));
  t.like(JSON.parse(readFileSync(url, "utf8")), {
    name: "@stockpile/plugin-keyv",
    version: plugin.metadata.version,
    stockpile: { protocol: PROTOCOL_VERSION },
  });
});

const NAMES = `"adapter", "export", "options", "arguments", "resolveFrom", "namespace", "maxKeyBytes"`;
const REFUSED: readonly (readonly [parameters: unknown, mistakes: string])[] = [
  [undefined, `expected "adapter" to be a string: received undefined`],
  [null, "expected parameters to be an object: received null"],
  [{ adapter: "" }, `expected "adapter" to be a string: received ''`],
  [{ adapter: "a", arguments: {} }, `expected "arguments" to be an array: received {}`],
  [{ adapter: "a", options: {}, arguments: [] }, `expected either "options" or "arguments": received both`],
  [
    { adapter: "a", namespace: "a:b" },
    `expected "namespace" to be 1 to 32 letters, digits and hyphens: received 'a:b'`,
  ],
  [{ adapter: "a", maxKeyBytes: 5 }, `expected "maxKeyBytes" to be an integer from 16 to 4096: received 5`],
  [
    { uri: "x", adapter: 5, export: 5 },
    `expected no parameters but ${NAMES}: received "uri"; expected "adapter" to be a string: received 5; ` +
      `expected "export" to be a string: received 5`,
  ],
];

for (const [parameters, mistakes] of REFUSED) {
  test(`the backend refuses parameters ${inspect(parameters)}: ${mistakes}`, async (t) => {
    const failure = await t.throwsAsync(openBackend(parameters), { instanceOf: TypeError });
    const parts = failure.message.replace('Cannot open storage backend "keyv": ', "").split("; ");
    t.deepEqual(parts.toSorted(), mistakes.split("; ").toSorted());
  });
}

test("a store that does not serve keeps the backend from opening", async (t) => {
  await t.throwsAsync(
    openBackend({ adapter: "@keyv/redis", arguments: ["redis://127.0.0.1:1", { connectionTimeout: 300 }] }),
    {
      message: /^Cannot open Keyv adapter "@keyv\/redis": expected it to answer a get: received /,
    },
  );
});
