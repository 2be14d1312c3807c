/** Curves that are made longer by what the server has measured since. */
import test from "ava";

import { appendHistory, MAX_SAMPLES, NO_CURVES } from "../../src/ui/curves/append-history.js";
import type { Curves, PluginColumns } from "../../src/ui/curves/append-history.js";

type History = Parameters<typeof appendHistory>[1];

/** An answer with the same values in each column. */
function history(at: number[], plugins: Record<string, (number | null)[]>, isWhole = false): History {
  return {
    intervalMs: 1000,
    last: `run-${at.at(-1)}`,
    isWhole,
    at,
    plugins: Object.entries(plugins).map(([name, values]) => ({ name, ...columns(values) })),
  };
}

function columns(values: (number | null)[]): PluginColumns {
  return {
    callsPerSecond: values,
    failedPerSecond: values,
    p50Ms: values,
    p95Ms: values,
    p99Ms: values,
    utilization: values,
    blockedMs: values,
    memoryBytes: values,
  };
}

function valuesOf({ plugins }: Curves): Record<string, readonly (number | null)[]> {
  return Object.fromEntries([...plugins].map(([name, { p50Ms }]) => [name, p50Ms]));
}

test("appendHistory() puts what is new behind what was there", (t) => {
  const first = appendHistory(NO_CURVES, history([1, 2], { shelf: [1, null] }, true));
  const second = appendHistory(first, history([3], { shelf: [3] }));
  t.is(second.last, "run-3");
  t.deepEqual(second.at, [1, 2, 3]);
  t.deepEqual(valuesOf(second), { shelf: [1, null, 3] });
});

test("appendHistory() of nothing new changes nothing", (t) => {
  const first = appendHistory(NO_CURVES, history([1, 2], { shelf: [1, 2] }, true));
  t.deepEqual(appendHistory(first, { ...history([], {}), last: "run-2" }), first);
});

test("appendHistory() gives plugins that come and go gaps for the rest", (t) => {
  const first = appendHistory(NO_CURVES, history([1, 2], { old: [1, 2] }, true));
  t.deepEqual(valuesOf(appendHistory(first, history([3], { fresh: [3] }))), {
    fresh: [null, null, 3],
    old: [1, 2, null],
  });
});

test("appendHistory() begins anew with a whole history, and where time was set back", (t) => {
  const first = appendHistory(NO_CURVES, history([10, 20], { shelf: [1, 2] }, true));
  t.deepEqual(appendHistory(first, history([30], { shelf: [3] }, true)).at, [30]);
  const back = appendHistory(first, history([15], { shelf: [3] }));
  t.deepEqual(back.at, [15]);
  t.deepEqual(valuesOf(back), { shelf: [3] });
});

test("appendHistory() keeps no more than the server", (t) => {
  const times = Array.from({ length: MAX_SAMPLES }, (_, index) => index);
  const first = appendHistory(NO_CURVES, history(times, { shelf: times }, true));
  const { at, plugins } = appendHistory(first, history([600, 601], { shelf: [600, 601] }));
  t.is(at.length, MAX_SAMPLES);
  t.is(at[0], 2);
  t.is(plugins.get("shelf")?.memoryBytes.length, MAX_SAMPLES);
  t.is(plugins.get("shelf")?.memoryBytes.at(-1), 601);
});
