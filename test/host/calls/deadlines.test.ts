import { MessageChannel } from "node:worker_threads";
import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { ClosedError } from "../../../src/contract/errors.js";
import { type Clock, systemClock } from "../../../src/host/clock.js";
import { Deadlines } from "../../../src/host/calls/deadlines.js";
import { FakeClock } from "../../support/fake-clock.js";

/** The most a deadline may be late on a loop that is free, in ms: two ticks. */
const MAX_LATE_MS = 20;

test("Deadlines runs a deadline once, never early and at most 20 ms late", async (t) => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  let runs = 0;
  deadlines.add(100, () => (runs += 1));
  await clock.advance(100);
  t.is(runs, 0);
  await clock.advance(MAX_LATE_MS);
  t.is(runs, 1);
  await clock.advance(10_000);
  t.is(runs, 1);
});

test("Deadlines runs deadlines longer than a turn of its wheel on time", async (t) => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const expired: string[] = [];
  deadlines.add(5130, () => expired.push("one turn"));
  deadlines.add(60_000, () => expired.push("many turns"));
  await clock.advance(5130);
  t.deepEqual(expired, []);
  await clock.advance(MAX_LATE_MS);
  t.deepEqual(expired, ["one turn"]);
  await clock.advance(60_000 - 5130 - MAX_LATE_MS);
  t.deepEqual(expired, ["one turn"]);
  await clock.advance(MAX_LATE_MS);
  t.deepEqual(expired, ["one turn", "many turns"]);
});

test("Deadlines does not notice that the time on the wall jumps", async (t) => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  let runs = 0;
  deadlines.add(100, () => (runs += 1));
  clock.jump(3_600_000);
  await clock.advance(100);
  t.is(runs, 0);
  clock.jump(-7_200_000);
  await clock.advance(MAX_LATE_MS);
  t.is(runs, 1);
});

for (const afterMs of [0, -5, Number.NaN]) {
  test(`add(${afterMs}) expires at the next sweep, not at once`, async (t) => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(clock);
    let runs = 0;
    deadlines.add(afterMs, () => (runs += 1));
    t.is(runs, 0);
    await clock.advance(MAX_LATE_MS);
    t.is(runs, 1);
  });
}

test("add(Infinity) never expires and can be cancelled", async (t) => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const deadline = deadlines.add(Infinity, () => t.fail());
  await clock.advance(20_000);
  t.is(clock.pending, 1);
  deadline.cancel();
  await clock.advance(10);
  t.is(clock.pending, 0);
});

test("cancel() keeps a deadline from running, also from within another one of the same sweep", async (t) => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  let runs = 0;
  const cancelled = deadlines.add(50, () => t.fail());
  deadlines.add(50, () => {
    runs += 1;
    later.cancel();
  });
  const later = deadlines.add(50, () => t.fail());
  cancelled.cancel();
  cancelled.cancel();
  await clock.advance(200);
  t.is(runs, 1);
  later.cancel();
  t.is(clock.pending, 0);
});

test("Deadlines schedules nothing while nothing is pending, and one timer however many are", async (t) => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  t.is(clock.pending, 0);
  const added = Array.from({ length: 1000 }, (_, index) => deadlines.add(index, () => {}));
  t.is(clock.pending, 1);
  for (const deadline of added) deadline.cancel();
  await clock.advance(10);
  t.is(clock.pending, 0);
  let runs = 0;
  deadlines.add(30, () => (runs += 1));
  t.is(clock.pending, 1);
  await clock.advance(30 + MAX_LATE_MS);
  t.is(runs, 1);
  t.is(clock.pending, 0);
});

test("Deadlines reads the clock once per sweep", async (t) => {
  const clock = new FakeClock();
  let readings = 0;
  const counting = {
    now: () => clock.now(),
    monotonic: () => {
      readings += 1;
      return clock.monotonic();
    },
    schedule: clock.schedule.bind(clock),
  };
  const deadlines = new Deadlines(counting);
  let runs = 0;
  for (let count = 0; count < 100; count += 1) deadlines.add(5, () => (runs += 1));
  readings = 0;
  await clock.advance(20);
  t.is(runs, 100);
  t.is(readings, 1);
});

test("Deadlines lets a deadline added by another one's expiry run in its own time", async (t) => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  let runs = 0;
  deadlines.add(10, () => deadlines.add(100, () => (runs += 1)));
  await clock.advance(110);
  t.is(runs, 0);
  await clock.advance(2 * MAX_LATE_MS);
  t.is(runs, 1);
});

test("Deadlines lets results that waited behind a blocked loop cancel their deadlines first", async (t) => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(afterEach(clock, () => answered.cancel()));
  const expired: string[] = [];
  const answered = deadlines.add(100, () => expired.push("answered"));
  deadlines.add(100, () => expired.push("unanswered"));
  clock.block(500);
  await clock.advance(0);
  t.deepEqual(expired, ["unanswered"]);
});

