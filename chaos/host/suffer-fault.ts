/** Puts a stage under load, has a fault happen in it, and waits until its plugin is well again. */
import { setTimeout as sleep } from "node:timers/promises";
import { expectOf } from "../faults/expect-of.js";
import type { SurroundingFault } from "../faults/fault.js";
import { arm, isArmed } from "../plugin/armed.js";
import { FAULTY_KEY } from "../plugin/subject.js";
import { Callers } from "./callers.js";
import { measurePool } from "./host-state.js";
import type { Observation } from "./observation.js";
import type { Suffering } from "./suffering.js";
import { missesOf, surroundingsOf } from "./surroundings.js";
import { HINDERED_KEY, triggerMoment } from "./trigger-moment.js";
import { until } from "./until.js";
import { whyUnfelt } from "./why-unfelt.js";

/** How long the callers go on before the fault and after it, in ms. */
const [BEFORE_MS, AFTER_MS] = [120, 150];
/** How long a fault of the surroundings lasts beyond its own call, in ms: callers meet it too. */
const HINDRANCE_MS = 300;
/** In which the plugin is to have met such a fault, in ms, and how often one is held up that would pass. */
const [MET_MS, HOLD_MS] = [2000, 3];
/** How many calls may slip through one that is held up. */
const SLIPS = 10;
/** In which a fault must have happened, in ms. */
const FELT_MS = 10_000;
/** In which a plugin must be back, in ms: a breaker that has seen many failures probes every 30 s. */
const RECOVERY_MS = 45_000;
/** After which a call that has not settled never will, in ms. */
const PATIENCE_MS = 5000;
/** In which writes that wait are to be done once the plugin is back, in ms: replays are up to 30 s apart after failures. */
const QUEUE_MS = 40_000;

export type Suffered = Pick<
  Observation,
  "unfelt" | "trigger" | "ends" | "recoveredMs" | "state" | "waiting"
> & {
  /** Whether the host's own file access came back while the fault lasted. */
  readonly hasPool: boolean;
};

interface Happened {
  readonly trigger: string | undefined;
  readonly hasPool: boolean;
  readonly unfelt: string | undefined;
}

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
  const { trigger, hasPool, ...happened } = await ("inject" in fault
    ? happenInPlugin(suffering)
    : happenAround(suffering, fault));
  if (!expectOf(cell).ends.includes("none")) await until(() => stage.failures.length > 0, RECOVERY_MS);
  const isBack = await until(() => isServing(suffering), RECOVERY_MS);
  const recoveredMs = performance.now() - happenedAt;
  await sleep(AFTER_MS);
  await callers.stop(PATIENCE_MS);
  if (isBack) await until(() => stage.queuedWrites === 0, QUEUE_MS);
  const unfelt = happened.unfelt ?? ("inject" in fault ? await whyUnfelt(fault, suffering) : undefined);
  return {
    hasPool,
    ...(unfelt === undefined ? {} : { unfelt }),
    ...(trigger === undefined ? {} : { trigger }),
    ends: stage.failures.map(({ kind, message }) => ({ kind, message })),
    ...(isBack ? { recoveredMs } : {}),
    state: stage.health.state,
    // What does not serve again has been complained of.
    waiting: isBack ? stage.queuedWrites : 0,
  };
}

async function happenInPlugin({ cell, folder, pace, stage, log, ledgers }: Suffering): Promise<Happened> {
  const { fault, moment } = cell;
  arm(folder, { fault, moment, pace });
  const trigger = await triggerMoment.at(moment, FAULTY_KEY, { stage, log, ledger: ledgers.strict });
  const isTaken = await until(() => !isArmed(folder), FELT_MS);
  return { trigger, unfelt: isTaken ? undefined : "the plugin did not come to it", hasPool: true };
}

async function happenAround(suffering: Suffering, fault: SurroundingFault): Promise<Happened> {
  const { cell, folder, pace, stage, log, ledgers } = suffering;
  const surroundings = surroundingsOf(suffering);
  const isVain = (await fault.look(surroundings)) === undefined;
  if (isVain)
    return { trigger: undefined, unfelt: "it cannot be told from how things were before", hasPool: true };
  for (const ledger of Object.values(ledgers)) ledger.isLosing = fault.losesData === true;
  const holding = setInterval(() => fault.hold?.(surroundings), HOLD_MS);
  try {
    fault.begin(surroundings);
    const meet = (): Promise<string | undefined> =>
      triggerMoment.at(cell.moment, HINDERED_KEY, { stage, log, ledger: ledgers.strict });
    let trigger = await meet();
    // Where a fault must be held up, a call may slip through: a write takes the room that a caller has just made.
    const maySlip = fault.hold !== undefined && expectOf(cell).outcomes?.includes("answered") === false;
    for (let slipped = 0; maySlip && trigger === "answered" && slipped < SLIPS; slipped += 1) {
      fault.hold?.(surroundings);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      trigger = await meet();
    }
    await sleep(HINDRANCE_MS);
    let unfelt = await missesOf(fault, surroundings);
    await until(async () => (unfelt = await missesOf(fault, surroundings)) === undefined, MET_MS * pace);
    return { trigger, unfelt, hasPool: (await measurePool(folder)) !== undefined };
  } catch (error) {
    return {
      trigger: undefined,
      unfelt: `it cannot be made on this machine: ${String(error)}`,
      hasPool: true,
    };
  } finally {
    clearInterval(holding);
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
