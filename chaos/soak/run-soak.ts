/** The long form: one host that lives throughout, while cells it must survive run in it over and over, by chance. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../cells/random.js";
import type { Cell, Isolation } from "../cells/cell.js";
import { exceptionOf } from "../faults/exceptions.js";
import type { HostInput } from "../host/host-input.js";
import type { Sample } from "../host/take-sample.js";
import { verdictOf } from "../judge/verdict.js";
import type { Verdict } from "../judge/verdict.js";
import { attemptIn } from "../runner/attempt-in.js";
import { ControlServer } from "../runner/control-server.js";
import { HostProcess } from "../runner/host-process.js";
import { inAttempts } from "../runner/in-attempts.js";
import { pace } from "../runner/pace.js";
import { StoreServer } from "../runner/store-server.js";
import { withScratch } from "../runner/with-scratch.js";
import type { Scratch } from "../runner/with-scratch.js";

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
  return withScratch((scratch) => runIn(scratch, cells, options));
}

async function runIn(
  { folder, offspring }: Scratch,
  cells: readonly Cell[],
  options: SoakOptions,
): Promise<Soak> {
  const control = await ControlServer.open();
  const store = await StoreServer.open();
  const { isolations, plant } = options;
  const input = { storePort: store.port, folder, isolations, ...(plant === undefined ? {} : { plant }) };
  const host = await HostProcess.start({ control, offspring, input, nodeArguments: ["--expose-gc"] });
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
    const trial = await inAttempts(cell, async () => {
      runs += 1;
      const attempt = await attemptIn(host, { number: runs, cell, pace: pace() });
      forget(runs);
      return attempt;
    });
    const verdict = verdictOf(cell, trial);
    verdicts.push(verdict);
    onVerdict(verdict, verdicts.length);
    const sample = trial.violations.some(({ rule }) => rule === "host") ? undefined : await host.sample();
    if (sample === undefined || "gone" in sample) return { verdicts, samples, complaint: "the host is gone" };
    samples.push(sample);
  }
  const complaint = await host.end();
  return { verdicts, samples, ...(complaint === undefined ? {} : { complaint }) };
}
