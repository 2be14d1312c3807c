/** The backend against a plain model, over histories made at random. */
import test from "ava";
import type { ExecutionContext } from "ava";
import * as fc from "fast-check";
import type { FileBackend } from "@stockpile/plugin-file";
import type { EntryKey, StoredEntry } from "../../../src/contract/backend.js";
import { CALL, scanAll } from "../support/entries.js";
import { openLife } from "./open-life.js";
import type { Life } from "./open-life.js";

const CATEGORIES = ["player", "skin"] as const;
const KEYS = ["a", "b", "c", "é", "../x"] as const;

type Step =
  | {
      readonly kind: "put";
      readonly key: EntryKey;
      readonly size: number;
      readonly ttlMs: number | undefined;
    }
  | { readonly kind: "get" | "purge"; readonly key: EntryKey }
  | { readonly kind: "clear" | "scan"; readonly category: string }
  | { readonly kind: "advance"; readonly ms: number }
  | { readonly kind: "sweep" | "reopen" };

const category = fc.constantFrom(...CATEGORIES);
const key = fc.record({ category, key: fc.constantFrom(...KEYS) });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant("put" as const),
      key,
      size: fc.constantFrom(0, 10, 300, 20_000, 70_000),
      ttlMs: fc.option(fc.integer({ min: -2, max: 20 }), { nil: undefined }),
    }),
    weight: 6,
  },
  { arbitrary: fc.record({ kind: fc.constantFrom("get" as const, "purge" as const), key }), weight: 4 },
  { arbitrary: fc.record({ kind: fc.constant("scan" as const), category }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant("clear" as const), category }), weight: 1 },
  {
    arbitrary: fc.record({ kind: fc.constant("advance" as const), ms: fc.integer({ min: 1, max: 15 }) }),
    weight: 2,
  },
  { arbitrary: fc.record({ kind: fc.constantFrom("sweep" as const, "reopen" as const) }), weight: 1 },
);

/** What the backend is to do, said as plainly as possible. */
class Model {
  readonly #entries = new Map<string, EntryKey & StoredEntry>();

  get({ category: name, key: id }: EntryKey, now: number): StoredEntry | undefined {
    const found = this.#entries.get(JSON.stringify([name, id]));
    if (found === undefined || (found.expiresAt !== undefined && found.expiresAt < now)) return undefined;
    const { value, expiresAt } = found;
    return expiresAt === undefined ? { value } : { value, expiresAt };
  }

  put(where: EntryKey, entry: StoredEntry): void {
    this.#entries.set(JSON.stringify([where.category, where.key]), { ...where, ...entry });
  }

  purge(where: EntryKey): void {
    this.#entries.delete(JSON.stringify([where.category, where.key]));
  }

  clear(name: string): void {
    for (const entry of this.#entries.values()) if (entry.category === name) this.purge(entry);
  }

  keys(name: string, now: number): string[] {
    const live = [...this.#entries.values()].filter((entry) => this.get(entry, now) !== undefined);
    return live
      .filter((entry) => entry.category === name)
      .map((entry) => entry.key)
      .toSorted();
  }
}

let stamp = 0;

function entryOf({ size, ttlMs }: { size: number; ttlMs: number | undefined }, now: number): StoredEntry {
  const value = new Uint8Array(size).fill((stamp += 1));
  return ttlMs === undefined ? { value } : { value, expiresAt: now + ttlMs };
}

/** Takes a step on both; answers what each answers. */
async function take(
  life: Life,
  model: Model,
  next: Step,
): Promise<readonly [actual: unknown, expected: unknown]> {
  const { backend, clock } = life;
  const now = clock.now();
  switch (next.kind) {
    case "put": {
      const entry = entryOf(next, now);
      model.put(next.key, entry);
      return [await backend.put(next.key, entry, CALL), undefined];
    }
    case "get":
      return [await backend.get(next.key, CALL), model.get(next.key, now)];
    case "purge":
      model.purge(next.key);
      return [await backend.purge(next.key, CALL), undefined];
    case "clear":
      model.clear(next.category);
      return [await backend.clear(next.category, CALL), undefined];
    case "scan":
      return [(await scanAll(backend, next.category, 2)).keys.toSorted(), model.keys(next.category, now)];
    case "advance":
      return [clock.advance(next.ms), undefined];
    default:
      return [clock.tick(), undefined];
  }
}

test("every history ends each step as the model does, sweeps and restarts included", async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: "max" }), async (steps) => {
      let life = await openLife(t);
      const model = new Model();
      for (const next of steps) {
        if (next.kind === "reopen") {
          const { clock } = life;
          await life.backend.close();
          life = {
            ...(await openLife(t, { root: life.root, hostId: `host ${(stamp += 1)}`, clock })),
            clock,
          };
          continue;
        }
        const [actual, expected] = await take(life, model, next);
        t.deepEqual(actual, expected);
      }
      for (const name of CATEGORIES) {
        t.deepEqual(
          (await scanAll(life.backend, name, 3)).keys.toSorted(),
          model.keys(name, life.clock.now()),
        );
      }
      t.deepEqual(life.warnings, []);
      await life.backend.close();
    }),
    { numRuns: 60 },
  );
});

