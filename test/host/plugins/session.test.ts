import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { Status } from "../../../src/contract/call-frames.js";
import { PluginLoadError, PluginUnavailableError } from "../../../src/contract/errors.js";
import { Phase } from "../../../src/contract/pulse.js";
import { CallStatistics } from "../../../src/host/calls/call-statistics.js";
import type { LifeEnd } from "../../../src/host/life/life.js";
import { PluginSession, TERMINATE_MS } from "../../../src/host/plugins/session.js";
import { RecentHistogram } from "../../../src/host/recent-histogram.js";
import { makeRequest } from "../calls/make-call.js";
import type { FakeLife } from "./fake-life.js";
import { LIMITS, makeConfig } from "./make-config.js";
import { makeHost } from "./make-services.js";
import type { FakeHost } from "./make-services.js";

/** The most a deadline may be late, in ms. */
const LATE_MS = 20;

interface Harness extends FakeHost {
  readonly session: PluginSession;
  readonly life: FakeLife;
  readonly ends: LifeEnd[];
  readonly suspects: unknown[];
  readonly abandoned: unknown[][];
}

/** A session whose life waits for a test to lead it. */
function makeSession(secrets: readonly string[] = []): Harness {
  const host = makeHost(secrets);
  host.onLife = () => {};
  const ends: LifeEnd[] = [];
  const suspects: unknown[] = [];
  const abandoned: unknown[][] = [];
  const session = new PluginSession({
    config: makeConfig(),
    life: 7,
    services: host.services,
    statistics: new CallStatistics(new RecentHistogram(host.clock)),
    onInvalidate: () => {},
    onEnd: (end, calls) => {
      ends.push(end);
      suspects.push(...calls.map(({ request }) => request.subject));
    },
    onAbandoned: (carrier, change) => void abandoned.push([carrier, change]),
  });
  const [life] = host.lives;
  if (life === undefined) throw new Error("no life was begun");
  return { ...host, session, life, ends, suspects, abandoned };
}

async function makeReady(secrets: readonly string[] = []): Promise<Harness> {
  const harness = makeSession(secrets);
  const starting = harness.session.start();
  await harness.life.becomeReady();
  await starting;
  return harness;
}

test("start() resolves once initializePlugin has, with metadata and backends known", async (t) => {
  const { session } = await makeReady();
  t.like(session.metadata, { name: "Redis" });
  t.deepEqual([...session.registered], ["main"]);
});

for (const [phase, message] of [
  [Phase.boot, "The plugin did not boot its thread within 5000 ms"],
  [Phase.import, "The plugin did not finish its import from /plugins/redis.mjs within 5000 ms"],
  [Phase.initialize, "The plugin did not finish initializePlugin of /plugins/redis.mjs within 5000 ms"],
] as const) {
  test(`start() rejects within limits.start in phase ${phase}: ${message}`, async (t) => {
    const { session, clock, life, ends } = makeSession();
    life.pulse.phase = phase;
    const starting = t.throwsAsync(session.start(), {
      instanceOf: PluginLoadError,
      message: `Cannot start plugin "redis": ${message}`,
    });
    await clock.advance(LIMITS.startMs + LATE_MS);
    await starting;
    t.deepEqual(ends, [{ kind: "start-timeout", message }]);
    t.true(life.isEnded);
  });
}

test("start() rejects with the refusal of the module itself", async (t) => {
  const { session, life, ends } = makeSession();
  const starting = t.throwsAsync(session.start(), { instanceOf: PluginLoadError });
  void life.host.loaded({ exports: [], types: { metadata: "undefined", initializePlugin: "undefined" } });
  const error = await starting;
  t.regex(error?.message ?? "", /^Cannot load plugin "redis" .*: expected an export "metadata"/);
  t.is(ends[0]?.kind, "load");
});

test("start() rejects when the life ends meanwhile", async (t) => {
  const { session, life } = makeSession();
  const starting = t.throwsAsync(session.start(), {
    instanceOf: PluginUnavailableError,
    message: 'Plugin "redis" ended (exit): exit code 3',
  });
  life.fail({ kind: "exit", message: "exit code 3" });
  await starting;
});

