/** What one has without us: a worker thread, a port and Comlink, a message per call and per answer. */
import { KEYS, valueOf } from "../entries.js";
import type { Contender } from "./contender.js";
import { startComlinkWorker } from "./start-comlink-worker.js";

export async function plainComlink(): Promise<Contender> {
  const worker = startComlinkWorker();
  for (const [index, key] of KEYS.entries()) await worker.proxy.put(key, valueOf(index));
  return {
    name: "plain Comlink",
    get: (key) => worker.proxy.get(key),
    close: worker.end,
  };
}
