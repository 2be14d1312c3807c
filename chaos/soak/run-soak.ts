/** The long form: one host that lives throughout, while cells it must survive run in it over and over, by chance. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../cells/random.js";
import type { Cell, Isolation } from "../cells/cell.js";
import { exceptionOf } from "../faults/exceptions.js";
import type { HostInput } from "../host/host-input.js";
import type { Sample } from "../host/take-sample.js";
import { judgeCell } from "../judge/judge-cell.js";
import { verdictOf } from "../judge/verdict.js";
import type { Verdict } from "../judge/verdict.js";
import type { Violation } from "../judge/violation.js";
import { ControlServer } from "../runner/control-server.js";
import { HostProcess } from "../runner/host-process.js";
import { pace } from "../runner/pace.js";
import { withScratchFolder } from "../runner/scratch-folder.js";
import { StoreServer } from "../runner/store-server.js";

/** How often a cell is run whose only complaints may be the machine's. */
const ATTEMPTS = 3;

export interface SoakOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly isolations: readonly Isolation[];
  readonly onVerdict: (verdict: Verdict, done: number) => void;
  readonly plant?: HostInput["plant"];
}

export interface Soak {
  readonly verdicts: readonly Verdict[];
  /** One after each cell. */
  readonly samples: readonly Sample[];
  /** What is wrong with how the host went in the end; absent where nothing is. */
  readonly complaint?: string;
}

/** @param cells Those to choose from; what is known not to hold is left out. */
export function runSoak(cells: readonly Cell[], options: SoakOptions): Promise<Soak> {
  return withScratchFolder((folder) => runIn(folder, cells, options));
}

async function runIn(folder: string, cells: readonly Cell[], options: SoakOptions): Promise<Soak> {
  const control = await ControlServer.open();
  const store = await StoreServer.open();
  const { isolations, plant } = options;
  const input = { storePort: store.port, folder, isolations, ...(plant === undefined ? {} : { plant }) };
  const host = await HostProcess.start(control, input, ["--expose-gc"]);
  try {
    return await soak(host, cells, options, (number) => {
      store.drop(String(number));
      rmSync(join(folder, String(number)), { recursive: true, force: true });
    });
  } finally {
    await host.kill();
    control.close();
    await store.close();
  }
}

async function soak(
  host: HostProcess,
  cells: readonly Cell[],
  { seed, minutes, onVerdict }: SoakOptions,
  forget: (number: number) => void,
): Promise<Soak> {
  const survivable = cells.filter((cell) => exceptionOf(cell) === undefined);
  const random = seededRandom(seed);
  const until = performance.now() + minutes * 60_000;
  const verdicts: Verdict[] = [];
  const samples: Sample[] = [];
  let runs = 0;
  while (performance.now() < until) {
    const cell = survivable[Math.floor(random() * survivable.length)] as Cell; // it is below the length
    const startedAt = performance.now();
    let violations: readonly Violation[] = [];
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      runs += 1;
      const seen = await host.run(runs, cell, pace());
      forget(runs);
      if ("gone" in seen) violations = [{ rule: "host", text: `the host is gone: ${seen.gone}` }];
      else violations = judgeCell(cell, seen);
      if (!violations.some(({ isOfTime }) => isOfTime === true)) break;
    }
    const verdict = verdictOf(cell, violations, performance.now() - startedAt);
    verdicts.push(verdict);
    onVerdict(verdict, verdicts.length);
    const sample = violations.some(({ rule }) => rule === "host") ? undefined : await host.sample();
    if (sample === undefined || "gone" in sample) return { verdicts, samples, complaint: "the host is gone" };
    samples.push(sample);
  }
  const complaint = await host.end();
  return { verdicts, samples, ...(complaint === undefined ? {} : { complaint }) };
}
