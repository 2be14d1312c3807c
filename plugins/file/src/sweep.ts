import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { EntryFiles } from "./entry-files.js";
import { LATER_FORMAT } from "./entry-format.js";
import { ENTRIES_FOLDER, FILE_NAME, locateEntry, SHARD_NAME } from "./entry-location.js";
import type { EntryLocation } from "./entry-location.js";
import type { FileSlots } from "./file-slots.js";
import { ignoring } from "./ignoring.js";
import { isExpired } from "./is-expired.js";
import { removeTree } from "./remove-tree.js";
import { isOld } from "./work-folder.js";
import type { WorkFolder } from "./work-folder.js";
import type { WriteOrder } from "./write-order.js";

/** What the sweep works on and with. */
export interface SweepParts {
  readonly root: string;
  readonly work: WorkFolder;
  readonly files: EntryFiles;
  readonly order: WriteOrder;
  readonly slots: FileSlots;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Is told what failed; the sweep passes over it and goes on. */
  readonly report: (error: unknown) => void;
}

/**
 * Removes what nobody needs any more, a limited number of files at a time: first what was moved out to be removed
 * (cleared categories, what a killed host has left), then, round after round over all entries, those that have expired
 * and those that are none. It knows where it was, so each slice goes on where the last ended.
 *
 * Every look is an operation of its own in the background: calls go first. A life sweeps only while it has the right
 * to change entries, so that of several lives one does.
 */
export class Sweep {
  readonly #parts: SweepParts;
  readonly #slicesPerRound: number;
  #rubbish: AsyncGenerator<undefined> | undefined;
  #round: AsyncGenerator<undefined> | undefined;
  #slicesToNextRound = 0;
  #running: Promise<void> | undefined;
  #isStopped = false;

  /** @param slicesPerRound how many slices a round takes at least: a small folder is not to be read all the time. */
  constructor(parts: SweepParts, slicesPerRound: number) {
    this.#parts = parts;
    this.#slicesPerRound = slicesPerRound;
  }

  /** Looks at the next files. While a slice runs, another one is that same. @param maxFiles how many to look at. */
  async run(maxFiles: number): Promise<void> {
    this.#running ??= this.#runSlice(maxFiles).finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Ends the slice that runs before its next operation. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running?.catch(() => undefined); // whoever ran the slice has been told
  }

  async #runSlice(maxFiles: number): Promise<void> {
    this.#slicesToNextRound -= 1;
    this.#rubbish ??= this.#removeRubbish();
    const left = await this.#advance(this.#rubbish, maxFiles);
    if (left === 0) return;
    this.#rubbish = undefined;
    if (this.#round === undefined) {
      if (this.#slicesToNextRound > 0) return;
      this.#slicesToNextRound = this.#slicesPerRound;
      this.#round = this.#walk();
    }
    if ((await this.#advance(this.#round, left)) > 0) this.#round = undefined;
  }

  /** Takes at most so many steps. Answers how many are left, 0 where the walk has not come to its end. */
  async #advance(walk: AsyncGenerator<undefined>, maxSteps: number): Promise<number> {
    for (let left = maxSteps; left > 0; left -= 1) {
      if (this.#isStopped || this.#parts.work.path === undefined) return 0;
      const { done } = await walk.next();
      if (done === true) return left;
    }
    return 0;
  }

  async *#removeRubbish(): AsyncGenerator<undefined> {
    const { work } = this.#parts;
    const path = work.path;
    if (path === undefined) return;
    for (const name of await this.#list(path)) {
      if (!isOld(name)) continue;
      try {
        yield* removeTree(join(path, name), (operation) => this.#inBackground(operation));
      } catch (error) {
        this.#parts.report(error);
      }
    }
  }

  /** One round over all entries; yields before each file and each folder. */
  async *#walk(): AsyncGenerator<undefined> {
    const entries = join(this.#parts.root, ENTRIES_FOLDER);
    for (const categoryFolder of await this.#list(entries)) {
      yield;
      for (const shard of await this.#list(join(entries, categoryFolder))) {
        if (!SHARD_NAME.test(shard)) continue;
        yield;
        for (const name of await this.#list(join(entries, categoryFolder, shard))) {
          if (!FILE_NAME.test(name)) continue;
          yield;
          await this.#look({ categoryFolder, hash: shard + name });
        }
      }
    }
  }

  async #look(location: EntryLocation): Promise<void> {
    const { files, order, slots, work } = this.#parts;
    try {
      if (!(await this.#inBackground(() => this.#isNeedless(location)))) return;
      // It may have been replaced since: in its turn among the writes it is looked at again.
      await order.write(location.categoryFolder, location.hash, () =>
        slots.run("write", async () => {
          if (!(await this.#isNeedless(location))) return;
          await work.changeIfHeld((path) => files.remove(path, location, false));
        }),
      );
    } catch (error) {
      this.#parts.report(error);
    }
  }

  /** Whether a file has expired, or can be no entry that anybody finds. One of a later version may be somebody's. */
  async #isNeedless(location: EntryLocation): Promise<boolean> {
    const head = await this.#parts.files.readHead(location);
    if (head === "absent" || head === LATER_FORMAT) return false;
    if (head === undefined) return true;
    const { categoryFolder, hash } = locateEntry(head.category, head.key);
    const isMisplaced = categoryFolder !== location.categoryFolder || hash !== location.hash;
    return isMisplaced || isExpired(head.expiresAt, this.#parts.now());
  }

  /** The names in a folder; none where it cannot be read. */
  async #list(path: string): Promise<string[]> {
    try {
      return (await this.#inBackground(() => ignoring(["ENOENT", "ENOTDIR"], readdir(path)))) ?? [];
    } catch (error) {
      this.#parts.report(error);
      return [];
    }
  }

  #inBackground<T>(operation: () => Promise<T>): Promise<T> {
    return this.#parts.slots.run("background", operation);
  }
}
