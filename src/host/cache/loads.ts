import { DeadlineError, type StockpileError } from "../../contract/errors.js";
import type { Caller } from "./caller.js";
import type { CategorySettings } from "./category-settings.js";
import type { CategoryStatistics } from "./category-statistics.js";
import type { EntryCoder } from "./entry-coder.js";
import type { HeldEntry } from "./held-entry.js";
import type { Load, LoadSource, Miss } from "./load.js";
import { LoadRun, type LoadOutcome, type ValueBefore } from "./load-run.js";
import type { LocalState } from "./local-state.js";
import { quoteKey } from "./quote-key.js";
import { NO_FAILURES } from "./lookup.js";
import type { ReadsOptions } from "./reads-options.js";
import { RefreshRetries } from "./refresh-retries.js";
import type { Change } from "./writes/write.js";

/**
 * Stores what a load of a key's present generation has brought.
 * @param isNewer Whether the backend has, or may have, what must not be answered after it.
 */
export type Fill<T> = (key: string, change: Change<T>, isNewer: boolean) => void;

/**
 * The loads of a category: one of a key at most in each generation, whoever waits for it and whichever function they
 * brought. What a load brings passes through the codec before anyone sees it. Where it fails or is slow, those who
 * wait are given an expired value, if there is one within its grace and they can do with it.
 */
export class Loads<T> {
  readonly #settings: CategorySettings<T>;
  readonly #coder: EntryCoder<T>;
  readonly #statistics: CategoryStatistics;
  readonly #local: LocalState<T>;
  readonly #fill: Fill<T>;
  readonly #current = new Map<string, Load<T>>();
  /** All loads in the air, those of earlier generations included. */
  readonly #running = new Set<Load<T>>();
  readonly #refreshRetries = new RefreshRetries();
  #closedBy: StockpileError | undefined;

  constructor({ settings, coder, statistics, local }: ReadsOptions<T>, fill: Fill<T>) {
    this.#settings = settings;
    this.#coder = coder;
    this.#statistics = statistics;
    this.#local = local;
    this.#fill = fill;
  }

