import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import {
  ClosedError,
  ConfigError,
  PluginLoadError,
  PluginUnavailableError,
} from "../../../src/contract/errors.js";
import { PROTOCOL_VERSION } from "../../../src/contract/protocol.js";
import type { PluginSupervisor } from "../../../src/host/plugins/supervisor.js";
import { nothingFor, operationsOf, type FakeLife } from "./fake-life.js";
import { LIMITS, makeConfig, makeStorage, RESTART } from "./make-config.js";
import { closeWhole, follow, KEY, LATE_MS, makeSupervisor, type Harness } from "./make-supervisor.js";

const CHANGED = makeConfig({ options: { changed: true }, url: "file:///plugins/next.mjs" });

function lifeAt({ lives }: Harness, number: number): FakeLife {
  const life = lives[number - 1];
  if (life === undefined) throw new Error(`life ${number} was not begun`);
  return life;
}

/** Lives get ready by hand from now on. */
function byHand({ host }: Harness): void {
  host.onLife = () => {};
}

test("reload() prepares a life with other settings, proves it, and has it take over", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, client, states, reloads } = harness;
  await supervisor.start();
  const sent: string[] = [];
  byHand(harness);
  const reloading = follow(supervisor.reload(CHANGED));
  await clock.settle();
  const successor = lifeAt(harness, 2);
  t.like(successor.options.boot, { life: 2, options: { changed: true }, url: CHANGED.url });
  successor.openBackend = async () => ({ value: ["ping"] });
  successor.invoke = async (frame) => {
    sent.push(...operationsOf(frame));
    return nothingFor(frame);
  };
  await client.get({ ...KEY, key: "old" });
  t.deepEqual(sent, []);
  await clock.advance(7);
  await successor.becomeReady();
  await clock.settle();
  t.is(reloading.state, "resolved");
  t.deepEqual(sent, ["ping probe", "get probe"]);
  await client.get({ ...KEY, key: "new" });
  t.is(sent.at(-1), "get new");
  t.deepEqual(states(), ["ready"], "nothing has changed for whoever uses it");
  t.deepEqual(lifeAt(harness, 1).asked, ["open 0 main", "stop", "end"]);
  t.like(supervisor.health(), { state: "ready", lives: 2, restarts: 1 });
  t.deepEqual(reloads, [{ plugin: "redis", isDone: true, elapsedMs: 7, at: clock.now() }]);
  t.is(supervisor.config, CHANGED);
  harness.host.onLife = (life) => void life.becomeReady();
  await supervisor.restart();
  t.like(lifeAt(harness, 3).options.boot, { options: { changed: true } }, "later lives are as the new one");
  await closeWhole(t, harness);
});

test("reload() lets calls under way finish in the old life, for as long as a call may take", async (t) => {
  const harness = makeSupervisor({ limits: { ...LIMITS, callMs: 3000, stopMs: 1000 } });
  const { supervisor, clock, client } = harness;
  await supervisor.start();
  let answer = (): void => {};
  const old = lifeAt(harness, 1);
  old.invoke = (frame) => new Promise((resolve) => (answer = () => resolve(nothingFor(frame))));
  const call = follow(client.get(KEY));
  await clock.settle();
  await supervisor.reload({ ...CHANGED, limits: { ...LIMITS, callMs: 10, stopMs: 10 } });
  await clock.advance(2500);
  t.is(call.state, "pending");
  t.false(old.isEnded);
  t.is(await client.get(KEY), undefined, "the new life answers meanwhile");
  answer();
  await clock.settle();
  t.is(call.state, "resolved");
  t.true(old.isEnded);
  await closeWhole(t, harness);
});

test("close() hurries what an old life still waits for", async (t) => {
  const harness = makeSupervisor({ limits: { ...LIMITS, callMs: 60_000, stopMs: 1000 } });
  const { supervisor, clock, client } = harness;
  await supervisor.start();
  lifeAt(harness, 1).invoke = () => new Promise(() => {});
  const call = follow(client.get(KEY));
  await clock.settle();
  await supervisor.reload(CHANGED);
  const closing = follow(supervisor.close());
  await clock.advance(1000 + LATE_MS);
  t.is(closing.state, "resolved");
  t.true(call.error instanceof PluginUnavailableError);
  await closeWhole(t, harness);
});

