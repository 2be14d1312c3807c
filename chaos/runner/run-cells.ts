/** Runs cells in hosts, several at a time, and judges them. */
import { join } from "node:path";
import type { Cell, Isolation } from "../cells/cell.js";
import { removeDisks } from "../faults/small-disk.js";
import type { HostInput } from "../host/host-input.js";
import { verdictOf } from "../judge/verdict.js";
import type { Verdict } from "../judge/verdict.js";
import { attemptIn } from "./attempt-in.js";
import { ControlServer } from "./control-server.js";
import { HostProcess } from "./host-process.js";
import { inAttempts } from "./in-attempts.js";
import type { Attempt } from "./in-attempts.js";
import { pace } from "./pace.js";
import { StoreServer } from "./store-server.js";
import { withScratch } from "./with-scratch.js";
import type { Scratch } from "./with-scratch.js";

/** Cells a host is used for, when all of them hold: then it must be able to exit by itself. */
const CELLS_PER_HOST = 25;

export interface RunOptions {
  /** Hosts at the same time. */
  readonly parallel: number;
  /** What bystanders run in. */
  readonly isolations: readonly Isolation[];
  readonly onVerdict: (verdict: Verdict, done: number) => void;
  readonly plant?: HostInput["plant"];
}

/** Runs them all, and answers what became of each. */
export function runCells(cells: readonly Cell[], options: RunOptions): Promise<Verdict[]> {
  return withScratch((scratch) => runIn(scratch, cells, options));
}

async function runIn(
  { folder, offspring }: Scratch,
  cells: readonly Cell[],
  options: RunOptions,
): Promise<Verdict[]> {
  const control = await ControlServer.open();
  const store = await StoreServer.open();
  const { isolations, plant } = options;
  const input = { storePort: store.port, folder, isolations, ...(plant === undefined ? {} : { plant }) };
  const startHost = (): Promise<HostProcess> => HostProcess.start({ control, offspring, input });
  let attempts = 0;
  const nextNumber = (): number => (attempts += 1);
  const queue = [...cells];
  const verdicts: Verdict[] = [];
  try {
    const workers = Array.from({ length: Math.min(options.parallel, cells.length) }, async () => {
      const lane = new Lane(startHost, folder, nextNumber);
      for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
        const isLast = queue.length < options.parallel;
        const verdict = verdictOf(cell, await inAttempts(cell, () => lane.attempt(cell, isLast)));
        verdicts.push(verdict);
        options.onVerdict(verdict, verdicts.length);
      }
      await lane.close();
    });
    await Promise.all(workers);
  } finally {
    control.close();
    await store.close();
  }
  return verdicts;
}

/** One host at a time, replaced when it is of no more use. */
class Lane {
  readonly #startHost: () => Promise<HostProcess>;
  readonly #folder: string;
  #host: HostProcess | undefined;
  readonly #nextNumber: () => number;
  #cells = 0;

  constructor(startHost: () => Promise<HostProcess>, folder: string, nextNumber: () => number) {
    this.#startHost = startHost;
    this.#folder = folder;
    this.#nextNumber = nextNumber;
  }

  /** @param isLast Whether no other cell may come: then the host is let go with this one. */
  async attempt(cell: Cell, isLast: boolean): Promise<Attempt> {
    this.#host ??= await this.#startHost();
    this.#cells += 1;
    const number = this.#nextNumber();
    const attempt = await attemptIn(this.#host, { number, cell, pace: pace() });
    if (attempt.violations.length > 0) {
      await this.#host.kill();
      removeDisks(join(this.#folder, String(number)));
      this.#forget();
      return attempt;
    }
    if (!isLast && this.#cells < CELLS_PER_HOST) return attempt;
    const complaint = await this.#host.end();
    this.#forget();
    return complaint === undefined
      ? attempt
      : { ...attempt, violations: [{ rule: "host", text: complaint }] };
  }

  async close(): Promise<void> {
    await this.#host?.kill();
  }

  #forget(): void {
    this.#host = undefined;
    this.#cells = 0;
  }
}
