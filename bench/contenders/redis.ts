/** Ways to a value in Redis: its client in the host, and Stockpile with the plugin around the same client. */
import { Stockpile } from "@stockpile/core";
import type { Category } from "@stockpile/core";
import { Redis } from "ioredis6";
import { KEYS, valueOf } from "../entries.js";
import { keyOrder } from "../near/key-order.js";
import type { Contender } from "./contender.js";
import { openSupervised } from "./open-supervised.js";

/** As in map-config.ts. */
const CALL_LIMIT = "10s";

const CATEGORY = "c";

/** The client as one uses it in an application: a command per call. */
export async function directClient(port: number, isAutoPipelining: boolean): Promise<Contender> {
  const client = new Redis({ port, enableAutoPipelining: isAutoPipelining });
  await Promise.all(KEYS.map((key, index) => client.set(`direct:${key}`, Buffer.from(valueOf(index)))));
  return {
    name: isAutoPipelining ? "ioredis, auto-pipelining" : "ioredis",
    get: async (key) => (await client.getBuffer(`direct:${key}`)) ?? undefined,
    close: async () => client.disconnect(),
  };
}

/** The plugin alone, without the cache on top: what is asked for are the bytes, as of the client. */
export async function pluginAlone(port: number): Promise<Contender> {
  const { backend, close } = await openSupervised(configOf(port, "alone"));
  await Promise.all(
    KEYS.map((key, index) => backend.put({ category: CATEGORY, key }, { value: valueOf(index) })),
  );
  return { name: "plugin redis", get: (key) => backend.get({ category: CATEGORY, key }), close };
}

/** The whole way: a category over the plugin, every get a question to Redis. */
export async function throughPlugin(port: number): Promise<Contender> {
  const { category, close } = await openCache(port, false);
  return { name: "Stockpile", get: (key) => category.get(key), close };
}

/**
 * The whole way with a near cache for a tenth of the keys in front, asked in Zipf's order, whatever is asked for: as a
 * server is, whose hot keys are few.
 */
export async function hotKeys(port: number): Promise<Contender> {
  const { category, close } = await openCache(port, { entries: KEYS.length / 10 });
  const order = keyOrder("zipf", KEYS.length);
  let asked = 0;
  return {
    name: "Stockpile, near cache, Zipf",
    get: () => category.get(KEYS[order[(asked += 1) % order.length] as number] as string), // within both lists
    close,
  };
}

async function openCache(
  port: number,
  near: object | false,
): Promise<{ category: Category<Uint8Array>; close: () => Promise<void> }> {
  const stockpile = await Stockpile.open({ ...configOf(port, near === false ? "far" : "near"), near });
  const category = stockpile.category<Uint8Array>(CATEGORY, { codec: "bytes" });
  await category.setMany(KEYS.map((key, index) => [key, valueOf(index)]));
  return { category, close: async () => void (await stockpile.close()) };
}

/** A configuration of the plugin alone, with entries of its own. */
function configOf(port: number, prefix: string): object {
  return {
    plugins: {
      redis: {
        module: import.meta.resolve("@stockpile/plugin-redis"),
        startup: "required",
        limits: { call: CALL_LIMIT, inFlightCalls: KEYS.length },
      },
    },
    storage: { plugin: "redis", parameters: { url: `redis://127.0.0.1:${port}`, prefix } },
  };
}
