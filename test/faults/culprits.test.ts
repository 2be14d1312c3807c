/** Each end against the plan has its report, and a loop that was stuck has the function named it was stuck in. */
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import test from "ava";
import type { ExecutionContext } from "ava";
import type { PluginFailure } from "../../src/host/main.js";
import type { CpuProfile } from "../../src/host/life/cpu-profile.js";
import type { CrashReport } from "../../src/host/reports/crash-report.js";
import { makeFolder } from "../host/config/make-folder.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { runChild } from "../support/run-child.js";
import { Stage } from "../support/stage.js";
import type { StageOptions } from "../support/stage.js";
import { TemporaryPlugin } from "../support/temporary-plugin.js";
import { until } from "../support/until.js";

const HOSTILE = new URL("../fixtures/hostile.js", import.meta.url).href;
/** Half of it is time enough to be found stuck in, on a busy machine too. */
const HANG = "2s";
const CHILD = new URL("children/host-in-a-thread.js", import.meta.url);
const CHILD_MS = 30_000;

leavesNothing(test);

async function open(t: ExecutionContext, options: StageOptions = {}): Promise<[Stage, string]> {
  const directory = join(await makeFolder(t), "reports");
  const stage = await Stage.open({ crashReports: { directory }, ...options });
  t.teardown(() => stage.close());
  return [stage, directory];
}

/** Has the plugin fail by `key`; answers how health tells of it. */
async function fail(stage: Stage, key: string): Promise<PluginFailure> {
  const { lives, lastFailure: earlier } = stage.plugin();
  stage.lenient.get(key).catch(() => undefined); // how it settles is the business of other tests
  await until("another life", () => stage.plugin().lives > lives && stage.plugin().state === "ready");
  const { lastFailure } = stage.plugin();
  if (lastFailure === undefined || lastFailure === earlier) throw new Error("It has no other last failure");
  return lastFailure;
}

/** Closes the cache, which waits for what is being written, and reads it. */
async function readReport(stage: Stage, { report = "" }: PluginFailure): Promise<CrashReport> {
  await stage.close();
  return JSON.parse(readFileSync(report, "utf8")) as CrashReport;
}

/** What becomes of these faults, in both kinds of isolation. */
const ENDS: Readonly<Record<string, PluginFailure["kind"]>> = {
  "timer-throw": "crash",
  "exit-3": "exit",
  "heap-async": "memory",
};

for (const isolation of ["thread", "process"] as const) {
  for (const [fault, kind] of Object.entries(ENDS)) {
    test.serial(`a ${isolation} that ends by "${fault}" leaves a report of kind ${kind}`, async (t) => {
      const memoryMb = isolation === "thread" ? 64 : 160;
      const [stage] = await open(t, { isolation, limits: { memoryMb, hang: "30s" } });
      await stage.lenient.get("log:1");
      const failure = await fail(stage, `${fault}:1`);
      t.is(failure.kind, kind);
      t.is(failure.stuckIn, undefined);
      const line = stage.lines.find(({ level, msg }) => level === 50 && msg === failure.message);
      t.is(line?.["report"], failure.report);
      const report = await readReport(stage, failure);
      t.is(report.format, 1);
      t.like(report.plugin, { name: "faulty", metadata: { name: "Faulty", version: "1.0.0" } });
      t.like(report.life, { number: 1, isolation, endedAt: report.life.endedAt });
      t.true(report.life.startedAt <= (report.life.readyAt ?? 0));
      t.true((report.life.readyAt ?? Infinity) <= report.life.endedAt);
      t.like(report.end, { kind, message: failure.message });
      t.is(report.host.pid, process.pid);
      t.true(report.log.some(({ message, level }) => message === "logged at info" && level === "info"));
      t.true(report.curves.seconds.length > 0 && report.curves.minutes.length > 0);
      t.is(report.memory.limitBytes, memoryMb * 1024 * 1024);
      if (kind === "crash")
        t.regex(report.end.error?.stack ?? "", /thrown in a timer on purpose\n.*faulty\.[jt]s/);
    });
  }

  test.serial(
    `a ${isolation} that spins is named with the function, and a profile lies beside its report`,
    async (t) => {
      const [stage, directory] = await open(t, { isolation, limits: { hang: HANG } });
      const failure = await fail(stage, "spin:1");
      t.is(failure.kind, "hang");
      t.like(failure.stuckIn, { function: "block" });
      t.is(basename(failure.stuckIn?.file ?? ""), "faulty.js");
      t.regex(failure.message, /has been blocked for \d+ ms in block \(faulty\.js:\d+:\d+\)$/);
      t.deepEqual(failure.call, { operation: "get", category: "lenient" });
      t.deepEqual(stage.events.find(({ state }) => state === "restarting")?.failure, failure);
      const { end, calls } = await readReport(stage, failure);
      t.deepEqual(end.stuckIn, failure.stuckIn);
      t.like(end.suspects[0], { operation: "get", category: "lenient", count: 1 });
      t.true(calls.inFlight.some(({ operation }) => operation === "get"));
      const profile = JSON.parse(readFileSync(join(directory, end.profile ?? ""), "utf8")) as CpuProfile;
      const names = profile.nodes.map(({ callFrame }) => callFrame.functionName);
      for (const name of ["(root)", "get", "spin", "block"]) t.true(names.includes(name), names.join());
      t.is(profile.samples.length, profile.timeDeltas.length);
    },
  );

  test.serial(
    `a ${isolation} under permissions that spins is ended for that, with no function named`,
    async (t) => {
      const [stage] = await open(t, { isolation, permissions: { fsRead: ["*"] }, limits: { hang: "1s" } });
      const failure = await fail(stage, "spin:1");
      t.is(failure.kind, "hang");
      t.deepEqual(failure.call, { operation: "get", category: "lenient" });
      t.is(failure.stuckIn, undefined);
      t.false("profile" in (await readReport(stage, failure)).end);
    },
  );

  test.serial(`a ${isolation} that spins within its import is named with the place`, async (t) => {
    const plugin = new TemporaryPlugin("\n\nfor (;;);\n");
    t.teardown(() => plugin.remove());
    const limits = { start: "4s" };
    const [stage] = await open(t, {
      isolation,
      module: plugin.url,
      limits,
      restart: { backoff: "30s", maxBackoff: "30s" },
    });
    const failure = await until("a failure", () => stage.plugin().lastFailure);
    t.is(failure.kind, "start-timeout");
    t.like(failure.stuckIn, { function: "(anonymous)", file: plugin.file, line: 3 });
    t.regex(failure.message, /while its event loop was blocked in \(anonymous\) \(plugin\.mjs:3:\d+\)$/);
    const { plugin: described, life } = await readReport(stage, failure);
    t.false("metadata" in described);
    t.false("readyAt" in life);
  });
}

