import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { RestartPolicy } from "../../../src/host/plugins/restart-policy.js";
import { FakeClock } from "../../support/fake-clock.js";
import { RESTART } from "./make-config.js";

const limits = fc
  .record({
    burst: fc.nat(8),
    windowMs: fc.integer({ min: 1, max: 100_000 }),
    backoffMs: fc.nat(10_000),
    longerMs: fc.nat(100_000),
  })
  .map(({ longerMs, ...rest }) => ({ ...rest, maxBackoffMs: Math.max(rest.backoffMs + longerMs, 1) }));

/** Failures: when, after how long a readiness, and how many a poison key explains. */
const failures = fc.array(
  fc.record({
    afterMs: fc.nat(20_000),
    readyMs: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(120_000)),
    explained: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.constantFrom(1, 2)),
  }),
  { minLength: 1, maxLength: 60 },
);

testProp(
  "failed() answers a delay between half of what is due and all of it, never beyond maxBackoff",
  [limits, failures, fc.double({ min: 0, max: 1, noNaN: true })],
  (t, restart, script, random) => {
    const clock = new FakeClock();
    const policy = new RestartPolicy(restart, clock, () => random);
    for (const { afterMs, readyMs, explained } of script) {
      clock.block(afterMs);
      const { delayMs, isQuarantined } = policy.failed(readyMs, explained);
      t.true(delayMs >= 0 && delayMs <= restart.maxBackoffMs);
      if (isQuarantined) t.true(delayMs >= restart.maxBackoffMs / 2);
      else t.true(delayMs >= restart.backoffMs / 2);
      if (isQuarantined) t.true(restart.burst > 0);
    }
  },
);

testProp(
  "failed() quarantines exactly where more than burst unexplained failures lie within a window",
  [limits, fc.array(fc.nat(20_000), { minLength: 1, maxLength: 40 })],
  (t, restart, delays) => {
    const clock = new FakeClock();
    const policy = new RestartPolicy(restart, clock);
    const times: number[] = [];
    let expected = false;
    for (const afterMs of delays) {
      clock.block(afterMs);
      times.push(clock.monotonic());
      const recent = times.filter((at) => clock.monotonic() - at < restart.windowMs).length;
      expected ||= restart.burst > 0 && recent > restart.burst;
      t.is(policy.failed(0).isQuarantined, expected);
    }
  },
);

test("failed() doubles the delay up to maxBackoff", (t) => {
  const policy = new RestartPolicy({ ...RESTART, burst: 0 }, new FakeClock(), () => 1);
  const delays = Array.from({ length: 11 }, () => policy.failed(0).delayMs);
  t.deepEqual(delays, [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
});

test("failed() answers numbers however often a plugin has failed", (t) => {
  for (const backoffMs of [0, 1, 100]) {
    const policy = new RestartPolicy({ ...RESTART, burst: 0, backoffMs }, new FakeClock(), () => 1);
    let delayMs = NaN;
    for (let count = 0; count < 3000; count += 1) ({ delayMs } = policy.failed(0));
    t.is(delayMs, backoffMs === 0 ? 0 : RESTART.maxBackoffMs);
  }
});

test("A backoff of 0 means none, until quarantine", (t) => {
  const policy = new RestartPolicy({ ...RESTART, burst: 2, backoffMs: 0 }, new FakeClock(), () => 1);
  t.deepEqual(policy.failed(0), { isQuarantined: false, delayMs: 0 });
  t.deepEqual(policy.failed(0), { isQuarantined: false, delayMs: 0 });
  t.deepEqual(policy.failed(0), { isQuarantined: true, delayMs: RESTART.maxBackoffMs });
});

test("A burst of 0 never quarantines", (t) => {
  const policy = new RestartPolicy({ ...RESTART, burst: 0 }, new FakeClock());
  for (let count = 0; count < 1000; count += 1) t.false(policy.failed(0).isQuarantined);
});

test("A quarantined plugin stays so through failures that are far apart", (t) => {
  const clock = new FakeClock();
  const policy = new RestartPolicy({ ...RESTART, burst: 1 }, clock);
  policy.failed(0);
  t.true(policy.failed(0).isQuarantined);
  clock.block(RESTART.windowMs * 3);
  t.true(policy.failed(RESTART.windowMs - 1).isQuarantined);
});

test("A life that was ready for a whole window ends quarantine and begins the delays anew", (t) => {
  const policy = new RestartPolicy({ ...RESTART, burst: 1 }, new FakeClock(), () => 1);
  for (let count = 0; count < 5; count += 1) policy.failed(0);
  t.deepEqual(policy.failed(RESTART.windowMs), { isQuarantined: false, delayMs: RESTART.backoffMs });
});

test("reset() forgets all failures", (t) => {
  const policy = new RestartPolicy({ ...RESTART, burst: 1 }, new FakeClock(), () => 1);
  for (let count = 0; count < 5; count += 1) policy.failed(0);
  policy.reset();
  t.deepEqual(policy.failed(0), { isQuarantined: false, delayMs: RESTART.backoffMs });
});

test("Failures that a poison key explains do not count, the one before included, and the next life starts soon", (t) => {
  const policy = new RestartPolicy({ ...RESTART, burst: 2 }, new FakeClock(), () => 1);
  policy.failed(0);
  policy.failed(0);
  t.deepEqual(policy.failed(0, 2), { isQuarantined: false, delayMs: RESTART.backoffMs });
  for (let count = 0; count < 10; count += 1) t.false(policy.failed(0, 1).isQuarantined);
  t.false(policy.failed(0).isQuarantined);
  t.true(policy.failed(0).isQuarantined);
});
