/**
 * The cache of one category, as applications use it. What it does is in the parts it is put together from:
 *
 * - A get goes through `Gets`: to what this process holds (`LocalState`), to a read of the backend (`Reads`), to a
 *   load (`Loads`). Gets of a key at the same time share a read and a load.
 * - Sets, deletes, clears and what loaders bring go through `Writes`, in order, until the backend has them.
 * - `LeastVersions` says what a read may bring: nothing that this process has written over.
 *
 * What ties them together is the generation of a key, which every write and invalidation raises: what is in the air
 * at that moment answers its own callers, is joined by no later get, and is not kept.
 */
import { operationChannel } from "../diagnostics/operation-channel.js";
import { stateChannels } from "../diagnostics/state-channels.js";
import type { CategoryHealth } from "./category-health.js";
import type { CategorySettings, CategoryTerms } from "./category-settings.js";
import { CategoryParts } from "./category-parts.js";
import { KEYS_OPTIONS, readCallOptions } from "./check-call-options.js";
import { GetCalls } from "./get-calls.js";
import type { GetOptions, RefreshOptions, SetOptions, WaitOptions } from "./get-options.js";
import { checkKey } from "./key.js";
import { listKeys } from "./key-listing.js";
import type { Lookup } from "./lookup.js";
import { OpenState } from "./open-state.js";
import { WriteCalls } from "./write-calls.js";

/** Values of one kind, under one policy. Its methods reject and never throw, but for `peek`. */
export class Category<T> {
  readonly name: string;
  /** Of its own, for its terms change: see {@link adopt}. */
  readonly #settings: { -readonly [Name in keyof CategorySettings<T>]: CategorySettings<T>[Name] };
  readonly #parts: CategoryParts<T>;
  readonly #getCalls: GetCalls<T>;
  readonly #writeCalls: WriteCalls<T>;
  readonly #openState: OpenState;

  constructor(settings: CategorySettings<T>) {
    this.name = settings.name;
    this.#settings = { ...settings };
    this.#parts = new CategoryParts(this.#settings);
    this.#openState = new OpenState(settings.name);
    this.#getCalls = new GetCalls(this.#settings, this.#parts);
    this.#writeCalls = new WriteCalls(this.#settings, this.#parts, this.#openState);
  }

  /**
   * Answers the value of `key`: from the near cache, a write that waits, the backend, or the loader, whichever has it
   * first. Where the loader fails, an expired value within its grace. `undefined` where there is none.
   * @throws {StockpileError} `STOCKPILE_KEY_INVALID`
   * @throws {LoadError} the loader failed or was not back in time.
   * @throws {StockpileError} under `onReadError: "throw"`, what the backend failed with.
   * @throws {StockpileError} `STOCKPILE_VALUE_INVALID`: what was loaded cannot be encoded, or does not fit the schema.
   * @throws {DeadlineError} `deadline` passed.
   * @throws {ClosedError} the Stockpile is closed; where a read was cut off by that, the `cause` is what it failed with.
   * @throws {TypeError} an option is unknown or of a wrong type, or `fresh` is asked for where there is no loader.
   * @throws {RangeError} `deadline` is no duration above 0.
   * @throws the signal's reason, once it aborts.
   */
  get(key: string, options?: GetOptions<T>): Promise<T | undefined> {
    if (options === undefined && !operationChannel.hasSubscribers) {
      const held = this.#parts.gets.hit(key, this.#parts.loadSource);
      if (held !== undefined) return Promise.resolve(held.value);
    }
    return new Promise((resolve, reject) => {
      this.#openState.check();
      this.#getCalls.get("get", key, options, { resolve, reject });
    });
  }

