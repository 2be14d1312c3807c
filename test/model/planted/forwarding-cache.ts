import type { CategoryHealth } from "../../../src/host/cache/category-health.js";
import type { Lookup } from "../../../src/host/cache/lookup.js";
import type { CacheUnderTest, ReadOptions } from "../cache-under-test.js";
import type { TestValue } from "../test-value.js";

/** A cache that does as another does: what a bug is planted in overrides one method. */
export class ForwardingCache implements CacheUnderTest {
  protected inner: CacheUnderTest;

  constructor(inner: CacheUnderTest) {
    this.inner = inner;
  }

  get(key: string, options?: ReadOptions): Promise<TestValue | undefined> {
    return this.inner.get(key, options);
  }

  lookup(key: string, options?: ReadOptions): Promise<Lookup<TestValue>> {
    return this.inner.lookup(key, options);
  }

  getMany(keys: readonly string[], options?: ReadOptions): Promise<(TestValue | undefined)[]> {
    return this.inner.getMany(keys, options);
  }

  lookupMany(keys: readonly string[], options?: ReadOptions): Promise<Lookup<TestValue>[]> {
    return this.inner.lookupMany(keys, options);
  }

  peek(key: string): TestValue | undefined {
    return this.inner.peek(key);
  }

  has(key: string): Promise<boolean> {
    return this.inner.has(key);
  }

  set(key: string, value: TestValue, options?: { readonly ttl?: number }): Promise<void> {
    return this.inner.set(key, value, options);
  }

  setMany(
    entries: readonly (readonly [string, TestValue])[],
    options?: { readonly ttl?: number },
  ): Promise<void> {
    return this.inner.setMany(entries, options);
  }

  delete(key: string): Promise<void> {
    return this.inner.delete(key);
  }

  deleteMany(keys: readonly string[]): Promise<void> {
    return this.inner.deleteMany(keys);
  }

  clear(): Promise<void> {
    return this.inner.clear();
  }

  keys(): AsyncIterable<string> {
    return this.inner.keys();
  }

  refresh(key: string): Promise<TestValue | undefined> {
    return this.inner.refresh(key);
  }

  expire(key: string): Promise<void> {
    return this.inner.expire(key);
  }

  invalidate(keys: readonly string[] | "all"): void {
    this.inner.invalidate(keys);
  }

  health(): CategoryHealth {
    return this.inner.health();
  }

  close(): void {
    this.inner.close();
  }

  drained(): Promise<void> {
    return this.inner.drained();
  }

  end(): void {
    this.inner.end();
  }

  get undelivered(): number {
    return this.inner.undelivered;
  }
}
