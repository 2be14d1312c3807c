/** How long a backend is away when its plugin crashes, against a worker thread that one restarts by hand. */
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openSupervised } from "./contenders/open-supervised.js";
import { startComlinkWorker } from "./contenders/start-comlink-worker.js";
import { measureInTurns } from "./measure-in-turns.js";
import { percentile } from "./percentile.js";
import type { Question } from "./question.js";

const CATEGORY = "c";
/** How often a backend that is away is asked again, in ms: the resolution of what is measured. */
const POLL_MS = 1;
const CONFIG: object = {
  plugins: {
    crash: {
      module: fileURLToPath(new URL("./fixtures/crash-plugin.js", import.meta.url)),
      startup: "required",
      restart: { burst: 0, backoff: 0 },
    },
  },
  storage: { plugin: "crash" },
};

/** Something that crashes when told to. */
interface Crashing {
  readonly name: string;
  /** Tells it to crash; resolves with the time from then to the first answer of its successor, in ms. */
  readonly recover: () => Promise<number>;
  readonly close: () => Promise<void>;
}

export const recovery: Question = {
  name: "recovery",
  asks: "How long from a plugin's crash to the next answer of its backend, backoff 0?",
  async answer({ crashes }) {
    const contenders: Crashing[] = [];
    try {
      contenders.push(byHand());
      contenders.push(await supervised("exit", "Stockpile, process.exit()"));
      contenders.push(await supervised("throw", "Stockpile, throw in a timer"));
      await measureInTurns(contenders, 2, ({ recover }) => recover());
      const results = await measureInTurns(contenders, crashes, ({ recover }) => recover());
      const [hand = []] = results.values();
      const rows = [...results].map(([{ name }, times]) => ({
        contender: name,
        crashes: times.length,
        "p50 ms": percentile(times, 0.5),
        "p95 ms": percentile(times, 0.95),
        "p50 ratio": percentile(times, 0.5) / percentile(hand, 0.5),
      }));
      return { tables: [{ title: "Crash to next answer", rows }], bounds: [] };
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

async function supervised(how: "exit" | "throw", name: string): Promise<Crashing> {
  const { backend, close } = await openSupervised(CONFIG);
  const lifeOf = async (key: string): Promise<number> => {
    const entry = await backend.get({ category: CATEGORY, key });
    return entry === undefined ? 0 : new DataView(entry.value.slice().buffer).getUint32(0, true);
  };
  let life = await lifeOf("first");
  let asked = 0;
  return {
    name,
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
      return performance.now() - crashedAt;
    },
    close,
  };
}
