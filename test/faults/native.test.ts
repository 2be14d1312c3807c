/** A native plugin has a process of its own, unless the configuration says otherwise. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import type { ExecutionContext } from "ava";
import { leavesNothing } from "../support/leaves-nothing.js";
import { childPids } from "../support/processes.js";
import { Stage } from "../support/stage.js";
import type { StageOptions } from "../support/stage.js";
import { until } from "../support/until.js";

leavesNothing(test);

/** Says where it is imported and initialised, and can be asked to end. */
const SOURCE = `
import { isMainThread } from "node:worker_threads";
const place = isMainThread ? "process" : "thread";
console.log("imported in a " + place);
export const metadata = { name: "N", version: "1.0.0", native: true };
export async function initializePlugin(context) {
  context.logger.info("initialised in a " + place);
  await context.registerStorageBackend("store", () => ({
    get({ key }) { if (key === "exit") process.exit(3); },
    put() {},
    purge() {},
  }));
}`;

const MOVED = "It is native, and begins anew in a process";

/** What the plugin has said, and the host of where it runs, in order. */
function saidBy(stage: Stage): (string | undefined)[] {
  return stage.lines
    .filter(({ plugin, msg }) => plugin === "faulty" && / in a (?:thread|process)$/.test(msg ?? ""))
    .map(({ msg }) => msg);
}

/** The path of a plugin's module in a package of its own. */
function writeModule(t: ExecutionContext, manifest: object): string {
  const folder = mkdtempSync(join(tmpdir(), "stockpile-native-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "main.mjs"), SOURCE);
  return join(folder, "main.mjs");
}

async function openStage(t: ExecutionContext, manifest: object, options: StageOptions = {}): Promise<Stage> {
  const stage = await Stage.open({ module: writeModule(t, manifest), startup: "required", ...options });
  t.teardown(() => stage.close());
  // Lines travel by themselves, and may come later than the word that it has started.
  await until("its lines", () => saidBy(stage).some((line) => line?.startsWith("initialised") === true));
  return stage;
}

test.serial("one that declares it in its package.json is imported in a process alone", async (t) => {
  const stage = await openStage(t, { stockpile: { protocol: 1, native: true } });
  t.deepEqual(saidBy(stage), ["imported in a process", "initialised in a process"]);
  t.like(stage.plugin(), { state: "ready", isolation: "process", lives: 1, restarts: 0 });
});

test.serial("one that only its metadata tells goes on in a process, and no failure is counted", async (t) => {
  const stage = await openStage(
    t,
    {},
    { restart: { burst: 1, window: "60s", backoff: "20ms", maxBackoff: "30s" } },
  );
  // What it said in the thread may have come too late: nobody hears a carrier that has been left.
  const said = saidBy(stage).filter((line) => line !== "imported in a thread");
  t.deepEqual(said, [MOVED, "imported in a process", "initialised in a process"]);
  t.like(stage.plugin(), {
    state: "ready",
    isolation: "process",
    lives: 1,
    restarts: 0,
    abandonedThreads: 0,
  });
  t.is(stage.plugin().lastFailure, undefined);
  t.is(childPids().length, 1);
  await t.throwsAsync(stage.strict.get("exit"));
  await until("another life", () => stage.plugin().lives === 2 && stage.plugin().state === "ready");
  await until(
    "its lines",
    () => saidBy(stage).filter((line) => line === "initialised in a process").length === 2,
  );
  t.deepEqual(saidBy(stage).slice(-2), ["imported in a process", "initialised in a process"]);
  t.is(saidBy(stage).filter((line) => line === MOVED).length, 1);
});

test.serial("its spare has a process as well", async (t) => {
  const stage = await openStage(t, {}, { spare: true });
  await until("a spare", () => stage.plugin().spare === "ready");
  t.is(childPids().length, 2);
  t.is(saidBy(stage).filter((line) => line === MOVED).length, 1);
});

test.serial(
  "one that is allowed less memory than a process takes fails to load, and is told why",
  async (t) => {
    const stage = await Stage.open({
      module: writeModule(t, {}),
      limits: { memoryMb: 64 },
      restart: { burst: 1, window: "60s", backoff: "20ms", maxBackoff: "30s" },
    });
    t.teardown(() => stage.close());
    await until("quarantine", () => stage.plugin().state === "quarantined");
    const { lives, lastFailure } = stage.plugin();
    t.is(lives, 2, "the second is imported in a thread and refused as well");
    t.is(lastFailure?.kind, "load");
    t.regex(
      lastFailure?.message ?? "",
      /limits\.memoryMb: expected at least 96 in a process, .*: received 64; or set "isolation": "thread"$/,
    );
    t.deepEqual(childPids(), []);
  },
);

test.serial("one that the configuration puts in a thread runs there", async (t) => {
  const stage = await openStage(t, { stockpile: { protocol: 1, native: true } }, { isolation: "thread" });
  t.deepEqual(saidBy(stage), ["imported in a thread", "initialised in a thread"]);
  t.like(stage.plugin(), { state: "ready", isolation: "thread" });
  t.deepEqual(childPids(), []);
});
