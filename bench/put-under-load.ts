import { KEYS } from "./entries.js";
import { threadCpuMs } from "./thread-cpu-ms.js";

/** Gets the value of the key at that place; a miss is `undefined`. */
export type Get = (key: string) => Promise<unknown>;

export interface Load {
  readonly callers: number;
  readonly durationMs: number;
  /**
   * How many calls of a caller there are to each one that is timed. By default all of a lone caller are, and of many
   * none, so that they are not slowed by being watched.
   */
  readonly callsPerWatched?: number | undefined;
}

export interface LoadResult {
  readonly callsPerSecond: number;
  /** Processor time of the main thread per call, in µs; `undefined` where it cannot be told. */
  readonly cpuMicroseconds: number | undefined;
  /** How long each call took that was timed, in ms. */
  readonly latenciesMs: readonly number[];
}

/** Has `callers` callers ask for one key after the other, each as soon as it has its answer. */
export async function putUnderLoad(
  get: Get,
  { callers, durationMs, callsPerWatched = callers === 1 ? 1 : undefined }: Load,
): Promise<LoadResult> {
  let calls = 0;
  const load = { isOver: false };
  const latenciesMs: number[] = [];
  // Both loops are written out: a function for one call would add a promise of its own to each.
  const askOn = async (): Promise<void> => {
    while (!load.isOver) {
      const key = KEYS[calls % KEYS.length] as string; // the remainder keeps it within the list
      calls += 1;
      if ((await get(key)) === undefined) throw missing(key);
    }
  };
  const askAndWatch = async (): Promise<void> => {
    for (let own = 0; !load.isOver; own += 1) {
      const key = KEYS[calls % KEYS.length] as string; // as above
      calls += 1;
      const askedAt = own % (callsPerWatched ?? 1) === 0 ? performance.now() : undefined;
      if ((await get(key)) === undefined) throw missing(key);
      if (askedAt !== undefined) latenciesMs.push(performance.now() - askedAt);
    }
  };
  const cpuBeforeMs = threadCpuMs();
  const startedAt = performance.now();
  setTimeout(() => (load.isOver = true), durationMs);
  await Promise.all(Array.from({ length: callers }, callsPerWatched === undefined ? askOn : askAndWatch));
  const elapsedMs = performance.now() - startedAt;
  const cpuAfterMs = threadCpuMs();
  return {
    callsPerSecond: (calls / elapsedMs) * 1000,
    cpuMicroseconds:
      cpuBeforeMs === undefined || cpuAfterMs === undefined
        ? undefined
        : ((cpuAfterMs - cpuBeforeMs) / calls) * 1000,
    latenciesMs,
  };
}

function missing(key: string): Error {
  return new Error(`Cannot measure: expected a value for ${key}: received none`);
}
