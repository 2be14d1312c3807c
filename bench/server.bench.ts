/** What a running server answers in a second, and how late, while one of its plugins is killed every second. */
import { measureInTurns } from "./measure-in-turns.js";
import { percentile } from "./percentile.js";
import type { Bound, Effort, Question, Row } from "./question.js";
import { CRASHING_PATH, ENTRIES, NAMES, startServedCache } from "./server/served-cache.js";
import type { ServedCache } from "./server/served-cache.js";
import { loadHttp } from "./server/load-http.js";
import type { HttpLoad } from "./server/load-http.js";
import { killEverySecond } from "./server/kill-every-second.js";

/** So many rounds fewer than other questions have: each takes seconds. */
const FEWER_ROUNDS = 2;
/** A kill a second has to fall into each round, and a share of 1 % of its requests be enough to count. */
const LOAD_FACTOR = 10;
/** What a kill may make of the latency that one request in a hundred exceeds: one of both. */
const MAX_RATIO = 1.5;
const MAX_EXTRA_MS = 3;

/** Something that is asked of the server. */
interface Asked {
  readonly name: string;
  readonly paths: readonly string[];
}

/** The same, with the other plugin killed or not. */
interface Contender extends Asked {
  readonly isKilling: boolean;
}

const ASKED: readonly Asked[] = [
  { name: "look-ups of names", paths: NAMES },
  { name: "entries by key", paths: ENTRIES },
];

const CONTENDERS: readonly Contender[] = ASKED.flatMap((asked) => [
  { ...asked, isKilling: false },
  { ...asked, isKilling: true },
]);

export const server: Question = {
  name: "server",
  asks: "How many look-ups and entries does a running server answer, alone and while another plugin is killed every second?",
  async answer({ rounds, loadMs }: Effort) {
    const cache = await startServedCache();
    try {
      const loadForMs = loadMs * LOAD_FACTOR;
      // Warm: what is asked for is in the cache, and the code compiled.
      for (const contender of CONTENDERS) await measure(cache, contender, loadForMs / CONTENDERS.length);
      const results = await measureInTurns(CONTENDERS, Math.max(1, rounds - FEWER_ROUNDS), (contender) =>
        measure(cache, contender, loadForMs),
      );
      return {
        tables: [{ title: "64 connections", rows: CONTENDERS.map((each) => rowOf(each, results)) }],
        bounds: ASKED.flatMap((asked) => boundsOf(asked, results)),
      };
    } finally {
      await cache.stop();
    }
  },
};

type Measured = HttpLoad & { readonly kills: number };
type Results = ReadonlyMap<Contender, readonly Measured[]>;

async function measure({ url }: ServedCache, { paths, isKilling }: Contender, ms: number): Promise<Measured> {
  if (!isKilling) return { ...(await loadHttp(url, paths, ms)), kills: 0 };
  const killing = await killEverySecond(url, CRASHING_PATH);
  try {
    const load = await loadHttp(url, paths, ms);
    return { ...load, kills: await killing.stop() };
  } finally {
    await killing.stop();
  }
}

function rowOf(contender: Contender, results: Results): Row {
  const measured = results.get(contender) ?? [];
  const median = (figure: (one: Measured) => number): number => percentile(measured.map(figure), 0.5);
  return {
    asked: `${contender.name}${contender.isKilling ? ", another plugin killed every second" : ", alone"}`,
    "answers/s": median(({ perSecond }) => perSecond),
    "p50 ms": median(({ latenciesMs }) => percentile(latenciesMs, 0.5)),
    "p99 ms": median(p99),
    failed: sum(measured.map(({ failed }) => failed)),
    kills: sum(measured.map(({ kills }) => kills)),
  };
}

function boundsOf({ name }: Asked, results: Results): Bound[] {
  const of = (isKilling: boolean): readonly Measured[] =>
    [...results].find(([each]) => each.name === name && each.isKilling === isKilling)?.[1] ?? [];
  const median = (isKilling: boolean): number => percentile(of(isKilling).map(p99), 0.5);
  const alone = median(false);
  const limit = Number(Math.max(alone * MAX_RATIO, alone + MAX_EXTRA_MS).toFixed(2));
  const kills = sum(of(true).map((each) => each.kills));
  return [
    { claim: `${name}, a kill every second: p99 ms`, measured: median(true), kind: "ceiling", limit },
    {
      claim: `${name}, a kill every second: failed`,
      measured: sum(of(true).map((each) => each.failed)),
      kind: "ceiling",
      limit: 0,
    },
    // Without one in each round, nothing would have been shown.
    { claim: `${name}, a kill every second: kills`, measured: kills, kind: "floor", limit: of(true).length },
  ];
}

function p99({ latenciesMs }: Measured): number {
  return percentile(latenciesMs, 0.99);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
