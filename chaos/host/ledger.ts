/** What a caller has written of its keys, and what may therefore be read of them. */

/** What is stored for a key: the number of a write, or that there is nothing. */
export type Content = number | "nothing";

interface Entry {
  /** What was acknowledged last. */
  acknowledged: Content;
  /** What was tried since, and may have been done or not. */
  readonly uncertain: Set<Content>;
}

export class Ledger {
  readonly #entries = new Map<string, Entry>();
  /** Keys that have a value for certain, and no write since the last `mark`. */
  readonly #untouched = new Set<string>();
  #isLosing = false;

  get keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** From now on it is counted which values are not written again: what becomes of those is what a fault has done. */
  mark(): void {
    this.#untouched.clear();
    for (const [key, { acknowledged, uncertain }] of this.#entries)
      if (acknowledged !== "nothing" && uncertain.size === 0) this.#untouched.add(key);
  }

  /** How many values were acknowledged before the mark and not written since. */
  get untouched(): number {
    return this.#untouched.size;
  }

  /** A write is being made. */
  try(key: string, content: Content): void {
    this.#untouched.delete(key);
    this.#entry(key).uncertain.add(content);
  }

  /** The write that was tried last was acknowledged: nothing before it may be read any more. */
  acknowledge(key: string, content: Content): void {
    const entry = this.#entry(key);
    entry.acknowledged = content;
    entry.uncertain.clear();
    if (this.#isLosing) entry.uncertain.add("nothing");
  }

  /** Whether a write was tried of which it is not known whether it was done. */
  isUncertain(key: string): boolean {
    return this.#entry(key).uncertain.size > 0;
  }

  /** Whether what is stored may be gone: all there is, and what is acknowledged for as long as this holds. */
  set isLosing(isLosing: boolean) {
    this.#isLosing = isLosing;
    if (isLosing) for (const { uncertain } of this.#entries.values()) uncertain.add("nothing");
  }

  /** What is wrong with that content; `undefined` where it may be so. */
  complain(key: string, content: Content): string | undefined {
    const { acknowledged, uncertain } = this.#entry(key);
    if (content === acknowledged || uncertain.has(content)) return undefined;
    const others = uncertain.size === 0 ? "" : `, or one of ${uncertain.size} that were not acknowledged`;
    return `${key}: expected ${acknowledged}${others}: received ${content}`;
  }

  #entry(key: string): Entry {
    const entry = this.#entries.get(key) ?? { acknowledged: "nothing", uncertain: new Set() };
    this.#entries.set(key, entry);
    return entry;
  }
}
