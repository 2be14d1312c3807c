import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { ClosedError, PluginLoadError, PluginUnavailableError } from "../../../src/contract/errors.js";
import { PROTOCOL_VERSION } from "../../../src/contract/protocol.js";
import { Phase } from "../../../src/contract/pulse.js";
import { PluginSupervisor } from "../../../src/host/plugins/supervisor.js";
import { LIMITS, RESTART, makeConfig, makeStorage } from "./make-config.js";
import { makeHost } from "./make-services.js";
import { closeWhole, follow, KEY, LATE_MS, makeSupervisor, type Harness } from "./make-supervisor.js";

test("start() resolves when the plugin is ready and its backends are open", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, host, life } = harness;
  host.onLife = () => {};
  t.is(supervisor.state, "starting");
  const starting = follow(supervisor.start());
  await clock.settle();
  t.is(starting.state, "pending");
  let open: () => void = () => {};
  life().openBackend = () => new Promise((resolve) => (open = () => resolve({ value: [] })));
  await life().becomeReady();
  await clock.settle();
  t.is(starting.state, "pending");
  t.is(supervisor.state, "starting");
  open();
  await clock.settle();
  t.is(starting.state, "resolved");
  t.is(supervisor.state, "ready");
  t.deepEqual(life().asked, ["open 0 main"]);
  t.is(await harness.client.get(KEY), undefined);
  await closeWhole(t, harness);
});

test("start() hands the life what it is to boot with", async (t) => {
  const harness = makeSupervisor({ options: { a: 1 } });
  await harness.supervisor.start();
  t.like(harness.life().options, {
    memoryMb: 256,
    boot: {
      protocol: PROTOCOL_VERSION,
      name: "redis",
      url: "file:///plugins/redis.mjs",
      options: { a: 1 },
      hostId: "host-1",
      life: 1,
      logLevel: 10,
      maxValueBytes: 1024,
    },
  });
  await closeWhole(t, harness);
});

test("start() does nothing while a life is under way", async (t) => {
  const harness = makeSupervisor();
  await harness.supervisor.start();
  await harness.supervisor.start();
  t.is(harness.lives.length, 1);
  t.deepEqual(harness.states(), ["ready"]);
  await closeWhole(t, harness);
});

test("start() rejects when the plugin cannot be loaded, and another life follows", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, host, lives } = harness;
  host.onLife = (life) => {
    life.pulse.phase = Phase.import;
    const error = { name: "SyntaxError", message: "Unexpected token", stack: "at redis.mjs:1" };
    void life.host.started({ error });
  };
  const error = await t.throwsAsync(supervisor.start(), { instanceOf: PluginLoadError });
  t.is(
    error.message,
    'Cannot start plugin "redis": The plugin failed to finish its import from /plugins/redis.mjs: SyntaxError: Unexpected token',
  );
  t.like(error.cause, { name: "SyntaxError", message: "Unexpected token", stack: "at redis.mjs:1" });
  t.is(supervisor.state, "restarting");
  t.like(supervisor.health().lastFailure, { kind: "load", stack: "at redis.mjs:1" });
  t.true(lives[0]?.isEnded);
  host.onLife = (life) => void life.becomeReady();
  await clock.advance(RESTART.backoffMs);
  t.is(lives.length, 2);
  t.is(supervisor.state, "ready");
  await closeWhole(t, harness);
});

test("start() rejects when the plugin is not ready within limits.start", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, host, lives } = harness;
  host.onLife = (life) => {
    life.pulse.phase = Phase.initialize;
  };
  const starting = follow(supervisor.start());
  await clock.advance(5000 - 1);
  t.is(starting.state, "pending");
  await clock.advance(1 + LATE_MS);
  t.true(starting.error instanceof PluginLoadError);
  t.regex(String(starting.error), /did not finish initializePlugin of \/plugins\/redis\.mjs within 5000 ms/);
  t.like(supervisor.health().lastFailure, { kind: "start-timeout" });
  t.true(lives[0]?.isEnded);
  await closeWhole(t, harness);
});

