/** A host that is killed takes its plugins along, whatever they are at. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import test from "ava";
import { childPids, isAlive } from "../support/processes.js";
import { TemporaryPlugin } from "../support/temporary-plugin.js";
import { timely } from "../support/timely.js";
import { until } from "../support/until.js";
import type { HostInput } from "./children/host-of-processes.js";

const CHILD = new URL("children/host-of-processes.js", import.meta.url);
/** How long after its host a process may be there, in ms. */
const ORPHAN_MS = 1000;
/** The spinner and its spare, the idle one, the writer, and the one that spins in its import. */
const PROCESSES = 5;

const isKilledAlong = test.macro({
  title: (_given, signal: NodeJS.Signals) =>
    `a second after its host was ended by ${signal}, no process of a plugin is left: spinning, idle, writing or starting`,
  async exec(t, signal: NodeJS.Signals) {
    if (process.platform !== "linux") {
      t.pass("The kernel does not tell");
      return;
    }
    const plugin = new TemporaryPlugin("for (;;);");
    t.teardown(() => plugin.remove());
    await timely(t, async () => {
      const input: HostInput = { importer: plugin.url };
      const host = spawn(process.execPath, [fileURLToPath(CHILD), JSON.stringify(input)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      t.teardown(() => host.kill("SIGKILL"));
      await once(createInterface(host.stdout), "line");
      const pids = await until("all processes", () => {
        const children = childPids(host.pid);
        return children.length === PROCESSES && children;
      });
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