test("Deadlines lets a message that waited in a port's queue be heard before its deadline expires", async (t) => {
  const deadlines = new Deadlines(systemClock);
  const { port1, port2 } = new MessageChannel();
  t.teardown(() => {
    deadlines.close();
    port1.close();
  });
  const heard = new Promise<string>((resolve) => {
    const deadline = deadlines.add(20, () => resolve("expired"));
    port1.on("message", () => {
      deadline.cancel();
      resolve("delivered");
    });
  });
  port2.postMessage("result");
  const blockedUntilMs = systemClock.monotonic() + 150;
  while (systemClock.monotonic() < blockedUntilMs);
  t.is(await heard, "delivered");
});

test("Deadlines runs everything due after a loop was blocked for longer than a turn of its wheel", async (t) => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const expired = new Set<number>();
  for (let afterMs = 0; afterMs < 20_000; afterMs += 70) deadlines.add(afterMs, () => expired.add(afterMs));
  clock.block(10_000);
  await clock.advance(0);
  t.is(expired.size, Math.ceil(10_000 / 70));
  await clock.advance(10_000 + MAX_LATE_MS);
  t.is(expired.size, Math.ceil(20_000 / 70));
  t.is(clock.pending, 0);
});

test.serial("Deadlines runs the others when an onExpire throws, and lets the error surface", async (t) => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const surfacing: (() => void)[] = [];
  const original = globalThis.queueMicrotask;
  globalThis.queueMicrotask = (callback) => void surfacing.push(callback);
  t.teardown(() => {
    globalThis.queueMicrotask = original;
  });
  let runs = 0;
  deadlines.add(10, () => {
    throw new Error("broken promise");
  });
  deadlines.add(10, () => (runs += 1));
  await clock.advance(10 + MAX_LATE_MS);
  t.is(runs, 1);
  t.is(surfacing.length, 1);
  t.throws(() => surfacing[0]?.(), { message: "broken promise" });
});

test("close() forgets what is pending, leaves no timer and refuses more", async (t) => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const pending = deadlines.add(10, () => t.fail());
  deadlines.close();
  t.is(clock.pending, 0);
  await clock.advance(1000);
  pending.cancel();
  deadlines.close();
  t.throws(() => deadlines.add(10, () => {}), { instanceOf: ClosedError });
});

test("close() from within an expiry keeps the rest of the sweep from running", async (t) => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  let runs = 0;
  deadlines.add(10, () => {
    runs += 1;
    deadlines.close();
  });
  deadlines.add(10, () => t.fail());
  await clock.advance(100);
  t.is(runs, 1);
  t.is(clock.pending, 0);
});

test("close() between a late sweep and its expiry keeps it from running", async (t) => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(afterEach(clock, () => deadlines.close()));
  deadlines.add(10, () => t.fail());
  clock.block(1000);
  await clock.advance(1000);
  t.is(clock.pending, 0);
  t.throws(() => deadlines.add(10, () => {}), { instanceOf: ClosedError });
});

type Step = { readonly wait: number } | { readonly add: number } | { readonly cancel: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ wait: fc.double({ min: 0, max: 300, noNaN: true }) }),
    fc.record({ add: fc.double({ min: 0, max: 8000, noNaN: true }) }),
    fc.record({ cancel: fc.nat(40) }),
  ),
  { maxLength: 40 },
);

testProp(
  "Deadlines agrees with a list that is looked through at every moment",
  [steps],
  async (t, script) => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(clock);
    const added: { dueMs: number; cancel(): void; cancelled: boolean; expiredMs: number | undefined }[] = [];
    for (const step of script) {
      if ("wait" in step) {
        await clock.advance(step.wait);
      } else if ("add" in step) {
        const model = {
          dueMs: clock.monotonic() + step.add,
          cancelled: false,
          expiredMs: undefined as number | undefined,
          cancel: () => {},
        };
        const deadline = deadlines.add(step.add, () => {
          t.is(model.expiredMs, undefined);
          model.expiredMs = clock.monotonic();
        });
        model.cancel = () => deadline.cancel();
        added.push(model);
      } else {
        const model = added[step.cancel];
        if (model === undefined || model.expiredMs !== undefined) continue;
        model.cancelled = true;
        model.cancel();
      }
      for (const { dueMs, cancelled, expiredMs } of added) {
        if (!cancelled && clock.monotonic() > dueMs + MAX_LATE_MS) t.not(expiredMs, undefined);
      }
    }
    await clock.advance(8000 + MAX_LATE_MS);
    for (const { dueMs, cancelled, expiredMs } of added) {
      t.is(expiredMs === undefined, cancelled);
      if (expiredMs !== undefined) t.true(expiredMs >= dueMs && expiredMs <= dueMs + MAX_LATE_MS);
    }
    t.is(clock.pending, 0);
  },
  { numRuns: 30 },
);

/** `clock`, with `callback` run after each of its timers, as other phases of the event loop are. */
function afterEach(clock: Clock, callback: () => void): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    schedule: (timer, delayMs) =>
      clock.schedule(() => {
        timer();
        callback();
      }, delayMs),
  };
}
