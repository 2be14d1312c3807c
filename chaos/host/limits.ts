/** What a stage allows its plugin, in ms: short, so that a cell takes a second. The judge adds what a loaded machine needs. */

const START_MS = 3000;
export const CALL_MS = 200;
/** Longer than the longest thing a fault does that is not to be taken for a hang. */
export const HANG_MS = 700;
export const STOP_MS = 500;

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

/** The limits for a group of faults. */
export function limitsFor(group: string): StageLimits {
  const isPatient = group === "memory" || group === "frames";
  const caps: Readonly<Record<string, number>> = { memory: TIGHT_MB, frames: WIDE_MB };
  return {
    start: isPatient ? PATIENT_START_MS : START_MS,
    call: CALL_MS,
    hang: isPatient ? PATIENT_HANG_MS : HANG_MS,
    stop: STOP_MS,
    memoryMb: caps[group] ?? USUAL_MB,
  };
}
