import type { ByteDatabase, Environment } from "./environment.js";

/** After this many bytes that were stored the pages in use are counted anew: they are more than the bytes. */
const COUNT_AFTER_BYTES = 256 * 1024;

/** What LMDB says of a database; its types leave it open. */
interface DatabaseStatistics {
  readonly pageSize: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
}

/**
 * The bound on what is in use: pages that hold entries, due rows and their trees. Pages that have become free stay in
 * the file and are written to before it grows, so the file is not much larger.
 */
export class SizeBound {
  readonly #databases: readonly ByteDatabase[];
  readonly #maxBytes: number;
  /** In use when it was counted last. */
  #countedBytes = 0;
  /** Taken since then, and of what was under way then. */
  #takenBytes = 0;
  /** Taken, and not yet stored or refused. */
  #pendingBytes = 0;
  #isCounted = false;

  /** @param maxBytes `undefined` for none. */
  constructor({ entries, due, generations }: Environment, maxBytes: number | undefined) {
    this.#databases = [entries, due, generations];
    this.#maxBytes = maxBytes ?? Infinity;
  }

  /**
   * Takes room for entries.
   * @param bytes of their keys and values.
   * @throws {RangeError} there is not so much left.
   */
  take(bytes: number): void {
    if (this.#maxBytes === Infinity) return;
    if (!this.#isCounted || this.#takenBytes > this.#pendingBytes + COUNT_AFTER_BYTES) this.#count();
    if (!this.#hasRoomFor(bytes)) this.#count();
    if (!this.#hasRoomFor(bytes)) {
      throw new RangeError(
        `expected at most ${this.#maxBytes} bytes in use ("maxBytes"): received ${bytes} more than the ${this.#countedBytes} there are (purge or clear some, give entries a shorter ttl, or raise it)`,
      );
    }
    this.#takenBytes += bytes;
    this.#pendingBytes += bytes;
  }

  /** To be called when what was taken has been stored, or has failed. */
  settle(bytes: number): void {
    this.#pendingBytes -= bytes;
  }

  #hasRoomFor(bytes: number): boolean {
    return this.#countedBytes + this.#takenBytes + bytes <= this.#maxBytes;
  }

  #count(): void {
    this.#isCounted = true;
    this.#takenBytes = this.#pendingBytes;
    this.#countedBytes = 0;
    for (const database of this.#databases) {
      const statistics = database.getStats() as unknown as DatabaseStatistics;
      const pages = statistics.treeBranchPageCount + statistics.treeLeafPageCount + statistics.overflowPages;
      this.#countedBytes += pages * statistics.pageSize;
    }
  }
}
