import type { Sample } from "../host/take-sample.js";
import { medianOf, slopeOf } from "./growth.js";

/** The share of a run whose samples are left out: pools fill, code is compiled, the allocator takes its arenas. */
const WARM_UP = 0.3;
/** Of how many samples at either end the median is shown. */
const SHOWN_SHARE = 0.1;
const CELLS = 100;
/** Samples after the warm-up below which a slope says nothing. */
const LEAST_SAMPLES = 20;

/**
 * What each figure may grow by in 100 cells. One thread, process, descriptor, handle or timer left by one cell in a
 * hundred would show as 1. A cell is one to three lives and some hundred calls: 10 KB of heap each, kept, would be 1 MB.
 * Resident memory wanders with the allocator's arenas, of which threads that come and go take and leave some.
 */
const MAY_GROW: Readonly<Record<keyof Sample, number>> = {
  rssMb: 8,
  heapMb: 0.5,
  externalMb: 0.5,
  threads: 0.5,
  children: 0.5,
  descriptors: 0.5,
  handles: 0.5,
  timers: 0.5,
};

export interface Growth {
  readonly figure: keyof Sample;
  /** At the end of the warm-up and at the end of the run, in the median of some samples. */
  readonly from: number;
  readonly to: number;
  readonly greatest: number;
  /** In 100 cells. */
  readonly grows: number;
  readonly mayGrow: number;
}

/** What keeps samples from showing whether anything grows; `undefined` where nothing does. */
export function complainOfSamples(samples: readonly Sample[]): string | undefined {
  const { length } = warmOf(samples);
  if (length >= LEAST_SAMPLES) return undefined;
  return `${length} samples after the warm-up do not show whether anything grows: expected ${LEAST_SAMPLES} at least`;
}

/** @param samples One after each cell. */
export function judgeGrowth(samples: readonly Sample[]): Growth[] {
  const warm = warmOf(samples);
  const shown = Math.max(1, Math.floor(warm.length * SHOWN_SHARE));
  // The keys of an object that has no others.
  return (Object.keys(MAY_GROW) as (keyof Sample)[]).map((figure) => {
    const values = warm.map((sample) => sample[figure]);
    return {
      figure,
      from: medianOf(values.slice(0, shown)),
      to: medianOf(values.slice(-shown)),
      greatest: Math.max(...values),
      grows: slopeOf(values) * CELLS,
      mayGrow: MAY_GROW[figure],
    };
  });
}

export function grows({ grows: growth, mayGrow }: Growth): boolean {
  return growth > mayGrow;
}

function warmOf(samples: readonly Sample[]): readonly Sample[] {
  return samples.slice(Math.floor(samples.length * WARM_UP));
}
