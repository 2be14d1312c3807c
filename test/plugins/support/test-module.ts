/** What the module of every plugin of ours is held to, and how it answers parameters. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import test from "ava";
import { valid } from "semver";
import { PROTOCOL_VERSION } from "../../../src/contract/plugin.js";
import type {
  PluginContext,
  PluginMetadata,
  StorageBackend,
  StorageBackendFactory,
} from "../../../src/contract/plugin.js";
import { silentLogger } from "./logger-into.js";
import { temporaryFolder } from "./temporary-folder.js";

/** A plugin's module with its two exports. */
export interface PluginModule {
  readonly metadata: PluginMetadata;
  initializePlugin(context: PluginContext): Promise<void>;
}

/** Of a plugin of ours: parameters that its backend refuses, each with the mistakes in them as the message lists them. */
export type Refusals = readonly (readonly [parameters: unknown, mistakes: string])[];

const { signal } = new AbortController();

/** Initialises the plugin and answers what it registers. */
async function registrations(plugin: PluginModule): Promise<Map<string, StorageBackendFactory>> {
  const registered = new Map<string, StorageBackendFactory>();
  await plugin.initializePlugin({
    name: "plugin",
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

/** Opens the one backend of a plugin as the runtime does. */
export async function openRegistered(plugin: PluginModule, parameters: unknown): Promise<StorageBackend> {
  const [factory] = (await registrations(plugin)).values();
  if (factory === undefined) throw new Error("No backend is registered");
  return factory(parameters, { logger: silentLogger, signal, hostId: "host", invalidate() {} });
}

/**
 * Tests a plugin's module.
 * @param id that of its backend, by which its package is named as well.
 * @param name what it calls itself.
 */
export function testModule(plugin: PluginModule, id: string, name: string): void {
  test("the plugin has the two exports of a plugin and no default export", (t) => {
    t.is(typeof plugin.metadata, "object");
    t.is(typeof plugin.initializePlugin, "function");
    t.false("default" in plugin);
  });

  test("metadata is well-formed and crosses by structured clone", (t) => {
    const { metadata } = plugin;
    t.is(metadata.name, name);
    t.is(valid(metadata.version), metadata.version);
    t.deepEqual(metadata.authors, ["The Stockpile authors"]);
    t.deepEqual(structuredClone(metadata), metadata);
  });

  test("package.json says the same as the metadata, and the protocol version of the contract", (t) => {
    const { version, native } = plugin.metadata;
    const url = new URL(import.meta.resolve(`@stockpile/plugin-${id}/package.json`));
    const manifest = JSON.parse(readFileSync(url, "utf8")) as { readonly stockpile?: unknown };
    t.like(manifest, { name: `@stockpile/plugin-${id}`, version });
    const protocol = PROTOCOL_VERSION;
    t.deepEqual(manifest.stockpile, native === undefined ? { protocol } : { protocol, native });
  });

  test(`initializePlugin() registers the storage backend ${id} and no other`, async (t) => {
    t.deepEqual([...(await registrations(plugin)).keys()], [id]);
  });
}

/** Tests that a plugin's backend refuses parameters, and says why in one error. */
export function testRefusals(plugin: PluginModule, id: string, refusals: Refusals): void {
  for (const [parameters, mistakes] of refusals) {
    test(`the backend refuses parameters ${inspect(parameters)}: ${mistakes}`, async (t) => {
      await t.throwsAsync(openRegistered(plugin, parameters), {
        instanceOf: TypeError,
        message: `Cannot open storage backend "${id}": ${mistakes}`,
      });
    });
  }
}

/**
 * Tests where the `path` of a plugin's backend starts.
 * @param made what there is once the backend has been opened with `data`.
 */
export function testRelativePath(plugin: PluginModule, made: string): void {
  test.serial("a relative path starts at the working folder of the process", async (t) => {
    const before = process.cwd();
    const folder = temporaryFolder(t);
    process.chdir(folder);
    try {
      const backend = await openRegistered(plugin, { path: "data" });
      await backend.close?.();
    } finally {
      process.chdir(before);
    }
    t.true(existsSync(join(folder, made)));
  });
}
