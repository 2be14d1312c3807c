import type { Lookup } from "../../../src/host/cache/lookup.js";
import type { ReadOptions } from "../cache-under-test.js";
import type { TestValue } from "../test-value.js";
import { ForwardingCache } from "./forwarding-cache.js";

/** Answers with what it once knew. */
export class ClingingCache extends ForwardingCache {
  readonly #known = new Map<string, Lookup<TestValue>>();

  override async lookup(key: string, options?: ReadOptions): Promise<Lookup<TestValue>> {
    try {
      const found = await this.inner.lookup(key, options);
      if (found.source === "loader") this.#known.set(key, found);
      return found;
    } catch (error) {
      const known = this.#known.get(key);
      if (known === undefined) throw error;
      // oxlint-disable-next-line typescript/consistent-type-assertions -- It is what the loader failed with.
      return { ...known, value: structuredClone(known.value), stale: true, failures: [error as never] };
    }
  }
}
