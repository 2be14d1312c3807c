import * as fc from "fast-check";
import type { LoadContext, LoadManyContext } from "../../src/host/cache/loader.js";
import type { FakeClock } from "../support/fake-clock.js";
import type { Journal, LoadRecord } from "./journal.js";
import { makeValue, type TestValue } from "./test-value.js";
import type { Moment } from "./timeline.js";

/** What becomes of one load of a key. */
export interface LoadScript {
  readonly kind: "value" | "none" | "fail" | "hang";
  readonly afterMs: number;
  /** What the loader calls `setTtl` with. */
  readonly ttlMs?: number;
}

const AT_ONCE: LoadScript = { kind: "value", afterMs: 0 };

/** Around the soft limit of a load, 20 ms, and the hard one, 80 ms. */
export const scriptArbitrary: fc.Arbitrary<LoadScript> = fc
  .record({
    kind: fc.constantFrom(
      "value" as const,
      "value" as const,
      "none" as const,
      "fail" as const,
      "hang" as const,
    ),
    afterMs: fc.constantFrom(0, 0, 0, 1, 5, 19, 25, 60, 85, 150),
    ttlMs: fc.constantFrom(undefined, undefined, undefined, 30),
  })
  .map(({ kind, afterMs, ttlMs }) => ({ kind, afterMs, ...(ttlMs === undefined ? {} : { ttlMs }) }));

/** Hears of every key that is to be loaded, before it is in the journal. */
export interface LoadListener {
  /** @returns when the oldest read began that may wait for the load. */
  onLoad(key: string, started: Moment): number;
  onPrevious(load: LoadRecord, previous: TestValue): void;
}

/** A loader that does as the history says, and takes down what it did. */
export class ScriptedLoader {
  readonly #clock: FakeClock;
  readonly #journal: Journal;
  readonly #listener: LoadListener;
  #scripts: LoadScript[] = [];

  constructor(clock: FakeClock, journal: Journal, listener: LoadListener) {
    this.#clock = clock;
    this.#journal = journal;
    this.#listener = listener;
  }

  /** What becomes of the next loads, instead of what was ordered before. */
  order(scripts: readonly LoadScript[]): void {
    this.#scripts = [...scripts];
  }

  readonly load = async (key: string, context: LoadContext<TestValue>): Promise<TestValue | undefined> => {
    const load = this.#begin(key, context.previous);
    const script = this.#scripts.shift() ?? AT_ONCE;
    if (script.ttlMs !== undefined) context.setTtl(script.ttlMs);
    await this.#wait(script);
    const result = this.#end(load, script);
    if (result instanceof Error) throw result;
    return result;
  };

  /** Loads several keys; where all are to fail, it fails as a whole. */
  readonly loadMany = async (
    keys: readonly string[],
    context: LoadManyContext<TestValue>,
  ): Promise<(TestValue | Error | undefined)[]> => {
    const runs = keys.map((key) => {
      const load = this.#begin(key, context.previous.get(key));
      const script = this.#scripts.shift() ?? AT_ONCE;
      if (script.ttlMs !== undefined) context.setTtl(script.ttlMs, key);
      return { load, script };
    });
    const slowest = runs.map(({ script }) => script).toSorted((a, b) => rank(b) - rank(a))[0];
    await this.#wait(slowest ?? AT_ONCE);
    const results = runs.map(({ load, script }) => this.#end(load, script));
    if (results.length > 0 && results.every((result) => result instanceof Error)) throw results[0];
    return results;
  };

  #begin(key: string, previous: TestValue | undefined): LoadRecord {
    const started = this.#journal.timeline.note(`  loader is asked for ${key}`);
    const flightSeq = Math.min(started.seq, this.#listener.onLoad(key, started));
    const load: LoadRecord = { key, started, flightSeq };
    this.#journal.loads.push(load);
    if (previous !== undefined) this.#listener.onPrevious(load, previous);
    return load;
  }

  #end(load: LoadRecord, { kind, ttlMs }: LoadScript): TestValue | Error | undefined {
    const { key } = load;
    if (kind === "value") {
      const n = this.#journal.nextNumber();
      load.ended = this.#journal.timeline.note(`  loader answers ${n} for ${key}`);
      load.n = n;
      load.outcome = "value";
      this.#journal.addValue({ n, key, kind: "load", born: load.started }, load.ended.atMs, ttlMs);
      return makeValue(n, key);
    }
    load.ended = this.#journal.timeline.note(
      `  loader ${kind === "none" ? "has nothing" : "fails"} for ${key}`,
    );
    load.outcome = kind === "none" ? "none" : "failed";
    return kind === "none" ? undefined : new Error(`The source of ${key} is down`);
  }

  async #wait({ kind, afterMs }: LoadScript): Promise<void> {
    if (kind !== "hang" && afterMs === 0) return;
    await new Promise<void>((resolve) => {
      if (kind !== "hang") this.#clock.schedule(resolve, afterMs);
    });
  }
}

function rank({ kind, afterMs }: LoadScript): number {
  return kind === "hang" ? Infinity : afterMs;
}
