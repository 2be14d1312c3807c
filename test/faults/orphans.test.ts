/** A host that is killed takes its plugins along, whatever they are at. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import test from "ava";
import type { ExecutionContext } from "ava";
import { childPids, isAlive, readStat } from "../support/processes.js";
import { TemporaryPlugin } from "../support/temporary-plugin.js";
import { timely } from "../support/timely.js";
import { until } from "../support/until.js";
import type { HostInput } from "./children/host-of-processes.js";

const CHILD = new URL("children/host-of-processes.js", import.meta.url);
/** How long after its host a process may be there, in ms. */
const ORPHAN_MS = 1000;
/** The spinner and its spare, the idle one, the writer, the reckless one, and the one that spins in its import. */
const PROCESSES = 6;

const isKilledAlong = test.macro({
  title: (_given, signal: NodeJS.Signals) =>
    `a second after its host was ended by ${signal}, no process of a plugin is left: spinning, idle, writing or starting, nor a program of theirs`,
  async exec(t, signal: NodeJS.Signals) {
    if (process.platform !== "linux") {
      t.pass("The kernel does not tell");
      return;
    }
    await timely(t, async () => {
      const { host, pids } = await startHost(t, "program-sync");
      pids.push(await until("the program", () => pids.flatMap((pid) => childPids(pid))[0]));
      t.true(pids.every(isAlive));
      host.kill(signal);
      await once(host, "exit");
      await sleep(ORPHAN_MS);
      const orphans = pids.filter(isAlive);
      // Late is the machine's doing; never is not.
      await until("the orphans to be gone", () => !pids.some(isAlive));
      return orphans.map((pid) => `process ${pid} was there after ${ORPHAN_MS} ms`);
    });
  },
});

test.serial(isKilledAlong, "SIGKILL");
test.serial(isKilledAlong, "SIGSEGV");

test.serial(
  "known: a process that has stopped itself is left behind by a host that is killed then, and ends when it is continued",
  async (t) => {
    if (process.platform !== "linux") {
      t.pass("The kernel does not tell");
      return;
    }
    const { host, pids } = await startHost(t, "stop");
    const stopped = await until("one to stop", () => pids.find((pid) => readStat(pid)?.state === "T"));
    t.teardown(() => isAlive(stopped) && process.kill(stopped, "SIGKILL"));
    host.kill("SIGKILL");
    await once(host, "exit");
    await until("the others to be gone", () => !pids.some((pid) => pid !== stopped && isAlive(pid)));
    await sleep(ORPHAN_MS);
    // Its watchdog stands still with it. Once this fails, docs/isolation.md says too little.
    t.true(isAlive(stopped));
    process.kill(stopped, "SIGCONT");
    await until("its end", () => !isAlive(stopped));
  },
);

/** Starts a host, and answers it with the processes of its plugins when all are there. */
async function startHost(
  t: ExecutionContext,
  fault: string,
): Promise<{ readonly host: ChildProcess; readonly pids: number[] }> {
  const plugin = new TemporaryPlugin("for (;;);");
  t.teardown(() => plugin.remove());
  const input: HostInput = { importer: plugin.url, fault };
  const host = spawn(process.execPath, [fileURLToPath(CHILD), JSON.stringify(input)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.teardown(() => host.kill("SIGKILL"));
  await once(createInterface(host.stdout), "line");
  const pids = await until("all processes", () => {
    const children = childPids(host.pid);
    return children.length === PROCESSES && children;
  });
  return { host, pids };
}
