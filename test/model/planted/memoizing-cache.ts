import type { Clock } from "../../../src/host/clock.js";
import type { CacheUnderTest, ReadOptions } from "../cache-under-test.js";
import type { TestValue } from "../test-value.js";
import { ForwardingCache } from "./forwarding-cache.js";

/** Answers what it has answered a moment before. */
export class MemoizingCache extends ForwardingCache {
  readonly #clock: Clock;
  readonly #recent = new Map<string, { answer: Promise<TestValue | undefined>; atMs: number }>();

  constructor(inner: CacheUnderTest, clock: Clock) {
    super(inner);
    this.#clock = clock;
  }

  override get(key: string, options?: ReadOptions): Promise<TestValue | undefined> {
    const recent = this.#recent.get(key);
    const atMs = this.#clock.monotonic();
    if (recent !== undefined && atMs - recent.atMs < 20) return recent.answer;
    const answer = this.inner.get(key, options);
    this.#recent.set(key, { answer, atMs });
    return answer;
  }
}
