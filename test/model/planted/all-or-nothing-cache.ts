import type { ReadOptions } from "../cache-under-test.js";
import type { TestValue } from "../test-value.js";
import { ForwardingCache } from "./forwarding-cache.js";

/** A loader's failure with one key of many fails all. */
export class AllOrNothingCache extends ForwardingCache {
  override getMany(keys: readonly string[], options?: ReadOptions): Promise<(TestValue | undefined)[]> {
    return Promise.all(keys.map((key) => this.inner.get(key, options)));
  }
}
