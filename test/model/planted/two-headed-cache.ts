import type { CacheUnderTest, ReadOptions } from "../cache-under-test.js";
import type { TestValue } from "../test-value.js";
import { ForwardingCache } from "./forwarding-cache.js";

/** Has every second get go its own way. */
export class TwoHeadedCache extends ForwardingCache {
  readonly #other: CacheUnderTest;
  #isOther = false;

  constructor(inner: CacheUnderTest, other: CacheUnderTest) {
    super(inner);
    this.#other = other;
  }

  override get(key: string, options?: ReadOptions): Promise<TestValue | undefined> {
    this.#isOther = !this.#isOther;
    return (this.#isOther ? this.#other : this.inner).get(key, options);
  }

  override close(): void {
    this.inner.close();
    this.#other.close();
  }

  override end(): void {
    this.inner.end();
    this.#other.end();
  }
}
