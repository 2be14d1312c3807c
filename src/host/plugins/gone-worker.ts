import type { WorkerApi } from "../../contract/protocol.js";

/** Stands for a worker that has ended: who asks it hears of that by another way. */
export const GONE: WorkerApi = {
  openBackend: unanswered,
  closeBackend: unanswered,
  invoke: unanswered,
  stop: unanswered,
};

function unanswered(): Promise<never> {
  return new Promise(() => {});
}
