/**
 * Guards the port over which a Piscina worker answers its tasks. A plugin can reach that port, and one `null` on it
 * makes Piscina throw inside an event of the host's, which ends the process.
 *
 * This leans on Piscina's internals: its version is pinned exactly, and what is leant on is asserted here.
 */
import type { MessagePort } from "node:worker_threads";
import type { Piscina } from "piscina";

/** What is used of Piscina's WorkerInfo. */
interface WorkerInfo {
  onMessage: (message: unknown) => void;
  readonly port: MessagePort;
  readonly taskInfos: Map<number, unknown>;
}

export interface PiscinaPortGuard {
  /** Judges each message before Piscina sees it; a refused one is dropped. */
  readonly admit: (message: unknown, isKnownTask: (taskId: unknown) => boolean) => boolean;
  readonly onClose: () => void;
  /** The guard cannot be put in place: the plugin must not run. */
  readonly onMismatch: (message: string) => void;
}

/** Puts the guard in place as soon as the pool's worker is there, before any task, and so the plugin, runs in it. */
export function guardPiscinaPort(pool: Piscina, guard: PiscinaPortGuard): void {
  pool.on("workerCreate", (worker: object) => {
    const info = workerInfoOf(worker);
    if (info === undefined) {
      guard.onMismatch("Piscina's internals have another shape than this version of Stockpile was built for");
      return;
    }
    const deliver = info.onMessage;
    info.onMessage = (message) => {
      if (guard.admit(message, (taskId) => info.taskInfos.has(taskId as number))) deliver.call(info, message);
    };
    info.port.on("close", guard.onClose);
  });
}

function workerInfoOf(worker: object): WorkerInfo | undefined {
  const [symbol] = Object.getOwnPropertySymbols(worker);
  const info: unknown = symbol === undefined ? undefined : Reflect.get(worker, symbol);
  return isWorkerInfo(info) ? info : undefined;
}

function isWorkerInfo(info: unknown): info is WorkerInfo {
  if (typeof info !== "object" || info === null) return false;
  const { onMessage, port, taskInfos } = info as Record<string, unknown>;
  if (typeof onMessage !== "function" || typeof port !== "object" || port === null) return false;
  return taskInfos instanceof Map;
}
