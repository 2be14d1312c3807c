/** Runs beside the plugin, in its thread or process: a get of certain keys goes wrong, and so does a put after it began. */
import { setTimeout as sleep } from "node:timers/promises";
import type { StorageBackend, StoredEntry } from "../../contract/backend.js";
import { OPTIONAL_METHODS } from "../../contract/backend-methods.js";
import { wrapFactories } from "../wrap/wrap-factories.js";
import type { InitializePlugin } from "../wrap/wrap-factories.js";
import { readFaultKey, SLOW_MS } from "./fault.js";
import type { Fault } from "./fault.js";

const MIB = 1024 * 1024;
/** Allocated at a time, in MiB: small enough for the loop to turn in between. */
const LEAK_STEP_MB = 8;

/** What has leaked; never given back. */
const leaked: Uint8Array[] = [];

/** Wraps every backend of a plugin. */
export function wrap(initializePlugin: InitializePlugin): InitializePlugin {
  return wrapFactories(
    initializePlugin,
    (factory) => async (parameters, context) => withFaults(await factory(parameters, context)),
  );
}

function withFaults(backend: StorageBackend): StorageBackend {
  const others = OPTIONAL_METHODS.flatMap((name) =>
    typeof backend[name] === "function" ? [[name, backend[name].bind(backend)] as const] : [],
  );
  return {
    ...(Object.fromEntries(others) as Pick<StorageBackend, (typeof OPTIONAL_METHODS)[number]>), // each under its own name
    get(key, call) {
      const called = readFaultKey(key.key);
      return called === undefined ? backend.get(key, call) : misbehave(called.fault, called.size);
    },
    put(key, entry, call) {
      const called = readFaultKey(key.key);
      const stored = backend.put(key, entry, call);
      if (called === undefined) return stored;
      // In the middle of the write where the backend is asynchronous, else after it; nobody is told that it was done.
      return Promise.resolve().then(() => void misbehave(called.fault, called.size));
    },
    purge: (key, call) => backend.purge(key, call),
  };
}

/** Goes wrong; what it answers where it does is no entry. */
function misbehave(fault: Fault, size: number): Promise<StoredEntry | undefined> | StoredEntry {
  switch (fault) {
    case "slow":
      return sleep(SLOW_MS, undefined);
    case "throwing":
      throw new Error("Thrown on purpose");
    case "throwing-nothing":
      throw undefined;
    case "hanging":
      return new Promise(() => {
        // Never settles.
      });
    case "oversized":
      return { value: new Uint8Array(size * MIB) };
    case "spinning":
      for (;;);
    case "exiting":
      return process.exit(0);
    default:
      fault satisfies "leaking";
      return leak(size);
  }
}

async function leak(size: number): Promise<never> {
  for (;;) {
    if (leaked.length * LEAK_STEP_MB < size) leaked.push(new Uint8Array(LEAK_STEP_MB * MIB).fill(1));
    await sleep(1);
  }
}
