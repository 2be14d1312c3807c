import { BackendOverloadedError } from "../../../src/contract/errors.js";
import type { CategorySettings } from "../../../src/host/cache/category-settings.js";
import { Category } from "../../../src/host/cache/category.js";
import type { TestValue } from "../test-value.js";
import { ForwardingCache } from "./forwarding-cache.js";

/** After a refusal it begins anew, and knows nothing of what was before. */
export class ForgetfulCache extends ForwardingCache {
  readonly #settings: CategorySettings<TestValue>;

  constructor(settings: CategorySettings<TestValue>) {
    super(new Category(settings));
    this.#settings = settings;
  }

  override set(key: string, value: TestValue, options?: { readonly ttl?: number }): Promise<void> {
    return this.inner.set(key, value, options).catch((error: unknown) => {
      if (error instanceof BackendOverloadedError) this.inner = new Category(this.#settings);
      throw error;
    });
  }
}
