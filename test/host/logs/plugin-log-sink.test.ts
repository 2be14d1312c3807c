import test from "ava";
import * as fc from "fast-check";
import { pino, type LoggerOptions } from "pino";
import { MAX_LINES_PER_SECOND, PluginLogSink } from "../../../src/host/logs/plugin-log-sink.js";
import {
  BURST_LINES,
  CHARACTERS_PER_TOKEN,
  LINES_PER_SECOND,
  MAX_WAITING_BYTES,
  MAX_WAITING_LINES,
} from "../../../src/worker/logs/log-outbox.js";
import { FakeClock } from "../../support/fake-clock.js";

interface Harness {
  readonly sink: PluginLogSink;
  readonly clock: FakeClock;
  /** The lines pino has written since the last time, as their readers see them. */
  readonly taken: () => Record<string, unknown>[];
  /** The same, once what was to be written has been. */
  readonly take: () => Promise<Record<string, unknown>[]>;
}

function createHarness(options: LoggerOptions = {}, bindings: Record<string, unknown> = {}): Harness {
  const written: string[] = [];
  const root = pino(
    { name: "host", level: "trace", ...options },
    { write: (text) => void written.push(text) },
  );
  const logger = root.child({ ...bindings, plugin: "redis", life: 2 });
  const clock = new FakeClock();
  const taken: Harness["taken"] = () => written.splice(0).map((text) => JSON.parse(text));
  return {
    sink: new PluginLogSink({ logger, mask, clock }),
    clock,
    taken,
    take: async () => {
      await Promise.resolve();
      return taken();
    },
  };
}

function mask(text: string): string {
  return text.replaceAll("s3cret", "***");
}

/** A line as it comes over the port. */
function line(message: string, fields?: object, level: number = 30): object {
  return { level, time: 1234, message, ...(fields === undefined ? {} : { fields: JSON.stringify(fields) }) };
}

test("PluginLogSink writes a line with the plugin's name, its life, level and fields", async (t) => {
  const { sink, take } = createHarness();
  t.true(sink.accept([line("hello", { a: 1 }, 40)], 0));
  const [written = {}] = await take();
  t.like(written, {
    level: 40,
    plugin: "redis",
    life: 2,
    msg: "hello",
    a: 1,
    pluginTime: 1234,
    name: "host",
  });
  t.true(Math.abs(Number(written["time"]) - Date.now()) < 60_000);
});

test("PluginLogSink writes lines in order, and no message where there is none", async (t) => {
  const { sink, take } = createHarness();
  sink.accept([line("first"), line(""), line("100 %s")], 0);
  t.deepEqual(
    (await take()).map(({ msg }) => msg),
    ["first", undefined, "100 %s"],
  );
});

test("PluginLogSink knows six levels and takes any other for the nearest below it, or the ends", async (t) => {
  const { sink, take } = createHarness();
  const levels = [10, 20, 30, 40, 50, 60, 35, 9, -1e9, 61, 1e9];
  t.true(
    sink.accept(
      levels.map((level) => line("", {}, level)),
      0,
    ),
  );
  t.deepEqual(
    (await take()).map(({ level }) => level),
    [10, 20, 30, 40, 50, 60, 30, 10, 10, 60, 60],
  );
});

test("PluginLogSink leaves out what the logger's level leaves out", async (t) => {
  const { sink, take } = createHarness({ level: "warn" });
  t.true(sink.accept([line("quiet"), line("loud", {}, 40)], 0));
  t.deepEqual(
    (await take()).map(({ msg }) => msg),
    ["loud"],
  );
});

test("PluginLogSink lets no field pass for the host's own", async (t) => {
  const { sink, take } = createHarness({ messageKey: "message" }, { service: "shop" });
  const names = [
    "plugin",
    "life",
    "level",
    "time",
    "msg",
    "pid",
    "hostname",
    "name",
    "pluginTime",
    "message",
    "service",
  ];
  t.true(sink.accept([line("true", Object.fromEntries(names.map((name) => [name, "forged"])))], 0));
  const [written = {}] = await take();
  for (const name of names) {
    t.not(written[name], "forged", name);
    t.is(written[`${name}_`], "forged", name);
  }
  t.like(written, { plugin: "redis", life: 2, message: "true", service: "shop", pluginTime: 1234 });
});

test("PluginLogSink writes what stays one line of JSON, whatever names and texts there are", async (t) => {
  const { sink, take } = createHarness();
  const fields =
    '{"a\\":1,\\"plugin\\":\\"forged":1,"constructor":"1,\\"plugin\\":\\"forged\\"","__proto__":{"plugin":"forged"}}';
  t.true(sink.accept([{ level: 30, time: 1, message: 'x"\n{"plugin":"forged"}\n', fields }], 0));
  const lines = await take();
  t.is(lines.length, 1);
  t.is(lines[0]?.["plugin"], "redis");
  t.false("plugin" in {} || "forged" in {});
});

test("PluginLogSink keeps an error as the worker has serialised it", async (t) => {
  const { sink, take } = createHarness();
  const err = {
    type: "RangeError",
    message: "far",
    stack: "at x",
    code: "E",
    cause: { type: "E", message: "m" },
  };
  sink.accept([line("failed", { err })], 0);
  t.deepEqual((await take())[0]?.["err"], err);
});

test("PluginLogSink masks secrets in the message and the fields", async (t) => {
  const { sink, take } = createHarness();
  sink.accept([line("with s3cret", { url: "s3cret@host", s3cret: { deep: ["s3cret"] } })], 0);
  const written = await take();
  t.like(written[0], { msg: "with ***", url: "***@host", "***": { deep: ["***"] } });
  t.notRegex(JSON.stringify(written), /s3cret/);
});

