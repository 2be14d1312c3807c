/** Runs one cell in this process, and tells what was seen. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cell } from "../cells/cell.js";
import { faultNamed } from "../faults/all-faults.js";
import { expectOf } from "../faults/expect-of.js";
import type { Fault, Surroundings } from "../faults/fault.js";
import { makeDisk, removeDisks } from "../faults/small-disk.js";
import { arm, isArmed } from "../plugin/armed.js";
import type { SubjectOptions } from "../plugin/subject.js";
import type { Bystanders } from "./bystanders.js";
import { CallLog } from "./call-log.js";
import { Callers } from "./callers.js";
import { findChanges, measurePool } from "./host-state.js";
import { Ledger } from "./ledger.js";
import { limitsFor } from "./limits.js";
import type { Observation } from "./observation.js";
import { readBack } from "./read-back.js";
import { beyond, countResources } from "./resources.js";
import type { Resources } from "./resources.js";
import { Stage } from "./stage.js";
import type { StageOptions } from "./stage.js";
import type { StallWatch } from "./stall-watch.js";
import { triggerMoment } from "./trigger-moment.js";

/** How long the callers go on before the fault and after it, in ms. */
const [BEFORE_MS, AFTER_MS] = [120, 150];
/** How long a fault of the surroundings lasts beyond its own call, in ms: callers meet it too. */
const HINDRANCE_MS = 300;
/** In which a fault must have happened, in ms. */
const FELT_MS = 5000;
/** In which a plugin must be back, in ms; where memory has to grow first, or one builtin goes on for as long. */
const [RECOVERY_MS, MEMORY_RECOVERY_MS] = [12_000, 45_000];
/** After which a call that has not settled never will, in ms. */
const PATIENCE_MS = 5000;
/** In which writes that wait are to be done once the plugin is back, in ms: replays are up to 30 s apart after failures. */
const QUEUE_MS = 10_000;
/** In which what was closed is gone, in ms. */
const CLOSING_MS = 3000;
const POLL_MS = 5;

export interface CellServices {
  readonly bystanders: Bystanders;
  readonly stalls: StallWatch;
  /** A folder of the cell's own. */
  readonly folder: string;
  readonly subject: SubjectOptions;
  /** Has something go wrong in the suite itself: for its tests. */
  readonly plant?: Plant;
}

/** `late`: answers are kept from callers for a while. `timer`, `thread`: something is left behind. */
export type Plant = "late" | "timer" | "thread";

/** What is known so far of a cell. */
interface Run {
  readonly cell: Cell;
  readonly fault: Fault;
  readonly services: CellServices;
  readonly surroundings: Surroundings;
  readonly stage: Stage;
  readonly log: CallLog;
  readonly ledgers: { readonly strict: Ledger; readonly lenient: Ledger };
}

export async function runCell(cell: Cell, services: CellServices): Promise<Observation> {
  const { bystanders, stalls, folder } = services;
  const fault = faultNamed(cell.fault);
  await bystanders.pause();
  const before = countResources();
  bystanders.resume();
  bystanders.take();
  mkdirSync(folder, { recursive: true });
  if ("disk" in fault) makeDisk(join(folder, "data"));
  const startedAt = performance.now();
  const options = stageOptions(cell, fault, services);
  const stage = await Stage.open(options);
  const ledgers = { strict: new Ledger(), lenient: new Ledger() };
  const log = new CallLog(stalls, services.plant === "late" ? PATIENCE_MS / 10 : 0);
  const surroundings: Surroundings = {
    dataFolder: join(folder, "data"),
    folder,
    jumpClock: (ms) => stage.clock.jump(ms),
  };
  const { hasPool, ...seen } = await suffer({ cell, fault, services, surroundings, stage, log, ledgers });
  const closedAt = performance.now();
  const { abandonedThreads: abandoned, undelivered } = await stage.close();
  const close = { ms: performance.now() - closedAt, abandoned, undelivered };
  const poolMs = await measurePool(folder);
  const lost = [
    ...seen.lost,
    ...(abandoned > 0 || poolMs === undefined ? [] : await readBack(options, ledgers)),
  ];
  if (services.plant === "timer") setInterval(() => undefined, PATIENCE_MS);
  if (services.plant === "thread") await leaveThread();
  removeDisks(folder);
  const left = await findLeft(bystanders, before);
  const beside = bystanders.take();
  bystanders.resume();
  return {
    ...seen,
    calls: log.report(),
    lost,
    beside,
    longestStallMs: stalls.longestMsSince(startedAt),
    close,
    left,
    ...(hasPool && poolMs !== undefined ? { poolMs } : {}),
    changed: findChanges(),
  };
}