  /** As {@link get}, together with where the value came from and what failed on the way. */
  lookup(key: string, options?: GetOptions<T>): Promise<Lookup<T>> {
    return new Promise((resolve, reject) => {
      this.#openState.check();
      this.#getCalls.get("lookup", key, options, {
        resolve: (value, origin) => resolve({ value, ...origin }),
        reject,
      });
    });
  }

  /**
   * Gets several values, in the order of their keys. What is to be read is read together, and with `loadMany` what is
   * to be loaded is. A key that fails has no value, and {@link lookupMany} says why; its neighbours are not affected.
   * @throws {AggregateError} under `onReadError: "throw"`, once all have ended, with the errors of those that failed.
   * @throws as {@link get} does for wrong arguments, its deadline, its signal, and a Stockpile that is closed.
   */
  async getMany(keys: Iterable<string>, options?: GetOptions<T>): Promise<(T | undefined)[]> {
    this.#openState.check();
    return this.#getCalls.getMany(keys, options);
  }

  /** As {@link getMany}, together with where each value came from and what failed on the way. */
  async lookupMany(keys: Iterable<string>, options?: GetOptions<T>): Promise<Lookup<T>[]> {
    this.#openState.check();
    return this.#getCalls.lookupMany(keys, options);
  }

  /**
   * The value of `key` if the near cache has it and it is fresh; asks nobody and waits for nothing.
   * @throws {StockpileError} `STOCKPILE_KEY_INVALID`
   * @throws {ClosedError}
   */
  peek(key: string): T | undefined {
    const held = this.#parts.gets.peek(key);
    if (held !== undefined) return held.value;
    this.#openState.check();
    checkKey(key);
    return undefined;
  }

  /**
   * Whether a get without a loader would have a value.
   * @throws as {@link get}, but for what a loader can fail with.
   */
  has(key: string, options?: WaitOptions): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#openState.check();
      this.#getCalls.has(key, options, {
        resolve: (_value, { source }) => resolve(source !== "none"),
        reject,
      });
    });
  }

  /**
   * Loads the value of `key`, whatever there is, keeps it and answers it. A load that is in the air already is joined.
   * @throws as {@link get} with `fresh`.
   */
  refresh(key: string, options?: RefreshOptions<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.#openState.check();
      this.#getCalls.refresh(key, options, { resolve, reject });
    });
  }

  /**
   * Stores a value. Gets of this process have it at once. Resolves when the backend has it; where the backend fails,
   * as `onWriteError` says. While another write of the key is under way it waits, and a newer one takes its place: it
   * then settles as that does.
   * @throws {StockpileError} `STOCKPILE_KEY_INVALID`, `STOCKPILE_VALUE_INVALID` or `STOCKPILE_VALUE_TOO_LARGE`
   * @throws {TypeError} an option is unknown or of a wrong type.
   * @throws {RangeError} `ttl` is no duration above 0.
   * @throws {BackendOverloadedError} too many writes wait for the backend. The value is not stored, and the one before
   * it is not answered any more.
   * @throws {StockpileError} under `onWriteError: "throw"`, what the backend failed with; after a timeout, the value
   * may be stored or not.
   * @throws {ClosedError} the Stockpile is closed. Where a write was cut off by that, the value may be stored or not,
   * and the `cause` is what the backend failed with.
   */
  set(key: string, value: T, options?: SetOptions): Promise<void> {
    return this.#writeCalls.set(key, value, options);
  }

  /**
   * Stores several values, of which none is stored if one of them cannot be encoded. Of pairs with the same key the
   * last one counts.
   * @param pairs A `Map`, or any iterable of pairs of key and value.
   * @throws {AggregateError} once all have ended, with the errors of those that failed: see {@link set}.
   * @throws as {@link set} for wrong arguments and a Stockpile that is closed.
   */
  setMany(pairs: Iterable<readonly [string, T]>, options?: SetOptions): Promise<void> {
    return this.#writeCalls.setMany(pairs, options);
  }

  /**
   * Removes the value of `key`, in order with its other writes. Gets of this process have none at once. Resolves as
   * {@link set}; but it is never dropped silently.
   * @throws {StockpileError} `STOCKPILE_KEY_INVALID`, and what {@link set} throws for a backend that fails.
   * @throws {ClosedError} the Stockpile is closed.
   */
  delete(key: string): Promise<void> {
    return this.#writeCalls.delete(key);
  }

  /** Removes several values, as {@link delete} does each. Throws as {@link setMany}. */
  deleteMany(keys: Iterable<string>): Promise<void> {
    return this.#writeCalls.deleteMany(keys);
  }

  /**
   * Removes all values of the category. Gets of this process have none at once; what is written after it is written
   * after it. Resolves as {@link delete}.
   * @throws {UnsupportedError} the backend can neither clear nor list its keys. Nothing has changed.
   * @throws {PluginUnavailableError} the backend has never been open: nobody knows what it can.
   * @throws as {@link delete} for a backend that fails, and a Stockpile that is closed.
   */
  clear(): Promise<void> {
    return this.#writeCalls.clear();
  }

  /**
   * Has the value of `key` expire now: it is kept for its grace, and nothing answers it as fresh. Resolves as
   * {@link delete}. A value that another process writes in the same moment may be replaced by the expired one.
   * @throws as {@link delete}.
   */
  expire(key: string): Promise<void> {
    return this.#writeCalls.expire(key);
  }

  /**
   * Yields the keys there are. A key that is there throughout is yielded at least once; keys can be yielded twice, and
   * those of entries that have expired and are still stored are. Each page has the time of one call.
   * @throws {UnsupportedError} the backend cannot list its keys.
   * @throws {StockpileError} what the backend failed with, whatever `onReadError` is: half a list is none.
   * @throws {ClosedError} the Stockpile is closed.
   * @throws the signal's reason, once it aborts.
   */
  async *keys(options?: Pick<WaitOptions, "signal">): AsyncGenerator<string, void, undefined> {
    this.#openState.check();
    const { signal } = readCallOptions("list keys", options, KEYS_OPTIONS);
    const { writes, abortListeners } = this.#parts;
    const checkOpen = (): void => this.#openState.check();
    yield* listKeys({ settings: this.#settings, writes, abortListeners, checkOpen }, signal);
  }

  /**
   * Entries were changed by somebody else, as a backend reports it: this process forgets what it has of them, later
   * gets share nothing that was in the air before, and what was in the air is not kept.
   * @param keys The keys that were changed, or all there are.
   */
  invalidate(keys: readonly string[] | "all"): void {
    if (this.#openState.isClosed) return;
    this.#parts.invalidate(keys);
    const { invalidation } = stateChannels;
    if (!invalidation.hasSubscribers || keys.length === 0) return;
    invalidation.publish({ category: this.name, keys, at: this.#settings.clock.now() });
  }

  /** The terms it goes by. */
  get terms(): CategoryTerms {
    return this.#settings;
  }

  /**
   * Goes by other terms from now on. What the near cache has was made under the old ones and is forgotten; what is in
   * the air answers those who wait for it. Writes that wait are done all the same.
   */
  adopt(terms: CategoryTerms): void {
    if (this.#openState.isClosed) return;
    Object.assign(this.#settings, terms);
    this.#parts.renew();
  }

  /** Its backend stands for another storage from now on: forgets what it has of the old one but for writes that wait. */
  forgetBackend(): void {
    if (!this.#openState.isClosed) this.#parts.forgetBackend();
  }

  /** What the category has done; never waits. */
  health(): CategoryHealth {
    return this.#parts.health();
  }

  /**
   * Refuses new calls and ends loads in the air, whose signals abort. Reads and writes in the air settle as the
   * backend does; what they fail with then is the cause of a `ClosedError`. Closing again does nothing.
   */
  close(): void {
    if (this.#openState.isClosed) return;
    this.#openState.close();
    this.#parts.close(this.#openState.error());
  }

  /** Resolves when all writes have ended. They may never: {@link end} gives up. */
  drained(): Promise<void> {
    return this.#parts.writes.drained();
  }

  /** Begins no more writes. Call it after {@link close}, and before the backend and its deadlines are closed. */
  end(): void {
    this.#parts.writes.end((cause) => this.#openState.error(cause === undefined ? {} : { cause }));
  }

  /** Whether writes have not begun that are to be done. */
  get hasWaitingWrites(): boolean {
    return this.#parts.writes.isWaiting;
  }

  /** How many writes were accepted and have not reached the backend. */
  get undelivered(): number {
    return this.#parts.writes.undelivered;
  }
}