test("PluginLogSink refuses a frame of another form, without writing any of it", async (t) => {
  const { sink, take } = createHarness();
  t.false(sink.accept([line("fine"), { level: 30 }], 0));
  t.false(sink.accept({ length: 0 }, 0));
  for (const dropped of [undefined, null, -1, 0.5, NaN, Infinity, "1", 1n, 2 ** 53]) {
    t.false(sink.accept([line("fine")], dropped));
  }
  t.deepEqual(await take(), []);
});

test("PluginLogSink refuses fields that are no JSON object, and writes the rest of the frame", async (t) => {
  const { sink, take } = createHarness();
  t.false(sink.accept([{ ...line("broken"), fields: "{" }, line("fine", { a: 1 })], 0));
  t.deepEqual(
    (await take()).map(({ msg, a }) => [msg, a]),
    [
      ["broken", undefined],
      ["fine", 1],
    ],
  );
});

test("PluginLogSink throws at nothing that can come over a port", (t) => {
  const { sink } = createHarness();
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constant('{"err":{"message":"x"},"method":1,"headers":1,"socket":1}'),
  );
  const form = fc.record(
    { level: fc.double(), time: fc.double(), message: text, fields: text },
    { requiredKeys: [] },
  );
  const frame = fc.oneof(
    fc.anything({ withMap: true, withTypedArray: true }),
    fc.array(fc.oneof(form, fc.anything())),
  );
  fc.assert(
    fc.property(frame, fc.oneof(fc.nat(), fc.anything()), (lines, dropped) => {
      t.is(typeof sink.accept(lines, dropped), "boolean");
    }),
  );
  sink.end();
});

test("PluginLogSink says how many lines were dropped", async (t) => {
  const { sink, take } = createHarness();
  t.true(sink.accept([], 17));
  t.like(await take(), [
    { level: 40, msg: 'Dropped 17 log lines of plugin "redis"', dropped: 17, plugin: "redis", life: 2 },
  ]);
  sink.end();
});

test("PluginLogSink says so at most once a second, and loses no count", async (t) => {
  const { sink, take, clock } = createHarness();
  for (let tenth = 0; tenth < 30; tenth += 1) {
    sink.accept([], 5);
    await clock.advance(100);
  }
  sink.end();
  const counts = (await take()).map(({ dropped }) => Number(dropped));
  t.true(counts.length <= 4, counts.join());
  t.is(
    counts.reduce((sum, count) => sum + count, 0),
    150,
  );
  t.is(clock.pending, 0);
});

test("PluginLogSink drops and counts what comes faster than a worker sends", async (t) => {
  const { sink, take, clock } = createHarness();
  const frame = Array.from({ length: 1000 }, () => line("flood"));
  for (let sent = 0; sent < 10; sent += 1) t.true(sink.accept(frame, 0));
  await clock.advance(1000);
  const lines = await take();
  const written = lines.filter(({ msg }) => msg === "flood").length;
  t.is(written, MAX_LINES_PER_SECOND);
  t.is(
    lines.reduce((sum, { dropped }) => sum + Number(dropped ?? 0), 0),
    10_000 - written,
  );
  t.true(sink.accept(frame, 0));
  t.is((await take()).length, 1000);
  sink.end();
});

test("PluginLogSink counts a long line more than once", async (t) => {
  const { sink, take } = createHarness();
  const frame = Array.from({ length: 50 }, () => line("x".repeat(8192)));
  for (let sent = 0; sent < 20; sent += 1) sink.accept(frame, 0);
  sink.end();
  t.is(
    (await take()).filter(({ dropped }) => dropped === undefined).length,
    Math.ceil(MAX_LINES_PER_SECOND / 9),
  );
});

test("PluginLogSink drops nothing a worker lets through at its busiest", (t) => {
  const waiting = MAX_WAITING_LINES + MAX_WAITING_BYTES / 2 / CHARACTERS_PER_TOKEN;
  t.true(MAX_LINES_PER_SECOND >= waiting + BURST_LINES + LINES_PER_SECOND);
});

test("PluginLogSink writes a line without its fields when a serializer of the host throws at them", async (t) => {
  const serializers = {
    req: (): never => {
      throw new Error("not a request");
    },
  };
  const { sink, take } = createHarness({ serializers });
  t.true(sink.accept([line("odd", { req: {} }), line("fine")], 0));
  t.deepEqual(
    (await take()).map(({ msg, fieldsLeftOut }) => [msg, fieldsLeftOut]),
    [
      ["odd", true],
      ["fine", undefined],
    ],
  );
});

test("PluginLogSink writes once its caller has returned, in order, and at the latest when it ends", async (t) => {
  const { sink, taken } = createHarness();
  const messages = (): unknown[] => taken().map(({ msg }) => msg);
  sink.accept([line("first")], 0);
  sink.accept([line("second")], 0);
  t.deepEqual(messages(), []);
  await Promise.resolve();
  t.deepEqual(messages(), ["first", "second"]);
  sink.accept([line("third")], 0);
  sink.end();
  t.deepEqual(messages(), ["third"]);
  await Promise.resolve();
  t.deepEqual(messages(), []);
});

test("PluginLogSink survives a logger that fails", (t) => {
  const logger = pino({
    mixin: () => {
      throw new Error("mixin");
    },
  });
  const sink = new PluginLogSink({ logger, mask: (text) => text, clock: new FakeClock() });
  t.true(sink.accept([line("hello", {}, 40)], 3));
  t.notThrows(() => sink.end());
});

test("PluginLogSink ignores what comes after its end, and still tells its form", async (t) => {
  const { sink, take, clock } = createHarness();
  sink.end();
  t.true(sink.accept([line("late")], 5));
  t.false(sink.accept("late", 0));
  t.deepEqual(await take(), []);
  t.is(clock.pending, 0);
});