for (const [what, fail, expected] of [
  [
    "does not load",
    async (life: FakeLife) =>
      void life.host.started({ error: { name: "SyntaxError", message: "Unexpected token" } }),
    /which goes on as it was: Cannot start plugin "redis": .*SyntaxError: Unexpected token$/,
  ],
  ["hangs in its start", async () => {}, /did not boot its thread within 5000 ms$/],
  ["crashes in its start", async (life: FakeLife) => life.fail(), /Uncaught: on purpose$/],
  [
    "has another backend",
    (life: FakeLife) => life.becomeReady(["one", "two"]),
    /expected "backend" to name one of its storage backends/,
  ],
  [
    "does not open its backend",
    (life: FakeLife) => {
      life.openBackend = async () => ({ error: { name: "Error", message: "ECONNREFUSED" } });
      return life.becomeReady();
    },
    /did not open: ECONNREFUSED$/,
  ],
  [
    "does not answer its proof",
    (life: FakeLife) => {
      life.invoke = () => new Promise(() => {});
      return life.becomeReady();
    },
    /did not get within 5\d\d ms$/,
  ],
] as [string, (life: FakeLife) => Promise<void>, RegExp][]) {
  test(`reload() leaves the old life as it was where the new one ${what}`, async (t) => {
    const harness = makeSupervisor();
    const { supervisor, clock, client, states, reloads, lines } = harness;
    await supervisor.start();
    byHand(harness);
    const reloading = follow(supervisor.reload(CHANGED));
    await clock.settle();
    await fail(lifeAt(harness, 2));
    await clock.advance(LIMITS.startMs + LIMITS.callMs + LATE_MS);
    t.true(reloading.error instanceof PluginLoadError);
    t.like(reloading.error, { pluginName: "redis", operation: "reload" });
    t.regex(String(reloading.error), expected);
    t.like(reloads, [{ isDone: false, reason: (reloading.error as Error).message }]);
    t.true(lifeAt(harness, 2).isEnded);
    t.is(await client.get(KEY), undefined);
    t.deepEqual(states(), ["ready"]);
    t.like(supervisor.health(), { state: "ready", lives: 2, restarts: 0 });
    t.is(supervisor.health().lastFailure, undefined);
    t.is(client.breakerState, "closed");
    t.is(client.openFailure, undefined);
    t.is(supervisor.config.url, "file:///plugins/redis.mjs");
    await clock.advance(120_000);
    t.is(harness.lives.length, 2, "it is not tried again");
    t.false(lines.some(({ level }) => level === 50));
    await closeWhole(t, harness);
  });
}

test("reload() refuses a module of another protocol without beginning a life of it", async (t) => {
  const harness = makeSupervisor();
  await harness.supervisor.start();
  const error = await t.throwsAsync(
    harness.supervisor.reload({ ...CHANGED, protocol: PROTOCOL_VERSION + 1 }),
    { instanceOf: PluginLoadError },
  );
  t.regex(error.message, /expected protocol/);
  t.is(harness.lives.length, 1);
  await closeWhole(t, harness);
});

for (const [state, reach] of [
  ["not yet started", async () => {}],
  ["stopped", async ({ supervisor }: Harness) => (await supervisor.start(), supervisor.stop())],
  [
    "restarting",
    async (harness: Harness) => {
      await harness.supervisor.start();
      lifeAt(harness, 1).fail();
      await harness.clock.settle();
    },
  ],
  [
    "quarantined",
    async (harness: Harness) => {
      const { supervisor, clock, life } = harness;
      await supervisor.start();
      for (let count = 0; count <= RESTART.burst; count += 1) {
        life().fail();
        await clock.advance(count === RESTART.burst ? 0 : 1000);
      }
    },
  ],
  [
    "degraded",
    async (harness: Harness) => {
      const { host, supervisor } = harness;
      host.onLife = (life) => {
        life.openBackend = async () => ({ error: { name: "E", message: "no" } });
        void life.becomeReady();
      };
      await supervisor.start();
    },
  ],
] as [string, (harness: Harness) => Promise<void>][]) {
  test(`reload() of a plugin that is ${state} has it serve, and leaves it so where that fails`, async (t) => {
    const harness = makeSupervisor();
    const { supervisor, clock, host, client, lives } = harness;
    await reach(harness);
    const before = supervisor.state;
    host.onLife = (life) => void life.host.started({ error: { name: "E", message: "no" } });
    await t.throwsAsync(supervisor.reload(CHANGED), { instanceOf: PluginLoadError });
    t.is(supervisor.state, before);
    t.not(supervisor.config, CHANGED);
    host.onLife = (life) => void life.becomeReady();
    await supervisor.reload(CHANGED);
    t.is(supervisor.state, "ready");
    t.is(await client.get(KEY), undefined);
    t.is(client.breakerState, "closed");
    await clock.advance(120_000);
    t.is(lives.filter(({ isEnded }) => !isEnded).length, 1, "no life that was due follows");
    lives.at(-1)?.fail();
    await clock.settle();
    t.is(supervisor.state, "restarting", "past failures are forgotten");
    await closeWhole(t, harness);
  });
}

