/** What a host has in common with its plugins' threads, and whether it is as it was. */
import { stat } from "node:fs/promises";
import { runInNewContext } from "node:vm";
import { settlesWithin } from "./settles-within.js";

/** How long a file operation may take before it counts as stuck, in ms. */
const STUCK_MS = 2000;
/** libuv's pool has this many threads: all of them busy, and the host waits. */
const PROBES = 4;

const SHARED = {
  "Object.prototype": Object.prototype,
  "Function.prototype": Function.prototype,
  "Array.prototype": Array.prototype,
  globalThis,
};
const PRISTINE = describe();

/** How long file operations of the host's own take, in ms; `undefined` where they do not come back. */
export async function measurePool(folder: string): Promise<number | undefined> {
  const startedAt = performance.now();
  const probes = Promise.all(Array.from({ length: PROBES }, () => stat(folder)));
  return (await settlesWithin(probes, STUCK_MS)) ? performance.now() - startedAt : undefined;
}

/** What is not as it was when this module was loaded. */
export function findChanges(): string[] {
  const now = describe();
  return Object.keys(now).filter((name) => now[name] !== PRISTINE[name]);
}

function describe(): Record<string, string> {
  const shared = Object.entries(SHARED).map(([name, object]) => [
    name,
    Reflect.ownKeys(object).map(String).join(),
  ]);
  // A flag shows in contexts that are made after it was set.
  const flags = runInNewContext("typeof gc") as string;
  return { ...(Object.fromEntries(shared) as Record<string, string>), "V8's flags": flags };
}