test("start() rejects for a plugin of another protocol, and begins no life of it", async (t) => {
  const harness = makeSupervisor({ protocol: PROTOCOL_VERSION + 1 });
  await t.throwsAsync(harness.supervisor.start(), {
    instanceOf: PluginLoadError,
    message: new RegExp(`expected protocol ${PROTOCOL_VERSION}: found ${PROTOCOL_VERSION + 1}`),
  });
  t.is(harness.lives.length, 0);
  t.is(harness.supervisor.state, "restarting");
  await closeWhole(t, harness);
});

test("A life that cannot even be begun is a failed one: start() rejects and another follows", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, host, lives } = harness;
  const cause = Object.assign(new Error("EAGAIN"), { code: "ERR_WORKER_INIT_FAILED" });
  host.onLife = () => {
    throw cause;
  };
  const error = await t.throwsAsync(supervisor.start(), { instanceOf: PluginLoadError });
  t.is(error.message, 'Cannot start plugin "redis": EAGAIN');
  t.is(error.cause, cause);
  t.is(supervisor.state, "restarting");
  await clock.advance(RESTART.backoffMs);
  t.is(lives.length, 2);
  host.onLife = (life) => void life.becomeReady();
  await clock.advance(2 * RESTART.backoffMs);
  t.is(supervisor.state, "ready");
  for (const life of lives.slice(0, 2)) await life.end(0, () => {}); // what could not be begun ends nothing
  await closeWhole(t, harness);
});

test("A life that fails is followed by another, and calls under way are told why", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, events, lives, life, client, states } = harness;
  await supervisor.start();
  life().invoke = () => new Promise(() => {});
  const call = follow(client.get(KEY));
  await clock.settle();
  const cause = new TypeError("on purpose");
  life().fail({ kind: "crash", message: "Uncaught: on purpose", stack: "at redis.mjs:9", cause });
  await clock.settle();
  t.true(call.error instanceof PluginUnavailableError);
  t.regex(
    String(call.error),
    /Plugin "redis" ended \(crash\): Uncaught: on purpose, before it answered get$/,
  );
  t.is(supervisor.state, "restarting");
  const refused = await t.throwsAsync(client.get(KEY), { instanceOf: PluginUnavailableError });
  t.regex(refused.message, /plugin "redis" is restarting after: Uncaught: on purpose$/);
  t.like(events.at(-1), {
    plugin: "redis",
    state: "restarting",
    previous: "ready",
    failure: { kind: "crash", message: "Uncaught: on purpose", stack: "at redis.mjs:9" },
  });
  t.is(client.breakerState, "closed", "one end of life is no rate");
  await clock.advance(RESTART.backoffMs);
  t.deepEqual(states(), ["ready", "restarting", "ready"]);
  t.is(lives.length, 2);
  t.is(life().options.boot.life, 2);
  t.is(await client.get(KEY), undefined);
  t.like(supervisor.health(), { lives: 2, restarts: 1, abandonedThreads: 0 });
  await closeWhole(t, harness);
});

test("What a former life reports is not heard", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, lives } = harness;
  await supervisor.start();
  await supervisor.restart();
  await clock.settle();
  const [former] = lives;
  former?.options.onEnd({ kind: "hang", message: "late" });
  await clock.settle();
  t.is(supervisor.state, "ready");
  t.is(supervisor.health().lastFailure, undefined);
  t.is(lives.length, 2);
  await closeWhole(t, harness);
});