for (const operation of ["stop", "restart", "close", "reload"] as const) {
  test(`${operation}() while a successor is prepared drops it, and says so`, async (t) => {
    const harness = makeSupervisor();
    const { supervisor, clock, host, lives } = harness;
    await supervisor.start();
    byHand(harness);
    const first = follow(supervisor.reload(CHANGED));
    await clock.settle();
    host.onLife = (life) => void life.becomeReady();
    await (operation === "reload" ? supervisor.reload(makeConfig()) : supervisor[operation]());
    await clock.advance(LIMITS.stopMs + LATE_MS);
    t.true(first.error instanceof (operation === "close" ? ClosedError : PluginUnavailableError));
    if (operation !== "close")
      t.regex(String(first.error), /was stopped, restarted or reloaded before it was ready$/);
    t.true(lifeAt(harness, 2).isEnded);
    t.is(supervisor.config.url, "file:///plugins/redis.mjs");
    t.is(
      lives.filter(({ isEnded }) => !isEnded).length,
      operation === "stop" || operation === "close" ? 0 : 1,
    );
    await closeWhole(t, harness);
  });
}

test("A reload that takes over while a restart is under way wins, and the restart says so", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock } = harness;
  await supervisor.start();
  byHand(harness);
  const restarting = follow(supervisor.restart());
  await clock.settle();
  const reloading = follow(supervisor.reload(CHANGED));
  await clock.settle();
  await lifeAt(harness, 3).becomeReady();
  await clock.advance(LIMITS.stopMs + LATE_MS);
  t.is(reloading.state, "resolved");
  t.true(restarting.error instanceof PluginUnavailableError);
  t.is(supervisor.state, "ready");
  t.deepEqual(
    harness.lives.map(({ isEnded }) => isEnded),
    [true, true, false],
  );
  await closeWhole(t, harness);
});

for (const [operation, steer] of [
  ["reload", (supervisor: PluginSupervisor) => supervisor.reload(CHANGED)],
  ["stop", (supervisor: PluginSupervisor) => supervisor.stop()],
] as const) {
  test(`A life that ends its start because ${operation}() tells it to stop opens no backend`, async (t) => {
    const harness = makeSupervisor();
    const { supervisor, clock, client } = harness;
    byHand(harness);
    const starting = follow(supervisor.start());
    const slow = lifeAt(harness, 1);
    slow.stop = async () => {
      await slow.becomeReady();
      return { value: undefined };
    };
    harness.host.onLife = (life) => void life.becomeReady();
    const steering = follow(steer(supervisor));
    await clock.advance(LIMITS.stopMs + LATE_MS);
    t.is(steering.state, "resolved");
    t.true(starting.error instanceof PluginUnavailableError);
    t.deepEqual(slow.asked, ["stop", "end"]);
    const call = follow(client.get(KEY));
    await clock.settle();
    t.is(call.state, operation === "stop" ? "rejected" : "resolved");
    await closeWhole(t, harness);
  });
}

test("The old life may fail while its successor is prepared: the plugin goes by its policy until that takes over", async (t) => {
  const harness = makeSupervisor({ restart: { ...RESTART, backoffMs: 10_000 } });
  const { supervisor, clock, states, lives } = harness;
  await supervisor.start();
  byHand(harness);
  const reloading = follow(supervisor.reload(CHANGED));
  await clock.settle();
  lifeAt(harness, 1).fail();
  await clock.settle();
  t.is(supervisor.state, "restarting");
  await lifeAt(harness, 2).becomeReady();
  await clock.settle();
  t.is(reloading.state, "resolved");
  t.deepEqual(states(), ["ready", "restarting", "ready"]);
  await clock.advance(60_000);
  t.is(lives.length, 2);
  await closeWhole(t, harness);
});

test("A prepared life that ends before it takes over cannot, and the old one goes on", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, client } = harness;
  await supervisor.start();
  const candidate = await supervisor.prepare(CHANGED);
  lifeAt(harness, 2).fail();
  await clock.settle();
  t.throws(() => supervisor.replace(candidate), { instanceOf: PluginUnavailableError });
  t.is(await client.get(KEY), undefined);
  t.is(supervisor.state, "ready");
  await closeWhole(t, harness);
});

test("A reload is timed from where it was asked for, though another was asked for and refused meanwhile", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, reloads } = harness;
  await supervisor.start();
  byHand(harness);
  const reloading = follow(supervisor.reload(CHANGED));
  await clock.advance(5);
  const refused = Promise.reject(new ConfigError("it", [{ path: "options", message: "wrong" }]));
  await t.throwsAsync(supervisor.reload(refused), { instanceOf: ConfigError });
  await clock.advance(2);
  await lifeAt(harness, 2).becomeReady();
  await clock.settle();
  t.is(reloading.state, "resolved");
  t.deepEqual(reloads, [{ plugin: "redis", isDone: true, elapsedMs: 7, at: clock.now() }]);
  await closeWhole(t, harness);
});

