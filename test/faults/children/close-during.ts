/** A process that opens a Stockpile, suffers a fault, closes in the middle of it, and has nothing left to live for. */
import { setTimeout as sleep } from "node:timers/promises";
import { beyond } from "../../support/beyond.js";
import { childPids } from "../../support/processes.js";
import { Stage } from "../../support/stage.js";
import type { StageOptions } from "../../support/stage.js";
import { threadCount } from "../../support/thread-count.js";

export interface CloseInput {
  readonly options: StageOptions;
  /** Asked for at once, many times each, and not waited for. */
  readonly keys: readonly string[];
  /** How long the fault goes on before the close, in ms. */
  readonly afterMs: number;
}

export interface CloseOutcome {
  readonly closeMs: number;
  readonly abandonedThreads: number;
  /** How the calls that were under way settled; all of them have. */
  readonly settled: Readonly<Record<string, number>>;
  /** What keeps the process alive, before the opening and after the close. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly threadsLeft: number;
  readonly processesLeft: number;
}

const CALLERS = 8;
/** In which handles that were closed are gone, in ms: a few turns of the loop, and one waits for its thread's end. */
const CLOSING_MS = 500;
/** Node's pool for file access, which stays: its threads start on first use. */
const POOL_THREADS = 4;
const { options, keys, afterMs } = JSON.parse(process.argv[2] ?? "") as CloseInput;

const before = process.getActiveResourcesInfo();
const threads = threadCount();
const stage = await Stage.open(options);
const calls = keys.flatMap((key) => [
  ...Array.from({ length: CALLERS }, (_, caller) => stage.lenient.get(`${key}:${caller}`)),
  ...Array.from({ length: CALLERS }, (_, caller) => stage.strict.get(`${key}:${caller}`)),
  ...Array.from({ length: CALLERS }, (_, caller) => stage.lenient.set(`other ${caller}`, "value")),
]);
const settling = Promise.allSettled(calls);
await sleep(afterMs);
const startedAt = performance.now();
const { abandonedThreads } = await stage.close();
const closeMs = performance.now() - startedAt;
const settled: Record<string, number> = {};
for (const result of await settling) {
  const how =
    result.status === "fulfilled" ? "fulfilled" : String((result.reason as { code?: unknown }).code);
  settled[how] = (settled[how] ?? 0) + 1;
}
const threadsLeft = Math.max(0, threadCount() - threads - POOL_THREADS);
const processesLeft = childPids().length;
let after = process.getActiveResourcesInfo();
const goneBy = performance.now() + CLOSING_MS;
while (beyond(after, before).length > 0 && performance.now() < goneBy) {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  after = process.getActiveResourcesInfo();
}
const outcome: CloseOutcome = {
  closeMs,
  abandonedThreads,
  settled,
  before,
  after,
  threadsLeft,
  processesLeft,
};
process.stdout.write(`${JSON.stringify(outcome)}\n`);
