import type { StoredEntry } from "../../src/contract/backend.js";
import { numberOf } from "./test-value.js";
import type { Timeline } from "./timeline.js";

/** From when until when a key held a value; `n` is `undefined` while it held none. */
interface Holding {
  readonly n: number | undefined;
  readonly fromSeq: number;
  untilSeq: number;
}

/** What the backend holds, what it would hold if it lost nothing, and what it held when. One category. */
export class ChaosStorage {
  /** What reads find. */
  readonly entries: Map<string, StoredEntry> = new Map();
  /** The same as if nothing had ever been lost: what the writes have made of it. */
  readonly ledger: Map<string, StoredEntry> = new Map();
  readonly #timeline: Timeline;
  readonly #holdings = new Map<string, Holding[]>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  put(key: string, entry: StoredEntry): void {
    this.ledger.set(key, entry);
    this.entries.set(key, entry);
    this.#changed(key, numberOf(entry), "stores");
  }

  purge(key: string): void {
    this.ledger.delete(key);
    this.entries.delete(key);
    this.#changed(key, undefined, "removes");
  }

  clear(): void {
    for (const key of new Set([...this.ledger.keys(), ...this.entries.keys()])) this.purge(key);
  }

  /** Loses what was written and acknowledged. */
  lose(key: string): void {
    if (this.entries.delete(key)) this.#changed(key, undefined, "loses");
  }

  /** Whether reads could find value `n` at any time from `fromSeq` to `untilSeq`. */
  held(key: string, n: number, fromSeq: number, untilSeq: number): boolean {
    return this.#between(key, fromSeq, untilSeq).some((holding) => holding.n === n);
  }

  /** Whether reads could find nothing but value `n` all the time from `fromSeq` to `untilSeq`. */
  heldThroughout(key: string, n: number, fromSeq: number, untilSeq: number): boolean {
    const held = this.#between(key, fromSeq, untilSeq);
    return held.length > 0 && held[0]!.fromSeq <= fromSeq && held.every((holding) => holding.n === n);
  }

  #between(key: string, fromSeq: number, untilSeq: number): Holding[] {
    const holdings = this.#holdings.get(key) ?? [];
    return holdings.filter((holding) => holding.fromSeq <= untilSeq && holding.untilSeq >= fromSeq);
  }

  #changed(key: string, n: number | undefined, does: string): void {
    const { seq } = this.#timeline.note(
      `  backend ${does} ${key}${n === undefined ? "" : ` with the value ${n}`}`,
    );
    const holdings = this.#holdings.get(key) ?? [];
    const last = holdings.at(-1);
    if (last !== undefined) last.untilSeq = seq;
    holdings.push({ n, fromSeq: seq, untilSeq: Infinity });
    this.#holdings.set(key, holdings);
  }
}
