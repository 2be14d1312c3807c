/**
 * What a stage allows its plugin, in ms on a machine that has nothing else to do: short, so that a cell takes a second.
 * On one that is loaded everything takes longer by the same factor, the pace.
 */

const START_MS = 3000;
const CALL_MS = 200;
/** Of the plugin `file`, whose every write waits for the device. */
const DISK_CALL_MS = 500;
/** Longer than the longest thing a fault does that is not to be taken for a hang. */
const HANG_MS = 700;
const DISK_HANG_MS = 1200;
const STOP_MS = 500;

/** Where what is slow must not be taken for a hang: memory that grows, and giant frames that are made. */
const PATIENT_HANG_MS = 10_000;
const PATIENT_START_MS = 15_000;

/** The soft cap of a plugin that is to meet it; a process has 45 to 60 MB before it has done anything. */
const TIGHT_MB = 160;
/** Of one that is to meet another limit first: a giant frame takes its plugin 2 GB. */
const WIDE_MB = 4096;
const USUAL_MB = 512;

/** The `limits` of a plugin. */
export interface StageLimits {
  readonly start: number;
  readonly call: number;
  readonly hang: number;
  readonly stop: number;
  readonly memoryMb: number;
}

/** The limits for a group of faults. @param pace From 1 on. */
export function limitsFor(group: string, pace: number): StageLimits {
  const isPatient = group === "memory" || group === "frames";
  const isDisk = group === "disk";
  const caps: Readonly<Record<string, number>> = { memory: TIGHT_MB, frames: WIDE_MB };
  const paced = (ms: number): number => Math.round(ms * pace);
  return {
    start: paced(isPatient ? PATIENT_START_MS : START_MS),
    call: paced(isDisk ? DISK_CALL_MS : CALL_MS),
    hang: paced(isPatient ? PATIENT_HANG_MS : isDisk ? DISK_HANG_MS : HANG_MS),
    stop: paced(STOP_MS),
    memoryMb: caps[group] ?? USUAL_MB,
  };
}
