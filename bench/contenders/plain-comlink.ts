/** What one has without us: a worker thread, a port and Comlink, a message per call and per answer. */
import { wrap } from "comlink";
import type { Remote } from "comlink";
import { MessageChannel, Worker } from "node:worker_threads";
import { KEYS, valueOf } from "../entries.js";
import type { MapApi } from "../fixtures/comlink-worker.js";
import type { Contender } from "./contender.js";

const WORKER_FILE = new URL("../fixtures/comlink-worker.js", import.meta.url);

export async function plainComlink(): Promise<Contender> {
  const worker = startComlinkWorker();
  for (const [index, key] of KEYS.entries()) await worker.proxy.put(key, valueOf(index));
  return {
    name: "plain Comlink",
    get: (key) => worker.proxy.get(key),
    close: worker.end,
  };
}

export interface ComlinkWorker {
  readonly proxy: Remote<MapApi>;
  readonly thread: Worker;
  readonly end: () => Promise<void>;
}

/** The thread alone, as one would start it by hand: its map is empty. */
export function startComlinkWorker(): ComlinkWorker {
  const { port1, port2 } = new MessageChannel();
  const thread = new Worker(WORKER_FILE, { workerData: port2, transferList: [port2] });
  const proxy = wrap<MapApi>(port1);
  return {
    proxy,
    thread,
    async end() {
      await thread.terminate();
      port1.close();
    },
  };
}
