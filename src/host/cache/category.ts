/**
 * The cache of one category, put together.
 *
 * A get waits as a `Caller` for a read of the backend (`Reads`) and, on a miss, for the loader (`Loads`); concurrent
 * gets of a key share one of each. Sets, deletes and loaded values go to the backend key by key (`WriteLanes`).
 *
 * What ties them together is the generation of a key, which a set or delete raises when it starts and when it ends:
 * what is in the air at that moment answers its own callers, is joined by no later get, and is not stored. A loaded
 * value is dropped besides while a set or delete of its key is under way. So a get that starts after a write has ended
 * sees that write or what came after it, and a slow read or load never brings an old value back.
 */
import type { StoredEntry } from "../../contract/backend.js";
import { ClosedError, DeadlineError } from "../../contract/errors.js";
import { AbortListeners } from "./abort-listeners.js";
import { Caller, type Settle } from "./caller.js";
import type { CategoryHealth } from "./category-health.js";
import type { CategorySettings } from "./category-settings.js";
import { CategoryStatistics } from "./category-statistics.js";
import { checkCallOptions, GET_OPTIONS, SET_OPTIONS } from "./check-call-options.js";
import { EntryCoder } from "./entry-coder.js";
import { checkKey } from "./key.js";
import type { Loader } from "./loader.js";
import { Loads } from "./loads.js";
import type { Lookup } from "./lookup.js";
import { parsePositiveDuration } from "./parse-positive-duration.js";
import { quoteKey } from "./quote-key.js";
import { Reads } from "./reads.js";
import { toBackendFailure } from "./to-backend-failure.js";
import { WriteLanes } from "./write-lanes.js";

/** How to get one value. */
export interface GetOptions<T> {
  /** Loads instead of the category's loader. Gets that wait for the same load share it, whichever function it is. */
  readonly load?: Loader<T>;
  /** Ends the waiting of this get, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** How long this get waits at most, from now: `"100ms"` or milliseconds, above 0. */
  readonly deadline?: string | number;
  /** Whether to load whatever the backend has; default `false`. A load that is in the air already is joined. */
  readonly fresh?: boolean;
}

/** How to set one value. */
export interface SetOptions {
  /** For how long the value is fresh: `"10m"` or milliseconds, above 0. The category's `ttl` applies if it is shorter. */
  readonly ttl?: string | number;
}

/** Values of one kind, under one policy. Its methods reject and never throw. */
export class Category<T> {
  readonly name: string;
  readonly #settings: CategorySettings<T>;
  readonly #coder: EntryCoder<T>;
  readonly #statistics: CategoryStatistics;
  readonly #reads: Reads<T>;
  readonly #loads: Loads<T>;
  readonly #writes: WriteLanes = new WriteLanes((key) => this.#raiseGeneration(key));
  readonly #abortListeners = new AbortListeners();
  #isClosed = false;

  constructor(settings: CategorySettings<T>) {
    this.name = settings.name;
    this.#settings = settings;
    this.#coder = new EntryCoder(settings);
    this.#statistics = new CategoryStatistics(settings);
    this.#loads = new Loads(settings, this.#coder, this.#statistics, (key, entry) => this.#fill(key, entry));
    this.#reads = new Reads(settings, this.#coder, this.#statistics, this.#loads);
  }

