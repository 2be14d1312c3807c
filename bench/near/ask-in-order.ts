/**
 * The loops that put a cache in this process under load. A call takes some ten nanoseconds to some microseconds, so
 * they are written out for what is awaited and what is not, time is taken per batch, and every value is looked into:
 * the sum of what was read must be right in the end, so that no compiler can leave a call out.
 *
 * Between two batches the event loop turns, outside the measured time. Caches read the clock once a turn or keep it
 * until a timer fires; in a loop that never ends they would read it once in all.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { NearCache, NearRecord } from "./near-cache.js";

/** Calls per batch: a few tens of microseconds at the least, so that taking the time costs nothing. */
const BATCH = 1024;
/** Keys per call of `getMany`. */
const MANY = 100;

export interface Load {
  readonly keys: readonly string[];
  /** Places in `keys`, a multiple of a batch. The record of a key has its place as `score`. */
  readonly order: Uint16Array;
  readonly durationMs: number;
}

/** Asks for one key after the other for so long. @returns how many calls were made per second. */
export async function askInOrder(cache: NearCache, call: "get" | "peek", load: Load): Promise<number> {
  const { keys, order } = load;
  const runBatch = call === "get" ? getBatch(cache, keys, order) : peekBatch(cache, keys, order);
  return measureBatches(load, BATCH, async (from) => {
    const startedAt = performance.now();
    const sum = await runBatch(from);
    const elapsedMs = performance.now() - startedAt;
    const expected = order.subarray(from, from + BATCH).reduce((total, place) => total + place, 0);
    if (sum !== expected)
      throw new Error(`Cannot measure: expected values of the sum ${expected}: received ${sum}`);
    return elapsedMs;
  });
}

/** Asks for 100 keys at once, for so long. @returns how many keys were answered per second; NaN where it cannot be asked. */
export async function askForMany({ getMany }: NearCache, load: Load): Promise<number> {
  if (getMany === undefined) return NaN;
  return measureBatches(load, MANY, async (from) => {
    const keys = Array.from(load.order.subarray(from, from + MANY), (place) => load.keys[place] as string); // a place in it
    const startedAt = performance.now();
    const values = await getMany(keys);
    const elapsedMs = performance.now() - startedAt;
    if (values.length !== MANY || values.some((value) => typeof value !== "object" || value === null))
      throw new Error(`Cannot measure: expected ${MANY} values: received ${JSON.stringify(values)}`);
    return elapsedMs;
  });
}

/** Runs batches for so long. @returns calls per second, of those batches from which the processor was not taken away. */
async function measureBatches(
  { order, durationMs }: Load,
  calls: number,
  run: (from: number) => Promise<number>,
): Promise<number> {
  const until = performance.now() + durationMs;
  const whole = { batches: 0, elapsedMs: 0 };
  const undisturbed = { batches: 0, elapsedMs: 0 };
  for (let from = 0; performance.now() < until; from = from + 2 * calls > order.length ? 0 : from + calls) {
    const before = process.resourceUsage().involuntaryContextSwitches;
    const elapsedMs = await run(from);
    const isUndisturbed = process.resourceUsage().involuntaryContextSwitches === before;
    for (const sum of isUndisturbed ? [whole, undisturbed] : [whole]) {
      sum.batches += 1;
      sum.elapsedMs += elapsedMs;
    }
    await nextTurn();
  }
  const { batches, elapsedMs } = undisturbed.batches === 0 ? whole : undisturbed;
  return (batches * calls * 1000) / elapsedMs;
}

function getBatch(
  { get }: NearCache,
  keys: readonly string[],
  order: Uint16Array,
): (from: number) => Promise<number> {
  if (get === undefined) throw new Error("Cannot measure get: expected a cache that has it");
  return async (from) => {
    let sum = 0;
    for (let at = from; at < from + BATCH; at += 1) {
      // A place of the order is one in the list of keys, and each has a record.
      const record = (await get(keys[order[at] as number] as string)) as NearRecord;
      sum += record.score;
    }
    return sum;
  };
}

function peekBatch(
  { peek }: NearCache,
  keys: readonly string[],
  order: Uint16Array,
): (from: number) => Promise<number> {
  if (peek === undefined) throw new Error("Cannot measure peek: expected a cache that has it");
  const run = (from: number): number => {
    let sum = 0;
    for (let at = from; at < from + BATCH; at += 1) {
      const record = peek(keys[order[at] as number] as string) as NearRecord; // as above
      sum += record.score;
    }
    return sum;
  };
  return async (from) => run(from);
}
