import { wrap } from "comlink";
import type { Remote } from "comlink";
import { MessageChannel, Worker } from "node:worker_threads";
import type { MapApi } from "../fixtures/comlink-worker.js";

const WORKER_FILE = new URL("../fixtures/comlink-worker.js", import.meta.url);

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
