import test from "ava";
import { PluginUnavailableError } from "../../../src/contract/errors.js";
import type { FakeLife } from "./fake-life.js";
import { LIMITS, RESTART } from "./make-config.js";
import { closeWhole, follow, KEY, LATE_MS, makeSupervisor, type Harness } from "./make-supervisor.js";

/** A supervisor whose first life and spare are ready. */
async function makeSpared(restart: Partial<typeof RESTART> = {}): Promise<Harness> {
  const harness = makeSupervisor({ spare: true, restart: { ...RESTART, ...restart } });
  await harness.supervisor.start();
  await harness.clock.advance(0);
  return harness;
}

function lifeAt({ lives }: Harness, number: number): FakeLife {
  const life = lives[number - 1];
  if (life === undefined) throw new Error(`life ${number} was not begun`);
  return life;
}

test("A spare is begun once the plugin is ready, with its backends open and proven, and serves nothing", async (t) => {
  const harness = makeSupervisor({ spare: true });
  const { supervisor, clock, host, client } = harness;
  host.onLife = (life) => {
    if (life.options.boot.life === 1) void life.becomeReady();
  };
  t.is(supervisor.health().spare, "none");
  await supervisor.start();
  await clock.advance(0);
  t.is(supervisor.health().spare, "starting");
  await lifeAt(harness, 2).becomeReady();
  await clock.settle();
  t.is(supervisor.health().spare, "ready");
  t.deepEqual(lifeAt(harness, 2).asked, ["open 0 main"]);
  const sent: string[] = [];
  lifeAt(harness, 2).invoke = () => {
    sent.push("spare");
    return new Promise(() => {});
  };
  t.is(await client.get(KEY), undefined);
  t.deepEqual(sent, []);
  t.like(supervisor.health(), { lives: 2, restarts: 0, state: "ready" });
  await closeWhole(t, harness);
});

test("Health says nothing of a spare where none is asked for", async (t) => {
  const harness = makeSupervisor();
  await harness.supervisor.start();
  t.false("spare" in harness.supervisor.health());
  await closeWhole(t, harness);
});

test("A spare takes over in the turn in which the life fails, and another is prepared after the backoff", async (t) => {
  const harness = await makeSpared();
  const { supervisor, clock, lives, client, states, events } = harness;
  lifeAt(harness, 1).invoke = () => new Promise(() => {});
  const call = follow(client.get(KEY));
  await clock.settle();
  lifeAt(harness, 1).fail({ message: "Uncaught: on purpose" });
  t.is(supervisor.state, "ready");
  const next = client.get(KEY);
  await clock.settle();
  t.true(call.error instanceof PluginUnavailableError);
  t.is(await next, undefined);
  t.deepEqual(states(), ["ready", "restarting", "ready"]);
  t.like(events[1], { failure: { kind: "crash", message: "Uncaught: on purpose" } });
  t.like(supervisor.health(), { lives: 2, restarts: 1, spare: "none" });
  await clock.advance(RESTART.backoffMs / 2 - 1);
  t.is(lives.length, 2);
  await clock.advance(RESTART.backoffMs / 2 + 1);
  t.is(lives.length, 3);
  t.is(supervisor.health().spare, "ready");
  await closeWhole(t, harness);
});

test("A failure that opened the breaker has the spare asked at once", async (t) => {
  const harness = await makeSpared();
  const { supervisor, clock, client } = harness;
  lifeAt(harness, 1).invoke = () => new Promise(() => {});
  const calls = Array.from({ length: 30 }, (_, index) => follow(client.get({ ...KEY, key: `k${index}` })));
  await clock.settle();
  lifeAt(harness, 1).fail();
  t.is(client.breakerState, "half-open");
  await clock.settle();
  t.is(client.breakerState, "closed");
  t.is(supervisor.state, "ready");
  for (const { state } of calls) t.is(state, "rejected");
  await closeWhole(t, harness);
});

test("Lives that were promoted and fail count: a loop of crashes ends in quarantine, without a spare", async (t) => {
  const harness = await makeSpared();
  const { supervisor, clock, lives } = harness;
  for (let failures = 1; failures <= RESTART.burst; failures += 1) {
    lives.filter(({ isEnded }) => !isEnded)[0]?.fail();
    await clock.settle();
    t.is(supervisor.state, "ready");
    await clock.advance(1000);
    t.is(supervisor.health().spare, "ready");
  }
  lives.filter(({ isEnded }) => !isEnded)[0]?.fail();
  await clock.advance(100);
  t.is(supervisor.state, "quarantined");
  t.is(supervisor.health().spare, "none");
  t.deepEqual(
    lives.filter(({ isEnded }) => !isEnded),
    [],
  );
  await closeWhole(t, harness);
});

test("A spare that does not start troubles nobody: it is logged, shown, and tried ever more seldom", async (t) => {
  const harness = makeSupervisor({ spare: true });
  const { supervisor, clock, host, lives, lines, client, states } = harness;
  host.onLife = (life) => {
    if (life.options.boot.life === 1) void life.becomeReady();
    else void life.host.started({ error: { name: "Error", message: "no second one" } });
  };
  await supervisor.start();
  await clock.advance(10_000);
  t.is(lives.length, RESTART.burst + 2);
  const tried = lives.length;
  await clock.advance(RESTART.maxBackoffMs);
  t.true(lives.length - tried <= 2);
  t.deepEqual(states(), ["ready"]);
  t.is(await client.get(KEY), undefined);
  const health = supervisor.health();
  t.like(health, {
    state: "ready",
    spare: "none",
    restarts: 0,
    failures: { load: 0 },
    spareFailure: { kind: "load" },
  });
  t.is(health.lastFailure, undefined);
  const [warning] = lines.filter(({ level }) => level === 40);
  t.like(warning, { plugin: "redis", life: 2, kind: "load" });
  t.regex(String(warning?.["msg"]), /^The spare ended \(load\): .*no second one$/);
  host.onLife = (life) => void life.becomeReady();
  await clock.advance(RESTART.maxBackoffMs);
  t.is(supervisor.health().spare, "ready");
  t.false("spareFailure" in supervisor.health());
  await closeWhole(t, harness);
});