test.serial("the reports of a plugin that was moved to a process name the process", async (t) => {
  const plugin = new TemporaryPlugin({
    metadata: `export const metadata = { name: "Native", version: "1.0.0", native: true };`,
    initializePlugin: `export const initializePlugin = (context) =>
      context.registerStorageBackend("it", () => ({ get: () => process.exit(3), put() {}, purge() {} }));`,
  });
  t.teardown(() => plugin.remove());
  const [stage, directory] = await open(t, { module: plugin.file });
  await fail(stage, "of the life that was moved");
  await fail(stage, "of one that had a process at once");
  await stage.close();
  const reports = readdirSync(directory)
    .toSorted()
    .map((file) => JSON.parse(readFileSync(join(directory, file), "utf8")) as CrashReport);
  t.deepEqual(
    reports.map(({ life }) => [life.number, life.isolation]),
    [
      [1, "process"],
      [2, "process"],
    ],
  );
});

test.serial("what allocates without end is named with the function", async (t) => {
  const [stage] = await open(t, { limits: { memoryMb: 64, hang: "30s" } });
  const failure = await fail(stage, "buffers:1");
  t.is(failure.kind, "memory");
  t.like(failure.stuckIn, { function: "buffers" });
});

test.serial("a loop that was blocked and turns again is not named for a later end", async (t) => {
  const plugin = new TemporaryPlugin({
    initializePlugin: `export async function initializePlugin(context) {
  await context.registerStorageBackend("store", () => ({
    get() {
      const until = performance.now() + 1500;
      while (performance.now() < until);
      setTimeout(() => { throw new Error("later"); }, 300);
    },
    put() {},
    purge() {},
  }));
}`,
  });
  t.teardown(() => plugin.remove());
  const [stage] = await open(t, { module: plugin.url, limits: { hang: HANG } });
  const failure = await fail(stage, "key");
  t.is(failure.message, "Uncaught: later");
  t.is(failure.stuckIn, undefined);
});

test.serial("a plugin that breaks the protocol, or does not start, leaves a report too", async (t) => {
  const [stage] = await open(t, { module: HOSTILE });
  const failure = await fail(stage, "attack:get-constructor");
  t.is(failure.kind, "protocol");
  t.is((await readReport(stage, failure)).end.kind, "protocol");

  const plugin = new TemporaryPlugin(`export const metadata = { name: "Wrong" };`);
  t.teardown(() => plugin.remove());
  const [other] = await open(t, { module: plugin.url, restart: { backoff: "30s", maxBackoff: "30s" } });
  const refused = await until("a failure", () => other.plugin().lastFailure);
  const { end } = await readReport(other, refused);
  t.is(end.kind, "load");
  t.is(end.error?.name, "PluginLoadError");
});