test("More failures than the burst put the plugin in quarantine, where it is tried seldom until a life lasts", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, host, lives, states } = harness;
  host.onLife = (life) => life.pulse.tick();
  const starting = follow(supervisor.start());
  for (let failures = 1; failures <= RESTART.burst; failures += 1) {
    lives.at(-1)?.fail({ message: `Uncaught: ${failures}` });
    await clock.settle();
    t.is(supervisor.state, "restarting");
    await clock.advance(1000);
    t.is(lives.length, failures + 1);
  }
  t.is(starting.state, "rejected");
  lives.at(-1)?.fail();
  await clock.settle();
  t.is(supervisor.state, "quarantined");
  const tried = lives.length;
  await clock.advance(RESTART.maxBackoffMs / 2 - 1);
  t.is(lives.length, tried);
  host.onLife = (life) => void life.becomeReady();
  await clock.advance(RESTART.maxBackoffMs / 2 + 1);
  t.is(lives.length, tried + 1);
  t.is(supervisor.state, "ready");
  lives.at(-1)?.fail();
  await clock.settle();
  t.is(supervisor.state, "quarantined", "it has not lasted for a window");
  await clock.advance(RESTART.maxBackoffMs + RESTART.windowMs);
  t.is(supervisor.state, "ready");
  lives.at(-1)?.fail();
  await clock.settle();
  t.is(supervisor.state, "restarting");
  t.deepEqual(states().slice(0, 4), ["restarting", "quarantined", "ready", "quarantined"]);
  await closeWhole(t, harness);
});

test("restart() ends quarantine and forgets refused keys", async (t) => {
  const harness = makeSupervisor({ restart: { ...RESTART, burst: 1 } });
  const { supervisor, clock, life, client } = harness;
  await supervisor.start();
  for (let ends = 0; ends < 2; ends += 1) {
    life().invoke = () => new Promise(() => {});
    client.get(KEY).catch(() => undefined); // what it rejects with is tested elsewhere
    await clock.settle();
    life().pulse.executing = 1;
    life().fail({ kind: "hang", message: "blocked" });
    await clock.advance(RESTART.backoffMs);
  }
  t.is(supervisor.state, "ready", "ends that a poison key explains do not count");
  await t.throwsAsync(client.get(KEY), { message: /"k" in category "player": this key was executing when/ });
  t.is(await client.get({ ...KEY, key: "other" }), undefined);
  t.like(supervisor.health().lastFailure, { call: { operation: "get", category: "player" } });
  await supervisor.restart();
  t.is(await client.get(KEY), undefined);
  life().fail();
  await clock.settle();
  t.is(supervisor.state, "restarting");
  life().fail();
  await closeWhole(t, harness);
});

test("Lives that failed are counted by kind; those that a hand replaces or stops are not", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, life } = harness;
  const none = { crash: 0, hang: 0, exit: 0, memory: 0, protocol: 0, "start-timeout": 0, load: 0 };
  await supervisor.start();
  await supervisor.restart();
  await supervisor.reload(supervisor.config);
  await supervisor.stop();
  await supervisor.start();
  t.like(supervisor.health(), { lives: 4, restarts: 2 });
  t.deepEqual(supervisor.health().failures, none);
  for (const kind of ["crash", "hang", "crash"] as const) {
    life().fail({ kind, message: "on purpose" });
    await clock.advance(RESTART.maxBackoffMs);
  }
  t.is(supervisor.state, "ready");
  t.deepEqual(supervisor.health().failures, { ...none, crash: 2, hang: 1 });
  await supervisor.restart();
  t.deepEqual(supervisor.health().failures, { ...none, crash: 2, hang: 1 }, "forgiven, but counted");
  await closeWhole(t, harness);
});

test("restart() begins a life at once, without waiting for the thread it replaces", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, lives, states } = harness;
  await supervisor.start();
  const [former] = lives;
  if (former !== undefined) former.stop = () => new Promise(() => {});
  await supervisor.restart();
  t.is(lives.length, 2);
  t.false(former?.isEnded);
  t.deepEqual(states(), ["ready", "starting", "ready"]);
  await clock.advance(2000 + LATE_MS);
  t.true(former?.isEnded);
  t.deepEqual(former?.asked, ["open 0 main", "stop", "end"]);
  t.like(supervisor.health(), { lives: 2, restarts: 1 });
  await closeWhole(t, harness);
});

test("restart() while another is under way replaces its life, and every caller is answered", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, host, lives } = harness;
  host.onLife = () => {};
  const starting = follow(supervisor.start());
  const first = follow(supervisor.restart());
  await clock.settle();
  const second = follow(supervisor.restart());
  await clock.settle();
  t.is(lives.length, 3);
  await lives[2]?.becomeReady();
  await clock.advance(2000 + LATE_MS);
  t.is(second.state, "resolved");
  for (const { error } of [starting, first]) {
    t.true(error instanceof PluginUnavailableError);
    t.is(String(error), 'PluginUnavailableError: Plugin "redis" was stopped or restarted');
  }
  t.is(supervisor.state, "ready");
  t.deepEqual(
    lives.map(({ isEnded }) => isEnded),
    [true, true, false],
  );
  await closeWhole(t, harness);
});

