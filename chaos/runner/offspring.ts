import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { descendantsOf } from "../faults/descendants-of.js";

/** In which what was killed is gone, in ms: the kernel takes its time where much memory is to be given back. */
const GONE_MS = 10_000;
const LOOK_MS = 5;

/** The processes a run has begun, so that none outlives it. */
export class Offspring {
  readonly #pids = new Set<number>();
  #isOver = false;

  add(child: ChildProcess): void {
    const { pid } = child;
    if (pid === undefined) return; // it could not be started
    this.#pids.add(pid);
    child.once("exit", () => this.#pids.delete(pid));
    if (this.#isOver) killTrees([pid]);
  }

  /**
   * Kills them and what they have begun, and returns when all are gone. It waits in place: a run that goes on meanwhile
   * would take the dead hosts for a finding, and start others.
   */
  end(): void {
    this.#isOver = true;
    const killed = killTrees([...this.#pids]);
    const deadline = performance.now() + GONE_MS;
    const sleeping = new Int32Array(new SharedArrayBuffer(4));
    while (killed.some(isThere) && performance.now() < deadline) Atomics.wait(sleeping, 0, 0, LOOK_MS);
  }
}

/** Kills processes and all they have begun, and answers which those were. */
export function killTrees(roots: readonly number[]): number[] {
  const doomed = new Set<number>();
  // Stopped first: one that runs might begin another between the look and the kill.
  for (let found = [...roots]; found.length > 0;) {
    for (const pid of found) {
      doomed.add(pid);
      signal(pid, "SIGSTOP");
    }
    found = roots.flatMap(descendantsOf).filter((pid) => !doomed.has(pid));
  }
  for (const pid of doomed) signal(pid, "SIGKILL");
  return [...doomed];
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone already.
  }
}

/** A zombie is over once its last thread is; who has begun it need not have heard of it. */
function isThere(pid: number): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const isZombie = text.slice(text.lastIndexOf(")") + 2).startsWith("Z");
    return !isZombie || readdirSync(`/proc/${pid}/task`).length > 1;
  } catch {
    return false;
  }
}
