import type { Worker } from "node:worker_threads";
import { sampleStacks } from "../../contract/sample-stacks.js";
import type { CpuProfile } from "./cpu-profile.js";
import { profileOfStacks } from "./profile-of-stacks.js";
import { settlesWithin } from "./settles-within.js";
import { ThreadInspector } from "./thread-inspector.js";

/** Takes profiles of one thread, one at a time, until it is to end. */
export class ThreadProfiler {
  readonly #thread: Worker;
  readonly #stopping = new AbortController();
  #inspector: ThreadInspector | undefined;

  constructor(thread: Worker) {
    this.#thread = thread;
  }

  /** As `Life.profile`. */
  async profile(durationMs: number): Promise<CpuProfile | undefined> {
    if (this.#stopping.signal.aborted || this.#inspector !== undefined) return undefined;
    const inspector = await ThreadInspector.open(this.#thread);
    if (inspector === undefined) return undefined;
    if (this.#stopping.signal.aborted) {
      inspector.close();
      return undefined;
    }
    this.#inspector = inspector;
    const samples = await sampleStacks(
      (method, parameters) => inspector.ask(method, parameters),
      durationMs,
      this.#stopping.signal,
    );
    // What is still unanswered is waited for by whoever ends the thread.
    void inspector.quiet().then(() => this.#leave(inspector));
    return samples === undefined ? undefined : profileOfStacks(samples);
  }

  /**
   * Asks no more, now and later.
   * @returns whether the thread has nothing left to answer, at the latest after `limitMs`: only then it ends when told to.
   */
  async stop(limitMs: number): Promise<boolean> {
    this.#stopping.abort();
    const inspector = this.#inspector;
    if (inspector === undefined) return true;
    const isQuiet = await settlesWithin(inspector.quiet(), limitMs);
    this.#leave(inspector);
    return isQuiet;
  }

  #leave(inspector: ThreadInspector): void {
    inspector.close();
    if (this.#inspector === inspector) this.#inspector = undefined;
  }
}