test("openBackend() answers the names of the methods the backend has", async (t) => {
  const { session, life } = await makeReady();
  const asked: unknown[] = [];
  life.openBackend = async (...args) => {
    asked.push(args);
    return { value: ["ping", "scan"] };
  };
  t.deepEqual(await session.openBackend(2, "main", { db: 1 }), ["ping", "scan"]);
  t.deepEqual(asked, [[2, "main", { db: 1 }]]);
});

test("openBackend() rejects with what the factory failed with", async (t) => {
  const { session, life } = await makeReady();
  life.openBackend = async () => ({
    error: { name: "Error", message: "ECONNREFUSED", code: "ECONNREFUSED" },
  });
  const error = await t.throwsAsync(session.openBackend(0, "main", {}), { instanceOf: PluginLoadError });
  t.regex(error.message, /^Storage backend "main" of plugin "redis", .* did not open: ECONNREFUSED$/);
  t.like(error, { pluginName: "redis", backendId: "main", operation: "open" });
  t.like(error.cause, { code: "ECONNREFUSED" });
});

test("openBackend() is given what is left of limits.start, and all of it when asked again later", async (t) => {
  const { session, clock, life } = makeSession();
  const starting = session.start();
  await clock.advance(3000);
  await life.becomeReady();
  await starting;
  life.openBackend = () => new Promise(() => {});
  for (const limitMs of [2000, LIMITS.startMs]) {
    if (limitMs === LIMITS.startMs) session.endStart();
    const opening = t.throwsAsync(session.openBackend(0, "main", {}), {
      message: new RegExp(`did not open within ${limitMs} ms$`),
    });
    const before = clock.monotonic();
    await clock.advance(limitMs + LATE_MS);
    await opening;
    t.is(clock.monotonic() - before, limitMs + LATE_MS);
  }
});

test("openBackend() rejects when the life ends first", async (t) => {
  const { session, life } = await makeReady();
  life.openBackend = () => new Promise(() => {});
  const opening = t.throwsAsync(session.openBackend(0, "main", {}), { instanceOf: PluginUnavailableError });
  life.fail();
  await opening;
});

testProp(
  "openBackend() answers texts or rejects with a PluginLoadError, whatever the worker answers",
  [fc.oneof(fc.anything(), fc.record({ value: fc.anything() }), fc.record({ error: fc.anything() }))],
  async (t, answer) => {
    const { session, life } = await makeReady();
    life.openBackend = async () => answer as never; // a plugin answers what it likes
    const [result] = await Promise.allSettled([session.openBackend(0, "main", {})]);
    if (result.status === "fulfilled") t.true(result.value.every((name) => typeof name === "string"));
    else t.true(result.reason instanceof PluginLoadError);
    await session.stop();
  },
  { numRuns: 50 },
);

test("Results that come by settle() end their calls", async (t) => {
  const { session, clock, life } = await makeReady();
  life.invoke = async () => ({ rows: new Float64Array(0) });
  const call = session.channel.send(makeRequest(), 500);
  await clock.settle();
  await life.host.settle({ rows: Float64Array.of(1, Status.entry, 0, 1, NaN), bytes: Uint8Array.of(9) });
  t.deepEqual(await call, { value: Uint8Array.of(9) });
});

for (const [what, breakProtocol, message] of [
  [
    "a stray result",
    (life: FakeLife) => life.host.settle({ rows: Float64Array.of(9, 0, 0, 0, NaN) }),
    "a result answers no call (9)",
  ],
  ["no reply", (life: FakeLife) => life.host.settle(undefined as never), "a reply is no object"],
  [
    "log lines of another form",
    (life: FakeLife) => life.host.log("lines" as never, 0),
    "its log lines have another form",
  ],
  [
    "an invalid id",
    (life: FakeLife) => life.host.registerStorageBackend("a b"),
    "it registers a storage backend under no valid id",
  ],
] as [string, (life: FakeLife) => unknown, string][]) {
  test(`A plugin that sends ${what} has broken the protocol, and its life ends`, async (t) => {
    const { session, clock, life, ends } = await makeReady();
    life.invoke = () => new Promise(() => {});
    const call = t.throwsAsync(session.channel.send(makeRequest(), 500), {
      instanceOf: PluginUnavailableError,
      message: /ended \(protocol\): The plugin broke the protocol: .*, before it answered get$/,
    });
    await clock.settle();
    void breakProtocol(life);
    await call;
    t.deepEqual(ends, [{ kind: "protocol", message: `The plugin broke the protocol: ${message}` }]);
    t.true(life.isEnded);
  });
}

