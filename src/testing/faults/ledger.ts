import { BrokenSentenceError } from "../broken-sentence.js";
import { describeBytes, describeKey } from "../describe.js";

/** What a key may hold: one value, or one of several where a write was begun and nobody knows how it ended. */
interface Line {
  readonly values: readonly Uint8Array[];
  readonly isCertain: boolean;
}

/** Who reads, and what that reader may miss. */
export interface Reading {
  readonly get: (key: string) => Promise<Uint8Array | undefined>;
  /** What happened before, for the message. */
  readonly after: string;
  /** Whether what was acknowledged must be there: else it is whole or gone. */
  readonly isKept: boolean;
  /** Whether it is the host whose writes failed: to it a former value may be a miss, as it has tried to replace it. */
  readonly isSameHost: boolean;
}

/** What a backend has acknowledged and what it may have done, by key. */
export class Ledger {
  readonly #lines = new Map<string, Line>();

  get keys(): string[] {
    return [...this.#lines.keys()];
  }

  /** The backend has acknowledged the value. */
  acknowledge(key: string, value: Uint8Array): void {
    this.#lines.set(key, { values: [value], isCertain: true });
  }

  /** A write of the value has been begun that will be cut short. */
  begin(key: string, value: Uint8Array): void {
    this.#lines.set(key, { values: [...(this.#lines.get(key)?.values ?? []), value], isCertain: false });
  }

  /**
   * Reads every key and expects what may be there.
   * @throws {BrokenSentenceError} something else is.
   */
  async expectKept({ get, after, isKept, isSameHost }: Reading): Promise<void> {
    for (const [key, { values, isCertain }] of this.#lines) {
      const value = await get(key);
      const mayMiss = !isKept || (isSameHost && !isCertain);
      if (value === undefined ? mayMiss : values.some((each) => Buffer.from(each).equals(value))) continue;
      throw new BrokenSentenceError({
        sentence: isCertain ? "vouches" : "failing",
        after: `${after}: get() of ${describeKey(key)}, ${isCertain ? "whose put() had been acknowledged" : "whose put() was cut short"}`,
        expected: [...values.map(describeBytes), ...(mayMiss ? ["undefined"] : [])].join(", or "),
        received: value === undefined ? "undefined" : describeBytes(value),
      });
    }
  }
}
