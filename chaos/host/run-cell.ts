/** Runs one cell in this process, and tells what was seen. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Cell } from "../cells/cell.js";
import { faultNamed } from "../faults/all-faults.js";
import type { Fault } from "../faults/fault.js";
import { withoutEffect } from "../faults/plant.js";
import type { Plant } from "../faults/plant.js";
import { makeDisk, removeDisks } from "../faults/small-disk.js";
import type { SubjectOptions } from "../plugin/subject.js";
import type { Bystanders } from "./bystanders.js";
import { CallLog } from "./call-log.js";
import { findChanges, measurePool } from "./host-state.js";
import type { Ledgers } from "./kept-values.js";
import { Ledger } from "./ledger.js";
import { limitsFor } from "./limits.js";
import type { Observation } from "./observation.js";
import { leaveBehind } from "./leave-behind.js";
import { readBackElsewhere } from "./read-back-elsewhere.js";
import { readBack } from "./read-back.js";
import { beyond, countResources, leastResources } from "./resources.js";
import type { Resources } from "./resources.js";
import { Stage } from "./stage.js";
import type { StageOptions } from "./stage.js";
import type { StallWatch } from "./stall-watch.js";
import { sufferFault } from "./suffer-fault.js";
import { until } from "./until.js";

/** In which what was closed is gone, in ms. */
const CLOSING_MS = 3000;
/** How long answers are kept from callers where that is planted, in ms: beyond the limit of a call and every margin. */
const LATE_MS = 3000;

export interface CellServices {
  readonly bystanders: Bystanders;
  readonly stalls: StallWatch;
  /** A folder of the cell's own. */
  readonly folder: string;
  readonly subject: SubjectOptions;
  /** What everything takes longer by, on a machine that is loaded; from 1 on. */
  readonly pace: number;
  /** Has something go wrong in the suite itself: for its tests. */
  readonly plant?: Plant;
}

export async function runCell(cell: Cell, services: CellServices): Promise<Observation> {
  const { bystanders, stalls, folder, pace, plant } = services;
  const fault = plant === "nothing" ? withoutEffect(faultNamed(cell.fault)) : faultNamed(cell.fault);
  await bystanders.pause();
  const before = await leastResources();
  bystanders.resume();
  bystanders.take();
  stalls.forget();
  mkdirSync(folder, { recursive: true });
  if ("disk" in fault && fault.disk === "small") makeDisk(join(folder, "data"));
  const startedAt = performance.now();
  const options = stageOptions(cell, fault, services);
  const stage = await Stage.open(options);
  const ledgers = { strict: new Ledger(), lenient: new Ledger() };
  const log = new CallLog(stalls, plant === "late" ? LATE_MS : 0);
  const { hasPool, ...seen } = await sufferFault({ cell, fault, folder, pace, stage, log, ledgers });
  const closedAt = performance.now();
  const { undelivered } = await stage.close();
  const { abandonedThreads, abandonedProcesses } = stage.health;
  const abandoned = abandonedThreads + abandonedProcesses;
  const { stop } = options.limits;
  const close = { ms: performance.now() - closedAt, stopMs: stop, abandoned, undelivered };
  const poolMs = await measurePool(folder);
  // Where the host's own file access waits, another process reads.
  const lost = await findLost(
    poolMs === undefined ? readBackElsewhere : readBack,
    options,
    ledgers,
    undelivered,
  );
  leaveBehind(plant);
  removeDisks(folder);
  const left = await findLeft(bystanders, before);
  const beside = bystanders.take();
  bystanders.resume();
  return {
    ...seen,
    pace,
    calls: log.report(),
    lost,
    untouched: ledgers.strict.untouched + ledgers.lenient.untouched,
    beside,
    longestStallMs: stalls.longestMsSince(startedAt),
    close,
    left,
    ...(hasPool && poolMs !== undefined ? { poolMs } : {}),
    changed: findChanges(),
  };
}

/** What is lost: of the writes that waited, those only that close() has not told as undelivered. */
async function findLost(
  read: typeof readBack,
  options: StageOptions,
  ledgers: Ledgers,
  undelivered: number,
): Promise<string[]> {
  if (undelivered === 0) return read(options, ledgers);
  const lost = await read(options, { ...ledgers, lenient: new Ledger() });
  const waiting = await read(options, { ...ledgers, strict: new Ledger() });
  return [...lost, ...waiting.slice(undelivered)];
}

function stageOptions({ isolation }: Cell, fault: Fault, services: CellServices): StageOptions {
  const { folder, subject, pace, plant } = services;
  const usual = "plugin" in fault ? fault.plugin : "subject";
  const plugin = usual === "file" && plant === "unlink" ? "clumsy file" : usual;
  const setup = {
    ...("disk" in fault && fault.disk !== undefined ? { disk: fault.disk } : {}),
    ...(plant === undefined ? {} : { plant }),
  };
  return { isolation, folder, plugin, limits: limitsFor(fault.group, pace), subject, setup };
}

/** What is left once nothing is closing any more. The bystanders pause from then on. */
async function findLeft(bystanders: Bystanders, before: Resources): Promise<string[]> {
  await bystanders.pause();
  await until(() => beyond(countResources(), before).length === 0, CLOSING_MS);
  return beyond(countResources(), before);
}
