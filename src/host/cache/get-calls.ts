import type { CategoryParts } from "./category-parts.js";
import type { Settle } from "./caller.js";
import { GET_OPTIONS, readCallOptions, REFRESH_OPTIONS, WAIT_OPTIONS } from "./check-call-options.js";
import { checkKeys } from "./check-keys.js";
import type { GetOptions, RefreshOptions, WaitOptions } from "./get-options.js";
import type { GetRequest } from "./gets.js";
import { checkKey } from "./key.js";
import type { Loader } from "./loader.js";
import type { Lookup } from "./lookup.js";
import type { ManyRequest } from "./many-gets.js";
import { ManyLoads } from "./many-loads.js";
import { parsePositiveDuration } from "./parse-positive-duration.js";
import { quoteKey } from "./quote-key.js";
import type { CategorySettings } from "./category-settings.js";

/** The calls of a category that get something: reads what they are given, and throws what is wrong with it. */
export class GetCalls<T> {
  readonly #settings: CategorySettings<T>;
  readonly #parts: CategoryParts<T>;

  constructor(settings: CategorySettings<T>, parts: CategoryParts<T>) {
    this.#settings = settings;
    this.#parts = parts;
  }

  /** Starts a `get` or `lookup`. */
  get(operation: string, key: string, options: GetOptions<T> | undefined, settle: Settle<T>): void {
    checkKey(key);
    const given = readCallOptions(operation, options, GET_OPTIONS);
    this.#parts.gets.start(key, this.#request(operation, key, given, this.#parts.load), settle);
  }

  refresh(key: string, options: RefreshOptions<T> | undefined, settle: Settle<T>): void {
    checkKey(key);
    const given = { ...readCallOptions("refresh", options, REFRESH_OPTIONS), fresh: true };
    this.#parts.gets.start(key, this.#request("refresh", key, given, this.#parts.load), settle);
  }

  has(key: string, options: WaitOptions | undefined, settle: Settle<T>): void {
    checkKey(key);
    const given = readCallOptions("has", options, WAIT_OPTIONS);
    this.#parts.gets.start(key, this.#request("has", key, given, undefined), settle);
  }

  getMany(keys: Iterable<string>, options: GetOptions<T> | undefined): Promise<(T | undefined)[]> {
    return this.#parts.manyGets.values(this.#manyRequest("getMany", keys, options));
  }

  lookupMany(keys: Iterable<string>, options: GetOptions<T> | undefined): Promise<Lookup<T>[]> {
    return this.#parts.manyGets.lookups(this.#manyRequest("lookupMany", keys, options));
  }

  #manyRequest(
    operation: string,
    keys: Iterable<string>,
    options: GetOptions<T> | undefined,
  ): ManyRequest<T> {
    const list = checkKeys(operation, keys);
    const given = readCallOptions(operation, options, GET_OPTIONS);
    const { loadMany } = this.#settings;
    const loads = given.load === undefined && loadMany !== undefined ? new ManyLoads(loadMany) : undefined;
    const own = loads?.load ?? this.#parts.load;
    const request = this.#request(operation, undefined, given, own);
    return { ...request, keys: list, loads };
  }

  #request(
    operation: string,
    key: string | undefined,
    options: GetOptions<T>,
    own: Loader<T> | undefined,
  ): GetRequest<T> {
    const { load = own, signal, deadline, fresh = false } = options;
    if (fresh && load === undefined) throw this.#noLoader(key);
    // oxlint-disable-next-line typescript/only-throw-error -- An aborted caller gets its signal's reason, whatever it is.
    if (signal?.aborted === true) throw signal.reason;
    const deadlineMs = deadline === undefined ? undefined : parsePositiveDuration("deadline", deadline);
    return { operation, load, isFresh: fresh, signal, deadlineMs };
  }

  #noLoader(key: string | undefined): TypeError {
    const what = key === undefined ? "keys" : quoteKey(key);
    return new TypeError(
      `Cannot load ${what} of category ${this.#settings.name}: expected a loader: received none`,
    );
  }
}
