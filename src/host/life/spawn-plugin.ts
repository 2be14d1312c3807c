/** Starts the process of a plugin, with the pipes over which it and the host speak. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { PIPE } from "../../contract/process-pipes.js";
import { HAS_GROUPS } from "./kill-group.js";
import type { LifeOptions } from "./life.js";

/** What the process runs: reached by path, never imported. */
const MAIN_FILE = fileURLToPath(new URL("../../worker/process-main.cjs", import.meta.url));

/**
 * How far V8's heap limit stands above the cap on resident memory, in MB: what can be allocated between two looks at
 * it, so that the cap ends the plugin, with its figures, before V8 aborts the process. Only the process would be lost.
 */
const HARD_LIMIT_MARGIN_MB = 1024;

/** The host's ends of the pipes. */
export interface Pipes {
  readonly toChild: Socket;
  readonly fromChild: Socket;
  readonly lifeline: Socket;
  readonly stdout: Socket;
  readonly stderr: Socket;
}

/** What of a life's options its process is made of. */
export type SpawnOptions = Pick<LifeOptions, "boot" | "memoryMb" | "env" | "execArgv">;

export interface PluginProcess {
  readonly child: ChildProcess;
  /** `undefined` where there is no process to be had: the child says why, by an `error` event. */
  readonly pipes: Pipes | undefined;
}

/**
 * Starts it under the plugin's name, which lists of processes show.
 * @throws {Error} the system refuses in a way that Node does not report by an event.
 */
export function spawnPlugin({ boot, memoryMb, env, execArgv }: SpawnOptions): PluginProcess {
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${memoryMb + HARD_LIMIT_MARGIN_MB}`, ...execArgv, MAIN_FILE, boot.name],
    {
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe"],
      env: { ...env },
      // In the host's own group a plugin's `process.kill(0)` would end the host, and its programs could not be ended with it.
      detached: HAS_GROUPS,
    },
  );
  return { child, pipes: child.pid === undefined ? undefined : pipesOf(child) };
}

function pipesOf(child: ChildProcess): Pipes {
  // Each is a pipe, as asked for above.
  const at = (index: number): Socket => child.stdio[index as 3] as Socket;
  return {
    stdout: at(1),
    stderr: at(2),
    toChild: at(PIPE.fromHost),
    fromChild: at(PIPE.toHost),
    lifeline: at(PIPE.lifeline),
  };
}
