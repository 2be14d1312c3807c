import { createStorage, defineDriver } from "unstorage";
import { misbehave } from "./misbehave.js";
import type { Fault } from "./misbehave.js";
import type { Get } from "./sufferer.js";

/** It has no loader: the caller loads what is not there. */
export function unstorage(fault: Fault): Get {
  const driver = defineDriver(() => ({
    name: "faulty",
    hasItem: async () => (await misbehave(fault)) ?? false,
    getItem: async () => (await misbehave(fault)) ?? null,
    setItem: () => undefined,
    removeItem: () => undefined,
    getKeys: () => [],
  }));
  const storage = createStorage({ driver: driver({}) });
  return async (key, load) => (await storage.getItem(key)) ?? load();
}
