import { ClosedError } from "../../contract/errors.js";
import { operationChannel, type OperationName } from "../diagnostics/operation-channel.js";
import { traceCall } from "../diagnostics/trace-call.js";
import type { CategoryParts } from "./category-parts.js";
import type { CategorySettings } from "./category-settings.js";
import { readCallOptions, SET_OPTIONS } from "./check-call-options.js";
import { checkKeys, checkPairs } from "./check-keys.js";
import type { SetOptions } from "./get-options.js";
import { checkKey } from "./key.js";
import type { OpenState } from "./open-state.js";
import { parsePositiveDuration } from "./parse-positive-duration.js";
import { someKeysFailed } from "./some-keys-failed.js";

/** The calls of a category that write something: reads what they are given, and rejects with what is wrong with it. */
export class WriteCalls<T> {
  readonly #settings: CategorySettings<T>;
  readonly #parts: CategoryParts<T>;
  readonly #openState: OpenState;

  constructor(settings: CategorySettings<T>, parts: CategoryParts<T>, openState: OpenState) {
    this.#settings = settings;
    this.#parts = parts;
    this.#openState = openState;
  }

  async set(key: string, value: T, options: SetOptions | undefined): Promise<void> {
    this.#openState.check();
    checkKey(key);
    const ttlMs = this.#ttlMs("set", options);
    await this.#one("set", key, () => this.#parts.set(key, this.#parts.seal(key, value, ttlMs)));
  }

  async setMany(pairs: Iterable<readonly [string, T]>, options: SetOptions | undefined): Promise<void> {
    this.#openState.check();
    const ttlMs = this.#ttlMs("setMany", options);
    const values = new Map(checkPairs("setMany", pairs) as [string, T][]); // the application's claim, as in set
    await this.#many("setMany", [...values.keys()], () => {
      const sealed = [...values].map(([key, value]) => [key, this.#parts.seal(key, value, ttlMs)] as const);
      return this.#together(sealed, ([key, entry]) => this.#parts.set(key, entry));
    });
  }

  async delete(key: string): Promise<void> {
    this.#openState.check();
    checkKey(key);
    await this.#one("delete", key, () => this.#parts.delete(key));
  }

  async deleteMany(keys: Iterable<string>): Promise<void> {
    this.#openState.check();
    const list = [...new Set(checkKeys("deleteMany", keys))];
    await this.#many("deleteMany", list, () => this.#together(list, (key) => this.#parts.delete(key)));
  }

  async clear(): Promise<void> {
    this.#openState.check();
    const { name: category } = this.#settings;
    await traceCall(
      operationChannel,
      () => ({ operation: "clear", category }),
      () => this.#written(() => this.#parts.clear()),
    );
  }

  async expire(key: string): Promise<void> {
    this.#openState.check();
    checkKey(key);
    await this.#one("expire", key, () => this.#parts.expire(key));
  }

  #one(operation: OperationName, key: string, write: () => Promise<void>): Promise<void> {
    return traceCall(
      operationChannel,
      () => ({ operation, category: this.#settings.name, key }),
      () => this.#written(write),
    );
  }

  #many(operation: OperationName, keys: readonly string[], write: () => Promise<void>[]): Promise<void> {
    return traceCall(
      operationChannel,
      () => ({ operation, category: this.#settings.name, keys }),
      () => this.#allWritten(operation, write),
    );
  }

  /** Writes that leave in as few calls as the backend has methods for. */
  #together<Item>(items: readonly Item[], write: (item: Item) => Promise<void>): Promise<void>[] {
    const writes: Promise<void>[] = [];
    this.#parts.writes.together(() => {
      for (const item of items) writes.push(write(item));
    });
    return writes;
  }

  #ttlMs(operation: string, options: SetOptions | undefined): number {
    const { ttl } = readCallOptions(operation, options, SET_OPTIONS);
    return ttl === undefined ? this.#settings.ttlMs : parsePositiveDuration("ttl", ttl);
  }

  async #written(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (cause) {
      throw this.#openState.isClosed && !(cause instanceof ClosedError)
        ? this.#openState.error({ cause })
        : cause;
    }
  }

  async #allWritten(operation: string, write: () => Promise<void>[]): Promise<void> {
    const writes = write();
    const ended = await Promise.allSettled(writes.map((one) => this.#written(() => one)));
    const reasons = ended.flatMap((end) => (end.status === "rejected" ? [end.reason as unknown] : []));
    if (reasons.length > 0) throw someKeysFailed(operation, reasons, writes.length, this.#settings.name);
  }
}
