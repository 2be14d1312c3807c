/**
 * Run as a process of its own, for a fault may end it. Opens one cache over a backend with one fault, says so, and
 * when it is told to on its standard input gets a value once. Prints what came of it as JSON, if it lives to.
 * Arguments: the cache's key in sufferers.ts, and the fault.
 */
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { Fault } from "./misbehave.js";
import { PATIENCE_MS, SUFFERERS } from "./sufferers.js";
import type { SuffererId } from "./sufferers.js";

/** How long the loader takes, in ms. */
const LOAD_MS = 10;
/** For how long the process is watched after the answer, in ms: some do the rest in the background. */
const AFTERMATH_MS = 500;
/** How often the event loop is to turn while it is watched, in ms. */
const BEAT_MS = 5;
const LOADED = "from the loader";

export interface Suffering {
  /** What the caller got: `loader's value`, `undefined`, `nothing` or the name of an error. */
  readonly answer: string;
  readonly elapsedMs: number;
  /** How long the event loop stood still at the longest. */
  readonly stillMs: number;
}

const [id, fault] = process.argv.slice(2) as [SuffererId, Fault]; // from faults.bench.ts
const get = await SUFFERERS[id].open(fault);
process.stdout.write("ready\n");
process.stdin.once("end", () => process.exit(1)); // who started it is gone
await once(process.stdin, "data");

let stillMs = 0;
let lastBeat = performance.now();
setInterval(() => {
  const now = performance.now();
  stillMs = Math.max(stillMs, now - lastBeat - BEAT_MS);
  lastBeat = now;
}, BEAT_MS);
const askedAt = performance.now();
const answer = await Promise.race([ask(), wait(PATIENCE_MS, "nothing")]);
const elapsedMs = performance.now() - askedAt;
await wait(AFTERMATH_MS);
const suffering: Suffering = { answer, elapsedMs, stillMs };
process.stdout.write(`${JSON.stringify(suffering)}\n`, () => process.exit(0));

async function ask(): Promise<Suffering["answer"]> {
  try {
    const value = await get("player-7", () => wait(LOAD_MS, LOADED));
    return value === LOADED ? "loader's value" : "undefined";
  } catch (error) {
    return error instanceof Error ? error.name : "Error";
  }
}
