/** How long a backend is away when its plugin crashes, against a worker thread that one restarts by hand. */
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openSupervised } from "./contenders/open-supervised.js";
import { startComlinkWorker } from "./contenders/start-comlink-worker.js";
import { measureInTurns } from "./measure-in-turns.js";
import { percentile } from "./percentile.js";
import type { Bound, Question } from "./question.js";

const CATEGORY = "c";
/** How often a backend that is away is asked again, in ms: the resolution of what is measured. */
const POLL_MS = 1;
/** Until a life is back after a crash, with backoff 0, in ms. */
const COLD_LIMIT_MS = 150;
/** The same with a spare, in ms; from Node 24 on a thread's end takes longer to be told of. */
const SPARE_LIMIT_MS = 20;
const SPARE_LIMIT_24_MS = 50;

/** Time between two crashes, in ms: what a life still does when it has first answered is not to slow down who is next. */
const SETTLE_MS = 150;

/** Beyond any pause of a busy machine: no start of a run may fail for its deadline. */
const START_LIMIT = "60s";

interface Setting {
  readonly isolation: "thread" | "process";
  readonly spare: boolean;
}

function configOf({ isolation, spare }: Setting): object {
  return {
    plugins: {
      crash: {
        module: fileURLToPath(new URL("./fixtures/crash-plugin.js", import.meta.url)),
        isolation,
        startup: "required",
        spare,
        restart: { burst: 0, backoff: 0 },
        limits: { start: START_LIMIT },
      },
    },
    storage: { plugin: "crash" },
  };
}

const SETTINGS: readonly Setting[] = (["thread", "process"] as const).flatMap((isolation) => [
  { isolation, spare: false },
  { isolation, spare: true },
]);

/** Something that crashes when told to. */
interface Crashing {
  readonly name: string;
  /** What the median must not exceed, in ms. */
  readonly limitMs?: number;
  /** Tells it to crash; resolves with the time from then to the first answer of its successor, in ms. */
  readonly recover: () => Promise<number>;
  readonly close: () => Promise<void>;
}

export const recovery: Question = {
  name: "recovery",
  asks: "How long from a plugin's crash to the next answer of its backend, cold with backoff 0, and with a spare?",
  async answer({ crashes }) {
    const contenders: Crashing[] = [];
    try {
      contenders.push(byHand());
      for (const setting of SETTINGS) {
        // oxlint-disable-next-line no-await-in-loop -- One start is not to slow another down.
        for (const how of ["exit", "throw"] as const) contenders.push(await supervised(how, setting));
      }
      const measure = async ({ recover }: Crashing): Promise<number> => {
        await wait(SETTLE_MS);
        return recover();
      };
      await measureInTurns(contenders, 2, measure);
      const results = await measureInTurns(contenders, crashes, measure);
      const [hand = []] = results.values();
      const rows = [...results].map(([{ name }, times]) => ({
        contender: name,
        crashes: times.length,
        "p50 ms": percentile(times, 0.5),
        "p95 ms": percentile(times, 0.95),
        "p50 ratio": percentile(times, 0.5) / percentile(hand, 0.5),
      }));
      const bounds = [...results].flatMap(([{ name, limitMs }, times]): Bound[] => {
        if (limitMs === undefined) return [];
        const claim = `${name}: p50 ms from the crash to the next answer`;
        return [{ claim, measured: percentile(times, 0.5), kind: "ceiling", limit: limitMs }];
      });
      return { tables: [{ title: "Crash to next answer", rows }], bounds };
    } finally {
      await Promise.all(contenders.map((contender) => contender.close()));
    }
  },
};

/** What one would write oneself: on the thread's exit another one. */
function byHand(): Crashing {
  let worker = startComlinkWorker();
  return {
    name: "bare worker, restarted by hand",
    async recover() {
      const gone = new Promise((resolve) => worker.thread.once("exit", resolve));
      worker.thread.once("error", () => undefined);
      const crashedAt = performance.now();
      await worker.proxy.crash();
      await gone;
      await worker.end();
      worker = startComlinkWorker();
      await worker.proxy.get("any");
      return performance.now() - crashedAt;
    },
    close: () => worker.end(),
  };
}

async function supervised(how: "exit" | "throw", setting: Setting): Promise<Crashing> {
  const { backend, supervisor, close } = await openSupervised(configOf(setting));
  const lifeOf = async (key: string): Promise<number> => {
    const entry = await backend.get({ category: CATEGORY, key });
    return entry === undefined ? 0 : new DataView(entry.value.slice().buffer).getUint32(0, true);
  };
  const spareToBeReady = async (): Promise<void> => {
    while (setting.spare && supervisor.health().spare !== "ready") await wait(POLL_MS);
  };
  await spareToBeReady();
  let life = await lifeOf("first");
  let asked = 0;
  const ways = { exit: "process.exit()", throw: "throw in a timer" };
  return {
    name: `Stockpile, ${setting.isolation}${setting.spare ? " with a spare" : ""}, ${ways[how]}`,
    limitMs: limitOf(setting),
    async recover() {
      const before = life;
      const crashedAt = performance.now();
      // It may be gone before its answer is read.
      await lifeOf(how).catch(() => undefined);
      while (life === before) {
        await wait(POLL_MS);
        asked += 1;
        // A key of its own each time: one that is under way at two crashes is taken for their cause and refused.
        life = await lifeOf(`key-${asked}`).catch(() => before);
      }
      const tookMs = performance.now() - crashedAt;
      // The start of the next spare is not to slow down who is measured next.
      await spareToBeReady();
      return tookMs;
    },
    close,
  };
}

function limitOf({ spare }: Setting): number {
  if (!spare) return COLD_LIMIT_MS;
  const [major = 0] = process.versions.node.split(".").map(Number);
  return major >= 24 ? SPARE_LIMIT_24_MS : SPARE_LIMIT_MS;
}