for (const operation of ["stop", "close"] as const) {
  test(`${operation}() by a listener that hears of the start is what happens`, async (t) => {
    const host = makeHost();
    const { clock, lives } = host;
    let gone: Promise<void> | undefined;
    const supervisor: PluginSupervisor = new PluginSupervisor({
      config: makeConfig(),
      services: host.services,
      onEvent: ({ state }) => {
        if (state === "starting") gone = supervisor[operation]();
      },
      onInvalidate: () => {},
    });
    await supervisor.start();
    const restart = follow(supervisor.restart());
    await clock.advance(10_000);
    await gone;
    t.is(restart.state, "rejected");
    t.is(supervisor.state, "stopped");
    t.is(lives.length, 1);
    t.true(lives[0]?.isEnded);
    await supervisor.close();
    t.is(clock.pending, 0);
  });
}

test("start() while a life is on its way resolves when that is ready", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, host, lives } = harness;
  host.onLife = () => {};
  const first = follow(supervisor.start());
  const second = follow(supervisor.start());
  await clock.settle();
  t.is(second.state, "pending");
  await lives[0]?.becomeReady();
  await clock.settle();
  t.deepEqual([first.state, second.state, lives.length], ["resolved", "resolved", 1]);
  await closeWhole(t, harness);
});

test("stop() ends the life in good order, and none follows until start()", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, lives, life, client } = harness;
  await supervisor.start();
  await supervisor.stop();
  t.deepEqual(life().asked, ["open 0 main", "stop", "end"]);
  t.is(supervisor.state, "stopped");
  await t.throwsAsync(client.get(KEY), { message: /plugin "redis" is stopped$/ });
  await clock.advance(60_000);
  t.is(lives.length, 1);
  t.is(clock.pending, 0);
  await supervisor.start();
  t.is(supervisor.state, "ready");
  t.is(lives.length, 2);
  await closeWhole(t, harness);
});

test("stop() lets calls under way finish first", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, life, client } = harness;
  await supervisor.start();
  let answer: () => void = () => {};
  life().invoke = ({ first }) =>
    new Promise((resolve) => {
      answer = () => resolve({ rows: Float64Array.of(first, 1, 0, 1, NaN), bytes: Uint8Array.of(7) });
    });
  const call = client.get(KEY);
  await clock.settle();
  const stopping = follow(supervisor.stop());
  await clock.settle();
  t.deepEqual(life().asked, ["open 0 main"]);
  answer();
  t.deepEqual(await call, { value: Uint8Array.of(7) });
  await clock.settle();
  t.is(stopping.state, "resolved");
  await closeWhole(t, harness);
});

test("stop() during the start ends it, and start() says so", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, host, life } = harness;
  host.onLife = () => {};
  const starting = follow(supervisor.start());
  await clock.settle();
  await supervisor.stop();
  await clock.settle();
  t.true(starting.error instanceof PluginUnavailableError);
  t.is(supervisor.state, "stopped");
  t.true(life().isEnded);
  await closeWhole(t, harness);
});

test("stop() while a restart is due cancels that", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, lives, life } = harness;
  await supervisor.start();
  life().fail();
  await clock.settle();
  await supervisor.stop();
  await clock.advance(60_000);
  t.is(clock.pending, 0);
  t.is(lives.length, 1);
  await closeWhole(t, harness);
});

