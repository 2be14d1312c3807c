/** A run that is broken off leaves nothing behind, also where a host cannot end by itself. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import type { ExecutionContext } from "ava";
import { descendantsOf } from "../../chaos/faults/descendants-of.js";
import { until } from "../../chaos/host/until.js";

const MAIN = fileURLToPath(new URL("../../chaos/main.js", import.meta.url));
/** For a host to start and its fault to happen, and for what was killed to be gone, on a loaded machine, in ms. */
const LIMIT_MS = 60_000;

/** Breaks off a run in which a fault has begun, and answers what was running and what its folder is. */
async function breakOff(
  t: ExecutionContext,
  cell: string,
  signal: NodeJS.Signals,
  isBegun: (root: string) => boolean,
): Promise<{ readonly root: string; readonly pids: readonly number[]; readonly end: unknown }> {
  t.timeout(3 * LIMIT_MS);
  const root = mkdtempSync(join(tmpdir(), "stockpile-broken-off-"));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  const run = spawn(process.execPath, [MAIN, "--only", cell, "--parallel", "1"], {
    env: { ...process.env, TMPDIR: root },
    stdio: "ignore",
  });
  t.teardown(() => run.kill("SIGKILL"));
  const ended = once(run, "exit");
  t.true(await until(() => isBegun(root), LIMIT_MS), "the fault has begun");
  const pids = descendantsOf(run.pid ?? 0);
  t.true(pids.length >= 2, "a host and its plugins run");
  run.kill(signal);
  const [code, endedBy] = await ended;
  return { root, pids, end: endedBy ?? code };
}

function hasPipe(root: string): boolean {
  return readdirSync(root, { recursive: true, encoding: "utf8" }).some((path) => /\/pipe-\d+$/.test(path));
}

function isThere(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

for (const isolation of ["thread", "process"]) {
  test.serial(
    `a run in which a ${isolation} is stuck in the kernel leaves no process and no folder`,
    async (t) => {
      const cell = `stuck in the kernel/${isolation}/get/quiet`;
      const { root, pids, end } = await breakOff(t, cell, "SIGTERM", hasPipe);
      t.is(end, "SIGTERM");
      t.deepEqual(pids.filter(isThere), []);
      t.deepEqual(readdirSync(root), []);
    },
  );
}

test.serial(
  "a host whose runner was killed ends itself, though a thread of it is stuck in the kernel",
  async (t) => {
    const { pids } = await breakOff(t, "stuck in the kernel/thread/get/quiet", "SIGKILL", hasPipe);
    t.true(await until(() => !pids.some(isThere), LIMIT_MS));
  },
);
