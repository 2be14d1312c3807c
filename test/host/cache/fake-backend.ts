import type { EntryKey, StoredEntry } from "../../../src/contract/backend.js";
import { BareBackend } from "./bare-backend.js";

type Operation = "get" | "put" | "purge";

/** A call that does not settle by itself. */
export class HeldCall {
  readonly #settled: Promise<StoredEntry | undefined>;
  #resolve: (entry: StoredEntry | undefined) => void = () => {};
  #reject: (reason: unknown) => void = () => {};
  #effect: (() => StoredEntry | undefined) | undefined;
  #result: StoredEntry | undefined;

  constructor() {
    this.#settled = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Makes it the call that does `effect`. */
  begin(effect: () => StoredEntry | undefined): Promise<StoredEntry | undefined> {
    this.#effect = effect;
    return this.#settled;
  }

  /** Whether the call was made. */
  get hasBegun(): boolean {
    return this.#effect !== undefined;
  }

  /** Has the backend read or write now, without an answer yet. */
  apply(): void {
    if (this.#effect === undefined) throw new Error("The call was not made");
    this.#result = this.#effect();
    this.#effect = () => this.#result;
  }

  /** Answers; what was not applied is applied now. */
  release(): void {
    this.apply();
    this.#resolve(this.#result);
  }

  fail(reason: unknown): void {
    this.#reject(reason);
  }
}

/** A backend in memory that answers at once, unless the next call of an operation is held or made to fail. */
export class FakeBackend extends BareBackend {
  /** By `category/key`. */
  readonly entries: Map<string, StoredEntry> = new Map();
  /** Every call made, as `get player/a`. */
  readonly calls: string[] = [];
  readonly #held: Record<Operation, HeldCall[]> = { get: [], put: [], purge: [] };
  readonly #failures: Partial<Record<Operation, unknown>> = {};

  get(key: EntryKey): Promise<StoredEntry | undefined> {
    return this.#call("get", key, (id) => this.entries.get(id));
  }

  async put(key: EntryKey, entry: StoredEntry): Promise<void> {
    await this.#call("put", key, (id) => void this.entries.set(id, entry));
  }

  async purge(key: EntryKey): Promise<void> {
    await this.#call("purge", key, (id) => void this.entries.delete(id));
  }

  /** Holds the next call of `operation` that is not held already. */
  hold(operation: Operation): HeldCall {
    const held = new HeldCall();
    this.#held[operation].push(held);
    return held;
  }

  /** Has every call of `operation` reject with `reason` from now on; `undefined` for none. */
  failing(operation: Operation, reason: unknown): void {
    this.#failures[operation] = reason;
  }

  /** How many calls of `operation` were made. */
  count(operation: Operation): number {
    return this.calls.filter((call) => call.startsWith(`${operation} `)).length;
  }

  #call(
    operation: Operation,
    { category, key }: EntryKey,
    effect: (id: string) => StoredEntry | undefined | void,
  ): Promise<StoredEntry | undefined> {
    const id = `${category}/${key}`;
    this.calls.push(`${operation} ${id}`);
    const held = this.#held[operation].shift();
    if (held !== undefined) return held.begin(() => effect(id) ?? undefined);
    const reason = this.#failures[operation];
    return reason === undefined ? Promise.resolve(effect(id) ?? undefined) : Promise.reject(reason);
  }
}
