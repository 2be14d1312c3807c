/** What a plugin says, whichever way, reaches the host's logger, and a flood of it does not. */
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import type { LogRecord } from "../support/stage.js";
import { KINDS } from "../support/kinds.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { Stage } from "../support/stage.js";
import { until } from "../support/until.js";

/** What the worker lets through of a flood: its burst and what it may keep waiting, and some seconds of its rate. */
const MAX_FLOOD_LINES = 4000;
/** Lines the fixture floods with. */
const FLOOD_LINES = 100_000;

leavesNothing(test);

for (const isolation of KINDS) {
  test.serial(
    `logs, console and output arrive with plugin, level and life, from a ${isolation}`,
    async (t) => {
      const stage = await Stage.open({ isolation, level: "trace" });
      t.teardown(() => stage.close());
      await stage.lenient.get("exit-0:1");
      await until("a second life", () => stage.plugin().lives === 2 && stage.plugin().state === "ready");
      await stage.lenient.get("log:1");
      const line = (msg: string): Promise<LogRecord> =>
        until(`the line "${msg}"`, () => stage.lines.find((record) => record.msg === msg));
      const expected: Readonly<Record<string, number>> = {
        "logged at trace": 10,
        "logged at debug": 20,
        "logged at info": 30,
        "logged at warn": 40,
        "logged at error": 50,
        "logged at fatal": 60,
        "printed to the console": 30,
        "an error on the console": 50,
        "written to stdout": 30,
        "written to stderr": 50,
      };
      for (const [msg, level] of Object.entries(expected)) {
        t.like(await line(msg), { level, plugin: "faulty", life: 2 });
      }
      t.like(await line("logged at info"), { field: 1 });
    },
  );

  test.serial(
    `an error nobody catches is logged with its stack, and so is the end of the life, from a ${isolation}`,
    async (t) => {
      const stage = await Stage.open({ isolation });
      t.teardown(() => stage.close());
      await stage.lenient.get("timer-throw:1");
      const uncaught = await until("its last words", () =>
        stage.lines.find(({ msg }) => msg === "Uncaught exception"),
      );
      t.like(uncaught, { level: 60, plugin: "faulty", life: 1 });
      t.like(uncaught["err"], { message: "thrown in a timer on purpose" });
      const ended = await until("the end", () => stage.lines.find(({ kind }) => kind === "crash"));
      t.like(ended, { level: 50, plugin: "faulty", life: 1, msg: "Uncaught: thrown in a timer on purpose" });
      t.regex(String(ended["stack"]), /faulty\.(js|ts)/);
    },
  );

  test.serial(`a flood of the console is dropped, with a count, from a ${isolation}`, async (t) => {
    const stage = await Stage.open({ isolation, limits: { call: "5s", hang: "10s" } });
    t.teardown(() => stage.close());
    await stage.lenient.get("flood-console:1");
    const dropped = (): number =>
      stage.lines.reduce(
        (sum, record) => sum + (typeof record["dropped"] === "number" ? record["dropped"] : 0),
        0,
      );
    await until(
      "all lines to be accounted for",
      () => stage.lines.filter(isFlood).length + dropped() >= FLOOD_LINES,
    );
    const arrived = stage.lines.filter(isFlood).length;
    t.log(`${arrived} lines arrived, ${dropped()} were dropped`);
    t.true(arrived > 0 && arrived <= MAX_FLOOD_LINES);
    t.is(arrived + dropped(), FLOOD_LINES);
    t.is(stage.plugin().lives, 1);
  });

  test.serial(`a call's signal aborts at its deadline, from a ${isolation}`, async (t) => {
    const stage = await Stage.open({ isolation, limits: { call: "100ms" } });
    t.teardown(() => stage.close());
    const startedAt = performance.now();
    await stage.lenient.get("signal:1");
    const aborted = await until("the abort", () => stage.lines.find(({ msg }) => msg === "aborted"));
    t.like(aborted, { reason: "TimeoutError", plugin: "faulty" });
    t.true(performance.now() - startedAt < 5000);
  });

  test.serial(`a call's signal aborts when the plugin is to stop, from a ${isolation}`, async (t) => {
    const stage = await Stage.open({ isolation, limits: { call: "10s", stop: "1s" } });
    t.teardown(() => stage.close());
    const call = stage.strict.get("signal:1");
    call.catch(() => undefined);
    await sleep(50);
    await stage.stockpile.plugins.stop("faulty");
    await t.throwsAsync(call);
    t.true(stage.lines.some(({ msg, reason }) => msg === "aborted" && reason === "AbortError"));
  });
}

test.serial("a logger that throws does no harm", async (t) => {
  const stage = await Stage.open();
  t.teardown(() => stage.close());
  const { push } = stage.lines;
  stage.lines.push = () => {
    throw new Error("the disk is full");
  };
  await stage.lenient.get("log:1");
  await sleep(100);
  stage.lines.push = push;
  t.is(await stage.lenient.get("plain"), "loaded plain");
  t.is(stage.plugin().lives, 1);
});

function isFlood({ msg = "" }: LogRecord): boolean {
  return /^line \d+$/.test(msg);
}
