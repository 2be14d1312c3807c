/** A process whose plugin crashes again and again, and that says now and then what it holds. */
import { readdirSync } from "node:fs";
import { Stage } from "../../support/stage.js";
import { threadCount } from "../../support/thread-count.js";
import { until } from "../../support/until.js";

export interface CrashInput {
  readonly crashes: number;
  /** A sample is taken after each so many crashes. */
  readonly every: number;
}

export interface CrashSample {
  readonly lives: number;
  readonly rssMb: number;
  readonly heapMb: number;
  readonly externalMb: number;
  /** Handles and requests that keep the process alive. */
  readonly resources: number;
  readonly descriptors: number;
  readonly threads: number;
  /** Listeners of the process, all events together. */
  readonly listeners: number;
  readonly elapsedMs: number;
}

const MB = 1024 * 1024;
/** Turn by turn: in the call itself, in a timer, unawaited. */
const ENDINGS = ["exit-3", "timer-throw", "unawaited"];
const { crashes, every } = JSON.parse(process.argv[2] ?? "") as CrashInput;

const startedAt = performance.now();
const stage = await Stage.open({ level: "silent", limits: { start: "20s" } });
for (let crash = 1; crash <= crashes; crash += 1) {
  await until("service", () => stage.plugin().state === "ready");
  await stage.lenient.get(`${ENDINGS[crash % ENDINGS.length]}:${crash}`);
  await until(`crash ${crash}`, () => stage.plugin().lives > crash);
  // The stage keeps what it hears; the Stockpile is what is measured.
  stage.events.length = 0;
  if (crash % every === 0) console.log(JSON.stringify(await sample()));
}
await stage.close();

async function sample(): Promise<CrashSample> {
  await until("service", () => stage.plugin().state === "ready");
  // What is closed goes in the next turns, and some of it after a collection.
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  return {
    lives: stage.plugin().lives,
    rssMb: rss / MB,
    heapMb: heapUsed / MB,
    externalMb: external / MB,
    resources: process.getActiveResourcesInfo().length,
    descriptors: process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0,
    threads: threadCount(),
    listeners,
    elapsedMs: performance.now() - startedAt,
  };
}
