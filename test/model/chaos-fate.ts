import * as fc from "fast-check";

/** What becomes of one call of the backend. */
export interface Fate {
  /**
   * - `answer`: it is done and answered.
   * - `fail`: the backend rejects.
   * - `hang`: no answer, ever, while this life of the plugin lasts.
   * - `refuse`, `overload`: the call is not sent.
   * - `garbage`, `mixup`: a read is answered with other bytes, or with the entry of another key; a write is done.
   */
  readonly kind: "answer" | "fail" | "hang" | "refuse" | "overload" | "garbage" | "mixup";
  /** When the backend does what it was asked to, in ms after the call. */
  readonly effectAfterMs: number;
  /** How long after that the answer is on its way, in ms. Past the limit of a call, the answer is late. */
  readonly answerAfterMs: number;
  /** Whether a write that fails, hangs or is cut off by the end of a life is done all the same. */
  readonly lands: boolean;
}

/** What becomes of a call for which no fate was ordered. */
export const AT_ONCE: Fate = { kind: "answer", effectAfterMs: 0, answerAfterMs: 0, lands: true };

/** Around the limit of a call, 40 ms: at once, in time, just in time, late, far too late. */
const delayMs = fc.constantFrom(0, 0, 1, 5, 20, 39, 41, 60, 120);

/** One fate; the shrunken one is that of a call which goes well. */
export const fateArbitrary: fc.Arbitrary<Fate> = fc.record({
  kind: fc.oneof(
    { arbitrary: fc.constant("answer" as const), weight: 6 },
    { arbitrary: fc.constantFrom("fail" as const, "hang" as const), weight: 3 },
    { arbitrary: fc.constantFrom("refuse" as const, "overload" as const), weight: 1 },
    { arbitrary: fc.constantFrom("garbage" as const, "mixup" as const), weight: 1 },
  ),
  effectAfterMs: delayMs,
  answerAfterMs: delayMs,
  lands: fc.boolean(),
});