test("A thread that cannot be ended is counted until it goes", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, lines, life, lives } = harness;
  await supervisor.start();
  life().isStuck = true;
  const stuck = life();
  stuck.fail({ kind: "hang" });
  await clock.advance(RESTART.backoffMs);
  t.is(supervisor.state, "ready", "a replacement does not wait for it");
  t.deepEqual(supervisor.abandoned, { thread: 0, process: 0 });
  await clock.advance(1000);
  t.deepEqual(supervisor.abandoned, { thread: 1, process: 0 });
  t.is(supervisor.health().abandonedThreads, 1);
  t.true(
    lines.some(({ msg, life: number }) => msg === "Abandoned a thread that cannot be ended" && number === 1),
  );
  stuck.release();
  t.deepEqual(supervisor.abandoned, { thread: 0, process: 0 });
  t.is(lives.length, 2);
  await closeWhole(t, harness);
});

test("A life of a module that is known to be native is not begun with less memory than a process takes", async (t) => {
  const config = makeConfig({ limits: { ...LIMITS, memoryMb: 95 } });
  const harness = makeSupervisor(config);
  harness.services.natives.add(config.file);
  const error = await t.throwsAsync(harness.supervisor.start(), { instanceOf: PluginLoadError });
  t.regex(String(error), /limits\.memoryMb: expected at least 96 in a process/);
  t.is(harness.supervisor.health().lastFailure?.kind, "load");
  t.is(harness.lives.length, 0);
  await closeWhole(t, harness);
});

test("A process that cannot be ended is counted and named as one", async (t) => {
  const harness = makeSupervisor({ isolation: "process" });
  const { supervisor, clock, lines, life } = harness;
  await supervisor.start();
  const stuck = life();
  stuck.isStuck = true;
  void supervisor.stop();
  await clock.advance(1000 + LATE_MS);
  t.deepEqual(supervisor.abandoned, { thread: 0, process: 1 });
  t.like(supervisor.health(), { abandonedThreads: 0, abandonedProcesses: 1 });
  stuck.release();
  t.deepEqual(supervisor.abandoned, { thread: 0, process: 0 });
  t.deepEqual(
    lines.map(({ msg }) => msg).filter((msg) => /abandoned/i.test(String(msg))),
    ["Abandoned a process that cannot be ended", "An abandoned process has ended after all"],
  );
  await closeWhole(t, harness);
});

test("close() resolves with a thread abandoned that cannot be ended", async (t) => {
  const harness = makeSupervisor();
  await harness.supervisor.start();
  harness.life().isStuck = true;
  await closeWhole(t, harness);
  t.is(harness.supervisor.abandoned.thread, 1);
});

for (const [state, reach] of [
  ["starting, before any start", async () => {}],
  [
    "starting",
    async ({ supervisor, host, clock }: Harness) => {
      host.onLife = () => {};
      supervisor.start().catch(() => undefined); // ended below
      await clock.settle();
    },
  ],
  [
    "opening its backend",
    async ({ supervisor, host, clock }: Harness) => {
      host.onLife = (life) => {
        life.openBackend = () => new Promise(() => {});
        void life.becomeReady();
      };
      supervisor.start().catch(() => undefined); // ended below
      await clock.settle();
    },
  ],
  ["ready", ({ supervisor }: Harness) => supervisor.start()],
  [
    "ready with a call that never ends",
    async ({ supervisor, life, client, clock }: Harness) => {
      await supervisor.start();
      life().invoke = () => new Promise(() => {});
      client.get(KEY).catch(() => undefined); // its deadline passes
      await clock.settle();
    },
  ],
  [
    "degraded",
    async ({ supervisor, host }: Harness) => {
      host.onLife = (life) => {
        life.openBackend = async () => ({ error: { name: "E", message: "no" } });
        void life.becomeReady();
      };
      await supervisor.start();
    },
  ],
  [
    "restarting",
    async ({ supervisor, life, clock }: Harness) => {
      await supervisor.start();
      life().fail();
      await clock.settle();
    },
  ],
  [
    "quarantined",
    async ({ supervisor, clock, life }: Harness) => {
      await supervisor.start();
      for (let count = 0; count <= RESTART.burst; count += 1) {
        life().fail();
        await clock.advance(count === RESTART.burst ? 0 : 1000);
      }
    },
  ],
  [
    "stopped",
    async ({ supervisor }: Harness) => {
      await supervisor.start();
      await supervisor.stop();
    },
  ],
  [
    "being replaced",
    async ({ supervisor, life }: Harness) => {
      await supervisor.start();
      life().stop = () => new Promise(() => {});
      await supervisor.restart();
    },
  ],
] as [string, (harness: Harness) => Promise<void>][]) {
  test(`close() of a plugin that is ${state} leaves no timer and no life`, async (t) => {
    const harness = makeSupervisor();
    await reach(harness);
    await closeWhole(t, harness);
    const begun = harness.lives.length;
    await t.throwsAsync(harness.client.get(KEY), { instanceOf: ClosedError });
    await t.throwsAsync(harness.supervisor.start(), { instanceOf: ClosedError });
    await t.throwsAsync(harness.supervisor.restart(), { instanceOf: ClosedError });
    await harness.supervisor.stop();
    await harness.supervisor.close();
    await harness.clock.advance(120_000);
    t.is(harness.lives.length, begun);
    t.is(harness.clock.pending, 0);
  });
}

