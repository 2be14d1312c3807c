/** What is kept of health over time, and for how long. */
import test from "ava";

import type { Health, PluginHealth } from "../../../src/host/main.js";
import { FigureHistory } from "../../../src/server/history/figure-history.js";
import { FakeClock } from "../../support/fake-clock.js";
import { openServer } from "../open-server.js";
import { send } from "../send.js";

const START = 1_767_225_600_000;

type Told = Partial<Omit<PluginHealth, "calls">> & { readonly calls?: Partial<PluginHealth["calls"]> };

/** A cache that says of its plugins what a test has them say. */
function open(plugins: Record<string, Told>): {
  readonly clock: FakeClock;
  readonly history: FigureHistory;
  readonly plugins: Record<string, Told>;
} {
  const clock = new FakeClock(START);
  const health = (): Health => ({
    status: "ok",
    at: clock.now(),
    plugins: Object.entries(plugins).map(([name, told]) => pluginHealth(name, told)),
    categories: [],
  });
  return { clock, history: new FigureHistory({ stockpile: { health }, clock }), plugins };
}

function pluginHealth(name: string, { calls, ...told }: Told): PluginHealth {
  return {
    name,
    state: "ready",
    since: START,
    isolation: "thread",
    startup: "optional",
    backends: [],
    lives: 1,
    restarts: 0,
    failures: { crash: 0, hang: 0, exit: 0, memory: 0, protocol: 0, "start-timeout": 0, load: 0 },
    abandonedThreads: 0,
    abandonedProcesses: 0,
    eventLoop: { utilization: 0.25, blockedMs: 0 },
    memory: { heapBytes: 100, externalBytes: 20, limitBytes: 1000 },
    ...told,
    calls: { inFlight: 0, inFlightBytes: 0, succeeded: 0, failed: 0, timedOut: 0, refused: 0, ...calls },
  };
}

test("each second has a sample, with rates from the second on", async (t) => {
  const { clock, history, plugins } = open({
    shelf: { calls: { succeeded: 10, p50Ms: 0.123456, p99Ms: 4 } },
  });
  t.deepEqual(history.view(), { intervalMs: 1000, isWhole: true, at: [], plugins: [] });
  history.begin();
  await clock.advance(1000);
  plugins["shelf"] = { calls: { succeeded: 14, failed: 2, timedOut: 1 } };
  await clock.advance(1000);
  const { at, plugins: curves } = history.view();
  t.deepEqual(at, [START + 1000, START + 2000]);
  t.deepEqual(curves, [
    {
      name: "shelf",
      callsPerSecond: [null, 7],
      failedPerSecond: [null, 3],
      p50Ms: [0.123, null],
      p95Ms: [null, null],
      p99Ms: [4, null],
      utilization: [0.25, 0.25],
      blockedMs: [0, 0],
      memoryBytes: [120, 120],
    },
  ]);
  history.close();
});

test("a plugin that does not serve has gaps in its curves, and of a process all its memory is told", async (t) => {
  const { clock, history, plugins } = open({ shelf: { state: "restarting" } });
  history.begin();
  await clock.advance(1000);
  plugins["shelf"] = {
    state: "degraded",
    memory: { heapBytes: 1, externalBytes: 2, residentBytes: 500, limitBytes: 1000 },
  };
  await clock.advance(1000);
  t.like(history.view().plugins[0], { utilization: [null, 0.25], memoryBytes: [null, 500] });
  history.close();
});

test("view(last) has what came since, and of a name nobody remembers all", async (t) => {
  const { clock, history } = open({ shelf: {} });
  history.begin();
  await clock.advance(3000);
  const { last } = history.view();
  await clock.advance(2000);
  t.like(history.view(last), { isWhole: false, at: [START + 4000, START + 5000] });
  t.like(history.view(history.view().last), { isWhole: false, at: [] });
  for (const id of [undefined, "", "1", "constructor", `${last}0`])
    t.like(history.view(id), { isWhole: true, at: { length: 5 } });
  const later = new FakeClock(START + 60_000);
  const other = new FigureHistory({ stockpile: { health: () => ({}) as Health }, clock: later });
  t.true(other.view(last).isWhole, "the sample was another process's");
  history.close();
});

test("ten minutes are kept", async (t) => {
  const { clock, history } = open({ shelf: {} });
  history.begin();
  await clock.advance(601_000);
  const { at } = history.view();
  t.is(at.length, 600);
  t.is(at[0], START + 2000);
  history.close();
});

test("a plugin that is new or gone has no figures for the rest of the time, and one replaced no rate", async (t) => {
  const { clock, history, plugins } = open({ old: { calls: { succeeded: 100 } } });
  history.begin();
  await clock.advance(1000);
  plugins["old"] = { calls: { succeeded: 3 } };
  await clock.advance(1000);
  delete plugins["old"];
  plugins["new"] = {};
  await clock.advance(1000);
  const curves = history.view().plugins;
  t.deepEqual(
    curves.map(({ name, utilization }) => [name, utilization]),
    [
      ["new", [null, null, 0.25]],
      ["old", [0.25, 0.25, null]],
    ],
  );
  t.deepEqual(curves[1]?.callsPerSecond, [null, null, null]);
  history.close();
});

test("a history that is closed has no timer left", async (t) => {
  const { clock, history } = open({});
  history.begin();
  t.is(clock.pending, 1);
  history.close();
  t.is(clock.pending, 0);
});

test("GET /api/history answers what a running server has measured", async (t) => {
  const { address } = await openServer(t);
  const view = JSON.parse((await send(address.url, "/api/history?after=nothing")).body.toString());
  t.like(view, { intervalMs: 1000, isWhole: true });
});
