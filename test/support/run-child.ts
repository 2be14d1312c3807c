import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How a child ended, and what it said. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The lines of its standard output that are JSON, parsed. */
  readonly results: readonly unknown[];
  /** Whether it had to be killed. */
  readonly isOverdue: boolean;
  readonly stderr: string;
  readonly elapsedMs: number;
}

/** Standard error kept, in characters: enough for a stack. */
const MAX_STDERR = 10_000;

/**
 * Runs a script in a process of its own, so that a host that dies fails a test and not its runner.
 * @param script Its URL, compiled. @param input Handed to it as JSON, its one argument.
 * @param limitMs After which it is killed.
 */
export function runChild(script: URL, input: unknown, limitMs: number): Promise<ChildEnd> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--expose-gc", fileURLToPath(script), JSON.stringify(input)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr, isOverdue] = ["", "", false];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr
      .setEncoding("utf8")
      .on("data", (text: string) => (stderr = (stderr + text).slice(-MAX_STDERR)));
    const timer = setTimeout(() => {
      isOverdue = true;
      child.kill("SIGKILL");
    }, limitMs);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const elapsedMs = performance.now() - startedAt;
      resolve({ code, signal, results: parseLines(stdout), isOverdue, stderr, elapsedMs });
    });
  });
}

function parseLines(text: string): unknown[] {
  return text.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as unknown] : []));
}
