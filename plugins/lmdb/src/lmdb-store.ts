/**
 * How a call gets to its entry. A read is done at once, in the thread it is called in, from the file's map, and its
 * value copied out. A write goes into the queue (`WriteQueue`), which makes one transaction of what comes together.
 * Beside each entry that expires a due row is written, by which `Housekeeping` finds it later without a look at
 * others. Neither needs to know what was there before: writes read nothing.
 */
import { getLastVersion } from "lmdb";
import type { EntryKey, Logger, ScanPage, ScanQuery, StoredEntry } from "@stockpile/core/plugin";
import type { Clock } from "./clock.js";
import { dueKey, dueTime, entryKey } from "./entry-keys.js";
import { openEnvironment } from "./environment.js";
import type { Environment } from "./environment.js";
import { Generations } from "./generations.js";
import { Housekeeping } from "./housekeeping.js";
import { expiryOf, isExpired, NO_EXPIRY } from "./is-expired.js";
import { listKeys } from "./list-keys.js";
import type { LmdbParameters } from "./parse-parameters.js";
import { SizeBound } from "./size-bound.js";
import { WriteQueue } from "./write-queue.js";

/** What a store is opened with, besides its parameters. */
export interface StoreOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Names the time since the system started; `undefined` where it does not tell. */
  readonly bootId: string | undefined;
}

const NOTHING = new Uint8Array(0);

/** One folder as one life uses it: shared by all backends of the life that name it. */
export class LmdbStore {
  readonly parameters: LmdbParameters;
  readonly #environment: Environment;
  readonly #clock: Clock;
  readonly #writes: WriteQueue;
  readonly #generations: Generations;
  readonly #bound: SizeBound;
  readonly #housekeeping: Housekeeping;
  readonly #stopSweeping: () => void;

  private constructor(parameters: LmdbParameters, environment: Environment, { logger, clock }: StoreOptions) {
    this.parameters = parameters;
    this.#environment = environment;
    this.#clock = clock;
    this.#writes = new WriteQueue(environment.root);
    this.#generations = new Generations(environment, this.#writes);
    this.#bound = new SizeBound(environment, parameters.maxBytes);
    this.#housekeeping = new Housekeeping({
      environment,
      writes: this.#writes,
      generations: this.#generations,
      now: () => clock.now(),
      report: (error) => logger.warn({ err: error, folder: parameters.path }, "Housekeeping failed"),
    });
    this.#stopSweeping = clock.repeat(() => this.#housekeeping.start(), parameters.sweepIntervalMs);
  }

  /**
   * Opens the folder, which is created where there is none. A large one takes no longer.
   * @throws {Error} it is another program's, broken, or cannot be written to.
   */
  static async open(parameters: LmdbParameters, options: StoreOptions): Promise<LmdbStore> {
    const folder = parameters.path;
    const environment = await openEnvironment(parameters, options.bootId, (message) =>
      options.logger.warn({ folder }, message),
    );
    options.logger.info({ folder }, "Folder is open");
    return new LmdbStore(parameters, environment, options);
  }

  get({ category, key }: EntryKey): StoredEntry | undefined {
    const entry = entryKey({ category, key }, this.#generations.of(category));
    const value = this.#environment.entries.getBinary(entry);
    if (value === undefined) return undefined;
    const expiresAt = expiryOf(getLastVersion()); // of the read above: nothing has come between
    if (expiresAt === undefined) return { value };
    return isExpired(expiresAt, this.#clock.now()) ? undefined : { value, expiresAt };
  }

  /**
   * Stores all or none. An entry that has expired already is not stored, but replaces as any other does.
   * @throws {RangeError} there is no room left.
   */
  async putMany(entries: readonly (readonly [EntryKey, StoredEntry])[]): Promise<void> {
    if (entries.length === 0) return;
    const now = this.#clock.now();
    const steps = entries.map(([key, entry]) => this.#storing(key, entry, now));
    const bytes = entries.reduce((sum, [{ key }, { value }]) => sum + key.length + value.byteLength, 0);
    try {
      this.#bound.take(bytes);
    } catch (error) {
      this.#housekeeping.start(); // what has expired makes room for those who come later
      throw error;
    }
    try {
      await this.#writes.write(() => {
        for (const step of steps) step();
      });
    } finally {
      this.#bound.settle(bytes);
    }
  }

  async purgeMany(keys: readonly EntryKey[]): Promise<void> {
    if (keys.length === 0) return;
    const found = keys.map((key) => entryKey(key, this.#generations.of(key.category)));
    await this.#writes.write(() => {
      for (const entry of found) void this.#environment.entries.remove(entry);
    });
  }

  async clear(category: string): Promise<void> {
    await this.#generations.renew(category);
    this.#housekeeping.start();
  }

  scan(query: ScanQuery): ScanPage {
    const { entries } = this.#environment;
    return listKeys(
      entries,
      { ...query, generation: this.#generations.of(query.category) },
      this.#clock.now(),
    );
  }

  /** Writes something: that a read works says nothing of a disk that is full. */
  ping(): Promise<void> {
    return this.#writes.write(() => this.#environment.touch());
  }

  /** Lets the writes called so far end, and gives the folder back. */
  async close(): Promise<void> {
    this.#stopSweeping();
    await this.#housekeeping.stop();
    await this.#writes.idle();
    await this.#environment.root.close();
  }

  #storing(key: EntryKey, { value, expiresAt }: StoredEntry, now: number): () => void {
    const { entries, due } = this.#environment;
    const entry = entryKey(key, this.#generations.of(key.category));
    if (isExpired(expiresAt, now)) return () => void entries.remove(entry);
    if (expiresAt === undefined) return () => void entries.put(entry, value, NO_EXPIRY);
    const row = dueKey(dueTime(expiresAt, now), entry);
    return () => {
      void entries.put(entry, value, expiresAt);
      void due.put(row, NOTHING, expiresAt);
    };
  }
}
