import test from "ava";
import { FloodGauge, MAX_FRAMES_PER_SLOT } from "../../../src/host/life/flood-gauge.js";
import { FakeClock } from "../../support/fake-clock.js";

/** Counts `frames`; answers which of them, from 1, was the first too many. */
function firstFlooded(gauge: FloodGauge, frames: number): number | undefined {
  let first: number | undefined;
  for (let count = 1; count <= frames; count += 1) {
    if (gauge.isFlooded()) first ??= count;
  }
  return first;
}

test("isFlooded() is false for as many frames as a slot may bring, and true from the next on", (t) => {
  const gauge = new FloodGauge(new FakeClock());
  t.is(firstFlooded(gauge, MAX_FRAMES_PER_SLOT + 10), MAX_FRAMES_PER_SLOT + 1);
  t.true(gauge.isFlooded());
});

test("isFlooded() counts each slot of 100 ms anew", (t) => {
  const clock = new FakeClock();
  const gauge = new FloodGauge(clock);
  for (let slot = 0; slot < 5; slot += 1) {
    t.is(firstFlooded(gauge, MAX_FRAMES_PER_SLOT), undefined);
    clock.block(99);
    t.true(gauge.isFlooded());
    clock.block(1);
  }
});

test("isFlooded() does not save up what a silent channel could have brought", (t) => {
  const clock = new FakeClock();
  const gauge = new FloodGauge(clock);
  gauge.isFlooded();
  clock.block(60_000);
  t.is(firstFlooded(gauge, 2 * MAX_FRAMES_PER_SLOT), MAX_FRAMES_PER_SLOT + 1);
});

test("isFlooded() does not notice that the time on the wall jumps", (t) => {
  const clock = new FakeClock();
  const gauge = new FloodGauge(clock);
  firstFlooded(gauge, MAX_FRAMES_PER_SLOT);
  clock.jump(3_600_000);
  t.true(gauge.isFlooded());
});