test("A session ends once, whatever is reported of it after", async (t) => {
  const { session, clock, life, ends } = await makeReady();
  life.fail({ message: "first" });
  life.options.onEnd({ kind: "hang", message: "second" });
  await session.stop();
  await clock.advance(10_000);
  t.deepEqual(
    ends.map(({ message }) => message),
    ["first"],
  );
  t.deepEqual(life.asked, ["end"]);
  t.is(clock.pending, 0);
});

test("An end names the call that was executing", async (t) => {
  const { session, clock, life, suspects } = await makeReady();
  life.invoke = () => new Promise(() => {});
  for (const subject of ["a", "b"])
    session.channel.send(makeRequest({ subject }), 500).catch(() => undefined); // ended
  await clock.settle();
  life.pulse.executing = 2;
  life.fail({ kind: "exit" });
  t.deepEqual(suspects, ["b"]);
});

test("stop() asks the plugin, then ends its thread", async (t) => {
  const { session, clock, life, ends, abandoned } = await makeReady();
  await session.stop();
  await session.stop();
  t.deepEqual(life.asked, ["stop", "end"]);
  t.deepEqual(ends, [], "a planned end is no failure");
  t.deepEqual(abandoned, []);
  await clock.advance(100);
  t.is(clock.pending, 0);
});

test("stop() waits for no call longer than half of limits.stop, and for no answer longer than limits.stop", async (t) => {
  const { session, clock, life } = await makeReady();
  life.invoke = () => new Promise(() => {});
  life.stop = () => new Promise(() => {});
  const call = t.throwsAsync(session.channel.send(makeRequest(), 60_000), {
    instanceOf: PluginUnavailableError,
    message: 'Plugin "redis" was stopped or restarted, before it answered get',
  });
  let isStopped = false;
  void session.stop().then(() => (isStopped = true));
  await clock.advance(LIMITS.callMs - 1);
  t.deepEqual(life.asked, []);
  await clock.advance(1 + LATE_MS);
  t.deepEqual(life.asked, ["stop"]);
  await clock.advance(LIMITS.stopMs - LIMITS.callMs + LATE_MS);
  t.deepEqual(life.asked, ["stop", "end"]);
  t.true(isStopped);
  await call;
});

test("stop() is answered when the life ends by itself meanwhile", async (t) => {
  const { session, clock, life, ends } = await makeReady();
  life.stop = () => new Promise(() => {});
  const stopping = session.stop();
  await clock.settle();
  life.fail({ kind: "exit", message: "exit code 0" });
  await stopping;
  t.is(ends[0]?.kind, "exit");
});

test("A thread that cannot be ended is reported as abandoned, and when it goes after all", async (t) => {
  const { session, clock, life, abandoned } = await makeReady();
  life.isStuck = true;
  const stopping = session.stop();
  await clock.advance(TERMINATE_MS - 1);
  t.deepEqual(abandoned, []);
  await clock.advance(1);
  await stopping;
  t.deepEqual(abandoned, [["thread", 1]]);
  life.release();
  t.deepEqual(abandoned, [
    ["thread", 1],
    ["thread", -1],
  ]);
});

test("What a plugin logs and writes goes to the logger with its name and life, secrets masked", async (t) => {
  const { clock, life, lines } = await makeReady(["hunter22"]);
  await life.host.log([{ level: 40, time: 1, message: "password is hunter22" }], 0);
  life.options.onOutput("stderr", "wrote hunter22");
  life.options.onOutput("stdout", "plain");
  await clock.settle();
  const shown = lines.map(({ level, plugin, life: number, msg, stream }) => [
    level,
    plugin,
    number,
    msg,
    stream,
  ]);
  t.deepEqual(shown, [
    [40, "redis", 7, "password is ***", undefined],
    [50, "redis", 7, "wrote ***", "stderr"],
    [30, "redis", 7, "plain", "stdout"],
  ]);
});
