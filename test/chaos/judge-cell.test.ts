/** Whatever a cell does not keep to is found, and nothing else. */
import test from "ava";
import type { Cell } from "../../chaos/cells/cell.js";
import type { Observation } from "../../chaos/host/observation.js";
import { judgeCell } from "../../chaos/judge/judge-cell.js";
import type { Rule } from "../../chaos/faults/rule.js";
import { GOOD, THROWING } from "./good-observation.js";

const slow = { operation: "get", ms: 900, limitMs: 200, stalledMs: 0 };

/** What is seen, the rule that is broken, and whether a slow machine explains it. */
const WRONG: Readonly<Record<string, readonly [Partial<Observation>, Rule, boolean?]>> = {
  "a fault that did not happen": [{ unfelt: "the fault did not happen" }, "felt", true],
  "a call that ends as ever because the fault did not happen": [
    { unfelt: "the fault did not happen", trigger: "answered" },
    "felt",
    true,
  ],
  "a call that never settles": [{ calls: { ...GOOD.calls, unsettled: ["get"] } }, "settles", false],
  "a call that settles late": [{ calls: { ...GOOD.calls, slow: [slow] } }, "settles", true],
  "a wrong answer": [{ calls: { ...GOOD.calls, wrong: ["a: expected 1: received 2"] } }, "answers", false],
  "a write that is lost": [{ lost: ["a: expected 1: received nothing"] }, "writes", false],
  "a cell that leaves no earlier write to look at": [{ untouched: 0 }, "writes", true],
  "a write that is not delivered": [
    { close: { ms: 20, stopMs: 500, abandoned: 0, undelivered: 1 } },
    "undelivered",
    false,
  ],
  "a write that waits for ever": [{ waiting: 1 }, "undelivered", false],
  "a failure beside it": [{ beside: { ...GOOD.beside, failures: ["Error: x"] } }, "beside", false],
  "a late answer beside it": [{ beside: { ...GOOD.beside, slow: [slow] } }, "beside", true],
  "bystanders that do nothing": [{ beside: { ...GOOD.beside, calls: 0 } }, "beside"],
  "a host that stands still": [{ longestStallMs: 5000 }, "stalls", true],
  "an end that was not expected": [{ ends: [{ kind: "crash", message: "m" }] }, "kind", false],
  "an end that a slow machine brings": [{ ends: [{ kind: "hang", message: "m" }] }, "kind", true],
  "an end whose reason came too late": [
    { ends: [{ kind: "protocol", message: "The plugin broke the protocol: its lifeline was closed" }] },
    "kind",
    true,
  ],
  "a call that ends as something else": [{ trigger: "answered" }, "kind", false],
  "a close that takes too long": [
    { close: { ms: 9000, stopMs: 500, abandoned: 0, undelivered: 0 } },
    "closes",
    true,
  ],
  "a thread that is left behind": [
    { close: { ms: 20, stopMs: 500, abandoned: 1, undelivered: 0 } },
    "abandons",
    false,
  ],
  "a thread that nobody has counted": [{ left: ["1 threads"] }, "leaks", false],
  "changed prototypes": [{ changed: ["Object.prototype"] }, "flags", false],
};

test("a cell in which everything is as it should be has no violation", (t) => {
  t.deepEqual(judgeCell(THROWING, GOOD), []);
});

for (const [what, [seen, rule, isOfTime]] of Object.entries(WRONG)) {
  test(`judgeCell() finds ${what}`, (t) => {
    const violations = judgeCell(THROWING, { ...GOOD, ...seen });
    t.deepEqual(
      violations.map((violation) => violation.rule),
      [rule],
    );
    if (isOfTime !== undefined) t.is(violations[0]?.isOfTime ?? false, isOfTime);
  });
}

test("judgeCell() finds a plugin that does not come back, a stage that does not close, and a pool that waits", (t) => {
  const { recoveredMs, close, poolMs, ...rest } = GOOD;
  t.deepEqual([recoveredMs, close?.ms, poolMs], [10, 20, 1]);
  t.deepEqual(
    judgeCell(THROWING, { ...rest, state: "degraded" }).map(({ rule, text }) => [rule, text]),
    [
      ["recovers", "the plugin does not serve again: it is degraded"],
      ["closes", "it does not close"],
      ["pool", "the host's own file access waits"],
    ],
  );
});

test("judgeCell() holds no standstill of the host's loop against a call", (t) => {
  const calls = { ...GOOD.calls, slow: [{ ...slow, stalledMs: 600 }] };
  t.deepEqual(judgeCell(THROWING, { ...GOOD, calls }), []);
});

test("judgeCell() has a slow machine explain that a process, or a thread that grows, is not gone in time", (t) => {
  const close = { ms: 20, stopMs: 500, abandoned: 1, undelivered: 0 };
  const isOfTime = (cell: Cell): unknown =>
    judgeCell(cell, { ...GOOD, close }).find(({ rule }) => rule === "abandons")?.isOfTime;
  t.true(isOfTime({ ...THROWING, isolation: "process" }));
  t.true(isOfTime({ ...THROWING, fault: "a Map without end" }));
  t.false(isOfTime(THROWING));
});

test("judgeCell() allows more on a machine that is loaded", (t) => {
  const calls = { ...GOOD.calls, slow: [slow] };
  t.deepEqual(judgeCell(THROWING, { ...GOOD, calls, longestStallMs: 1500, pace: 3 }), []);
});

test("judgeCell() expects the end that a fault has, once", (t) => {
  const exit: Cell = { ...THROWING, fault: "exit(1)" };
  const { trigger: _trigger, ...rest } = GOOD;
  const end = { kind: "exit", message: "m" };
  t.deepEqual(judgeCell(exit, { ...rest, ends: [end] }), []);
  const kinds = [[], [end, end], [{ kind: "memory", message: "m" }]].map((ends) =>
    judgeCell(exit, { ...rest, ends }),
  );
  t.deepEqual(
    kinds.map((violations) => violations.map(({ text }) => text)),
    [
      ["expected end crash or exit: received none"],
      ["expected one end: received exit, exit"],
      ["expected end crash or exit: received memory (m)"],
    ],
  );
});
