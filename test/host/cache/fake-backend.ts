import type { EntryKey, ScanPage, ScanQuery, StoredEntry } from "../../../src/contract/backend.js";
import { BackendTimeoutError, PluginUnavailableError } from "../../../src/contract/errors.js";
import type { Ability, OnReleased } from "../../../src/host/calls/backend-handle.js";
import { BareBackend } from "./bare-backend.js";

type Operation = "get" | "put" | "purge" | Ability;

/** A call that does not settle by itself. */
export class HeldCall<Result = unknown> {
  readonly #settled: Promise<Result>;
  #resolve: (result: Result) => void = () => {};
  #reject: (reason: unknown) => void = () => {};
  #effect: (() => Result) | undefined;
  #onReleased: OnReleased | undefined;

  constructor() {
    this.#settled = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Makes it the call that does `effect`. */
  begin(effect: () => Result, onReleased: OnReleased | undefined): Promise<Result> {
    this.#effect = effect;
    this.#onReleased = onReleased;
    return this.#settled;
  }

  /** Whether the call was made. */
  get hasBegun(): boolean {
    return this.#effect !== undefined;
  }

  /** Has the backend read or write now, without an answer yet. */
  apply(): void {
    if (this.#effect === undefined) throw new Error("The call was not made");
    const result = this.#effect();
    this.#effect = () => result;
  }

  /** Answers; what was not applied is applied now. */
  release(): void {
    this.apply();
    if (this.#effect !== undefined) this.#resolve(this.#effect());
  }

  fail(reason: unknown): void {
    this.#reject(reason);
  }

  /** Its deadline passes: what became of it is open, until {@link late} says so. */
  timeOut(): void {
    this.#reject(new BackendTimeoutError("Cannot wait any longer"));
  }

  /** After {@link timeOut}: it was done after all, or it never will be. */
  late(isDone: boolean): void {
    if (isDone) this.apply();
    this.#onReleased?.(isDone);
  }
}

/**
 * A backend in memory that answers at once, unless the next call of an operation is held or made to fail, or it is
 * down. Of the methods that it need not have, it has those among its abilities.
 */
export class FakeBackend extends BareBackend {
  /** By `category/key`. */
  readonly entries: Map<string, StoredEntry> = new Map();
  /** Every call made, as `get player/a`; of calls for many, `getMany player/a player/b`. */
  readonly calls: string[] = [];
  readonly abilities: Set<Ability> = new Set();
  /** The most keys of a page, whatever is asked for. */
  pageKeys: number = Infinity;
  #isServing = true;
  #onServing: (() => void)[] = [];
  readonly #held = new Map<Operation, HeldCall[]>();
  readonly #failures = new Map<Operation, (ids: readonly string[]) => unknown>();

  override get isServing(): boolean {
    return this.#isServing;
  }

  override onServing(listener: () => void): void {
    this.#onServing.push(listener);
  }

  override has(ability: Ability): boolean {
    return this.abilities.has(ability);
  }

  /** Refuses every call from now on, with nothing done. */
  goDown(): void {
    this.#isServing = false;
  }

  /** Serves again, and says so. */
  comeBack(): void {
    this.#isServing = true;
    this.tellServing();
  }

  /** Says that it serves. */
  tellServing(): void {
    for (const listener of this.#onServing) listener();
  }

  get(key: EntryKey): Promise<StoredEntry | undefined> {
    return this.#call("get", [key], ([id]) => this.entries.get(id ?? ""));
  }

  async put(key: EntryKey, entry: StoredEntry, onReleased?: OnReleased): Promise<void> {
    await this.#call("put", [key], ([id]) => void this.entries.set(id ?? "", entry), onReleased);
  }

  async purge(key: EntryKey, onReleased?: OnReleased): Promise<void> {
    await this.#call("purge", [key], ([id]) => void this.entries.delete(id ?? ""), onReleased);
  }

  override getMany(keys: readonly EntryKey[]): Promise<readonly (StoredEntry | undefined)[]> {
    if (!this.has("getMany")) return super.getMany(keys);
    return this.#call("getMany", keys, (ids) => ids.map((id) => this.entries.get(id)));
  }

  override async putMany(
    pairs: readonly (readonly [EntryKey, StoredEntry])[],
    onReleased?: OnReleased,
  ): Promise<void> {
    if (!this.has("putMany")) return super.putMany(pairs);
    const keys = pairs.map(([key]) => key);
    const effect = (ids: readonly string[]): void => {
      for (const [index, [, entry]] of pairs.entries()) this.entries.set(ids[index] ?? "", entry);
    };
    await this.#call("putMany", keys, effect, onReleased);
  }

  override async purgeMany(keys: readonly EntryKey[], onReleased?: OnReleased): Promise<void> {
    if (!this.has("purgeMany")) return super.purgeMany(keys);
    const effect = (ids: readonly string[]): void => {
      for (const id of ids) this.entries.delete(id);
    };
    await this.#call("purgeMany", keys, effect, onReleased);
  }

  override scan(query: ScanQuery): Promise<ScanPage> {
    if (!this.has("scan")) return super.scan(query);
    const { category, cursor = "" } = query;
    return this.#call("scan", [{ category, key: cursor }], () => this.#page(query));
  }

  override async clear(category: string, onReleased?: OnReleased): Promise<void> {
    if (!this.has("clear")) return super.clear(category);
    const effect = (): void => {
      for (const id of this.entries.keys()) if (id.startsWith(`${category}/`)) this.entries.delete(id);
    };
    await this.#call("clear", [{ category, key: "" }], effect, onReleased);
  }

  /** Holds the next call of `operation` that is not held already. */
  hold(operation: Operation): HeldCall {
    const held = new HeldCall();
    this.#held.set(operation, [...(this.#held.get(operation) ?? []), held]);
    return held;
  }

  /** Has every call of `operation` reject with `reason` from now on; `undefined` for none. */
  failing(operation: Operation, reason: unknown): void {
    this.failingWhen(operation, () => reason);
  }

  /** Has calls of `operation` reject with what `reasonOf` makes of their `category/key`s, unless that is `undefined`. */
  failingWhen(operation: Operation, reasonOf: (ids: readonly string[]) => unknown): void {
    this.#failures.set(operation, reasonOf);
  }

  /** How many calls of `operation` were made. */
  count(operation: Operation): number {
    return this.calls.filter((call) => call.startsWith(`${operation} `)).length;
  }

  /** Keys after the cursor in the order of their code units, so that removing some disturbs no scan. */
  #page({ category, cursor = "", limit }: ScanQuery): ScanPage {
    const keys = [...this.entries.keys()]
      .filter((id) => id.startsWith(`${category}/`))
      .map((id) => id.slice(category.length + 1))
      .filter((key) => key > cursor)
      .toSorted((a, b) => (a < b ? -1 : 1));
    const page = keys.slice(0, Math.min(limit, this.pageKeys));
    const last = page.at(-1);
    return last === undefined || page.length === keys.length ? { keys: page } : { keys: page, cursor: last };
  }

  #call<Result>(
    operation: Operation,
    keys: readonly EntryKey[],
    effect: (ids: readonly string[]) => Result,
    onReleased?: OnReleased,
  ): Promise<Result> {
    const ids = keys.map(({ category, key }) => `${category}/${key}`);
    this.calls.push([operation, ...ids].join(" "));
    if (!this.#isServing) return Promise.reject(new PluginUnavailableError("Cannot call what is down"));
    const held = this.#held.get(operation)?.shift();
    // A call is held for the operation it is of: its result is of that kind.
    if (held !== undefined) return held.begin(() => effect(ids), onReleased) as Promise<Result>;
    const reason = this.#failures.get(operation)?.(ids);
    return reason === undefined ? Promise.resolve(effect(ids)) : Promise.reject(reason);
  }
}
