import test from "ava";
import {
  BREAKER_FIRST_PROBE_MS,
  BREAKER_MAX_PROBE_MS,
  BREAKER_MINIMUM_CALLS,
  BREAKER_WINDOW_MS,
  Breaker,
} from "../../../src/host/calls/breaker.js";
import type { BreakerState } from "../../../src/host/calls/breaker.js";
import { FakeClock } from "../../support/fake-clock.js";

/** How a probe ends that a test decides. */
interface Asked {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Harness {
  readonly clock: FakeClock;
  readonly breaker: Breaker;
  /** Probes that were made, oldest first. */
  readonly asked: Asked[];
  readonly states: BreakerState[];
}

/** @param random Where in its jitter each delay lies; 1: the longest. */
function makeBreaker(random: number = 1): Harness {
  const clock = new FakeClock();
  const asked: Asked[] = [];
  const states: BreakerState[] = [];
  const breaker = new Breaker({
    clock,
    probe: () => new Promise((resolve, reject) => asked.push({ resolve, reject })),
    onChange: (state) => states.push(state),
    random: () => random,
  });
  return { clock, breaker, asked, states };
}

function fail(breaker: Breaker, count: number): void {
  for (let index = 0; index < count; index += 1) breaker.failed();
}

function succeed(breaker: Breaker, count: number): void {
  for (let index = 0; index < count; index += 1) breaker.succeeded();
}

test("Breaker stays closed while there are too few calls to tell", (t) => {
  const { breaker, clock, states } = makeBreaker();
  fail(breaker, BREAKER_MINIMUM_CALLS - 1);
  t.is(breaker.state, "closed");
  t.is(clock.pending, 0);
  breaker.failed();
  t.is(breaker.state, "open");
  t.deepEqual(states, ["open"]);
});

test("Breaker opens when half of its calls have failed, and not before", (t) => {
  const { breaker } = makeBreaker();
  succeed(breaker, 50);
  fail(breaker, 49);
  t.is(breaker.state, "closed");
  breaker.failed();
  t.is(breaker.state, "open");
});

test("Breaker forgets failures that have left its window", async (t) => {
  const { breaker, clock } = makeBreaker();
  fail(breaker, BREAKER_MINIMUM_CALLS - 1);
  await clock.advance(BREAKER_WINDOW_MS);
  fail(breaker, BREAKER_MINIMUM_CALLS - 1);
  t.is(breaker.state, "closed");
});

test("Breaker forgets successes that have left its window", async (t) => {
  const { breaker, clock } = makeBreaker();
  succeed(breaker, 1000);
  await clock.advance(BREAKER_WINDOW_MS);
  fail(breaker, BREAKER_MINIMUM_CALLS);
  t.is(breaker.state, "open");
});

test("Breaker counts failures over the whole of its window, step by step", async (t) => {
  const { breaker, clock } = makeBreaker();
  for (let count = 0; count < BREAKER_MINIMUM_CALLS; count += 1) {
    t.is(breaker.state, "closed");
    breaker.failed();
    await clock.advance(BREAKER_WINDOW_MS / BREAKER_MINIMUM_CALLS - 1);
  }
  t.is(breaker.state, "open");
});

test("Breaker lets a long silence pass without counting what was before it", async (t) => {
  const { breaker, clock } = makeBreaker();
  fail(breaker, BREAKER_MINIMUM_CALLS - 1);
  await clock.advance(BREAKER_WINDOW_MS * 10);
  breaker.failed();
  t.is(breaker.state, "closed");
});

test("Breaker asks one probe after its delay, and closes when that succeeds", async (t) => {
  const { breaker, clock, asked, states } = makeBreaker();
  breaker.trip();
  await clock.advance(BREAKER_FIRST_PROBE_MS - 1);
  t.is(asked.length, 0);
  await clock.advance(1);
  t.is(asked.length, 1);
  t.is(breaker.state, "half-open");
  await breaker.probe();
  await clock.advance(BREAKER_MAX_PROBE_MS);
  t.is(asked.length, 1, "a second probe was made while the first was under way");
  asked[0]?.resolve();
  await clock.settle();
  t.is(breaker.state, "closed");
  t.deepEqual(states, ["open", "half-open", "closed"]);
  t.is(clock.pending, 0);
});

test("Breaker waits half of each delay at least", async (t) => {
  const { breaker, clock, asked } = makeBreaker(0);
  breaker.trip();
  await clock.advance(BREAKER_FIRST_PROBE_MS / 2 - 1);
  t.is(asked.length, 0);
  await clock.advance(1);
  t.is(asked.length, 1);
});

test("Breaker doubles its delay with each probe that fails, up to the longest, and starts anew once closed", async (t) => {
  const { breaker, clock, asked } = makeBreaker();
  const delays: number[] = [];
  breaker.trip();
  for (let count = 0; count < 9; count += 1) {
    const openedAt = clock.monotonic();
    while (asked.length === count) await clock.advance(250);
    delays.push(clock.monotonic() - openedAt);
    asked[count]?.reject(new Error("no"));
    await clock.settle();
    t.is(breaker.state, "open");
  }
  t.deepEqual(delays, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  void breaker.probe();
  asked.at(-1)?.resolve();
  await clock.settle();
  t.is(breaker.state, "closed");
  breaker.trip();
  const count = asked.length;
  await clock.advance(BREAKER_FIRST_PROBE_MS);
  t.is(asked.length, count + 1);
});

test("probe() asks at once when open, and not when closed", async (t) => {
  const { breaker, clock, asked } = makeBreaker();
  await breaker.probe();
  t.is(asked.length, 0);
  breaker.trip();
  const probing = breaker.probe();
  t.is(asked.length, 1);
  t.is(clock.pending, 0, "the probe that was scheduled is still to come");
  asked[0]?.reject(new Error("no"));
  await t.notThrowsAsync(probing);
  t.is(breaker.state, "open");
});

test("Breaker does not count calls that end while it is not closed", async (t) => {
  const { breaker, clock, asked } = makeBreaker();
  breaker.trip();
  fail(breaker, 100);
  await clock.advance(BREAKER_FIRST_PROBE_MS);
  fail(breaker, 100);
  asked[0]?.resolve();
  await clock.settle();
  t.is(breaker.state, "closed");
  fail(breaker, BREAKER_MINIMUM_CALLS - 1);
  t.is(breaker.state, "closed");
});

test("Breaker forgets what it counted before it opened", async (t) => {
  const { breaker, asked, clock } = makeBreaker();
  fail(breaker, BREAKER_MINIMUM_CALLS);
  const probing = breaker.probe();
  asked[0]?.resolve();
  await probing;
  breaker.failed();
  t.is(breaker.state, "closed");
  t.is(clock.pending, 0);
});

test("trip() while open puts the probe off and leaves one timer", async (t) => {
  const { breaker, clock, asked } = makeBreaker();
  breaker.trip();
  await clock.advance(BREAKER_FIRST_PROBE_MS - 1);
  breaker.trip();
  t.is(clock.pending, 1);
  await clock.advance(BREAKER_FIRST_PROBE_MS - 1);
  t.is(asked.length, 0);
  await clock.advance(1);
  t.is(asked.length, 1);
});

for (const outcome of ["resolve", "reject"] as const) {
  test(`end() leaves no timer and asks no more when the probe under way ${outcome}s after it`, async (t) => {
    const { breaker, clock, asked, states } = makeBreaker();
    breaker.trip();
    await clock.advance(BREAKER_FIRST_PROBE_MS);
    breaker.end();
    t.is(clock.pending, 0);
    asked[0]?.[outcome](new Error("no"));
    await clock.settle();
    await breaker.probe();
    breaker.trip();
    t.is(clock.pending, 0);
    t.is(asked.length, 1);
    t.deepEqual(states, ["open", "half-open"]);
  });
}

test("end() cancels the probe that is scheduled", async (t) => {
  const { breaker, clock, asked } = makeBreaker();
  breaker.trip();
  breaker.end();
  t.is(clock.pending, 0);
  await breaker.probe();
  await clock.advance(BREAKER_MAX_PROBE_MS);
  t.is(asked.length, 0);
});

test("Breaker that nobody gives a random source stays within its delay", async (t) => {
  const clock = new FakeClock();
  let probes = 0;
  const breaker = new Breaker({
    clock,
    probe: async () => void (probes += 1),
    onChange: () => {},
  });
  breaker.trip();
  await clock.advance(BREAKER_FIRST_PROBE_MS / 2 - 1);
  t.is(probes, 0);
  await clock.advance(BREAKER_FIRST_PROBE_MS / 2 + 1);
  t.is(probes, 1);
});
