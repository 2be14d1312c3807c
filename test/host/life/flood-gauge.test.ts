import test from "ava";
import { FloodGauge, MAX_FRAMES_AT_ONCE } from "../../../src/host/life/flood-gauge.js";
import { FakeClock } from "../../support/fake-clock.js";

/** Counts `frames`; answers which of them, from 1, was the first too many. */
function firstFlooded(gauge: FloodGauge, frames: number): number | undefined {
  let first: number | undefined;
  for (let count = 1; count <= frames; count += 1) {
    if (gauge.isFlooded()) first ??= count;
  }
  return first;
}

test("isFlooded() is false for as many frames as may come at once, and true from the next on", (t) => {
  const gauge = new FloodGauge(new FakeClock());
  t.is(firstFlooded(gauge, MAX_FRAMES_AT_ONCE + 10), MAX_FRAMES_AT_ONCE + 1);
  t.true(gauge.isFlooded());
});

test("isFlooded() lets 200 more frames through for each ms in which none came", async (t) => {
  const clock = new FakeClock();
  const gauge = new FloodGauge(clock);
  t.is(firstFlooded(gauge, MAX_FRAMES_AT_ONCE), undefined);
  await clock.advance(10);
  t.is(firstFlooded(gauge, 2001), 2001);
});

test("isFlooded() gives nothing for time that the host spends on the frames of one turn", (t) => {
  const clock = new FakeClock();
  const gauge = new FloodGauge(clock);
  t.is(firstFlooded(gauge, MAX_FRAMES_AT_ONCE), undefined);
  clock.block(1000);
  t.true(gauge.isFlooded());
});

test("isFlooded() does not save up what a silent channel could have brought", async (t) => {
  const clock = new FakeClock();
  const gauge = new FloodGauge(clock);
  gauge.isFlooded();
  await clock.advance(60_000);
  t.is(firstFlooded(gauge, 2 * MAX_FRAMES_AT_ONCE), MAX_FRAMES_AT_ONCE + 1);
});

test("isFlooded() does not notice that the time on the wall jumps", (t) => {
  const clock = new FakeClock();
  const gauge = new FloodGauge(clock);
  firstFlooded(gauge, MAX_FRAMES_AT_ONCE);
  clock.jump(3_600_000);
  t.true(gauge.isFlooded());
});