function stageOptions({ isolation }: Cell, fault: Fault, { folder, subject }: CellServices): StageOptions {
  const plugin = "plugin" in fault ? fault.plugin : "subject";
  return { isolation, folder, plugin, limits: limitsFor(fault.group), subject };
}

type Suffered = Pick<Observation, "isFelt" | "trigger" | "ends" | "recoveredMs" | "state" | "lost"> & {
  /** Whether the host's own file access came back while the fault lasted. */
  readonly hasPool: boolean;
};

type Happened = Pick<Suffered, "isFelt" | "hasPool"> & { readonly trigger: string | undefined };

/** Puts the stage under load, has the fault happen, and waits until the plugin is well again. */
async function suffer(run: Run): Promise<Suffered> {
  const { cell, stage, log, ledgers } = run;
  const callers = new Callers(cell.load, { stage, log, ledgers });
  await triggerMoment.prepare(stage, log, ledgers.strict);
  await sleep(BEFORE_MS);
  const happenedAt = performance.now();
  const { trigger, ...happened } = await happen(run);
  const { ends } = expectOf(cell);
  const limitMs = run.fault.group === "memory" ? MEMORY_RECOVERY_MS : RECOVERY_MS;
  if (!ends.includes("none")) await until(() => stage.failures.length > 0, limitMs);
  const isBack = await until(() => isServing(run), limitMs);
  const recoveredMs = performance.now() - happenedAt;
  await sleep(AFTER_MS);
  await callers.stop(PATIENCE_MS);
  const isDrained = isBack && (await until(() => stage.queuedWrites === 0, QUEUE_MS));
  return {
    ...happened,
    ...(trigger === undefined ? {} : { trigger }),
    ends: stage.failures.map(({ kind, message }) => ({ kind, message })),
    ...(isBack ? { recoveredMs } : {}),
    state: stage.health.state,
    lost: isBack && !isDrained ? [`${stage.queuedWrites} queued writes are not done`] : [],
  };
}

/** Has the fault happen at the cell's moment. */
async function happen(run: Run): Promise<Happened> {
  const { cell, fault, services, surroundings, stage, log, ledgers } = run;
  const { moment } = cell;
  // What a loaded machine has opened a breaker for must not keep the fault from being met.
  await until(() => stage.health.state === "ready", FELT_MS);
  if ("inject" in fault) {
    arm(services.folder, { fault: fault.name, moment });
    const trigger = await triggerMoment.at(moment, stage, log, ledgers.strict);
    return { trigger, isFelt: await until(() => !isArmed(services.folder), FELT_MS), hasPool: true };
  }
  for (const ledger of Object.values(ledgers)) ledger.isLosing = fault.losesData === true;
  fault.begin(surroundings);
  try {
    const trigger = await triggerMoment.at(moment, stage, log, ledgers.strict);
    await sleep(HINDRANCE_MS);
    return { trigger, isFelt: true, hasPool: (await measurePool(services.folder)) !== undefined };
  } finally {
    fault.end(surroundings);
    for (const ledger of Object.values(ledgers)) ledger.isLosing = false;
  }
}

/** Whether the plugin takes and gives values again. */
async function isServing({ stage, log, ledgers }: Run): Promise<boolean> {
  if (stage.health.state !== "ready") return false;
  const outcomes = [
    await triggerMoment.at("put", stage, log, ledgers.strict),
    await triggerMoment.at("get", stage, log, ledgers.strict),
  ];
  return outcomes.every((outcome) => outcome === "answered");
}

async function until(look: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    if (await look()) return true;
    if (performance.now() > deadline) return false;
    await sleep(POLL_MS);
  }
}

/** What is left once nothing is closing any more. The bystanders pause from then on. */
async function findLeft(bystanders: Bystanders, before: Resources): Promise<string[]> {
  await bystanders.pause();
  await until(() => beyond(countResources(), before).length === 0, CLOSING_MS);
  return beyond(countResources(), before);
}

async function leaveThread(): Promise<void> {
  const { Worker } = await import("node:worker_threads");
  new Worker("setInterval(() => undefined, 1000)", { eval: true }).unref();
}
