import type { StoredEntry } from "../../contract/backend.js";
import type { StockpileError } from "../../contract/errors.js";
import type { Caller } from "./caller.js";
import type { CategorySettings } from "./category-settings.js";
import type { CategoryStatistics } from "./category-statistics.js";
import type { EntryCoder, OpenedEntry } from "./entry-coder.js";
import { LoadRun, type LoadOutcome } from "./load-run.js";
import type { Loader } from "./loader.js";

/** A read that has missed: what its callers' load begins with. */
export interface Miss<T> {
  readonly key: string;
  /** Those of its callers that have a loader; at least one. */
  readonly callers: Caller<T>[];
  /** Whether the key's generation is still the one the read began in. */
  readonly isCurrent: boolean;
  /** Why it missed, where something failed. */
  readonly failures: readonly StockpileError[];
  /** What the backend had, where that has expired. */
  readonly expired: OpenedEntry | undefined;
}

/** A load in the air. */
interface Load<T> {
  readonly key: string;
  readonly callers: Caller<T>[];
  readonly failures: readonly StockpileError[];
  readonly run: LoadRun<T>;
  /** Whether it is in the map of loads: gets of the key's present generation join it, and it may fill the backend. */
  isCurrent: boolean;
  /** Whether a read has missed in its generation, so that other gets need none. */
  followsMiss: boolean;
}

/**
 * The loads of a category: one of a key at most in each generation, whoever waits for it and whichever function they
 * brought. What a load brings passes through the codec before anyone sees it, and each caller gets a value of its own.
 */
export class Loads<T> {
  readonly #settings: CategorySettings<T>;
  readonly #coder: EntryCoder<T>;
  readonly #statistics: CategoryStatistics;
  readonly #fill: (key: string, entry: StoredEntry) => void;
  readonly #current = new Map<string, Load<T>>();
  /** All loads in the air, those of earlier generations included. */
  readonly #running = new Set<Load<T>>();
  #closedBy: StockpileError | undefined;

  /** @param fill Stores what a load of the key's present generation has brought. */
  constructor(
    settings: CategorySettings<T>,
    coder: EntryCoder<T>,
    statistics: CategoryStatistics,
    fill: (key: string, entry: StoredEntry) => void,
  ) {
    this.#settings = settings;
    this.#coder = coder;
    this.#statistics = statistics;
    this.#fill = fill;
  }

  /**
   * Has `caller`, which has a loader, wait for the load of its key, where that need not be preceded by a read.
   * @param isFresh Whether it wants no read: it joins any load, and starts one where there is none.
   * @returns whether it waits for a load.
   */
  join(key: string, caller: Caller<T>, isFresh: boolean): boolean {
    const load = this.#current.get(key);
    if (load !== undefined && (isFresh || load.followsMiss)) {
      caller.failures = load.failures;
      load.callers.push(caller);
      return true;
    }
    if (isFresh) {
      this.#start({ key, callers: [caller], isCurrent: true, failures: [], expired: undefined }, false);
    }
    return isFresh;
  }

  /**
   * Has the callers of a read that has missed wait for the load of their key. A read of an earlier generation has a
   * load to itself, which later gets do not join and which fills nothing.
   */
  joinAfterMiss(miss: Miss<T>): void {
    if (this.#closedBy !== undefined) {
      for (const caller of miss.callers) caller.leave(this.#closedBy);
      return;
    }
    const load = miss.isCurrent ? this.#current.get(miss.key) : undefined;
    if (load === undefined) {
      this.#start(miss, true);
      return;
    }
    for (const caller of miss.callers) load.callers.push(caller);
    load.followsMiss = true;
  }

  /** The load that is in the air answers its own callers and fills nothing; later gets start another. */
  raiseGeneration(key: string): void {
    const load = this.#current.get(key);
    if (load === undefined) return;
    load.isCurrent = false;
    this.#current.delete(key);
  }

  /** As {@link raiseGeneration}, for every key. */
  raiseGenerations(): void {
    for (const load of this.#current.values()) load.isCurrent = false;
    this.#current.clear();
  }

  /** Ends every load with `error`, and starts none again. Neither loads nor gets that end so have failed. */
  close(error: StockpileError): void {
    this.#closedBy = error;
    for (const { run } of this.#running) run.stop(error);
  }

  #start(miss: Miss<T>, followsMiss: boolean): void {
    const { key, callers, isCurrent, failures, expired } = miss;
    const loader = pickLoader(callers);
    if (loader === undefined) return;
    const run = new LoadRun(this.#settings, key, (outcome, elapsedMs) =>
      this.#ended(load, outcome, elapsedMs),
    );
    const load: Load<T> = { key, callers, failures, run, isCurrent, followsMiss };
    this.#running.add(load);
    if (isCurrent) this.#current.set(key, load);
    run.start(loader, expired === undefined ? undefined : this.#decodeExpired(key, expired));
  }

  #decodeExpired(key: string, { payload }: OpenedEntry): T | undefined {
    try {
      return this.#coder.decode(payload);
    } catch (cause) {
      this.#statistics.noteFailure("decode", key, this.#coder.undecodable(key, cause));
      return undefined;
    }
  }

  #ended(load: Load<T>, outcome: LoadOutcome<T>, elapsedMs: number): void {
    this.#running.delete(load);
    if (load.isCurrent) this.#current.delete(load.key);
    if ("error" in outcome && outcome.error === this.#closedBy) {
      for (const caller of load.callers) caller.leave(outcome.error);
    } else {
      this.#statistics.countLoad(this.#settle(load, outcome), elapsedMs);
    }
  }

  /** @returns whether the load was of use. */
  #settle(load: Load<T>, outcome: LoadOutcome<T>): boolean {
    if ("error" in outcome) {
      for (const caller of load.callers) caller.fail(outcome.error);
      return false;
    }
    if (outcome.value === undefined) {
      for (const caller of load.callers)
        caller.answer(undefined, { source: "none", failures: caller.failures });
      return true;
    }
    try {
      this.#handOut(load, this.#coder.encode(load.key, outcome.value), outcome.ttlMs ?? this.#settings.ttlMs);
      return true;
    } catch (error) {
      for (const caller of load.callers) caller.fail(error);
      return false;
    }
  }

  /** A value that is too large is answered all the same, and loaded again by the next get. */
  #handOut({ key, callers, isCurrent }: Load<T>, payload: Uint8Array, ttlMs: number): void {
    const tooLarge = this.#coder.checkSize(key, payload);
    const sealed = tooLarge === undefined ? this.#coder.seal(key, payload, ttlMs) : undefined;
    for (const caller of callers) {
      if (!caller.isWaiting) continue;
      const failures = tooLarge === undefined ? caller.failures : [...caller.failures, tooLarge];
      try {
        caller.answer(this.#coder.decode(payload), { source: "loader", ...sealed?.lifetime, failures });
      } catch (cause) {
        caller.fail(this.#coder.undecodable(key, cause));
      }
    }
    if (sealed !== undefined && isCurrent) this.#fill(key, sealed.entry);
    if (tooLarge !== undefined) this.#statistics.noteFailure("fill", key, tooLarge);
  }
}

/**
 * The loader of one who waits: that of a caller who has left may answer to a signal that has aborted, and the others
 * are not to fail for it. Where nobody waits any more, one who has left has to do.
 */
function pickLoader<T>(callers: readonly Caller<T>[]): Loader<T> | undefined {
  const withLoader = callers.filter(({ load }) => load !== undefined);
  return (withLoader.find(({ isWaiting }) => isWaiting) ?? withLoader[0])?.load;
}
