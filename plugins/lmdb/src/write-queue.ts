import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { RootDatabase } from "lmdb";

/** How long the device is waited for before more is written all the same, in ms: LMDB does not say when that failed. */
const MAX_FLUSH_WAIT_MS = 1000;

/** What is written together. */
class Batch {
  readonly steps: (() => void)[] = [];
  readonly done: Promise<void>;
  settle: (ended: Promise<void>) => void = () => {};

  constructor() {
    this.done = new Promise((resolve) => (this.settle = resolve));
  }
}

/**
 * Writes in batches, one after the other: what is called for while one is under way goes into the next, in the order
 * it was called for, as one transaction. So a batch is large under load and small otherwise, and one of LMDB's own
 * threads writes at a time, with at most one more that waits for the device.
 */
export class WriteQueue {
  readonly #root: RootDatabase<Uint8Array, Uint8Array>;
  #next: Batch | undefined;
  #running: Promise<void> | undefined;
  #flushed: Promise<unknown> = Promise.resolve();

  constructor(root: RootDatabase<Uint8Array, Uint8Array>) {
    this.#root = root;
  }

  /**
   * Writes what `step` writes. Resolves when the batch it is in is acknowledged; all of it is written or nothing.
   * @param step calls methods of databases that write; called once, later. Must not throw.
   */
  write(step: () => void): Promise<void> {
    this.#next ??= new Batch();
    this.#next.steps.push(step);
    this.#running ??= this.#run();
    return this.#next.done;
  }

  /** Resolves when all that was called for so far has ended, in whatever way. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    await nextTurn(); // what else is called for in this turn goes along
    while (this.#next !== undefined) {
      const batch = this.#next;
      this.#next = undefined;
      const ended = this.#commit(batch.steps);
      batch.settle(ended);
      await ended.catch(() => undefined); // those who wait for it are told
      const formerFlush = this.#flushed;
      // A commit that failed was told to those who wait for it.
      this.#flushed = Promise.resolve(this.#root.flushed).catch(() => undefined);
      await settledWithin(formerFlush, MAX_FLUSH_WAIT_MS);
    }
    this.#running = undefined;
  }

  async #commit(steps: readonly (() => void)[]): Promise<void> {
    try {
      await this.#root.batch(() => {
        for (const step of steps) step();
      });
    } catch (error) {
      throw await causeOf(error);
    }
  }
}

async function settledWithin(promise: Promise<unknown>, limitMs: number): Promise<void> {
  const limit = new AbortController();
  const waited = sleep(limitMs, undefined, { signal: limit.signal, ref: false }).catch(() => undefined); // aborted
  await Promise.race([promise, waited]);
  limit.abort();
}

/** LMDB's error for a batch has the reason as a promise, which comes at once. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !("commitError" in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}