test("A backend that does not open degrades its plugin, until a probe finds it open", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, clock, host, life, client, states } = harness;
  host.onLife = (one) => {
    one.openBackend = async () => ({ error: { name: "Error", message: "ECONNREFUSED" } });
    void one.becomeReady();
  };
  await supervisor.start();
  t.is(supervisor.state, "degraded");
  t.like(supervisor.health().backends[0], { id: "main", breaker: "open" });
  await t.throwsAsync(client.get(KEY), { message: /did not open: ECONNREFUSED$/ });
  life().openBackend = async () => ({ value: ["ping"] });
  await clock.advance(1000);
  t.is(supervisor.state, "ready");
  t.deepEqual(states(), ["degraded", "ready"]);
  t.is(await client.get(KEY), undefined);
  await closeWhole(t, harness);
});

test("Why a backend does not open is logged once for each reason in a row, and in health until it is open", async (t) => {
  const harness = makeSupervisor({}, ["hunter22"]);
  const { supervisor, clock, host, lines, events, life } = harness;
  const refuse = (message: string) => async () => ({ error: { name: "Error", message } });
  host.onLife = (one) => {
    one.openBackend = refuse("ECONNREFUSED by hunter22");
    void one.becomeReady();
  };
  const warnings = (): unknown[] => lines.filter(({ level }) => level === 40).map(({ msg }) => msg);
  await supervisor.start();
  await clock.advance(5000);
  const reason =
    'Storage backend "main" of plugin "redis", from /plugins/redis.mjs, did not open: ECONNREFUSED by ***';
  t.deepEqual(warnings(), [reason], "however often a probe has tried it");
  t.like(
    lines.find(({ msg }) => msg === reason),
    { plugin: "redis", backend: "main", life: 1 },
  );
  t.is(supervisor.health().backends[0]?.openFailure, reason);
  t.is(events.at(-1)?.reason, reason);

  await supervisor.restart();
  t.is(warnings().length, 1, "another life for the same reason says nothing new");
  life().openBackend = refuse("EACCES");
  await clock.advance(60_000);
  t.is(warnings().length, 2);
  t.regex(supervisor.health().backends[0]?.openFailure ?? "", /did not open: EACCES$/);

  life().openBackend = async () => ({ value: [] });
  await clock.advance(60_000);
  t.is(supervisor.state, "ready");
  t.false("openFailure" in (supervisor.health().backends[0] ?? {}));
  host.onLife = (one) => {
    one.openBackend = refuse("EACCES");
    void one.becomeReady();
  };
  await supervisor.restart();
  t.is(warnings().length, 3, "it had been open since");
  await closeWhole(t, harness);
});

test("Why a backend does not open is told with secrets masked, the configuration's own words too", async (t) => {
  const harness = makeSupervisor({}, ["hunter22"]);
  const { supervisor, events, lines } = harness;
  supervisor.backend(makeStorage({ backend: "hunter22" }), "storage");
  await supervisor.start();
  const { openFailure = "" } = supervisor.health().backends[1] ?? {};
  t.regex(openFailure, /expected storage backend "\*\*\*"/);
  t.is(events.at(-1)?.reason, openFailure);
  t.true(lines.some(({ level, msg }) => level === 40 && msg === openFailure));
  await closeWhole(t, harness);
});

