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
 *
 * Each life says that it is there by a file of its own, its presence, before it looks at the lock. Whoever takes the
 * lock removes those of all other hosts: the one that had it is dead, and one that waits for it writes its own again
 * once it has it.
 */
import { randomBytes } from "node:crypto";
import { open, readdir, unlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode } from "./error-code.js";
import { describeHost, livenessOf, sharesClock } from "./host-process.js";
import type { HostProcess, Liveness } from "./host-process.js";
import { ignoring } from "./ignoring.js";
import { makeFolders } from "./make-folders.js";
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
/** `<host>.<12 random digits>.life`: a host's id may hold dots. */
const PRESENCE = /^(.+)\.[0-9a-f]{12}\.life$/;

export class FolderLock {
  readonly #folder: string;
  readonly #host: HostProcess;
  /** The host as the names of presences have it. */
  readonly #hostName: string;
  /** The path of this life's. */
  readonly #presence: string;
  #number = 0;

  /** @param root the backend's folder. */
  constructor(root: string, hostId: string) {
    this.#folder = join(root, "lock");
    this.#host = describeHost(hostId);
    this.#hostName = encodeURIComponent(hostId);
    this.#presence = join(this.#folder, `${this.#hostName}.${randomBytes(6).toString("hex")}.life`);
  }

  /**
   * Takes the lock, unless this host has it already. May wait for 4 s to see whether a holder is alive.
   * @returns whether it was taken: then no other life of this host has used the folder before.
   * @throws {Error} another host has it and is alive; the message says who.
   */
  async acquire(): Promise<boolean> {
    await makeFolders(this.#folder);
    try {
      return await this.#acquire();
    } catch (error) {
      // Left behind, it would keep other lives of this host from giving the lock back.
      if (this.#number === 0) await unlink(this.#presence).catch(() => undefined);
      throw error;
    }
  }

  async #acquire(): Promise<boolean> {
    // First, so that a life which closes meanwhile sees that it is not the last one.
    const nowMs = await this.#sayPresent();
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const seen = highestOf(await this.#names());
      const isOurs = await this.#isOurs(seen, nowMs);
      if (!isOurs && !(await this.#create(seen + 1, this.#host))) continue;
      const number = isOurs ? seen : seen + 1;
      this.#number = number;
      // Another host may have had the lock while this one waited, and have removed it.
      await this.#sayPresent();
      const names = await this.#names();
      // Before that, another life of this host may have closed as the last one.
      if (highestOf(names) !== number) continue;
      if (!isOurs) await this.#removeForeign(names);
      return !isOurs;
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
    await ignoring(["ENOENT"], unlink(this.#presence));
    const number = this.#number;
    this.#number = 0;
    const names = await this.#names();
    if (number === 0 || number !== highestOf(names)) return;
    if (this.#isPresentIn(names) || !(await this.#create(number + 1, { released: true }))) return;
    // A life that has opened since those names were read may have found the lock as it was before: it stays so.
    if (!this.#isPresentIn(await this.#names())) return;
    await ignoring(["ENOENT"], unlink(join(this.#folder, String(number + 1))));
  }

  /**
   * Whether this host has the lock of that number, the highest; otherwise it is free.
   * @param nowMs since the epoch by the file system's clock; not known where nothing may be written.
   * @throws {Error} another host has it and is alive.
   */
  async #isOurs(number: number, nowMs: number = -Infinity): Promise<boolean> {
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
      // By another machine's clock the time of a touch says nothing.
      const isSilent =
        seen.host !== undefined && sharesClock(seen.host) && nowMs - seen.touchedMs > SILENCE_MS;
      if (liveness === "dead" || isSilent || performance.now() - startedAt > SILENCE_MS) return false;
      await sleep(LOOK_INTERVAL_MS);
    }
  }

  /** Creates the file of a number; answers whether this was the first and it is still the highest. */
  async #create(number: number, text: HostProcess | { readonly released: true }): Promise<boolean> {
    const path = join(this.#folder, String(number));
    try {
      await writeFile(path, JSON.stringify(text), { flag: "wx", mode: 0o600 });
    } catch (error) {
      if (errorCode(error) === "EEXIST") return false;
      // A full disk gives a name and no room for what the file is to say.
      await unlink(path).catch(() => undefined);
      throw error;
    }
    const names = await this.#names();
    if (highestOf(names) === number) {
      await this.#remove(names.filter((name) => NUMBER.test(name) && Number(name) < number - KEPT_NUMBERS));
      return true;
    }
    await ignoring(["ENOENT"], unlink(path));
    return false;
  }

  /** Says that this life is there. Answers when that was, in ms since the epoch by the file system's clock. */
  async #sayPresent(): Promise<number> {
    const handle = await open(this.#presence, "w", 0o600);
    try {
      // By its handle: another host that takes the lock may remove it meanwhile.
      return (await handle.stat()).mtimeMs;
    } finally {
      await handle.close();
    }
  }

  /** Whether a life of this host says that it is there. */
  #isPresentIn(names: readonly string[]): boolean {
    return names.some((name) => PRESENCE.exec(name)?.[1] === this.#hostName);
  }

  /** Removes what lives of other hosts have left. */
  async #removeForeign(names: readonly string[]): Promise<void> {
    await this.#remove(
      names.filter((name) => (PRESENCE.exec(name)?.[1] ?? this.#hostName) !== this.#hostName),
    );
  }

  async #remove(names: readonly string[]): Promise<void> {
    for (const name of names) await ignoring(["ENOENT"], unlink(join(this.#folder, name)));
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
