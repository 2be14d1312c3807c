import { readFile } from "node:fs/promises";
import type { TestFn } from "ava";
import { childPids } from "./processes.js";
import { threadCount } from "./thread-count.js";
import { until } from "./until.js";

/** Node's pool for file access starts its threads on first use, at most this many. */
const POOL_THREADS = 4;

/**
 * Checks after each test of a file that no thread, no process and no rejection has been left behind. The tests must be serial,
 * and close what they open in `t.teardown()`, which runs before.
 */
export function leavesNothing(test: TestFn): void {
  let threads = 0;
  let processes: readonly number[] = [];
  const rejections: unknown[] = [];
  const note = (reason: unknown): void => void rejections.push(reason);
  test.before(async () => {
    process.on("unhandledRejection", note);
    await Promise.all(Array.from({ length: POOL_THREADS }, () => readFile(new URL(import.meta.url))));
    threads = threadCount();
    processes = childPids();
  });
  test.afterEach.always("leaves no thread, no process and no rejection", async (t) => {
    await until("threads to be gone", () => threadCount() <= threads);
    await until("processes to be gone", () => childPids().every((pid) => processes.includes(pid)));
    t.deepEqual(rejections.splice(0), []);
  });
  test.after.always(() => void process.off("unhandledRejection", note));
}