test("backend() answers one client per backend and parameters, with a number of its own", async (t) => {
  const harness = makeSupervisor();
  const { supervisor, client, life } = harness;
  t.is(supervisor.backend(makeStorage({ parameters: { other: "object" } }), "elsewhere"), client);
  const named = supervisor.backend(makeStorage({ backend: "main" }), "storage");
  const other = supervisor.backend(makeStorage({ parameters: { db: 1 }, parametersKey: "abc" }), "storage");
  t.is(new Set([client, named, other]).size, 3);
  t.deepEqual(supervisor.clients, [client, named, other]);
  await supervisor.start();
  t.deepEqual(life().asked, ["open 0 main", "open 1 main", "open 2 main"]);
  supervisor.backend(makeStorage({ parametersKey: "late" }), "storage");
  await supervisor.restart();
  t.is(life().asked.at(-1), "open 3 main", "a backend asked for later is opened in the next life");
  await closeWhole(t, harness);
});

test("health() shows what is known, with secrets masked", async (t) => {
  const harness = makeSupervisor({ startup: "required", isolation: "thread" }, ["hunter22"]);
  const { supervisor, clock, life, lines } = harness;
  t.like(supervisor.health(), { name: "redis", state: "starting", lives: 0, restarts: 0 });
  t.false("metadata" in supervisor.health());
  t.false("lastFailure" in supervisor.health());
  await supervisor.start();
  life().pulse.recordMemory(1024, 512);
  await clock.advance(1000);
  t.like(supervisor.health(), {
    state: "ready",
    since: clock.now() - 1000,
    startup: "required",
    isolation: "thread",
    metadata: { name: "Redis", version: "1.0.0" },
    backends: [{ id: "main", parametersKey: "default", breaker: "closed", queuedWrites: 0 }],
    memory: { heapBytes: 1024, externalBytes: 512, limitBytes: 256 * 1024 * 1024 },
    eventLoop: { utilization: 0.25, blockedMs: 0 },
    calls: { inFlight: 0, inFlightBytes: 0, succeeded: 0, failed: 0, timedOut: 0, refused: 0 },
  });
  life().fail({ message: "cannot log in with hunter22", stack: "at login(hunter22)" });
  t.like(supervisor.health().lastFailure, {
    at: clock.now(),
    message: "cannot log in with ***",
    stack: "at login(***)",
  });
  t.false(JSON.stringify(lines).includes("hunter22"));
  await closeWhole(t, harness);
});

const action = fc.constantFrom(
  "start",
  "restart",
  "stop",
  "fail",
  "stuck",
  "wait",
  "ready",
  "refuse",
  "call",
);

testProp(
  "Whatever happens in whatever order, at most one life serves, every promise settles and close() leaves nothing",
  [fc.array(action, { maxLength: 25 })],
  async (t, actions) => {
    const harness = makeSupervisor();
    const { supervisor, clock, host, lives, client } = harness;
    const promises: { state: string }[] = [];
    host.onLife = () => {};
    for (const one of actions) {
      const life = lives.at(-1);
      if (one === "start" || one === "restart" || one === "stop") promises.push(follow(supervisor[one]()));
      else if (one === "fail") life?.fail();
      else if (one === "stuck" && life?.isEnded === false) life.isStuck = true;
      else if (one === "ready" && life?.isEnded === false) life.becomeReady().catch(() => undefined); // may end
      else if (one === "refuse") void life?.host.started({ error: { name: "E", message: "no" } });
      else if (one === "call") promises.push(follow(client.get(KEY)));
      await clock.advance(one === "wait" ? 3000 : 0);
      const serving = lives.filter(({ isEnded, asked }) => !isEnded && !asked.includes("stop"));
      t.true(serving.length <= 1);
    }
    await clock.advance(5000 + LATE_MS);
    await closeWhole(t, harness);
    for (const { state } of promises) t.not(state, "pending");
    t.is(supervisor.abandoned.thread, lives.filter(({ isStuck }) => isStuck).length);
  },
  { numRuns: 40 },
);
