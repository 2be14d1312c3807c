import type { ReadOptions } from "../cache-under-test.js";
import type { TestValue } from "../test-value.js";
import { ForwardingCache } from "./forwarding-cache.js";

/** Hands out the objects that it was given. */
export class UncodedCache extends ForwardingCache {
  readonly #originals = new Map<number, TestValue>();

  override set(key: string, value: TestValue, options?: { readonly ttl?: number }): Promise<void> {
    this.#originals.set(value.n, value);
    return this.inner.set(key, value, options);
  }

  override async get(key: string, options?: ReadOptions): Promise<TestValue | undefined> {
    const value = await this.inner.get(key, options);
    return value === undefined ? undefined : (this.#originals.get(value.n) ?? value);
  }
}