test("A spare that ends while it waits is replaced, and the life that serves goes on", async (t) => {
  const harness = await makeSpared();
  const { supervisor, clock, lives, states } = harness;
  lifeAt(harness, 2).fail({ kind: "memory", message: "too much" });
  await clock.settle();
  t.like(supervisor.health(), { state: "ready", spare: "none", spareFailure: { kind: "memory" } });
  await clock.advance(RESTART.backoffMs);
  t.is(lives.length, 3);
  t.is(supervisor.health().spare, "ready");
  t.deepEqual(states(), ["ready"]);
  t.is(supervisor.health().lastFailure, undefined);
  await closeWhole(t, harness);
});

test("A spare whose loop is blocked is ended for it", async (t) => {
  const harness = await makeSpared();
  const { supervisor, clock, lines } = harness;
  lifeAt(harness, 2).isBlocked = true;
  await clock.advance(LIMITS.hangMs + 500);
  t.true(lifeAt(harness, 2).isEnded);
  t.true(lines.some(({ msg, life }) => String(msg).startsWith("The spare ended (hang)") && life === 2));
  t.like(supervisor.health(), { state: "ready", lives: 3, spare: "ready" });
  await closeWhole(t, harness);
});

test("A spare in which a backend does not open waits all the same, and the backend is tried again when it takes over", async (t) => {
  const harness = makeSupervisor({ spare: true });
  const { supervisor, clock, host, lines, client } = harness;
  let isTaken = false;
  host.onLife = (life) => {
    life.openBackend = async () => {
      if (isTaken) return { error: { name: "Error", message: "the folder is taken" } };
      isTaken = true;
      return { value: [] };
    };
    void life.becomeReady();
  };
  await supervisor.start();
  await clock.advance(0);
  t.is(supervisor.health().spare, "ready");
  t.is(client.openFailure, undefined);
  t.true(lines.some(({ msg }) => /^The spare waits without a backend: .*is taken$/.test(String(msg))));
  isTaken = false;
  lifeAt(harness, 1).fail();
  await clock.settle();
  t.is(supervisor.state, "ready");
  t.is(await client.get(KEY), undefined);
  await closeWhole(t, harness);
});

test("A spare that is on its way when the life fails takes over as soon as it is ready", async (t) => {
  const harness = makeSupervisor({ spare: true, restart: { ...RESTART, backoffMs: 10_000 } });
  const { supervisor, clock, host, lives } = harness;
  host.onLife = (life) => {
    if (life.options.boot.life === 1) void life.becomeReady();
  };
  await supervisor.start();
  await clock.advance(0);
  lifeAt(harness, 1).fail();
  await clock.settle();
  t.is(supervisor.state, "restarting");
  await lifeAt(harness, 2).becomeReady();
  await clock.settle();
  t.is(supervisor.state, "ready");
  t.is(lives.length, 2);
  await closeWhole(t, harness);
});

test("A spare that is on its way for longer than the backoff gives way to another life", async (t) => {
  const harness = makeSupervisor({ spare: true });
  const { supervisor, clock, host } = harness;
  host.onLife = (life) => {
    if (life.options.boot.life !== 2) void life.becomeReady();
  };
  await supervisor.start();
  await clock.advance(0);
  lifeAt(harness, 1).fail();
  await clock.advance(RESTART.backoffMs + LIMITS.stopMs + LATE_MS);
  t.is(supervisor.state, "ready");
  t.true(lifeAt(harness, 2).isEnded);
  t.is(supervisor.health().spare, "ready");
  await closeWhole(t, harness);
});

test("What a waiting spare reports as changed is heard", async (t) => {
  const harness = await makeSpared();
  await lifeAt(harness, 2).host.invalidate(0, "all");
  t.deepEqual(harness.invalidated, [[harness.client, "all"]]);
  await closeWhole(t, harness);
});

for (const operation of ["stop", "restart", "close"] as const) {
  test(`${operation}() ends the spare as well`, async (t) => {
    const harness = await makeSpared();
    const { supervisor, clock } = harness;
    void supervisor[operation]();
    await clock.advance(1000);
    t.true(lifeAt(harness, 1).isEnded);
    t.true(lifeAt(harness, 2).isEnded);
    t.deepEqual(lifeAt(harness, 2).asked, ["open 0 main", "stop", "end"]);
    t.is(harness.lives.length, operation === "restart" ? 4 : 2);
    await closeWhole(t, harness);
  });
}

test("stop() by a listener that hears of the failure keeps the spare from taking over", async (t) => {
  const harness = await makeSpared();
  const { supervisor, clock } = harness;
  harness.onEvent = ({ state }) => {
    if (state === "restarting") void supervisor.stop();
  };
  lifeAt(harness, 1).fail();
  await clock.advance(1000);
  t.is(supervisor.state, "stopped");
  t.is(harness.lives.length, 2);
  t.true(lifeAt(harness, 2).isEnded);
  await closeWhole(t, harness);
});
