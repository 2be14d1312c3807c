export interface TokenBucketOptions {
  /** Tokens it holds at most, and at first. */
  readonly capacity: number;
  readonly tokensPerSecond: number;
  /** Milliseconds since some fixed point; never goes back. */
  readonly monotonic: () => number;
}

/**
 * A rate limit with a burst. It is asked first and charged after, when the price is known; it may go into debt by
 * one such price, which is paid back before it says yes again. So whoever is refused is refused before the work.
 */
export class TokenBucket {
  readonly #options: TokenBucketOptions;
  #tokens: number;
  #filledAtMs: number;

  constructor(options: TokenBucketOptions) {
    this.#options = options;
    this.#tokens = options.capacity;
    this.#filledAtMs = options.monotonic();
  }

  /** Whether it holds at least so many tokens. */
  holds(tokens: number): boolean {
    const { capacity, tokensPerSecond, monotonic } = this.#options;
    const nowMs = monotonic();
    const earned = ((nowMs - this.#filledAtMs) / 1000) * tokensPerSecond;
    this.#tokens = Math.min(capacity, this.#tokens + earned);
    this.#filledAtMs = nowMs;
    return this.#tokens >= tokens;
  }

  take(tokens: number): void {
    this.#tokens -= tokens;
  }
}
