/** The built command as a child process. */
import type { ExecutionContext } from "ava";
import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

export const ROOT: string = fileURLToPath(new URL("../../../", import.meta.url));
const MAIN = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** In place of the repository's. */
  readonly main?: string;
  /** How long a server has until it listens; default 20 s. */
  readonly startMs?: number;
}

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export class RunningCommand {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly ended: Promise<Ended>;
  stdout = "";
  stderr = "";

  constructor(args: readonly string[], options: CommandOptions = {}) {
    const { STOCKPILE_DEBUG: _, FORCE_COLOR: __, ...env } = process.env;
    this.child = spawn(process.execPath, [options.main ?? MAIN, ...args], {
      cwd: options.cwd ?? ROOT,
      env: { ...env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.ended = this.#end();
  }

  /** Reads what the command prints; without, its stdout fills up and stays full. */
  read(): this {
    this.child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
    });
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    return this;
  }

  /** The first group of the first match in what the command has printed or prints within `limitMs`. */
  async printed(pattern: RegExp, limitMs = 45_000): Promise<string> {
    const until = performance.now() + limitMs;
    while (performance.now() < until && this.child.exitCode === null && this.child.signalCode === null) {
      const match = pattern.exec(this.stdout);
      if (match !== null) return match[1] ?? match[0];
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`Expected the command to print ${pattern}: received ${this.stdout}${this.stderr}`);
  }

  async #end(): Promise<Ended> {
    await once(this.child, "close");
    const { exitCode: code, signalCode: signal } = this.child;
    return { code, signal, stdout: this.stdout, stderr: this.stderr };
  }
}

/** Runs a command to its end. */
export async function runCommand(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return new RunningCommand(args, options).read().ended;
}

/** Starts `stockpile server` on a free port and waits until it listens; killed when the test ends. */
export async function startServerCommand(
  t: ExecutionContext,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<{ command: RunningCommand; url: string }> {
  const command = new RunningCommand(["server", "--port", "0", ...args], options).read();
  t.teardown(() => command.child.kill("SIGKILL"));
  return { command, url: await command.printed(/listens on (\S+)/, options.startMs) };
}
