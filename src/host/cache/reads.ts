import type { StoredEntry } from "../../contract/backend.js";
import { ClosedError, type StockpileError } from "../../contract/errors.js";
import { TransientMap } from "../transient-map.js";
import type { Caller } from "./caller.js";
import type { CategorySettings } from "./category-settings.js";
import type { CategoryStatistics } from "./category-statistics.js";
import { callEach } from "./call-each.js";
import type { EntryCoder } from "./entry-coder.js";
import type { HeldEntry } from "./held-entry.js";
import type { Loads } from "./loads.js";
import { NO_FAILURES } from "./lookup.js";
import type { LocalState } from "./local-state.js";
import type { ReadsOptions } from "./reads-options.js";
import { toBackendFailure } from "./to-backend-failure.js";
import type { LeastVersion } from "./writes/least-versions.js";

/** A read of the backend in the air. */
interface Read<T> {
  readonly key: string;
  readonly callers: Caller<T>[];
  /** What it may bring. */
  readonly least: LeastVersion;
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
  readonly #local: LocalState<T>;
  readonly #current = new TransientMap<string, Read<T>>();
  /** Reads that are to leave together, while {@link together} runs. */
  #together: Read<T>[] | undefined;
  #closedBy: StockpileError | undefined;

  constructor({ settings, coder, statistics, local }: ReadsOptions<T>, loads: Loads<T>) {
    this.#settings = settings;
    this.#coder = coder;
    this.#statistics = statistics;
    this.#local = local;
    this.#loads = loads;
  }

  /** Has `caller` wait for the read of its key, which is started where there is none. */
  join(key: string, caller: Caller<T>): void {
    const read = this.#current.get(key);
    if (read === undefined) {
      this.#start(key, caller);
    } else {
      // What follows the read runs in the context of whoever began it.
      caller.bindLoad();
      read.callers.push(caller);
    }
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

  /** The reads that `run` starts leave in one call, where the backend has a method for that. */
  together(run: () => void): void {
    const reads: Read<T>[] = [];
    this.#together = reads;
    try {
      run();
    } finally {
      this.#together = undefined;
    }
    const { backend, name } = this.#settings;
    if (reads.length < 2 || !backend.has("getMany")) {
      for (const read of reads) this.#send(read);
      return;
    }
    const keys = reads.map(({ key }) => ({ category: name, key }));
    const answers = callEach(keys, {
      many: (chunk) => backend.getMany(chunk),
      one: (key) => backend.get(key),
      isServing: () => backend.isServing,
    });
    for (const [index, read] of reads.entries()) {
      const answer = answers[index];
      if (answer !== undefined) this.#await(read, answer);
    }
  }

  #start(key: string, caller: Caller<T>): void {
    const least = this.#local.leastVersion(key);
    const read: Read<T> = { key, callers: [caller], least, isCurrent: true };
    this.#current.set(key, read);
    if (this.#together === undefined) this.#send(read);
    else this.#together.push(read);
  }

  #send(read: Read<T>): void {
    this.#await(read, this.#settings.backend.get({ category: this.#settings.name, key: read.key }));
  }

  #await(read: Read<T>, answer: Promise<StoredEntry | undefined>): void {
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
    const held = this.#coder.open(read.key, entry);
    if (held === undefined) {
      this.#undecodable(read, this.#coder.unreadable(read.key));
    } else if (held.writeVersion < read.least.present) {
      // It was there before this process wrote the key.
      this.#missed(read, NO_FAILURES, undefined);
    } else if (this.#isFresh(read, held)) {
      this.#hit(read, held);
    } else {
      this.#missed(read, NO_FAILURES, held);
    }
  }

  #isFresh({ least }: Read<T>, held: HeldEntry<T>): boolean {
    const { clock, graceMs } = this.#settings;
    const now = clock.now();
    if (held.writeVersion < least.fresh) held.expire(now, graceMs);
    return now < held.freshUntil;
  }

  #hit(read: Read<T>, held: HeldEntry<T>): void {
    const { key, callers } = read;
    const origin = held.origin("backend", false, NO_FAILURES);
    try {
      for (const caller of callers) if (caller.isWaiting) caller.answer(held.take(), origin);
      if (read.isCurrent) this.#local.keep(key, held);
    } catch (cause) {
      // Callers that have a value already are not affected: they wait no more.
      this.#undecodable(read, this.#coder.undecodable(key, cause));
      return;
    }
    if (this.#settings.clock.now() >= held.refreshAt && read.isCurrent) this.#refresh(read, held);
    endRead(read);
  }

  /** The value is about to expire: it is loaded again, by whoever has a loader. */
  #refresh({ key, callers }: Read<T>, held: HeldEntry<T>): void {
    const source = callers.find((caller) => caller.load !== undefined);
    if (source !== undefined) this.#loads.refresh(key, source, held);
  }

  #failed(read: Read<T>, reason: unknown): void {
    if (read.isCurrent) this.#current.delete(read.key);
    if (this.#closedBy !== undefined) {
      const closed = new ClosedError(this.#closedBy.message, { cause: reason });
      for (const caller of read.callers) caller.leave(closed);
      endRead(read);
      return;
    }
    const error = toBackendFailure(reason, "get", this.#settings);
    if (this.#settings.onReadError === "throw") {
      for (const caller of read.callers) caller.fail(error);
      endRead(read);
      return;
    }
    this.#missed(read, Object.freeze([error]), undefined);
    this.#statistics.noteFailure("read", read.key, error);
  }

  #undecodable(read: Read<T>, error: StockpileError): void {
    this.#missed(read, Object.freeze([error]), undefined);
    this.#statistics.noteFailure("decode", read.key, error);
  }

  /** A read goes on to the load even when all who wanted one have left: the next get would ask for the same. */
  #missed(read: Read<T>, failures: readonly StockpileError[], expired: HeldEntry<T> | undefined): void {
    const { key, isCurrent } = read;
    const callers: Caller<T>[] = [];
    for (const caller of read.callers) {
      caller.failures = failures;
      if (caller.load === undefined) caller.answer(undefined, { source: "none", stale: false, failures });
      else callers.push(caller);
    }
    if (callers.length > 0) this.#loads.joinAfterMiss({ key, callers, isCurrent, failures, expired });
    endRead(read);
  }
}

function endRead<T>({ callers }: Read<T>): void {
  for (const caller of callers) caller.endRead();
}
