/**
 * Where the gets of a category go: to what this process holds, then to a read of the backend, then to a load. A get
 * waits as a `Caller`, and is settled by whichever comes first of an answer, its own deadline and its own signal.
 */
import { DeadlineError } from "../../contract/errors.js";
import type { OperationName } from "../diagnostics/operation-channel.js";
import type { AbortListeners } from "./abort-listeners.js";
import { Caller, type Settle } from "./caller.js";
import type { CategorySettings } from "./category-settings.js";
import type { CategoryStatistics } from "./category-statistics.js";
import type { EntryCoder } from "./entry-coder.js";
import type { HeldEntry } from "./held-entry.js";
import type { Loader } from "./loader.js";
import type { LoadSource } from "./load.js";
import type { Loads } from "./loads.js";
import type { LocalState } from "./local-state.js";
import { NO_FAILURES, type LookupSource } from "./lookup.js";
import { quoteKey } from "./quote-key.js";
import type { Reads } from "./reads.js";
import type { ReadsOptions } from "./reads-options.js";

/** What a get asks for, its options checked. */
export interface GetRequest<T> {
  /** For messages. */
  readonly operation: OperationName;
  /** What loads for it; `undefined` where it wants what there is and nothing else. */
  readonly load: Loader<T> | undefined;
  /** Whether it wants a load, whatever there is. */
  readonly isFresh: boolean;
  readonly signal: AbortSignal | undefined;
  readonly deadlineMs: number | undefined;
}

export class Gets<T> {
  readonly #settings: CategorySettings<T>;
  readonly #coder: EntryCoder<T>;
  readonly #statistics: CategoryStatistics;
  readonly #local: LocalState<T>;
  readonly #reads: Reads<T>;
  readonly #loads: Loads<T>;
  readonly #abortListeners: AbortListeners;

  constructor(
    { settings, coder, statistics, local }: ReadsOptions<T>,
    reads: Reads<T>,
    loads: Loads<T>,
    abortListeners: AbortListeners,
  ) {
    this.#settings = settings;
    this.#coder = coder;
    this.#statistics = statistics;
    this.#local = local;
    this.#reads = reads;
    this.#loads = loads;
    this.#abortListeners = abortListeners;
  }

  /** Starts a get of one key. */
  start(key: string, request: GetRequest<T>, settle: Settle<T>): void {
    const caller = new Caller(request.load, request.isFresh, this.#statistics, settle);
    // Before it joins: that may run the loader, which may abort the signal.
    this.#limit(caller, key, request);
    this.join(key, caller, request.isFresh);
  }

  /**
   * The value that the near cache has of a key, fresh, counted as a get; boxed, because it may be `undefined`.
   * @param source What loads it ahead of its end; without, nothing does.
   */
  hit(key: string, source?: LoadSource<T>): { readonly value: T } | undefined {
    const hit = this.peek(key, source);
    if (hit !== undefined) this.#statistics.gets.near += 1;
    return hit;
  }

  /** As {@link hit}, without counting it. */
  peek(key: string, source?: LoadSource<T>): { readonly value: T } | undefined {
    const held = this.#near(key, source);
    if (held === undefined) return undefined;
    try {
      return { value: held.take() };
    } catch {
      // The get goes on as if there were none, and tells what is wrong with it.
      return undefined;
    }
  }

  /** Has a caller answered by what this process holds, or wait for a read or a load. */
  join(key: string, caller: Caller<T>, isFresh: boolean): void {
    if (isFresh) this.#load(key, caller);
    else this.#joinNear(key, caller);
    if (!caller.isReading) caller.endRead();
  }

  #joinNear(key: string, caller: Caller<T>): void {
    const near = this.#near(key, caller);
    if (near === undefined || !this.#answer(key, caller, near, "near")) this.#joinBehindNear(key, caller);
  }

  #near(key: string, source: LoadSource<T> | undefined): HeldEntry<T> | undefined {
    const held = this.#local.near?.get(key);
    if (held === undefined) return undefined;
    const now = this.#settings.clock.now();
    if (now >= held.freshUntil) return undefined;
    if (now >= held.refreshAt && source?.load !== undefined) this.#loads.refresh(key, source, held);
    return held;
  }

  #joinBehindNear(key: string, caller: Caller<T>): void {
    const now = this.#settings.clock.now();
    if (this.#local.absent.has(key, now)) {
      answerNone(caller);
      return;
    }
    const pending = this.#local.pending(key);
    if (pending === undefined) {
      this.#ask(key, caller);
      return;
    }
    const isFresh = pending !== "absent" && now < pending.freshUntil;
    if (isFresh && this.#answer(key, caller, pending, "pending")) return;
    // What the backend has is older than what is to be written.
    if (caller.load === undefined) answerNone(caller);
    else this.#load(key, caller);
  }

  #load(key: string, caller: Caller<T>): void {
    caller.waitsSinceMs = this.#settings.clock.monotonic();
    this.#loads.join(key, caller, true);
  }

  #ask(key: string, caller: Caller<T>): void {
    caller.waitsSinceMs = this.#settings.clock.monotonic();
    if (caller.load !== undefined && this.#loads.join(key, caller, false)) return;
    caller.isReading = true;
    this.#reads.join(key, caller);
  }

  /** Answers with what is held; answers whether that could be decoded. */
  #answer(key: string, caller: Caller<T>, held: HeldEntry<T>, source: LookupSource): boolean {
    let value: T;
    try {
      value = held.take();
    } catch (cause) {
      this.#local.near?.delete(key);
      this.#statistics.noteFailure("decode", key, this.#coder.undecodable(key, cause));
      return false;
    }
    caller.answer(value, held.origin(source, false, NO_FAILURES));
    return true;
  }

  #limit(caller: Caller<T>, key: string, { operation, signal, deadlineMs }: GetRequest<T>): void {
    const { clock, deadlines, name } = this.#settings;
    if (deadlineMs !== undefined) {
      const startedAtMs = clock.monotonic();
      caller.deadline = deadlines.add(deadlineMs, () => {
        const what = `${quoteKey(key)} of category ${name}`;
        const verb = operation === "has" ? "look for" : operation;
        const message = `Cannot ${verb} ${what}: expected an answer within ${deadlineMs} ms`;
        caller.fail(new DeadlineError(message, { operation, elapsedMs: clock.monotonic() - startedAtMs }));
      });
    }
    if (signal !== undefined)
      caller.stopListening = this.#abortListeners.add(signal, () => caller.leave(signal.reason));
  }
}

function answerNone<T>(caller: Caller<T>): void {
  caller.answer(undefined, { source: "none", stale: false, failures: NO_FAILURES });
}
