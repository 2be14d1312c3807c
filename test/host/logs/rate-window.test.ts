import test from "ava";
import { RateWindow } from "../../../src/host/logs/rate-window.js";
import { FakeClock } from "../../support/fake-clock.js";

test("RateWindow gives out so many units in a second, and as many in the next", (t) => {
  const clock = new FakeClock();
  const rate = new RateWindow(clock, 3);
  t.deepEqual([rate.take(1), rate.take(1), rate.take(1), rate.take(1)], [true, true, true, false]);
  clock.block(999);
  t.false(rate.take(1));
  clock.block(1);
  t.deepEqual([rate.take(1), rate.take(1), rate.take(1), rate.take(1)], [true, true, true, false]);
});

test("RateWindow lets the last taker exceed the limit, so that nothing is too large for ever", (t) => {
  const rate = new RateWindow(new FakeClock(), 3);
  t.true(rate.take(10));
  t.false(rate.take(1));
});
