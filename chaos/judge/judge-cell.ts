/** Judges what a host has seen of a cell. */
import type { Cell } from "../cells/cell.js";
import { faultNamed } from "../faults/all-faults.js";
import { expectOf } from "../faults/expect-of.js";
import { natureOf } from "../faults/fault.js";
import type { Rule } from "../faults/rule.js";
import type { Observation, SlowCall } from "../host/observation.js";
import type { Violation } from "./violation.js";

/** What a call may take beyond its limit on a loaded machine, the host's own standstill not counted, in ms. */
const CALL_MARGIN_MS = 300;
/** What the host's loop may stand still, in ms, for a fault that says nothing else: collections, and a loaded machine. */
const STALL_MS = 600;
/**
 * What close() may take beyond twice `limits.stop`, once for writes that wait and once for the plugins, in ms: a second
 * for what is terminated, and a margin.
 */
const CLOSE_MS = 1000 + 1000;
/** Ends and outcomes that a loaded machine brings by itself. */
const OF_TIME = ["hang", "start-timeout", "STOCKPILE_BACKEND_TIMEOUT"];
/** How an end is described whose own reason was not heard of in time. */
const UNHEARD = / was closed$/;
/** Lines of one kind that are shown of a cell. */
const MAX_LINES = 3;

export function judgeCell(cell: Cell, seen: Observation): Violation[] {
  const { calls, beside } = seen;
  return [
    ...(seen.unfelt === undefined ? [] : [{ rule: "felt" as const, text: seen.unfelt, isOfTime: true }]),
    ...say("settles", calls.unsettled, (operation) => `a ${operation} never settled`),
    ...judgeSlow("settles", calls.slow, seen.pace),
    ...say("answers", calls.wrong, (complaint) => complaint),
    ...say("writes", seen.lost, (complaint) => complaint),
    ...(seen.untouched > 0
      ? []
      : [
          {
            rule: "writes" as const,
            text: "no write from before the fault was left to look at",
            isOfTime: true,
          },
        ]),
    ...judgeDelivery(seen),
    ...say("beside", beside.failures, (failure) => `beside it: ${failure}`),
    ...(beside.calls > 0 ? [] : [{ rule: "beside" as const, text: "no call was made beside it" }]),
    ...judgeSlow("beside", beside.slow, seen.pace),
    ...judgeStalls(cell, seen),
    ...judgeKinds(cell, seen),
    ...judgeEnd(cell, seen),
  ];
}

function judgeSlow(rule: Rule, slow: readonly SlowCall[], pace: number): Violation[] {
  const late = slow.filter(({ ms, limitMs, stalledMs }) => ms - stalledMs > limitMs + CALL_MARGIN_MS * pace);
  return say(
    rule,
    late,
    ({ operation, ms, limitMs }) => `${operation} took ${Math.round(ms)} ms of ${limitMs}`,
    true,
  );
}

function judgeStalls({ fault }: Cell, { longestStallMs, pace }: Observation): Violation[] {
  const limitMs = (faultNamed(fault).stallMs ?? STALL_MS) * pace;
  if (longestStallMs <= limitMs) return [];
  const text = `the host's loop stood still for ${Math.round(longestStallMs)} ms of ${limitMs}`;
  return [{ rule: "stalls", text, isOfTime: true }];
}

function judgeDelivery({ waiting, close }: Observation): Violation[] {
  const undelivered = close?.undelivered ?? 0;
  return [
    ...(waiting > 0 ? [`${waiting} queued writes are not done`] : []),
    ...(undelivered > 0 ? [`${undelivered} queued writes were not delivered`] : []),
  ].map((text) => ({ rule: "undelivered", text }));
}

/** Of a fault that did not happen nothing comes: then that is what is wrong, and not this. */
function judgeKinds(cell: Cell, { unfelt, ends, trigger }: Observation): Violation[] {
  const isFelt = unfelt === undefined;
  const expected = expectOf(cell);
  const violations: Violation[] = [];
  const wrong = ends.find(({ kind }) => !expected.ends.includes(kind));
  const wanted = expected.ends.join(" or ");
  if (wrong !== undefined) {
    const text = `expected end ${wanted}: received ${wrong.kind} (${wrong.message})`;
    violations.push({
      rule: "kind",
      text,
      isOfTime: OF_TIME.includes(wrong.kind) || UNHEARD.test(wrong.message),
    });
  } else if (isFelt && ends.length === 0 && !expected.ends.includes("none")) {
    violations.push({ rule: "kind", text: `expected end ${wanted}: received none` });
  } else if (ends.length > 1 && natureOf(faultNamed(cell.fault), cell.isolation) !== "hinders") {
    const kinds = ends.map(({ kind }) => kind).join(", ");
    violations.push({ rule: "kind", text: `expected one end: received ${kinds}`, isOfTime: true });
  }
  const isAsEver = !isFelt && trigger === "answered";
  if (!isAsEver && trigger !== undefined && expected.outcomes?.includes(trigger) === false) {
    const text = `expected the call to end as ${expected.outcomes.join(" or ")}: received ${trigger}`;
    violations.push({ rule: "kind", text, isOfTime: OF_TIME.includes(trigger) });
  }
  return violations;
}

function judgeEnd(
  { isolation, fault }: Cell,
  { pace, recoveredMs, state, close, left, poolMs, changed }: Observation,
): Violation[] {
  const violations: Violation[] = [];
  if (recoveredMs === undefined) {
    violations.push({ rule: "recovers", text: `the plugin does not serve again: it is ${state}` });
  }
  if (close === undefined) violations.push({ rule: "closes", text: "it does not close" });
  else {
    const { ms, stopMs, abandoned } = close;
    const limitMs = 2 * stopMs + CLOSE_MS * pace;
    if (ms > limitMs)
      violations.push({
        rule: "closes",
        text: `close() took ${Math.round(ms)} ms of ${limitMs}`,
        isOfTime: true,
      });
    // A process that was killed is gone when the kernel comes to it, and a thread that grows once it has: the table of
    // a Map is copied whole, in one piece.
    const isOfTime = isolation === "process" || faultNamed(fault).group === "memory";
    if (abandoned > 0)
      violations.push({ rule: "abandons", text: `${abandoned} could not be ended`, isOfTime });
  }
  if (close?.abandoned === 0) violations.push(...say("leaks", left, (what) => `${what} left`));
  if (poolMs === undefined) violations.push({ rule: "pool", text: "the host's own file access waits" });
  violations.push(...say("flags", changed, (what) => `${what} changed`));
  return violations;
}

function say<T>(rule: Rule, things: readonly T[], text: (thing: T) => string, isOfTime = false): Violation[] {
  const shown = things.slice(0, MAX_LINES).map((thing) => ({ rule, text: text(thing), isOfTime }));
  const rest = things.length - shown.length;
  return rest === 0 ? shown : [...shown, { rule, text: `and ${rest} more`, isOfTime }];
}
