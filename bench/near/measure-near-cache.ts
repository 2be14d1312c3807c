/**
 * Run as a process of its own, so that nothing but one contender has shaped its compiled code and its heap. Prints
 * what it measured as JSON. Arguments: "speed" or "memory", the contender's key in near-contenders.ts, and for how
 * long each load lasts, in ms.
 */
import { setTimeout as wait } from "node:timers/promises";
import { recordOf } from "../entries.js";
import { askForMany, askInOrder } from "./ask-in-order.js";
import type { Load } from "./ask-in-order.js";
import { keyOrder } from "./key-order.js";
import { NEAR_CONTENDERS } from "./near-contenders.js";
import type { NearId } from "./near-contenders.js";
import type { NearCache, NearRecord } from "./near-cache.js";

const KEY_COUNT = 1_000;
/** What every contender may hold in either case, and holds while its memory is measured. */
const MAX_ENTRIES = 10_000;
/** After this long, in ms, the compiler has made up its mind about each contender: twice as long changes no figure. */
const WARM_UP_MS = 300;
/** The same for many keys at once, which runs much of the same code. */
const WARM_UP_MS_MANY = 150;
/** How long what was written takes at most to leave for a backend and be collected, in ms. */
const SETTLE_MS = 100;

/** What becomes of a value that is handed out: others get it too, nobody can change it, or each has its own. */
export type Handout = "shared" | "frozen" | "own copy";

export interface NearSpeed {
  /** Calls per second. */
  readonly uniform: number;
  readonly zipf: number;
  /** Keys per second, asked for by the hundred; `null`, as JSON has it, where a contender cannot. */
  readonly many: number | null;
  readonly handout: Handout;
}

export interface NearMemory {
  /** Heap and array buffers, key and value included. */
  readonly bytesPerEntry: number;
}

const [kind, id, durationMs] = process.argv.slice(2);
const contender = NEAR_CONTENDERS[id as NearId]; // one of them, from near.bench.ts
const found = kind === "memory" ? await measureMemory() : await measureSpeed(Number(durationMs));
process.stdout.write(JSON.stringify(found));

async function measureSpeed(loadMs: number): Promise<NearSpeed> {
  const cache = await contender.open(MAX_ENTRIES);
  await fill(cache, KEY_COUNT);
  // Other strings than those it was filled with, as with the keys of requests.
  const keys = Array.from({ length: KEY_COUNT }, (_, index) => keyOf(index));
  const load = (order: "uniform" | "zipf"): Load => ({
    keys,
    order: keyOrder(order, KEY_COUNT),
    durationMs: loadMs,
  });
  await askInOrder(cache, contender.call, { ...load("uniform"), durationMs: WARM_UP_MS });
  await askForMany(cache, { ...load("uniform"), durationMs: WARM_UP_MS_MANY });
  globalThis.gc?.();
  const uniform = await askInOrder(cache, contender.call, load("uniform"));
  const zipf = await askInOrder(cache, contender.call, load("zipf"));
  const many = await askForMany(cache, load("uniform"));
  const handout = await handoutOf(cache);
  await cache.close?.();
  return { uniform, zipf, many: Number.isNaN(many) ? null : many, handout };
}

async function measureMemory(): Promise<NearMemory> {
  // Once before, so that its code and what it holds for good are there already.
  const first = await contender.open(MAX_ENTRIES);
  await fill(first, KEY_COUNT);
  await first.close?.();
  const before = await usedBytes();
  const cache = await contender.open(MAX_ENTRIES);
  await fill(cache, MAX_ENTRIES);
  // Each read once: what was put together piece by piece is one piece from then on.
  for (let index = 0; index < MAX_ENTRIES; index += 1) {
    if ((await read(cache, keyOf(index))) === undefined)
      throw new Error(`Cannot measure: expected ${keyOf(index)}`);
  }
  const bytesPerEntry = ((await usedBytes()) - before) / MAX_ENTRIES;
  // Still there, so that it was not collected before it was measured.
  if ((await read(cache, keyOf(0))) === undefined) throw new Error("Cannot measure: expected an entry");
  await cache.close?.();
  return { bytesPerEntry };
}

async function fill({ set }: NearCache, entries: number): Promise<void> {
  for (let index = 0; index < entries; index += 1) await set(keyOf(index), recordOf(index));
}

function keyOf(index: number): string {
  return `player-${index}`;
}

async function usedBytes(): Promise<number> {
  await wait(SETTLE_MS);
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function handoutOf(cache: NearCache): Promise<Handout> {
  const record = (await read(cache, keyOf(0))) as { score: number }; // to be changed, or not
  try {
    record.score = -1;
  } catch {
    return "frozen"; // assigning to what is frozen throws
  }
  return (await read(cache, keyOf(0)))?.score === -1 ? "shared" : "own copy";
}

async function read(cache: NearCache, key: string): Promise<NearRecord | undefined> {
  return (contender.call === "get" ? await cache.get?.(key) : cache.peek?.(key)) ?? undefined;
}
