import type { CategoryHealth } from "../../src/host/cache/category-health.js";
import type { Loader } from "../../src/host/cache/loader.js";
import type { Lookup } from "../../src/host/cache/lookup.js";
import type { TestValue } from "./test-value.js";

/** How a history asks for a value. */
export interface ReadOptions {
  readonly load?: Loader<TestValue>;
  readonly signal?: AbortSignal;
  readonly deadline?: number;
  readonly fresh?: boolean;
}

/** What a history calls: a `Category`, or one with a bug planted. */
export interface CacheUnderTest {
  get(key: string, options?: ReadOptions): Promise<TestValue | undefined>;
  lookup(key: string, options?: ReadOptions): Promise<Lookup<TestValue>>;
  getMany(keys: readonly string[], options?: ReadOptions): Promise<(TestValue | undefined)[]>;
  lookupMany(keys: readonly string[], options?: ReadOptions): Promise<Lookup<TestValue>[]>;
  peek(key: string): TestValue | undefined;
  has(key: string): Promise<boolean>;
  set(key: string, value: TestValue, options?: { readonly ttl?: number }): Promise<void>;
  setMany(
    entries: readonly (readonly [string, TestValue])[],
    options?: { readonly ttl?: number },
  ): Promise<void>;
  delete(key: string): Promise<void>;
  deleteMany(keys: readonly string[]): Promise<void>;
  clear(): Promise<void>;
  keys(): AsyncIterable<string>;
  refresh(key: string): Promise<TestValue | undefined>;
  expire(key: string): Promise<void>;
  invalidate(keys: readonly string[] | "all"): void;
  health(): CategoryHealth;
  close(): void;
  drained(): Promise<void>;
  end(): void;
  readonly undelivered: number;
}
