import { operationChannel, type OperationName } from "../diagnostics/operation-channel.js";
import { traceCall } from "../diagnostics/trace-call.js";
import type { CategoryParts } from "./category-parts.js";
import type { Settle } from "./caller.js";
import { GET_OPTIONS, readCallOptions, REFRESH_OPTIONS, WAIT_OPTIONS } from "./check-call-options.js";
import { checkKeys } from "./check-keys.js";
import type { GetOptions, RefreshOptions, WaitOptions } from "./get-options.js";
import type { GetRequest } from "./gets.js";
import { checkKey } from "./key.js";
import type { Loader } from "./loader.js";
import type { Lookup, LookupOrigin } from "./lookup.js";
import type { ManyRequest } from "./many-gets.js";
import { ManyLoads } from "./many-loads.js";
import { parsePositiveDuration } from "./parse-positive-duration.js";
import { quoteKey } from "./quote-key.js";
import { tracedLoader } from "./traced-loader.js";
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
  get(operation: "get" | "lookup", key: string, options: GetOptions<T> | undefined, settle: Settle<T>): void {
    checkKey(key);
    const given = readCallOptions(operation, options, GET_OPTIONS);
    this.#start(key, this.#request(operation, key, given, this.#parts.load), settle);
  }

  refresh(key: string, options: RefreshOptions<T> | undefined, settle: Settle<T>): void {
    checkKey(key);
    const given = { ...readCallOptions("refresh", options, REFRESH_OPTIONS), fresh: true };
    this.#start(key, this.#request("refresh", key, given, this.#parts.load), settle);
  }

  has(key: string, options: WaitOptions | undefined, settle: Settle<T>): void {
    checkKey(key);
    const given = readCallOptions("has", options, WAIT_OPTIONS);
    this.#start(key, this.#request("has", key, given, undefined), settle);
  }

  async getMany(keys: Iterable<string>, options: GetOptions<T> | undefined): Promise<(T | undefined)[]> {
    const request = this.#manyRequest("getMany", keys, options);
    if (!operationChannel.hasSubscribers) return this.#parts.manyGets.values(request);
    // Subscribers are told where the values came from.
    return (await this.#lookups(request)).map(({ value }) => value);
  }

  lookupMany(keys: Iterable<string>, options: GetOptions<T> | undefined): Promise<Lookup<T>[]> {
    return this.#lookups(this.#manyRequest("lookupMany", keys, options));
  }

  #lookups(request: ManyRequest<T>): Promise<Lookup<T>[]> {
    const { operation, keys } = request;
    return traceCall(
      operationChannel,
      () => ({ operation, category: this.#settings.name, keys }),
      () => this.#parts.manyGets.lookups(request),
    );
  }

  #start(key: string, request: GetRequest<T>, settle: Settle<T>): void {
    if (!operationChannel.hasSubscribers) {
      this.#parts.gets.start(key, request, settle);
      return;
    }
    const lookUp = (): Promise<Lookup<T>> =>
      new Promise((resolve, reject) => {
        const answer = (value: T | undefined, origin: LookupOrigin): void => resolve({ value, ...origin });
        this.#parts.gets.start(key, request, { resolve: answer, reject });
      });
    operationChannel
      .tracePromise(lookUp, { operation: request.operation, category: this.#settings.name, key })
      .then((lookup) => settle.resolve(lookup.value, lookup), settle.reject);
  }

  #manyRequest(
    operation: OperationName,
    keys: Iterable<string>,
    options: GetOptions<T> | undefined,
  ): ManyRequest<T> {
    const list = checkKeys(operation, keys);
    const given = readCallOptions(operation, options, GET_OPTIONS);
    const { loadMany, name } = this.#settings;
    const loads =
      given.load === undefined && loadMany !== undefined ? new ManyLoads(name, loadMany) : undefined;
    const own = loads?.load ?? this.#parts.load;
    const request = this.#request(operation, undefined, given, own);
    return { ...request, keys: list, loads };
  }

  #request(
    operation: OperationName,
    key: string | undefined,
    options: GetOptions<T>,
    own: Loader<T> | undefined,
  ): GetRequest<T> {
    const { signal, deadline, fresh = false } = options;
    const load = this.#loader(options.load, own);
    if (fresh && load === undefined) throw this.#noLoader(key);
    // oxlint-disable-next-line typescript/only-throw-error -- An aborted caller gets its signal's reason, whatever it is.
    if (signal?.aborted === true) throw signal.reason;
    const deadlineMs = deadline === undefined ? undefined : parsePositiveDuration("deadline", deadline);
    return { operation, load, isFresh: fresh, signal, deadlineMs };
  }

  /** @param given by the caller; `false`: none. */
  #loader(given: Loader<T> | false | undefined, own: Loader<T> | undefined): Loader<T> | undefined {
    if (given === undefined) return own;
    return given === false ? undefined : tracedLoader(this.#settings.name, given);
  }

  #noLoader(key: string | undefined): TypeError {
    const what = key === undefined ? "keys" : quoteKey(key);
    return new TypeError(
      `Cannot load ${what} of category ${this.#settings.name}: expected a loader: received none`,
    );
  }
}
