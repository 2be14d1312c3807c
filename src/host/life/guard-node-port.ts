/**
 * Guards the port over which Node itself speaks with a worker: its output, its last error. A plugin can get hold of
 * that port by replacing `MessagePort.prototype.postMessage` and printing something; any message on it that Node does
 * not know then throws inside an event of the host's, which ends the process.
 *
 * This leans on how Node names the method that takes those messages (20 to 26 do so alike). Where it is not found,
 * Node has changed and nothing is guarded here: a process warning says so, and a test of hostile plugins.
 */
import type { Worker } from "node:worker_threads";

/** The description of the symbol Node keeps the method under. */
const METHOD = "kOnMessage";

export interface NodePortGuard {
  /** Judges whether one more message may be taken. */
  readonly admit: () => boolean;
  /** A message was none of Node's. */
  readonly onFault: () => void;
}

/** Puts the guard in place; at once after the worker was made, before anything can have arrived from it. */
export function guardNodePort(thread: Worker, guard: NodePortGuard): void {
  const method = findMethod(thread);
  if (method === undefined) {
    process.emitWarning(
      "This Node is not known to Stockpile: a hostile plugin can end the process through it",
      {
        code: "STOCKPILE_NODE_PORT_UNGUARDED",
      },
    );
    return;
  }
  const { key, deliver } = method;
  const guarded = (message: unknown): void => {
    if (!guard.admit()) return;
    try {
      Reflect.apply(deliver, thread, [message]);
    } catch {
      guard.onFault();
    }
  };
  Object.defineProperty(thread, key, { value: guarded });
}

function findMethod(thread: Worker): { key: symbol; deliver: Function } | undefined {
  const prototype: object = Object.getPrototypeOf(thread);
  const key = Object.getOwnPropertySymbols(prototype).find(({ description }) => description === METHOD);
  const deliver: unknown = key === undefined ? undefined : Reflect.get(thread, key);
  return key !== undefined && typeof deliver === "function" ? { key, deliver } : undefined;
}
