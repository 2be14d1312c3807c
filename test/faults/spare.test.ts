/** A second life that waits: how it takes over from one that fails, and what its own failures do. */
import test from "ava";
import { leavesNothing } from "../support/leaves-nothing.js";
import { Stage } from "../support/stage.js";
import { TemporaryPlugin } from "../support/temporary-plugin.js";
import { threadCount } from "../support/thread-count.js";
import { until } from "../support/until.js";

leavesNothing(test);

async function openSpared(options: Parameters<typeof Stage.open>[0] = {}): Promise<Stage> {
  const stage = await Stage.open({ spare: true, ...options });
  await until("the spare to be ready", () => stage.plugin().spare === "ready");
  return stage;
}

for (const [fault, kind, limits] of [
  ["exit-0:1", "exit", {}],
  ["exit-3:1", "exit", {}],
  ["timer-throw:1", "crash", {}],
  ["heap-map:1", "memory", { memoryMb: 64, call: "200ms" }],
  ["spin:1", "hang", { hang: "500ms", call: "200ms" }],
] as const) {
  test.serial(`a spare serves as soon as the life is gone that ${fault.split(":")[0]} ends`, async (t) => {
    const stage = await openSpared({ limits });
    t.teardown(() => stage.close());
    let isOver = false;
    const off = stage.stockpile.on("plugin", ({ state }) => {
      if (state === "restarting") isOver = true;
    });
    await stage.strict.get(fault).catch(() => undefined); // it may be gone before its answer is read
    await until("the end of the life", () => isOver);
    off();
    // The event came in the turn in which the life ended, and the spare serves since.
    t.is(await stage.strict.get("plain"), undefined);
    await stage.strict.set("plain", "value");
    t.is(await stage.strict.get("plain"), "value");
    t.like(stage.plugin(), { state: "ready", restarts: 1, abandonedThreads: 0, lastFailure: { kind } });
    await until("another spare", () => stage.plugin().spare === "ready");
    t.is(stage.plugin().lives, 3);
    t.deepEqual(
      stage.events.map(({ state }) => state).filter((state) => state !== "degraded"),
      ["restarting", "ready"],
    );
  });
}

test.serial(
  "a spare is a process where the plugin is one, and serves as soon as the first is gone",
  async (t) => {
    const stage = await openSpared({ isolation: "process" });
    t.teardown(() => stage.close());
    let isOver = false;
    stage.stockpile.on("plugin", ({ state }) => {
      if (state === "restarting") isOver = true;
    });
    await stage.strict.get("exit-3:1").catch(() => undefined); // it may be gone before its answer is read
    await until("the end of the life", () => isOver);
    await stage.strict.set("plain", "value");
    t.is(await stage.strict.get("plain"), "value");
    t.like(stage.plugin(), {
      state: "ready",
      restarts: 1,
      abandonedThreads: 0,
      lastFailure: { kind: "exit" },
    });
    await until("another spare", () => stage.plugin().spare === "ready");
  },
);

test.serial("a loop of crashes ends in quarantine, with a spare as without", async (t) => {
  const stage = await openSpared({ restart: { burst: 2, window: "60s", backoff: 0, maxBackoff: "60s" } });
  t.teardown(() => stage.close());
  const threads = threadCount();
  for (let crashes = 1; crashes <= 3; crashes += 1) {
    await until("a spare", () => stage.plugin().spare === "ready");
    await stage.lenient.get(`exit-3:${crashes}`);
    await until("the end", () => stage.plugin().restarts === crashes || crashes === 3);
  }
  await until("quarantine", () => stage.plugin().state === "quarantined");
  t.is(stage.plugin().spare, "none");
  await until("no thread of it", () => threadCount() <= threads - 2);
});

test.serial("a plugin that cannot have a second life serves on with its first, and says why", async (t) => {
  const plugin = new TemporaryPlugin({
    initializePlugin: `export async function initializePlugin(context) {
      if (context.life > 1) throw new Error("there can be only one");
      const entries = new Map();
      await context.registerStorageBackend("single", () => ({
        get: ({ key }) => entries.get(key),
        put: ({ key }, entry) => void entries.set(key, entry),
        purge: ({ key }) => void entries.delete(key),
      }));
    }`,
  });
  t.teardown(() => plugin.remove());
  const stage = await Stage.open({
    spare: true,
    module: plugin.file,
    restart: { burst: 2, backoff: "5ms", maxBackoff: "50ms" },
  });
  t.teardown(() => stage.close());
  await stage.strict.set("key", "value");
  await until("the spare to have failed more often than the burst", () => stage.plugin().lives >= 6);
  t.like(stage.plugin(), { state: "ready", restarts: 0, spareFailure: { kind: "load" } });
  t.regex(stage.plugin().spareFailure?.message ?? "", /there can be only one/);
  t.is(stage.plugin().lastFailure, undefined);
  t.is(await stage.strict.get("key"), "value");
  t.is(stage.events.length, 0);
});

test.serial("stop, restart and close leave no spare behind", async (t) => {
  const stage = await openSpared();
  t.teardown(() => stage.close());
  const { plugins } = stage.stockpile;
  const threads = threadCount();
  await plugins.stop("faulty");
  t.is(stage.plugin().spare, "none");
  await until("both threads to be gone", () => threadCount() <= threads - 2);
  await plugins.start("faulty");
  await until("another spare", () => stage.plugin().spare === "ready");
  await plugins.restart("faulty");
  await until("another spare", () => stage.plugin().spare === "ready");
  await until("the others to be gone", () => threadCount() <= threads);
  t.like(stage.plugin(), { state: "ready", lives: 6, restarts: 1 });
});
