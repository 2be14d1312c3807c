/** Fixtures as processes of their own. */
import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { ExecutionContext } from "ava";
import { until } from "../../support/until.js";

export interface ScriptOptions {
  /** Runs node through this command, as in `["prlimit", "--nofile=100"]`. */
  readonly through?: readonly string[];
  readonly uid?: number;
}

/** A script that runs. */
export class Script {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly ended: Promise<unknown>;
  /** The whole lines it has printed. */
  readonly lines: string[] = [];
  stderr = "";
  #rest = "";

  /**
   * @param script where it is, built.
   * @param input handed to it as JSON, its one argument. It is killed when the test ends.
   */
  constructor(t: ExecutionContext, script: URL, input: unknown, options: ScriptOptions = {}) {
    const own = [process.execPath, fileURLToPath(script), JSON.stringify(input)];
    const [command, ...args] = [...(options.through ?? []), ...own];
    this.child = spawn(command ?? process.execPath, args, {
      stdio: ["ignore", "pipe", "pipe"],
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    });
    this.child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const lines = (this.#rest + text).split("\n");
      this.#rest = lines.pop() ?? "";
      this.lines.push(...lines);
    });
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.ended = once(this.child, "close");
    t.teardown(() => this.child.kill("SIGKILL"));
  }

  /** Waits for a line that starts so, and answers what follows. */
  async printed(start: string): Promise<string> {
    const line = await until(`"${start}" from the script`, () => {
      const found = this.lines.find((each) => each.startsWith(start));
      if (found === undefined && this.child.exitCode !== null) {
        throw new Error(`The script has ended without printing "${start}": ${this.stderr}`);
      }
      return found;
    });
    return line.slice(start.length);
  }

  /** Kills it as `kill -9` does and waits until it is gone. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }
}