  /**
   * Answers the value of `key`, loaded where the backend does not have it; `undefined` where there is none.
   * Each caller gets a value of its own.
   * @throws {StockpileError} `STOCKPILE_KEY_INVALID`
   * @throws {LoadError} the loader failed or was not back in time.
   * @throws {StockpileError} under `onReadError: "throw"`, what the backend failed with.
   * @throws {StockpileError} `STOCKPILE_VALUE_INVALID`: the codec cannot encode what was loaded.
   * @throws {DeadlineError} `deadline` passed.
   * @throws {ClosedError} the Stockpile is closed; where a read was cut off by that, the `cause` is what it failed with.
   * @throws {TypeError} an option is unknown or of a wrong type, or `fresh` is asked for where there is no loader.
   * @throws {RangeError} `deadline` is no duration above 0.
   * @throws the signal's reason, once it aborts.
   */
  get(key: string, options?: GetOptions<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.#request("get", key, options, { resolve, reject });
    });
  }

  /** As {@link get}, together with where the value came from and what failed on the way. */
  lookup(key: string, options?: GetOptions<T>): Promise<Lookup<T>> {
    return new Promise((resolve, reject) => {
      this.#request("lookup", key, options, {
        resolve: (value, origin) => resolve({ value, stale: false, ...origin }),
        reject,
      });
    });
  }

  /**
   * Stores a value. While another write of the key is under way it waits, and a newer one takes its place: it then
   * settles as that does.
   * @throws {StockpileError} `STOCKPILE_KEY_INVALID`, `STOCKPILE_VALUE_INVALID` or `STOCKPILE_VALUE_TOO_LARGE`
   * @throws {TypeError} an option is unknown or of a wrong type.
   * @throws {RangeError} `ttl` is no duration above 0.
   * @throws {StockpileError} what the backend failed with; after a timeout, the value may be stored or not.
   * @throws {ClosedError} the Stockpile is closed. Where a write was cut off by that, the value may be stored or not,
   * and the `cause` is what the backend failed with.
   */
  async set(key: string, value: T, options?: SetOptions): Promise<void> {
    this.#check(key);
    const { backend } = this.#settings;
    const ttlMs = this.#ttlMs(options);
    const payload = this.#coder.encode(key, value);
    const tooLarge = this.#coder.checkSize(key, payload);
    if (tooLarge !== undefined) throw tooLarge;
    const { entry } = this.#coder.seal(key, payload, ttlMs);
    await this.#write(key, () => backend.put({ category: this.name, key }, entry));
  }

  /**
   * Removes the value of `key`, in order with its other writes, as {@link set}.
   * @throws {StockpileError} `STOCKPILE_KEY_INVALID`, or what the backend failed with.
   * @throws {ClosedError} the Stockpile is closed.
   */
  async delete(key: string): Promise<void> {
    this.#check(key);
    await this.#write(key, () => this.#settings.backend.purge({ category: this.name, key }));
  }

  /**
   * Entries were changed by somebody else, as a backend reports it: later gets share nothing that was in the air
   * before, and what was in the air is not stored.
   * @param keys The keys that were changed, or all there are.
   */
  invalidate(keys: readonly string[] | "all"): void {
    if (keys === "all") {
      this.#reads.raiseGenerations();
      this.#loads.raiseGenerations();
    } else {
      for (const key of keys) this.#raiseGeneration(key);
    }
  }

  /** What the category has done; never waits. */
  health(): CategoryHealth {
    const { pluginName, backendId } = this.#settings.backend;
    return {
      name: this.name,
      plugin: pluginName,
      ...(backendId === undefined ? {} : { backend: backendId }),
      ...this.#statistics.snapshot(),
      near: { entries: 0, bytes: 0 },
    };
  }

  /**
   * Refuses new calls and ends loads in the air, whose signals abort. Reads and writes in the air settle as the
   * backend does, so close the category before its backend and its deadlines; what they fail with then is the cause
   * of a `ClosedError`. Closing again does nothing.
   */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const error = this.#closedError();
    this.#reads.close(error);
    this.#loads.close(error);
  }

  /** Starts a get. Throws what is wrong with it before anything has started. */
  #request(
    operation: "get" | "lookup",
    key: string,
    options: GetOptions<T> | undefined,
    settle: Settle<T>,
  ): void {
    this.#check(key);
    if (options === undefined) {
      this.#join(key, new Caller(this.#settings.load, this.#statistics, settle), false);
      return;
    }
    checkCallOptions(operation, options, GET_OPTIONS);
    const { load = this.#settings.load, signal, deadline, fresh = false } = options;
    if (fresh && load === undefined)
      throw new TypeError(`Cannot load ${this.#entryName(key)}: expected a loader: received none`);
    // oxlint-disable-next-line typescript/only-throw-error -- An aborted caller gets its signal's reason, whatever it is.
    if (signal?.aborted === true) throw signal.reason;
    const deadlineMs = deadline === undefined ? undefined : parsePositiveDuration("deadline", deadline);
    const caller = new Caller(load, this.#statistics, settle);
    // Before it joins: that may run the loader, which may abort the signal.
    if (deadlineMs !== undefined) this.#setDeadline(caller, operation, key, deadlineMs);
    if (signal !== undefined) {
      caller.stopListening = this.#abortListeners.add(signal, () => caller.leave(signal.reason));
    }
    this.#join(key, caller, fresh);
  }

  #join(key: string, caller: Caller<T>, isFresh: boolean): void {
    const isLoading = caller.load !== undefined && this.#loads.join(key, caller, isFresh);
    if (!isLoading) this.#reads.join(key, caller);
  }

  #setDeadline(caller: Caller<T>, operation: "get" | "lookup", key: string, deadlineMs: number): void {
    const { clock, deadlines } = this.#settings;
    const startedAtMs = clock.monotonic();
    caller.deadline = deadlines.add(deadlineMs, () => {
      const message = `Cannot ${operation} ${this.#entryName(key)}: expected an answer within ${deadlineMs} ms`;
      caller.fail(new DeadlineError(message, { operation, elapsedMs: clock.monotonic() - startedAtMs }));
    });
  }

  #ttlMs(options: SetOptions | undefined): number {
    if (options === undefined) return this.#settings.ttlMs;
    checkCallOptions("set", options, SET_OPTIONS);
    return options.ttl === undefined ? this.#settings.ttlMs : parsePositiveDuration("ttl", options.ttl);
  }

  async #write(key: string, send: () => Promise<void>): Promise<void> {
    this.#raiseGeneration(key);
    try {
      await this.#writes.write(key, send);
    } catch (cause) {
      throw this.#isClosed ? this.#closedError({ cause }) : cause;
    }
  }

  /** Stores what was loaded. Nobody waits for it. */
  #fill(key: string, entry: StoredEntry): void {
    const { backend } = this.#settings;
    this.#writes.fill(
      key,
      () => backend.put({ category: this.name, key }, entry),
      (reason) => {
        this.#statistics.noteFailure("fill", key, toBackendFailure(reason, "put", this.#settings));
      },
    );
  }

  #raiseGeneration(key: string): void {
    this.#reads.raiseGeneration(key);
    this.#loads.raiseGeneration(key);
  }

  #check(key: string): void {
    if (this.#isClosed) throw this.#closedError();
    checkKey(key);
  }

  #closedError(details: { readonly cause?: unknown } = {}): ClosedError {
    return new ClosedError(`Cannot use category ${this.name}: the Stockpile is closed`, details);
  }

  #entryName(key: string): string {
    return `${quoteKey(key)} of category ${this.name}`;
  }
}
