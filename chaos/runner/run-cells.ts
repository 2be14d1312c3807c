/** Runs cells in hosts, several at a time, and judges them. */
import { join } from "node:path";
import type { Cell, Isolation } from "../cells/cell.js";
import { exceptionOf } from "../faults/exceptions.js";
import { removeDisks } from "../faults/small-disk.js";
import type { HostInput } from "../host/host-input.js";
import { judgeCell } from "../judge/judge-cell.js";
import { verdictOf } from "../judge/verdict.js";
import type { Verdict } from "../judge/verdict.js";
import type { Violation } from "../judge/violation.js";
import { ControlServer } from "./control-server.js";
import { HostProcess } from "./host-process.js";
import { pace } from "./pace.js";
import { withScratchFolder } from "./scratch-folder.js";
import { StoreServer } from "./store-server.js";

/** Cells a host is used for, when all of them hold: then it must be able to exit by itself. */
const CELLS_PER_HOST = 25;
/** How often a cell is run whose only complaints may be the machine's: what the runtime does it does each time. */
const ATTEMPTS = 3;

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
  return withScratchFolder((folder) => runIn(folder, cells, options));
}

async function runIn(folder: string, cells: readonly Cell[], options: RunOptions): Promise<Verdict[]> {
  const control = await ControlServer.open();
  const store = await StoreServer.open();
  const { isolations, plant } = options;
  const input = { storePort: store.port, folder, isolations, ...(plant === undefined ? {} : { plant }) };
  const startHost = (): Promise<HostProcess> => HostProcess.start(control, input);
  const queue = [...cells.entries()];
  const verdicts: Verdict[] = [];
  try {
    const workers = Array.from({ length: Math.min(options.parallel, cells.length) }, async () => {
      const lane = new Lane(startHost, folder);
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [index, cell] = next;
        const startedAt = performance.now();
        const violations = await lane.judge(index, cell, queue.length < options.parallel);
        const verdict = verdictOf(cell, violations, performance.now() - startedAt);
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
  #cells = 0;

  constructor(startHost: () => Promise<HostProcess>, folder: string) {
    this.#startHost = startHost;
    this.#folder = folder;
  }

  /** @param isLast Whether no other cell may come: then the host is let go with this one. */
  async judge(index: number, cell: Cell, isLast: boolean): Promise<Violation[]> {
    let violations: Violation[] = [];
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      violations = await this.#attempt(index * ATTEMPTS + attempt, cell, isLast);
      const isOfTime = violations.length > 0 && violations.every((violation) => violation.isOfTime === true);
      if (!isOfTime || exceptionOf(cell) !== undefined) break;
    }
    return violations;
  }

  async close(): Promise<void> {
    await this.#host?.kill();
  }

  async #attempt(number: number, cell: Cell, isLast: boolean): Promise<Violation[]> {
    this.#host ??= await this.#startHost();
    this.#cells += 1;
    const seen = await this.#host.run(number, cell, pace());
    const isGone = "gone" in seen;
    const violations: Violation[] = isGone
      ? [{ rule: "host", text: `the host is gone: ${seen.gone}` }]
      : judgeCell(cell, seen);
    if (violations.length > 0) {
      await this.#host.kill();
      removeDisks(join(this.#folder, String(number)));
      this.#forget();
    } else if (isLast || this.#cells >= CELLS_PER_HOST) {
      const complaint = await this.#host.end();
      this.#forget();
      if (complaint !== undefined) violations.push({ rule: "host", text: complaint });
    }
    return violations;
  }

  #forget(): void {
    this.#host = undefined;
    this.#cells = 0;
  }
}
