import { DeadlineError, LoadError, type StockpileError } from "../../contract/errors.js";
import type { Deadline } from "../calls/deadlines.js";
import type { CategorySettings } from "./category-settings.js";
import type { LoadContext, Loader } from "./loader.js";
import type { ManyLoads } from "./many-loads.js";
import { parsePositiveDuration } from "./parse-positive-duration.js";
import { quoteKey } from "./quote-key.js";
import { thrownMessage } from "./thrown-message.js";

/** What a loader is told of the value there was before. */
export type ValueBefore<T> = Pick<LoadContext<T>, "previous" | "hasFallback">;

/** How a loader's run ended; `ttlMs` where the loader has set one. */
export type LoadOutcome<T> =
  | { readonly value: T | undefined; readonly ttlMs: number | undefined }
  | { readonly error: StockpileError };

/** Hears of a run; each is called once at most. */
export interface LoadListener<T> {
  /** The loader is called. */
  readonly onBegin: () => void;
  readonly onEnd: (outcome: LoadOutcome<T>, elapsedMs: number) => void;
}

/** One run of a loader, which ends by its result, by `loadTimeout` or by being stopped, whichever is first. */
export class LoadRun<T> {
  readonly #settings: CategorySettings<T>;
  readonly #key: string;
  readonly #controller = new AbortController();
  #listener: LoadListener<T> | undefined;
  #startedAtMs: number;
  #deadline: Deadline | undefined;
  #ttlMs: number | undefined;

  constructor(settings: CategorySettings<T>, key: string, listener: LoadListener<T>) {
    this.#settings = settings;
    this.#key = key;
    this.#listener = listener;
    this.#startedAtMs = settings.clock.monotonic();
  }

  /**
   * Calls the loader. Never throws: what the loader throws is the run's outcome, never before this has returned.
   * @param batch What the loader waits for, if it does not run at once: its time counts from then on.
   */
  start(load: Loader<T>, before: ValueBefore<T>, batch: ManyLoads<T> | undefined): void {
    if (batch === undefined) this.#begin();
    else batch.onRun(() => this.#begin());
    const context = {
      signal: this.#controller.signal,
      ...before,
      setTtl: (ttl: string | number): void => {
        this.#ttlMs = parsePositiveDuration("ttl", ttl);
      },
    };
    // The executor turns what is thrown, and whatever `then` the result may have, into a settled promise.
    new Promise<T | undefined>((resolve) => {
      resolve(load(this.#key, context));
    }).then(
      (value) => this.#end({ value, ttlMs: this.#ttlMs }),
      (cause: unknown) => this.#end({ error: this.#failure(thrownMessage(cause), cause) }),
    );
  }

  /** Ends the run with `error`, which the loader's signal aborts with. */
  stop(error: StockpileError): void {
    this.#end({ error });
    this.#controller.abort(error);
  }

  #begin(): void {
    const { clock, deadlines, loadTimeoutMs } = this.#settings;
    if (this.#listener === undefined) return;
    this.#startedAtMs = clock.monotonic();
    this.#deadline = deadlines.add(loadTimeoutMs, () => this.#giveUp());
    this.#listener.onBegin();
  }

  #giveUp(): void {
    const { name, loadTimeoutMs } = this.#settings;
    const cause = new DeadlineError(
      `Cannot wait for the loader of category ${name}: expected a result within ${loadTimeoutMs} ms`,
      { operation: "load", elapsedMs: this.#elapsedMs() },
    );
    this.#end({ error: this.#failure(`not back within ${loadTimeoutMs} ms`, cause) });
    this.#controller.abort(cause);
  }

  #end(outcome: LoadOutcome<T>): void {
    const listener = this.#listener;
    this.#listener = undefined;
    this.#deadline?.cancel();
    listener?.onEnd(outcome, this.#elapsedMs());
  }

  #failure(reason: string, cause: unknown): LoadError {
    return new LoadError(`Cannot load ${quoteKey(this.#key)} of category ${this.#settings.name}: ${reason}`, {
      cause,
      operation: "load",
      elapsedMs: this.#elapsedMs(),
    });
  }

  #elapsedMs(): number {
    return this.#settings.clock.monotonic() - this.#startedAtMs;
  }
}
