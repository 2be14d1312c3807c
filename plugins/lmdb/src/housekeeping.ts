import { setImmediate as nextTurn } from "node:timers/promises";
import { categoryEnd, entryOfDue, entryPrefix, timeKey } from "./entry-keys.js";
import type { Environment } from "./environment.js";
import type { Generations } from "./generations.js";
import type { WriteQueue } from "./write-queue.js";

/** What housekeeping works on and with. */
export interface HousekeepingParts {
  readonly environment: Environment;
  readonly writes: WriteQueue;
  readonly generations: Generations;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Is told what failed; the next round begins anew. */
  readonly report: (error: unknown) => void;
}

/** Entries removed at once: a step is a few milliseconds of this thread's time, and calls come between two. */
const STEP_ENTRIES = 250;

/**
 * Removes what nobody needs any more, in small steps: entries that have expired, by their due rows, and those of
 * former generations of cleared categories. Each step is one write among the others, and the next begins when it has
 * ended, so that calls are never behind more than one.
 */
export class Housekeeping {
  readonly #parts: HousekeepingParts;
  #running: Promise<void> | undefined;
  #isStopped = false;
  #isFailing = false;

  constructor(parts: HousekeepingParts) {
    this.#parts = parts;
  }

  /** Begins a round, which ends when nothing is left to be removed. While one runs, another is that same. */
  start(): void {
    if (this.#isStopped) return;
    this.#running ??= this.#round().finally(() => (this.#running = undefined));
  }

  /** Ends the round that runs after its present step. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async #round(): Promise<void> {
    try {
      while (!this.#isStopped && ((await this.#removeDue()) || (await this.#removeFormer())))
        await nextTurn();
      this.#isFailing = false;
    } catch (error) {
      // A full disk fails each time: it is told once.
      if (!this.#isFailing) this.#parts.report(error);
      this.#isFailing = true;
    }
  }

  /** Answers whether there may be more. */
  async #removeDue(): Promise<boolean> {
    const { environment, writes, now } = this.#parts;
    const { entries, due } = environment;
    const rows = [...due.getRange({ end: timeKey(now()), limit: STEP_ENTRIES, versions: true })];
    if (rows.length === 0) return false;
    await writes.write(() => {
      for (const { key, version = 0 } of rows) {
        // Only if that is still when it expires: it may have been stored anew, by another process even.
        quietly(entries.remove(entryOfDue(key), version));
        quietly(due.remove(key, version));
      }
    });
    return rows.length === STEP_ENTRIES;
  }

  /** Answers whether there may be more. */
  async #removeFormer(): Promise<boolean> {
    const { environment, writes, generations } = this.#parts;
    for (const category of generations.cleared()) {
      const keys = this.#formerOf(category);
      if (keys.length === 0) continue;
      await writes.write(() => {
        for (const key of keys) void environment.entries.remove(key);
      });
      return true;
    }
    return false;
  }

  /** Keys of entries that are not of a category's present generation, one step of them. */
  #formerOf(category: string): Uint8Array[] {
    const { environment, generations } = this.#parts;
    const present = generations.stored(category);
    const before = { start: entryPrefix(category, 0), end: entryPrefix(category, present) };
    const behind = { start: entryPrefix(category, present + 1), end: categoryEnd(category) };
    const keys = [before, behind].flatMap((range) => [
      ...environment.entries.getKeys({ ...range, limit: STEP_ENTRIES }),
    ]);
    // If another process has cleared the category meanwhile, some may be what it has stored since then.
    return generations.stored(category) === present ? keys : [];
  }
}

/** LMDB tells of a conditional write that its batch has failed, which whoever waits for the batch is told as well. */
function quietly(write: Promise<unknown>): void {
  write.catch(() => undefined);
}
