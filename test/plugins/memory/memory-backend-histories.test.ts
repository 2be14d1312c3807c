/** The backend against a plain model, over histories made at random. */
import test from "ava";
import * as fc from "fast-check";
import { MemoryBackend } from "@stockpile/plugin-memory";
import type { EntryKey } from "../../../src/contract/backend.js";
import { FakeClock } from "../support/fake-clock.js";
import { MemoryModel } from "./memory-model.js";

const CATEGORIES = ["player", "skin", "cape"] as const;

type Step =
  | {
      readonly kind: "put";
      readonly key: EntryKey;
      readonly size: number;
      readonly ttlMs: number | undefined;
    }
  | { readonly kind: "get" | "purge"; readonly key: EntryKey }
  | { readonly kind: "getMany"; readonly keys: readonly EntryKey[] }
  | { readonly kind: "clear" | "scan"; readonly category: string }
  | { readonly kind: "advance"; readonly ms: number }
  | { readonly kind: "tick" };

const category = fc.constantFrom(...CATEGORIES);
const key = fc.record({ category, key: fc.constantFrom("a", "b", "c", "dd", "é", "中文", "a-longer-key") });
const put = fc.record({
  kind: fc.constant("put" as const),
  key,
  size: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 3000 })),
  ttlMs: fc.option(fc.integer({ min: -2, max: 20 }), { nil: undefined }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: put, weight: 6 },
  { arbitrary: fc.record({ kind: fc.constantFrom("get" as const, "purge" as const), key }), weight: 4 },
  {
    arbitrary: fc.record({ kind: fc.constant("getMany" as const), keys: fc.array(key, { maxLength: 5 }) }),
    weight: 1,
  },
  { arbitrary: fc.record({ kind: fc.constant("scan" as const), category }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant("clear" as const), category }), weight: 1 },
  {
    arbitrary: fc.record({ kind: fc.constant("advance" as const), ms: fc.integer({ min: 1, max: 15 }) }),
    weight: 2,
  },
  { arbitrary: fc.record({ kind: fc.constant("tick" as const) }), weight: 1 },
);
const bounds = fc.record({
  maxEntries: fc.integer({ min: 1, max: 12 }),
  maxBytes: fc.integer({ min: 500, max: 8000 }),
});

/** Both at once; each step is taken by both and what they answer compared. */
class Pair {
  readonly clock: FakeClock = new FakeClock();
  readonly backend: MemoryBackend;
  readonly model: MemoryModel;
  #stamp = 0;

  constructor(limits: { maxEntries: number; maxBytes: number }) {
    this.backend = new MemoryBackend(limits, this.clock);
    this.model = new MemoryModel(limits);
  }

  /** Answers what each of them answers to the step. */
  take(next: Step): { readonly actual: unknown; readonly expected: unknown } {
    const { backend, model, clock } = this;
    const now = clock.now();
    switch (next.kind) {
      case "put":
        return this.#put(next.key, next.size, next.ttlMs);
      case "get":
        return { actual: backend.get(next.key), expected: model.get(next.key, now) };
      case "getMany":
        return {
          actual: backend.getMany(next.keys),
          expected: next.keys.map((each) => model.get(each, now)),
        };
      case "purge":
        return { actual: backend.purge(next.key), expected: model.purge(next.key) };
      case "clear":
        return { actual: backend.clear(next.category), expected: model.clear(next.category) };
      case "advance":
        return { actual: clock.advance(next.ms), expected: undefined };
      case "tick":
        return { actual: clock.tick(), expected: model.expire(now) };
      default:
        model.expire(now, next.category);
        return { actual: this.keys(next.category), expected: model.keys(next.category) };
    }
  }

  /** The keys the backend lists in one page, sorted: duplicates are impossible while nothing else happens. */
  keys(name: string): string[] {
    return [...this.backend.scan({ category: name, limit: 1000 }).keys].toSorted();
  }

