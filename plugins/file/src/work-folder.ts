/**
 * The right to change entries, held by one life at a time.
 *
 * Every change of an entry is a rename out of the life's work folder (a new file moves in) or into it (an old file or
 * a cleared category moves out). Who wants to write takes the right over by moving all other work folders into its
 * own: from then on each change the former life still has under way fails, because the paths it names are gone. That
 * holds for a life that hung and wakes up late, and for a host that was taken for dead and is not.
 *
 * A change that fails so has not happened. It is repeated where it was called after the other life had begun to take
 * over: it is newer than what that life started with. Otherwise it is refused, so that nothing old lands on top of
 * something newer.
 *
 * What lies in a work folder is rubbish as soon as nobody works on it: a host that was killed leaves its half-written
 * files in one known place, where whoever takes over finds and removes them.
 */
import { randomBytes } from "node:crypto";
import { readdir, rename, rmdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode } from "./error-code.js";
import { exists } from "./exists.js";
import type { FolderLock } from "./folder-lock.js";
import { ignoring } from "./ignoring.js";
import { makeFolders } from "./make-folders.js";

/** What the name of a file ends in that is being written, to be moved in. */
const NEW_ENDING = ".new";
/** What the name ends in of everything else: it is to be removed. */
const OLD_ENDING = ".old";

/** How long a life that is writing may go on before the right is taken from it, in ms: a few small writes' time. */
const GRACE_MS = 100;
const LOOK_INTERVAL_MS = 5;
/** Lives that take over from each other all the time do not get on; so often is an accident. */
const MAX_ATTEMPTS = 5;

/** A work folder's name starts with when it was made, in ns, by a clock that all processes of a machine share. */
const STAMP_DIGITS = 20;
const WORK_NAME = /^([0-9]{20})\./;

export class WorkFolder {
  readonly #parent: string;
  readonly #lock: FolderLock;
  #path: string | undefined;
  #taking: Promise<string> | undefined;
  #names = 0;

  /** @param root the backend's folder. @param lock taken along with the right. */
  constructor(root: string, lock: FolderLock) {
    this.#parent = join(root, "work");
    this.#lock = lock;
  }

  /** This life's work folder, where it has the right to change entries as far as it knows. */
  get path(): string | undefined {
    return this.#path;
  }

  /** A path that nothing else is called by, for a file that is to be moved in. */
  newFile(work: string): string {
    return join(work, `${(this.#names += 1)}${NEW_ENDING}`);
  }

  /** A path that nothing else is called by, for what is moved out to be removed. */
  oldFile(work: string): string {
    return join(work, `${(this.#names += 1)}${OLD_ENDING}`);
  }

  /**
   * Makes a change, for which it takes the right over where this life does not have it.
   * @param calledAt when the change was called for, by `process.hrtime.bigint()`.
   * @param change is handed the path of the work folder; may be run again after it failed with `ENOENT`.
   * @throws {Error} another life has taken over since; the change has not been made.
   */
  async change<T>(calledAt: bigint, change: (work: string) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const work = await this.take();
      try {
        return await change(work);
      } catch (error) {
        if (!(await this.#isLost(work, error))) throw error;
        // Where there is no other, somebody has removed the folder by hand.
        const isOlder = calledAt < (await this.#lastTakenOver());
        if (!isOlder && attempt < MAX_ATTEMPTS) continue;
        throw new Error(
          "expected no other life to begin writing meanwhile: received one (nothing was changed)",
          { cause: error },
        );
      }
    }
  }

  /** Makes a change if this life has the right already. Answers whether it was made. */
  async changeIfHeld(change: (work: string) => Promise<unknown>): Promise<boolean> {
    const work = this.#path;
    if (work === undefined) return false;
    try {
      await change(work);
      return true;
    } catch (error) {
      if (await this.#isLost(work, error)) return false;
      throw error;
    }
  }

  /** Takes the right over, unless this life has it. Answers the path of the work folder. */
  async take(): Promise<string> {
    if (this.#path !== undefined) return this.#path;
    this.#taking ??= this.#takeOver().finally(() => (this.#taking = undefined));
    return this.#taking;
  }

  /** Gives the right up. What is still to be removed is left for the next life. */
  async release(): Promise<void> {
    const work = this.#path;
    this.#path = undefined;
    if (work !== undefined) await ignoring(["ENOENT", "ENOTEMPTY", "EEXIST"], rmdir(work));
  }

  /** Whether an error means that this life has lost the right, which it then knows. */
  async #isLost(work: string, error: unknown): Promise<boolean> {
    if (errorCode(error) !== "ENOENT" || (await exists(work))) return false;
    if (this.#path === work) this.#path = undefined;
    return true;
  }

  async #takeOver(): Promise<string> {
    await this.#lock.acquire();
    const stamp = String(process.hrtime.bigint()).padStart(STAMP_DIGITS, "0");
    const work = join(this.#parent, `${stamp}.${randomBytes(6).toString("hex")}`);
    await makeFolders(work);
    for (const name of await readdir(this.#parent)) {
      if (name !== basename(work)) await this.#takeFrom(join(this.#parent, name), work);
    }
    this.#path = work;
    return work;
  }

  /** Moves another work folder into this one, once what is being written in it has been, or has had its time. */
  async #takeFrom(other: string, work: string): Promise<void> {
    const until = performance.now() + GRACE_MS;
    while ((await isWriting(other)) && performance.now() < until) await sleep(LOOK_INTERVAL_MS);
    await ignoring(["ENOENT"], rename(other, this.oldFile(work)));
  }

  /** When the life began to take over that has the right now; 0 where none has. */
  async #lastTakenOver(): Promise<bigint> {
    const names = (await ignoring(["ENOENT"], readdir(this.#parent))) ?? [];
    const stamps = names.map((name) => BigInt(WORK_NAME.exec(name)?.[1] ?? 0));
    return stamps.reduce((last, stamp) => (stamp > last ? stamp : last), 0n);
  }
}

async function isWriting(work: string): Promise<boolean> {
  const names = await ignoring(["ENOENT", "ENOTDIR"], readdir(work));
  return names?.some((name) => name.endsWith(NEW_ENDING)) ?? false;
}

/** Whether a file of a work folder is to be removed, by its name. */
export function isOld(name: string): boolean {
  return name.endsWith(OLD_ENDING);
}