test.serial("a spare that ends has a report of its own", async (t) => {
  const plugin = new TemporaryPlugin({
    initializePlugin: `export async function initializePlugin(context) {
  if (context.life > 1) throw new Error("only once");
  await context.registerStorageBackend("store", () => ({ get() {}, put() {}, purge() {} }));
}`,
  });
  t.teardown(() => plugin.remove());
  const [stage, directory] = await open(t, {
    module: plugin.url,
    spare: true,
    restart: { backoff: "30s", maxBackoff: "30s" },
  });
  const line = await until("the spare's end", () =>
    stage.lines.find(({ msg }) => msg?.startsWith("The spare ended")),
  );
  await stage.close();
  t.deepEqual([join(directory, readdirSync(directory)[0] ?? "")], [line["report"]]);
  t.is(stage.plugin().lastFailure, undefined);
});

test.serial("a loop of crashes leaves the newest reports and no more than are kept", async (t) => {
  const directory = join(await makeFolder(t), "reports");
  const [stage] = await open(t, { crashReports: { directory, keep: 3 } });
  for (let count = 1; count <= 8; count += 1) await fail(stage, `timer-throw:${count}`);
  const last = stage.plugin().lastFailure?.report ?? "";
  await stage.close();
  const files = readdirSync(directory).toSorted();
  t.is(files.length, 3);
  t.is(join(directory, files[2] ?? ""), last);
});

test.serial("reports hold no key, value, option or secret", async (t) => {
  process.env["STOCKPILE_TEST_SECRET"] = "S3cr3t-word";
  const plugin = new TemporaryPlugin({
    initializePlugin: `export async function initializePlugin({ options, logger, registerStorageBackend }) {
  await registerStorageBackend("store", () => ({
    async get() {
      logger.warn({ password: options.password }, "My password is " + options.password);
      await new Promise((resolve) => setTimeout(resolve, 300));
      setTimeout(() => { throw new Error("No access with " + options.password, { cause: new Error(options.password) }); });
      await new Promise(() => {});
    },
    put() {},
    purge() {},
  }));
}`,
  });
  t.teardown(() => plugin.remove());
  const options = { password: "${env:STOCKPILE_TEST_SECRET}", colour: "ultramarine" };
  const [stage, directory] = await open(t, { module: plugin.url, options });
  void stage.lenient.set("a private key", "a private value");
  const failure = await fail(stage, "another private key");
  const { log, end } = await readReport(stage, failure);
  t.like(log.at(-2), { message: "My password is ***", fields: '{"password":"***"}' });
  t.is(end.error?.cause?.message, "***");
  const text = readdirSync(directory)
    .map((file) => readFileSync(join(directory, file), "utf8"))
    .join("");
  for (const word of ["S3cr3t", "private", "ultramarine", "STOCKPILE_TEST_SECRET"])
    t.false(text.includes(word), word);
});

test.serial("a folder that cannot be written changes nothing but the log", async (t) => {
  const folder = await makeFolder(t, { file: "" });
  const [stage] = await open(t, { crashReports: { directory: join(folder, "file", "reports") } });
  for (let count = 1; count <= 3; count += 1) await fail(stage, `timer-throw:${count}`);
  await stage.lenient.set("key", "value");
  t.like(await stage.lenient.lookup("key"), { source: "backend", value: "value" });
  await stage.close();
  const complaints = stage.lines.filter(({ msg }) => msg?.startsWith("Cannot write crash reports"));
  t.is(complaints.length, 1);
});

test.serial("threads that are ended while they are looked into do end, and the host lives", async (t) => {
  const [stage] = await open(t, { limits: { hang: "300ms" } });
  for (let count = 1; count <= 20; count += 1) t.is((await fail(stage, `spin:${count}`)).kind, "hang");
  t.is((await stage.close()).abandonedThreads, 0);
});

test.serial("a host that is a worker thread itself names the call, and no function", async (t) => {
  const faulty = pathToFileURL(new URL("../fixtures/faulty.js", import.meta.url).pathname).href;
  const end = await runChild(CHILD, { faulty }, CHILD_MS);
  t.is(end.code, 0, end.stderr);
  const [failure] = end.results as readonly [PluginFailure];
  t.is(failure.kind, "hang");
  t.deepEqual(failure.call, { operation: "get", category: "part" });
  t.is(failure.stuckIn, undefined);
});
