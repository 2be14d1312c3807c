import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const MARK_FILE = "unsynced";
const DATA_FILES: readonly string[] = ["data.mdb", "lock.mdb"];

/**
 * A mark on a folder that is written to without a sync, which names the time since the system started. Such a file may
 * be of old and new pages mixed once the system has crashed, so a mark of an earlier time means that the data must go.
 */
export class UnsyncedMark {
  readonly #folder: string;
  readonly #bootId: string | undefined;

  /** @param bootId names the time since the system started; `undefined` where it does not tell. */
  constructor(folder: string, bootId: string | undefined) {
    this.#folder = folder;
    this.#bootId = bootId;
  }

  /** Whether the folder was written to without a sync, before the system started. */
  isStale(): boolean {
    const marked = this.#read();
    return marked !== undefined && marked !== this.#bootId;
  }

  /** Whether the folder is, or was, written to without a sync. */
  isSet(): boolean {
    return this.#read() !== undefined;
  }

  /** Removes the data, and the mark after it. */
  emptyFolder(): void {
    for (const name of [...DATA_FILES, MARK_FILE]) rmSync(join(this.#folder, name), { force: true });
  }

  /**
   * Marks the folder before it is written to.
   * @throws {Error} the system does not tell when it has started anew.
   */
  set(): void {
    if (this.#bootId === undefined) {
      throw new Error(
        'expected a system that tells when it has started, as Linux does, for "durability" "none": received none (use "async")',
      );
    }
    writeFileSync(join(this.#folder, MARK_FILE), this.#bootId, { mode: 0o600, flush: true });
    // It must not be gone after a crash that only the data has outlived.
    const folder = openSync(this.#folder, "r");
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  }

  remove(): void {
    rmSync(join(this.#folder, MARK_FILE), { force: true });
  }

  #read(): string | undefined {
    try {
      return readFileSync(join(this.#folder, MARK_FILE), "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  }
}
