import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Fault } from "./misbehave.js";
import type { Suffering } from "./suffer-fault.js";
import type { SuffererId } from "./sufferers.js";

const SUFFER_FILE = fileURLToPath(new URL("suffer-fault.js", import.meta.url));

/** A process that has opened its cache. */
export interface ReadySufferer {
  /** Tells it to get a value; `"died"` where the process did. */
  readonly suffer: () => Promise<Suffering | "died">;
}

/** Starts suffer-fault.ts. @throws {Error} it ended before it was ready. */
export async function startSufferer(id: SuffererId, fault: Fault): Promise<ReadySufferer> {
  const child = spawn(process.execPath, [SUFFER_FILE, id, fault], { stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, "close");
  const [first] = await Promise.race([once(lines, "line"), ended]);
  if (first !== "ready")
    throw new Error(`Cannot open ${id}: expected a process that is ready: received ${first}`);
  let last: string | undefined;
  lines.on("line", (line) => (last = line));
  return {
    async suffer() {
      child.stdin.on("error", () => undefined); // it may be gone before it has read everything
      child.stdin.write("go\n");
      await ended;
      return last === undefined ? "died" : (JSON.parse(last) as Suffering); // its only other line
    },
  };
}
