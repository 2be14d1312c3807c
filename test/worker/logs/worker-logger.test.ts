import test from "ava";
import * as fc from "fast-check";
import type { Logger } from "../../../src/contract/context.js";
import type { LogLine } from "../../../src/contract/protocol.js";
import { MAX_MESSAGE_CHARACTERS } from "../../../src/worker/logs/bound-text.js";
import { MAX_FIELDS_CHARACTERS } from "../../../src/worker/logs/fields-json.js";
import { LogOutbox } from "../../../src/worker/logs/log-outbox.js";
import { createWorkerLogger, type WorkerLogger } from "../../../src/worker/logs/worker-logger.js";
import { FakeClock } from "../../support/fake-clock.js";

interface Harness {
  readonly logger: WorkerLogger;
  /** What the logger has sent so far. */
  readonly take: () => { lines: readonly LogLine[]; dropped: number };
}

function createHarness(level: number = 10, bindings: Record<string, unknown> = {}): Harness {
  const sent: LogLine[] = [];
  let lost = 0;
  const send = async (lines: readonly LogLine[], dropped: number): Promise<void> => {
    sent.push(...lines);
    lost += dropped;
  };
  // A clock that stands still: the bucket earns nothing meanwhile.
  const outbox = new LogOutbox(send, { clock: new FakeClock() });
  const take = (): { lines: readonly LogLine[]; dropped: number } => {
    outbox.flush();
    const dropped = lost;
    lost = 0;
    return { lines: sent.splice(0), dropped };
  };
  return { logger: createWorkerLogger({ outbox, level, bindings }), take };
}

/** The one line that `log` makes, its fields read. */
function logged(log: (logger: Logger) => void, bindings?: Record<string, unknown>): Record<string, unknown> {
  const { logger, take } = createHarness(10, bindings);
  log(logger);
  const { lines } = take();
  if (lines.length !== 1 || lines[0] === undefined)
    throw new Error(`Expected 1 line: received ${lines.length}`);
  const { level, message, fields } = lines[0];
  return { level, message, fields: fields === undefined ? undefined : JSON.parse(fields) };
}

test("createWorkerLogger() gives each method its pino level", (t) => {
  const { logger, take } = createHarness();
  for (const name of ["trace", "debug", "info", "warn", "error", "fatal"] as const) logger[name](name);
  t.deepEqual(
    take().lines.map(({ level, message }) => [message, level]),
    [
      ["trace", 10],
      ["debug", 20],
      ["info", 30],
      ["warn", 40],
      ["error", 50],
      ["fatal", 60],
    ],
  );
});

test("createWorkerLogger() dates a line when it is logged", (t) => {
  const { logger, take } = createHarness();
  const before = Date.now();
  logger.info("now");
  const { time = 0 } = take().lines[0] ?? {};
  t.true(time >= before && time <= Date.now());
});

test("createWorkerLogger() makes lines of pino's call shapes", (t) => {
  t.deepEqual(
    logged((logger) => logger.info("a %s", "b")),
    { level: 30, message: "a b", fields: undefined },
  );
  t.deepEqual(
    logged((logger) => logger.warn({ a: 1 }, "b")),
    { level: 40, message: "b", fields: { a: 1 } },
  );
  const error = new Error("broken");
  t.deepEqual(
    logged((logger) => logger.error(error)),
    {
      level: 50,
      message: "broken",
      fields: { err: { type: "Error", message: "broken", stack: error.stack } },
    },
  );
});

test("createWorkerLogger() reads a logged object in the call, not later", (t) => {
  const { logger, take } = createHarness();
  const state = { step: 1 };
  logger.info(state);
  state.step = 2;
  t.is(take().lines[0]?.fields, '{"step":1}');
});

test("createWorkerLogger() adds its bindings to every line, a child those of its parent too", (t) => {
  t.deepEqual(
    logged((logger) => logger.info("a"), { b: 1 }),
    { level: 30, message: "a", fields: { b: 1 } },
  );
  const child = logged((logger) => logger.child({ c: 2, b: 3 }).child({ d: 4 }).info({ e: 5 }, "a"), {
    a: 0,
    b: 1,
  });
  t.deepEqual(child["fields"], { a: 0, b: 3, c: 2, d: 4, e: 5 });
});

test("createWorkerLogger() lets a line's field stand for a binding of the same name", (t) => {
  t.deepEqual(logged((logger) => logger.info({ b: 2 }), { b: 1 })["fields"], { b: 2 });
});