  #put(where: EntryKey, size: number, ttlMs: number | undefined): { actual: unknown; expected: unknown } {
    const now = this.clock.now();
    const value = new Uint8Array(size).fill((this.#stamp += 1));
    const expiry = ttlMs === undefined ? {} : { expiresAt: now + ttlMs };
    const expected = this.model.put(where, { value: value.slice(), ...expiry }, now);
    try {
      this.backend.put(where, { value, ...expiry });
      return { actual: true, expected };
    } catch {
      return { actual: false, expected };
    }
  }
}

test("every history ends each step as the model does, within both bounds", (t) => {
  let evictions = 0;
  let expirations = 0;
  fc.assert(
    fc.property(bounds, fc.array(step, { maxLength: 80, size: "max" }), (limits, steps) => {
      const pair = new Pair(limits);
      for (const next of steps) {
        const before = pair.model.entries.length;
        const { actual, expected } = pair.take(next);
        if (next.kind === "tick" && pair.model.entries.length < before) expirations += 1;
        t.deepEqual(actual, expected);
      }
      pair.clock.tick();
      pair.model.expire(pair.clock.now());
      const listed = CATEGORIES.map((name) => pair.keys(name));
      t.deepEqual(
        listed,
        CATEGORIES.map((name) => pair.model.keys(name)),
      );
      t.true(listed.flat().length <= limits.maxEntries);
      t.true(pair.model.bytes <= limits.maxBytes);
      evictions += pair.model.evicted;
      pair.backend.close();
    }),
    { numRuns: 300 },
  );
  t.true(evictions > 100, "the histories meet the bounds");
  t.true(expirations > 20, "the histories let entries expire");
});

test("a scan lists every key that is there throughout, whatever happens between its pages", (t) => {
  let duplicates = 0;
  let lost = 0;
  const keys = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 30, size: "max" });
  const scanned = fc.record({
    category: fc.constant("player"),
    key: fc.integer({ min: 0, max: 40 }).map(String),
  });
  const between = fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant("put" as const),
        key: scanned,
        size: fc.constant(1),
        ttlMs: fc.constant(undefined),
      }),
      fc.record({ kind: fc.constantFrom("purge" as const, "get" as const), key: scanned }),
    ),
    { maxLength: 6, size: "max" },
  );
  fc.assert(
    fc.property(
      keys,
      fc.array(between, { minLength: 40, maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 10, max: 40 }),
      (first, steps, limit, maxEntries) => {
        const pair = new Pair({ maxEntries, maxBytes: 1_000_000 });
        for (const each of first) {
          pair.take({
            kind: "put",
            key: { category: "player", key: String(each) },
            size: 1,
            ttlMs: undefined,
          });
        }
        const throughout = new Set(pair.model.keys("player"));
        const size = throughout.size;
        const listed: string[] = [];
        let cursor: string | undefined;
        let pages = 0;
        do {
          const page = pair.backend.scan({
            category: "player",
            limit,
            ...(cursor === undefined ? {} : { cursor }),
          });
          t.true(page.keys.length <= limit);
          listed.push(...page.keys);
          cursor = page.cursor;
          for (const next of steps[pages] ?? []) {
            pair.take(next);
            const present = new Set(pair.model.keys("player"));
            for (const each of throughout) if (!present.has(each)) throughout.delete(each);
          }
          pages += 1;
        } while (cursor !== undefined);
        t.deepEqual(
          [...throughout].filter((each) => !listed.includes(each)),
          [],
        );
        t.true(pages <= Math.ceil(size / limit), "a scan is as long as the category was at its start");
        duplicates += listed.length - new Set(listed).size;
        lost += size - throughout.size;
        pair.backend.close();
      },
    ),
    { numRuns: 300 },
  );
  t.true(lost > 100, "keys go while they are listed");
  t.true(duplicates > 0, "entries move while they are listed");
});