  /**
   * Has `caller`, which has a loader, wait for the load of its key, where that need not be preceded by a read.
   * @param needsNoRead Whether it wants none: it joins any load, and starts one where there is none.
   * @returns whether it waits for a load, or was answered.
   */
  join(key: string, caller: Caller<T>, needsNoRead: boolean): boolean {
    const load = this.#current.get(key);
    if (load !== undefined && (needsNoRead || load.followsMiss)) {
      caller.failures = load.failures;
      this.#admit(load, caller);
      return true;
    }
    if (needsNoRead) {
      const miss = { key, callers: [caller], isCurrent: true, failures: NO_FAILURES, expired: undefined };
      this.#start(miss, false, pickSource(miss.callers));
    }
    return needsNoRead;
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
      this.#start(miss, true, pickSource(miss.callers));
      return;
    }
    load.expired ??= miss.expired;
    for (const caller of miss.callers) this.#admit(load, caller);
    load.followsMiss = true;
  }

  /** Loads a value again that is still fresh, unless that is done already or has just failed. Nobody waits for it. */
  refresh(key: string, source: LoadSource<T>, held: HeldEntry<T>): void {
    if (this.#closedBy !== undefined || this.#current.has(key)) return;
    if (!this.#refreshRetries.isDue(key, this.#settings.clock.now(), held)) return;
    const miss = { key, callers: [], isCurrent: true, failures: NO_FAILURES, expired: held };
    this.#start(miss, false, source);
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

  #start(miss: Miss<T>, followsMiss: boolean, source: LoadSource<T> | undefined): void {
    const { key, callers, isCurrent, failures, expired } = miss;
    if (source?.load === undefined) return;
    const run = new LoadRun(this.#settings, key, {
      onBegin: () => this.#setSoftDeadline(load),
      onEnd: (outcome, elapsedMs) => this.#ended(load, outcome, elapsedMs),
    });
    const state = { isCurrent, followsMiss, isSlow: false, softDeadline: undefined };
    const load: Load<T> = { key, callers, failures, run, expired, ...state };
    this.#running.add(load);
    if (isCurrent) this.#current.set(key, load);
    run.start(source.load, this.#before(load), source.batch);
  }

  #setSoftDeadline(load: Load<T>): void {
    const { deadlines, loadSoftTimeoutMs, loadTimeoutMs } = this.#settings;
    if (loadSoftTimeoutMs >= loadTimeoutMs) return;
    load.softDeadline = deadlines.add(loadSoftTimeoutMs, () => {
      load.isSlow = true;
      for (const caller of load.callers) this.#answerStale(load, caller, this.#slow(load));
    });
  }

  #slow({ key }: Load<T>): DeadlineError {
    const { name, loadSoftTimeoutMs } = this.#settings;
    const message = `Cannot wait for the loader of ${quoteKey(key)} of category ${name}: expected a result within ${loadSoftTimeoutMs} ms`;
    return new DeadlineError(message, { operation: "load", elapsedMs: loadSoftTimeoutMs });
  }

  #admit(load: Load<T>, caller: Caller<T>): void {
    load.callers.push(caller);
    if (load.isSlow) this.#answerStale(load, caller, this.#slow(load));
  }

  /** What the loader is told it had brought before. */
  #before({ key, expired }: Load<T>): ValueBefore<T> {
    const held = this.#local.previous(key, expired);
    try {
      const hasFallback = held !== undefined && this.#settings.clock.now() < held.graceUntil;
      return { previous: held?.take(), hasFallback };
    } catch (cause) {
      this.#statistics.noteFailure("decode", key, this.#coder.undecodable(key, cause));
      return { previous: undefined, hasFallback: false };
    }
  }

  #ended(load: Load<T>, outcome: LoadOutcome<T>, elapsedMs: number): void {
    load.softDeadline?.cancel();
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
      this.#fail(load, outcome.error);
      return false;
    }
    if (outcome.value === undefined) {
      this.#settleAbsent(load);
      return true;
    }
    try {
      const payload = this.#coder.encode(load.key, outcome.value);
      this.#handOut(load, payload, outcome.ttlMs ?? this.#settings.ttlMs);
      return true;
    } catch (error) {
      this.#fail(load, error as StockpileError); // nothing else is thrown
      return false;
    }
  }

  #fail(load: Load<T>, error: StockpileError): void {
    const { key, callers, expired } = load;
    let isTold = false;
    for (const caller of callers) {
      if (!caller.isWaiting || this.#answerStale(load, caller, error)) continue;
      caller.fail(error);
      isTold = true;
    }
    if (expired !== undefined) this.#refreshRetries.failed(key, this.#settings.clock.now(), expired);
    if (!isTold) this.#statistics.noteFailure(callers.length === 0 ? "refresh" : "load", key, error);
  }

  /** Answers a caller with an expired value, for want of a better one; answers whether it is settled. */
  #answerStale(load: Load<T>, caller: Caller<T>, error: StockpileError): boolean {
    if (!caller.isWaiting || !caller.acceptsStale) return !caller.isWaiting;
    const now = this.#settings.clock.now();
    const remembered = this.#local.remembered(load.key, now, load.expired);
    if (remembered === undefined) return false;
    const { held, source } = remembered;
    try {
      // It may be fresh, where it was set or loaded while this load was in the air.
      const isStale = now >= held.freshUntil;
      caller.answer(held.take(), held.origin(source, isStale, [...caller.failures, error]));
      return true;
    } catch (cause) {
      this.#statistics.noteFailure("decode", load.key, this.#coder.undecodable(load.key, cause));
      return false;
    }
  }

  /** There is no value: what there was is not to be answered any more either. */
  #settleAbsent(load: Load<T>): void {
    const { key, callers, isCurrent } = load;
    if (isCurrent) {
      this.#local.forget(key);
      this.#local.absent.add(key, this.#settings.clock.now());
      if (!foundNothing(load)) this.#fill(key, { kind: "purge" }, replacesKnown(load));
    }
    for (const caller of callers)
      caller.answer(undefined, { source: "none", stale: false, failures: caller.failures });
  }

  #handOut(load: Load<T>, payload: Uint8Array, ttlMs: number): void {
    const { key, isCurrent, expired } = load;
    const tooLarge = this.#coder.checkSize(key, payload);
    if (tooLarge !== undefined) {
      this.#handOutUnstored(load, payload, tooLarge);
      return;
    }
    const before = this.#local.before(key, expired);
    const { entry, held } = this.#coder.seal(key, payload, ttlMs);
    const callers = load.callers.filter(({ isWaiting }) => isWaiting);
    // A value that cannot be decoded is a load that has failed, for all of them.
    const values = this.#decoding(key, () => {
      const taken = callers.length === 0 ? [held.take()] : callers.map(() => held.take());
      if (isCurrent) this.#local.keep(key, held);
      return taken;
    });
    for (const [index, caller] of callers.entries())
      caller.answer(values[index], { ...held.origin("loader", false, caller.failures), ...before });
    if (isCurrent) this.#fill(key, { kind: "put", entry, held }, replacesKnown(load));
  }

  /** A value that is too large is answered all the same, and loaded again by the next get. */
  #handOutUnstored({ key, callers, expired }: Load<T>, payload: Uint8Array, tooLarge: StockpileError): void {
    const before = this.#local.before(key, expired);
    const bytes = payload.slice();
    for (const caller of callers.filter(({ isWaiting }) => isWaiting)) {
      const value = this.#decoding(key, () => this.#coder.decode(bytes));
      const failures = [...caller.failures, tooLarge];
      caller.answer(value, { source: "loader", stale: false, failures, ...before });
    }
    this.#statistics.noteFailure("fill", key, tooLarge);
  }

  #decoding<R>(key: string, decode: () => R): R {
    try {
      return decode();
    } catch (cause) {
      throw this.#coder.undecodable(key, cause);
    }
  }
}

/** Whether the backend was asked before the load, and had nothing. */
function foundNothing<T>({ followsMiss, failures, expired }: Load<T>): boolean {
  return followsMiss && failures.length === 0 && expired === undefined;
}

/**
 * Whether the backend is to hold something older, which must not come back: what had expired, or what was to be loaded
 * whatever there is. Of a backend that could not be read nothing is known, and what it has may be answered again.
 */
function replacesKnown<T>(load: Load<T>): boolean {
  return load.failures.length === 0 && !foundNothing(load);
}

/**
 * One who waits: the loader of a caller who has left may answer to a signal that has aborted, and the others are not
 * to fail for it. Where nobody waits any more, one who has left has to do.
 */
function pickSource<T>(callers: readonly Caller<T>[]): LoadSource<T> | undefined {
  const withLoader = callers.filter(({ load }) => load !== undefined);
  return withLoader.find(({ isWaiting }) => isWaiting) ?? withLoader[0];
}
