import { ClosedError, DeadlineError, type StockpileError } from "../../contract/errors.js";
import type { AbortListeners } from "./abort-listeners.js";
import { Caller } from "./caller.js";
import type { CategorySettings } from "./category-settings.js";
import type { CategoryStatistics } from "./category-statistics.js";
import type { GetRequest, Gets } from "./gets.js";
import type { Lookup } from "./lookup.js";
import type { ManyLoads } from "./many-loads.js";
import type { Reads } from "./reads.js";
import type { ReadsOptions } from "./reads-options.js";
import { someKeysFailed } from "./some-keys-failed.js";

/** What a get of several keys asks for, its arguments checked. */
export interface ManyRequest<T> extends GetRequest<T> {
  readonly keys: readonly string[];
  /** What collects the keys that are to be loaded together, if they are. */
  readonly loads: ManyLoads<T> | undefined;
}

/** How one key of several ended. */
type Outcome<T> = { readonly lookup: Lookup<T> } | { readonly reason: unknown };

/** Gets of several keys at once: each is a get like any other, but they are read and loaded together. */
export class ManyGets<T> {
  readonly #settings: CategorySettings<T>;
  readonly #statistics: CategoryStatistics;
  readonly #gets: Gets<T>;
  readonly #reads: Reads<T>;
  readonly #abortListeners: AbortListeners;

  constructor(
    { settings, statistics }: ReadsOptions<T>,
    gets: Gets<T>,
    reads: Reads<T>,
    abortListeners: AbortListeners,
  ) {
    this.#settings = settings;
    this.#statistics = statistics;
    this.#gets = gets;
    this.#reads = reads;
    this.#abortListeners = abortListeners;
  }

  /**
   * Answers the values in the order of their keys. Keys that the near cache has cost no more than that.
   * @throws as {@link lookups}.
   */
  async values(request: ManyRequest<T>): Promise<(T | undefined)[]> {
    const values: (T | undefined)[] = [];
    const missed: number[] = [];
    const source = { load: request.load, batch: request.loads };
    for (const [index, key] of request.keys.entries()) {
      const hit = request.isFresh ? undefined : this.#gets.hit(key, source);
      values.push(hit?.value);
      if (hit === undefined) missed.push(index);
    }
    if (missed.length === 0) {
      // A hit may have its value loaded ahead of its end.
      request.loads?.run();
      return values;
    }
    const keys = missed.map((index) => request.keys[index] as string); // each is one of them
    for (const [at, { value }] of (await this.lookups({ ...request, keys })).entries())
      values[missed[at] as number] = value; // one for each
    return values;
  }

  /**
   * Answers the values and where they came from, in the order of their keys.
   * @throws {AggregateError} under `onReadError: "throw"`, once all have ended: the errors of those that failed.
   * @throws {ClosedError} the Stockpile was closed meanwhile.
   * @throws {DeadlineError} and the signal's reason, as a get.
   */
  async lookups(request: ManyRequest<T>): Promise<Lookup<T>[]> {
    const { keys, operation } = request;
    const outcomes = await this.#outcomes(request);
    const reasons = outcomes.flatMap((outcome) => ("reason" in outcome ? [outcome.reason] : []));
    const closed = reasons.find((reason) => reason instanceof ClosedError);
    if (closed !== undefined) throw closed;
    if (reasons.length > 0 && this.#settings.onReadError === "throw")
      throw someKeysFailed(operation, reasons, keys.length, this.#settings.name);
    return outcomes.map((outcome) => ("lookup" in outcome ? outcome.lookup : failed(outcome.reason)));
  }

  #outcomes(request: ManyRequest<T>): Promise<Outcome<T>[]> {
    const { keys, loads } = request;
    return new Promise((resolve, reject) => {
      if (keys.length === 0) {
        resolve([]);
        return;
      }
      const callers: Caller<T>[] = [];
      const outcomes: Outcome<T>[] = [];
      const release = this.#limit(callers, request, reject);
      let open = keys.length;
      let reading = keys.length;
      const end = (index: number, outcome: Outcome<T>): void => {
        outcomes[index] = outcome;
        open -= 1;
        if (open > 0) return;
        release();
        resolve(outcomes);
      };
      for (const index of keys.keys()) {
        const caller = new Caller(request.load, request.isFresh, this.#statistics, {
          resolve: (value, origin) => end(index, { lookup: { value, ...origin } }),
          reject: (reason) => end(index, { reason }),
        });
        caller.batch = loads;
        caller.onReadEnd = () => {
          reading -= 1;
          if (reading === 0) loads?.run();
        };
        callers.push(caller);
      }
      this.#reads.together(() => {
        for (const [index, caller] of callers.entries())
          this.#gets.join(keys[index] as string, caller, request.isFresh); // one caller for each key
      });
    });
  }

  /** Ends the waiting for all of them early; answers what forgets that. */
  #limit(
    callers: readonly Caller<T>[],
    { operation, signal, deadlineMs }: GetRequest<T>,
    reject: (reason: unknown) => void,
  ): () => void {
    const { clock, deadlines, name } = this.#settings;
    const startedAtMs = clock.monotonic();
    const deadline =
      deadlineMs === undefined
        ? undefined
        : deadlines.add(deadlineMs, () => {
            const message = `Cannot ${operation} keys of category ${name}: expected all answers within ${deadlineMs} ms`;
            const elapsedMs = clock.monotonic() - startedAtMs;
            const error = new DeadlineError(message, { operation, elapsedMs });
            reject(error);
            for (const caller of callers) caller.fail(error);
          });
    const stopListening =
      signal === undefined
        ? undefined
        : this.#abortListeners.add(signal, () => {
            reject(signal.reason);
            for (const caller of callers) caller.leave(signal.reason);
          });
    return () => {
      deadline?.cancel();
      stopListening?.();
    };
  }
}

/** A key that failed has no value, and says why. */
function failed<T>(reason: unknown): Lookup<T> {
  // What a get rejects with, besides what its caller brought, are errors of this kind.
  return { value: undefined, source: "none", stale: false, failures: [reason as StockpileError] };
}
