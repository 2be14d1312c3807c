import type { StoredEntry } from "../../contract/backend.js";
import { ClosedError, type StockpileError } from "../../contract/errors.js";
import { TransientMap } from "../transient-map.js";
import type { Caller } from "./caller.js";
import type { CategorySettings } from "./category-settings.js";
import type { CategoryStatistics } from "./category-statistics.js";
import type { EntryCoder, OpenedEntry } from "./entry-coder.js";
import type { Loads } from "./loads.js";
import { toBackendFailure } from "./to-backend-failure.js";

const NO_FAILURES: readonly StockpileError[] = [];

/** A read of the backend in the air. */
interface Read<T> {
  readonly key: string;
  readonly callers: Caller<T>[];
  /** Whether it is in the map of reads: gets of the key's present generation join it. */
  isCurrent: boolean;
}

/**
 * The reads of a category: one of a key at most in each generation, whoever waits for it. A hit answers all its
 * callers, each with a value of its own; after a miss, those that have a loader go on to the load.
 */
export class Reads<T> {
  readonly #settings: CategorySettings<T>;
  readonly #coder: EntryCoder<T>;
  readonly #statistics: CategoryStatistics;
  readonly #loads: Loads<T>;
  readonly #current = new TransientMap<string, Read<T>>();
  #closedBy: StockpileError | undefined;

  constructor(
    settings: CategorySettings<T>,
    coder: EntryCoder<T>,
    statistics: CategoryStatistics,
    loads: Loads<T>,
  ) {
    this.#settings = settings;
    this.#coder = coder;
    this.#statistics = statistics;
    this.#loads = loads;
  }

  /** Has `caller` wait for the read of its key, which is started where there is none. */
  join(key: string, caller: Caller<T>): void {
    const read = this.#current.get(key);
    if (read === undefined) this.#start(key, caller);
    else read.callers.push(caller);
  }

  /** The read that is in the air answers its own callers; later gets start another. */
  raiseGeneration(key: string): void {
    const read = this.#current.get(key);
    if (read === undefined) return;
    read.isCurrent = false;
    this.#current.delete(key);
  }

  /** As {@link raiseGeneration}, for every key. */
  raiseGenerations(): void {
    for (const read of this.#current.values()) read.isCurrent = false;
    this.#current.clear();
  }

  /** Reads that fail from now on reject with the message of `error`: nobody can tell that there was no value. */
  close(error: StockpileError): void {
    this.#closedBy = error;
  }

  #start(key: string, caller: Caller<T>): void {
    const answer = this.#settings.backend.get({ category: this.#settings.name, key });
    const read: Read<T> = { key, callers: [caller], isCurrent: true };
    this.#current.set(key, read);
    answer.then(
      (entry) => this.#answered(read, entry),
      (reason: unknown) => this.#failed(read, reason),
    );
  }

  #answered(read: Read<T>, entry: StoredEntry | undefined): void {
    if (read.isCurrent) this.#current.delete(read.key);
    if (entry === undefined) {
      this.#missed(read, NO_FAILURES, undefined);
      return;
    }
    const opened = this.#coder.open(read.key, entry);
    if (opened === undefined) {
      this.#undecodable(read, this.#coder.unreadable(read.key));
    } else if (opened.isFresh) {
      this.#hit(read, opened);
    } else {
      this.#missed(read, NO_FAILURES, opened);
    }
  }

  #hit(read: Read<T>, { payload, lifetime }: OpenedEntry): void {
    const origin = { source: "backend", ...lifetime, failures: NO_FAILURES } as const;
    for (const caller of read.callers) {
      if (!caller.isWaiting) continue;
      let value: T;
      try {
        value = this.#coder.decode(payload);
      } catch (cause) {
        // Callers that have a value already are not affected: they wait no more.
        this.#undecodable(read, this.#coder.undecodable(read.key, cause));
        return;
      }
      caller.answer(value, origin);
    }
  }

  #failed(read: Read<T>, reason: unknown): void {
    if (read.isCurrent) this.#current.delete(read.key);
    if (this.#closedBy !== undefined) {
      const closed = new ClosedError(this.#closedBy.message, { cause: reason });
      for (const caller of read.callers) caller.leave(closed);
      return;
    }
    const error = toBackendFailure(reason, "get", this.#settings);
    if (this.#settings.onReadError === "throw") {
      for (const caller of read.callers) caller.fail(error);
      return;
    }
    this.#missed(read, [error], undefined);
    this.#statistics.noteFailure("read", read.key, error);
  }

  #undecodable(read: Read<T>, error: StockpileError): void {
    this.#missed(read, [error], undefined);
    this.#statistics.noteFailure("decode", read.key, error);
  }

  /** A read goes on to the load even when all who wanted one have left: the next get would ask for the same. */
  #missed(read: Read<T>, failures: readonly StockpileError[], expired: OpenedEntry | undefined): void {
    const { key, isCurrent } = read;
    const callers: Caller<T>[] = [];
    for (const caller of read.callers) {
      caller.failures = failures;
      if (caller.load === undefined) caller.answer(undefined, { source: "none", failures });
      else callers.push(caller);
    }
    if (callers.length > 0) this.#loads.joinAfterMiss({ key, callers, isCurrent, failures, expired });
  }
}
