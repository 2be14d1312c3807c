/** What a get costs that is answered in this process, against what other caches for Node.js take for it. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { measureInTurns } from "./measure-in-turns.js";
import type { NearMemory, NearSpeed } from "./near/measure-near-cache.js";
import { NEAR_CONTENDERS } from "./near/near-contenders.js";
import type { NearId } from "./near/near-contenders.js";
import { percentile } from "./percentile.js";
import type { Effort, Question, Row } from "./question.js";
import { withVersion } from "./with-version.js";

const MEASURE_FILE = fileURLToPath(new URL("./near/measure-near-cache.js", import.meta.url));
/** Each process has up to three loads: their time is cut in half. */
const LOAD_SHARE = 0.5;
/** So many rounds fewer than other questions have: a process for each makes them dear. */
const FEWER_ROUNDS = 2;
/** Memory differs little from run to run. */
const ROUNDS_PER_MEMORY_ROUND = 5;
const run = promisify(execFile);

/** A figure of a round. */
type Figure = (speed: NearSpeed) => number;

const IDS = Object.keys(NEAR_CONTENDERS) as NearId[]; // of an object that has no others
const uniform: Figure = (speed) => speed.uniform;
const zipf: Figure = (speed) => speed.zipf;
const many: Figure = (speed) => speed.many ?? NaN;

export const near: Question = {
  name: "near",
  asks: "How fast are hits in the near cache, against the in-memory caches of others?",
  async answer({ rounds, loadMs }: Effort) {
    const speedRounds = rounds - FEWER_ROUNDS;
    const speeds = await measureInTurns(IDS, speedRounds, (id) =>
      measure<NearSpeed>("speed", id, loadMs * LOAD_SHARE),
    );
    const memories = await measureInTurns(IDS, Math.ceil(speedRounds / ROUNDS_PER_MEMORY_ROUND), (id) =>
      measure<NearMemory>("memory", id, 0),
    );
    const of = (id: NearId): NearSpeed[] => speeds.get(id) ?? [];
    const median = (id: NearId, figure: Figure): number => percentile(of(id).map(figure), 0.5);
    const ratio = (id: NearId, baseline: NearId, figure: Figure): number => {
      const base = of(baseline);
      const ratios = of(id).map((speed, round) => figure(speed) / figure(base[round] as NearSpeed)); // as many for all
      return percentile(ratios, 0.5);
    };
    const row = (id: NearId, baseline: NearId, call: string): Row => ({
      contender: withVersion(NEAR_CONTENDERS[id]),
      [`${call}/s, uniform`]: median(id, uniform),
      ratio: ratio(id, baseline, uniform),
      [`${call}/s, zipf`]: median(id, zipf),
      "ratio, zipf": ratio(id, baseline, zipf),
      "bytes/entry": Math.round(
        percentile(
          (memories.get(id) ?? []).map((memory) => memory.bytesPerEntry),
          0.5,
        ),
      ),
      "a value is": of(id)[0]?.handout ?? "",
    });
    const awaited = IDS.filter((id) => NEAR_CONTENDERS[id].call === "get");
    return {
      tables: [
        { title: "Get, awaited", rows: awaited.map((id) => row(id, "cacheManager", "gets")) },
        {
          title: "Answered at once",
          rows: (["lruCache", "peek"] as const).map((id) => row(id, "lruCache", "calls")),
        },
        {
          title: "100 keys at once",
          rows: awaited
            .filter((id) => !Number.isNaN(median(id, many)))
            .map((id) => ({
              contender: withVersion(NEAR_CONTENDERS[id]),
              "keys/s": median(id, many),
              ratio: ratio(id, "cacheManager", many),
            })),
        },
      ],
      bounds: [
        {
          claim: "Stockpile, get, uniform: gets/s over cache-manager's",
          measured: ratio("ours", "cacheManager", uniform),
          kind: "floor",
          limit: 1,
        },
        {
          claim: "Stockpile, peek, uniform: calls/s over those of lru-cache with ttl",
          measured: ratio("peek", "lruCache", uniform),
          kind: "floor",
          limit: 0.4,
        },
      ],
    };
  },
};

async function measure<Result>(kind: "speed" | "memory", id: NearId, durationMs: number): Promise<Result> {
  const { stdout } = await run(process.execPath, ["--expose-gc", MEASURE_FILE, kind, id, String(durationMs)]);
  return JSON.parse(stdout) as Result; // printed by measure-near-cache.ts
}