test("drop() ends what was prepared, and nothing else has changed", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, client } = harness;
  await supervisor.start();
  const candidate = await supervisor.prepare(CHANGED);
  supervisor.drop(candidate);
  await clock.settle();
  t.true(lifeAt(harness, 2).isEnded);
  t.throws(() => supervisor.replace(candidate), { instanceOf: PluginUnavailableError });
  t.is(await client.get(KEY), undefined);
  await closeWhole(t, harness);
});

test("reload() replaces the spare as well", async (t) => {
  const harness = makeSupervisor({ spare: true });
  const { supervisor, clock } = harness;
  await supervisor.start();
  await clock.advance(0);
  await supervisor.reload({ ...CHANGED, spare: true });
  await clock.advance(0);
  t.deepEqual(
    harness.lives.map(({ isEnded }) => isEnded),
    [true, true, false, false],
  );
  t.like(lifeAt(harness, 4).options.boot, { url: CHANGED.url });
  t.is(supervisor.health().spare, "ready");
  await supervisor.reload({ ...CHANGED, spare: false });
  await clock.advance(0);
  t.is(harness.lives.filter(({ isEnded }) => !isEnded).length, 1);
  t.false("spare" in supervisor.health());
  await closeWhole(t, harness);
});

test("A write is followed by a newer one of its key only once it has ended, though that is in the old life", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, client } = harness;
  await supervisor.start();
  lifeAt(harness, 1).invoke = () => new Promise(() => {});
  const outcomes: boolean[] = [];
  const write = follow(client.put(KEY, { value: Uint8Array.of(1) }, (isDone) => outcomes.push(isDone)));
  await clock.settle();
  await supervisor.reload({ ...CHANGED, limits: { ...LIMITS, callMs: 100 } });
  await clock.advance(LIMITS.callMs + LATE_MS);
  t.is(write.state, "rejected", "its deadline has passed");
  await clock.advance(LIMITS.stopMs + LATE_MS);
  t.deepEqual(outcomes, [false], "the old life is gone, so that it never will be done");
  t.is(client.breakerState, "closed");
  await closeWhole(t, harness);
});

test("A backend that nobody had asked for is opened by the life that takes over", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock } = harness;
  await supervisor.start();
  byHand(harness);
  const reloading = follow(supervisor.reload(CHANGED));
  await clock.settle();
  const late = supervisor.backend(makeStorage({ parametersKey: "late" }), "storage");
  await lifeAt(harness, 2).becomeReady();
  await clock.settle();
  t.is(reloading.state, "resolved");
  t.is(await late.get(KEY), undefined);
  await closeWhole(t, harness);
});

const action = fc.constantFrom(
  "start",
  "restart",
  "stop",
  "reload",
  "fail",
  "stuck",
  "wait",
  "ready",
  "refuse",
  "call",
);

testProp(
  "Whatever happens in whatever order, with a spare and successors, there are three lives at most, every promise settles and close() leaves nothing",
  [fc.array(fc.tuple(action, fc.nat(2)), { maxLength: 30 }), fc.boolean()],
  async (t, actions, spare) => {
    const harness = makeSupervisor({ spare });
    const { supervisor, clock, host, lives, client } = harness;
    const promises: { state: string }[] = [];
    host.onLife = () => {};
    for (const [one, back] of actions) {
      const life = lives.at(-1 - back);
      if (one === "start" || one === "restart" || one === "stop") promises.push(follow(supervisor[one]()));
      else if (one === "reload") promises.push(follow(supervisor.reload({ ...CHANGED, spare })));
      else if (one === "fail") life?.fail();
      else if (one === "stuck" && life?.isEnded === false) life.isStuck = true;
      else if (one === "ready" && life?.isEnded === false) life.becomeReady().catch(() => undefined); // may end
      else if (one === "refuse") void life?.host.started({ error: { name: "E", message: "no" } });
      else if (one === "call") promises.push(follow(client.get(KEY)));
      await clock.advance(one === "wait" ? 3000 : 0);
      const begun = lives.filter(({ isEnded, asked }) => !isEnded && !asked.includes("stop"));
      t.true(begun.length <= (spare ? 3 : 2));
      const { state } = supervisor;
      if (state === "stopped") t.true(begun.length <= 1, "a successor alone may be prepared");
    }
    await clock.advance(LIMITS.startMs + LATE_MS);
    await closeWhole(t, harness);
    for (const { state } of promises) t.not(state, "pending");
    t.is(supervisor.abandoned.thread, lives.filter(({ isStuck }) => isStuck).length);
  },
  { numRuns: 60 },
);
