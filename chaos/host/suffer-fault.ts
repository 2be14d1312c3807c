/** Puts a stage under load, has a fault happen in it, and waits until its plugin is well again. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cell } from "../cells/cell.js";
import { expectOf } from "../faults/expect-of.js";
import type { Fault, SurroundingFault } from "../faults/fault.js";
import { arm, isArmed } from "../plugin/armed.js";
import { FAULTY_KEY } from "../plugin/subject.js";
import type { CallLog } from "./call-log.js";
import { Callers } from "./callers.js";
import { measurePool } from "./host-state.js";
import type { Ledgers } from "./kept-values.js";
import type { Observation } from "./observation.js";
import type { Stage } from "./stage.js";
import { HINDERED_KEY, triggerMoment } from "./trigger-moment.js";
import { until } from "./until.js";

/** How long the callers go on before the fault and after it, in ms. */
const [BEFORE_MS, AFTER_MS] = [120, 150];
/** How long a fault of the surroundings lasts beyond its own call, in ms: callers meet it too. */
const HINDRANCE_MS = 300;
/** In which a fault must have happened, in ms. */
const FELT_MS = 10_000;
/** In which a plugin must be back, in ms: a breaker that has seen many failures probes every 30 s. */
const RECOVERY_MS = 45_000;
/** After which a call that has not settled never will, in ms. */
const PATIENCE_MS = 5000;
/** In which writes that wait are to be done once the plugin is back, in ms: replays are up to 30 s apart after failures. */
const QUEUE_MS = 40_000;

export interface Suffering {
  readonly cell: Cell;
  readonly fault: Fault;
  /** Of the stage. */
  readonly folder: string;
  readonly pace: number;
  readonly stage: Stage;
  readonly log: CallLog;
  readonly ledgers: Ledgers;
}

export type Suffered = Pick<Observation, "isFelt" | "trigger" | "ends" | "recoveredMs" | "state" | "lost"> & {
  /** Whether the host's own file access came back while the fault lasted. */
  readonly hasPool: boolean;
};

type Happened = Pick<Suffered, "isFelt" | "hasPool"> & { readonly trigger: string | undefined };

export async function sufferFault(suffering: Suffering): Promise<Suffered> {
  const { cell, fault, stage, log, ledgers } = suffering;
  const callers = await Callers.start(cell.load, {
    stage,
    log,
    ledgers,
    isOfDisk: fault.group === "disk",
  });
  await triggerMoment.prepare({ stage, log, ledger: ledgers.strict });
  await sleep(BEFORE_MS);
  // What a loaded machine has ended or opened a breaker for before is not what is looked at.
  await until(() => stage.health.state === "ready", FELT_MS);
  stage.failures.length = 0;
  for (const ledger of Object.values(ledgers)) ledger.mark();
  const happenedAt = performance.now();
  const { trigger, ...happened } = await ("inject" in fault
    ? happenInPlugin(suffering)
    : happenAround(suffering, fault));
  if (!expectOf(cell).ends.includes("none")) await until(() => stage.failures.length > 0, RECOVERY_MS);
  const isBack = await until(() => isServing(suffering), RECOVERY_MS);
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

async function happenInPlugin({ cell, folder, pace, stage, log, ledgers }: Suffering): Promise<Happened> {
  const { fault, moment } = cell;
  arm(folder, { fault, moment, pace });
  const trigger = await triggerMoment.at(moment, FAULTY_KEY, { stage, log, ledger: ledgers.strict });
  return { trigger, isFelt: await until(() => !isArmed(folder), FELT_MS), hasPool: true };
}

async function happenAround(suffering: Suffering, fault: SurroundingFault): Promise<Happened> {
  const { cell, folder, stage, log, ledgers } = suffering;
  const surroundings = {
    dataFolder: join(folder, "data"),
    folder,
    jumpClock: (ms: number): void => stage.clock.jump(ms),
  };
  for (const ledger of Object.values(ledgers)) ledger.isLosing = fault.losesData === true;
  fault.begin(surroundings);
  try {
    const trigger = await triggerMoment.at(cell.moment, HINDERED_KEY, { stage, log, ledger: ledgers.strict });
    await sleep(HINDRANCE_MS);
    return { trigger, isFelt: true, hasPool: (await measurePool(folder)) !== undefined };
  } finally {
    fault.end(surroundings);
    for (const ledger of Object.values(ledgers)) ledger.isLosing = false;
  }
}

/** Whether the plugin takes and gives values again. */
async function isServing({ stage, log, ledgers }: Suffering): Promise<boolean> {
  if (stage.health.state !== "ready") return false;
  const trigger = { stage, log, ledger: ledgers.strict };
  const outcomes = [
    await triggerMoment.at("put", FAULTY_KEY, trigger),
    await triggerMoment.at("get", FAULTY_KEY, trigger),
  ];
  return outcomes.every((outcome) => outcome === "answered");
}
