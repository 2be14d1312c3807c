/** What a plugin costs before it does anything, against a bare worker thread with Comlink. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { StartCost } from "./fixtures/start-plugins.js";
import { measureInTurns } from "./measure-in-turns.js";
import { percentile } from "./percentile.js";
import type { Question } from "./question.js";

const START_FILE = fileURLToPath(new URL("./fixtures/start-plugins.js", import.meta.url));
const COUNTS = [1, 5, 10] as const;
const run = promisify(execFile);

interface Start {
  readonly kind: "workers" | "plugins";
  readonly count: number;
}

export const start: Question = {
  name: "start",
  asks: "What time and memory does each plugin take that is started?",
  async answer({ rounds }) {
    const starts = COUNTS.flatMap((count) =>
      (["workers", "plugins"] as const).map((kind): Start => ({ kind, count })),
    );
    const results = await measureInTurns(starts, rounds, startOnce);
    const median = (started: Start, of: (cost: StartCost) => number): number =>
      percentile((results.get(started) ?? []).map(of), 0.5);
    const rows = starts.map((started) => {
      const { kind, count } = started;
      const elapsedMs = median(started, (cost) => cost.elapsedMs);
      return {
        started: `${count} ${kind === "plugins" ? "plugins" : "bare workers"}`,
        "ms in all": elapsedMs,
        "ms each": elapsedMs / count,
        "MB each": median(started, (cost) => cost.residentMb) / count,
      };
    });
    return { tables: [{ title: "Started together, each answered one call", rows }], bounds: [] };
  },
};

async function startOnce({ kind, count }: Start): Promise<StartCost> {
  const { stdout } = await run(process.execPath, ["--expose-gc", START_FILE, kind, String(count)]);
  return JSON.parse(stdout) as StartCost; // printed by start-plugins.ts
}
