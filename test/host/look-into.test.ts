/** A look into a category that nobody has opened. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { pino } from "pino";
import { BackendError, ClosedError, ConfigError } from "../../src/contract/errors.js";
import { Stockpile } from "../../src/host/stockpile.js";
import { temporaryFolder } from "../cli/write-config.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { Stage } from "../support/stage.js";
import type { StageOptions } from "../support/stage.js";
import { until } from "../support/until.js";

leavesNothing(test);

const SILENT = { logger: pino({ level: "silent" }) };
/** More than a backend takes at once, so that some of them wait for others. */
const MANY = 2_000;
const STRICT = { onReadError: "throw" } as const;

/** Keeps its entries in a folder, for the next one to find. */
async function openOver(folder: string): Promise<Stockpile> {
  return Stockpile.open({ storage: { plugin: "file", parameters: { path: folder } } }, SILENT);
}

async function openStage(t: ExecutionContext, options: StageOptions = {}): Promise<Stage> {
  const stage = await Stage.open(options);
  t.teardown(() => stage.close());
  return stage;
}

const namesOf = (stockpile: Stockpile): string[] => stockpile.health().categories.map(({ name }) => name);

test.serial("lookInto() answers what the backend has, and whence, and makes no category", async (t) => {
  const folder = temporaryFolder(t);
  {
    await using before = await openOver(folder);
    await before.category<string>("player", { ttl: "5m" }).set("jeb", "Jeb");
  }
  const stockpile = await openOver(folder);
  t.teardown(() => stockpile.close());
  for (let round = 0; round < 2; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- The second is to find nothing that the first has left.
    const { storedAt = 0, expiresAt = 0, ...found } = await stockpile.lookInto<string>("player", "jeb", {});
    t.deepEqual(found, { source: "backend", stale: false, value: "Jeb", failures: [] });
    t.is(expiresAt - storedAt, 300_000);
  }
  t.deepEqual(await stockpile.lookInto("player", "dinnerbone", {}), {
    source: "none",
    stale: false,
    value: undefined,
    failures: [],
  });
  t.deepEqual(namesOf(stockpile), []);
  // Whoever opens it later says how: the options of a look bind nobody.
  t.is(await stockpile.category<string>("player", { ttl: "1m", ...STRICT }).get("jeb"), "Jeb");
});

test.serial("lookInto() asks a category that is open, which holds writes that wait", async (t) => {
  const stage = await openStage(t);
  await stage.stockpile.plugins.stop("faulty");
  await stage.lenient.set("key", "value");
  const options = { load: () => "loaded" };
  await t.throwsAsync(stage.stockpile.lookInto("lenient", "key", options), {
    instanceOf: ConfigError,
    message: /expected the options it was first made with/,
  });
  t.like(await stage.stockpile.lookInto("strict", "key", STRICT).catch((error: unknown) => error), {
    code: "STOCKPILE_PLUGIN_UNAVAILABLE",
  });
  const waiting = stage.stockpile.category<string>("waiting", STRICT);
  await waiting.set("key", "value");
  t.like(await stage.stockpile.lookInto("waiting", "key", STRICT), { source: "pending", value: "value" });
});

test.serial(
  "lookInto() refuses what is no name, no key and no option, and makes nothing of it",
  async (t) => {
    const { stockpile } = await openStage(t);
    const opened = namesOf(stockpile);
    for (const name of ["", "Player", "a/b", "_stockpile", "x".repeat(65), 5, null] as string[]) {
      // oxlint-disable-next-line no-await-in-loop -- One claim after the other.
      await t.throwsAsync(stockpile.lookInto(name, "key", {}), { code: "STOCKPILE_KEY_INVALID" });
    }
    for (const key of ["", "x".repeat(1025), "\ud800", 5, null] as string[]) {
      // oxlint-disable-next-line no-await-in-loop -- One claim after the other.
      await t.throwsAsync(stockpile.lookInto("player", key, {}), { code: "STOCKPILE_KEY_INVALID" });
    }
    for (const options of [{ ttl: "soon" }, { tll: "5m" }, null, 5, []] as never[]) {
      // oxlint-disable-next-line no-await-in-loop -- One claim after the other.
      await t.throwsAsync(stockpile.lookInto("player", "key", options), { instanceOf: ConfigError });
    }
    t.deepEqual(namesOf(stockpile), opened);
  },
);

test.serial(
  "what a backend fails with rejects lookInto() where that is asked for, else is a miss",
  async (t) => {
    const { stockpile } = await openStage(t);
    for (const [key, message] of [
      ["reject:1", /rejected on purpose/],
      ["wrong-shape:1", /expected/],
      ["too-much:1", /maxValueBytes|bytes/],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- One fault after the other.
      const error = await t.throwsAsync(stockpile.lookInto("player", key, STRICT), {
        instanceOf: BackendError,
      });
      t.regex(error.message, message);
      // oxlint-disable-next-line no-await-in-loop -- As above.
      const { failures, ...lookup } = await stockpile.lookInto("player", key, {});
      t.deepEqual(lookup, { source: "none", stale: false, value: undefined });
      t.is(failures[0]?.code, error.code);
    }
  },
);

test.serial(
  "looks into a backend that spins end by their deadline, and the next plugin's life serves",
  async (t) => {
    const stage = await openStage(t, { limits: { call: "200ms", hang: "400ms" } });
    const { stockpile } = stage;
    const opened = namesOf(stockpile);
    const looks = Array.from({ length: MANY }, (_, at) => stockpile.lookInto(`c${at}`, "spin:1", STRICT));
    for (const result of await Promise.allSettled(looks)) {
      t.is(result.status, "rejected");
      const { reason } = result as PromiseRejectedResult;
      t.regex((reason as { code: string }).code, /^STOCKPILE_(BACKEND|PLUGIN|CIRCUIT)_/);
    }
    await until("another life", () => stage.plugin().lives > 1 && stage.plugin().state === "ready");
    t.like(await stockpile.lookInto("player", "plain", {}), { value: undefined });
    t.deepEqual(namesOf(stockpile), opened);
  },
);

test.serial(
  "lookInto() rejects once the Stockpile is closed, and settles when it is closed meanwhile",
  async (t) => {
    const stage = await openStage(t);
    const waiting = stage.stockpile.lookInto("player", "never:1", {});
    const closing = stage.close();
    await t.throwsAsync(stage.stockpile.lookInto("player", "key", {}), {
      instanceOf: ClosedError,
      message: 'Cannot look into "player": Stockpile is closed',
    });
    await t.throwsAsync(waiting, { instanceOf: ClosedError });
    t.deepEqual(await closing, { abandonedThreads: 0, undelivered: 0 });
    await t.throwsAsync(stage.stockpile.lookInto("player", "key", {}), { instanceOf: ClosedError });
  },
);
