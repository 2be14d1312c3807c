/**
 * The lock on a folder: at most one host process uses it at a time, in any number of lives.
 *
 * `lock/` holds numbered files, each naming a host. The highest number counts. Whoever finds the host it names dead, or
 * gone, creates the next number, which the file system grants to one of all that try: so two hosts that find the same
 * lock stale at the same time cannot both get it. Numbers only grow; the last few are left, so that somebody slow, who
 * decided by an older number, does not succeed with a number in between.
 *
 * A lock is given back by the last life of its host that closes. A host that died has nothing to give back: that its
 * process is gone is what makes its lock stale. Where that cannot be told by the process (another container, a system
 * without /proc), the lock is watched: a live holder touches it every second.
 */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, unlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describeHost, livenessOf } from "./host-process.js";
import type { HostProcess, Liveness } from "./host-process.js";
import { ignoring } from "./ignoring.js";
import { readLock } from "./read-lock.js";
import type { LockSeen } from "./read-lock.js";

/** How often a holder is to touch its lock, in ms. */
export const TOUCH_INTERVAL_MS = 1000;
/**
 * How long a lock must stay untouched before its holder counts as dead, in ms, where nothing better is known: four
 * touches, and less than the 5 s that a plugin has by default to start.
 */
const SILENCE_MS = 4000;
const LOOK_INTERVAL_MS = 100;
/** Older numbers that are left. */
const KEPT_NUMBERS = 8;
/** A lost race is tried again; so many in a row are none. */
const MAX_ATTEMPTS = 100;

const NUMBER = /^[1-9][0-9]{0,14}$/;
const PRESENCE_ENDING = ".life";

export class FolderLock {
  readonly #folder: string;
  readonly #host: HostProcess;
  /** How the files start that say which lives of this host use the folder, and the one of this life. */
  readonly #prefix: string;
  readonly #presence: string;
  #number = 0;

  /** @param root the backend's folder. */
  constructor(root: string, hostId: string) {
    this.#folder = join(root, "lock");
    this.#host = describeHost(hostId);
    this.#prefix = `${encodeURIComponent(hostId)}.`;
    this.#presence = `${this.#prefix}${randomBytes(6).toString("hex")}${PRESENCE_ENDING}`;
  }

  /**
   * Takes the lock, unless this host has it already. May wait for 4 s to see whether a holder is alive.
   * @returns whether it was taken: then no other life of this host has used the folder before.
   * @throws {Error} another host has it and is alive; the message says who.
   */
  async acquire(): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    // First, so that a life which closes meanwhile sees that it is not the last one.
    await writeFile(join(this.#folder, this.#presence), "", { mode: 0o600 });
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const number = highestOf(await this.#names());
      if (await this.#isOurs(number)) {
        this.#number = number;
        return false;
      }
      if (await this.#create(number + 1, this.#host)) {
        this.#number = number + 1;
        return true;
      }
    }
    throw new Error(`expected the lock within ${MAX_ATTEMPTS} attempts: received none`);
  }

  /**
   * Looks who has the lock and changes nothing, for a folder that can be read only.
   * @throws {Error} as {@link acquire}.
   */
  async checkReadable(): Promise<void> {
    await this.#isOurs(highestOf(await this.#names()));
  }

  /** Says that the holder is alive. Does nothing where this life does not have the lock. */
  async touch(): Promise<void> {
    if (this.#number === 0) return;
    const now = new Date();
    await utimes(join(this.#folder, String(this.#number)), now, now);
  }

  /** Gives the lock back unless another life of this host uses the folder. */
  async release(): Promise<void> {
    await ignoring(["ENOENT"], unlink(join(this.#folder, this.#presence)));
    const number = this.#number;
    this.#number = 0;
    const names = await this.#names();
    if (number === 0 || number !== highestOf(names)) return;
    if (names.some((name) => name.startsWith(this.#prefix))) return;
    await this.#create(number + 1, { released: true });
  }

  /**
   * Whether this host has the lock of that number, the highest; otherwise it is free.
   * @throws {Error} another host has it and is alive.
   */
  async #isOurs(number: number): Promise<boolean> {
    if (number === 0) return false;
    const startedAt = performance.now();
    let touchedMs: number | undefined;
    for (;;) {
      const seen = await readLock(join(this.#folder, String(number)));
      if (seen === undefined || seen.isReleased) return false;
      if (seen.host?.hostId === this.#host.hostId) return true;
      // A file without a host has just been created, or its creator died before writing.
      const liveness: Liveness = seen.host === undefined ? "unknown" : livenessOf(seen.host);
      touchedMs ??= seen.touchedMs;
      const isTouched = liveness === "unknown" && seen.touchedMs !== touchedMs && seen.host !== undefined;
      if (liveness === "alive" || isTouched) throw this.#refusal(seen);
      if (liveness === "dead" || performance.now() - startedAt > SILENCE_MS) return false;
      await sleep(LOOK_INTERVAL_MS);
    }
  }

  /** Creates the file of a number; answers whether this was the first and it is still the highest. */
  async #create(number: number, text: HostProcess | { readonly released: true }): Promise<boolean> {
    const path = join(this.#folder, String(number));
    try {
      await writeFile(path, JSON.stringify(text), { flag: "wx", mode: 0o600 });
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
      // A full disk gives a name and no room for what the file is to say.
      await unlink(path).catch(() => undefined);
      throw error;
    }
    const names = await this.#names();
    if (highestOf(names) === number) {
      await this.#removeOld(names, number);
      return true;
    }
    await ignoring(["ENOENT"], unlink(path));
    return false;
  }

  /** Removes numbers long past, and what lives of other hosts have left. */
  async #removeOld(names: readonly string[], number: number): Promise<void> {
    const old = names.filter((name) =>
      name.endsWith(PRESENCE_ENDING)
        ? !name.startsWith(this.#prefix)
        : NUMBER.test(name) && Number(name) < number - KEPT_NUMBERS,
    );
    for (const name of old) await ignoring(["ENOENT"], unlink(join(this.#folder, name)));
  }

  async #names(): Promise<string[]> {
    return (await ignoring(["ENOENT"], readdir(this.#folder))) ?? [];
  }

  #refusal({ host }: LockSeen): Error {
    const who = host === undefined ? "another process" : `process ${host.pid} on ${host.hostname}`;
    return new Error(
      `expected no other host to use the folder: received the lock of ${who}, which is running (give each host a folder of its own)`,
    );
  }
}

function highestOf(names: readonly string[]): number {
  return Math.max(0, ...names.filter((name) => NUMBER.test(name)).map(Number));
}
