import { inspect } from "node:util";
import test from "ava";
import { captureConsole } from "../../../src/worker/logs/capture-console.js";
import { LogOutbox } from "../../../src/worker/logs/log-outbox.js";
import { createWorkerLogger } from "../../../src/worker/logs/worker-logger.js";
import { FakeClock } from "../../support/fake-clock.js";

// Serial, and synchronous while captured: the console is the whole process's.

/** A line as `[level, message, stream]`. */
type Line = readonly [number, string, string];

interface Captured {
  readonly lines: Line[];
  readonly dropped: number;
}

/** What is logged while `act` runs with everything captured. */
function captured(act: (flush: () => void) => void, level: number = 10): Captured {
  const lines: Line[] = [];
  let lost = 0;
  const outbox = new LogOutbox(
    async (sent, dropped) => {
      for (const line of sent) lines.push([line.level, line.message, JSON.parse(line.fields ?? "{}").stream]);
      lost += dropped;
    },
    { clock: new FakeClock() },
  );
  const capture = captureConsole(createWorkerLogger({ outbox, level }));
  try {
    act(() => capture.flush());
  } finally {
    capture.restore();
  }
  outbox.flush();
  return { lines, dropped: lost };
}

test.serial("captureConsole() gives each method its level, and each call one line", (t) => {
  const { lines } = captured(() => {
    console.log("log %d", 1, { a: 1 });
    console.info("info");
    console.debug("debug");
    console.warn("warn");
    console.error("error\nsecond line");
    console.dir({ a: 1 });
    console.log();
  });
  t.deepEqual(lines, [
    [30, "log 1 { a: 1 }", "console"],
    [30, "info", "console"],
    [20, "debug", "console"],
    [40, "warn", "console"],
    [50, "error\nsecond line", "console"],
    [30, "{ a: 1 }", "console"],
    [30, "", "console"],
  ]);
});

test.serial("captureConsole() logs an assertion that fails and no other", (t) => {
  const { lines, dropped } = captured(() => {
    console.assert(true, "fine");
    console.assert(false, "wrong");
  });
  t.deepEqual(lines, [[50, "Assertion failed: wrong", "console"]]);
  t.is(dropped, 0);
});

test.serial("captureConsole() logs console.trace() with its stack", (t) => {
  const [line] = captured(() => console.trace("here")).lines;
  t.is(line?.[0], 10);
  t.regex(line?.[1] ?? "", /^Trace: here\n\s+at .*capture-console\.test/su);
});

test.serial("captureConsole() makes one line of a table", (t) => {
  const { lines } = captured(() => console.table([{ a: 1 }]));
  t.is(lines.length, 1);
  t.regex(lines[0]?.[1] ?? "", /│ a │/);
  t.is(lines[0]?.[1].split("\n").length, 5);
});

test.serial("captureConsole() keeps counts, timers and groups going", (t) => {
  const { lines } = captured(() => {
    console.count("c");
    console.count("c");
    console.group("g");
    console.warn("in\nside");
    console.groupEnd();
    console.warn("outside");
    console.time("t");
    console.timeEnd("t");
  });
  t.deepEqual(
    lines.slice(0, 5).map(([level, message]) => [level, message]),
    [
      [30, "c: 1"],
      [30, "c: 2"],
      [30, "g"],
      [40, "  in\n  side"],
      [40, "outside"],
    ],
  );
  t.regex(lines[5]?.[1] ?? "", /^t: [\d.]+ms$/);
});

test.serial("captureConsole() formats nothing below the level or beyond the bounds", (t) => {
  let formatted = 0;
  const object = { [inspect.custom]: () => `formatted ${(formatted += 1)}` };
  t.deepEqual(
    captured(() => console.debug(object), 30),
    { lines: [], dropped: 0 },
  );
  t.is(formatted, 0);
  const { lines, dropped } = captured(() => {
    for (let index = 0; index < 10_000; index += 1) console.log(object);
  });
  t.is(formatted, lines.length);
  t.is(lines.length + dropped, 10_000);
  t.true(lines.length <= 1000);
});

test.serial("captureConsole() keeps a call's level when what it prints prints itself", (t) => {
  const object = {
    [inspect.custom]: () => {
      console.error("inner");
      return "outer";
    },
  };
  t.deepEqual(captured(() => console.log(object)).lines, [
    [50, "inner", "console"],
    [30, "outer", "console"],
  ]);
});

test.serial("captureConsole() logs what is written to the standard streams line by line", (t) => {
  const { lines } = captured((flush) => {
    process.stdout.write("one\ntwo\nbegun");
    process.stderr.write("broken\n");
    flush();
    process.stdout.write("begun again");
  });
  t.deepEqual(lines, [
    [30, "one", "stdout"],
    [30, "two", "stdout"],
    [50, "broken", "stderr"],
    [30, "begun", "stdout"],
  ]);
});

test.serial(
  "captureConsole() also catches a method that was kept from before, by the stream it writes to",
  (t) => {
    const { log } = console;
    t.deepEqual(captured(() => log("kept")).lines, [[30, "kept", "stdout"]]);
  },
);

test.serial("captureConsole() puts everything back", (t) => {
  const before = { ...console };
  const write = currentWrite();
  captured(() => {
    t.not(Reflect.get(console, "log"), Reflect.get(before, "log"));
    t.not(currentWrite(), write);
  });
  for (const [name, method] of Object.entries(before)) t.is(Reflect.get(console, name), method, name);
  t.is(currentWrite(), write);
});

function currentWrite(): unknown {
  return Reflect.get(process.stdout, "write");
}