test("createWorkerLogger() bounds bindings, fields and message together", (t) => {
  const long = "\u0001".repeat(100_000);
  const { logger, take } = createHarness(10, { long });
  logger.child({ more: long }).info({ fields: long }, long);
  const line = take().lines[0];
  t.true((line?.message.length ?? Infinity) <= MAX_MESSAGE_CHARACTERS);
  t.true((line?.fields?.length ?? Infinity) <= MAX_FIELDS_CHARACTERS);
  t.deepEqual(Object.keys(JSON.parse(line?.fields ?? "")), ["long", "more", "fields"]);
});

test("createWorkerLogger() does nothing below its level, not even read the arguments", (t) => {
  const { logger, take } = createHarness(40);
  const untouchable = new Proxy(
    {},
    {
      get: () => t.fail(),
      ownKeys: () => t.fail(),
      getPrototypeOf: () => t.fail(),
    },
  );
  logger.info(untouchable);
  logger.child({}).debug("%j", untouchable);
  t.false(logger.admits("info"));
  t.deepEqual(take(), { lines: [], dropped: 0 });
});

test("createWorkerLogger() makes no line at all at an infinite level", (t) => {
  const { logger, take } = createHarness(Infinity);
  logger.fatal("silence");
  t.deepEqual(take(), { lines: [], dropped: 0 });
});

test("createWorkerLogger() does not read the arguments of a line that would be dropped, and counts it", (t) => {
  const { logger, take } = createHarness();
  while (logger.admits("info")) logger.info("fill");
  take();
  logger.info({
    get touched(): unknown {
      return t.fail();
    },
  });
  t.deepEqual(take(), { lines: [], dropped: 1 });
});

test("createWorkerLogger() counts a line whose room was asked for in vain", (t) => {
  const { logger, take } = createHarness();
  while (logger.admits("info")) logger.info("fill");
  t.is(take().dropped, 1);
  t.false(logger.admits("info"));
  t.is(take().dropped, 1);
});

test("createWorkerLogger() has methods that work without their object", (t) => {
  const { logger, take } = createHarness();
  const { info, child } = logger;
  info("a");
  child({ b: 1 }).info("b");
  t.is(take().lines.length, 2);
});

test("createWorkerLogger() lets a logged object log, but not without end", (t) => {
  const { logger, take } = createHarness();
  const once = {
    toJSON: () => {
      logger.info("from within");
      return "done";
    },
  };
  logger.info({ once });
  t.deepEqual(
    take().lines.map(({ message, fields }) => [message, fields]),
    [
      ["from within", undefined],
      ["", '{"once":"done"}'],
    ],
  );

  const endless = {
    get a(): unknown {
      logger.info(endless);
      return 1;
    },
    get b(): unknown {
      logger.info(endless);
      return 2;
    },
  };
  logger.info(endless);
  t.deepEqual([take().lines.length], [3]);
});

test("createWorkerLogger() survives bindings that cannot be read", (t) => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const { logger, take } = createHarness(10, proxy);
  logger.child(proxy).info("still here");
  t.is(take().lines[0]?.message, "still here");
});

test("createWorkerLogger() makes of any arguments one line that can cross a port and be read", (t) => {
  const hostile = fc.constantFrom<unknown>(
    Symbol("s"),
    () => 1,
    10n ** 400n,
    new Error("error", { cause: new Error("cause") }),
    Object.defineProperty(new Error("x"), "stack", {
      get: () => {
        throw new Error("no stack");
      },
    }),
    Proxy.revocable({}, {}).proxy,
    new WeakMap(),
    Buffer.from("bytes"),
    new Proxy([], {}),
    { toString: null, valueOf: null },
    { toJSON: 1 },
    { __proto__: null, [Symbol.toPrimitive]: 1 },
    "%s %d %i %f %j %o %O %c %% %",
  );
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withNullPrototype: true,
    withSparseArray: true,
    withBoxedValues: true,
  });
  const parameters = fc.array(fc.oneof(hostile, anything, fc.string()), { maxLength: 5 });
  fc.assert(
    fc.property(parameters, fc.constantFrom("trace", "info", "fatal"), (values, name) => {
      const { logger, take } = createHarness(10, { bound: values[1] });
      Reflect.apply(logger[name], undefined, values);
      const { lines, dropped } = take();
      t.is(dropped, 0);
      t.is(lines.length, 1);
      t.deepEqual(structuredClone(lines), lines);
      for (const { message, fields = "{}" } of lines) {
        t.is(typeof message, "string");
        t.true(message.length <= MAX_MESSAGE_CHARACTERS);
        t.true(fields.length <= MAX_FIELDS_CHARACTERS);
        t.is(Object.prototype.toString.call(JSON.parse(fields)), "[object Object]");
      }
    }),
    { numRuns: 500 },
  );
});
