/** What callers notice when a plugin is replaced under load, against a worker thread that one replaces by hand. */
import { once } from "node:events";
import { startComlinkWorker } from "./contenders/start-comlink-worker.js";
import { mapConfig } from "./contenders/map-config.js";
import { openSupervised } from "./contenders/open-supervised.js";
import { measureInTurns } from "./measure-in-turns.js";
import { percentile } from "./percentile.js";
import type { Question } from "./question.js";

const CALLERS = 64;
const CATEGORY = "c";

/** Something that answers calls and can be replaced. */
interface Replaceable {
  readonly name: string;
  /** Whether no call may fail for it. */
  readonly isPlanned: boolean;
  readonly get: (key: string) => Promise<unknown>;
  /** Resolves when the successor answers. */
  readonly replace: () => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Swap {
  readonly elapsedMs: number;
  readonly calls: number;
  readonly failed: number;
  /** How long the slowest call took. */
  readonly slowestMs: number;
}

export const reload: Question = {
  name: "reload",
  asks: `How many calls of ${CALLERS} callers fail while a plugin is replaced, and how long does it take?`,
  async answer({ swaps }) {
    const contenders: Replaceable[] = [];
    try {
      contenders.push(byHand());
      for (const isolation of ["thread", "process"] as const) {
        // oxlint-disable-next-line no-await-in-loop -- One start is not to slow another down.
        contenders.push(await supervised(isolation, "restart"), await supervised(isolation, "reload"));
      }
      await measureInTurns(contenders, 2, swapOnce);
      const results = await measureInTurns(contenders, swaps, swapOnce);
      const rows = [...results].map(([{ name }, done]) => ({
        contender: name,
        swaps: done.length,
        calls: sum(done, ({ calls }) => calls),
        "failed calls": sum(done, ({ failed }) => failed),
        "p50 ms": percentile(
          done.map(({ elapsedMs }) => elapsedMs),
          0.5,
        ),
        "p95 ms": percentile(
          done.map(({ elapsedMs }) => elapsedMs),
          0.95,
        ),
        "slowest call ms": Math.max(...done.map(({ slowestMs }) => slowestMs)),
      }));
      const bounds = [...results].flatMap(([{ name, isPlanned }, done]) =>
        isPlanned
          ? [
              {
                claim: `${name}: failed calls in ${done.length} swaps`,
                measured: sum(done, ({ failed }) => failed),
                kind: "ceiling" as const,
                limit: 0,
              },
            ]
          : [],
      );
      return { tables: [{ title: "Replaced under load", rows }], bounds };
    } finally {
      await Promise.all(contenders.map((contender) => contender.close()));
    }
  },
};

/** Has callers ask, one call after the other each, from before the swap until it is over. */
async function swapOnce({ get, replace }: Replaceable): Promise<Swap> {
  const tally = { calls: 0, failed: 0, slowestMs: 0 };
  let isOver = false;
  const callers = Array.from({ length: CALLERS }, async (_, index) => {
    while (!isOver) {
      const calledAt = performance.now();
      // oxlint-disable-next-line no-await-in-loop -- A caller waits for its answer.
      const isDone = await get(`caller-${index}`).then(
        () => true,
        () => false,
      );
      tally.calls += 1;
      tally.slowestMs = Math.max(tally.slowestMs, performance.now() - calledAt);
      if (isDone) continue;
      tally.failed += 1;
      // What is refused at once is refused in the same turn: nothing else would run.
      // oxlint-disable-next-line no-await-in-loop -- As above.
      await new Promise(setImmediate);
    }
  });
  const startedAt = performance.now();
  await replace();
  const elapsedMs = performance.now() - startedAt;
  isOver = true;
  await Promise.all(callers);
  return { elapsedMs, ...tally };
}

/** What one would write oneself: the thread is ended, and another one started. Calls that it leaves are told so. */
function byHand(): Replaceable {
  let worker = startComlinkWorker();
  let gone = once(worker.thread, "exit").then(() => Promise.reject(new Error("The worker is gone")));
  gone.catch(() => undefined);
  return {
    name: "bare worker, ended and started again",
    isPlanned: false,
    get: (key) => Promise.race([worker.proxy.get(key), gone]),
    async replace() {
      await worker.end();
      worker = startComlinkWorker();
      gone = once(worker.thread, "exit").then(() => Promise.reject(new Error("The worker is gone")));
      gone.catch(() => undefined);
      await worker.proxy.get("any");
    },
    close: () => worker.end(),
  };
}

async function supervised(isolation: "thread" | "process", how: "restart" | "reload"): Promise<Replaceable> {
  const { backend, supervisor, close } = await openSupervised(mapConfig(isolation));
  return {
    name: `Stockpile, ${isolation}, ${how}()`,
    isPlanned: how === "reload",
    get: (key) => backend.get({ category: CATEGORY, key }),
    replace: () => (how === "reload" ? supervisor.reload(supervisor.config) : supervisor.restart()),
    close,
  };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
