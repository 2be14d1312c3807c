import test from "ava";
import { ClosedError } from "../../../src/contract/errors.js";
import { PendingCall } from "../../../src/host/calls/call.js";
import { Deadlines } from "../../../src/host/calls/deadlines.js";
import { TurnDeadline } from "../../../src/host/calls/turn-deadline.js";
import { FakeClock } from "../../support/fake-clock.js";
import { makeRequest } from "./make-call.js";

/** The most a deadline may be late, in ms: two sweeps. */
const LATE_MS = 20;

interface Harness {
  readonly clock: FakeClock;
  readonly deadlines: Deadlines;
  readonly expired: number[];
  readonly open: (call: PendingCall) => TurnDeadline;
}

function makeHarness(): Harness {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const expired: number[] = [];
  return {
    clock,
    deadlines,
    expired,
    open: (call) => new TurnDeadline(call, deadlines, (sequence) => expired.push(sequence)),
  };
}

/** A call of the turn in which a new clock stands. */
function makeCall(
  sequence: number,
  budgetMs: number = 100,
  startedAt: number = new FakeClock().monotonic(),
): PendingCall {
  return new PendingCall(makeRequest(), sequence, startedAt, budgetMs);
}

test("TurnDeadline expires once for each of its calls, in their order, never early", async (t) => {
  const { clock, expired, open } = makeHarness();
  const turn = open(makeCall(7));
  t.true(turn.admit(makeCall(8)));
  t.true(turn.admit(makeCall(9)));
  await clock.advance(100);
  t.deepEqual(expired, []);
  await clock.advance(LATE_MS);
  t.deepEqual(expired, [7, 8, 9]);
  await clock.advance(10_000);
  t.deepEqual(expired, [7, 8, 9]);
});

test("admit() refuses a call that waits for another time, began at another, or does not follow", (t) => {
  const turn = makeHarness().open(makeCall(1));
  t.false(turn.admit(makeCall(2, 200)));
  t.false(turn.admit(makeCall(2, 100, new FakeClock().monotonic() + 1)));
  t.false(turn.admit(makeCall(3)));
  t.true(turn.admit(makeCall(2)));
});

test("TurnDeadline is forgotten with the last of its calls, and not before", async (t) => {
  const { clock, expired, open } = makeHarness();
  const turn = open(makeCall(1));
  turn.admit(makeCall(2));
  turn.cancel();
  await clock.advance(50);
  t.is(clock.pending, 1, "one call still waits");
  turn.cancel();
  await clock.advance(LATE_MS);
  t.is(clock.pending, 0);
  await clock.advance(1000);
  t.deepEqual(expired, []);
});

test("admit() refuses once all calls have ended: nothing would end the new one", (t) => {
  const turn = makeHarness().open(makeCall(1));
  turn.cancel();
  t.false(turn.admit(makeCall(2)));
});

test.serial(
  "TurnDeadline expires for its other calls when one throws, and lets the error surface",
  async (t) => {
    const surfacing: (() => void)[] = [];
    const original = globalThis.queueMicrotask;
    globalThis.queueMicrotask = (callback) => void surfacing.push(callback);
    t.teardown(() => {
      globalThis.queueMicrotask = original;
    });
    const clock = new FakeClock();
    const expired: number[] = [];
    const turn = new TurnDeadline(makeCall(1), new Deadlines(clock), (sequence) => {
      expired.push(sequence);
      if (sequence === 1) throw new Error("the first");
    });
    turn.admit(makeCall(2));
    await clock.advance(100 + LATE_MS);
    t.deepEqual(expired, [1, 2]);
    t.is(surfacing.length, 1);
    t.throws(() => surfacing[0]?.(), { message: "the first" });
  },
);

test("TurnDeadline cannot be made once the deadlines are closed", (t) => {
  const { deadlines, open } = makeHarness();
  deadlines.close();
  t.throws(() => open(makeCall(1)), { instanceOf: ClosedError });
});
