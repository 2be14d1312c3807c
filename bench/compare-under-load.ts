import type { Contender } from "./contenders/contender.js";
import { measureInTurns } from "./measure-in-turns.js";
import { percentile } from "./percentile.js";
import { putUnderLoad } from "./put-under-load.js";
import type { Get, LoadResult } from "./put-under-load.js";
import type { Effort, Table } from "./question.js";

/** One caller waits; 64 are a busy server; 1,000 are a busy server whose backend has just become slow. */
const CALLERS = [1, 64, 1000] as const;
/** How much longer than a round the warm-up is: the compiler takes about a second to make up its mind. */
const WARM_UP_ROUNDS = 3;

export type CallerCount = (typeof CALLERS)[number];

export interface Comparison {
  readonly tables: readonly Table[];
  /** How many times as many calls per second as the baseline makes: the median of the rounds. */
  throughput(contender: Contender, callers: CallerCount): number;
  /** How many times as long as the baseline's the median call of a lone caller takes: the median of the rounds. */
  latency(contender: Contender): number;
  /** How many times as much time of the main thread's as the baseline a call takes: the median of the rounds. */
  cpu(contender: Contender, callers: CallerCount): number;
}

/**
 * Measures contenders with 1, 64 and 1,000 callers.
 * @param contenders The first is the baseline, which the others' figures are divided by, round by round.
 * @param callsPerWatched How many calls of each of many callers there are to one that is timed; by default none is.
 */
export async function compareUnderLoad(
  contenders: readonly [Contender, ...Contender[]],
  { rounds, loadMs }: Effort,
  callsPerWatched?: number,
): Promise<Comparison> {
  const [baseline] = contenders;
  const results = new Map<CallerCount, Map<Contender, LoadResult[]>>();
  for (const callers of CALLERS) {
    const measure = ({ get }: { get: Get }, durationMs: number): Promise<LoadResult> =>
      putUnderLoad(get, { callers, durationMs, callsPerWatched: callers === 1 ? 1 : callsPerWatched });
    await measureInTurns(contenders, 1, (contender) => measure(contender, loadMs * WARM_UP_ROUNDS));
    results.set(callers, await measureInTurns(contenders, rounds, (contender) => measure(contender, loadMs)));
  }
  /** The median of a figure over the rounds, or of its ratio to the baseline's. */
  const figure = (callers: CallerCount, contender: Contender, of: (result: LoadResult) => number): number =>
    percentile((results.get(callers)?.get(contender) ?? []).map(of), 0.5);
  const ratio = (callers: CallerCount, contender: Contender, of: (result: LoadResult) => number): number => {
    const base = results.get(callers)?.get(baseline) ?? [];
    const own = results.get(callers)?.get(contender) ?? [];
    return percentile(
      own.map((result, round) => of(result) / of(base[round] as LoadResult)), // as many rounds for all
      0.5,
    );
  };
  return {
    tables: CALLERS.map((callers) => ({
      title: callers === 1 ? "1 caller" : `${callers.toLocaleString("en-US")} callers`,
      rows: contenders.map((contender) => ({
        contender: contender.name,
        "calls/s": figure(callers, contender, callsPerSecond),
        ratio: ratio(callers, contender, callsPerSecond),
        "host CPU µs/call": figure(callers, contender, cpuMicroseconds),
        ...(callers === 1 || callsPerWatched !== undefined
          ? {
              "p50 µs": figure(callers, contender, latencyUs(0.5)),
              "p50 ratio": ratio(callers, contender, latencyUs(0.5)),
              "p99 µs": figure(callers, contender, latencyUs(0.99)),
              "p99 ratio": ratio(callers, contender, latencyUs(0.99)),
            }
          : {}),
      })),
    })),
    throughput: (contender, callers) => ratio(callers, contender, callsPerSecond),
    latency: (contender) => ratio(1, contender, latencyUs(0.5)),
    cpu: (contender, callers) => ratio(callers, contender, cpuMicroseconds),
  };
}

const callsPerSecond = (result: LoadResult): number => result.callsPerSecond;
const cpuMicroseconds = (result: LoadResult): number => result.cpuMicroseconds ?? NaN;

function latencyUs(share: number): (result: LoadResult) => number {
  return ({ latenciesMs }) => percentile(latenciesMs, share) * 1000;
}