/** Writes of a burst, called in this order without waiting. */
const burst = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("put" as const), key, size: fc.constantFrom(0, 100, 200_000) }),
    fc.record({ kind: fc.constant("purge" as const), key }),
    fc.record({ kind: fc.constant("clear" as const), category }),
  ),
  { minLength: 1, maxLength: 25, size: "max" },
);

async function assertAlike(
  t: ExecutionContext,
  backend: FileBackend,
  model: Model,
  now: number,
): Promise<void> {
  for (const name of CATEGORIES) {
    for (const id of KEYS) {
      const where = { category: name, key: id };
      t.deepEqual(await backend.get(where, CALL), model.get(where, now));
    }
  }
}

test("writes and clears called all at once end as if called one after the other", async (t) => {
  const life = await openLife(t);
  const other = await openLife(t, { root: life.root, life, fsync: true });
  const model = new Model();
  await fc.assert(
    fc.asyncProperty(burst, async (writes) => {
      const calls = writes.map((write, index) => {
        const { backend } = index % 3 === 0 ? other : life;
        if (write.kind === "clear") {
          model.clear(write.category);
          return backend.clear(write.category, CALL);
        }
        if (write.kind === "purge") {
          model.purge(write.key);
          return backend.purge(write.key, CALL);
        }
        const entry = entryOf({ ...write, ttlMs: undefined }, 0);
        model.put(write.key, entry);
        return backend.put(write.key, entry, CALL);
      });
      life.clock.tick();
      await Promise.all(calls);
      await assertAlike(t, life.backend, model, life.clock.now());
    }),
    { numRuns: 100 },
  );
});

test("a scan lists every key that is there throughout exactly once, whatever happens between its pages", async (t) => {
  const life = await openLife(t);
  const index = fc.integer({ min: 0, max: 40 });
  const change = fc.record({ kind: fc.constantFrom("put" as const, "purge" as const), index });
  const page = fc.record({
    limit: fc.integer({ min: 1, max: 5 }),
    changes: fc.array(change, { maxLength: 5 }),
  });
  const at = (number: number): EntryKey => ({ category: "player", key: String(number) });
  await fc.assert(
    fc.asyncProperty(fc.array(page, { minLength: 1 }), async (pages) => {
      await life.backend.clear("player", CALL);
      const steady = [50, 51, 52, 53, 54, 55, 56].map(String);
      for (const id of [...steady, "1", "2", "3"]) {
        await life.backend.put({ category: "player", key: id }, { value: new Uint8Array(1) }, CALL);
      }
      const listed: string[] = [];
      let cursor: string | undefined;
      for (let turn = 0; turn === 0 || cursor !== undefined; turn += 1) {
        const { limit, changes } = pages[turn % pages.length] ?? { limit: 1, changes: [] };
        const query = { category: "player", limit, ...(cursor === undefined ? {} : { cursor }) };
        const answer = await life.backend.scan(query, CALL);
        t.true(answer.keys.length <= limit);
        listed.push(...answer.keys);
        cursor = answer.cursor;
        for (const next of changes) {
          if (next.kind === "purge") await life.backend.purge(at(next.index), CALL);
          else await life.backend.put(at(next.index), { value: new Uint8Array(1) }, CALL);
        }
      }
      t.deepEqual(listed.filter((id) => steady.includes(id)).toSorted(), steady);
    }),
    { numRuns: 40 },
  );
});
