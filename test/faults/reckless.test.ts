/** What a thread does not contain, a process does: the host lives, other plugins notice nothing, another life follows. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import type { ExecutionContext } from "ava";
import { measureDisturbance } from "../support/disturbance.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { isAlive, childPids } from "../support/processes.js";
import { Stage } from "../support/stage.js";
import type { StageOptions } from "../support/stage.js";
import { until } from "../support/until.js";

const RECKLESS = new URL("../fixtures/reckless.js", import.meta.url).href;

leavesNothing(test);

interface Case {
  readonly kind: string;
  readonly message: RegExp;
  /** Whether the call that did it is named. */
  readonly isNamed?: boolean;
  readonly options?: StageOptions;
}

const PROTOCOL = /^The plugin broke the protocol: /;

const CASES: Readonly<Record<string, Case>> = {
  abort: { kind: "crash", message: /SIGABRT/, isNamed: true },
  "abort-later": { kind: "crash", message: /SIGABRT/ },
  "kill-default": { kind: "crash", message: /sent itself SIGTERM/, isNamed: true },
  "kill-text": { kind: "crash", message: /sent itself SIGTERM/, isNamed: true },
  "kill-segv": { kind: "crash", message: /sent itself SIGSEGV/, isNamed: true },
  "kill-kill": { kind: "crash", message: /sent itself SIGKILL/, isNamed: true },
  "kill-group": { kind: "crash", message: /sent itself SIGKILL/, isNamed: true },
  "huge-array": { kind: "memory", message: /128 MB/, options: { limits: { memoryMb: 128 } } },
  "heap-arrays": { kind: "memory", message: /128 MB/, options: { limits: { memoryMb: 128 } } },
  "huge-array-at-once": {
    kind: "memory",
    message: /128 MB|hard heap limit/,
    options: { limits: { memoryMb: 128 } },
  },
  "close-descriptors": { kind: "(crash|protocol)", message: /SIG|was closed/ },
  "close-from-host": { kind: "protocol", message: /pipe from the host was closed/ },
  "close-to-host": { kind: "protocol", message: /pipe to the host was closed/ },
  "close-lifeline": { kind: "protocol", message: /lifeline was closed/ },
  "fifo-sync": {
    kind: "hang",
    message: /blocked/,
    isNamed: true,
    options: { limits: { call: "200ms", hang: "500ms" } },
  },
  "garbage-frames": { kind: "protocol", message: PROTOCOL },
  "garbage-message": { kind: "protocol", message: /a frame cannot be read/ },
  "giant-message": { kind: "protocol", message: /message of 4294967295 bytes/ },
  "giant-values": { kind: "protocol", message: /4294967295 bytes of values/ },
  "empty-frame": { kind: "protocol", message: /a frame is empty/ },
  // With which it has taken its last word from itself.
  "half-a-frame": { kind: "crash", message: /sent itself SIGKILL/ },
  "forged-get": { kind: "protocol", message: /asks for "GET"/ },
  "forged-construct": { kind: "protocol", message: /asks for "CONSTRUCT"/ },
  "forged-path": { kind: "protocol", message: /names no single method/ },
  "forged-handler": { kind: "protocol", message: /no plain value/ },
  "forged-answer": { kind: "protocol", message: /answers nothing that was asked/ },
  "forged-result": { kind: "protocol", message: /answers no call/ },
  "forged-end": { kind: "protocol", message: /has no id/ },
  "repeated-end": { kind: "protocol", message: /says twice what it ends for/ },
  "forged-member": { kind: "protocol", message: /members of no use/ },
  "busy-frames": { kind: "protocol", message: /hold up the host's loop/ },
  "heavy-message": { kind: "protocol", message: PROTOCOL, options: { limits: { memoryMb: 1024 } } },
  "garbage-lifeline": { kind: "protocol", message: /malformed record/ },
  "flood-lifeline": { kind: "protocol", message: /lifeline/ },
  "raw-profile": { kind: "protocol", message: /profile that nobody had asked for/ },
  "writes-back": { kind: "protocol", message: /writes on the pipe it is to read/ },
  // A host that is too busy to take so much in finds a loop that is blocked instead.
  "flood-stdout": { kind: "(protocol|hang)", message: /floods its stdout|blocked/ },
  "flood-stderr": { kind: "(protocol|hang)", message: /floods its stderr|blocked/ },
  "exit-spins": { kind: "hang", message: /blocked/, options: { limits: { call: "200ms", hang: "500ms" } } },
};

const isContained = test.macro({
  title: (_given, fault: string) => `a process contains "${fault}"`,
  async exec(t: ExecutionContext, fault: string) {
    const { kind, message, isNamed = false, options = {} } = CASES[fault]!;
    const stage = await openStage(t, options);
    const { summary } = await measureDisturbance(stage, async () => {
      // Some answer before they do it.
      await stage.strict.get(`${fault}:1`).catch(() => undefined);
      await until("its end", () => stage.plugin().lastFailure !== undefined);
      await until("another life", () => stage.plugin().state === "ready");
    });
    const failure = stage.plugin().lastFailure!;
    t.log(`${failure.kind}: ${failure.message}; ${summary}`);
    t.regex(failure.kind, new RegExp(`^${kind}$`));
    t.regex(failure.message, message);
    if (isNamed) t.deepEqual(failure.call, { operation: "get", category: "strict" });
    t.is(await stage.strict.get("plain"), undefined);
    t.is(stage.plugin().abandonedThreads, 0);
  },
});

for (const fault of Object.keys(CASES)) test.serial(isContained, fault);

test.serial(
  "files that never open hold up a process alone, and not the host's own access to files",
  async (t) => {
    const stage = await openStage(t, { limits: { call: "200ms" } });
    await t.throwsAsync(stage.strict.get("fifo-async:1"), { code: "STOCKPILE_BACKEND_TIMEOUT" });
    // Its pool is full; the host's is another, and so is that of each plugin beside it.
    const { readFile } = await import("node:fs/promises");
    await readFile(new URL(import.meta.url));
    t.is(stage.plugin().state, "ready");
    t.deepEqual(await stage.close(), { abandonedThreads: 0, undelivered: 0 });
  },
);

test.serial("a key whose call aborts the process is refused alone after two ends", async (t) => {
  const stage = await openStage(t, {
    restart: { burst: 1, window: "60s", backoff: "20ms", maxBackoff: "30s" },
  });
  for (const lives of [2, 3]) {
    await t.throwsAsync(stage.strict.get("abort:poison"));
    await until("another life", () => stage.plugin().lives === lives && stage.plugin().state === "ready");
  }
  await t.throwsAsync(stage.strict.get("abort:poison"), { message: /"abort:poison".*refused/ });
  t.is(await stage.strict.get("plain"), undefined);
  t.is(stage.plugin().lives, 3);
});

test.serial(
  "a process that is ended from outside, as a fault of an addon does, has all it was sent suspected",
  async (t) => {
    const stage = await openStage(t);
    for (const lives of [2, 3]) {
      const faults = Promise.allSettled([stage.strict.get("in-flight:1"), stage.strict.get("in-flight:2")]);
      const pid = pidOf(stage);
      await new Promise((resolve) => setTimeout(resolve, 100));
      process.kill(pid, "SIGSEGV");
      await faults;
      await until("another life", () => stage.plugin().lives === lives && stage.plugin().state === "ready");
      t.is(stage.plugin().lastFailure?.call, undefined);
    }
    await t.throwsAsync(stage.strict.get("in-flight:1"), { message: /refused/ });
    t.is(await stage.strict.get("plain"), undefined);
  },
);

test.serial("a kill from outside is held against no key", async (t) => {
  const stage = await openStage(t);
  for (const lives of [2, 3]) {
    const fault = stage.strict.get("in-flight:1").catch(() => undefined);
    const pid = pidOf(stage);
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.kill(pid, "SIGKILL");
    await fault;
    await until("another life", () => stage.plugin().lives === lives && stage.plugin().state === "ready");
    t.regex(stage.plugin().lastFailure?.message ?? "", /killed by SIGKILL: .* or by somebody$/);
  }
  t.is(await stage.strict.get("in-flight:1"), undefined);
});

const takesAlong = test.macro({
  title: (_given, _fault: string, what: string) =>
    `the program that a plugin has started ends with it: ${what}`,
  async exec(t: ExecutionContext, fault: string, _what: string) {
    const stage = await openStage(t, { limits: { call: "200ms", hang: "1s" } });
    const pid = pidOf(stage);
    void stage.lenient.get(`${fault}:1`);
    const [program] = await until("the program", () => {
      const programs = childPids(pid);
      return programs.length === 1 && programs;
    });
    await until("another life", () => stage.plugin().lives === 2 && stage.plugin().state === "ready");
    await until("the program's end", () => !isAlive(program!));
    t.pass();
  },
});

test.serial(takesAlong, "program-sync", "one that is ended as it waits for the program");
test.serial(takesAlong, "program-left", "one that ends by itself");

test.serial("signals meant for the host leave its plugins to it", async (t) => {
  const stage = await openStage(t);
  await stage.strict.set("key", "value");
  const pid = pidOf(stage);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.kill(pid, signal);
  await new Promise((resolve) => setTimeout(resolve, 200));
  t.is(await stage.strict.get("key"), "value");
  t.true(isAlive(pid));
});

test.serial("an error that the plugin handles itself ends nothing", async (t) => {
  const stage = await openStage(t);
  await stage.strict.set("key", "value");
  await stage.strict.get("handles-uncaught:1");
  await new Promise((resolve) => setTimeout(resolve, 200));
  t.is(await stage.strict.get("key"), "value");
  t.is(stage.plugin().lives, 1);
});

test.serial("what a process says before it ends is logged", async (t) => {
  const stage = await openStage(t);
  await t.throwsAsync(stage.strict.get("last-words:1"));
  await until("another life", () => stage.plugin().lives === 2);
  const said = stage.lines.filter(({ plugin }) => plugin === "faulty").map(({ msg }) => msg);
  t.true(said.includes("its last words"));
  t.true(said.includes("written past the runtime"));
});

/** The process of the plugin under test: the only one there is. */
function pidOf(stage: Stage): number {
  const [pid] = childPids();
  if (pid === undefined || stage.plugin().state !== "ready") throw new Error("The plugin has no process");
  return pid;
}

async function openStage(t: ExecutionContext, options: StageOptions = {}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "stockpile-reckless-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const fifo = join(folder, "fifo");
  execFileSync("mkfifo", [fifo]);
  const stage = await Stage.open({
    module: RECKLESS,
    isolation: "process",
    startup: "required",
    options: { fifo },
    ...options,
  });
  t.teardown(() => stage.close());
  return stage;
}
