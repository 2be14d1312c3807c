import { existsSync, readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import test from "ava";
import { PROTOCOL_VERSION } from "../../../src/contract/protocol.js";
import type { LifeEnd } from "../../../src/host/life/life.js";
import { ProcessLife } from "../../../src/host/life/process-life.js";
import { childPids, isAlive } from "../../support/processes.js";
import { TemporaryPlugin } from "../../support/temporary-plugin.js";
import { until } from "../../support/until.js";

/** Longer than a process takes to end, in ms. */
const END_MS = 5000;

/** After which a loop that has not ticked stands still, in ms: many ticks. */
const STILL_MS = 500;

/** In which a process has ended that is about to, in ms. */
const ENDED_MS = 1500;

/** Longer than the shortest timer of Node's, 1 ms. */
const HOLD_UP_MS = 20;

/** A life whose plugin, unless one is given, does not exist: the process boots, reports that, and waits to be ended. */
function startLife(
  onEnd: (end: LifeEnd) => void = () => {},
  url: string = "file:///absent.mjs",
): ProcessLife {
  return new ProcessLife({
    boot: {
      protocol: PROTOCOL_VERSION,
      name: "absent",
      url,
      options: {},
      hostId: "host-1",
      life: 1,
      logLevel: 60,
      maxValueBytes: 1024,
    },
    isolation: "process",
    memoryMb: 128,
    env: {},
    execArgv: [],
    onEnd,
    onOutput: () => {},
  });
}

test.serial(
  "end() resolves with true once the process has gone, and nothing of it is reported after",
  async (t) => {
    const ends: LifeEnd[] = [];
    const life = startLife((end) => ends.push(end));
    const [pid] = childPids();
    await until("its pulse", () => life.pulse.ticks > 0);
    t.true(await life.end(END_MS, () => t.fail()));
    t.false(isAlive(pid!));
    t.deepEqual(ends, []);
  },
);

test.serial("end() in the middle of the start leaves nothing", async (t) => {
  const life = startLife();
  t.true(await life.end(END_MS, () => t.fail()));
  t.deepEqual(childPids(), []);
});

test.serial("end() gives up in time on a process that has not gone, and tells when it has", async (t) => {
  const life = startLife();
  let announce!: () => void;
  const gone = new Promise<void>((resolve) => (announce = resolve));
  // After an immediate the loop comes to its timers first, and only then to what the system tells of processes: a limit
  // that has passed by then passes before it can be known that the process has gone.
  await setImmediate();
  const ending = life.end(0, announce);
  holdUp(HOLD_UP_MS);
  t.false(await ending);
  // A timer of this test's keeps the loop turning meanwhile: the life itself no longer does.
  const timer = setInterval(() => {}, 10);
  await gone;
  clearInterval(timer);
  t.deepEqual(childPids(), []);
});

test.serial(
  "what the process reports of itself arrives in the host's pulse, also while it spins",
  async (t) => {
    const plugin = new TemporaryPlugin("for (;;);");
    t.teardown(() => plugin.remove());
    const life = startLife(undefined, plugin.url);
    t.teardown(() => life.end(END_MS, () => {}));
    await until("its memory", () => life.pulse.residentBytes > 0);
    // It ticks until it spins in the import.
    let [ticks, since] = [0, performance.now()];
    await until("its loop to stand still", () => {
      if (life.pulse.ticks !== ticks) [ticks, since] = [life.pulse.ticks, performance.now()];
      return ticks > 0 && performance.now() - since > STILL_MS;
    });
    life.utilization();
    t.is(life.utilization(), 1);
    const memory = await life.memory();
    t.true(memory!.residentBytes! > memory!.heapBytes + 5 * 1024 * 1024);
  },
);

test.serial(
  "a system without another process to give ends the life by an error, and not the host",
  async (t) => {
    const { execPath } = process;
    t.teardown(() => (process.execPath = execPath));
    process.execPath = "/absent/node";
    const ends: LifeEnd[] = [];
    const life = startLife((end) => ends.push(end));
    process.execPath = execPath;
    // What is sent meanwhile goes nowhere.
    life.endpoint.postMessage({ id: "1", type: "APPLY", path: ["stop"], argumentList: [] });
    const end = await until("its end", () => ends[0]);
    t.is(end.kind, "load");
    t.regex(end.message, /^The plugin's process could not be started: spawn .*ENOENT/);
    t.true(await life.end(END_MS, () => t.fail()));
  },
);

test.serial(
  "a process that does not read what it is answered is ended before it fills the host's memory",
  async (t) => {
    const ends: LifeEnd[] = [];
    const life = startLife((end) => ends.push(end));
    const [pid] = childPids();
    await until("its pulse", () => life.pulse.ticks > 0);
    process.kill(pid!, "SIGSTOP");
    const answer = { id: "1", type: "RAW", value: "x".repeat(1000) };
    for (let count = 0; count < 30_000 && ends.length === 0; count += 1) life.endpoint.postMessage(answer);
    t.like(ends[0], { kind: "protocol" });
    t.regex(ends[0]!.message, /does not read what it is answered/);
    t.true(await life.end(END_MS, () => t.fail()));
  },
);

test.serial("a process that does not read is sent as many calls as the configuration allows", async (t) => {
  const ends: LifeEnd[] = [];
  const life = startLife((end) => ends.push(end));
  const [pid] = childPids();
  await until("its pulse", () => life.pulse.ticks > 0);
  process.kill(pid!, "SIGSTOP");
  for (let count = 0; count < 30_000; count += 1) {
    life.endpoint.postMessage({ id: `${count}`, type: "APPLY", path: ["invoke"], argumentList: [] });
  }
  t.deepEqual(ends, []);
  t.true(await life.end(END_MS, () => t.fail()));
});

test.serial("an error that ends the process is told also where the host was busy meanwhile", async (t) => {
  const plugin = new TemporaryPlugin(
    "setTimeout(() => { throw new Error('why'); }, 50); await new Promise(() => {});",
  );
  t.teardown(() => plugin.remove());
  const ends: LifeEnd[] = [];
  const life = startLife((end) => ends.push(end), plugin.url);
  await until("its pulse", () => life.pulse.ticks > 0);
  holdUp(ENDED_MS);
  t.like(await until("its end", () => ends[0]), { kind: "crash", message: "Uncaught: why" });
  t.true(await life.end(END_MS, () => t.fail()));
});

test.serial("what is queued for the pool of a process that exits is not done any more", async (t) => {
  const plugin = new TemporaryPlugin("");
  t.teardown(() => plugin.remove());
  const late = `${plugin.file}.late`;
  plugin.write(`import { pbkdf2 } from "node:crypto";
import { writeFile } from "node:fs";
for (let thread = 0; thread < 4; thread += 1) pbkdf2("a", "b", 200_000, 64, "sha512", () => {});
writeFile(${JSON.stringify(late)}, "late", () => {});
process.exit(3);`);
  const ends: LifeEnd[] = [];
  const life = startLife((end) => ends.push(end), plugin.url);
  const end = await until("its end", () => ends[0]);
  t.like(end, { kind: "exit", message: "The plugin ended its process with exit code 3" });
  t.true(await life.end(END_MS, () => t.fail()));
  t.false(existsSync(late));
});

test.serial("a process hears all that listens to its exit before it ends", async (t) => {
  const plugin = new TemporaryPlugin("");
  t.teardown(() => plugin.remove());
  const heard = `${plugin.file}.heard`;
  plugin.write(`import { writeFileSync } from "node:fs";
process.on("exit", (code) => writeFileSync(${JSON.stringify(heard)}, String(code)));
process.exit(7);`);
  const ends: LifeEnd[] = [];
  const life = startLife((end) => ends.push(end), plugin.url);
  t.regex((await until("its end", () => ends[0])).message, /exit code 7$/);
  t.is(readFileSync(heard, "utf8"), "7");
  t.true(await life.end(END_MS, () => t.fail()));
});

/** Has the event loop stand still. */
function holdUp(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
